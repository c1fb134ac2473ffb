// The port of a durable store: one writer, groups of commands committed together, consistent
// reads beside it. Everything a member holds is in one store. SQLite today (store/sqlite.hpp);
// store/conformance.hpp says what any other has to do.
//
// Error keys: store.version, store.duplicate (Code::conflict) · store.disk-full
// (Code::insufficient_storage) · store.clock-jumped, store.io, store.closed, store.busy,
// store.newer-schema (Code::unavailable) · store.cursor (Code::invalid) · store.no-blob
// (Code::not_found) · store.unknown-collection, store.unknown-field, store.unknown-index,
// store.damaged, store.command-threw (Code::internal).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "store/journal.hpp"
#include "store/query.hpp"
#include "store/schema.hpp"
#include "store/space.hpp"
#include "store/value.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::store {

// A consistent view. One thread at a time; short-lived (an old view keeps the log from shrinking).
class Reader {
public:
    virtual ~Reader() = default;

    virtual Result<std::optional<Document>> get(std::string_view collection, std::string_view key) = 0;
    // By the values of all fields of an index; of several documents, the first.
    virtual Result<std::optional<Document>> get_by(std::string_view collection, std::string_view index,
                                                   std::span<const Scalar> values) = 0;
    Result<std::optional<Document>> get_by(std::string_view collection, std::string_view index,
                                           std::initializer_list<Scalar> values) {
        return get_by(collection, index, std::span<const Scalar>(values.begin(), values.size()));
    }
    virtual Result<Page> find(const Query& query) = 0;
    // How many there are, counting no further than `at_most` (limit and cursor are ignored).
    virtual Result<std::int64_t> count(const Query& query, std::int64_t at_most) = 0;
    virtual Result<Page> search(const Search& search) = 0;
    virtual Result<std::int64_t> count(const Search& search, std::int64_t at_most) = 0;

    virtual Result<std::int64_t> counter(std::string_view name) = 0;  // 0 when never bumped
    virtual Result<std::vector<Counter>> counters(std::string_view prefix) = 0;  // by name

    // Bytes of a blob, checked against their digest ("store.damaged"); "store.no-blob".
    virtual Result<std::string> blob(const Digest& digest) = 0;
    virtual Result<bool> has_blob(const Digest& digest) = 0;  // named by a committed command

    virtual Result<std::uint64_t> journal_size() = 0;
    virtual Result<std::vector<JournalRow>> journal(std::uint64_t first, std::size_t limit) = 0;
    virtual Result<std::vector<JournalRow>> chain(std::string_view chain, std::uint64_t from_position = 0,
                                                  std::size_t limit = 10'000) = 0;
    virtual Result<std::optional<ChainHead>> chain_head(std::string_view chain) = 0;
    // Ids of chains after `after` in byte order: a walk over all of them.
    virtual Result<std::vector<std::string>> chains(std::string_view after, std::size_t limit) = 0;
    // Hash tiles of the tree (C2SP tlog-tiles): up to 256 hashes of 32 bytes.
    virtual Result<std::optional<std::string>> tile(int level, std::uint64_t index) = 0;
    // The checkpoint of the greatest tree size not above `at_most`.
    virtual Result<std::optional<Checkpoint>> checkpoint(std::uint64_t at_most = UINT64_MAX >> 1U) = 0;
    // The checkpoint of the smallest tree size not below `at_least`.
    virtual Result<std::optional<Checkpoint>> checkpoint_covering(std::uint64_t at_least) = 0;
    virtual Result<std::vector<Checkpoint>> checkpoints(std::uint64_t below, std::size_t limit) = 0;  // newest first
};

// What a command writes through; it reads its own writes and those of earlier commands of its
// group. Valid only during the call.
class Transaction : public Reader {
public:
    static constexpr std::int64_t must_not_exist = 0;
    static constexpr std::int64_t any_version = -1;

    // The instant of this group, by the store's guarded clock.
    [[nodiscard]] virtual Instant now() const = 0;

