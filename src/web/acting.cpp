#include "web/acting.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

dossier::Role role_of(identity::Role role, bool& counts) {
    counts = true;
    switch (role) {
        case identity::Role::agent: return dossier::Role::caseworker;
        case identity::Role::counter: return dossier::Role::counter;
        case identity::Role::visa: return dossier::Role::visa;
        case identity::Role::signatory: return dossier::Role::signatory;
        case identity::Role::cashier: return dossier::Role::cashier;
        case identity::Role::auditor: return dossier::Role::auditor;
        case identity::Role::supervisor: return dossier::Role::supervisor;
        case identity::Role::author:
        case identity::Role::op:
        case identity::Role::administrator: break;
    }
    counts = false;
    return dossier::Role::auditor;
}

}  // namespace

dossier::Actor acting_agent(const identity::Actor& staff, std::string_view office, std::string_view purpose) {
    dossier::Actor out;
    out.id = staff.id;
    out.name = staff.name;
    out.office = office;
    out.purpose = purpose;
    for (const auto role : staff.roles) {
        bool counts = false;
        const auto mapped = role_of(role, counts);
        if (counts) out.roles.push_back(mapped);
        if (role == identity::Role::visa) out.roles.push_back(dossier::Role::opinion);
    }
    return out;
}

dossier::Actor acting_person(const identity::Person& person, std::string_view acting_for, std::string_view mandate) {
    dossier::Actor out;
    out.id = person.id;
    out.name = person.name.best(person.language);
    if (out.name.empty()) out.name = person.document_number.empty() ? person.id : person.document_number;
    out.roles = {dossier::Role::person};
    out.acting_for = acting_for;
    out.mandate = mandate;
    return out;
}

std::vector<dossier::SigningRight> signing_rights(const std::vector<identity::Delegation>& delegations) {
    std::vector<dossier::SigningRight> out;
    for (const auto& delegation : delegations) {
        dossier::SigningRight right;
        right.office = delegation.office;
        right.delegation = delegation.authority ? std::string() : delegation.reference;
        right.from = delegation.from;
        right.until = delegation.until;
        right.procedures = delegation.procedures;
        right.revoked = delegation.revoked.has_value();
        out.push_back(std::move(right));
    }
    return out;
}

identity::DossierFacts facts_of(const dossier::State& state) {
    identity::DossierFacts out;
    out.member = state.file.member;
    out.office = state.file.office;
    for (const auto& opinion : state.opinions) out.desks.push_back(opinion.desk);
    for (const auto& visa : state.visas) out.desks.push_back(visa.desk);
    out.applicant = state.file.applicant.person;
    if (state.file.representative) out.filed_by = state.file.representative->party.person;
    return out;
}

std::string acting_office(const identity::Actor& staff, const dossier::State& state) {
    const auto facts = facts_of(state);
    if (identity::access(staff, facts) < identity::Access::contents) return {};
    if (staff.works_for(facts.office)) return facts.office;
    const auto desk = std::ranges::find_if(facts.desks, [&](const auto& asked) { return staff.works_for(asked); });
    return desk == facts.desks.end() ? std::string() : *desk;
}

dossier::Party party_of(const identity::Person& person) {
    return {person.id, person.name.arabic(), person.name.latin(), person.document_kind, person.document_number};
}

dossier::Contact contact_of(const identity::Person& person) {
    dossier::Contact out;
    out.channel = !person.phone.empty() && person.phone_confirmed ? "sms" : !person.email.empty() ? "email" : "print";
    out.address = person.id;
    out.language = person.language;
    return out;
}

}  // namespace wasl::web
