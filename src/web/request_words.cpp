#include "web/request_words.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using dossier::Phase;
using lingua::Arg;
using lingua::Language;

std::string say_with(Language language, std::string_view key, const std::vector<Arg>& args) {
    const auto known = lingua::find_key(key);
    if (!known) return std::string(key);
    std::string out;
    lingua::append(out, language, *known, args);
    return out;
}

}  // namespace

std::string say_delay(Language language, const jurisdiction::Delay& delay) {
    const auto count = static_cast<std::int64_t>(delay.n);
    if (delay.n == 0) return lingua::say(language, "common.delay.at-once");
    if (delay.unit == jurisdiction::Unit::month) return lingua::say(language, "common.delay.months", {{"count", count}});
    return lingua::say(language, delay.working ? "common.delay.working-days" : "common.delay.days", {{"count", count}});
}

std::string say_phrase(Language language, const jurisdiction::Phrase& phrase) {
    std::vector<Arg> args;
    for (const auto& [name, value] : phrase.arguments) {
        // The analyzer takes a text inside the variant for one without a value.
        std::visit([&](const auto& known) { args.emplace_back(name, known); }, value);  // NOLINT(clang-analyzer-core.CallAndMessage)
    }
    return say_with(language, phrase.key, args);
}

std::string say_finding(Language language, const form::Finding& finding) {
    if (!finding.said.empty()) return finding.said.in(lingua::tag(language));
    std::vector<Arg> args;
    std::vector<std::string> dates;  // Arg views its text
    dates.reserve(finding.args.size());
    for (const auto& [name, value] : finding.args) {
        const auto date = parse_date(value);
        dates.push_back(date ? lingua::long_date(language, *date) : value);
        args.emplace_back(name, dates.back());
    }
    return say_with(language, finding.key, args);
}

std::string say_instant(const Visit& visit, Instant at) { return lingua::date_and_time(visit.language, visit.site->local(at)); }

std::string say_day(const Visit& visit, const Date& day) { return lingua::long_date(visit.language, day); }

bool is_complaint(const dossier::State& state) {
    return state.kind() == dossier::Kind::complaint && (!state.file.link || state.file.link->relation != "appeal");
}

std::string say_phase(Language language, const dossier::State& state) {
    const auto name = replace_all(std::string(dossier::to_string(state.phase)), "_", "-");
    const bool answered = state.phase == Phase::upheld || state.phase == Phase::dismissed;
    return say_with(language, fmt::format("request.phase.{}{}", answered && is_complaint(state) ? "complaint-" : "", name), {});
}

PhaseTag phase_tag(Language language, Phase phase) {
    const auto tag = [&](std::string_view name, std::string_view colour) {
        return PhaseTag{lingua::say(language, fmt::format("request.tag.{}", name)), std::string(colour)};
    };
    switch (phase) {
        case Phase::incomplete:
        case Phase::completion: return tag("incomplete", "yellow");
        case Phase::examination:
        case Phase::visa:
        case Phase::signature:
        case Phase::notification: return tag("open", "blue");
        case Phase::upheld: return tag("founded", "green");
        case Phase::dismissed: return tag("unfounded", "grey");
        case Phase::granted:
        case Phase::approved_by_silence:
        case Phase::acknowledged:
        case Phase::free_to_operate: return tag("yes", "green");
        case Phase::refused: return tag("no", "red");
        case Phase::lapsed:
        case Phase::withdrawn:
        case Phase::transferred: return tag("closed", "grey");
    }
    return tag("open", "blue");
}

std::string office_name(const Visit& visit, std::string_view member, std::string_view office) {
    const auto* info = visit.site->members->info(member);
    const auto* found = info == nullptr ? nullptr : info->office(office);
    return found == nullptr ? std::string(office) : found->name.in(visit.tag());
}

std::vector<std::pair<std::string, std::string>> pairs_of(const http::Form& form) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& field : form.fields) {
        auto name = field.name;
        for (const std::string_view part : {"-day", "-month", "-year"}) {
            if (name.ends_with(part)) name[name.size() - part.size()] = '.';
        }
        out.emplace_back(std::move(name), field.value);
    }
    return out;
}

const std::string& party_name(lingua::Language language, const dossier::Party& party) noexcept {
    const bool arabic = language == lingua::Language::ar;
    const auto& first = arabic ? party.name_arabic : party.name_latin;
    return !first.empty() ? first : arabic ? party.name_latin : party.name_arabic;
}

std::string labelled(Language language, std::string_view label, std::string_view value) {
    return fmt::format("{}{}{}", label, language == Language::fr ? "\u00A0: " : ": ", value);
}

std::string say_missing(const Visit& visit, const catalogue::Revision* revision, const dossier::Missing& missing) {
    if (revision == nullptr) return missing.title;
    const auto* field = missing.answer ? revision->form.field(missing.code) : nullptr;
    const auto* requirement = missing.answer ? nullptr : revision->requirement(missing.code);
    std::string said;
    if (field != nullptr) said = field->label.in(visit.tag());
    if (requirement != nullptr) said = requirement->title.in(visit.tag());
    return said.empty() ? missing.title : said;
}

std::string shown_follow_code(std::string_view code) {
    auto out = to_upper_ascii(code);
    if (out.size() == 8) out.insert(4, "-");
    return out;
}

}  // namespace wasl::web
