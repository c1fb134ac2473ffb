#include "dossier/impl/rows.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "dossier/codec.hpp"
#include "dossier/impl/clock.hpp"
#include "lingua/fold.hpp"
#include "lingua/stem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

std::vector<store::CollectionSpec> dossier_collections() {
    using store::FieldType;
    const auto text = [](std::string name) { return store::FieldSpec{std::move(name), FieldType::text}; };
    const auto integer = [](std::string name) { return store::FieldSpec{std::move(name), FieldType::integer}; };
    return {
        {.name = std::string(rows::dossiers),
         .fields = {text("reference"), text("office"), text("phase"), integer("due"), text("open_office"), text("procedure"),
                    text("applicant"), text("filer"), integer("received"), text("assigned"), integer("next_due"), integer("asking"), text("once")},
         // A document leaves an index when a field of it is absent: closed ones leave the queues.
         .indexes = {{"reference", {"reference"}, true},
                     {"queue", {"office", "phase", "due"}},
                     {"open", {"open_office", "due"}},
                     {"open_procedure", {"open_office", "procedure", "due"}},
                     {"received", {"office", "received"}},
                     {"applicant", {"applicant", "received"}},
                     {"filer", {"filer", "received"}},
                     {"assigned", {"assigned", "due"}},
                     {"wake", {"next_due"}},
                     {"asking", {"asking"}},
                     {"once", {"once"}, true}},
         .searchable = true},
        {.name = std::string(rows::drafts), .fields = {text("owner"), integer("updated")}, .indexes = {{"owner", {"owner", "updated"}}}},
        {.name = std::string(rows::outbox), .fields = {}, .indexes = {}},
        {.name = std::string(rows::looks), .fields = {}, .indexes = {}, .searchable = true},
        {.name = std::string(rows::tasks), .fields = {text("desk"), integer("due")}, .indexes = {{"desk", {"desk", "due"}}}},
    };
}

namespace rows {

std::optional<Instant> list_due(const State& state) noexcept {
    if (!is_open(state.phase)) return std::nullopt;
    if (waits_for_person(state.phase) && state.completion) return state.completion->complete_by;
    return state.clock.due;
}

Fields::Fields(const State& state, const jurisdiction::Pack& pack) {
    const auto& file = state.file;
    const bool open = is_open(state.phase);
    const auto due = list_due(state);
    add("reference", file.reference);
    add("office", file.office);
    add("phase", to_string(state.phase));
    // A silent approval stands by the instant of the law: see silent_approvals().
    const auto stands = state.silence_at && !open ? state.silence_at : due;
    add("due", stands ? stands->micros : no_due);
    if (open) add("open_office", file.office);
    add("procedure", file.procedure);
    if (!file.applicant.person.empty()) add("applicant", file.applicant.person);
    if (file.representative && !file.representative->party.person.empty()) add("filer", file.representative->party.person);
    add("received", state.filed_at.micros);
    if (open && !state.assigned.empty()) add("assigned", state.assigned);
    if (const auto next = next_due(state, pack)) add("next_due", next->micros);
    if (const auto next = next_asking(state)) add("asking", next->micros);
    if (!file.once.empty()) add("once", file.once);
}

namespace {

constexpr std::size_t longest_answer = 500;  // bytes of one answer that go into the search index

void append_strings(std::string& out, const json::Value& value) {
    if (const auto* text = value.string()) {
        out += std::string_view(*text).substr(0, longest_answer);
        out += ' ';
    } else if (const auto* array = value.array()) {
        for (const auto& element : *array) append_strings(out, element);
    } else if (const auto* object = value.object()) {
        for (const auto& [name, element] : *object) append_strings(out, element);
    }
}

void append_party(std::string& out, const Party& party) {
    for (const auto* text : {&party.name_arabic, &party.name_latin, &party.identifier}) {
        out += *text;
        out += ' ';
    }
}

std::string token(char kind, std::string_view name) {
    std::string out{kind, '_'};
    for (const char c : name) out += c == ' ' || c == '\n' || c == '\t' || c == '\r' ? '-' : c;
    return out;
}

}  // namespace

std::string office_token(std::string_view office) { return token('o', office); }
std::string procedure_token(std::string_view procedure) { return token('p', procedure); }
std::string look_token(std::string_view dossier) { return token('d', dossier.substr(0, 16)); }

std::string search_text(const State& state) {
    const auto& file = state.file;
    std::string text;
    text.reserve(512);
    append_party(text, file.applicant);
    if (file.representative) append_party(text, file.representative->party);
    text += file.reference;
    text += ' ';
    text += file.title;
    text += ' ';
    for (const auto& [name, value] : file.answers) {
        if (std::ranges::find(file.sensitive, name) == file.sensitive.end()) append_strings(text, value);
    }
    auto words = lingua::words(text);
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    std::string out;
    out.reserve(text.size());
    for (const auto& word : words) {
        out += word;
        out += ' ';
    }
    out += office_token(file.office);
    out += ' ';
    out += procedure_token(file.procedure);
    return out;
}

std::string counter_prefix(std::string_view office) { return fmt::format("n/{}/", office); }
std::string counter_name(std::string_view office, Phase phase) { return fmt::format("n/{}/{}", office, to_string(phase)); }

std::string holder_counter(std::string_view holder, std::string_view what) { return fmt::format("h/{}/{}", holder, what); }

Result<State> state_of(const store::Document& document) {
    if (document.body.starts_with(R"({"erased")")) return fail(Code::gone, "dossier.erased", document.key);
    return decode_state(document.body);
}

void log_unreadable(std::string_view collection, std::string_view key, const Error& error) {
    log::warning("dossier.row-unreadable", {{"collection", collection}, {"row", key}, {"code", error.key}, {"why", error.detail}});
}

std::optional<State> readable(const store::Document& document) {
    auto state = state_of(document);
    if (state) return std::move(*state);
    if (state.error().key != "dossier.erased") log_unreadable(dossiers, document.key, state.error());
    return std::nullopt;
}

std::string tombstone(const State& state, const Actor& actor, Instant at, std::string_view ground) {
    json::Object erased{{"at", at.iso()}, {"by", actor.id}, {"office", actor.office}, {"ground", std::string(ground)}};
    return json::write(json::Object{{"erased", std::move(erased)}, {"reference", state.file.reference}});
}

Summary summary_of(const State& state) {
    Summary out{.id = state.id,
                .reference = state.file.reference,
                .procedure = state.file.procedure,
                .title = state.file.title,
                .office = state.file.office,
                .applicant = state.file.applicant.name(),
                .assigned = state.assigned,
                .kind = state.kind(),
                .phase = state.phase,
                .received = state.filed_at,
                .due = list_due(state),
                .proposed = {}};
    if (state.proposal) out.proposed = state.proposal->proposed.outcome;
    for (const auto& message : state.messages) out.unread += message.to_person && !message.read ? 1 : 0;
    return out;
}

std::string journal_kind(EventType type) { return "dossier." + std::string(to_string(type)); }

}  // namespace rows

bool in_scope(const State& state, std::span<const std::string> offices) noexcept {
    const auto allowed = offices_of(state);
    return std::ranges::any_of(offices, [&](const std::string& office) { return std::ranges::find(allowed, office) != allowed.end(); });
}

bool concerns(const State& state, std::string_view person) noexcept {
    if (person.empty()) return false;
    return state.file.applicant.person == person ||
           (state.file.representative && state.file.representative->party.person == person);
}

jurisdiction::ClockReading explain(const State& state, const jurisdiction::Pack& pack, Instant now) {
    return read_clock(state, pack, now);
}

}  // namespace wasl::dossier
