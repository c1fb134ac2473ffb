// From a posted form of the dossier page to the command it asks for.
#include "web/desk_action.hpp"
#include "web/desk_rules.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

using namespace dossier;

std::string typed_text(const http::Form& form, std::string_view name) { return std::string(trim(form.text(name))); }

Result<Command> as_completion(const InHand& hand, const http::Form& form) {
    RequestCompletion out;
    const auto& language = hand.state->file.contact.language;
    for (const auto code : form.all("missing")) {
        Missing missing{.code = std::string(code), .answer = false, .title = std::string(code)};
        if (hand.revision != nullptr) {
            if (const auto* paper = hand.revision->requirement(code)) missing.title = paper->title.in(language);
            if (const auto* field = hand.revision->form.field(code)) {
                missing.answer = true;
                missing.title = field->label.in(language);
            }
        }
        out.missing.push_back(std::move(missing));
    }
    out.reasons = typed_text(form, "reasons");
    return out;
}

Result<Command> as_proposal(const InHand& hand, const http::Form& form) {
    const auto outcome = outcome_from(form.text("outcome"));
    if (!outcome) return fail(Code::invalid, "dossier.malformed", "outcome");
    Propose out{.outcome = *outcome, .reasons = typed_text(form, "reasons"), .details = {}, .record = {}};
    if (const auto rules = proposal_by_rules(hand)) {
        out.record = record_of(*hand.state, *rules, out.outcome, out.reasons);
        out.details = details_of(*rules, out.outcome);
    }
    return out;
}

// Without a time of day the notification counts as of now, or as of the end of a day gone by.
Result<Command> as_notification(const InHand& hand, const http::Form& form) {
    Notify out{.channel = typed_text(form, "channel"), .at = {}, .proof = typed_text(form, "proof")};
    const auto typed_date = typed_text(form, "date"), typed_time = typed_text(form, "time");
    if (typed_date.empty()) return out;
    const auto date = TRY(parse_date(typed_date));
    const auto& site = *hand.visit->site;
    int hour = 23, minute = 59;
    if (typed_time.empty()) {
        if (date == site.today()) return out;
    } else {
        const auto parts = split(typed_time, ':');
        const auto h = parts.size() >= 2 ? to_integer(parts[0]) : std::nullopt;
        const auto m = parts.size() >= 2 ? to_integer(parts[1]) : std::nullopt;
        if (!h || !m || *h < 0 || *h > 23 || *m < 0 || *m > 59) return fail(Code::unprocessable, "dossier.bad-instant", typed_time);
        hour = static_cast<int>(*h);
        minute = static_cast<int>(*m);
    }
    out.at = site.pack->zone().instant_at(date, hour, minute, 0);
    return out;
}

Result<Command> as_opinion(const InHand&, const http::Form& form) {
    GiveOpinion out{.desk = std::string(form.text("desk")), .opinion = Opinion::favourable, .text = typed_text(form, "text")};
    if (form.text("opinion") == "reserved") out.opinion = Opinion::reserved;
    if (form.text("opinion") == "unfavourable") out.opinion = Opinion::unfavourable;
    return out;
}

std::int64_t typed_days(const http::Form& form) {
    const auto days = to_integer(trim(form.text("days")));
    return days && *days > 0 && *days <= 365 ? *days : 0;
}

using Make = Result<Command> (*)(const InHand&, const http::Form&);

struct Entry {
    std::string_view action;
    Make make;
};

// Another power than was asked, where the agent types one: it takes the place of the person's own answer.
Result<Command> as_check(const InHand& hand, const http::Form& form) {
    CheckAgain out;
    auto kw = typed_text(form, "kw");
    std::ranges::replace(kw, ',', '.');
    if (kw.empty()) return out;
    if (!Decimal::parse(kw)) return fail(Code::unprocessable, "grid.request-power", kw);
    out.wish.set(hand.state->file.answers.find("solar_kw") != nullptr ? "solar_kw" : "load_kw", std::move(kw));
    return out;
}

