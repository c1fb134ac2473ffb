#include "insight/figures.hpp"

#include "insight/suppression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <set>
#include <unordered_map>

namespace wasl::insight {

namespace {

constexpr std::string_view language_tags[] = {"ar", "fr", "en", "zgh", "other"};

// Everything that is published together, with what a reader can add up.
class Publication {
public:
    void add(Count& count) {
        places_.emplace(&count, counts_.size());
        counts_.push_back(&count);
    }
    void sum(Count& whole, std::initializer_list<Count*> parts) { sum(whole, std::vector<Count*>(parts)); }
    void sum(Count& whole, const std::vector<Count*>& parts) {
        CountSum out{.whole = place(whole), .parts = {}};
        for (auto* part : parts) out.parts.push_back(place(*part));
        sums_.push_back(std::move(out));
    }
    void withhold(std::int64_t smallest) {
        std::vector<std::int64_t> values;
        for (const auto* count : counts_) values.push_back(count->value);
        const auto hidden = withheld(values, sums_, smallest);
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i]->withheld = hidden[i];
    }

private:
    std::size_t place(Count& count) {
        if (!places_.contains(&count)) add(count);
        return places_.at(&count);
    }
    std::vector<Count*> counts_;
    std::unordered_map<const Count*, std::size_t> places_;
    std::vector<CountSum> sums_;
};

void add_up(OfficeFigures& to, const OfficeYear& row, DayNumber today) {
    for (std::size_t i = 0; i < way_count; ++i) {
        to.ways[i].value += row.ways[i];
        to.filed.value += row.ways[i];
    }
    to.asked.value += row.completion_asked;
    to.not_asked.value = to.filed.value - to.asked.value;
    to.in_time.value += row.endings[0];
    to.late.value += row.endings[1];
    to.silence.value += row.endings[2];
    for (const auto& [day, open] : row.waiting) to.overdue.value += day < today ? open : 0;
    to.answered.value = to.in_time.value + to.late.value + to.silence.value;
    to.due.value = to.answered.value + to.overdue.value;
}

template <class To>
void set_days(To& to, const Histogram& days, std::int64_t smallest) {
    if (total(days) < smallest) return;
    to.median = percentile(days, 50);
    to.ninetieth = percentile(days, 90);
}

void lines_of(Publication& out, OfficeFigures& line) {
    std::vector<Count*> ways;
    for (auto& way : line.ways) ways.push_back(&way);
    out.sum(line.filed, ways);
    out.sum(line.filed, {&line.asked, &line.not_asked});
    out.sum(line.answered, {&line.in_time, &line.late, &line.silence});
    out.sum(line.due, {&line.answered, &line.overdue});
}

std::vector<Count*> counts_in(OfficeFigures& line) {
    std::vector<Count*> out;
    for (auto& way : line.ways) out.push_back(&way);
    for (auto* count : {&line.filed, &line.asked, &line.not_asked, &line.in_time, &line.late, &line.silence, &line.overdue, &line.answered, &line.due}) {
        out.push_back(count);
    }
    return out;
}

// Every column adds up over the offices.
void columns_of(Publication& out, Figures& figures) {
    const auto wholes = counts_in(figures.all);
    std::vector<std::vector<Count*>> parts(wholes.size());
    for (auto& office : figures.offices) {
        const auto mine = counts_in(office);
        for (std::size_t i = 0; i < mine.size(); ++i) parts[i].push_back(mine[i]);
    }
    for (std::size_t i = 0; i < wholes.size(); ++i) out.sum(*wholes[i], parts[i]);
}

// Groups are partitions of the same answers, each into favourable and not.
void groups_of(Publication& out, Figures& figures, Count& favourable, Count& unfavourable) {
    for (auto* groups : {&figures.ways, &figures.languages}) {
        std::vector<Count*> answered, good, bad;
        for (auto& group : *groups) {
            out.sum(group.answered, {&group.favourable, &group.unfavourable});
            answered.push_back(&group.answered);
            good.push_back(&group.favourable);
            bad.push_back(&group.unfavourable);
        }
        out.sum(figures.all.answered, answered);
        out.sum(favourable, good);
        out.sum(unfavourable, bad);
    }
    out.sum(figures.all.answered, {&favourable, &unfavourable});
}

GroupFigures group_figures(const Tally& tally, std::int64_t year, const std::string& name, std::int64_t smallest) {
    GroupFigures out{.group = name, .answered = {}, .favourable = {}, .unfavourable = {}, .median = {}, .ninetieth = {}};
    const auto found = tally.groups.find({year, name});
    if (found == tally.groups.end()) return out;
    out.answered.value = found->second.answered;
    out.favourable.value = found->second.favourable;
    out.unfavourable.value = out.answered.value - out.favourable.value;
    set_days(out, found->second.days, smallest);
    return out;
}

void add_complaints(Figures& figures, const OfficeYear& row, DayNumber today) {
    for (const auto& [day, three] : row.complaints) {
        if (day + acknowledge_days < today) {
            figures.acknowledged.due.value += three[0];
            figures.acknowledged.in_time.value += three[1];
        }
        if (day + close_days < today) {
            figures.closed.due.value += three[0];
            figures.closed.in_time.value += three[2];
        }
    }
    auto& after = figures.aftermath;
    after.answered.value += row.aftermath[0];
    after.reopened.value += row.aftermath[1];
    after.rated.value += row.aftermath[2];
    after.satisfied.value += row.aftermath[3];
    after.settled.value = after.answered.value - after.reopened.value;
    after.unsatisfied.value = after.rated.value - after.satisfied.value;
    figures.acknowledged.late.value = figures.acknowledged.due.value - figures.acknowledged.in_time.value;
    figures.closed.late.value = figures.closed.due.value - figures.closed.in_time.value;
}

// What a reader can subtract: complaints answered, closed in time, due, and with a word of their person are nearly the same
// people. `rests` keeps the differences where the publication finds them.
void aftermath_of(Publication& out, Figures& figures, std::deque<Count>& rests) {
    auto& after = figures.aftermath;
    out.sum(after.answered, {&after.reopened, &after.settled});
    out.sum(after.rated, {&after.satisfied, &after.unsatisfied});
    const auto differ = [&](Count& a, Count& b) {
        auto& larger = a.value < b.value ? b : a;
        auto& smaller = a.value < b.value ? a : b;
        out.sum(larger, {&smaller, &rests.emplace_back(larger.value - smaller.value, false)});
    };
    for (auto* other : {&after.rated, &figures.closed.in_time, &figures.closed.due, &figures.acknowledged.due}) differ(after.answered, *other);
}

void withhold_small(Figures& figures, Count& favourable, Count& unfavourable) {
    Publication all;
    lines_of(all, figures.all);
    for (auto& office : figures.offices) lines_of(all, office);
    columns_of(all, figures);
    groups_of(all, figures, favourable, unfavourable);
    all.sum(figures.papers, {&figures.fetched, &figures.given});
    all.sum(figures.acknowledged.due, {&figures.acknowledged.in_time, &figures.acknowledged.late});
    all.sum(figures.closed.due, {&figures.closed.in_time, &figures.closed.late});
    // Complaints whose first term is over and whose second is not: their number is a difference.
    Count between{figures.acknowledged.due.value - figures.closed.due.value, false};
    all.sum(figures.acknowledged.due, {&figures.closed.due, &between});
    std::deque<Count> rests;
    aftermath_of(all, figures, rests);
    all.add(figures.companies);
    all.withhold(figures.smallest_count);
}

std::string decimal_text(const Decimal& value, int digits) { return value.fixed(digits); }

// Collects what is published as lines of a table.
struct Lines {
    std::vector<Observation> out;
    void count(std::string_view figure, std::string_view of, std::string_view part, const Count& value) {
        add(figure, of, part, value.withheld ? std::nullopt : std::optional(std::to_string(value.value)), "withheld");
    }
    void ratio(std::string_view figure, std::string_view of, std::string_view name, const Count& part, const Count& whole) {
        const auto value = share(part, whole);
        add(figure, of, name, value ? std::optional(decimal_text(*value, 1)) : std::nullopt,
            part.withheld || whole.withheld ? "withheld" : "no-denominator");
    }
    void number(std::string_view figure, std::string_view of, std::string_view part, const std::optional<std::int64_t>& value, std::string_view why) {
        add(figure, of, part, value ? std::optional(std::to_string(*value)) : std::nullopt, why);
    }
    void add(std::string_view figure, std::string_view of, std::string_view part, std::optional<std::string> value, std::string_view why) {
        Observation one{std::string(figure), std::string(of), std::string(part), std::move(value), {}};
        if (!one.value) one.why = why;
        out.push_back(std::move(one));
    }
};

void office_lines(Lines& lines, const OfficeFigures& line) {
    const auto& of = line.office;
    for (std::size_t i = 0; i < way_count; ++i) lines.count("filings", of, to_string(static_cast<Way>(i)), line.ways[i]);
    lines.count("filings", of, "all", line.filed);
    lines.count("completions", of, "asked", line.asked);
    lines.count("completions", of, "not-asked", line.not_asked);
    lines.ratio("completions", of, "per-hundred", line.asked, line.filed);
    lines.count("answers", of, "in-time", line.in_time);
    lines.count("answers", of, "late", line.late);
    lines.count("answers", of, "silence", line.silence);
    lines.count("answers", of, "overdue", line.overdue);
    lines.count("answers", of, "due", line.due);
    lines.ratio("answers", of, "share-in-time", line.in_time, line.due);
    lines.number("days", of, "median", line.median, "withheld");
    lines.number("days", of, "p90", line.ninetieth, "withheld");
}

void group_lines(Lines& lines, std::string_view figure, const GroupFigures& group, const Count& all) {
    lines.count(figure, group.group, "answered", group.answered);
    lines.ratio(figure, group.group, "share-of-answers", group.answered, all);
    lines.count(figure, group.group, "favourable", group.favourable);
    lines.ratio(figure, group.group, "share-favourable", group.favourable, group.answered);
    lines.number(figure, group.group, "median", group.median, "withheld");
    lines.number(figure, group.group, "p90", group.ninetieth, "withheld");
}

}  // namespace

