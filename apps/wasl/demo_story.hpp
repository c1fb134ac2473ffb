// What happened in the demonstration country during the last hundred days.
#pragma once

#include "host.hpp"

namespace wasl::app {

// Files and works on some hundred dossiers by the real commands, in order of time, under `clock`; at `end`
// every phase is to be seen. An error of a step is an error of the whole: the demonstration is a test.
Result<void> tell_demo_story(Host& host, ManualClock& clock, Instant start, Instant end);

}  // namespace wasl::app
