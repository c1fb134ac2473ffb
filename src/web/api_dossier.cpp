// GET /api/dossiers/{member}/{desk}/{series}/{number}
#include "web/api_read.hpp"

#include "base/ids.hpp"
#include "identity/scope.hpp"
#include "lingua/messages.hpp"
#include "web/acting.hpp"
#include "web/company_access.hpp"
#include "web/plain_words.hpp"

#include <algorithm>
#include <utility>

namespace wasl::web::api {

namespace {

using dossier::Phase;
using dossier::State;

// What happens between two desks is the administration's own; to the person it is one examination, until
// the decision is notified and takes effect.
Phase phase_for_person(Phase phase) {
    const bool inside = phase == Phase::visa || phase == Phase::signature || phase == Phase::notification;
    return inside ? Phase::examination : phase;
}

json::Object clock_json(const State& state, const Site& site) {
    const auto reading = dossier::explain(state, *site.pack, site.clock->now());
    json::Object out{{"state", jurisdiction::to_string(reading.state)}, {"day", reading.day}, {"of", reading.of},
                     {"working_days", reading.working}, {"stopped_days", reading.stopped_days}};
    if (reading.started) out.set("started", reading.started->iso());
    if (reading.due) out.set("answer_by", reading.due->iso());
    if (reading.answer_due) out.set("complete_by", reading.answer_due->iso());
    return out;
}

json::Array missing_json(const State& state) {
    json::Array out;
    for (const auto& item : dossier::still_missing(state)) {
        out.emplace_back(json::Object{{"code", item.code}, {"kind", item.answer ? "answer" : "paper"}, {"title", item.title}});
    }
    return out;
}

// What others were asked instead of the person: the source of each fact, and what was contested.
json::Array evidence_json(const State& state) {
    json::Array out;
    for (const auto& evidence : state.evidence) {
        json::Object one{{"requirement", evidence.requirement}, {"type", evidence.type}, {"how", catalogue::to_string(evidence.how)},
                         {"status", dossier::to_string(evidence.status)}, {"holder", evidence.holder}, {"legal_basis", evidence.legal_basis},
                         {"tries", evidence.tries}};
        for (const auto& [name, value] : {std::pair("exchange", &evidence.exchange), std::pair("source", &evidence.source),
                                          std::pair("as_of", &evidence.as_of), std::pair("contested", &evidence.contested), std::pair("document", &evidence.document)}) {
            if (!value->empty()) one.set(name, *value);
        }
        if (evidence.next) one.set("next_try", evidence.next->iso());
        if (!evidence.facts.empty()) one.set("facts", evidence.facts);
        out.emplace_back(std::move(one));
    }
    return out;
}

json::Array documents_json(const State& state) {
    constexpr std::string_view names[] = {"valid", "replaced", "withdrawn"};
    json::Array out;
    for (const auto& document : state.documents) {
        json::Object one{{"id", document.id}, {"type", document.type}, {"issued", document.issued.iso()},
                         {"status", names[static_cast<std::size_t>(document.status)]}};
        if (document.valid_until) one.set("valid_until", document.valid_until->iso());
        out.emplace_back(std::move(one));
    }
    return out;
}

json::Object to_json(const State& state, const Site& site) {
    json::Object out{{"reference", state.file.reference},
                     {"member", state.file.member},
                     {"procedure", state.file.procedure},
                     {"revision", state.file.revision},
                     {"title", state.file.title},
                     {"kind", catalogue::to_string(state.file.kind)},
                     {"office", state.file.office},
                     {"phase", dossier::to_string(phase_for_person(state.phase))},
                     {"received", state.filed_at.iso()},
                     {"answers", state.file.answers},
                     {"missing", missing_json(state)},
                     {"clock", clock_json(state, site)}};
    const bool effective = state.notified || !dossier::is_open(state.phase);
    if (effective && state.decision) {
        json::Object decision{{"outcome", dossier::to_string(state.decision->outcome)}, {"signed", state.decision->signed_at.iso()}};
        if (!state.decision->reasons.empty()) decision.set("reasons", plain_words(state.decision->reasons));  // amounts that tables told stand between marks
        if (!state.decision->appeal_routes.empty()) decision.set("appeal_routes", state.decision->appeal_routes);
        out.set("decision", std::move(decision));
    }
    if (!state.evidence.empty()) out.set("evidence", evidence_json(state));
    if (state.silence_at) out.set("approved_by_silence", state.silence_at->iso());
    if (effective && !state.documents.empty()) out.set("documents", documents_json(state));
    if (effective && !state.registered.empty()) out.set("registered", state.registered);
    return out;
}

// Whether the mandate under which this person filed for another still stands.
bool mandate_stands(const Site& site, const identity::Person& person, const State& state) {
    const auto& representative = state.file.representative;
    if (!representative || representative->party.person != person.id || representative->mandate.empty()) return false;
    const auto found = site.mandates->may_act_under(representative->mandate, person.id, state.file.procedure, site.today());
    return found && found->has_value();
}

}  // namespace

http::Reply show_dossier(Site& site, const http::Request& request) {
    const auto caller = caller_of(request);
    const auto person = person_of(site, request);
    if (!person) return problem(caller, person.error());
    const auto unknown = [&] { return problem(caller, Code::not_found, "dossier.unknown"); };
    std::string reference;
    for (const auto* part : {"member", "desk", "series", "number"}) {
        reference += (reference.empty() ? "" : "/") + std::string(request.parameter(part));
    }
    const auto parsed = parse_reference(reference);
    if (!parsed || site.members->info(parsed->member) == nullptr) return unknown();
    const auto member = site.members->at(parsed->member);
    if (!member) return problem(caller, member.error());
    auto found = (*member)->dossiers->by_reference(reference);
    if (!found) return problem(caller, found.error());
    if (!*found) return unknown();
    const State& state = (*found)->state;
    const auto right = identity::access(person->actor(), facts_of(state), mandate_stands(site, *person, state));
    const bool company = right < identity::Access::contents && company_right(site, person->id, state, identity::MandateRight::see).has_value();
    if (right < identity::Access::contents && !company) return unknown();
    (*member)->dossiers->reveal(**found);
    auto response = http::Response::json(json::write(to_json(state, site)));
    response.set("ETag", "\"" + std::to_string((*found)->version) + "\"");
    response.compress = true;
    return response;
}

}  // namespace wasl::web::api
