// The heart: what the law makes of a command. Pure; the time, the actor, the calendar and the
// signing rights are arguments.
//
// Error keys (Code in brackets):
//   dossier.not-for-kind [conflict]          the kind of the act does not know this event or outcome
//   dossier.wrong-phase [conflict]           not at this point of its life (detail: the phase)
//   dossier.second-completion-request [conflict]  law 55-19 art. 4: asked once only
//   dossier.completion-too-late [conflict]   the day until which an agent may ask is over
//   dossier.paper-not-listed [unprocessable] asks for something outside the published list (arts 5–6)
//   dossier.held-elsewhere [conflict]        its holder said yes or has yet to answer: not the person's to bring
//   dossier.unknown-evidence [not_found]     contests what nobody was asked for
//   dossier.extension-not-listed, dossier.extended-already [conflict]   art. 17, decree 2-22-386
//   dossier.approved-by-silence [conflict]   art. 19: no refusal exists any more
//   dossier.reasons-required, dossier.appeal-routes-required [unprocessable]
//   dossier.named-agent-required [forbidden] an adverse act needs a named agent
//   dossier.role-required [forbidden]        (detail: the role)
//   dossier.other-office [forbidden]
//   dossier.no-signing-right [forbidden]     no authority or delegation at this moment
//   dossier.author-decides-appeal [forbidden]
//   dossier.visa-outstanding, dossier.opinion-outstanding [conflict]  (detail: the desk)
//   dossier.level [forbidden]                the procedure asks for a better-known person
//   dossier.bad-instant [unprocessable]      notified before it was signed, or in the future
//   dossier.lapse-not-due [conflict]         no notice, or its time is not over
//   dossier.appeal-time-over [conflict]
//   dossier.automatic-not-allowed [conflict]
//   dossier.reopening-time-over, dossier.reopened-already, dossier.satisfaction-given [conflict]   of a complaint
//   dossier.score [unprocessable]            satisfaction is 1 to 5
//   dossier.too-many-messages, dossier.too-many-messages-today [too_many]  of a person (detail: the limit)
//   dossier.unknown-document, dossier.unknown-desk, dossier.unknown-message [not_found]
#pragma once

#include "dossier/command.hpp"
#include "dossier/state.hpp"

#include <string>
#include <vector>

namespace wasl::jurisdiction {
class Pack;
}

namespace wasl::dossier {

struct Context {
    Instant now;
    Actor actor;
    const jurisdiction::Pack* pack = nullptr;  // calendar and zone; never null
    std::vector<SigningRight> rights;          // of the actor
    std::string fresh_id;                      // for a document or message that this command makes
    std::string reference;                     // of a dossier that this command files
    std::string number;                        // that a registration writes
    bool automation_on = true;                 // the kill switch of the procedure's rule set
};

Result<std::vector<Event>> decide(const State& state, const Command& command, const Context& context);

// What arises by law or is due by `context.now`, in order of its instants: silence, end of a
// declaration's delay, notice of lapse, reminders. Never anything adverse.
std::vector<Event> due_events(const State& state, const Context& context);
// The next instant at which due_events() would give something; none when nothing waits.
std::optional<Instant> next_due(const State& state, const jurisdiction::Pack& pack);

}  // namespace wasl::dossier
