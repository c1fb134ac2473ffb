#include "identity/scope.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::identity {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, role_count> names{{
    {Role::author, "author"},
    {Role::agent, "agent"},
    {Role::counter, "counter"},
    {Role::visa, "visa"},
    {Role::signatory, "signatory"},
    {Role::cashier, "cashier"},
    {Role::auditor, "auditor"},
    {Role::op, "operator"},
    {Role::administrator, "administrator"},
    {Role::supervisor, "supervisor"},
}};

constexpr std::array touching{Role::agent, Role::counter, Role::visa, Role::signatory, Role::cashier, Role::supervisor};

bool touches_dossiers(const Actor& actor) noexcept {
    return std::ranges::any_of(touching, [&](Role role) { return actor.has(role); });
}

}  // namespace

std::string_view to_string(Role role) noexcept {
    for (const auto& [known, name] : names) {
        if (known == role) return name;
    }
    return "";
}

std::optional<Role> role_from(std::string_view name) noexcept {
    for (const auto& [role, known] : names) {
        if (known == name) return role;
    }
    return std::nullopt;
}

bool Actor::has(Role role) const noexcept { return std::ranges::find(roles, role) != roles.end(); }

bool Actor::works_for(std::string_view office) const noexcept {
    return !office.empty() && std::ranges::find(offices, office) != offices.end();
}

Access access(const Actor& actor, const DossierFacts& dossier, bool mandate_stands) noexcept {
    if (actor.is_person() && !actor.id.empty()) {
        if (actor.id == dossier.applicant) return Access::act;
        return actor.id == dossier.filed_by && mandate_stands ? Access::act : Access::none;
    }
    if (!actor.is_staff() || actor.member.empty() || actor.member != dossier.member) return Access::none;
    if (touches_dossiers(actor)) {
        if (actor.works_for(dossier.office)) return Access::act;
        const bool asked = std::ranges::any_of(dossier.desks, [&](const auto& desk) { return actor.works_for(desk); });
        if (asked) return Access::contents;
    }
    return actor.has(Role::auditor) ? Access::journal : Access::none;
}

std::vector<std::string> listable_offices(const Actor& actor, std::string_view member) {
    if (!actor.is_staff() || actor.member != member || !touches_dossiers(actor)) return {};
    return actor.offices;
}

}  // namespace wasl::identity
