// What the demonstration country says to its administration: complaints in every state, consultations, suggestions.
#pragma once

#include "host.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace wasl::app {

using DemoStep = std::function<Result<void>()>;

// Each step at its instant, for the story to play in order of time; `people` have shown their card and outlive the steps.
std::vector<std::pair<Instant, DemoStep>> demo_taking_part(Host& host, const ManualClock& clock, const std::vector<identity::Person>& people, Instant end);

}  // namespace wasl::app
