// What somebody may do for a company, by the mandates they hold. Pure: the caller reads mandates and the day.
#pragma once

#include "identity/mandates.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

// Whether this mandate carries an act of `actor`, in that procedure, on that day. Keys [forbidden]:
//   identity.no-mandate        it is nobody's yet, or somebody else's
//   identity.mandate-over      ended, or withdrawn
//   identity.mandate-early     begins later
//   identity.mandate-narrow    stands, for other procedures or with fewer rights
//   identity.mandate-unproven  to see a company or to file batches for it, its own word is not enough
// Parents, guardians and representatives who only declared it file all the same: the proof comes with the request.
Result<void> may_use(const Mandate& mandate, std::string_view actor, std::string_view procedure, MandateRight right, Date day);

// The first mandate of that actor for the company that carries the act; else the error that comes nearest to one: a
// narrower mandate before one that is over, and "identity.no-mandate" when there is none.
Result<Mandate> mandate_for(std::span<const Mandate> of_actor, std::string_view ice, std::string_view actor, std::string_view procedure,
                            MandateRight right, Date day);

// Companies that this actor may open the space of today: ICE and name, each once, by name.
struct CompanyHeld {
    std::string ice, name;
    bool represented = false;                // gives and ends mandates there
    std::vector<Mandate> mandates;           // that stand and let see
    // Whether a dossier of that procedure may be shown.
    [[nodiscard]] bool sees(std::string_view procedure) const noexcept;
    [[nodiscard]] bool allows(std::string_view procedure, MandateRight right) const noexcept;
};
std::vector<CompanyHeld> companies_of(std::span<const Mandate> of_actor, Date day);

}  // namespace wasl::identity
