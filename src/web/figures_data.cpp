// The public figures as data: CSV, JSON, and their description as a dataset (DCAT-AP 3, JSON-LD).
#include "web/figures.hpp"

#include "web/plain_words.hpp"
#include "web/sheet_cell.hpp"

#include "insight/board.hpp"

#include <fmt/format.h>

namespace wasl::web::figures {

namespace {

// Over all members of this host whose population is known, so the same on each one's page.
void add_areas(std::vector<insight::Observation>& out, const AreaGap& gap) {
    const auto add = [&](std::string_view of, std::string_view part, const std::optional<std::string>& value) {
        out.push_back({.figure = "divide-area", .of = std::string(of), .part = std::string(part), .value = value, .why = value ? "" : "no-denominator"});
    };
    for (const auto& [name, area] : {std::pair{"rural", &gap.rural}, std::pair{"urban", &gap.urban}}) {
        const auto days = [](const std::optional<std::int64_t>& value) { return value ? std::optional(std::to_string(*value)) : std::nullopt; };
        add(name, "per-thousand", area->per_thousand.fixed(1));
        add(name, "share-favourable", area->favourable ? std::optional(area->favourable->fixed(1)) : std::nullopt);
        add(name, "median", days(area->median));
        add(name, "p90", days(area->ninetieth));
    }
    add("rural", "share-of-filings", gap.filings_share.fixed(1));
    add("rural", "share-of-people", gap.people_share.fixed(1));
    add("", "relative-gap", gap.relative.fixed(1));
}

std::vector<insight::Observation> observations_of(const Visit& visit, const Shown& shown) {
    const auto& pack = visit.site->figures->pack();
    auto out = insight::observations(shown.figures, shown.stages, pack.minute_cost, shown.facts ? shown.facts->companies : std::nullopt);
    const auto add = [&](std::string_view of, std::string_view part, std::int64_t value) {
        out.push_back({.figure = "taking-part", .of = std::string(of), .part = std::string(part), .value = std::to_string(value), .why = {}});
    };
    // Texts that everybody can read, and how many: of these nothing is withheld. Nobody can read suggestions.
    const auto& c = shown.consultations;
    add("consultations", "published", c.published);
    add("consultations", "closed", c.closed);
    add("consultations", "answered", c.answered);
    const auto answered = insight::share({c.answered, false}, {c.closed, false});
    out.push_back({.figure = "taking-part", .of = "consultations", .part = "share-answered",
                   .value = answered ? std::optional(answered->fixed(1)) : std::nullopt, .why = answered ? "" : "no-denominator"});
    add("comments", "all", c.comments);
    add("comments", "hidden", c.hidden);
    add("comments", "supports", c.supports);
    for (const auto& [part, count] : {std::pair{"received", &shown.suggestions.received}, std::pair{"handled", &shown.suggestions.handled}}) {
        out.push_back({.figure = "taking-part", .of = "suggestions", .part = part,
                       .value = count->withheld ? std::nullopt : std::optional(std::to_string(count->value)), .why = count->withheld ? "withheld" : ""});
    }
    if (const auto& areas = shown.areas) add_areas(out, *areas);
    return out;
}

// Where the definition of a figure stands: the section of its page.
std::string_view section_of(std::string_view figure) { return figure.starts_with("divide") ? "divide" : figure; }

wasl::json::Object definitions(const Visit& visit) {
    wasl::json::Object out;
    for (const auto* figure : {"procedures", "filings", "completions", "answers", "days", "papers", "companies", "complaints", "taking-part", "divide"}) {
        out.set(figure, visit.say(fmt::format("figures.{}.what", figure)));
    }
    out.set("agents", plain_words(visit.say("figures.agents.what", {{"pause", visit.site->figures->pack().session_minutes}})));
    return out;
}

std::string address(const Visit& visit, const Shown& shown, std::string_view end) {
    return fmt::format("{}/{}/figures{}?member={}&year={}", visit.site->public_url, visit.tag(), end, shown.member->id, shown.figures.year);
}

http::Response named(http::Response response, std::string_view type) {
    response.set("Content-Type", std::string(type));
    response.set("X-Content-Type-Options", "nosniff");
    return response;
}

// A text in the four languages, as JSON-LD writes it.
wasl::json::Array in_all(const std::function<std::string(lingua::Language)>& text) {
    wasl::json::Array out;
    for (const auto language : lingua::languages) {
        out.emplace_back(wasl::json::Object{{"@language", lingua::tag(language)}, {"@value", text(language)}});
    }
    return out;
}

wasl::json::Object distribution(const Visit& visit, const Shown& shown, std::string_view end, std::string_view media, std::string_view format) {
    const auto at = address(visit, shown, end);
    return {{"@id", at},
            {"@type", "dcat:Distribution"},
            {"dcat:accessURL", wasl::json::Object{{"@id", at}}},
            {"dcat:downloadURL", wasl::json::Object{{"@id", at}}},
            {"dcat:mediaType", wasl::json::Object{{"@id", fmt::format("https://www.iana.org/assignments/media-types/{}", media)}}},
            {"dct:format", wasl::json::Object{{"@id", fmt::format("http://publications.europa.eu/resource/authority/file-type/{}", format)}}}};
}

wasl::json::Object day(const Date& date) { return {{"@type", "xsd:date"}, {"@value", date.iso()}}; }

}  // namespace

Result<http::Response> csv(Visit& visit) {
    const auto shown = TRY(shown_for(visit));
    std::string out = "\xEF\xBB\xBF";
    append_csv_line(out, {"member", "year", "as_of", "figure", "of", "part", "value", "why_not"});
    for (const auto& one : observations_of(visit, shown)) {
        append_csv_line(out, {shown.member->id, std::to_string(shown.figures.year), shown.figures.as_of.iso(), one.figure, one.of, one.part,
                              one.value.value_or(""), one.why});
    }
    auto response = http::Response::download(std::move(out), "text/csv; charset=utf-8", fmt::format("figures-{}-{}.csv", shown.member->id, shown.figures.year));
    response.compress = true;
    return response;
}

Result<http::Response> json(Visit& visit) {
    const auto shown = TRY(shown_for(visit));
    wasl::json::Array values;
    for (const auto& one : observations_of(visit, shown)) {
        wasl::json::Object line{{"figure", one.figure}, {"definition", section_of(one.figure)}, {"of", one.of}, {"part", one.part}};
        line.set("value", one.value ? wasl::json::Value(wasl::json::Number{*one.value}) : wasl::json::Value());
        if (!one.why.empty()) line.set("why", one.why);
        values.emplace_back(std::move(line));
    }
    const wasl::json::Object body{{"member", shown.member->id},
                                  {"year", shown.figures.year},
                                  {"as_of", shown.figures.as_of.iso()},
                                  {"journal_entries", shown.position.entries},
                                  {"smallest_count", shown.figures.smallest_count},
                                  {"definitions", definitions(visit)},
                                  {"figures", std::move(values)}};
    return named(http::Response::json(wasl::json::write_pretty(body)), "application/json");
}

Result<http::Response> json_ld(Visit& visit) {
    const auto shown = TRY(shown_for(visit));
    const auto year = std::to_string(shown.figures.year);
    const wasl::json::Object context{{"dcat", "http://www.w3.org/ns/dcat#"}, {"dct", "http://purl.org/dc/terms/"}, {"foaf", "http://xmlns.com/foaf/0.1/"},
                                     {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
    const auto title = [&](lingua::Language language) {
        return plain_words(lingua::say(language, "figures.dataset.title", {{"member", shown.member->name.in(lingua::tag(language))}, {"year", year}}));
    };
    const wasl::json::Object publisher{{"@id", fmt::format("{}/#{}", visit.site->public_url, shown.member->id)},
                                       {"@type", "foaf:Agent"},
                                       {"foaf:name", in_all([&](lingua::Language language) { return shown.member->name.in(lingua::tag(language)); })}};
    const wasl::json::Object body{
        {"@context", context},
        {"@id", address(visit, shown, "")},
        {"@type", "dcat:Dataset"},
        {"dct:title", in_all(title)},
        {"dct:description", in_all([](lingua::Language language) { return lingua::say(language, "figures.dataset.description"); })},
        {"dct:identifier", fmt::format("figures-{}-{}", shown.member->id, year)},
        {"dct:publisher", publisher},
        {"dct:modified", day(shown.figures.as_of)},
        {"dct:temporal", wasl::json::Object{{"@type", "dct:PeriodOfTime"},
                                            {"dcat:startDate", day({shown.figures.year, 1, 1})},
                                            {"dcat:endDate", day({shown.figures.year, 12, 31})}}},
        {"dct:accessRights", wasl::json::Object{{"@id", "http://publications.europa.eu/resource/authority/access-right/PUBLIC"}}},
        {"dct:accrualPeriodicity", wasl::json::Object{{"@id", "http://publications.europa.eu/resource/authority/frequency/UPDATE_CONT"}}},
        {"dcat:theme", wasl::json::Object{{"@id", "http://publications.europa.eu/resource/authority/data-theme/GOVE"}}},
        {"dcat:landingPage", wasl::json::Object{{"@id", address(visit, shown, "")}}},
        {"dcat:distribution", wasl::json::Array{distribution(visit, shown, ".csv", "text/csv", "CSV"),
                                                distribution(visit, shown, ".json", "application/json", "JSON")}}};
    return named(http::Response::json(wasl::json::write_pretty(body)), "application/ld+json");
}

}  // namespace wasl::web::figures
