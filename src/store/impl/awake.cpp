#include "store/impl/awake.hpp"

#include "base/log.hpp"
#include "store/impl/transaction.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstring>

namespace wasl::store::impl {

namespace {

constexpr std::int64_t writer_cache_kib = 16'384;

// The caller's own migrations, inside the transaction that takes the schema forward.
class SchemaSteps final : public Steps {
public:
    SchemaSteps(View view, const SqliteOptions& options, const Clock& clock, Entropy& entropy)
        : view_(view), options_(options), clock_(clock), entropy_(entropy) {}

    Result<void> run(int above_version) override {
        auto steps = options_.schema.migrations;
        std::erase_if(steps, [&](const Migration& step) { return step.version <= above_version; });
        std::ranges::sort(steps, {}, &Migration::version);
        GroupTransaction transaction(view_, clock_.now(), entropy_);
        for (auto& step : steps) {
            log::info("store.migrate", {{"to", step.version}, {"what", step.what}});
            Command command = [&](Transaction& tx) { return step.step(tx); };
            TRY(transaction.run(command));
        }
        auto finished = transaction.finish(options_.hook);
        if (options_.hook != nullptr && transaction.has_rows()) {
            options_.hook->after_commit(false);  // it reads its state again, whatever comes of this
        }
        return finished;
    }

private:
    View view_;
    const SqliteOptions& options_;
    const Clock& clock_;
    Entropy& entropy_;
};

class SnapshotReader final : public Reading<Reader> {
public:
    SnapshotReader(ReaderPool& pool, std::unique_ptr<Connection> connection, const Layout& layout, const Blobs& blobs,
                   std::shared_ptr<void> use)
        : Reading({*connection, layout, blobs}), use_(std::move(use)), pool_(pool), connection_(std::move(connection)) {}
    ~SnapshotReader() override {
        if (auto end = connection_->use("ROLLBACK"); end && end->run()) {
            pool_.give(std::move(connection_));
        }
    }
    SnapshotReader(const SnapshotReader&) = delete;
    SnapshotReader& operator=(const SnapshotReader&) = delete;

private:
    std::shared_ptr<void> use_;
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace

Result<std::unique_ptr<Connection>> ReaderPool::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return std::make_unique<Connection>(TRY(Connection::open(file_, {})));
}

void ReaderPool::give(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < most_idle) {
        idle_.push_back(std::move(connection));
    }
}

Result<std::unique_ptr<Reader>> open_view(ReaderPool& pool, const Layout& layout, const Blobs& blobs,
                                          std::shared_ptr<void> use) {
    auto connection = TRY(pool.take());
    {
        auto begin = TRY(connection->use("BEGIN"));
        TRY(begin.run());
        // The first read fixes the view.
        auto fix = TRY(connection->use("SELECT 1 FROM store_versions LIMIT 1"));
        TRY(fix.step());
    }
    return std::make_unique<SnapshotReader>(pool, std::move(connection), layout, blobs, std::move(use));
}

Result<void> Awake::open_writer() {
    writer_.reset();
    writer_ = std::make_unique<Connection>(TRY(Connection::open(file_, {Connection::Role::writer, writer_cache_kib})));
    return {};
}

Result<void> Awake::reopen_writer() {
    log_.stop();
    TRY(open_writer());
    if (pages_ > 0) {
        return limit_pages(std::exchange(pages_, 0));
    }
    return {};
}

Result<std::unique_ptr<Awake>> Awake::open(const SqliteOptions& options, Layout& layout, const Blobs& blobs,
                                           const Clock& clock, Entropy& entropy, Writers& writers) {
    TRY(make_folder(options.folder));
    auto lock = TRY(lock_exclusively(options.folder / "store.lock"));
    std::unique_ptr<Awake> awake(new Awake(std::move(lock), options.folder / database_name, writers, options.checkpoint_above_bytes));
    TRY(awake->open_writer());
    const View view{awake->writer(), layout, blobs};
    SchemaSteps steps(view, options, clock, entropy);
    TRY(bring_forward(awake->writer(), layout, options.schema.version, steps, clock.now().micros));
    if (options.notes) {
        TRY(awake->open_notes(view, entropy));
    }
    return awake;
}

// A file that is not this database's, or is damaged, is made anew: what it held, if anything, was of another.
Result<void> Awake::open_notes(const View& view, Entropy& entropy) {
    const auto file = file_.parent_path() / notes_name;
    const auto id = TRY(impl::counter(view, notes_id));
    std::error_code none;
    if (id != 0 && std::filesystem::exists(file, none)) {
        const auto taken = static_cast<std::uint64_t>(TRY(impl::counter(view, notes_taken)));
        auto opened = Notes::open(file, static_cast<std::uint64_t>(id), taken, left_notes_);
        if (opened || opened.error().key != "store.damaged") {
            notes_ = TRY(std::move(opened));
            return {};
        }
        log::error("store.notes-damaged", {{"why", opened.error().detail}});
    }
    std::int64_t next = 0;
    std::memcpy(&next, entropy.bytes(sizeof next).data(), sizeof next);
    next = (next & INT64_MAX) | 1;
    notes_ = TRY(Notes::create(file, static_cast<std::uint64_t>(next)));
    for (const auto& [name, value] : {std::pair{notes_id, next}, {notes_taken, std::int64_t{0}}}) {
        auto kept = TRY(writer_->use("INSERT OR REPLACE INTO counters(name,value) VALUES(?,?)"));
        TRY(kept.text(name).integer(value).run());
    }
    return {};
}

Awake::~Awake() {
    if (writer_) {
        log_.move_all(*writer_);
    }
}

Result<void> Awake::limit_pages(std::int64_t pages) {
    if (pages == pages_) {
        return {};
    }
    pages_ = pages;
    return writer_->execute(fmt::format("PRAGMA max_page_count={}", pages));
}

}  // namespace wasl::store::impl
