// The supervisory authority's list of approvals by silence (law 55-19 art. 19, decree 2-22-141).
#include "base/text.hpp"
#include "dossier/impl/looking.hpp"
#include "dossier/impl/rows.hpp"
#include "dossier/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace wasl::dossier {

namespace {

constexpr std::size_t page_limit = 500;

// Where a list goes on: after this row, in order of instant and id.
struct Position {
    std::int64_t micros = 0;
    std::string id;
    auto operator<=>(const Position&) const = default;
};

Result<Position> position_from(std::string_view cursor) {
    Position out;
    const auto dash = cursor.find('~');
    const auto micros = to_integer(cursor.substr(0, dash));
    if (dash == std::string_view::npos || !micros) return fail(Code::invalid, "store.cursor", std::string(cursor));
    out.micros = *micros;
    out.id = cursor.substr(dash + 1);
    return out;
}

SilentApproval row_of(const State& state) {
    SilentApproval out{.dossier = rows::summary_of(state), .arose = *state.silence_at, .basis = state.file.terms.silence_basis,
                       .attestation = state.attestation, .record = {}, .withdrawn = false};
    for (const auto& document : state.documents) {
        if (document.type != "silence-record") continue;
        out.record = document.id;
        out.withdrawn = document.status == DocumentStatus::withdrawn;
    }
    return out;
}

bool wanted(const SilenceQuery& query, const State& state) {
    if (!state.silence_at || state.file.terms.supervisory_office != query.supervisor) return false;
    if (query.from && *state.silence_at < *query.from) return false;
    if (query.until && *state.silence_at >= *query.until) return false;
    return !query.attested || *query.attested == !state.attestation.empty();
}

// Offices where a silence ever arose; the counters are kept by office and phase.
Result<std::vector<std::string>> offices_with_silence(store::Reader& reader, const SilenceQuery& query) {
    if (!query.office.empty()) return std::vector{query.office};
    const auto ending = fmt::format("/{}", to_string(Phase::approved_by_silence));
    std::vector<std::string> out;
    for (const auto& counter : TRY(reader.counters("n/"))) {
        if (counter.value > 0 && counter.name.ends_with(ending)) {
            out.push_back(counter.name.substr(2, counter.name.size() - 2 - ending.size()));
        }
    }
    return out;
}

// The first rows of one office after a position: one more than a page, so that the end is known.
Result<void> read_office(store::Reader& reader, const SilenceQuery& query, const std::string& office,
                         const std::optional<Position>& after, std::vector<SilentApproval>& out) {
    store::Query asked{.collection = std::string(rows::dossiers), .index = "queue",
                       .equal = {office, std::string(to_string(Phase::approved_by_silence))}, .limit = query.limit + 1};
    if (after) asked.from = store::Value(after->micros);
    if (!after && query.from) asked.from = store::Value(query.from->micros);
    std::size_t found = 0;
    std::int64_t last = 0;
    do {
        auto page = TRY(reader.find(asked));
        for (const auto& document : page.documents) {
            const auto state = rows::readable(document);
            if (!state || !wanted(query, *state)) continue;
            const Position here{state->silence_at->micros, state->id};
            if (after && here <= *after) continue;
            if (found > query.limit && here.micros != last) return {};  // rows of one instant stay together
            out.push_back(row_of(*state));
            last = here.micros;
            ++found;
        }
        asked.after = std::move(page.next);
    } while (!asked.after.empty());
    return {};
}

}  // namespace

Result<SilentApprovals> Service::silent_approvals(SilenceQuery query, const Actor& actor) {
    SilentApprovals out;
    if (query.supervisor.empty()) return out;
    query.limit = std::clamp<std::size_t>(query.limit, 1, page_limit);
    std::optional<Position> after;
    if (!query.after.empty()) after = TRY(position_from(query.after));
    {
        const auto reader = TRY(ports_->store->read());
        for (const auto& office : TRY(offices_with_silence(*reader, query))) {
            TRY(read_office(*reader, query, office, after, out.rows));
        }
    }
    std::ranges::sort(out.rows, [](const SilentApproval& a, const SilentApproval& b) {
        return std::tie(a.arose, a.dossier.id) < std::tie(b.arose, b.dossier.id);
    });
    if (out.rows.size() > query.limit) {
        out.rows.resize(query.limit);
        out.next = fmt::format("{}~{}", out.rows.back().arose.micros, out.rows.back().dossier.id);
    }
    if (out.rows.empty()) return out;
    std::vector<std::string> ids;
    for (const auto& row : out.rows) ids.push_back(row.dossier.id);
    const json::Value what = json::Object{{"silences-under", query.supervisor}, {"office", query.office}};
    TRY(ports_->store->run([&](store::Transaction& tx) { return keep_look(tx, actor, "list", what, ids, true); },
                           store::Priority::looks));
    return out;
}

}  // namespace wasl::dossier
