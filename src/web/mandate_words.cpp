#include "web/mandate_words.hpp"

#include "base/text.hpp"
#include "web/request_words.hpp"

#include <fmt/format.h>

namespace wasl::web {

std::string procedure_title(const Visit& visit, std::string_view id) {
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        const auto found = (*sheets)->find(id);
        if (found && *found != nullptr) return (*found)->title.in(visit.tag());
    }
    return std::string(id);
}

std::string mandate_scope(const Visit& visit, const identity::Mandate& mandate) {
    if (mandate.procedures.empty()) return visit.say("account.mandates.scope.all");
    std::string out;
    for (const auto& id : mandate.procedures) out += (out.empty() ? "" : " · ") + procedure_title(visit, id);
    return out;
}

std::string mandate_role(const Visit& visit, const identity::Mandate& mandate) {
    const auto role = visit.say(fmt::format("company.role.{}", mandate.role.empty() ? "representative" : mandate.role));
    std::string rights;
    for (const auto right : mandate.rights) rights += (rights.empty() ? "" : " · ") + visit.say(fmt::format("company.right.{}", identity::to_string(right)));
    return labelled(visit.language, role, rights.empty() ? visit.say("company.right.all") : rights);
}

std::string doer_name(const Visit& visit, const std::string& id) {
    const auto parts = split(id, '/');
    if (parts.size() == 3) {  // an agent at a counter: the administration answers for them
        const auto* member = visit.site->members->info(parts[0]);
        return member == nullptr ? std::string(parts[0]) : member->name.in(visit.tag()) + " · " + office_name(visit, parts[0], parts[1]);
    }
    const auto person = visit.site->persons->find(id);
    return person ? person->name.best(visit.tag()) : std::string();
}

Result<std::string> actor_name(const Visit& visit, const identity::Mandate& mandate) {
    if (mandate.actor.empty()) return mandate.offered_to;
    const auto person = TRY(visit.site->persons->find(mandate.actor));
    const auto name = person.name.best(visit.tag());
    return name.empty() ? (mandate.offered_to.empty() ? mandate.actor : mandate.offered_to) : name;
}

std::string acting_sentence(const Visit& visit, const identity::Mandate& mandate) {
    const auto kind = visit.say(fmt::format("account.kind.{}", identity::to_string(mandate.kind)));
    if (!mandate.until) return visit.say("draft.acting", {{"name", mandate.principal_name}, {"kind", kind}});
    return visit.say("draft.acting-until", {{"name", mandate.principal_name}, {"kind", kind}, {"date", *mandate.until}});
}

}  // namespace wasl::web
