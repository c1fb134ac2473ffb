// The journal's side of a transaction: rows wait in memory for the hook.
#include "store/impl/transaction.hpp"

#include <algorithm>

namespace wasl::store::impl {

namespace {

constexpr std::size_t salt_bytes = 32;

}  // namespace

Result<void> GroupTransaction::place_in_chain(JournalRow& row) {
    if (const auto last = last_in_chain_.find(row.chain); last != last_in_chain_.end()) {
        row.previous_in_group = last->second;
        row.position = rows_[last->second].position + 1;
        return {};
    }
    if (const auto head = TRY(noted(impl::chain_head(view(), row.chain)))) {
        row.position = head->length;
        row.previous = leaf_hash(head->leaf).view();
    }
    return {};
}

Result<std::uint64_t> GroupTransaction::append(JournalEntry entry) {
    if (in_hook_) {
        return fail(Code::internal, "store.append-in-hook", "a hook appends no rows");
    }
    if (!first_seq_) {
        first_seq_ = TRY(noted(impl::journal_size(view())));
    }
    JournalRow row;
    row.seq = *first_seq_ + rows_.size();
    row.chain = std::move(entry.chain);
    row.kind = std::move(entry.kind);
    row.at = now_;
    row.salt = entropy_.bytes(salt_bytes);
    row.content = std::move(entry.content);
    row.seal_key = std::move(entry.seal_key);
    row.seal_claims = std::move(entry.seal_claims);
    TRY(place_in_chain(row));
    last_in_chain_.insert_or_assign(row.chain, rows_.size());
    rows_.push_back(std::move(row));
    return rows_.back().seq;
}

Result<void> GroupTransaction::flush_rows() {
    for (const auto& row : rows_) {
        auto insert = TRY(view().connection.use(
            "INSERT INTO journal(seq,chain,position,kind,at,salt,content,leaf,previous) VALUES(?,?,?,?,?,?,?,?,?)"));
        insert.integer(static_cast<std::int64_t>(row.seq)).text(row.chain).integer(static_cast<std::int64_t>(row.position));
        insert.text(row.kind).integer(row.at.micros).blob(row.salt).blob(row.content).blob(row.leaf).blob(row.previous);
        TRY(insert.run());
    }
    return {};
}

Result<std::int64_t> GroupTransaction::erase_chain(std::string_view chain) {
    TRY(write());
    auto update = TRY(view().connection.use(
        "UPDATE journal SET salt=NULL,content=NULL WHERE chain=? AND salt IS NOT NULL"));
    TRY(noted(update.text(chain).run()));
    return view().connection.changes();
}

Result<void> GroupTransaction::drop_rows(std::uint64_t below, Instant finished) {
    const auto size = TRY(noted(impl::journal_size(view())));
    const auto signed_beyond = TRY(noted(impl::checkpoint_covering(view(), below + 1)));
    if (below >= size || (!signed_beyond && TRY(noted(impl::checkpoint(view(), below))))) {
        return fail(Code::invalid, "store.rows-needed", "the last row of the journal and its checkpoint stay");
    }
    TRY(write());
    const auto limit = static_cast<std::int64_t>(below);
    // Of each chain the row with the greatest position: SQLite takes the other columns from the row of max().
    auto ends = TRY(view().connection.use(
        "INSERT OR REPLACE INTO chain_ends(chain,position,seq,at,leaf) "
        "SELECT chain,max(position),seq,at,leaf FROM journal WHERE seq<? GROUP BY chain"));
    TRY(noted(ends.integer(limit).run()));
    auto over = TRY(view().connection.use("DELETE FROM chain_ends WHERE at<?"));
    TRY(noted(over.integer(finished.micros).run()));
    auto rows = TRY(view().connection.use("DELETE FROM journal WHERE seq<?"));
    TRY(noted(rows.integer(limit).run()));
    auto heads = TRY(view().connection.use("DELETE FROM checkpoints WHERE tree_size<=?"));
    return noted(heads.integer(limit).run());
}

Result<void> GroupTransaction::put_tile(int level, std::uint64_t index, std::string_view hashes) {
    const auto id = TRY(tile_id(level, index));
    if (hashes.empty() || hashes.size() > 256U * 32U || hashes.size() % 32U != 0) {
        return fail(Code::invalid, "store.tile", "1 to 256 hashes of 32 bytes");
    }
    TRY(write());
    auto insert = TRY(view().connection.use("INSERT OR REPLACE INTO tiles(id,hashes) VALUES(?,?)"));
    return noted(insert.integer(id).blob(hashes).run());
}

Result<void> GroupTransaction::put_checkpoint(const Checkpoint& checkpoint) {
    TRY(write());
    auto insert = TRY(view().connection.use("INSERT OR REPLACE INTO checkpoints(tree_size,at,text) VALUES(?,?,?)"));
    insert.integer(static_cast<std::int64_t>(checkpoint.tree_size)).integer(checkpoint.at.micros).blob(checkpoint.text);
    return noted(insert.run());
}

// --- reads: what is stored, then what waits

Result<std::uint64_t> GroupTransaction::journal_size() {
    return TRY(impl::journal_size(view())) + rows_.size();
}

Result<std::vector<JournalRow>> GroupTransaction::journal(std::uint64_t first, std::size_t limit) {
    auto out = TRY(impl::journal(view(), first, limit));
    for (const auto& row : rows_) {
        if (row.seq >= first && out.size() < limit) {
            out.push_back(row);
        }
    }
    return out;
}

Result<std::vector<JournalRow>> GroupTransaction::chain(std::string_view chain, std::uint64_t from, std::size_t limit) {
    auto out = TRY(impl::chain(view(), chain, from, limit));
    if (last_in_chain_.find(chain) == last_in_chain_.end()) {
        return out;
    }
    for (const auto& row : rows_) {
        if (row.chain == chain && row.position >= from && out.size() < limit) {
            out.push_back(row);
        }
    }
    return out;
}

Result<std::optional<ChainHead>> GroupTransaction::chain_head(std::string_view chain) {
    const auto last = last_in_chain_.find(chain);
    if (last == last_in_chain_.end()) {
        return impl::chain_head(view(), chain);
    }
    const auto& row = rows_[last->second];
    return ChainHead{row.position + 1, row.seq, row.at, row.leaf};
}

Result<std::vector<std::string>> GroupTransaction::chains(std::string_view after, std::size_t limit) {
    auto out = TRY(impl::chains(view(), after, limit));
    for (const auto& row : rows_) {
        if (row.position == 0 && row.chain > after) {
            out.push_back(row.chain);
        }
    }
    std::ranges::sort(out);
    out.resize(std::min(out.size(), limit));
    return out;
}

}  // namespace wasl::store::impl
