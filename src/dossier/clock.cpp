#include "dossier/impl/clock.hpp"

namespace wasl::dossier {

jurisdiction::ClockFacts clock_facts(const State& state) {
    jurisdiction::ClockFacts facts{.filed = state.filed_at,
                                   .complete = state.clock.started,
                                   .delay = state.file.terms.delay,
                                   .stops = {},
                                   .extension = state.clock.extension,
                                   .lapse_notice = {},
                                   .ended = state.clock.ended};
    for (const auto& stop : state.clock.stops) facts.stops.push_back({stop.from, stop.until});
    if (state.completion && !state.completion->answered) facts.lapse_notice = state.completion->noticed;
    return facts;
}

const jurisdiction::Law& law_of(const State& state, const jurisdiction::Pack& pack) {
    return pack.law_on(pack.calendar().date_at(state.filed_at));
}

jurisdiction::ClockReading read_clock(const State& state, const jurisdiction::Pack& pack, Instant now) {
    return jurisdiction::read_clock(law_of(state, pack), pack.calendar(), clock_facts(state), now);
}

Instant due_if_complete_at(const State& state, const jurisdiction::Pack& pack, Instant at) {
    auto facts = clock_facts(state);
    if (!facts.complete) facts.complete = at;
    if (!facts.stops.empty() && !facts.stops.back().to) facts.stops.back().to = at;
    facts.ended.reset();
    const auto reading = jurisdiction::read_clock(law_of(state, pack), pack.calendar(), facts, at);
    return reading.last_instant.value_or(pack.calendar().end_of_day(pack.calendar().date_at(at)));
}

Instant answer_end(const jurisdiction::Law& law, const jurisdiction::Pack& pack, Instant at) {
    return jurisdiction::term_after(pack.calendar(), at, law.clock.value.answer).over;
}

Instant desk_end(const jurisdiction::Pack& pack, Instant at, std::int64_t days) {
    const Delay delay{.n = static_cast<int>(days), .unit = Unit::day, .working = false};
    return jurisdiction::term_after(pack.calendar(), at, delay).over;
}

}  // namespace wasl::dossier
