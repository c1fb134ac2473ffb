// How far a procedure is online, as one of six stages (after the benchmark of the European Commission,
// 2007), from its published revision alone. Pure.
//
//   0 nothing is told          1 information             2 a form, handed in elsewhere
//   3 filed online             4 all of it online: filed, no paper shown in person, no fee paid
//   elsewhere, decided, delivered                        5 and of its own accord: granted by a
//   published rule, or every paper that must be had comes from its source
#pragma once

#include "catalogue/revision.hpp"

#include <array>
#include <cstdint>

namespace wasl::insight {

inline constexpr std::size_t stage_count = 6;
using Stages = std::array<std::int64_t, stage_count>;  // procedures at each stage

// `paid_online`: who runs the procedure has a way to pay there.
int stage_of(const catalogue::Revision& revision, bool paid_online = false);

std::int64_t procedures_in(const Stages& stages);
// At stage 4 or above, in all: what "online" means against a target.
std::int64_t online_in(const Stages& stages);

}  // namespace wasl::insight
