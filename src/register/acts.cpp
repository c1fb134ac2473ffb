#include "register/acts.hpp"

#include "base/text.hpp"
#include "dossier/evidence.hpp"

#include <algorithm>

namespace wasl::reg {

namespace {

using dossier::EventType;
using dossier::State;

const json::Value& nothing() {
    static const json::Value none;
    return none;
}

// "answers.owner.number", "applicant.identifier", "decision.amount", "number", "reference".
json::Value at_path(const State& state, std::string_view path) {
    const auto parts = split(path, '.');
    const auto& file = state.file;
    if (path == "number") return state.registered;
    if (path == "reference") return file.reference;
    if (parts.size() < 2) return nothing();
    if (parts[0] == "applicant") {
        const auto& applicant = file.applicant;
        if (parts[1] == "name_ar") return applicant.name_arabic;
        if (parts[1] == "name") return applicant.name_latin;
        if (parts[1] == "identifier") return applicant.identifier;
        if (parts[1] == "identifier_kind") return applicant.identifier_kind;
        return nothing();
    }
    const json::Object* root = parts[0] == "answers" ? &file.answers : parts[0] == "decision" && state.decision ? &state.decision->details : nullptr;
    const auto* value = root == nullptr ? nullptr : root->find(parts[1]);
    for (std::size_t i = 2; i < parts.size() && value != nullptr; ++i) {
        value = value->object() == nullptr ? nullptr : value->object()->find(parts[i]);
    }
    return value == nullptr ? nothing() : *value;
}

std::string text_of(const json::Value& value) {
    if (const auto* text = value.string()) return std::string(trim(*text));
    return value.is_null() ? std::string() : json::write(value);
}

std::string subject_of(const State& state) {
    const auto& from = state.file.terms.record.subject;
    const auto& applicant = state.file.applicant;
    if (from != "applicant" && !from.empty()) {
        const auto document = at_path(state, from);
        return dossier::subject_key(document["kind"].text_or(""), document["number"].text_or(""));
    }
    // Without a card the record is still theirs: by their account, else by the act.
    if (!applicant.identifier.empty()) return dossier::subject_key(applicant.identifier_kind, applicant.identifier);
    return applicant.person.empty() ? "act:" + state.file.reference : "person:" + applicant.person;
}

// A corrected detail of a field's name stands for what the field came from.
json::Object facts_of(const State& state) {
    json::Object out;
    for (const auto& field : state.file.terms.record.fields) {
        const auto* corrected = state.decision ? state.decision->details.find(field.name) : nullptr;
        auto value = corrected != nullptr ? *corrected : at_path(state, field.from);
        if (!value.is_null() && value != json::Value("")) out.set(field.name, std::move(value));
    }
    return out;
}

// The newest version that this dossier made, when it stands.
const Version* own_version(const Record& record, const State& state) {
    for (auto at = record.versions.rbegin(); at != record.versions.rend(); ++at) {
        if (at->act.dossier == state.id) return at->effect == Effect::closed ? nullptr : &*at;
    }
    return nullptr;
}

void set_days(Version& version, const State& state, Date today) {
    const auto& terms = state.file.terms.record;
    version.from = today;
    if (!terms.valid_from.empty()) {
        if (const auto date = parse_date(text_of(at_path(state, "answers." + terms.valid_from)))) version.from = *date;
    }
    if (terms.days > 0 || terms.months > 0) version.until = version.from.plus_months(terms.months).plus_days(terms.days);
}

Result<std::optional<Version>> granted(Version version, const Record& before, const State& state, Date today) {
    const auto& terms = state.file.terms.record;
    if (own_version(before, state) != nullptr) return std::nullopt;  // signed, then arisen by silence: one act
    if (terms.closes) {
        const auto* standing = as_of(before, today, version.recorded);
        if (standing == nullptr) return std::nullopt;
        version.effect = Effect::closed;
        version.subject = standing->subject;
        version.from = today;
        return version;
    }
    version.subject = subject_of(state);
    if (version.subject.empty()) return fail(Code::unprocessable, "register.subject-missing", terms.name);
    version.facts = facts_of(state);
    set_days(version, state, today);
    return version;
}

}  // namespace

bool begins_a_record(const dossier::Event& event) noexcept {
    if (const auto* signed_ = std::get_if<dossier::Signed>(&event.body)) return signed_->outcome == dossier::Outcome::granted;
    const auto type = event.type();
    return type == EventType::granted_automatically || type == EventType::silence_approved || type == EventType::final_receipt_issued;
}

Result<std::optional<Place>> place_of(const State& state) {
    const auto& terms = state.file.terms.record;
    if (terms.name.empty()) return std::nullopt;
    Place out{terms.name, {}, terms.type};
    const std::string_view text = terms.key;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('{', at);
        out.key += text.substr(at, open == std::string_view::npos ? open : open - at);
        if (open == std::string_view::npos) break;
        const auto close = std::min(text.find('}', open), text.size() - 1);
        const auto value = text_of(at_path(state, text.substr(open + 1, close - open - 1)));
        if (value.empty()) return fail(Code::unprocessable, "register.key-incomplete", std::string(text.substr(open, close - open + 1)));
        out.key += value;
        at = close + 1;
    }
    return out;
}

Result<std::optional<Version>> version_of(const Record& before, const State& state, const dossier::Event& event,
                                          std::uint64_t entry, const jurisdiction::Pack& pack) {
    const auto* silence = std::get_if<dossier::SilenceApproved>(&event.body);
    const Date today = pack.calendar().date_at(silence == nullptr ? event.at : silence->at);  // by law, whenever it was written
    Version version{.effect = Effect::recorded, .recorded = event.at, .from = today, .until = {}, .subject = {}, .facts = {},
                    .act = {.dossier = state.id, .reference = state.file.reference, .event = std::string(dossier::to_string(event.type())),
                            .entry = entry, .by = event.by.name.empty() ? event.by.id : event.by.name, .office = event.by.office}};
    if (begins_a_record(event)) return granted(std::move(version), before, state, today);
    const auto* own = own_version(before, state);
    if (own == nullptr || state.file.terms.record.closes) return std::nullopt;
    if (event.type() == EventType::decision_corrected) {
        version.effect = Effect::corrected;
        version.from = own->from;
        version.until = own->until;
        version.subject = own->subject;
        version.facts = facts_of(state);
        if (version.facts == own->facts) return std::nullopt;
        return version;
    }
    if (event.type() == EventType::document_withdrawn) {
        version.effect = Effect::closed;
        version.from = std::max(today, own->from);
        version.until = own->until;
        if (version.until && *version.until <= version.from) return std::nullopt;  // over already
        version.subject = own->subject;
        return version;
    }
    return std::nullopt;
}

}  // namespace wasl::reg
