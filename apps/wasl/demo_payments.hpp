// Payments of the demonstration: cash days of the commune, one of them still open, and refunds at each of their steps.
#pragma once

#include "identity/staff.hpp"
#include "web/site.hpp"

namespace wasl::app {

// Opens a cash day and takes at most `most` of what is due; closed, it lacks `lost` centimes, which are explained.
Result<void> demo_cash_day(web::MemberSite& member, const identity::Staff& cashier, std::size_t most, bool closed, int lost = 0);
// What was paid for requests that were withdrawn: the first is given back, of the others one waits for its decision.
Result<void> demo_refunds(web::MemberSite& member, const identity::Staff& cashier, const identity::Staff& signatory);

}  // namespace wasl::app
