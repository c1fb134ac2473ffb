// Asked once: what is asked of whom, before filing and after it until the dossier is decided.
#include "dossier/impl/asking.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "dossier/impl/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

Evidence evidence_by(const catalogue::EvidenceRule& rule) {
    Evidence out{.requirement = rule.requirement, .type = rule.type, .how = rule.how, .legal_basis = rule.legal_basis,
                 .needs_consent = rule.consent, .answers = {}, .holder = {}, .service = {}, .exchange = {}, .source = {},
                 .facts = {}, .as_of = {}, .next = {}, .why = {}, .contested = {}, .where = {}, .named = {}, .document = {}};
    for (const auto& answer : rule.answers) out.answers.push_back({answer.field, answer.fact});
    return out;
}

namespace {

// Whom an answer names: a commune by its division code, or as it was written; a member by its id.
std::string named_by(const json::Value* answer) {
    if (answer == nullptr) return {};
    if (const auto* text = answer->string()) return std::string(trim(*text));
    const auto code = (*answer)["code"].text_or("");
    return std::string(trim(code.empty() ? (*answer)["text"].text_or("") : code));
}

}  // namespace

std::optional<Evidence> evidence_by(const catalogue::EvidenceRule& rule, const json::Object& answers) {
    auto out = evidence_by(rule);
    if (!rule.holder.empty()) {
        out.named = named_by(answers.find(rule.holder));
        if (out.named.empty()) return std::nullopt;
    }
    for (const auto& one : rule.where) {
        const auto* answer = answers.find(one.field);
        const auto* text = answer == nullptr ? nullptr : answer->string();
        auto value = text != nullptr ? std::string(trim(*text)) : answer == nullptr || answer->is_null() ? std::string() : json::write(*answer);
        if (value.empty()) return std::nullopt;
        out.where.set(one.fact, std::move(value));
    }
    return out;
}

namespace {

// The paper of an identity that somebody at a counter has seen.
bool identity_proves(const Filing& filing, std::string_view type) {
    const auto& applicant = filing.applicant;
    if (filing.level < 3 || filing.representative || applicant.identifier.empty()) return false;
    return type == applicant.identifier_kind || (type == "residence-card" && applicant.identifier_kind == "residence");
}

// What the rule comes to for this filing; nothing: the person is asked.
std::optional<Evidence> expected(const catalogue::EvidenceRule& rule, const Filing& filing, const ServicePorts& ports) {
    auto out = evidence_by(rule, filing.answers);
    if (!out) return std::nullopt;
    if (rule.how == EvidenceHow::identity) {
        if (!identity_proves(filing, rule.type)) return std::nullopt;
        out->status = EvidenceStatus::held;
        out->holder = "identity";
        out->as_of = ports.clock->now().iso();
        return out;
    }
    const auto holder = ports.evidence == nullptr ? std::nullopt : ports.evidence->holder_of(rule.type, out->named);
    if (!holder || rule.consent || subject_key(filing.applicant.identifier_kind, filing.applicant.identifier).empty()) return std::nullopt;
    out->holder = holder->id;
    out->service = holder->service;
    return out;
}

EvidenceWanted wanted(const Evidence& evidence, const Party& subject, std::string_view procedure, std::string_view office, std::string_view request) {
    std::vector<std::pair<std::string, std::string>> where;
    for (const auto& [fact, value] : evidence.where) where.emplace_back(fact, value.text_or(""));
    return {.requirement = evidence.requirement, .evidence_type = evidence.type, .how = evidence.how, .subject = subject,
            .office = std::string(office), .procedure = std::string(procedure), .legal_basis = evidence.legal_basis,
            .dossier = std::string(request), .where = std::move(where), .named = evidence.named};
}

void take(Evidence& evidence, const EvidenceFound& found) {
    evidence.status = found.holds ? EvidenceStatus::held : EvidenceStatus::not_held;
    // Of what was sent, only what the procedure takes; that the holder knows of it at all is the fact "holds".
    evidence.facts = json::Object{};
    for (const auto& answer : evidence.answers) {
        const auto* fact = found.facts.find(answer.fact);
        if (answer.fact == "holds") evidence.facts.set("holds", found.holds);
        else if (fact != nullptr) evidence.facts.set(answer.fact, *fact);
    }
    if (!found.holder.empty()) evidence.holder = found.holder;
    if (!found.service.empty()) evidence.service = found.service;
    evidence.exchange = found.exchange;
    evidence.source = found.source;
    evidence.as_of = found.as_of;
    evidence.document = found.holds && found.piece ? found.piece->digest : std::string();
    evidence.why.clear();
}

}  // namespace

bool answers_to(const Evidence& said, const catalogue::EvidenceRule& rule, const json::Object& answers) {
    const auto asked = evidence_by(rule, answers).value_or(Evidence{});
    return said.where == asked.where && said.named == asked.named;
}

