// What is taken on by an act: told on the sheet and before filing, confirmed with it.
#pragma once

#include "catalogue/revision.hpp"
#include "web/visit.hpp"

#include <span>
#include <string>
#include <vector>

namespace wasl::web {

// Codes of those that count today for these answers.
std::vector<std::string> obligations_due(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, Date today);
// Whether each of them is among the confirmed ones; "filing.obligations-unread" [unprocessable] (detail: the first that is not).
Result<void> confirm_obligations(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, Date today,
                                 std::span<const std::string> confirmed);
// "Law 114-13, article 2 (to be confirmed)".
std::string say_source(const Visit& visit, const catalogue::Obligation& obligation);

}  // namespace wasl::web
