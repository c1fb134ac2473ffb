// What a sheet says of a revision, in words: papers, delay, fee, silence, appeal, law.
#pragma once

#include "catalogue/revision.hpp"
#include "web/views/sheet.hpp"
#include "web/visit.hpp"

namespace wasl::web {

// Everything but chrome and starts.
void fill_sheet(SheetView& view, const Visit& visit, const catalogue::Revision& revision);
// The ways in which a paper may be given: "send a photo · show the original".
std::string accepted_ways(const Visit& visit, const catalogue::Requirement& requirement);
// An amount of the pack's currency as the reader writes it.
std::string say_money(const Visit& visit, std::string_view amount);

}  // namespace wasl::web