std::optional<Decimal> share(const Count& part, const Count& whole) {
    if (part.withheld || whole.withheld || whole.value == 0) return std::nullopt;
    const auto percent = Decimal::from_integer(part.value * 100).divided_by(Decimal::from_integer(whole.value));
    return percent ? percent->rounded(1, Decimal::Rounding::half_up) : std::nullopt;
}

Figures figures_of(const Tally& tally, std::int64_t year, Date as_of, std::int64_t companies, std::int64_t smallest_count) {
    Figures out;
    out.year = year;
    out.as_of = as_of;
    out.smallest_count = smallest_count;
    out.companies.value = companies;
    const auto today = as_of.days_since_epoch();
    Histogram days;
    std::int64_t seconds = 0;
    for (const auto& [key, row] : tally.offices) {
        if (key.first != year) continue;
        auto& office = out.offices.emplace_back();
        office.office = key.second;
        add_up(office, row, today);
        add_up(out.all, row, today);
        set_days(office, row.days, smallest_count);
        for (const auto& [day, count] : row.days) days[day] += count;
        out.fetched.value += row.fetched;
        out.given.value += row.given;
        seconds += row.agent_seconds;
        add_complaints(out, row, today);
    }
    set_days(out.all, days, smallest_count);
    out.papers.value = out.fetched.value + out.given.value;
    for (const auto* name : {"alone", "assisted"}) out.ways.push_back(group_figures(tally, year, name, smallest_count));
    for (const auto name : language_tags) out.languages.push_back(group_figures(tally, year, std::string(name), smallest_count));
    Count favourable, unfavourable;
    for (const auto& way : out.ways) {
        favourable.value += way.favourable.value;
        unfavourable.value += way.unfavourable.value;
    }
    withhold_small(out, favourable, unfavourable);
    if (!out.all.filed.withheld) out.agent_seconds = seconds;
    return out;
}

