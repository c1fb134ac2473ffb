// The legal clock of a dossier: its facts as jurisdiction reads them, and the instants that follow.
#pragma once

#include "dossier/state.hpp"
#include "jurisdiction/clock.hpp"
#include "jurisdiction/pack.hpp"

namespace wasl::dossier {

jurisdiction::ClockFacts clock_facts(const State& state);
const jurisdiction::Law& law_of(const State& state, const jurisdiction::Pack& pack);
jurisdiction::ClockReading read_clock(const State& state, const jurisdiction::Pack& pack, Instant now);

// The end of the delay (exclusive) if the file became, or becomes again, complete at `at`.
Instant due_if_complete_at(const State& state, const jurisdiction::Pack& pack, Instant at);
// The end of the person's time (exclusive) when asked at `at`.
Instant answer_end(const jurisdiction::Law& law, const jurisdiction::Pack& pack, Instant at);
// A desk's own time: `days` calendar days after `at`, exclusive end.
Instant desk_end(const jurisdiction::Pack& pack, Instant at, std::int64_t days);

}  // namespace wasl::dossier
