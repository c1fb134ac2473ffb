// The dossiers of a legal person, found by its ICE.
#include "dossier/impl/rows.hpp"
#include "dossier/service.hpp"
#include "lingua/stem.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wasl::dossier {

namespace {

constexpr std::size_t company_page = 500;
constexpr std::size_t company_scan = 20'000;  // rows that a filter passes over before a page ends early

bool is_of_company(const CompanyQuery& query, const State& state) {
    const auto& applicant = state.file.applicant;
    // The search finds the ICE in answers and addresses too: those are other people's dossiers.
    if (applicant.identifier_kind != "ice" || applicant.identifier != query.ice) return false;
    const auto& procedure = state.file.procedure;
    if (!query.procedures.empty() && std::ranges::find(query.procedures, procedure) == query.procedures.end()) return false;
    if (!query.procedure.empty() && procedure != query.procedure) return false;
    if (query.phase && state.phase != *query.phase) return false;
    return !query.open || is_open(state.phase);
}

CompanyDossier row_of(const State& state) {
    CompanyDossier out{rows::summary_of(state), {}, {}};
    if (state.file.representative) {
        out.filer = state.file.representative->party.name();
        out.filer_id = state.file.representative->party.person;
    }
    return out;
}

}  // namespace

Result<CompanyDossiers> Service::of_company(const CompanyQuery& query) const {
    CompanyDossiers out;
    if (query.ice.empty()) return out;
    const auto reader = TRY(ports_->store->read());
    const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, company_page);
    store::Search search{.collection = std::string(rows::dossiers), .words = lingua::words(query.ice), .filters = {}};
    std::ranges::move(lingua::words(query.words), std::back_inserter(search.words));
    search.before = query.after;
    std::size_t passed = 0;
    do {
        // Never more than may still be shown: the next page begins after the last row of this one.
        search.limit = limit - out.rows.size();
        const auto page = TRY(reader->search(search));
        for (const auto& document : page.documents) {
            const auto state = rows::readable(document);
            if (state && is_of_company(query, *state)) out.rows.push_back(row_of(*state));
        }
        passed += page.documents.size();
        search.before = page.next;
    } while (out.rows.size() < limit && passed < company_scan && !search.before.empty());
    out.next = search.before;
    return out;
}

}  // namespace wasl::dossier