constexpr std::array entries{
    Entry{"grant", as_proposal},
    Entry{"refuse", as_proposal},
    Entry{"completion", as_completion},
    Entry{"notify", as_notification},
    Entry{"give-opinion", as_opinion},
    Entry{"check-again", as_check},
    Entry{"accept", [](const InHand&, const http::Form& f) -> Result<Command> { return AcceptAsComplete{typed_text(f, "reasons")}; }},
    Entry{"ask-opinion", [](const InHand&, const http::Form& f) -> Result<Command> {
              return RequestOpinion{typed_text(f, "desk"), typed_text(f, "question"), typed_days(f)};
          }},
    Entry{"ask-visa", [](const InHand&, const http::Form& f) -> Result<Command> { return RequestVisa{typed_text(f, "desk"), typed_days(f)}; }},
    Entry{"give-visa", [](const InHand&, const http::Form& f) -> Result<Command> { return GiveVisa{typed_text(f, "desk"), typed_text(f, "text")}; }},
    Entry{"refuse-visa", [](const InHand&, const http::Form& f) -> Result<Command> { return RefuseVisa{typed_text(f, "desk"), typed_text(f, "reasons")}; }},
    Entry{"return", [](const InHand&, const http::Form& f) -> Result<Command> { return ReturnProposal{typed_text(f, "reasons")}; }},
    Entry{"sign", [](const InHand& hand, const http::Form& f) -> Result<Command> {
              return Sign{f.has("routes") ? typed_text(f, "routes") : appeal_routes(hand)};
          }},
    Entry{"final-receipt", [](const InHand&, const http::Form&) -> Result<Command> { return IssueFinalReceipt{}; }},
    Entry{"lapse", [](const InHand&, const http::Form& f) -> Result<Command> { return PronounceLapse{typed_text(f, "reasons")}; }},
    Entry{"extend", [](const InHand&, const http::Form& f) -> Result<Command> { return Extend{typed_text(f, "ground"), typed_text(f, "reasons")}; }},
    Entry{"transfer", [](const InHand&, const http::Form& f) -> Result<Command> { return Transfer{typed_text(f, "to"), typed_text(f, "reasons")}; }},
    Entry{"attest", [](const InHand&, const http::Form& f) -> Result<Command> { return Attest{typed_text(f, "number")}; }},
    Entry{"correct", [](const InHand&, const http::Form& f) -> Result<Command> {
              return CorrectDecision{typed_text(f, "reasons"), json::Object{{"correction", typed_text(f, "detail")}}};
          }},
    Entry{"replace", [](const InHand&, const http::Form& f) -> Result<Command> { return ReplaceDocument{typed_text(f, "document"), typed_text(f, "reasons")}; }},
    Entry{"withdraw-document", [](const InHand&, const http::Form& f) -> Result<Command> {
              return WithdrawDocument{typed_text(f, "document"), typed_text(f, "reasons"), typed_text(f, "routes")};
          }},
    Entry{"take", [](const InHand& hand, const http::Form&) -> Result<Command> { return Assign{hand.visit->actor.id}; }},
    Entry{"assign", [](const InHand&, const http::Form& f) -> Result<Command> { return Assign{typed_text(f, "to")}; }},
    Entry{"acknowledge", [](const InHand&, const http::Form& f) -> Result<Command> { return AcknowledgeComplaint{typed_text(f, "text")}; }},
    Entry{"message", [](const InHand&, const http::Form& f) -> Result<Command> { return SendMessage{typed_text(f, "text")}; }},
    Entry{"note", [](const InHand&, const http::Form& f) -> Result<Command> { return AddNote{typed_text(f, "text")}; }},
};

// An agent is assigned only what their office may see.
Result<void> may_be_assigned(const InHand& hand, const Assign& command) {
    if (command.to.empty()) return {};
    const auto staff = TRY(hand.member->staff->find(command.to));
    if (staff.active && staff.actor().works_for(hand.state->file.office)) return {};
    return fail(Code::not_found, "identity.no-staff", command.to);
}

// Answers for a desk are given from that desk, if the agent works for it.
std::string acting_from(const InHand& hand, const Command& command) {
    std::string desk;
    if (const auto* opinion = std::get_if<GiveOpinion>(&command)) desk = opinion->desk;
    if (const auto* visa = std::get_if<GiveVisa>(&command)) desk = visa->desk;
    if (const auto* refused = std::get_if<RefuseVisa>(&command)) desk = refused->desk;
    return !desk.empty() && hand.visit->actor.works_for(desk) ? desk : hand.office;
}

}  // namespace

Result<Asked> asked_by(const InHand& hand, std::string_view action, const http::Form& form) {
    for (const auto& entry : entries) {
        if (entry.action != action) continue;
        auto command = TRY(entry.make(hand, form));
        if (const auto* assign = std::get_if<Assign>(&command)) TRY(may_be_assigned(hand, *assign));
        auto office = acting_from(hand, command);
        return Asked{std::move(command), std::move(office)};
    }
    return fail(Code::not_found, "http.not-found", std::string(action));
}

}  // namespace wasl::web::desk
