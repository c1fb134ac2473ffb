// Writing a member's exchange journal while the node runs: rows of requests, answers and refusals, the
// index over them, the snapshots they refer to, and what has to be known when a process starts anew.
#pragma once

#include "exchange/journal_rows.hpp"
#include "exchange/node.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace wasl::exchange {

// The registry whose copy is known to be on disk, and how rows name that copy. Commands under way share it.
class KeptRegistry {
public:
    [[nodiscard]] std::optional<std::string> mark_of(const RegistryView& registry) const;
    void set(const RegistryView& registry, std::string mark);

private:
    mutable std::mutex guard_;
    std::shared_ptr<const Snapshot> registry_;
    std::string mark_;
};

// Answers' rows wait, up to 10 ms, and go with a request's: one sync of the disk then serves both, a call that
// follows an answer does not wait behind that answer's sync, and the index is written for many at once. Requests wait for those that are being
// written; where many come at once, also a moment for company, for a sync of the disk costs the same for one and
// for thirty. A call that comes alone is noted (store/notes.hpp): on disk at once, in the journal with the answers' rows.
class MemberJournal : public std::enable_shared_from_this<MemberJournal> {
public:
    using Wake = std::function<void(std::chrono::milliseconds)>;
    // `wake` when rows begin to wait: flush() is to be called after so long. `lost`: so many could not be kept.
    MemberJournal(ClientId member, store::Store& store, Wake wake, std::function<void(std::size_t)> lost)
        : member_(std::move(member)), store_(&store), wake_(std::move(wake)), lost_(std::move(lost)) {}
    [[nodiscard]] const ClientId& member() const noexcept { return member_; }
    [[nodiscard]] store::Store& store() const noexcept { return *store_; }

    // `done` with the row's place once it is on disk, on a writer's thread, where it must not block. `alone`: nothing else
    // is under way, so that the caller's thread may wait for the disk, and `done` is called on it.
    void request(const RequestRow& row, const RegistryView& registry, bool alone, std::move_only_function<void(Result<RowPlace>)> done);
    void response(const ResponseRow& row, const RegistryView& registry);
    // Writes requests that wait, and answers that have waited long enough. What can not be written now waits on,
    // up to a number.
    void flush();
    // Writes all that waits, and returns when it is on disk. Not from a writer's thread.
    Result<void> settle();
    void refusal(RefusalRow row, std::move_only_function<void(Result<void>)> done);

    // At start. `nonce(key id, nonce, until)` for each request received and not yet too old at `now`; then
    // requests without an answer among the rows of the last `longest_seconds` before the newest row are
    // recorded as of unknown outcome.
    using SeenNonce = std::function<void(std::string_view key_id, std::string_view nonce, Instant until)>;
    Result<void> recover(Instant now, std::int64_t longest_seconds, const SeenNonce& nonce);

private:
    struct Found;
    // An answer's row, written down.
    struct Waiting {
        std::string content;
        IndexEntry index;
        RowPlace request_row;
        int status = 0;
        std::string fault;
        RegistryView registry;
    };
    // A request's row, written down.
    struct Asking {
        std::string partner, content;
        RegistryView registry;
        std::move_only_function<void(Result<RowPlace>)> done;
        std::shared_ptr<store::NotedRow> row = std::make_shared<store::NotedRow>();
        std::string mark = {};  // of the registry's copy, once it is kept
    };
    using Batch = std::shared_ptr<std::vector<Waiting>>;
    using Requests = std::shared_ptr<std::vector<Asking>>;
    enum class Answers { all, old };  // which of those that wait
    void submit(Answers which);
    void submit_requests(const Requests& batch);
    [[nodiscard]] RowPlace note(const RequestRow& row, const RegistryView& registry);
    void written(std::vector<Asking>& batch, const Result<void>& result);
    void give_back(const Batch& batch, const Error& why);
    static Result<void> write(store::Transaction& to, const std::vector<Waiting>& batch, const KeptRegistry& kept);
    Result<std::vector<Found>> read_back(store::Reader& reader, Instant now, std::int64_t longest_seconds, const SeenNonce& nonce) const;

    ClientId member_;
    store::Store* store_;
    Wake wake_;
    std::function<void(std::size_t)> lost_;
    std::mutex guard_;
    std::vector<Waiting> waiting_;
    std::chrono::steady_clock::time_point waiting_since_;  // the first of them
    std::vector<Asking> asking_;
    std::size_t writing_ = 0;  // batches of requests on their way to the disk
    bool gathering_ = false;   // none is, and the next waits for company
    bool noted_ = false;       // since the last command: what was noted waits for the next
    std::chrono::steady_clock::time_point notes_again_;  // none before: the disk was slow
    std::chrono::steady_clock::duration note_time_{};    // of the last notes
    std::shared_ptr<KeptRegistry> kept_ = std::make_shared<KeptRegistry>();
};

}  // namespace wasl::exchange
