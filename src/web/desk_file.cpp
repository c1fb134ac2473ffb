#include "web/connection_words.hpp"
#include "web/decision_words.hpp"
#include "web/desk_file.hpp"
#include "web/fetched.hpp"
#include "web/pay.hpp"

#include "lingua/formats.hpp"
#include "web/request_words.hpp"
#include "web/rule_words.hpp"
#include "web/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace wasl::web::desk {

namespace {

using dossier::Event;
using dossier::EventType;

Url below_file(const InHand& hand, std::string_view what) {
    return link_to(*hand.visit, fmt::format("{}/dossier/{}{}", base(*hand.visit), hand.state->id, what));
}

// The words that were written with an event: reasons, a question, a text.
template <class Body>
std::string written(const Body& body) {
    if constexpr (requires { body.text; }) return body.text;
    else if constexpr (requires { body.question; }) return body.question;
    else if constexpr (requires { body.proof; }) return body.proof;
    else if constexpr (requires { body.reasons; }) return body.reasons;
    else return {};
}

std::string who_did(const InHand& hand, const dossier::By& by) {
    if (by.role == "system" || by.id == "system") return hand.say("desk.who.law");
    const auto staff = by.id.empty() ? Result<identity::Staff>(fail(Code::not_found, "identity.no-staff")) : hand.member->staff->find(by.id);
    auto name = staff ? staff_name(*hand.visit, *staff) : by.name;
    if (by.office.empty()) return name;
    return name + " · " + office_name(*hand.visit, *hand.member, by.office);
}

std::string satisfaction_word(const InHand& hand, const dossier::SatisfactionGiven& given) {
    return hand.say(fmt::format("participation.satisfaction.score-{}", given.score));
}

DeskEvent told(const InHand& hand, const Event& event) {
    DeskEvent out;
    out.when = moment(*hand.visit, event.at);
    out.what = hand.say("desk.event." + std::string(dossier::to_string(event.type())));
    if (const auto* proposed = std::get_if<dossier::Proposed>(&event.body)) out.what += ": " + outcome_word(*hand.visit, proposed->outcome);
    if (const auto* decided = std::get_if<dossier::Signed>(&event.body)) out.what += ": " + outcome_word(*hand.visit, decided->outcome);
    if (const auto* rated = std::get_if<dossier::SatisfactionGiven>(&event.body)) out.what += ": " + satisfaction_word(hand, *rated);
    out.who = who_did(hand, event.by);
    out.text = std::visit([](const auto& body) { return written(body); }, event.body);
    return out;
}

bool is_shown(EventType type) { return type != EventType::looked_at && type != EventType::rendered; }

SummaryRow fact(const InHand& hand, std::string_view key, std::string value, bool typed = false) {
    SummaryRow row;
    row.key = hand.say(key);
    row.value = std::move(value);
    row.typed_by_person = typed;
    return row;
}

// Each script on a line of its own, so that neither turns the other round.
SummaryRow party_fact(const InHand& hand, std::string_view key, const dossier::Party& party) {
    const auto& first = party_name(hand.visit->language, party);
    auto row = fact(hand, key, first, true);
    for (const auto& other : {party.name_arabic, party.name_latin}) {
        if (!other.empty() && other != first) row.more.push_back(other);
    }
    const auto kind = "desk.document-kind." + (party.identifier_kind.empty() ? "other" : party.identifier_kind);
    if (!party.identifier.empty()) row.more.push_back((lingua::find_key(kind) ? hand.say(kind) : party.identifier_kind) + " " + party.identifier);
    return row;
}

std::vector<SummaryRow> facts(const InHand& hand) {
    const auto& state = *hand.state;
    const auto& visit = *hand.visit;
    std::vector<SummaryRow> out;
    out.push_back(party_fact(hand, "desk.fact.applicant", state.file.applicant));
    if (state.file.representative) {
        const auto& by = *state.file.representative;
        auto row = party_fact(hand, "desk.fact.representative", by.party);
        if (!by.consent.empty()) row.more.push_back(by.consent);
        out.push_back(row);
    }
    out.push_back(fact(hand, "desk.fact.received", moment(visit, state.filed_at)));
    out.push_back(fact(hand, "desk.fact.office", office_name(visit, *hand.member, state.file.office)));
    out.push_back(fact(hand, "desk.fact.channel", hand.say("desk.channel." + state.file.channel)));
    if (!state.assigned.empty()) out.push_back(fact(hand, "desk.queue.assigned", staff_name(*hand.visit, *hand.member, state.assigned), true));
    if (!state.file.terms.fee.empty()) {
        std::string fee = state.file.terms.fee == "needs-human" ? hand.say("desk.fact.fee-by-hand") : state.file.terms.fee + " MAD";
        auto row = fact(hand, "desk.fact.fee", std::move(fee));
        if (const auto demand = hand.member->payments->demand_of(state.id); demand && *demand) {
            row.value = say_money(*hand.visit, (*demand)->amount);
            row.more.push_back(say_demand_state(*hand.visit, **demand));
        } else if (state.file.terms.fee == "needs-human" && hand.visit->actor.has(identity::Role::agent)) {
            row.actions.push_back({hand.say("pay.cash.assess"), page(*hand.visit, "/cash"), row.key});
        }
        for (const auto& paid : state.fees) row.more.push_back(hand.say("desk.fact.fee-paid", {{"amount", paid.amount}, {"receipt", paid.receipt}}));
        out.push_back(row);
    }
    if (!state.registered.empty()) out.push_back(fact(hand, "desk.fact.registered", state.registered, true));
    if (state.decision && state.decision->record) {
        for (auto& row : record_rows(visit, *state.decision->record, hand.revision.get())) out.push_back(std::move(row));
    }
    if (state.notified) out.push_back(fact(hand, "desk.fact.notified", hand.say("desk.channel." + state.notified->channel) + " · " + moment(visit, state.notified->at)));
    if (state.notified && state.notified->appeal_until) out.push_back(fact(hand, "desk.fact.appeal-until", last_day(visit, *state.notified->appeal_until)));
    if (state.complaint && !state.complaint->satisfaction.empty()) {
        const auto& given = state.complaint->satisfaction.back();
        auto row = fact(hand, "desk.fact.satisfaction", satisfaction_word(hand, given));
        if (!given.text.empty()) row.more.push_back(given.text);
        out.push_back(std::move(row));
    }
    if (state.silence_at) out.push_back(fact(hand, "desk.fact.silence", moment(visit, *state.silence_at)));
    if (!state.attestation.empty()) out.push_back(fact(hand, "desk.fact.attestation", state.attestation, true));
    if (state.file.link) out.push_back(fact(hand, "desk.fact.attacks", state.file.link->reference, true));
    for (const auto& appeal : state.appeals) {
        out.push_back(fact(hand, "desk.fact.appeal", appeal.reference + (appeal.outcome ? " · " + outcome_word(visit, *appeal.outcome) : ""), true));
    }
    for (const auto* list : {&state.opinions, &state.visas}) {
        for (const auto& desk : *list) {
            const auto answers = std::array<std::string_view, 6>{"none", "favourable", "reserved", "unfavourable", "given", "refused"};
            const auto word = "desk.answer." + std::string(answers[static_cast<std::size_t>(desk.answer)]);
            auto row = fact(hand, list == &state.opinions ? "desk.fact.opinion" : "desk.fact.visa",
                            fmt::format("{} · {} · {}", office_name(visit, *hand.member, desk.desk), hand.say(word),
                                        hand.say("desk.fact.desk-due", {{"date", last_day(visit, desk.due)}})));
            if (!desk.text.empty()) row.more.push_back(desk.text);
            out.push_back(row);
        }
    }
    return out;
}

std::vector<DeskGroup> answer_groups(const InHand& hand) {
    std::vector<DeskGroup> out;
    const auto tag = hand.visit->tag();
    const auto& answers = hand.state->file.answers;
    if (hand.revision == nullptr) return out;
    for (const auto& page_ : hand.revision->form.pages) {
        DeskGroup group{page_.title.in(tag), {}};
        for (const auto& field : page_.fields) {
            const auto* value = answers.find(field.id);
            if (value == nullptr || value->is_null()) continue;
            SummaryRow row;
            row.key = field.label.in(tag);
            row.value = form::display(field, *value, tag);
            for (const auto& bad : hand.unreadable == nullptr ? std::vector<dossier::Unreadable>() : *hand.unreadable) {
                if (bad.field == field.id) row.value = lingua::say(hand.visit->language, Error{Code::internal, bad.key, {}});
            }
            row.typed_by_person = true;
            group.rows.push_back(std::move(row));
        }
        if (!group.rows.empty()) out.push_back(std::move(group));
    }
    return out;
}

std::vector<DeskPaper> papers_of(const InHand& hand) {
    std::vector<DeskPaper> out;
    for (const auto& piece : hand.state->file.pieces) {
        DeskPaper paper{piece.requirement, piece.name, "", "", {}};
        if (hand.revision != nullptr) {
            if (const auto* wanted = hand.revision->requirement(piece.requirement)) paper.requirement = wanted->title.in(hand.visit->tag());
        }
        if (!piece.digest.empty()) {
            paper.size = lingua::file_size(hand.visit->language, static_cast<std::int64_t>(piece.bytes));
            paper.url = below_file(hand, "/paper/" + piece.digest);
        }
        const auto sources = std::array<std::string_view, 5>{"typed", "uploaded", "shown", "declared", "fetched"};
        paper.source = hand.say("desk.source." + std::string(sources[static_cast<std::size_t>(piece.source)]));
        out.push_back(std::move(paper));
    }
    return out;
}

std::vector<DeskPaper> documents_of(const InHand& hand) {
    std::vector<DeskPaper> out;
    out.push_back({hand.say("desk.dossier.receipt"), hand.state->file.reference, "", "", below_file(hand, "/receipt")});
    for (const auto& document : hand.state->documents) {
        const auto statuses = std::array<std::string_view, 3>{"valid", "replaced", "withdrawn"};
        std::string title = document.type;
        if (hand.revision != nullptr) {
            const auto output = std::ranges::find(hand.revision->outputs, document.type, &catalogue::Output::code);
            if (output != hand.revision->outputs.end()) title = output->title.in(hand.visit->tag());
        }
        out.push_back({title, day(*hand.visit, document.issued), "",
                       hand.say("desk.document." + std::string(statuses[static_cast<std::size_t>(document.status)])),
                       below_file(hand, "/document/" + document.id)});
    }
    return out;
}

void add_talk(const InHand& hand, DeskDossierView& view) {
    const auto& visit = *hand.visit;
    for (const auto& message : hand.state->messages) {
        auto what = hand.say(message.to_person ? "desk.message.to-person" : "desk.message.from-person");
        if (message.to_person) {
            what += " · " + (message.read_at ? visit.say("desk.message.read", {{"when", moment(visit, *message.read_at)}}) : hand.say("desk.message.unread"));
        }
        view.messages.push_back({moment(visit, message.at), std::move(what), who_did(hand, message.by), message.text});
    }
    for (const auto& note : hand.state->notes) {
        view.notes.push_back({moment(visit, note.at), hand.say("desk.event.noted"), who_did(hand, note.by), note.text});
    }
}

}  // namespace