SuggestionFigures suggestion_figures(std::int64_t received, std::int64_t handled, std::int64_t smallest_count) {
    SuggestionFigures out{{received, false}, {handled, false}, {received - handled, false}};
    Publication all;
    all.sum(out.received, {&out.handled, &out.waiting});
    all.withhold(smallest_count);
    return out;
}

std::vector<std::int64_t> years_of(const Tally& tally) {
    std::set<std::int64_t, std::greater<>> years;
    for (const auto& [key, row] : tally.offices) years.insert(key.first);
    return {years.begin(), years.end()};
}

std::optional<Decimal> minutes_per_dossier(const Figures& figures) {
    if (!figures.agent_seconds || figures.all.filed.withheld || figures.all.filed.value == 0) return std::nullopt;
    const auto minutes = Decimal::from_integer(*figures.agent_seconds).divided_by(Decimal::from_integer(60 * figures.all.filed.value));
    return minutes ? minutes->rounded(1, Decimal::Rounding::half_up) : std::nullopt;
}

std::optional<Decimal> cost_per_dossier(const Figures& figures, const std::optional<Decimal>& minute_cost) {
    if (!minute_cost || !figures.agent_seconds || figures.all.filed.withheld || figures.all.filed.value == 0) return std::nullopt;
    const auto all = Decimal::from_integer(*figures.agent_seconds).times(*minute_cost);
    const auto each = all ? all->divided_by(Decimal::from_integer(60 * figures.all.filed.value)) : std::nullopt;
    return each ? each->rounded(2, Decimal::Rounding::half_up) : std::nullopt;
}

