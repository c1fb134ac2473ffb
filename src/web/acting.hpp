// From who is signed in (identity) to who acts on a dossier (dossier): one conversion for all pages.
#pragma once

#include "dossier/actor.hpp"
#include "dossier/service.hpp"
#include "identity/person.hpp"
#include "identity/scope.hpp"
#include "identity/staff.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// An agent acting from one of their offices; the journal gets office and purpose.
dossier::Actor acting_agent(const identity::Actor& staff, std::string_view office, std::string_view purpose);
// A person acting for themselves, or for another under a mandate.
dossier::Actor acting_person(const identity::Person& person, std::string_view acting_for = {}, std::string_view mandate = {});
// What the agent may sign, from the delegations that name them; decide() checks day and scope.
std::vector<dossier::SigningRight> signing_rights(const std::vector<identity::Delegation>& delegations);
// What the scope check needs of a dossier.
identity::DossierFacts facts_of(const dossier::State& state);
// The office an agent acts from on this dossier: the dossier's own when they work for it, else the desk that
// was asked; empty when out of scope.
std::string acting_office(const identity::Actor& staff, const dossier::State& state);
// Name and identity as a dossier keeps them.
dossier::Party party_of(const identity::Person& person);
// Where the person is reached: the address itself stays in identity.
dossier::Contact contact_of(const identity::Person& person);

}  // namespace wasl::web