Result<std::vector<DeskEvent>> events_after(const InHand& hand, std::size_t seen) {
    std::vector<DeskEvent> out;
    std::size_t number = 0;
    for (const auto& event : TRY(hand.member->dossiers->history(hand.state->id))) {
        if (!is_shown(event.type())) continue;
        if (number++ >= seen) out.push_back(told(hand, event));
    }
    return out;
}

Result<DeskDossierView> dossier_view(const InHand& hand) {
    const auto& visit = *hand.visit;
    const auto& state = *hand.state;
    DeskDossierView view;
    view.chrome = chrome_titled(visit, state.file.reference);
    view.here = below_file(hand, "");
    view.script = script();
    view.queue = page(visit, "/queue");
    view.csrf = visit.csrf();
    view.reference = state.file.reference;
    view.title = hand.revision != nullptr ? hand.revision->title.in(visit.tag()) : state.file.title;
    view.phase = phase_word(visit, state.phase);
    view.phase_colour = phase_colour(state.phase);
    const auto clock = clock_words(visit, state);
    view.clock = clock.text;
    view.clock_colour = clock.colour;
    for (const auto& line : dossier::explain(state, *visit.site->pack, visit.now()).explanation) view.clock_lines.push_back(phrase(visit, line));
    if (state.proposal && dossier::is_open(state.phase)) {
        view.proposal = outcome_word(visit, state.proposal->proposed.outcome) + " · " + who_did(hand, state.proposal->by);
        view.proposal_reasons = state.proposal->proposed.reasons;
    }
    if (hand.revision != nullptr) {
        view.rules = rule_advice(visit, *hand.revision, state);
        if (view.rules) {
            view.rules->page = link_to(visit, fmt::format("/p/{}/{}/rules", hand.member->info->catalogue, state.file.procedure)).with("revision", state.file.revision);
        }
    }
    view.facts = facts(hand);
    for (const auto& missing : dossier::still_missing(state)) view.missing.push_back(missing.title.empty() ? missing.code : missing.title);
    view.check = connection_rows(visit, *hand.member, state);
    view.check_record = below_file(hand, "/check.json");
    view.answers = answer_groups(hand);
    if (!state.evidence.empty()) {
        DeskGroup asked{hand.say("desk.asked.title"), {}};
        for (const auto& evidence : state.evidence) asked.rows.push_back(evidence_row(visit, *hand.member, hand.revision.get(), evidence));
        view.answers.push_back(std::move(asked));
    }
    view.papers = papers_of(hand);
    view.documents = documents_of(hand);
    view.timeline = TRY(events_after(hand, 0));
    view.seen = std::to_string(view.timeline.size());
    std::ranges::reverse(view.timeline);
    add_talk(hand, view);
    for (const auto& look : TRY(hand.member->dossiers->looks(state.id, 100))) {
        view.looks.push_back({moment(visit, look.at), look.purpose.empty() ? look.what : look.purpose,
                              look.who + " · " + office_name(visit, *hand.member, look.office), ""});
    }
    return view;
}

}  // namespace wasl::web::desk