std::vector<Observation> observations(const Figures& figures, const Stages& stages, const std::optional<Decimal>& minute_cost,
                                      const std::optional<std::int64_t>& companies_in_register) {
    Lines lines;
    for (std::size_t i = 0; i < stage_count; ++i) lines.count("procedures", "", fmt::format("stage-{}", i), Count{stages[i], false});
    lines.ratio("procedures", "", "share-online", Count{online_in(stages), false}, Count{procedures_in(stages), false});
    office_lines(lines, figures.all);
    for (const auto& office : figures.offices) office_lines(lines, office);
    lines.count("papers", "", "from-source", figures.fetched);
    lines.count("papers", "", "from-person", figures.given);
    lines.ratio("papers", "", "once-only-rate", figures.fetched, figures.papers);
    const auto minutes = minutes_per_dossier(figures);
    const auto cost = cost_per_dossier(figures, minute_cost);
    const std::string_view why = figures.all.filed.withheld ? "withheld" : "no-denominator";
    lines.add("agents", "", "minutes-per-dossier", minutes ? std::optional(decimal_text(*minutes, 1)) : std::nullopt, why);
    lines.add("agents", "", "cost-per-dossier", cost ? std::optional(decimal_text(*cost, 2)) : std::nullopt, minute_cost ? why : "no-cost");
    lines.count("companies", "", "online", figures.companies);
    lines.number("companies", "", "register", companies_in_register, "not-given");
    lines.ratio("companies", "", "share-online", figures.companies, Count{companies_in_register.value_or(0), false});
    for (const auto& [name, timed] : {std::pair{"acknowledged", &figures.acknowledged}, std::pair{"closed", &figures.closed}}) {
        lines.count("complaints", name, "due", timed->due);
        lines.count("complaints", name, "in-time", timed->in_time);
        lines.ratio("complaints", name, "share-in-time", timed->in_time, timed->due);
    }
    const auto& after = figures.aftermath;
    lines.count("complaints", "reopened", "answered", after.answered);
    lines.count("complaints", "reopened", "reopened", after.reopened);
    lines.ratio("complaints", "reopened", "share-reopened", after.reopened, after.answered);
    lines.count("complaints", "satisfaction", "rated", after.rated);
    lines.count("complaints", "satisfaction", "satisfied", after.satisfied);
    lines.ratio("complaints", "satisfaction", "share-satisfied", after.satisfied, after.rated);
    for (const auto& group : figures.ways) group_lines(lines, "divide-way", group, figures.all.answered);
    for (const auto& group : figures.languages) group_lines(lines, "divide-language", group, figures.all.answered);
    return std::move(lines.out);
}

}  // namespace wasl::insight
