#include "trust/audit.hpp"

#include "base/text.hpp"
#include "trust/audit_papers.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/leaf.hpp"
#include "trust/merkle.hpp"
#include "trust/segment_keeper.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace wasl::trust {

namespace {

constexpr std::size_t rows_at_once = 1'000;
// How far the clocks of two members may stand apart.
constexpr std::int64_t clock_tolerance_seconds = 300;
constexpr Instant long_ago{std::numeric_limits<std::int64_t>::min()};

std::string number(std::uint64_t value) { return std::to_string(value); }

// What somebody outside remembers: at this size the root was this, and entries from there on are no
// older than that instant.
struct Memory {
    Digest root;
    std::string where;
    Instant at;
    bool foreign_clock = false;  // a cosigner's: no accepted clock of ours excuses it
};

class Audit {
public:
    Audit(store::Reader& reader, const AuditOptions& options) : reader_(reader), history_(reader), options_(options) {}

    Result<AuditReport> run() {
        TRY(told(read_secret(), "secret of the chains"));
        recall();
        TRY(check_memories());
        auto segments = check_segments();
        if (!segments || !*segments) {  // what was in them can not be recomputed
            TRY(told(segments ? Result<void>() : std::unexpected(segments.error()), "segments"));
            return std::move(report_);
        }
        auto rows = check_rows();
        TRY(told(std::move(rows), "entry " + number(next_seq_)));
        if (!enough()) {
            TRY(told(check_end(), "end of the journal"));
        }
        const AuditPapers papers{reader_, history_, options_, report_};
        if (!enough()) {
            TRY(told(check_seals(papers), "seals"));
        }
        if (!enough()) {
            TRY(told(check_maps(papers), "daily lists"));
        }
        report_.root = frontier_.root();
        return std::move(report_);
    }

private:
    struct Chain {
        std::uint64_t length = 0;
        Digest last;
    };

    [[nodiscard]] bool enough() const { return report_.findings.size() >= options_.stop_after; }

    void find(std::string key, std::string where, std::string detail = {}) {
        if (!enough()) {
            report_.findings.push_back({std::move(key), std::move(where), std::move(detail)});
        }
    }

    // What a damaged store answers is told, and the rest looked at; what keeps it from being read is the audit's own error.
    Result<void> told(Result<void> done, std::string where) {
        if (done || !is_damage(done.error())) {
            return done;
        }
        auto finding = unreadable(std::move(where), done.error());
        find(std::move(finding.key), std::move(finding.where), std::move(finding.detail));
        return {};
    }

    Result<void> read_secret() {
        secret_ = TRY(chain_secret(reader_));
        return {};
    }

    Result<void> check_rows() {
        next_ = TRY(history_.checkpoint_covering(0));
        while (!enough()) {
            const auto first = next_seq_;
            const auto rows = TRY(history_.rows(first, rows_at_once));
            for (const auto& row : rows) {
                if (row.seq >= next_seq_) {  // beyond a gap a row may be read twice
                    TRY(check_row(row));
                }
            }
            if (next_seq_ == first) {
                break;
            }
        }
        return {};
    }

    // Receipts and cosigners' notes, sorted by the size they speak of.
    void recall() {
        for (const auto& bytes : options_.seals) {
            const auto seal = parse_seal(bytes);
            if (!seal || check_seal(bytes, *seal, *options_.trust) != SignatureState::good || seal->member != options_.member) {
                find("audit.receipt-not-ours", "receipt", seal ? seal->reference : seal.error().detail);
                continue;
            }
            memories_.emplace(seal->size, Memory{seal->root, "receipt " + seal->reference, seal->issued});
        }
        for (const auto& bytes : options_.cosigned) {
            const auto note = parse_signed_checkpoint(bytes);
            if (!note || note->checkpoint.member != options_.member) {
                find("audit.cosigned-note-not-ours", "cosigned checkpoint", note ? note->checkpoint.origin : note.error().detail);
                continue;
            }
            remember_cosigned(note->checkpoint, note->note);
        }
    }

    void remember_cosigned(const Checkpoint& checkpoint, const Note& note) {
        const auto cosigned = check_cosignatures(note, *options_.trust);
        for (const auto& fact : cosigned.good) {
            if (fact.member == options_.member) {
                continue;
            }
            memories_.emplace(checkpoint.size, Memory{checkpoint.root, "checkpoint " + number(checkpoint.size) +
                              " cosigned by " + fact.member, fact.at, true});
            report_.last_cosigned = std::max(report_.last_cosigned, checkpoint.size);
        }
        if (!cosigned.all_good) {
            find("audit.cosignature-wrong", "checkpoint " + number(checkpoint.size));
        }
    }

