#include "exchange/journal_segments.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/journal_rows.hpp"
#include "exchange/registry.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wasl::exchange {

namespace {

constexpr std::size_t rows_looked_at = 1'000;

// The copy of the registry under which an entry was made; none for a refusal, or where the content is gone.
std::optional<std::string> copy_of(const store::JournalRow& row) {
    if (row.erased) { return std::nullopt; }
    const auto content = json::parse(row.content);
    return content ? registry_document_key(*content) : std::nullopt;
}

// Snapshots that only erased entries referred to: those signed before the one of the oldest entry that is left (numbers
// begin again with a new authority). An answer may be of the one before its neighbours', so that one stays.
Result<void> forget_registry(store::Transaction& to, std::uint64_t from) {
    trust::JournalHistory history(to);
    std::optional<std::string> oldest;
    for (const auto& row : TRY(history.rows(from, rows_looked_at))) {
        oldest = copy_of(row);
        if (oldest) { break; }
    }
    if (!oldest) { return {}; }
    std::optional<Instant> since;
    std::vector<std::pair<Instant, std::string>> copies;
    for (const auto& document : TRY(to.find({.collection = std::string(registry_collection), .limit = rows_looked_at})).documents) {
        const auto label = snapshot_label(document.body);
        if (!label) { continue; }
        if (document.key == *oldest) { since = label->issued_at; }
        copies.emplace_back(label->issued_at, document.key);
    }
    if (!since) { return {}; }
    std::erase_if(copies, [&since](const auto& copy) { return copy.first >= *since; });
    std::ranges::sort(copies);
    if (!copies.empty()) { copies.pop_back(); }
    for (const auto& [issued, key] : copies) { TRY(to.erase(registry_collection, key)); }
    return {};
}

Result<void> forget(store::Transaction& to, const trust::Segment& segment) {
    for (const auto& row : segment.rows) {
        if (row.kind != request_kind && row.kind != refusal_kind) { continue; }
        const std::string key = std::to_string(row.seq);
        TRY(to.erase(exchanges_collection, key));
        TRY(to.erase(open_collection, key));
    }
    return forget_registry(to, segment.end());
}

}  // namespace

Result<SegmentRound> keep_segments(store::Store& journal, const trust::SegmentRules& rules, Instant now, std::size_t most) {
    SegmentRound out;
    while (out.moved < most && TRY(trust::move_segment(journal, rules, now))) { ++out.moved; }
    while (out.erased < most && TRY(trust::erase_segment(journal, rules, now, forget))) { ++out.erased; }
    return out;
}

}  // namespace wasl::exchange
