// One round of a writer: a group of commands, committed together.
#include "base/log.hpp"
#include "store/impl/indexer.hpp"
#include "store/impl/sqlite_store.hpp"

#include <exception>

namespace wasl::store::impl {

namespace {

constexpr std::size_t index_batch_size = 512;
// Fewer wait for company: a search merges them in, and a commit of the index costs as much disk
// as one of filings.
constexpr std::size_t index_from = 64;
constexpr std::int64_t page_bytes = 4'096;
constexpr std::int64_t sweep_every_micros = 60'000'000;

}  // namespace

bool SqliteStore::work() noexcept {
    bool more = false;
    Group group;
    try {
        group = take_group();
        if (group.empty() && !notes_due()) {
            more = idle_work();
        } else {
            run_group(group);
            more = true;
        }
    } catch (const std::exception& defect) {  // out of memory, say
        log::error("store.round-threw", {{"what", defect.what()}});
        for (auto& item : group) {
            item.result = fail(Code::internal, "store.command-threw");
        }
        complete(group);  // those that have not heard yet
    }
    return stop_if_idle(more);
}

bool SqliteStore::stop_if_idle(bool more) {
    const std::lock_guard lock(mutex_);
    if (more || !queue_.empty() || (settling_ && !saw_settling_)) {  // asked for after this round looked
        return true;
    }
    scheduled_ = false;
    settling_ = false;
    idle_.notify_all();  // under the lock: after it this object may be gone
    return false;
}

bool SqliteStore::settling() {
    const std::lock_guard lock(mutex_);
    saw_settling_ = settling_;
    return settling_;
}

SqliteStore::Group SqliteStore::take_group() {
    Group group;
    const std::lock_guard lock(mutex_);
    while (!queue_.empty() && group.size() < options_.group_limit) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

bool SqliteStore::notes_due() {
    const std::lock_guard lock(mutex_);
    return !noted_.empty() && !notes_wait_;
}

SqliteStore::NotedGroup SqliteStore::noted() {
    const std::lock_guard lock(mutex_);
    return {noted_.begin(), noted_.end()};
}

// They are promised: the room in reserve is theirs as well.
Result<void> SqliteStore::append_notes(GroupTransaction& transaction, const NotedGroup& notes) {
    if (notes.empty()) {
        return {};
    }
    if (auto refused = space_->refusal(Priority::due)) {
        return std::unexpected(std::move(*refused));
    }
    for (const auto& note : notes) {
        note->row->seq = TRY(transaction.append(note->entry));
    }
    const auto before = TRY(transaction.bump(notes_taken, 0));
    TRY(transaction.bump(notes_taken, static_cast<std::int64_t>(notes.back()->number) - before));
    return {};
}

void SqliteStore::notes_written(Awake* awake, const NotedGroup& notes, bool done) {
    const std::lock_guard lock(mutex_);
    notes_wait_ = !done;
    if (done) {
        noted_.erase(noted_.begin(), noted_.begin() + static_cast<std::ptrdiff_t>(notes.size()));
        awake->notes()->taken(notes.back()->number);
    }
}

void SqliteStore::complete(Group& group) noexcept {
    for (auto& item : group) {
        try {
            if (auto done = std::exchange(item.done, nullptr)) {
                done(std::move(item.result));
            }
        } catch (const std::exception& defect) {
            log::error("store.completion-threw", {{"what", defect.what()}});
        }
    }
}

void SqliteStore::run_group(Group& group) {
    const NotedGroup notes = noted();
    auto use = wake();
    auto done = use ? write_group(*use->awake, group, notes) : Result<void>(std::unexpected(use.error()));
    if (!notes.empty()) {
        notes_written(use ? use->awake : nullptr, notes, done.has_value());
    }
    if (!done) {
        for (auto& item : group) {
            item.result = done;
        }
    }
    complete(group);
    if (use) {
        use->awake->tend_log();
        if (backlog_ > options_.search_backlog) {
            index_batch(*use->awake);
        }
    }
    group.clear();  // captures go before the store may rest
}

std::int64_t SqliteStore::quota() const {
    return options_.quota_bytes + space_->released_bytes();
}

void SqliteStore::look_at_space(Awake& awake) {
    std::optional<std::int64_t> left;
    if (options_.quota_bytes > 0) {
        const auto used = awake.writer().integer("PRAGMA page_count").value_or(0);
        const auto spare = awake.writer().integer("PRAGMA freelist_count").value_or(0);
        left = quota() - (used - spare) * page_bytes;
    }
    space_->look(left, clock_port_.monotonic_micros());
    keep_to_quota(awake);
}

void SqliteStore::keep_to_quota(Awake& awake) {
    if (options_.quota_bytes > 0) {
        if (const auto limited = awake.limit_pages(quota() / page_bytes); !limited) {
            log::error("store.io", {{"why", limited.error().detail}});
        }
    }
}

Result<void> SqliteStore::run_commands(Awake& awake, GroupTransaction& transaction, Group& group) {
    for (auto& item : group) {
        if (auto refused = space_->refusal(item.priority)) {
            item.result = std::unexpected(std::move(*refused));
            continue;
        }
        keep_to_quota(awake);  // the reserve may just have been let go
        item.result = transaction.run(item.command);
        if (transaction.broken()) {
            return std::unexpected(*transaction.broken());
        }
    }
    return {};
}

Result<void> SqliteStore::write_group(Awake& awake, Group& group, const NotedGroup& notes) {
    const auto now = TRY(clock_->instant());
    look_at_space(awake);
    GroupTransaction transaction({awake.writer(), layout_, blobs_}, now, entropy_);
    auto done = transaction.begin();
    if (done) {
        done = append_notes(transaction, notes);
    }
    if (done) {
        done = run_commands(awake, transaction, group);
    }
    if (done && transaction.wrote()) {
        done = transaction.finish(options_.hook);
        if (done) {
            done = transaction.commit();
        }
        if (options_.hook != nullptr && transaction.has_rows()) {
            options_.hook->after_commit(done.has_value());
        }
    }
    clean_up(awake, transaction, done);
    return done;
}

void SqliteStore::clean_up(Awake& awake, const GroupTransaction& transaction, const Result<void>& done) {
    if (done && transaction.wrote()) {
        if (transaction.has_rows()) {
            clock_->written(transaction.now());
        }
        backlog_ += transaction.newly_pending();
        for (const auto& digest : transaction.released()) {
            auto named = awake.writer().use("SELECT 1 FROM blobs WHERE digest=?");
            if (named && !named->blob(digest.view()).step().value_or(true)) {
                blobs_.discard(digest);
            }
        }
        return;
    }
    if (awake.writer().in_transaction()) {
        static_cast<void>(awake.writer().execute("ROLLBACK"));
    }
    if (done) {
        return;
    }
    log::error("store.group-failed", {{"key", done.error().key}, {"why", done.error().detail}});
    if (done.error().key == "store.disk-full") {
        space_->write_failed(clock_port_.monotonic_micros());
    }
    if (is_fatal(done.error())) {
        if (const auto reopened = awake.reopen_writer(); !reopened) {
            log::error("store.io", {{"why", reopened.error().detail}});
        }
    }
}

bool SqliteStore::index_batch(Awake& awake) {
    if (space_->report().state != SpaceState::open) {
        return false;  // the room that is left is for those who need it; search finds them meanwhile
    }
    const auto indexed = index_some(awake.writer(), layout_, index_batch_size);
    const std::lock_guard lock(mutex_);
    if (!indexed) {
        log::error("store.index-failed", {{"why", indexed.error().detail}});
        indexing_ = std::unexpected(indexed.error());
        return false;
    }
    indexing_ = {};
    backlog_ = *indexed < index_batch_size ? 0 : backlog_ - std::min(backlog_, *indexed);
    return backlog_ > 0;
}

bool SqliteStore::idle_work() {
    const bool all = settling();
    const auto use = wake();
    if (!use) {
        return false;
    }
    sweep_blobs(*use->awake);
    if (backlog_ < (all ? 1 : index_from)) {
        return false;
    }
    const bool more = index_batch(*use->awake);
    use->awake->tend_log();
    return more;
}

void SqliteStore::sweep_blobs(Awake& awake) {
    const auto now = clock_port_.monotonic_micros();
    if (swept_at_ != 0 && now - swept_at_ < sweep_every_micros) {
        return;
    }
    swept_at_ = now;
    blobs_.sweep(sweep_folder_++, [&](const Digest& digest) {
        auto row = awake.writer().use("SELECT 1 FROM blobs WHERE digest=?");
        return !row || row->blob(digest.view()).step().value_or(true);
    });
}

}  // namespace wasl::store::impl
