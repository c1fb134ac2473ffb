#include "web/mandate_words.hpp"

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
