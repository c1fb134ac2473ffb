#include "web/company_access.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

constexpr std::size_t few_members = 20;  // of a host that is asked whole

}  // namespace

Result<std::vector<identity::CompanyHeld>> companies_for(const Site& site, const std::string& person) {
    return identity::companies_of(TRY(site.mandates->of_actor(person)), site.today());
}

Result<identity::CompanyHeld> company_for(const Site& site, const std::string& person, std::string_view ice) {
    for (auto& held : TRY(companies_for(site, person))) {
        if (held.ice == ice) return std::move(held);
    }
    return fail(Code::not_found, "identity.no-company");
}

Result<identity::Mandate> company_right(const Site& site, const std::string& person, const dossier::State& state, identity::MandateRight right) {
    const auto& applicant = state.file.applicant;
    if (applicant.identifier_kind != "ice") return fail(Code::forbidden, "identity.no-mandate");
    const auto mandates = TRY(site.mandates->of_actor(person));
    // Whoever may not see a company has nothing of its dossiers to act on.
    TRY(identity::mandate_for(mandates, applicant.identifier, person, state.file.procedure, identity::MandateRight::see, site.today()));
    return identity::mandate_for(mandates, applicant.identifier, person, state.file.procedure, right, site.today());
}

identity::Companies company_register(const Site& site) { return {*site.host_store, site.pack->identifiers()}; }

bool sees_batch(const identity::CompanyHeld& held, const std::string& person, const batch::Batch& batch) {
    return batch.actor == person || held.represented || visible_procedures(held).empty();
}

std::vector<std::string> visible_procedures(const identity::CompanyHeld& held) {
    std::vector<std::string> out;
    for (const auto& mandate : held.mandates) {
        if (mandate.procedures.empty()) return {};
        for (const auto& id : mandate.procedures) {
            if (std::ranges::find(out, id) == out.end()) out.push_back(id);
        }
    }
    return out;
}

Result<std::vector<std::string>> company_members(const Site& site, std::string_view ice) {
    auto out = TRY(company_register(site).members(ice));
    std::erase_if(out, [&](const std::string& id) { return site.members->info(id) == nullptr; });
    if (site.members->all().size() > few_members) return out;
    for (const auto& member : site.members->all()) {
        if (std::ranges::find(out, member.id) == out.end()) out.push_back(member.id);
    }
    return out;
}

}  // namespace wasl::web