    // Segments follow each other, are what was written down of them, and are whole in themselves. False when not.
    Result<bool> check_segments() {
        std::uint64_t next = 0;
        Frontier tree;
        for (auto some = TRY(kept_segments(reader_)); !some.empty(); some = TRY(kept_segments(reader_, next))) {
            for (const auto& kept : some) {
                const auto where = "segment of entry " + number(kept.first);
                const auto segment = kept.first == next ? read_segment(reader_, kept) : fail(Code::invalid, "trust.segment-malformed", "another was expected");
                const auto before = segment ? frontier_before(*segment) : std::unexpected(segment.error());
                const auto after = before ? check_segment(*segment) : std::unexpected(before.error());
                if (!after || before->root() != tree.root()) {
                    find("audit.segment-altered", where, after ? "it continues another journal" : after.error().key + " " + after.error().detail);
                    return false;
                }
                tree = *after;
                next = kept.end;
                ++report_.segments;
            }
        }
        return true;
    }

    // Compares what is remembered of the tree at its present size.
    Result<void> check_memories() {
        const auto [begin, end] = memories_.equal_range(next_seq_);
        for (auto memory = begin; memory != end; ++memory) {
            if (tree_known_ && memory->second.root != frontier_.root()) {
                find("audit.root-differs", memory->second.where,
                     "another journal stood here when " + number(next_seq_) + " entries were signed");
            }
            auto& bound = memory->second.foreign_clock ? not_before_foreign_ : not_before_own_;
            bound = std::max(bound, memory->second.at.plus_seconds(-clock_tolerance_seconds));
        }
        memories_.erase(begin, end);
        return {};
    }

    // One leaf more, also one whose row is gone.
    Result<void> grow(const Digest& hash) {
        if (tree_known_) {
            frontier_.append(hash);
            std::vector<TileBuilder::Tile> done;
            tiles_.append(hash, done);
            for (const auto& tile : done) {
                const auto kept = TRY(reader_.tile(static_cast<int>(tile.level), tile.index));
                if (!kept || *kept != tile.hashes) {
                    find("audit.tile-differs", "tile " + number(tile.level) + "/" + number(tile.index));
                }
            }
        }
        ++next_seq_;
        while (next_ && next_->tree_size <= next_seq_ && !enough()) {
            TRY(check_checkpoint());
        }
        return check_memories();
    }

    // Rows are missing up to this one. The tree goes on by the hashes that its tiles keep of them; without those no root
    // after them can be recomputed, and everything else still is.
    Result<void> bridge(std::uint64_t until) {
        find("audit.entry-missing", "entry " + number(next_seq_), "the next row is " + number(until));
        while (tree_known_ && next_seq_ < until) {
            const auto kept = TRY(reader_.tile(0, next_seq_ / tile_width));
            tree_known_ = kept && kept->size() == tile_width * sizeof(Digest::bytes);
            if (tree_known_) {
                TRY(grow(digest_from_bytes(std::string_view(*kept).substr(next_seq_ % tile_width * sizeof(Digest::bytes), sizeof(Digest::bytes)))));
            }
        }
        next_seq_ = until;
        return {};
    }

    Result<void> check_row(const store::JournalRow& row) {
        const auto where = "entry " + number(row.seq);
        if (row.seq > next_seq_) {
            TRY(bridge(row.seq));
        }
        check_leaf(row, where);
        check_chain(row, where);
        check_time(row, where);
        ++report_.entries;
        TRY(grow(hash_leaf(row.leaf)));
        if (options_.visit && !enough()) {
            if (auto visited = options_.visit(row); !visited) {
                find("audit.state-differs", where, visited.error().key + " " + visited.error().detail);
            }
        }
        return {};
    }

    void check_leaf(const store::JournalRow& row, const std::string& where) {
        const auto leaf = parse_leaf(row.leaf);
        if (!leaf) {
            return find("audit.leaf-malformed", where, leaf.error().detail);
        }
        if (row.erased) {
            ++report_.erased;
            if (!row.salt.empty() || !row.content.empty()) {
                find("audit.erased-with-content", where);
            }
        }
        auto expected = make_row_leaf(row, secret_);
        if (expected && row.erased) {  // the commitment to what is gone stands as it is
            auto parts = parse_leaf(*expected);
            if (parts) {
                parts->content = leaf->content;
                expected = write_leaf(*parts);
            }
        }
        if (!expected || *expected != row.leaf) {
            find("audit.leaf-differs", where, "its content, kind, instant, chain or place is not what was committed to");
        }
    }