    // Writes a document with all its index values (a field left out is absent) and, in a
    // searchable collection, its tokens separated by blanks. `expected` is the version the
    // caller has seen. The new version. Errors: "store.version" (detail says which stands),
    // "store.duplicate" (a unique index; detail names it).
    virtual Result<std::int64_t> put(std::string_view collection, std::string_view key, std::int64_t expected,
                                     std::string_view body, std::span<const Field> fields,
                                     std::string_view search_text = {}) = 0;
    Result<std::int64_t> put(std::string_view collection, std::string_view key, std::int64_t expected,
                             std::string_view body, std::initializer_list<Field> fields = {},
                             std::string_view search_text = {}) {
        return put(collection, key, expected, body, std::span<const Field>(fields.begin(), fields.size()), search_text);
    }
    virtual Result<void> erase(std::string_view collection, std::string_view key,
                               std::int64_t expected = any_version) = 0;  // absent: nothing to do, or "store.version"

    virtual Result<std::int64_t> bump(std::string_view counter, std::int64_t delta) = 0;  // the new value

    // The row's seq; a group that fails gives the number to another row.
    virtual Result<std::uint64_t> append(JournalEntry entry) = 0;
    // Salt and content of every row of the chain; leaves stand. Number of rows erased. Rows
    // appended in this very group are not touched.
    virtual Result<std::int64_t> erase_chain(std::string_view chain) = 0;
    virtual Result<void> put_tile(int level, std::uint64_t index, std::string_view hashes) = 0;  // replaces
    virtual Result<void> put_checkpoint(const Checkpoint& checkpoint) = 0;                       // replaces

    // Names a blob written by Store::write_blob; each name counts. "store.no-blob" when its bytes
    // are not there.
    virtual Result<void> name_blob(const Digest& digest) = 0;
    // Takes one name back; bytes without a name are deleted after the commit.
    virtual Result<void> release_blob(const Digest& digest) = 0;
};

using Command = std::move_only_function<Result<void>(Transaction&)>;
using Completion = std::move_only_function<void(Result<void>)>;

// Who may still write when the disk is full: see store/space.hpp.
enum class Priority { ordinary, looks, due };

struct ClockState {
    bool accepted = true;      // false: writing stops with "store.clock-jumped"
    std::string why = {};      // for operators
    Instant last_entry = {};   // instant of the newest journal row
};

struct BackupReport {
    std::uint64_t journal_size = 0;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

class Store {
public:
    virtual ~Store() = default;  // finishes what is queued

    // Queues a command. `done` runs on a writer's thread after the group is on disk (or failed):
    // it must not block, nor throw. A command that fails or throws leaves nothing behind and
    // fails alone; a group that cannot be committed fails all of its commands.
    virtual void submit(Command command, Completion done, Priority priority = Priority::ordinary) = 0;
    // The same, waiting. Not from a writer's thread ("store.busy").
    Result<void> run(Command command, Priority priority = Priority::ordinary);

    // A view of everything committed by now; it must be gone before the store is. Never waits for
    // the writer.
    virtual Result<std::unique_ptr<Reader>> read() = 0;

    // Bytes on disk, under their SHA-256, on return; from any thread, before the command that
    // names them (Transaction::name_blob). Bytes that nobody names within a day are swept.
    virtual Result<Digest> write_blob(std::string_view bytes) = 0;

    // The clock guard (last_entry is filled when the store is awake).
    [[nodiscard]] virtual ClockState clock() const = 0;
    // Takes the clock as it is now for right; the caller journals who said so. Rows after it
    // may then be earlier than rows before it.
    virtual Result<void> accept_clock() = 0;

    [[nodiscard]] virtual SpaceReport space() const = 0;

    // A consistent copy into an empty or absent folder, while writing goes on; keys are not in it.
    virtual Result<BackupReport> backup(const std::filesystem::path& to) = 0;

    // Waits until all that was queued is on disk and indexed for search.
    virtual Result<void> settle() = 0;
    // Gives back connections and memory until the next use; nothing while work is queued or
    // views are open. True when it rests now.
    virtual bool rest() = 0;
};

}  // namespace wasl::store
