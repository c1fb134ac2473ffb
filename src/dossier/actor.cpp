#include "dossier/actor.hpp"

#include <algorithm>

namespace wasl::dossier {

bool Actor::has(Role role) const noexcept { return std::ranges::find(roles, role) != roles.end(); }

Actor Actor::system() { return {.id = "system", .name = "system", .roles = {Role::system}}; }

bool SigningRight::covers(std::string_view of_office, std::string_view procedure, Date on) const noexcept {
    if (revoked || office != of_office || on < from || on > until) return false;
    return procedures.empty() || std::ranges::find(procedures, procedure) != procedures.end();
}

}  // namespace wasl::dossier
