// The page of the public figures: each with its definition and, where it is withheld, the word that says so.
#include "web/figures.hpp"

#include "web/shell.hpp"
#include "web/views/figures.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"
#include "insight/board.hpp"
#include "lingua/formats.hpp"
#include "pages/figures/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace figures {

namespace {

constexpr std::uint64_t a_visit = 2'000;      // journal entries that a visit takes in at most

const MemberInfo* asked_member(const Visit& visit) {
    const auto id = visit.request->query("member");
    if (!id.empty()) return visit.site->members->info(id);
    const auto& all = visit.site->members->all();
    return all.empty() ? nullptr : &all.front();
}

Result<std::int64_t> asked_year(const Visit& visit) {
    const auto typed = visit.request->query("year");
    if (typed.empty()) return visit.site->today().year;
    const auto year = to_integer(typed);
    if (!year) return fail(Code::invalid, "insight.year", std::string(cut_at_character(typed, 20)));
    return *year;
}

}  // namespace

Result<Shown> shown_for(Visit& visit) {
    auto* board = visit.site->figures;
    Shown out;
    out.member = asked_member(visit);
    if (out.member == nullptr || board == nullptr) return fail(Code::not_found, "http.not-found");
    auto* site = TRY(visit.site->members->at(out.member->id));
    TRY(board->count(*site->store, a_visit));
    const auto reader = TRY(site->store->read());
    const auto kept = TRY(insight::read_kept(*reader));
    const auto today = visit.site->today();
    const auto year = TRY(asked_year(visit));
    out.position = kept.position;
    out.years = insight::years_of(kept.tally);
    std::erase_if(out.years, [&](std::int64_t each) { return each > today.year; });  // delays that end in a year to come
    if (std::ranges::find(out.years, today.year) == out.years.end()) out.years.insert(out.years.begin(), today.year);
    if (std::ranges::find(out.years, year) == out.years.end()) return fail(Code::not_found, "http.not-found");
    const auto companies = TRY(insight::companies_since(*reader, today.plus_months(-12).plus_days(1).days_since_epoch()));
    out.figures = insight::figures_of(kept.tally, year, today, companies, board->pack().smallest_count);
    out.stages = TRY(board->stages(*site->catalogue, !site->providers.empty()));
    const auto facts = board->host_facts();
    if (const auto* mine = facts->member(out.member->id)) out.facts = *mine;
    out.consultations = TRY(participation::count_consultations(*reader, visit.now()));
    const auto suggestions = TRY(site->forum->suggestion_counts());
    out.suggestions = insight::suggestion_figures(suggestions.received, suggestions.handled, board->pack().smallest_count);
    out.areas = area_gap(visit, *facts, year, board->pack().smallest_count);
    return out;
}

}  // namespace figures

namespace {

using figures::Shown;
using insight::Count;

// What every section needs.
struct Writer {
    const Visit& visit;
    const Shown& shown;
    const insight::PackFigures& pack;

