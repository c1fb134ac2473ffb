// The store on SQLite: a queue, rounds of a writer thread, views.
#pragma once

#include "store/impl/awake.hpp"
#include "store/impl/clock_guard.hpp"
#include "store/impl/space_guard.hpp"
#include "store/impl/transaction.hpp"
#include "store/notes.hpp"
#include "store/sqlite.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace wasl::store::impl {

class SqliteStore final : public Store, public NoteTaker, private Writers::Worker {
public:
    static Result<std::unique_ptr<Store>> open(SqliteOptions options, Writers& writers);
    SqliteStore(SqliteOptions options, Layout layout, Writers& writers);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    void submit(Command command, Completion done, Priority priority) override;
    Result<std::unique_ptr<Reader>> read() override;
    Result<std::shared_ptr<const NotedRow>> note(JournalEntry entry) override;
    Result<Digest> write_blob(std::string_view bytes) override;
    [[nodiscard]] ClockState clock() const override;
    Result<void> accept_clock() override;
    [[nodiscard]] SpaceReport space() const override;
    Result<BackupReport> backup(const std::filesystem::path& to) override;
    Result<void> settle() override;
    bool rest() override;

private:
    struct Item {
        Command command;
        Completion done;
        Priority priority = Priority::ordinary;
        Result<void> result = {};
    };
    using Group = std::vector<Item>;
    struct Noted {
        std::uint64_t number = 0;
        JournalEntry entry;
        std::shared_ptr<NotedRow> row;
    };
    using NotedGroup = std::vector<std::shared_ptr<const Noted>>;
    // Awake as long as it lives.
    struct Use {
        Awake* awake = nullptr;
        std::shared_ptr<void> hold;
    };

    bool work() noexcept override;
    Result<Use> wake();
    Group take_group();
    [[nodiscard]] bool notes_due();
    NotedGroup noted();
    Result<void> append_notes(GroupTransaction& transaction, const NotedGroup& notes);
    void notes_written(Awake* awake, const NotedGroup& notes, bool done);
    void run_group(Group& group);
    Result<void> run_commands(Awake& awake, GroupTransaction& transaction, Group& group);
    Result<void> write_group(Awake& awake, Group& group, const NotedGroup& notes);
    void look_at_space(Awake& awake);
    void keep_to_quota(Awake& awake);
    [[nodiscard]] std::int64_t quota() const;
    void clean_up(Awake& awake, const GroupTransaction& transaction, const Result<void>& done);
    static void complete(Group& group) noexcept;
    bool idle_work();  // true: there is more
    bool index_batch(Awake& awake);
    void sweep_blobs(Awake& awake);
    bool stop_if_idle(bool more);
    bool settling();
    void schedule_locked();

    SqliteOptions options_;
    Layout layout_;
    Blobs blobs_;
    Writers& writers_;
    SystemClock system_clock_;
    SystemEntropy system_entropy_;
    SystemSpace system_space_;
    const Clock& clock_port_;
    Entropy& entropy_;

    mutable std::mutex state_mutex_;  // taken before mutex_
    std::unique_ptr<Awake> awake_;
    std::optional<ClockGuard> clock_;
    std::optional<Reserve> own_reserve_;
    std::optional<SpaceGuard> space_;
    std::atomic<int> users_{0};

    std::mutex noting_;  // one note at a time; taken before mutex_
    std::mutex mutex_;
    std::condition_variable idle_;
    std::deque<Item> queue_;
    std::deque<std::shared_ptr<const Noted>> noted_;  // on disk, in no group yet
    bool notes_wait_ = false;  // the last group could not take them: with the next command, and no more of them
    bool scheduled_ = false;
    bool stopping_ = false;
    bool settling_ = false;       // somebody waits for the search index
    Result<void> indexing_ = {};  // of the last batch

    // Only on the writer's thread:
    bool saw_settling_ = false;
    std::size_t backlog_ = 0;
    std::int64_t swept_at_ = 0;
    unsigned sweep_folder_ = 0;
};

Result<BackupReport> make_backup(Connection source, const Layout& layout, Blobs& blobs, const std::filesystem::path& to);

}  // namespace wasl::store::impl
