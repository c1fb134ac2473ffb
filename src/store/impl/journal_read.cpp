// Journal, tiles, checkpoints, counters, blobs.
#include "store/impl/reading.hpp"

#include <fmt/format.h>

#include <limits>

namespace wasl::store::impl {

namespace {

constexpr std::string_view row_columns = "seq,chain,position,kind,at,salt,content,leaf,previous";

std::int64_t as_signed(std::uint64_t value) {
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(value, largest));
}

JournalRow row_at(const Statement& row) {
    JournalRow out;
    out.seq = static_cast<std::uint64_t>(row.integer_at(0));
    out.chain = row.bytes_at(1);
    out.position = static_cast<std::uint64_t>(row.integer_at(2));
    out.kind = row.bytes_at(3);
    out.at = {row.integer_at(4)};
    out.salt = row.bytes_at(5);
    out.content = row.bytes_at(6);
    out.erased = row.null_at(5);
    out.leaf = row.bytes_at(7);
    out.previous = row.bytes_at(8);
    return out;
}

Result<std::vector<JournalRow>> all_rows(Statement& row) {
    std::vector<JournalRow> rows;
    while (TRY(row.step())) {
        rows.push_back(row_at(row));
    }
    return rows;
}

Checkpoint checkpoint_at(const Statement& row) {
    return {static_cast<std::uint64_t>(row.integer_at(0)), {row.integer_at(1)}, std::string(row.bytes_at(2))};
}

ChainHead head_at(const Statement& row) {
    return {static_cast<std::uint64_t>(row.integer_at(0)) + 1, static_cast<std::uint64_t>(row.integer_at(1)),
            {row.integer_at(2)}, std::string(row.bytes_at(3))};
}

// First text after every text that begins with `prefix`; empty when there is none.
std::string end_of(std::string_view prefix) {
    std::string end(prefix);
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xffU) {
        end.pop_back();
    }
    if (!end.empty()) {
        end.back() = static_cast<char>(end.back() + 1);
    }
    return end;
}

}  // namespace

Result<std::int64_t> tile_id(int level, std::uint64_t index) {
    if (level < 0 || level > 63 || index >= (1ULL << 56U)) {
        return fail(Code::invalid, "store.tile", fmt::format("level {}, index {}", level, index));
    }
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(level) << 56U) | index);
}

Result<std::int64_t> counter(View view, std::string_view name) {
    auto row = TRY(view.connection.use("SELECT value FROM counters WHERE name=?"));
    return TRY(row.text(name).step()) ? row.integer_at(0) : 0;
}

Result<std::vector<Counter>> counters(View view, std::string_view prefix) {
    const auto end = end_of(prefix);
    auto row = TRY(view.connection.use(end.empty() ? "SELECT name,value FROM counters WHERE name>=? ORDER BY name"
                                                   : "SELECT name,value FROM counters WHERE name>=? AND name<? ORDER BY name"));
    row.text(prefix);
    if (!end.empty()) {
        row.text(end);
    }
    std::vector<Counter> out;
    while (TRY(row.step())) {
        out.push_back({std::string(row.bytes_at(0)), row.integer_at(1)});
    }
    return out;
}

Result<bool> has_blob(View view, const Digest& digest) {
    auto row = TRY(view.connection.use("SELECT 1 FROM blobs WHERE digest=?"));
    return TRY(row.blob(digest.view()).step());
}

Result<std::string> blob(View view, const Digest& digest) {
    if (!TRY(has_blob(view, digest))) {
        return fail(Code::not_found, "store.no-blob", digest.hex());
    }
    return view.blobs.read(digest);
}

Result<std::uint64_t> journal_size(View view) {
    auto row = TRY(view.connection.use("SELECT seq FROM journal ORDER BY seq DESC LIMIT 1"));
    return TRY(row.step()) ? static_cast<std::uint64_t>(row.integer_at(0)) + 1 : 0;
}

Result<std::vector<JournalRow>> journal(View view, std::uint64_t first, std::size_t limit) {
    auto row = TRY(view.connection.use(fmt::format("SELECT {} FROM journal WHERE seq>=? ORDER BY seq LIMIT ?", row_columns)));
    row.integer(as_signed(first)).integer(as_signed(limit));
    return all_rows(row);
}

Result<std::vector<JournalRow>> chain(View view, std::string_view chain, std::uint64_t from, std::size_t limit) {
    auto row = TRY(view.connection.use(
        fmt::format("SELECT {} FROM journal WHERE chain=? AND position>=? ORDER BY position LIMIT ?", row_columns)));
    row.text(chain).integer(as_signed(from)).integer(as_signed(limit));
    return all_rows(row);
}

Result<std::optional<ChainHead>> chain_head(View view, std::string_view chain) {
    auto row = TRY(view.connection.use("SELECT position,seq,at,leaf FROM journal WHERE chain=? ORDER BY position DESC LIMIT 1"));
    if (TRY(row.text(chain).step())) {
        return head_at(row);
    }
    // Its last row may have left the store (store/retire.hpp); in an older format none has.
    if (TRY(view.connection.integer("SELECT count(*) FROM sqlite_master WHERE name='chain_ends'")) == 0) {
        return std::nullopt;
    }
    auto end = TRY(view.connection.use("SELECT position,seq,at,leaf FROM chain_ends WHERE chain=?"));
    if (!TRY(end.text(chain).step())) {
        return std::nullopt;
    }
    return head_at(end);
}

Result<std::vector<std::string>> chains(View view, std::string_view after, std::size_t limit) {
    auto row = TRY(view.connection.use("SELECT chain FROM journal WHERE chain>? AND position=0 ORDER BY chain LIMIT ?"));
    row.text(after).integer(as_signed(limit));
    std::vector<std::string> out;
    while (TRY(row.step())) {
        out.emplace_back(row.bytes_at(0));
    }
    return out;
}

Result<std::optional<std::string>> tile(View view, int level, std::uint64_t index) {
    const auto id = TRY(tile_id(level, index));
    auto row = TRY(view.connection.use("SELECT hashes FROM tiles WHERE id=?"));
    if (!TRY(row.integer(id).step())) {
        return std::nullopt;
    }
    return std::string(row.bytes_at(0));
}

Result<std::optional<Checkpoint>> checkpoint(View view, std::uint64_t at_most) {
    auto row = TRY(view.connection.use(
        "SELECT tree_size,at,text FROM checkpoints WHERE tree_size<=? ORDER BY tree_size DESC LIMIT 1"));
    if (!TRY(row.integer(as_signed(at_most)).step())) {
        return std::nullopt;
    }
    return checkpoint_at(row);
}

Result<std::optional<Checkpoint>> checkpoint_covering(View view, std::uint64_t at_least) {
    auto row = TRY(view.connection.use("SELECT tree_size,at,text FROM checkpoints WHERE tree_size>=? ORDER BY tree_size LIMIT 1"));
    if (!TRY(row.integer(as_signed(at_least)).step())) {
        return std::nullopt;
    }
    return checkpoint_at(row);
}

Result<std::vector<Checkpoint>> checkpoints(View view, std::uint64_t below, std::size_t limit) {
    auto row = TRY(view.connection.use(
        "SELECT tree_size,at,text FROM checkpoints WHERE tree_size<? ORDER BY tree_size DESC LIMIT ?"));
    row.integer(as_signed(below)).integer(as_signed(limit));
    std::vector<Checkpoint> out;
    while (TRY(row.step())) {
        out.push_back(checkpoint_at(row));
    }
    return out;
}

}  // namespace wasl::store::impl
