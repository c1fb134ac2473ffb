#include "identity/company_rights.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

// How near a refusal came to a right: the nearest one is told.
int nearness(std::string_view key) noexcept {
    constexpr std::string_view by_nearness[] = {"identity.no-mandate",   "identity.mandate-over",     "identity.mandate-early",
                                                "identity.mandate-unproven", "identity.mandate-narrow"};
    return static_cast<int>(std::ranges::find(by_nearness, key) - std::ranges::begin(by_nearness));
}

}  // namespace

Result<void> may_use(const Mandate& mandate, std::string_view actor, std::string_view procedure, MandateRight right, Date day) {
    if (actor.empty() || mandate.actor != actor || mandate.awaits) return fail(Code::forbidden, "identity.no-mandate");
    if (mandate.revoked || (mandate.until && *mandate.until < day)) return fail(Code::forbidden, "identity.mandate-over");
    if (day < mandate.from) return fail(Code::forbidden, "identity.mandate-early");
    if (!mandate.covers(procedure) || !mandate.allows(right)) return fail(Code::forbidden, "identity.mandate-narrow");
    if (right != MandateRight::file && !mandate.is_proven()) return fail(Code::forbidden, "identity.mandate-unproven");
    return {};
}

Result<Mandate> mandate_for(std::span<const Mandate> of_actor, std::string_view ice, std::string_view actor, std::string_view procedure,
                            MandateRight right, Date day) {
    Result<Mandate> nearest = fail(Code::forbidden, "identity.no-mandate");
    if (ice.empty()) return nearest;
    for (const auto& mandate : of_actor) {
        if (mandate.kind != MandateKind::company || mandate.ice != ice) continue;
        const auto may = may_use(mandate, actor, procedure, right, day);
        if (may) return mandate;
        if (nearness(may.error().key) > nearness(nearest.error().key)) nearest = std::unexpected(may.error());
    }
    return nearest;
}

bool CompanyHeld::sees(std::string_view procedure) const noexcept { return allows(procedure, MandateRight::see); }

bool CompanyHeld::allows(std::string_view procedure, MandateRight right) const noexcept {
    return std::ranges::any_of(mandates, [&](const Mandate& each) { return each.covers(procedure) && each.allows(right); });
}

std::vector<CompanyHeld> companies_of(std::span<const Mandate> of_actor, Date day) {
    std::vector<CompanyHeld> out;
    for (const auto& mandate : of_actor) {
        if (mandate.kind != MandateKind::company || !mandate.stands_on(day) || !mandate.is_proven() || !mandate.allows(MandateRight::see)) continue;
        auto held = std::ranges::find(out, mandate.ice, &CompanyHeld::ice);
        if (held == out.end()) held = out.insert(out.end(), CompanyHeld{mandate.ice, mandate.principal_name, false, {}});
        held->represented = held->represented || mandate.represents();
        held->mandates.push_back(mandate);
    }
    std::ranges::sort(out, {}, [](const CompanyHeld& held) { return std::pair(held.name, held.ice); });
    return out;
}

}  // namespace wasl::identity
