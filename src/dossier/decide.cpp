#include "dossier/decide.hpp"

#include "base/text.hpp"
#include "dossier/apply.hpp"
#include "dossier/impl/deciding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::dossier {

std::string_view to_string(Role role) noexcept {
    static constexpr std::array<std::string_view, 10> names = {"person",    "counter", "caseworker", "opinion", "visa",
                                                               "signatory", "cashier", "supervisor", "auditor", "system"};
    return names[static_cast<std::size_t>(role)];
}

bool is_adverse(Outcome outcome) noexcept { return outcome == Outcome::refused || outcome == Outcome::dismissed; }

Deciding::Deciding(const State& state_, const Context& context_)
    : state(state_), context(context_), pack(*context_.pack), at(std::max(context_.now, state_.last)) {}

void Deciding::emit(Body body) {
    const auto& actor = context.actor;
    events.push_back(Event{.at = at,
                           .by = By{.id = actor.id,
                                    .name = actor.name,
                                    .office = actor.office,
                                    .role = std::string(to_string(is_system() ? Role::system : role_)),
                                    .acting_for = actor.acting_for,
                                    .mandate = actor.mandate},
                           .body = std::move(body)});
}

Result<void> Deciding::agent(std::initializer_list<Role> any_of) { return desk(state.file.office, any_of); }

Result<void> Deciding::desk(std::string_view desk, std::initializer_list<Role> any_of) {
    const auto* const role = std::ranges::find_if(any_of, [&](Role r) { return context.actor.has(r); });
    if (role == any_of.end()) {
        return fail(Code::forbidden, "dossier.role-required", std::string(to_string(*any_of.begin())));
    }
    role_ = *role;
    if (*role == Role::system) return {};
    if (context.actor.office != desk) return fail(Code::forbidden, "dossier.other-office", std::string(desk));
    return {};
}

bool Deciding::is_person_concerned() const {
    const auto& file = state.file;
    const auto& actor = context.actor;
    const auto is = [](const std::string& id, const std::string& other) { return !id.empty() && id == other; };
    return is(actor.id, file.applicant.person) || is(actor.acting_for, file.applicant.person) ||
           (file.applicant.identifier_kind == "ice" && is(actor.company, file.applicant.identifier)) ||
           (file.representative && is(actor.id, file.representative->party.person));
}

Result<void> Deciding::person_concerned() {
    if (!is_person_concerned()) return fail(Code::forbidden, "dossier.role-required", "person");
    role_ = context.actor.has(Role::counter) ? Role::counter : Role::person;
    return {};
}

Result<void> Deciding::named_agent() const {
    if (is_system() || context.actor.name.empty()) return fail(Code::forbidden, "dossier.named-agent-required");
    return {};
}

Result<const SigningRight*> Deciding::signing_right() const {
    const Date today = pack.calendar().date_at(at);
    for (const auto& right : context.rights) {
        if (right.covers(state.file.office, state.file.procedure, today)) return &right;
    }
    return fail(Code::forbidden, "dossier.no-signing-right", fmt::format("{} on {}", context.actor.id, today.iso()));
}

Result<void> Deciding::event_exists(EventType type) const {
    if (allows(state.kind(), type)) return {};
    return fail(Code::conflict, "dossier.not-for-kind", fmt::format("{} × {}", to_string(state.kind()), to_string(type)));
}

Result<void> Deciding::outcome_exists(Outcome outcome) const {
    if (allows(state.kind(), outcome)) return {};
    return fail(Code::conflict, "dossier.not-for-kind", fmt::format("{} × {}", to_string(state.kind()), to_string(outcome)));
}

Result<void> Deciding::in_phase(std::initializer_list<Phase> phases) const {
    if (std::ranges::find(phases, state.phase) != phases.end()) return {};
    if (state.phase == Phase::approved_by_silence) {
        return fail(Code::conflict, "dossier.approved-by-silence", state.silence_at ? state.silence_at->iso() : "");
    }
    return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(state.phase)));
}

Result<void> Deciding::reasons(std::string_view text) const {
    if (trim(text).empty()) return fail(Code::unprocessable, "dossier.reasons-required");
    return {};
}

// An appeal is decided by someone else than the authors of the decision (law 55-19 arts 20–21).
Result<void> Deciding::not_an_author_of_what_is_appealed() const {
    const auto& link = state.file.link;
    if (link && link->relation == "appeal" && std::ranges::find(link->authors, context.actor.id) != link->authors.end()) {
        return fail(Code::forbidden, "dossier.author-decides-appeal", context.actor.id);
    }
    return {};
}

std::optional<Document> Deciding::output_document() const {
    const auto& terms = state.file.terms;
    if (terms.output.empty()) return std::nullopt;
    Document document{.id = context.fresh_id, .type = terms.output, .issued = at, .valid_until = {}, .replaced_by = {}, .reasons = {}};
    if (terms.output_days > 0 || terms.output_months > 0) {
        document.valid_until = pack.calendar().date_at(at).plus_months(terms.output_months).plus_days(terms.output_days);
    }
    return document;
}

namespace {

// A wish that came after the silence says why it is too late, whatever else is wrong with it.
bool is_about_the_decision(const Command& command) {
    return std::holds_alternative<Propose>(command) || std::holds_alternative<Sign>(command) ||
           std::holds_alternative<Notify>(command) || std::holds_alternative<RequestCompletion>(command) ||
           std::holds_alternative<Extend>(command) || std::holds_alternative<RefuseVisa>(command) ||
           std::holds_alternative<PronounceLapse>(command);
}

Result<std::vector<Event>> decide_now(const State& state, const Command& command, const Context& context) {
    if (state.exists() == std::holds_alternative<File>(command)) {
        return fail(Code::conflict, "dossier.wrong-phase", state.exists() ? "filed already" : "not filed");
    }
    if (state.phase == Phase::approved_by_silence && state.exists() && is_about_the_decision(command)) {
        return fail(Code::conflict, "dossier.approved-by-silence", state.silence_at ? state.silence_at->iso() : "");
    }
    Deciding deciding(state, context);
    TRY(std::visit([&](const auto& c) { return decide_on(deciding, c); }, command));
    return std::move(deciding.events);
}

}  // namespace

Result<std::vector<Event>> decide(const State& state, const Command& command, const Context& context) {
    // What the law did before this instant comes first, even when the program slept through it.
    auto events = state.exists() ? due_events(state, context) : std::vector<Event>{};
    if (events.empty()) return decide_now(state, command, context);
    State after = state;
    for (const auto& event : events) TRY(apply(after, event));
    auto more = TRY(decide_now(after, command, context));
    std::ranges::move(more, std::back_inserter(events));
    return events;
}

}  // namespace wasl::dossier