std::vector<Evidence> evidence_of_filing(const Filing& filing, const ServicePorts& ports) {
    std::vector<Evidence> out;
    const auto& revision = *filing.revision;
    if (revision.evidence.empty() || filing.link) return out;
    const Date today = ports.pack->calendar().date_at(ports.clock->now());
    const auto checked = form::check(revision.form, filing.answers, {.pack = ports.pack.get(), .today = today, .facts = filing.facts});
    const form::Facts facts{.answers = &checked.answers, .facts = &filing.facts, .today = today.iso(), .form = &revision.form};
    for (const auto index : catalogue::papers_for(revision, facts)) {
        const auto& code = revision.requirements[index].code;
        const auto* rule = revision.evidence_for(code);
        if (rule == nullptr) continue;
        const bool given = std::ranges::any_of(filing.pieces, [&](const Piece& piece) { return piece.requirement == code && piece.source != Source::fetched; });
        auto said = std::ranges::find(filing.evidence, code, &Evidence::requirement);
        // What was said of another answer is no answer to this one.
        if (said != filing.evidence.end() && !answers_to(*said, *rule, filing.answers)) said = filing.evidence.end();
        if (said != filing.evidence.end() && said->status == EvidenceStatus::declined) continue;  // the person brings it
        if (said != filing.evidence.end() && (!given || said->status == EvidenceStatus::held)) {
            out.push_back(*said);
        } else if (auto asked = given ? std::nullopt : expected(*rule, filing, ports)) {
            out.push_back(std::move(*asked));
        }
    }
    return out;
}

std::vector<Evidence> Service::evidence_for(const Filing& filing) const { return evidence_of_filing(filing, *ports_); }

std::optional<Holder> Service::holder_of(const Evidence& asked) const {
    return ports_->evidence == nullptr ? std::nullopt : ports_->evidence->holder_of(asked.type, asked.named);
}

void Service::ask_holder(Evidence evidence, const Party& subject, std::string_view procedure, std::string_view office,
                         std::string_view request, std::move_only_function<void(Evidence, std::optional<Piece>)> then) {
    if (ports_->evidence == nullptr) return then(std::move(evidence), std::nullopt);
    struct Held {
        Evidence evidence;
        std::move_only_function<void(Evidence, std::optional<Piece>)> then;
    };
    auto held = std::make_shared<Held>(std::move(evidence), std::move(then));
    ports_->evidence->fetch(wanted(held->evidence, subject, procedure, office, request), [held](Result<EvidenceFound> found) {
        if (found) {
            take(held->evidence, *found);
        } else {
            ++held->evidence.tries;
            held->evidence.why = found.error().key;
        }
        held->then(std::move(held->evidence), found && found->holds ? std::move(found->piece) : std::nullopt);
    });
}

namespace {

using Ports = std::shared_ptr<const ServicePorts>;

Result<std::vector<State>> due_to_ask(const ServicePorts& ports, Instant now, std::size_t limit) {
    std::vector<State> due;
    const auto reader = TRY(ports.store->read());
    const auto page = TRY(reader->find({.collection = std::string(rows::dossiers), .index = "asking",
                                        .to = store::Value(now.micros + 1), .limit = limit}));
    for (const auto& document : page.documents) {
        if (auto state = rows::readable(document)) due.push_back(std::move(*state));
    }
    return due;
}

Command outcome_of(const Evidence& asked, const Result<EvidenceFound>& found) {
    if (!found) return NoteSilentHolder{asked.requirement, asked.holder, found.error().key};
    auto answer = asked;
    take(answer, *found);
    return TakeEvidence{std::move(answer), found->piece};
}

// `flight` is let go when the outcome is written, or could not be: then the dossier is due still and is asked again.
void ask_for(const Ports& ports, const State& state, const Evidence& evidence, const std::shared_ptr<const void>& flight) {
    auto answered = [ports, flight, id = state.id, evidence](Result<EvidenceFound> found) {
        Ask ask{.dossier = id, .expected = store::Transaction::any_version, .command = outcome_of(evidence, found),
                .actor = Actor::system(), .rights = {}};
        run_for(ports, std::move(ask), [flight, id](Result<Done> done) {
            if (!done) log::warning("dossier.evidence", {{"dossier", id}, {"key", done.error().key}, {"detail", done.error().detail}});
        });
    };
    const auto& file = state.file;
    ports->evidence->fetch(wanted(evidence, file.applicant, file.procedure, file.office, file.reference), std::move(answered));
}

}  // namespace

std::shared_ptr<const void> Service::InFlight::take(const std::string& name) {
    {
        const std::lock_guard lock(guard);
        if (!asked.insert(name).second) return nullptr;
    }
    const auto let_go = [in_flight = shared_from_this()](const std::string* landed) {
        {
            const std::lock_guard lock(in_flight->guard);
            in_flight->asked.erase(*landed);
        }
        delete landed;
    };
    return std::shared_ptr<const std::string>(new std::string(name), let_go);
}

Result<std::size_t> Service::ask_holders(Instant now, std::size_t limit) {
    if (ports_->evidence == nullptr) return std::size_t{0};
    std::size_t asked = 0;
    for (const auto& state : TRY(due_to_ask(*ports_, now, limit))) {
        for (const auto& evidence : state.evidence) {
            if (evidence.status != EvidenceStatus::waiting || !evidence.next || *evidence.next > now) continue;
            const auto name = fmt::format("{}/{}", state.id, evidence.requirement);
            auto flight = in_flight_->take(name);
            if (flight == nullptr) continue;
            ++asked;
            ask_for(ports_, state, evidence, flight);
        }
    }
    return asked;
}

Result<std::vector<Service::HolderRecord>> Service::holders() const {
    const auto reader = TRY(ports_->store->read());
    std::vector<HolderRecord> out;
    for (const auto& counter : TRY(reader->counters("h/"))) {
        const auto last = counter.name.rfind('/');
        if (last == std::string::npos || last < 2) continue;
        auto holder = counter.name.substr(2, last - 2);
        if (out.empty() || out.back().holder != holder) out.push_back({std::move(holder), 0, 0});
        (counter.name.substr(last + 1) == "silent" ? out.back().silent : out.back().answered) = counter.value;
    }
    return out;
}

}  // namespace wasl::dossier
