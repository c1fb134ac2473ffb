// What arises by law, or is due, at an instant: fired whenever the program wakes, with the instant
// of the law in the event and the instant of writing beside it. Nothing adverse is ever done here.
#include "dossier/apply.hpp"
#include "dossier/impl/deciding.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

constexpr std::int64_t remind_before = 3 * 24 * 3'600;  // seconds before the person's time runs out

bool silence_can_approve(const State& state) {
    return state.file.terms.silence == SilenceEffect::approval && allows(state.kind(), EventType::silence_approved) &&
           state.clock.running() &&
           (state.phase == Phase::examination || state.phase == Phase::visa || state.phase == Phase::signature ||
            state.phase == Phase::notification);
}

bool may_operate_by_delay(const State& state) {
    return allows(state.kind(), EventType::free_to_operate) && state.phase == Phase::examination && state.clock.running();
}

// An instant of the clock on which something depends by law.
bool clock_counts(const State& state) { return silence_can_approve(state) || may_operate_by_delay(state); }

bool notice_is_open(const State& state) {
    return waits_for_person(state.phase) && state.completion && !state.completion->noticed &&
           allows(state.kind(), EventType::lapse_noticed);
}

bool reminder_is_open(const State& state) {
    return waits_for_person(state.phase) && state.completion &&
           std::ranges::find(state.reminders, "completion") == state.reminders.end() &&
           state.completion->complete_by.plus_seconds(-remind_before) > state.completion->asked;
}

class Due {
public:
    Due(const State& state, const Context& context) : state_(state), context_(context), deciding_(state_, context_) {
        context_.actor = Actor::system();
    }

    std::vector<Event> events() && {
        person();
        clock();
        return std::move(deciding_.events);
    }

private:
    void person() {
        const Instant now = deciding_.at;
        if (!state_.completion) return;
        const Instant end = state_.completion->complete_by;
        const bool notice_follows = allows(state_.kind(), EventType::lapse_noticed);
        if (reminder_is_open(state_) && now >= end.plus_seconds(-remind_before) && (now < end || !notice_follows)) {
            deciding_.emit(Reminded{"completion"});
        }
        if (!notice_is_open(state_) || now < end) return;
        const auto& notice = law_of(state_, deciding_.pack).clock.value.lapse_notice;
        deciding_.emit(LapseNoticed{jurisdiction::term_after(deciding_.pack.calendar(), now, notice).over});
    }

    void clock() {
        if (!clock_counts(state_)) return;
        Instant due = *state_.clock.due;
        // The calendar may have changed since: a feast was proclaimed, a day was added.
        const auto today = read_clock(state_, deciding_.pack, deciding_.at);
        if (today.last_instant && *today.last_instant != due) {
            due = *today.last_instant;
            deciding_.emit(ClockRecomputed{due, "calendar"});
        }
        if (deciding_.at < due) return;
        if (may_operate_by_delay(state_)) {
            deciding_.emit(FreeToOperate{due});
            return;
        }
        deciding_.emit(SilenceApproved{due, state_.file.terms.silence_basis});
        deciding_.emit(SilenceRecorded{Document{.id = "s" + context_.fresh_id, .type = "silence-record", .issued = deciding_.at,
                                                .valid_until = {}, .replaced_by = {}, .reasons = {}}});
    }

    const State& state_;
    Context context_;
    Deciding deciding_;
};

}  // namespace

std::vector<Event> due_events(const State& state, const Context& context) {
    if (!state.exists() || !is_open(state.phase)) return {};
    return Due(state, context).events();
}

std::optional<Instant> next_due(const State& state, const jurisdiction::Pack&) {
    if (!state.exists() || !is_open(state.phase)) return std::nullopt;
    std::optional<Instant> next;
    const auto also = [&](Instant at) { next = next ? std::min(*next, at) : at; };
    if (clock_counts(state)) also(*state.clock.due);
    if (notice_is_open(state)) {
        also(state.completion->complete_by);
        if (reminder_is_open(state)) also(state.completion->complete_by.plus_seconds(-remind_before));
    } else if (reminder_is_open(state) && !state.completion->noticed) {
        also(state.completion->complete_by.plus_seconds(-remind_before));
    }
    return next;
}

}  // namespace wasl::dossier
