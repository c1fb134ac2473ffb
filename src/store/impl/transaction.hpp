// The transaction of one group: commands one after the other, each undone by itself.
#pragma once

#include "base/clock.hpp"
#include "store/impl/reading.hpp"
#include "store/retire.hpp"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace wasl::store::impl {

class GroupTransaction final : public Reading<Transaction>, public RowKeeper {
public:
    GroupTransaction(View view, Instant now, Entropy& entropy) : Reading(view), now_(now), entropy_(entropy) {}

    // --- the group's side
    Result<void> begin();
    Result<void> run(Command& command);  // what it leaves is all or nothing
    // Gives the new rows to the hook and writes what was kept in memory.
    Result<void> finish(CommitHook* hook);
    Result<void> commit();
    // An error after which the group can not be committed.
    [[nodiscard]] const std::optional<Error>& broken() const noexcept { return broken_; }
    [[nodiscard]] bool wrote() const noexcept { return wrote_ || !rows_.empty(); }
    [[nodiscard]] bool has_rows() const noexcept { return !rows_.empty(); }
    [[nodiscard]] std::size_t newly_pending() const noexcept { return pending_; }
    [[nodiscard]] const std::vector<Digest>& released() const noexcept { return released_; }

    // --- the command's side
    [[nodiscard]] Instant now() const override { return now_; }
    using Transaction::put;
    Result<std::int64_t> put(std::string_view collection, std::string_view key, std::int64_t expected,
                             std::string_view body, std::span<const Field> fields, std::string_view search_text) override;
    Result<void> erase(std::string_view collection, std::string_view key, std::int64_t expected) override;
    Result<std::int64_t> bump(std::string_view counter, std::int64_t delta) override;
    Result<std::uint64_t> append(JournalEntry entry) override;
    Result<std::int64_t> erase_chain(std::string_view chain) override;
    Result<void> drop_rows(std::uint64_t below, Instant finished) override;
    Result<void> put_tile(int level, std::uint64_t index, std::string_view hashes) override;
    Result<void> put_checkpoint(const Checkpoint& checkpoint) override;
    Result<void> name_blob(const Digest& digest) override;
    Result<void> release_blob(const Digest& digest) override;

    // Reads that must see what is still in memory.
    Result<std::int64_t> counter(std::string_view name) override;
    Result<std::vector<Counter>> counters(std::string_view prefix) override;
    Result<std::uint64_t> journal_size() override;
    Result<std::vector<JournalRow>> journal(std::uint64_t first, std::size_t limit) override;
    Result<std::vector<JournalRow>> chain(std::string_view chain, std::uint64_t from, std::size_t limit) override;
    Result<std::optional<ChainHead>> chain_head(std::string_view chain) override;
    Result<std::vector<std::string>> chains(std::string_view after, std::size_t limit) override;

private:
    struct Located {
        std::int64_t id = 0;
        std::int64_t version = 0;
        bool same_fields = false;
        std::string indexed_text;  // search text as stored
    };
    struct Undo {
        std::size_t rows = 0;
        std::size_t released = 0;
        std::size_t pending = 0;
        bool saved = false;  // a savepoint is open
        std::vector<std::pair<std::string, std::int64_t>> bumps;
    };
    using Scalars = std::vector<Scalar>;

    template <class T>
    Result<T> noted(Result<T> result);  // remembers an error that breaks the group
    Result<void> write();               // called before each write: opens the command's savepoint
    Result<void> invoke(Command& command);
    void undo();
    Result<std::optional<Located>> locate(const Table& table, std::string_view key, const Scalars& values);
    Result<std::int64_t> insert(const Table& table, std::string_view key, std::string_view body, const Scalars& values,
                                std::string_view search_text);
    Result<std::int64_t> update(const Table& table, const Located& at, std::string_view body, const Scalars& values,
                                std::string_view search_text);
    Result<std::int64_t> write_document(std::string_view collection, std::string_view key, std::int64_t expected,
                                        std::string_view body, std::span<const Field> fields, std::string_view search_text);
    Result<void> erase_document(const Table& table, std::string_view key, std::int64_t expected);
    Result<void> index_later(const Table& table, std::int64_t id, std::optional<std::string_view> indexed);
    Result<void> place_in_chain(JournalRow& row);
    Result<void> flush_rows();
    Result<void> flush_counters();
    Result<std::int64_t*> counter_slot(std::string_view name);

    Instant now_;
    Entropy& entropy_;
    std::optional<Error> broken_;
    bool wrote_ = false;
    bool in_command_ = false;
    bool in_hook_ = false;
    std::size_t pending_ = 0;
    std::optional<std::uint64_t> first_seq_;
    std::vector<JournalRow> rows_;
    std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> last_in_chain_;  // index in rows_
    std::map<std::string, std::int64_t, std::less<>> counters_;
    std::vector<Digest> released_;
    Undo undo_;
};

template <class T>
Result<T> GroupTransaction::noted(Result<T> result) {
    if (!result && is_fatal(result.error()) && !broken_) {
        broken_ = result.error();
    }
    return result;
}

}  // namespace wasl::store::impl
