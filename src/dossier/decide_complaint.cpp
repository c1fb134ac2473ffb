// Complaints beside their decision: acknowledged by an agent, opened again by the person, and how satisfied they are
// (decree 2-17-265). An appeal has its own law (55-19 arts 20–21) and none of this.
#include "dossier/impl/deciding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::dossier {

namespace {

constexpr std::int64_t best_score = 5;

Result<void> is_no_appeal(const Deciding& d, EventType type) {
    const auto& link = d.state.file.link;
    if (link && link->relation == "appeal") return fail(Code::conflict, "dossier.not-for-kind", fmt::format("appeal × {}", to_string(type)));
    return {};
}

std::size_t reopenings_of(const State& state) { return state.complaint ? state.complaint->reopenings.size() : 0; }

}  // namespace

Result<void> decide_on(Deciding& d, const AcknowledgeComplaint& command) {
    TRY(d.event_exists(EventType::complaint_acknowledged));
    TRY(is_no_appeal(d, EventType::complaint_acknowledged));
    TRY(d.agent({Role::caseworker, Role::counter, Role::signatory}));
    TRY(d.named_agent());
    TRY(d.reasons(command.text));
    if (d.state.complaint && d.state.complaint->acknowledged) return {};  // a second click
    if (!is_open(d.state.phase)) return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(d.state.phase)));
    d.emit(ComplaintAcknowledged{std::string(trim(command.text))});
    return {};
}

Result<void> decide_on(Deciding& d, const ReopenComplaint& command) {
    TRY(d.event_exists(EventType::complaint_reopened));
    TRY(is_no_appeal(d, EventType::complaint_reopened));
    TRY(d.person_concerned());
    TRY(d.in_phase({Phase::upheld, Phase::dismissed}));
    TRY(d.reasons(command.reasons));
    const auto& rules = law_of(d.state, d.pack).complaint;
    if (!rules || !d.state.notified) return fail(Code::conflict, "dossier.reopening-time-over");
    if (reopenings_of(d.state) >= static_cast<std::size_t>(rules->reopenings)) {
        return fail(Code::conflict, "dossier.reopened-already", std::to_string(rules->reopenings));
    }
    const auto over = jurisdiction::term_after(d.pack.calendar(), d.state.notified->at, rules->reopen).over;
    if (d.at >= over) return fail(Code::conflict, "dossier.reopening-time-over", over.iso());
    State anew = d.state;
    anew.clock = LegalClock{};
    d.emit(ComplaintReopened{std::string(trim(command.reasons)), due_if_complete_at(anew, d.pack, d.at)});
    return {};
}

Result<void> decide_on(Deciding& d, const GiveSatisfaction& command) {
    TRY(d.event_exists(EventType::satisfaction_given));
    TRY(is_no_appeal(d, EventType::satisfaction_given));
    TRY(d.person_concerned());
    TRY(d.in_phase({Phase::upheld, Phase::dismissed}));
    if (command.score < 1 || command.score > best_score) return fail(Code::unprocessable, "dossier.score", std::to_string(command.score));
    // One word an answer: each opening again brings a new one.
    if (d.state.complaint && d.state.complaint->satisfaction.size() > reopenings_of(d.state)) return fail(Code::conflict, "dossier.satisfaction-given");
    d.emit(SatisfactionGiven{command.score, std::string(trim(command.text))});
    return {};
}

}  // namespace wasl::dossier