    [[nodiscard]] std::string say(std::string_view key, lingua::Args args = {}) const { return visit.say(fmt::format("figures.{}", key), args); }
    [[nodiscard]] std::string number(std::int64_t value) const { return lingua::number(visit.language, value); }
    [[nodiscard]] std::string number(const Decimal& value) const { return lingua::number(visit.language, value); }
    [[nodiscard]] std::string count(const Count& value) const { return value.withheld ? say("withheld") : number(value.value); }
    [[nodiscard]] std::string percent(const Decimal& value) const { return say("percent", {{"value", number(value)}}); }
    [[nodiscard]] std::string share(const Count& part, const Count& whole) const {
        if (const auto value = insight::share(part, whole)) return percent(*value);
        return part.withheld || whole.withheld ? say("withheld") : say("none");
    }
    [[nodiscard]] std::string days(const std::optional<std::int64_t>& value, const Count& of) const {
        if (value) return number(*value);
        return of.value == 0 && !of.withheld ? say("none") : say("withheld");
    }
    [[nodiscard]] Cell cell(std::string text) const { return {.text = std::move(text), .number = true}; }
    [[nodiscard]] Cell head(std::string_view key, bool is_number = true) const { return {.text = say(key), .number = is_number}; }
    [[nodiscard]] FigureSection section(std::string_view id, lingua::Args args = {}) const {
        FigureSection out;
        out.id = id;
        out.title = say(fmt::format("{}.title", id));
        out.what = say(fmt::format("{}.what", id), args);
        return out;
    }
    [[nodiscard]] Table table(const FigureSection& section, std::initializer_list<Cell> head_cells) const {
        return {.caption = section.title, .caption_hidden = true, .head = head_cells};
    }
    [[nodiscard]] std::string office(const insight::OfficeFigures& line) const {
        if (line.office.empty()) return say("all");
        const auto* known = shown.member->office(line.office);
        return known != nullptr ? known->name.in(visit.tag()) : line.office;
    }
    // One line an office, then all of them.
    template <class Line>
    void rows(Table& to, const Line& line) const {
        for (const auto& each : shown.figures.offices) to.rows.push_back(line(each));
        if (shown.figures.offices.size() != 1) to.rows.push_back(line(shown.figures.all));
    }
};

FigureSection procedures(const Writer& w) {
    auto out = w.section("procedures");
    const Count all{insight::procedures_in(w.shown.stages), false}, online{insight::online_in(w.shown.stages), false};
    out.lines = {w.say("procedures.line", {{"online", online.value}, {"all", all.value}, {"share", w.share(online, all)}})};
    auto table = w.table(out, {w.head("procedures.stage", false), w.head("number")});
    for (std::size_t i = 0; i < insight::stage_count; ++i) {
        table.rows.push_back({Cell{.text = w.say(fmt::format("procedures.stage-{}", i))}, w.cell(w.number(w.shown.stages[i]))});
    }
    out.tables.push_back(std::move(table));
    return out;
}

FigureSection filings(const Writer& w) {
    auto out = w.section("filings");
    auto table = w.table(out, {w.head("office", false), w.head("filings.page"), w.head("filings.counter"), w.head("filings.helper"), w.head("filings.post"), w.head("all")});
    w.rows(table, [&](const insight::OfficeFigures& line) {
        std::vector<Cell> row{{.text = w.office(line)}};
        for (const auto& way : line.ways) row.push_back(w.cell(w.count(way)));
        row.push_back(w.cell(w.count(line.filed)));
        return row;
    });
    out.tables.push_back(std::move(table));
    return out;
}

FigureSection completions(const Writer& w) {
    auto out = w.section("completions");
    auto table = w.table(out, {w.head("office", false), w.head("completions.asked"), w.head("completions.not-asked"), w.head("completions.rate")});
    w.rows(table, [&](const insight::OfficeFigures& line) {
        return std::vector<Cell>{{.text = w.office(line)}, w.cell(w.count(line.asked)), w.cell(w.count(line.not_asked)), w.cell(w.share(line.asked, line.filed))};
    });
    out.tables.push_back(std::move(table));
    return out;
}

FigureSection answers(const Writer& w) {
    auto out = w.section("answers");
    auto table = w.table(out, {w.head("office", false), w.head("answers.in-time"), w.head("answers.late"), w.head("answers.silence"), w.head("answers.overdue"),
                               w.head("answers.due"), w.head("answers.share")});
    w.rows(table, [&](const insight::OfficeFigures& line) {
        return std::vector<Cell>{{.text = w.office(line)}, w.cell(w.count(line.in_time)), w.cell(w.count(line.late)), w.cell(w.count(line.silence)),
                                 w.cell(w.count(line.overdue)), w.cell(w.count(line.due)), w.cell(w.share(line.in_time, line.due))};
    });
    out.tables.push_back(std::move(table));
    return out;
}

FigureSection days(const Writer& w) {
    auto out = w.section("days");
    auto table = w.table(out, {w.head("office", false), w.head("days.median"), w.head("days.p90")});
    w.rows(table, [&](const insight::OfficeFigures& line) {
        return std::vector<Cell>{{.text = w.office(line)}, w.cell(w.days(line.median, line.answered)), w.cell(w.days(line.ninetieth, line.answered))};
    });
    out.tables.push_back(std::move(table));
    return out;
}

FigureSection papers(const Writer& w) {
    auto out = w.section("papers");
    const auto& f = w.shown.figures;
    out.lines = {w.say("papers.line", {{"source", w.count(f.fetched)}, {"person", w.count(f.given)}, {"share", w.share(f.fetched, f.papers)}})};
    return out;
}

FigureSection agents(const Writer& w) {
    auto out = w.section("agents", {{"pause", w.pack.session_minutes}});
    const auto minutes = insight::minutes_per_dossier(w.shown.figures);
    const auto nothing = w.say(w.shown.figures.all.filed.withheld ? "withheld" : "none");
    out.lines = {w.say("agents.minutes", {{"value", minutes ? w.number(*minutes) : nothing}})};
    if (!w.pack.minute_cost) return out;
    const auto cost = insight::cost_per_dossier(w.shown.figures, w.pack.minute_cost);
    out.lines.push_back(w.say("agents.cost", {{"value", cost ? lingua::money(w.visit.language, *cost) : nothing}, {"each", lingua::money(w.visit.language, *w.pack.minute_cost)}}));
    if (!w.pack.minute_confirmed) out.note = w.say("agents.estimate");
    return out;
}

FigureSection companies(const Writer& w) {
    auto out = w.section("companies");
    const auto& count = w.shown.figures.companies;
    const auto& facts = w.shown.facts;
    if (!facts || !facts->companies) {
        out.lines = {w.say("companies.no-register", {{"count", w.count(count)}})};
        return out;
    }
    const Count in_register{*facts->companies, false};
    out.lines = {w.say("companies.line", {{"count", w.count(count)}, {"register", *facts->companies}, {"source", facts->companies_source},
                                          {"day", *facts->companies_on}, {"share", w.share(count, in_register)}})};
    return out;
}

FigureSection complaints(const Writer& w) {
    auto out = w.section("complaints");
    auto table = w.table(out, {w.head("complaints.step", false), w.head("complaints.due"), w.head("answers.in-time"), w.head("answers.share")});
    const auto row = [&](std::string_view key, const insight::TimedFigures& timed) {
        table.rows.push_back({Cell{.text = w.say(key)}, w.cell(w.count(timed.due)), w.cell(w.count(timed.in_time)), w.cell(w.share(timed.in_time, timed.due))});
    };
    row("complaints.acknowledged", w.shown.figures.acknowledged);
    row("complaints.closed", w.shown.figures.closed);
    out.tables.push_back(std::move(table));
    const auto& after = w.shown.figures.aftermath;
    out.lines = {w.say("complaints.reopened", {{"answered", w.count(after.answered)}, {"reopened", w.count(after.reopened)}, {"share", w.share(after.reopened, after.answered)}}),
                 w.say("complaints.satisfied", {{"rated", w.count(after.rated)}, {"satisfied", w.count(after.satisfied)}, {"share", w.share(after.satisfied, after.rated)}})};
    return out;
}

// Of all years: a consultation outlives the one it was published in. Comments and supports stand one by one in the public
// record of each consultation; suggestions do not.
FigureSection taking_part_section(const Writer& w) {
    auto out = w.section("taking-part");
    const auto& c = w.shown.consultations;
    const Count answered{c.answered, false}, closed{c.closed, false};
    out.lines = {w.say("taking-part.consultations", {{"published", c.published}, {"closed", c.closed}, {"answered", c.answered}, {"share", w.share(answered, closed)}}),
                 w.say("taking-part.comments", {{"comments", c.comments}, {"hidden", c.hidden}, {"supports", c.supports}}),
                 w.say("taking-part.suggestions", {{"received", w.count(w.shown.suggestions.received)}, {"handled", w.count(w.shown.suggestions.handled)}})};
    return out;
}

Table group_table(const Writer& w, std::string_view caption, const std::vector<insight::GroupFigures>& groups) {
    Table out{.caption = w.say(caption), .head = {w.head("divide.group", false), w.head("divide.answered"), w.head("divide.of-all"), w.head("divide.favourable"), w.head("days.median"), w.head("days.p90")}};
    for (const auto& group : groups) {
        const auto language = lingua::from_tag(group.group);
        if (group.group == "other" && group.answered.value == 0 && !group.answered.withheld) continue;
        const auto name = language ? std::string(lingua::own_name(*language)) : w.say(fmt::format("divide.{}", group.group));
        out.rows.push_back({Cell{.text = name}, w.cell(w.count(group.answered)), w.cell(w.share(group.answered, w.shown.figures.all.answered)),
                            w.cell(w.share(group.favourable, group.answered)),
                            w.cell(w.days(group.median, group.answered)), w.cell(w.days(group.ninetieth, group.answered))});
    }
    return out;
}

Table area_table(const Writer& w, const figures::AreaGap& gap) {
    Table out{.caption = w.say("divide.by-area"), .head = {w.head("divide.group", false), w.head("divide.per-thousand"), w.head("divide.favourable"), w.head("days.median"), w.head("days.p90")}};
    for (const auto& [key, area] : {std::pair{"divide.rural", &gap.rural}, std::pair{"divide.urban", &gap.urban}}) {
        const auto days = [&](const std::optional<std::int64_t>& value) { return w.cell(value ? w.number(*value) : w.say("none")); };
        out.rows.push_back({Cell{.text = w.say(key)}, w.cell(w.number(area->per_thousand)), w.cell(area->favourable ? w.percent(*area->favourable) : w.say("none")),
                            days(area->median), days(area->ninetieth)});
    }
    return out;
}

FigureSection divide(const Writer& w) {
    auto out = w.section("divide");
    out.tables.push_back(group_table(w, "divide.ways", w.shown.figures.ways));
    out.tables.push_back(group_table(w, "divide.languages", w.shown.figures.languages));
    if (const auto& areas = w.shown.areas) {
        out.tables.push_back(area_table(w, *areas));
        out.note = w.say("divide.areas", {{"gap", w.percent(areas->relative)}, {"filings", w.percent(areas->filings_share)}, {"people", w.percent(areas->people_share)}});
    } else {
        out.note = w.say("divide.no-areas");
    }
    if (w.pack.gaps.empty()) return out;
    Table census{.caption = w.say("divide.census", {{"source", w.pack.gaps.front().source}}),
                 .head = {w.head("divide.what-gap", false), w.head("divide.high"), w.head("divide.low"), w.head("divide.relative")}};
    for (const auto& gap : w.pack.gaps) {
        const auto side = [&](const jurisdiction::Names& name, const Decimal& value) { return w.cell(fmt::format("{} {}", name.in(w.visit.tag()), w.percent(value))); };
        census.rows.push_back({Cell{.text = gap.name.in(w.visit.tag())}, side(gap.high_group, gap.high), side(gap.low_group, gap.low), w.cell(w.percent(gap.relative()))});
    }
    out.tables.push_back(std::move(census));
    return out;
}

void set_choices(FiguresView& view, const Visit& visit, const Shown& shown) {
    view.action = link_to(visit, "/figures");
    view.member = {.id = "member", .label = visit.say("figures.choose.member")};
    for (const auto& member : visit.site->members->all()) view.members.push_back({member.id, member.name.in(visit.tag()), "", &member == shown.member});
    view.year = {.id = "year", .label = visit.say("figures.choose.year")};
    for (const auto year : shown.years) view.years.push_back({std::to_string(year), std::to_string(year), "", year == shown.figures.year});
}

Result<http::Response> show_figures(Visit& visit) {
    const auto shown = TRY(figures::shown_for(visit));
    const Writer w{visit, shown, visit.site->figures->pack()};
    FiguresView view;
    view.title = w.say("title");
    const auto name = shown.member->name.in(visit.tag());
    const auto year = std::to_string(shown.figures.year);
    view.intro = w.say("intro", {{"member", name}, {"year", year}});
    view.state = w.say("state", {{"day", shown.figures.as_of}, {"entries", static_cast<std::int64_t>(shown.position.entries)}});
    view.withheld = w.say("withheld-what", {{"last", shown.figures.smallest_count - 1}});
    view.chrome = chrome_for(visit, view.title + " · " + name);
    set_choices(view, visit, shown);
    view.sections = {procedures(w), filings(w), answers(w), days(w), completions(w), papers(w), agents(w), complaints(w), taking_part_section(w), companies(w), divide(w)};
    for (const auto& [what, label] : {std::pair{".csv", "CSV"}, std::pair{".json", "JSON"}, std::pair{".jsonld", "JSON-LD (DCAT-AP 3)"}}) {
        view.downloads.push_back({label, link_to(visit, fmt::format("/figures{}", what)).with("member", shown.member->id).with("year", year)});
    }
    view.un_index = {w.say("un-index"), link_to(visit, "/figures/un-index")};
    return render(visit, view, pages::figures_page);
}

}  // namespace

void add_figures_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/figures", Door::open, show_figures);
    get_slow(router, site, "/figures.csv", Door::open, figures::csv);
    get_slow(router, site, "/figures.json", Door::open, figures::json);
    get_slow(router, site, "/figures.jsonld", Door::open, figures::json_ld);
}

}  // namespace wasl::web