    void check_chain(const store::JournalRow& row, const std::string& where) {
        auto& chain = chains_[row.chain];
        const auto last = chain.length == 0 ? std::string_view() : chain.last.view();
        if (row.position != chain.length || row.previous != last) {
            find("audit.chain-broken", where, "position " + number(row.position) + ", expected " + number(chain.length));
        }
        chain.length = row.position + 1;  // a break is told once
        chain.last = hash_leaf(row.leaf);
    }

    void check_time(const store::JournalRow& row, const std::string& where) {
        if (row.kind == options_.clock_kind) {
            not_before_own_ = long_ago;
            last_at_ = long_ago;
        }
        if (row.at < last_at_) {
            find("audit.earlier-than-before", where, row.at.iso() + " after " + last_at_.iso());
        }
        if (row.at < std::max(not_before_own_, not_before_foreign_)) {
            find("audit.backdated", where, row.at.iso() + " is before a checkpoint that does not hold it was witnessed");
        }
        last_at_ = std::max(last_at_, row.at);
    }

    Result<void> check_checkpoint() {
        const auto kept = *next_;
        const auto where = "checkpoint " + number(kept.tree_size);
        ++report_.checkpoints;
        const auto parsed = parse_signed_checkpoint(kept.text);
        if (!parsed) {
            find("audit.checkpoint-malformed", where, parsed.error().detail);
        } else {
            const auto& head = parsed->checkpoint;
            const bool fits = !tree_known_ || (head.size == frontier_.size() && head.root == frontier_.root());
            if (head.size != kept.tree_size || !fits) {
                find("audit.root-differs", where, "its root is not the root of the entries");
            }
            if (head.member != options_.member || head.time != kept.at) {
                find("audit.checkpoint-differs", where, "member or time");
            }
            if (check_note_signature(parsed->note, checkpoint_origin(options_.member), options_.member, head.time,
                                     *options_.trust) != SignatureState::good) {
                find("audit.checkpoint-signature", where);
            }
            if (head.size == next_seq_) {
                remember_cosigned(head, parsed->note);
            }
        }
        next_ = TRY(history_.checkpoint_covering(kept.tree_size + 1));
        return {};
    }

    Result<void> check_end() {
        const auto total = TRY(reader_.journal_size());
        if (total != next_seq_) {
            find("audit.entry-missing", "entry " + number(next_seq_), "the journal says it has " + number(total));
        }
        if (next_) {
            find("audit.entry-missing", "entry " + number(next_seq_),
                 "a checkpoint signs " + number(next_->tree_size) + " entries");
        }
        const auto newest = TRY(reader_.checkpoint());
        if (report_.entries > 0 && (!newest || newest->tree_size < next_seq_)) {
            const auto signed_size = newest ? newest->tree_size : 0;
            find("audit.entry-unsigned", "entry " + number(signed_size), "no checkpoint covers it");
        }
        for (const auto& [size, memory] : memories_) {
            if (size > next_seq_) {
                find("audit.rolled-back", memory.where,
                     number(size) + " entries were signed, " + number(report_.entries) + " are here");
            }
        }
        return {};
    }

    store::Reader& reader_;
    JournalHistory history_;  // rows and checkpoints, also those in segments
    const AuditOptions& options_;
    AuditReport report_;
    std::string secret_;
    Frontier frontier_;
    TileBuilder tiles_;
    std::uint64_t next_seq_ = 0;  // of the next row
    bool tree_known_ = true;      // no leaf so far is missing with its hash
    std::unordered_map<std::string, Chain> chains_;
    std::multimap<std::uint64_t, Memory> memories_;
    std::optional<store::Checkpoint> next_;
    Instant last_at_ = long_ago;
    Instant not_before_own_ = long_ago;
    Instant not_before_foreign_ = long_ago;
};

}  // namespace

bool is_damage(const Error& error) noexcept {
    return error.code == Code::internal || error.code == Code::not_found || error.code == Code::invalid || error.code == Code::unprocessable;
}

AuditFinding unreadable(std::string where, const Error& error) { return {"audit.unreadable", std::move(where), error.key + " " + error.detail}; }

Result<AuditReport> audit(store::Reader& reader, const AuditOptions& options) {
    if (options.trust == nullptr) {
        return fail(Code::internal, "trust.audit-without-keys", "the audit needs public keys");
    }
    return Audit(reader, options).run();
}

}  // namespace wasl::trust
