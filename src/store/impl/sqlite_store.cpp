#include "store/impl/sqlite_store.hpp"

#include "base/log.hpp"
#include "store/impl/indexer.hpp"

namespace wasl::store {

Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options, Writers& writers) {
    return impl::SqliteStore::open(std::move(options), writers);
}

namespace impl {

Result<std::unique_ptr<Store>> SqliteStore::open(SqliteOptions options, Writers& writers) {
    auto layout = TRY(Layout::of(options.schema.collections));
    auto store = std::make_unique<SqliteStore>(std::move(options), std::move(layout), writers);
    {
        const auto use = TRY(store->wake());
        const std::lock_guard lock(store->mutex_);
        if (store->backlog_ > 0 || !store->noted_.empty()) {
            store->schedule_locked();
        }
    }
    return store;
}

SqliteStore::SqliteStore(SqliteOptions options, Layout layout, Writers& writers)
    : options_(std::move(options)),
      layout_(std::move(layout)),
      blobs_(options_.folder / blobs_name),
      writers_(writers),
      clock_port_(options_.clock != nullptr ? *options_.clock : system_clock_),
      entropy_(options_.entropy != nullptr ? *options_.entropy : system_entropy_) {}

SqliteStore::~SqliteStore() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    if (!noted_.empty() && !notes_wait_) {
        schedule_locked();
    }
    idle_.wait(lock, [&] { return !scheduled_; });
}

Result<SqliteStore::Use> SqliteStore::wake() {
    const std::lock_guard lock(state_mutex_);
    if (!awake_) {
        auto awake = TRY(Awake::open(options_, layout_, blobs_, clock_port_, entropy_, writers_));
        if (!clock_) {
            auto last = TRY(awake->writer().integer("SELECT at FROM journal ORDER BY seq DESC LIMIT 1"));
            clock_.emplace(clock_port_, Instant{last});
            if (options_.reserve == nullptr) {
                own_reserve_.emplace(options_.folder, options_.reserve_bytes);
            }
            space_.emplace(options_.disk != nullptr ? *options_.disk : system_space_,
                           options_.reserve != nullptr ? *options_.reserve : *own_reserve_, options_.folder,
                           SpaceLimits{options_.full_below_bytes, options_.low_below_bytes});
        }
        // No round runs while the store sleeps or is being opened: this is the writer's to read.
        backlog_ = static_cast<std::size_t>(TRY(impl::backlog(awake->writer())));
        awake_ = std::move(awake);
        {
            const std::lock_guard queue(mutex_);
            for (Note& left : awake_->left_notes()) {
                noted_.push_back(std::make_shared<const Noted>(left.number, std::move(left.entry), std::make_shared<NotedRow>()));
            }
        }
        look_at_space(*awake_);
    }
    ++users_;
    return Use{awake_.get(), std::shared_ptr<void>(this, [this](void*) { --users_; })};
}

Result<std::unique_ptr<Reader>> SqliteStore::read() {
    auto use = TRY(wake());
    return open_view(use.awake->readers(), layout_, blobs_, std::move(use.hold));
}

Result<std::shared_ptr<const NotedRow>> SqliteStore::note(JournalEntry entry) {
    const auto use = TRY(wake());
    // Where a group might be refused or fail, the caller is to hear it before he goes on.
    const auto not_noted = [](const char* why) { return fail(Code::unavailable, "store.not-noted", why); };
    if (use.awake->notes() == nullptr || entry.seal_key || !clock_->state().accepted) {
        return not_noted("no notes are kept here");
    }
    if (const auto room = space_->report(); room.state != SpaceState::open || room.low) {
        return not_noted("little room");
    }
    const std::lock_guard one(noting_);
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || notes_wait_) {
            return not_noted("groups fail");
        }
    }
    const auto number = TRY(use.awake->notes()->write(entry));
    auto row = std::make_shared<NotedRow>();
    const std::lock_guard lock(mutex_);
    noted_.push_back(std::make_shared<const Noted>(number, std::move(entry), row));
    return row;
}

Result<Digest> SqliteStore::write_blob(std::string_view bytes) {
    if (space_ && space_->report().state != SpaceState::open) {
        return fail(Code::insufficient_storage, "store.disk-full", "refused before writing");
    }
    return blobs_.write(bytes);
}

ClockState SqliteStore::clock() const {
    const auto state = clock_->state();
    return {state.accepted, state.why, state.last_entry};
}

Result<void> SqliteStore::accept_clock() {
    clock_->accept();
    return {};
}

SpaceReport SqliteStore::space() const {
    return space_->report();
}

Result<BackupReport> SqliteStore::backup(const std::filesystem::path& to) {
    const auto use = TRY(wake());
    auto source = TRY(Connection::open(options_.folder / database_name, {}));
    return make_backup(std::move(source), layout_, blobs_, to);
}

void SqliteStore::schedule_locked() {
    if (!scheduled_) {
        scheduled_ = true;
        writers_.schedule(*this);
    }
}

void SqliteStore::submit(Command command, Completion done, Priority priority) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            queue_.push_back({std::move(command), std::move(done), priority, {}});
            schedule_locked();
            return;
        }
    }
    done(fail(Code::unavailable, "store.closed", "the store is being closed"));
}

Result<void> SqliteStore::settle() {
    if (Writers::on_writer_thread()) {
        return fail(Code::unavailable, "store.busy", "settle() on a writer's thread");
    }
    std::unique_lock lock(mutex_);
    settling_ = true;
    schedule_locked();
    idle_.wait(lock, [&] { return !settling_; });
    return indexing_;
}

bool SqliteStore::rest() {
    const std::lock_guard state_lock(state_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (scheduled_ || users_ > 0 || !noted_.empty()) {
            return false;
        }
    }
    // A command that is queued from here on waits for state_mutex_ in wake().
    awake_.reset();
    return true;
}

}  // namespace impl
}  // namespace wasl::store
