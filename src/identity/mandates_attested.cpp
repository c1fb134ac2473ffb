// Mandates that a provider of identity attests at every sign-in.
#include "identity/mandates.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

// Same reference and same content: the mandate that stands already.
bool says_the_same(const Mandate& kept, const Mandate& said) {
    return kept.kind == said.kind && kept.principal == said.principal &&
           kept.principal_name == said.principal_name && kept.ice == said.ice &&
           kept.procedures == said.procedures && kept.until == said.until;
}

}  // namespace

Result<void> Mandates::attest(const std::string& actor, const std::string& issuer,
                              std::vector<Mandate> mandates) {
    const auto mine = TRY(of_actor(actor));
    for (const auto& kept : mine) {
        if (kept.attested.empty() || kept.revoked) continue;
        const auto same = std::ranges::find(mandates, kept.attested, &Mandate::attested);
        if (same != mandates.end() && says_the_same(kept, *same)) continue;
        TRY(revoke(kept.id, issuer));
    }
    for (auto& said : mandates) {
        // Withdrawn by the one acted for, or by who acts: their word stands until the provider says
        // something else.
        const bool known = std::ranges::any_of(mine, [&](const Mandate& kept) {
            return kept.attested == said.attested && says_the_same(kept, said) &&
                   (!kept.revoked || kept.revoked_by != issuer);
        });
        if (known) continue;
        said.actor = actor;
        said.verified = true;
        TRY(grant(std::move(said)));
    }
    return {};
}

}  // namespace wasl::identity
