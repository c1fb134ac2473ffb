#include "dossier/day_lines.hpp"

#include "base/digest.hpp"
#include "dossier/kind.hpp"
#include "store/journal.hpp"
#include "trust/leaf.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace wasl::dossier {

namespace {

constexpr std::size_t page = 1'000;
constexpr std::string_view clock_chain = "clock";
constexpr std::uint64_t neighbours = 64;

// Kinds of journal rows that say yes or no, or end the matter.
bool decides(std::string_view kind) {
    static constexpr std::array types{EventType::signed_by_authority, EventType::silence_approved, EventType::granted_automatically,
                                      EventType::lapsed, EventType::final_receipt_issued, EventType::free_to_operate};
    if (!kind.starts_with("dossier.")) return false;
    const auto type = event_type_from(kind.substr(8));
    return type && std::ranges::find(types, *type) != types.end();
}

// Staff and persons have chains too.
bool may_be_dossier(std::string_view chain) { return chain.find(':') == std::string_view::npos; }

// A chain as it stood before `end`; nothing when it did not exist then, or is no dossier.
Result<std::optional<trust::MapLine>> line_of(store::Reader& reader, const DayLinesOf& of, const std::string& chain, Instant end) {
    trust::MapLine line;
    bool filed = false;
    for (std::uint64_t position = 0;;) {
        const auto rows = TRY(reader.chain(chain, position, page));
        for (const auto& row : rows) {
            if (row.at >= end) break;
            filed = filed || row.kind == "dossier.filed";
            line.length = row.position + 1;
            line.head = store::leaf_hash(row.leaf);
            line.decided = line.decided || decides(row.kind);
        }
        position += rows.size();
        if (rows.size() < page) break;
    }
    if (!filed || line.length == 0) return std::optional<trust::MapLine>();
    const auto reference = TRY(of.reference_of(chain));
    if (!reference) return std::optional<trust::MapLine>();
    line.reference = trust::commitment(reference_salt(of.secret, chain), *reference);
    return std::optional(line);
}

// Whether some entry before a correction of the clock bears an instant that the earlier map left for later days.
Result<bool> ran_ahead(store::Reader& reader, Instant since) {
    for (std::uint64_t position = 0;;) {
        const auto rows = TRY(reader.chain(clock_chain, position, page));
        for (const auto& row : rows) {
            // Entries of other hands may have come between the correction and the entry that tells of it.
            const auto from = row.seq > neighbours ? row.seq - neighbours : 0;
            for (const auto& before : TRY(reader.journal(from, static_cast<std::size_t>(row.seq - from)))) {
                if (before.at >= since && before.at > row.at) return true;
            }
        }
        position += rows.size();
        if (rows.size() < page) return false;
    }
}

// The first entry that the earlier map could not hold: it was written after the map, or after the end of its day.
Result<std::uint64_t> first_unmapped(store::Reader& reader, const trust::MapHead& earlier) {
    auto first = earlier.checkpoint_size;
    while (first > 0) {
        const auto from = first > page ? first - page : 0;
        const auto rows = TRY(reader.journal(from, static_cast<std::size_t>(first - from)));
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            if (row->at < earlier.end) return row->seq + 1;
        }
        first = from;
    }
    return first;
}

Result<std::set<std::string>> chains_since(store::Reader& reader, std::uint64_t first) {
    std::set<std::string> out;
    for (auto next = first;;) {
        const auto rows = TRY(reader.journal(next, page));
        for (const auto& row : rows) {
            if (may_be_dossier(row.chain)) out.insert(row.chain);
        }
        next += rows.size();
        if (rows.size() < page) return out;
    }
}

}  // namespace

std::string reference_salt(std::string_view secret, std::string_view dossier) {
    return hmac_sha256(secret, "reference:" + std::string(dossier));
}

Result<std::vector<trust::MapLine>> day_lines(store::Reader& reader, const DayLinesOf& of, Instant end) {
    std::vector<trust::MapLine> out;
    std::string after;
    for (;;) {
        const auto chains = TRY(reader.chains(after, page));
        for (const auto& chain : chains) {
            if (!may_be_dossier(chain)) continue;
            if (const auto line = TRY(line_of(reader, of, chain, end))) out.push_back(*line);
        }
        if (chains.size() < page) return out;
        after = chains.back();
    }
}

Result<std::optional<std::vector<trust::MapLine>>> day_lines_after(store::Reader& reader, const DayLinesOf& of,
                                                                   const trust::DailyMap& earlier, Instant end) {
    using Lines = std::optional<std::vector<trust::MapLine>>;
    const auto& head = earlier.head();
    if (head.end > end || TRY(ran_ahead(reader, head.end))) return Lines();
    std::vector<trust::MapLine> fresh;
    const auto first = TRY(first_unmapped(reader, head));
    for (const auto& chain : TRY(chains_since(reader, first))) {
        if (const auto line = TRY(line_of(reader, of, chain, end))) fresh.push_back(*line);
    }
    std::ranges::sort(fresh, {}, &trust::MapLine::reference);
    std::vector<trust::MapLine> out;
    out.reserve(earlier.lines().size() + fresh.size());
    // Both are in order; of two lines for one dossier the fresh one counts.
    std::ranges::set_union(fresh, earlier.lines(), std::back_inserter(out), {}, &trust::MapLine::reference, &trust::MapLine::reference);
    return Lines(std::move(out));
}

}  // namespace wasl::dossier
