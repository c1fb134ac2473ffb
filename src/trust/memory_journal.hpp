// A journal in memory behind the store's Transaction, for trust's tests: rows, tiles, checkpoints and
// documents are plain members, so that a test can do to them what someone with root can do to a disk.
#pragma once

#include "base/clock.hpp"
#include "base/text.hpp"
#include "store/store.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace wasl::trust::testing {

class MemoryJournal final : public store::Transaction {
public:
    std::vector<store::JournalRow> rows;
    std::map<std::uint64_t, store::Checkpoint> points;
    std::map<std::pair<int, std::uint64_t>, std::string> tiles;
    std::map<std::pair<std::string, std::string>, std::string> documents;
    std::map<Digest, std::string> blobs;
    Instant instant;
    std::shared_ptr<SeededEntropy> entropy = std::make_shared<SeededEntropy>(7);

    // Appends and commits one group through the hook; salts are kept when given.
    Result<void> commit(store::CommitHook& hook, std::vector<store::JournalRow> group) {
        for (auto& row : group) {
            row.seq = rows.size() + static_cast<std::uint64_t>(&row - group.data());
            if (row.salt.empty()) {
                row.salt = entropy->bytes(32);
            }
            place(group, row);
        }
        auto done = hook.before_commit(*this, group);
        hook.after_commit(done.has_value());
        if (done) {
            for (auto& row : group) {
                row.previous_in_group.reset();
                rows.push_back(std::move(row));
            }
        }
        return done;
    }

    // Reader
    Result<std::optional<store::Document>> get(std::string_view collection, std::string_view key) override {
        const auto found = documents.find({std::string(collection), std::string(key)});
        if (found == documents.end()) {
            return std::nullopt;
        }
        return store::Document{std::string(key), 1, found->second};
    }
    Result<std::optional<store::Document>> get_by(std::string_view, std::string_view, std::span<const store::Scalar>) override {
        return std::nullopt;
    }
    Result<store::Page> find(const store::Query& query) override {
        store::Page page;
        for (const auto& [key, body] : documents) {
            if (key.first == query.collection) {
                page.documents.push_back({key.second, 1, body});
            }
        }
        return page;
    }
    Result<std::int64_t> count(const store::Query&, std::int64_t) override { return 0; }
    Result<store::Page> search(const store::Search&) override { return store::Page{}; }
    Result<std::int64_t> count(const store::Search&, std::int64_t) override { return 0; }
    Result<std::int64_t> counter(std::string_view) override { return 0; }
    Result<std::vector<store::Counter>> counters(std::string_view) override { return std::vector<store::Counter>{}; }
    Result<std::string> blob(const Digest& digest) override {
        const auto found = blobs.find(digest);
        return found == blobs.end() ? Result<std::string>(fail(Code::not_found, "store.no-blob")) : found->second;
    }
    Result<bool> has_blob(const Digest& digest) override { return blobs.contains(digest); }
    Result<std::uint64_t> journal_size() override { return rows.empty() ? 0 : rows.back().seq + 1; }
    Result<std::vector<store::JournalRow>> journal(std::uint64_t first, std::size_t limit) override {
        std::vector<store::JournalRow> out;
        for (const auto& row : rows) {
            if (row.seq >= first && out.size() < limit) {
                out.push_back(row);
            }
        }
        return out;
    }
    Result<std::vector<store::JournalRow>> chain(std::string_view chain, std::uint64_t from, std::size_t limit) override {
        std::vector<store::JournalRow> out;
        for (const auto& row : rows) {
            if (row.chain == chain && row.position >= from && out.size() < limit) {
                out.push_back(row);
            }
        }
        return out;
    }
    Result<std::optional<store::ChainHead>> chain_head(std::string_view) override { return std::nullopt; }
    Result<std::vector<std::string>> chains(std::string_view after, std::size_t limit) override {
        std::set<std::string> all;
        for (const auto& row : rows) {
            all.insert(row.chain);
        }
        std::vector<std::string> out;
        for (auto at = all.upper_bound(std::string(after)); at != all.end() && out.size() < limit; ++at) {
            out.push_back(*at);
        }
        return out;
    }
    Result<std::optional<std::string>> tile(int level, std::uint64_t index) override {
        const auto found = tiles.find({level, index});
        return found == tiles.end() ? std::nullopt : std::optional(found->second);
    }
    Result<std::optional<store::Checkpoint>> checkpoint(std::uint64_t at_most) override {
        auto found = points.upper_bound(at_most);
        return found == points.begin() ? std::nullopt : std::optional((--found)->second);
    }
    Result<std::optional<store::Checkpoint>> checkpoint_covering(std::uint64_t at_least) override {
        const auto found = points.lower_bound(at_least);
        return found == points.end() ? std::nullopt : std::optional(found->second);
    }
    Result<std::vector<store::Checkpoint>> checkpoints(std::uint64_t, std::size_t) override {
        return std::vector<store::Checkpoint>{};
    }

    // Transaction
    [[nodiscard]] Instant now() const override { return instant; }
    Result<std::int64_t> put(std::string_view collection, std::string_view key, std::int64_t expected, std::string_view body,
                             std::span<const store::Field>, std::string_view) override {
        auto& slot = documents[{std::string(collection), std::string(key)}];
        if (expected == must_not_exist && !slot.empty()) {
            return fail(Code::conflict, "store.version");
        }
        slot = body;
        return 1;
    }
    Result<void> erase(std::string_view, std::string_view, std::int64_t) override { return {}; }
    Result<std::int64_t> bump(std::string_view, std::int64_t delta) override { return delta; }
    Result<std::uint64_t> append(store::JournalEntry) override { return fail(Code::internal, "test.not-here"); }
    Result<std::int64_t> erase_chain(std::string_view) override { return 0; }
    Result<void> put_tile(int level, std::uint64_t index, std::string_view hashes) override {
        tiles[{level, index}] = hashes;
        return {};
    }
    Result<void> put_checkpoint(const store::Checkpoint& checkpoint) override {
        points[checkpoint.tree_size] = checkpoint;
        return {};
    }
    Result<void> name_blob(const Digest&) override { return {}; }
    Result<void> release_blob(const Digest&) override { return {}; }

private:
    // Position in the chain, and the row before it here or in the same group.
    void place(std::span<store::JournalRow> group, store::JournalRow& row) const {
        const auto index = static_cast<std::size_t>(&row - group.data());
        row.position = 0;
        row.previous.clear();
        row.previous_in_group.reset();
        for (const auto& before : rows) {
            if (before.chain == row.chain) {
                row.position = before.position + 1;
                row.previous = store::leaf_hash(before.leaf).view();
            }
        }
        for (std::size_t i = 0; i < index; ++i) {
            if (group[i].chain == row.chain) {
                row.position = group[i].position + 1;
                row.previous_in_group = i;
            }
        }
    }
};

}  // namespace wasl::trust::testing
