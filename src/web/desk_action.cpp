// The forms of a dossier page, each under the condition of law, phase and role that it needs.
#include "web/desk_action.hpp"
#include "web/desk_rules.hpp"

#include "web/request_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

using dossier::EventType;
using dossier::Outcome;
using dossier::Phase;
using identity::Role;

bool InHand::in(std::initializer_list<Phase> phases) const { return std::ranges::find(phases, state->phase) != phases.end(); }

std::string InHand::say_to_person(std::string_view key) const {
    const auto language = lingua::from_tag(state->file.contact.language);
    return lingua::say(language.value_or(lingua::Language::ar), key);
}

std::string appeal_routes(const InHand& hand) {
    const auto& language = hand.state->file.contact.language;
    if (hand.revision != nullptr && !hand.revision->appeal.route.empty()) return hand.revision->appeal.route.in(language);
    return hand.say_to_person("desk.default.appeal-routes");
}

namespace {

class Builder {
public:
    Builder(const InHand& hand, std::string name, std::string_view style = "secondary") : hand_(hand) {
        form_.title = hand.say("desk.do." + name);
        form_.button = hand.say("desk.button." + name);
        form_.style = style;
        form_.name = std::move(name);
    }
    // Other words for the same act.
    Builder& words(std::string_view name) {
        form_.title = hand_.say(fmt::format("desk.do.{}", name));
        form_.button = hand_.say(fmt::format("desk.button.{}", name));
        return *this;
    }
    Builder& hint(std::string text) { form_.hint = std::move(text); return *this; }
    Builder& warning(std::string text) { form_.warning = std::move(text); return *this; }
    Builder& key(std::string letter) { form_.key = std::move(letter); return *this; }
    Builder& hidden(std::string name, std::string value) { form_.hidden.emplace_back(std::move(name), std::move(value)); return *this; }
    Builder& line(std::string_view name, std::string_view label, std::string value = {}, std::string_view type = "text") {
        auto field = make(name, label);
        field.value = std::move(value);
        field.type = type;
        field.longest = 300;
        return add({field, Shape::line, {}});
    }
    Builder& text(std::string_view name, std::string_view label, std::string value = {}, std::string_view hint_key = {}) {
        auto field = make(name, label);
        field.value = std::move(value);
        field.rows = 4;
        field.longest = 10'000;
        if (!hint_key.empty()) field.hint = hand_.say(hint_key);
        return add({field, Shape::text, {}});
    }
    Builder& choose(std::string_view name, std::string_view label, std::vector<Option> options, Shape shape = Shape::select) {
        return add({make(name, label), shape, std::move(options)});
    }
    DeskForm done() { return std::move(form_); }

private:
    Field make(std::string_view name, std::string_view label) const { return question(*hand_.visit, form_.name, name, label); }
    Builder& add(DeskQuestion question_) { form_.questions.push_back(std::move(question_)); return *this; }
    const InHand& hand_;
    DeskForm form_;
};

bool exists(const InHand& hand, EventType type) { return dossier::allows(hand.state->kind(), type); }

Outcome favourable(const InHand& hand) { return dossier::allows(hand.state->kind(), Outcome::granted) ? Outcome::granted : Outcome::upheld; }
Outcome adverse(const InHand& hand) { return dossier::allows(hand.state->kind(), Outcome::refused) ? Outcome::refused : Outcome::dismissed; }
bool is_adverse(Outcome outcome) { return outcome == Outcome::refused || outcome == Outcome::dismissed; }

std::vector<Option> desks(const InHand& hand) {
    std::vector<Option> out;
    for (const auto& office : hand.member->info->offices) {
        if (office.code != hand.state->file.office) out.push_back({office.code, office.name.in(hand.visit->tag()), "", false});
    }
    return out;
}

std::vector<Option> colleagues(const InHand& hand) {
    std::vector<Option> out{{"", hand.say("desk.assign.nobody"), "", hand.state->assigned.empty()}};
    const auto all = hand.member->staff->all();
    if (!all) return out;
    for (const auto& staff : *all) {
        const auto actor = staff.actor();
        const bool works = actor.works_for(hand.state->file.office) && (actor.has(Role::agent) || actor.has(Role::signatory));
        if (staff.active && works) out.push_back({staff.id, staff_name(*hand.visit, staff), "", staff.id == hand.state->assigned});
    }
    return out;
}

// Papers and questions that the published list allows to ask for, nothing else.
std::vector<Option> listed(const InHand& hand) {
    std::vector<Option> out;
    for (const auto& code : hand.state->file.listed) {
        std::string label = code;
        if (hand.revision != nullptr) {
            if (const auto* paper = hand.revision->requirement(code)) label = paper->title.in(hand.visit->tag());
            if (const auto* field = hand.revision->form.field(code)) label = hand.say("desk.completion.answer", {{"label", field->label.in(hand.visit->tag())}});
        }
        out.push_back({code, label, "", false});
    }
    return out;
}

std::vector<Option> valid_documents(const InHand& hand) {
    std::vector<Option> out;
    for (const auto& document : hand.state->documents) {
        if (document.status == dossier::DocumentStatus::valid) {
            out.push_back({document.id, document.type + " · " + day(*hand.visit, document.issued), "", false});
        }
    }
    return out;
}

// The one request, while its time lasts; after that the form is not there at all.
void completion_action(const InHand& hand, Actions& out) {
    const auto& pack = *hand.visit->site->pack;
    const auto reading = dossier::explain(*hand.state, pack, hand.visit->now());
    if (!jurisdiction::may_request_completion(reading, pack.calendar(), hand.visit->now())) return;
    Builder form(hand, "completion");
    form.key("c").warning(hand.say("desk.hint.completion-only-one"));
    if (reading.request_until) form.hint(hand.say("desk.hint.completion-until", {{"date", *reading.request_until}}));
    out.others.push_back(form.choose("missing", "desk.field.missing", listed(hand), Shape::checks).text("reasons", "desk.field.reasons").done());
}

void examination_actions(const InHand& hand, Actions& out) {
    if (!hand.own() || !hand.has(Role::agent)) return;
    if (hand.in({Phase::examination}) && exists(hand, EventType::proposed)) {
        const auto rules = proposal_by_rules(hand);
        const bool complaint = is_complaint(*hand.state);
        out.routine.push_back(Builder(hand, "grant", "").words(complaint ? "close-founded" : "grant").key("g").hidden("outcome", std::string(dossier::to_string(favourable(hand))))
                                  .text("reasons", "desk.field.reasons", rules ? told_by(hand, *rules, catalogue::Advice::grant)
                                                                               : hand.say_to_person(complaint ? "desk.default.founded-reasons" : "desk.default.grant-reasons")).done());
        out.others.push_back(Builder(hand, "refuse", "warning").words(complaint ? "close-unfounded" : "refuse").key("r")
                                 .hint(hand.say(complaint ? "desk.hint.close-unfounded" : "desk.hint.refuse"))
                                 .hidden("outcome", std::string(dossier::to_string(adverse(hand))))
                                 .text("reasons", "desk.field.own-reasons", rules ? told_by(hand, *rules, catalogue::Advice::refuse) : "").done());
    }
    if (hand.in({Phase::examination}) && hand.state->check) {
        out.others.push_back(Builder(hand, "check-again").hint(hand.say("desk.hint.check-again")).line("kw", "desk.field.check-kw").done());
    }
    if (hand.in({Phase::examination}) && !hand.state->completion) {
        completion_action(hand, out);
    }
    if (hand.in({Phase::incomplete, Phase::completion})) {
        out.others.push_back(Builder(hand, "accept").hint(hand.say("desk.hint.accept")).text("reasons", "desk.field.reasons").done());
    }
    if (hand.in({Phase::examination, Phase::visa, Phase::signature}) && exists(hand, EventType::opinion_requested)) {
        out.others.push_back(Builder(hand, "ask-opinion").key("o").hint(hand.say("desk.hint.opinion"))
                                 .choose("desk", "desk.field.desk", desks(hand)).text("question", "desk.field.question")
                                 .line("days", "desk.field.days", "10").done());
    }
}

void decision_actions(const InHand& hand, Actions& out) {
    const bool agent = hand.has(Role::agent), signatory = hand.has(Role::signatory);
    if (!hand.own()) return;
    if (signatory && hand.state->proposal && hand.in({Phase::signature, Phase::visa})) {
        Builder form(hand, "sign", "");
        form.key("s").hint(hand.say("desk.hint.sign"));
        if (is_adverse(hand.state->proposal->proposed.outcome)) form.text("routes", "desk.field.appeal-routes", appeal_routes(hand));
        out.routine.push_back(form.done());
    }
    if ((signatory || agent) && hand.in({Phase::signature, Phase::visa})) {
        out.others.push_back(Builder(hand, "return").hint(hand.say("desk.hint.return")).text("reasons", "desk.field.reasons").done());
        if (exists(hand, EventType::visa_requested)) {
            out.others.push_back(Builder(hand, "ask-visa").choose("desk", "desk.field.desk", desks(hand)).line("days", "desk.field.days", "5").done());
        }
    }
    if (signatory && exists(hand, EventType::final_receipt_issued) && hand.in({Phase::examination, Phase::free_to_operate})) {
        out.routine.push_back(Builder(hand, "final-receipt", "").key("s").hint(hand.say("desk.hint.final-receipt")).done());
    }
    if ((agent || signatory || hand.has(Role::counter)) && hand.in({Phase::notification})) {
        std::vector<Option> channels;
        for (const std::string_view channel : {"account", "counter", "post", "sms", "email"}) {
            channels.push_back({std::string(channel), hand.say("desk.channel." + std::string(channel)), "", channel == "account"});
        }
        out.routine.push_back(Builder(hand, "notify", "").key("n").hint(hand.say("desk.hint.notify"))
                                  .choose("channel", "desk.field.channel", std::move(channels))
                                  .line("date", "desk.field.notified-date", hand.visit->site->today().iso(), "date")
                                  .line("time", "desk.field.notified-time", "", "time")
                                  .line("proof", "desk.field.proof").done());
    }
}

void desk_actions(const InHand& hand, Actions& out) {
    using Answer = dossier::DeskState::Answer;
    const auto waits = [&](const dossier::DeskState& asked) {
        return asked.answer == Answer::none && hand.visit->actor.works_for(asked.desk);
    };
    if (hand.in({Phase::examination, Phase::completion, Phase::visa, Phase::signature}) && (hand.has(Role::visa) || hand.has(Role::agent))) {
        for (const auto& asked : hand.state->opinions) {
            if (!waits(asked)) continue;
            std::vector<Option> options;
            for (const std::string_view word : {"favourable", "reserved", "unfavourable"}) {
                options.push_back({std::string(word), hand.say("desk.opinion." + std::string(word)), "", word == "favourable"});
            }
            out.routine.push_back(Builder(hand, "give-opinion", "").key("g").hint(asked.question).hidden("desk", asked.desk)
                                      .choose("opinion", "desk.field.opinion", std::move(options), Shape::radios)
                                      .text("text", "desk.field.opinion-text").done());
        }
    }
    if (!hand.in({Phase::visa}) || !hand.has(Role::visa)) return;
    for (const auto& asked : hand.state->visas) {
        if (!waits(asked)) continue;
        out.routine.push_back(Builder(hand, "give-visa", "").key("g").hidden("desk", asked.desk).line("text", "desk.field.remark").done());
        out.others.push_back(Builder(hand, "refuse-visa", "warning").key("r").hidden("desk", asked.desk).text("reasons", "desk.field.own-reasons").done());
    }
}

void time_actions(const InHand& hand, Actions& out) {
    const bool agent = hand.has(Role::agent), signatory = hand.has(Role::signatory);
    const auto& state = *hand.state;
    if (hand.own() && (agent || signatory)) {
        const auto lapses = state.completion ? state.completion->lapses_from : std::nullopt;
        if (exists(hand, EventType::lapsed) && hand.in({Phase::incomplete, Phase::completion}) && lapses && *lapses <= hand.visit->now()) {
            out.others.push_back(Builder(hand, "lapse", "warning").text("reasons", "desk.field.own-reasons").done());
        }
        const auto& extension = state.file.terms.extension;
        if (exists(hand, EventType::clock_extended) && !extension.ground.empty() && !state.clock.extension &&
            hand.in({Phase::examination, Phase::visa, Phase::signature})) {
            out.others.push_back(Builder(hand, "extend", "warning").hint(extension.basis).hidden("ground", extension.ground)
                                     .text("reasons", "desk.field.own-reasons").done());
        }
        if (hand.in({Phase::incomplete, Phase::completion, Phase::examination})) {
            out.others.push_back(Builder(hand, "transfer", "warning").line("to", "desk.field.transfer-to").text("reasons", "desk.field.own-reasons").done());
        }
    }
    if (hand.has(Role::supervisor) && hand.office == state.file.terms.supervisory_office && hand.in({Phase::approved_by_silence}) &&
        state.attestation.empty()) {
        out.routine.push_back(Builder(hand, "attest", "").hint(hand.say("desk.hint.attest")).line("number", "desk.field.attestation").done());
    }
}

void after_actions(const InHand& hand, Actions& out) {
    if (!hand.own() || !hand.has(Role::signatory)) return;
    if (exists(hand, EventType::decision_corrected) && hand.in({Phase::granted, Phase::refused, Phase::upheld, Phase::dismissed})) {
        out.others.push_back(Builder(hand, "correct").hint(hand.say("desk.hint.correct")).line("detail", "desk.field.correction")
                                 .text("reasons", "desk.field.reasons").done());
    }
    const auto documents = valid_documents(hand);
    if (documents.empty()) return;
    out.others.push_back(Builder(hand, "replace").choose("document", "desk.field.document", documents).text("reasons", "desk.field.reasons").done());
    if (exists(hand, EventType::document_withdrawn)) {
        out.others.push_back(Builder(hand, "withdraw-document", "warning").choose("document", "desk.field.document", documents)
                                 .text("reasons", "desk.field.own-reasons").text("routes", "desk.field.appeal-routes", appeal_routes(hand)).done());
    }
}

void everyday_actions(const InHand& hand, Actions& out) {
    if (!hand.own()) return;
    const bool agent = hand.has(Role::agent), signatory = hand.has(Role::signatory), counter = hand.has(Role::counter);
    if ((agent || signatory) && dossier::is_open(hand.state->phase)) {
        if (hand.state->assigned != hand.visit->actor.id) {
            out.others.push_back(Builder(hand, "take").key("a").hidden("to", hand.visit->actor.id).done());
        }
        out.others.push_back(Builder(hand, "assign").choose("to", "desk.field.assign-to", colleagues(hand)).done());
    }
    const bool appeal = hand.state->file.link && hand.state->file.link->relation == "appeal";
    const bool unacknowledged = !hand.state->complaint || !hand.state->complaint->acknowledged;
    if ((agent || signatory || counter) && exists(hand, EventType::complaint_acknowledged) && !appeal && unacknowledged && dossier::is_open(hand.state->phase)) {
        out.routine.insert(out.routine.begin(), Builder(hand, "acknowledge", "").key("k").hint(hand.say("desk.hint.acknowledge"))
                                                    .text("text", "desk.field.message", hand.say_to_person("desk.default.acknowledge")).done());
    }
    if (agent || signatory || counter) {
        out.others.push_back(Builder(hand, "message").key("m").hint(hand.say("desk.hint.message")).text("text", "desk.field.message").done());
        out.others.push_back(Builder(hand, "note").hint(hand.say("desk.hint.note")).text("text", "desk.field.note").done());
    }
}

void restore_question(DeskQuestion& each, const http::Form& typed) {
    const auto& name = each.field.form_name();
    if (each.options.empty()) {
        each.field.value = typed.text(name);
        return;
    }
    const auto chosen = typed.all(name);
    for (auto& option : each.options) option.chosen = std::ranges::find(chosen, option.value) != chosen.end();
}

}  // namespace

Actions actions(const InHand& hand) {
    Actions out;
    desk_actions(hand, out);
    examination_actions(hand, out);
    decision_actions(hand, out);
    time_actions(hand, out);
    after_actions(hand, out);
    everyday_actions(hand, out);
    return out;
}

void restore(Actions& actions, const http::Form& typed, const std::string& error) {
    for (auto* forms : {&actions.routine, &actions.others}) {
        for (auto& form : *forms) {
            if (form.name != typed.text("do")) continue;
            form.open = true;
            for (auto& each : form.questions) restore_question(each, typed);
            if (!form.questions.empty()) form.questions.back().field.error = error;
        }
    }
}

}  // namespace wasl::web::desk
