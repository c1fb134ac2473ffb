// The UN index of any country, what a rank would take, and the self-assessment of this portal.
#include "web/figures.hpp"

#include "web/shell.hpp"
#include "web/views/figures.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"
#include "dossier/service.hpp"
#include "insight/board.hpp"
#include "insight/line_chart.hpp"
#include "lingua/formats.hpp"
#include "pages/figures/un_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace wasl::web {

namespace {

constexpr std::int64_t usual_rank = 50;  // the target of the national strategy
constexpr std::string_view usual_country = "MAR";
constexpr int shown_digits = 3;
constexpr int clicks_to_service = 2;

std::string said(const Visit& visit, std::string_view key, lingua::Args args = {}) { return visit.say(fmt::format("un-index.{}", key), args); }

std::string value_text(const Visit& visit, insight::IndexValue value) {
    auto out = insight::index_text(value, shown_digits);  // always three digits: columns are compared
    const auto half = lingua::number(visit.language, Decimal::of(5, -1));  // "0,5"
    return out.replace(out.find('.'), 1, half.substr(1, half.size() - 2));
}

// The file has English names; ours where we know one.
std::string country_name(const Visit& visit, std::string_view iso3, const std::string& in_file) {
    const auto known = lingua::find_key(fmt::format("un-index.country-name.{}", to_lower_ascii(iso3)));
    return known ? lingua::say(visit.language, *known) : in_file;
}

Cell value_cell(const Visit& visit, const std::optional<insight::IndexValue>& value) {
    return {.text = value && *value > 0 ? value_text(visit, *value) : said(visit, "absent-value"), .number = true};
}

Cell rank_cell(const Visit& visit, const std::optional<int>& rank) {
    return {.text = rank ? std::to_string(*rank) : said(visit, "absent-value"), .number = true};
}

std::vector<Cell> heads(const Visit& visit, std::initializer_list<std::string_view> keys) {
    std::vector<Cell> out;
    for (const auto key : keys) out.push_back({.text = said(visit, key), .number = !out.empty()});
    return out;
}

void show_series(UnIndexView& view, const Visit& visit, const std::vector<insight::IndexPoint>& points) {
    const auto country = country_name(visit, points.back().row.iso3, points.back().row.country);
    view.series.caption = said(visit, "series", {{"country", country}});
    view.series.head = heads(visit, {"year", "egdi-rank"});
    const auto plain = [&](std::string_view text) { view.series.head.push_back({.text = std::string(text), .number = true}); };
    const auto named = [&](std::string_view key) { plain(said(visit, key)); };
    plain("EGDI");
    named("osi-rank");
    plain("OSI");
    named("epi-rank");
    plain("EPI");
    plain("HCI");
    plain("TII");
    insight::Chart chart{.id = "ranks", .title = said(visit, "chart", {{"country", country}}), .description = said(visit, "chart-text"), .labels = {}, .lines = {{"EGDI", {}}, {"OSI", {}}}, .ranks = true};
    for (const auto& point : points) {
        const auto& row = point.row;
        view.series.rows.push_back({Cell{.text = std::to_string(row.year)}, rank_cell(visit, row.egdi_rank), value_cell(visit, row.egdi), rank_cell(visit, point.osi_rank),
                                    value_cell(visit, row.osi), rank_cell(visit, point.epi_rank), value_cell(visit, row.epi), value_cell(visit, row.hci),
                                    value_cell(visit, row.tii)});
        chart.labels.push_back(std::to_string(row.year));
        chart.lines[0].values.push_back(row.egdi_rank ? std::optional<std::int64_t>(*row.egdi_rank) : std::nullopt);
        chart.lines[1].values.push_back(point.osi_rank ? std::optional<std::int64_t>(*point.osi_rank) : std::nullopt);
    }
    view.chart = Html::trusted(insight::svg(chart));
}

void show_simulation(UnIndexView& view, const Visit& visit, const insight::UnIndex& index, std::string_view country, std::int64_t rank) {
    const auto year = index.editions().back();
    const auto simulated = insight::simulate(index, country, year, static_cast<int>(std::clamp<std::int64_t>(rank, -1, 10'000)));
    if (!simulated) {
        view.problem = said(visit, "sim-none");
        return;
    }
    const auto& s = *simulated;
    const auto edition = std::to_string(s.year), wanted = std::to_string(s.wanted_rank), present = std::to_string(s.osi_rank.value_or(0));
    if (s.reached) {
        view.answers = {said(visit, "sim-reached", {{"year", edition}, {"present", present}, {"rank", wanted}})};
    } else {
        view.answers = {said(visit, "sim-osi", {{"year", edition}, {"rank", wanted}, {"needed", value_text(visit, s.osi_needed)}, {"holder", country_name(visit, s.holder_iso3, s.holder)},
                                                {"now", value_text(visit, *s.row.osi)}, {"present", present}, {"gap", value_text(visit, s.osi_needed - *s.row.osi)}}),
                        said(visit, "sim-then", {{"egdi", value_text(visit, s.egdi_then)}, {"then", std::to_string(s.egdi_rank_then)}})};
    }
    view.answers.push_back(said(visit, s.egdi_reachable_by_osi ? "sim-egdi" : "sim-impossible", {{"rank", wanted}, {"needed", value_text(visit, s.osi_for_egdi_rank)}}));
}

// A path of ours gets its language in front; an address elsewhere stays.
Url evidence_of(const Visit& visit, const std::string& evidence) {
    if (evidence.starts_with('/')) return link_to(visit, evidence);
    return Url::parse(evidence).value_or(Url());
}

// The address as people read it: "/search?q=شكاية", not its bytes in hex. The link keeps those.
std::string address_words(const std::string& evidence) {
    const auto text = percent_decode(evidence);
    const bool readable = text && is_utf8(*text) && std::ranges::none_of(*text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    return readable ? *text : evidence;
}

void show_assessment(UnIndexView& view, const Visit& visit, const insight::Assessment& assessment) {
    const auto points = [&](const Decimal& value) { return Cell{.text = lingua::number(visit.language, value), .number = true}; };
    view.assessed = said(visit, "assessed", {{"points", lingua::number(visit.language, assessment.total())}});
    view.parts = {.caption = said(visit, "parts-title"), .head = heads(visit, {"part", "weight", "met", "points"})};
    const auto part_name = [&](const std::string& code) {
        const auto found = std::ranges::find(assessment.parts(), code, &insight::AssessedPart::code);
        return found == assessment.parts().end() ? code : fmt::format("{} ({})", found->name.in(visit.tag()), code);
    };
    for (const auto& part : assessment.parts()) {
        const auto score = assessment.score(part.code);
        view.parts.rows.push_back({Cell{.text = part_name(part.code)}, points(Decimal::from_integer(part.weight)),
                                   Cell{.text = said(visit, "met-of", {{"met", score.met}, {"all", score.features}}), .number = true}, points(score.points)});
    }
    view.missing = {.caption = said(visit, "missing-title"), .head = heads(visit, {"feature", "part", "moves"})};
    view.missing.head[1].number = false;
    for (const auto* feature : assessment.missing()) {
        view.missing.rows.push_back({Cell{.text = feature->name.in(visit.tag())}, Cell{.text = part_name(feature->part)}, points(assessment.moves(*feature))});
    }
    view.features = {.caption = said(visit, "features-title"), .head = heads(visit, {"feature", "part", "evidence", "clicks"})};
    view.features.head[1].number = view.features.head[2].number = false;
    for (const auto& feature : assessment.features()) {
        if (!feature.met) continue;
        view.features.rows.push_back({Cell{.text = feature.name.in(visit.tag())}, Cell{.text = part_name(feature.part)},
                                      Cell{.text = address_words(feature.evidence), .link = evidence_of(visit, feature.evidence)}, Cell{.text = std::to_string(feature.clicks), .number = true}});
    }
}

std::string weight_name(const insight::AssessedPart& part) { return "weight-" + part.code; }

// The first weight that is none, as it was typed; nothing when each is one and only their sum is wrong.
std::string not_understood(const Visit& visit, const insight::Assessment& assessment) {
    for (const auto& part : assessment.parts()) {
        const std::string text(visit.request->query(weight_name(part), std::to_string(part.weight)));
        const auto weight = to_integer(text);
        if (weight && *weight >= 0 && *weight <= 100) continue;
        return said(visit, "weight-unknown", {{"typed", cut_at_character(text, 20)}, {"part", fmt::format("{} ({})", part.name.in(visit.tag()), part.code)}});
    }
    return {};
}

// Other weights than the reported ones, for this visit alone; what is typed stands in the fields, whatever it is.
std::optional<insight::Assessment> weighed(UnIndexView& view, const Visit& visit, const insight::Assessment& assessment) {
    std::vector<std::int64_t> weights;
    bool typed = false;
    for (const auto& part : assessment.parts()) {
        const auto name = weight_name(part);
        const std::string text(visit.request->query(name, std::to_string(part.weight)));
        typed = typed || text != std::to_string(part.weight);
        weights.push_back(to_integer(text).value_or(-1));
        view.weights.push_back({.id = name, .label = fmt::format("{} ({})", part.name.in(visit.tag()), part.code), .value = text,
                                .input_mode = "numeric", .width = 3, .left_to_right = true});
    }
    view.weigh = Url::literal(visit.request->path());
    for (const auto* name : {"country", "rank"}) {
        if (const auto value = visit.request->query(name); !value.empty()) view.kept.emplace_back(name, value);
    }
    if (!typed) return std::nullopt;
    auto out = assessment.weighted(weights);
    if (!out) view.weights_problem = fmt::format("{} {}", not_understood(visit, assessment), said(visit, "weights-problem"));
    return out;
}

// A procedure whose sheet asks a holder instead of the person, and the holder is reached from here; empty: none.
// The page on which a member takes money through a provider; empty: none does. Members without one are not opened.
Result<std::string> paid_online(const Visit& visit) {
    for (const auto& info : visit.site->members->all()) {
        if (info.payment.empty()) continue;
        const auto* member = TRY(visit.site->members->at(info.id));
        if (!member->providers.empty()) return "/pay/" + info.id;
    }
    return std::string();
}

bool asks_a_holder(const catalogue::EvidenceRule& rule) { return rule.how != catalogue::EvidenceHow::identity; }

// The sheet of a procedure for which a paper is asked of its holder; empty: there is none. Members that offer no such sheet are
// not opened, and of a catalogue that very many share not all.
Result<std::string> asked_once(const Visit& visit) {
    constexpr std::size_t most_sheets = 1'000, most_opened = 20;
    auto& members = *visit.site->members;
    for (const auto& name : members.catalogues()) {
        const auto* sheets = TRY(members.catalogue(name));
        for (const auto& sheet : sheets->list(0, most_sheets, visit.tag())) {
            const auto revision = sheets->find(sheet.id);
            if (!revision || *revision == nullptr || std::ranges::none_of((*revision)->evidence, asks_a_holder)) continue;
            for (const auto* info : members.with_catalogue(name) | std::views::take(most_opened)) {
                const auto* member = TRY(members.at(info->id));
                const bool reached = std::ranges::any_of((*revision)->evidence, [&](const auto& rule) {
                    return asks_a_holder(rule) && member->dossiers->holder_of(dossier::evidence_by(rule)).has_value();
                });
                if (reached) return fmt::format("/p/{}/{}", name, sheet.id);
            }
        }
    }
    return std::string();
}

// The list of the pack, with what this server really has: payment through a provider, papers asked of their holders.
Result<insight::Assessment> assessed_here(const Visit& visit) {
    auto out = visit.site->figures->assessment();
    if (auto page = TRY(paid_online(visit)); !page.empty()) out = out.with("e-payment", std::move(page), clicks_to_service);
    if (auto sheet = TRY(asked_once(visit)); !sheet.empty()) out = out.with("once-only", std::move(sheet), clicks_to_service);
    return out;
}

Result<http::Response> show_un_index(Visit& visit) {
    auto* board = visit.site->figures;
    if (board == nullptr) return fail(Code::not_found, "http.not-found");
    UnIndexView view;
    view.title = said(visit, "title");
    view.intro = said(visit, "intro");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, "/figures");
    const auto ours = TRY(assessed_here(visit));
    const auto other = weighed(view, visit, ours);
    show_assessment(view, visit, other ? *other : ours);
    if (other) view.assessed += " " + said(visit, "weights-yours");
    const auto index = board->un_index();
    if (index == nullptr) {
        view.absent = said(visit, "absent");
        return render(visit, view, pages::figures_un_index);
    }
    const std::string country(visit.request->query("country", usual_country));
    const auto rank = to_integer(visit.request->query("rank", std::to_string(usual_rank)));
    const auto all = index->countries();
    const auto known = [&](std::string_view each) { return index->knows(each); };
    const auto code = known(country) || all.empty() ? country : known(usual_country) ? std::string(usual_country) : all.front().first;
    const auto points = index->series(code);
    if (!points) return fail(Code::not_found, "http.not-found");
    view.action = link_to(visit, "/figures/un-index");
    view.country = {.id = "country", .label = said(visit, "country")};
    for (const auto& [each, name] : all) view.countries.push_back({each, country_name(visit, each, name), "", each == code});
    if (!known(country)) view.unknown = said(visit, "country-unknown", {{"typed", cut_at_character(country, 20)}, {"country", country_name(visit, code, points->back().row.country)}});
    view.rank = {.id = "rank", .label = said(visit, "rank"), .value = rank ? std::to_string(*rank) : "", .input_mode = "numeric", .width = 4, .left_to_right = true};
    view.source = said(visit, "source");
    show_series(view, visit, *points);
    show_simulation(view, visit, *index, code, rank.value_or(0));
    return render(visit, view, pages::figures_un_index);
}

}  // namespace

void add_un_index_routes(http::Router& router, Site& site) { get_slow(router, site, "/figures/un-index", Door::open, show_un_index); }

}  // namespace wasl::web
