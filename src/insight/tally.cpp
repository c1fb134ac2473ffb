#include "insight/tally.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::insight {

namespace {

std::int64_t year_of(DayNumber day) { return Date::from_days(day).year; }

template <class Key>
void bump(std::map<Key, std::int64_t>& map, const Key& key, std::int64_t by) {
    auto& value = map[key];
    value += by;
    if (value == 0) map.erase(key);
}

// An entry of a map that goes when nothing is left in it.
template <class Map, class Change>
void change(Map& map, const typename Map::key_type& key, const Change& how) {
    auto& value = map[key];
    how(value);
    if (value == typename Map::mapped_type{}) map.erase(key);
}

json::Value histogram_json(const std::map<std::int64_t, std::int64_t>& map) {
    json::Object out;
    for (const auto& [key, count] : map) out.set(std::to_string(key), count);
    return out;
}

bool read_histogram(const json::Value& in, std::map<std::int64_t, std::int64_t>& out) {
    if (in.is_null()) return true;
    if (in.object() == nullptr) return false;
    for (const auto& [key, count] : *in.object()) {
        const auto number = to_integer(key);
        if (!number || !count.integer()) return false;
        out[*number] = *count.integer();
    }
    return true;
}

template <std::size_t N>
json::Array array_json(const std::array<std::int64_t, N>& values) {
    json::Array out;
    for (const auto value : values) out.emplace_back(value);
    return out;
}

template <std::size_t N>
bool read_array(const json::Value& in, std::array<std::int64_t, N>& out) {
    const auto* array = in.array();
    if (array == nullptr || array->size() != N) return false;
    for (std::size_t i = 0; i < N; ++i) out[i] = (*array)[i].integer_or(0);
    return true;
}

json::Object office_json(const OfficeYear& row) {
    json::Object out{{"ways", array_json(row.ways)}, {"asked", row.completion_asked}, {"fetched", row.fetched}, {"given", row.given},
                     {"seconds", row.agent_seconds}, {"endings", array_json(row.endings)}, {"days", histogram_json(row.days)},
                     {"waiting", histogram_json(row.waiting)}};
    json::Object complaints;
    for (const auto& [day, three] : row.complaints) complaints.set(std::to_string(day), array_json(three));
    out.set("complaints", std::move(complaints));
    out.set("aftermath", array_json(row.aftermath));
    return out;
}

bool read_office(const json::Value& in, OfficeYear& out) {
    out.completion_asked = in["asked"].integer_or(0);
    out.fetched = in["fetched"].integer_or(0);
    out.given = in["given"].integer_or(0);
    out.agent_seconds = in["seconds"].integer_or(0);
    if (!read_array(in["ways"], out.ways) || !read_array(in["endings"], out.endings)) return false;
    if (!read_histogram(in["days"], out.days) || !read_histogram(in["waiting"], out.waiting)) return false;
    if (!in["aftermath"].is_null() && !read_array(in["aftermath"], out.aftermath)) return false;
    if (const auto* complaints = in["complaints"].object()) {
        for (const auto& [day, three] : *complaints) {
            const auto number = to_integer(day);
            if (!number || !read_array(three, out.complaints[*number])) return false;
        }
    }
    return true;
}

}  // namespace

void Tally::apply(const Case& one, const Basis& basis, std::int64_t sign) {
    change(offices, {year_of(one.filed), one.office}, [&](OfficeYear& row) {
        row.ways[static_cast<std::size_t>(one.way)] += sign;
        row.completion_asked += one.completion_asked ? sign : 0;
        row.given += sign * static_cast<std::int64_t>(one.given.size());
        // A paper that the person gave as well was not spared them.
        row.fetched += sign * std::ranges::count_if(one.fetched, [&](const auto& code) { return std::ranges::find(one.given, code) == one.given.end(); });
        row.agent_seconds += sign * one.agent_seconds;
        if (!one.complaint) return;
        row.aftermath[0] += one.answers.empty() ? 0 : sign;
        row.aftermath[1] += !one.answers.empty() && one.reopened ? sign : 0;
        row.aftermath[2] += one.satisfied ? sign : 0;
        row.aftermath[3] += one.satisfied.value_or(false) ? sign : 0;
        change(row.complaints, one.filed, [&](std::array<std::int64_t, 3>& three) {
            three[0] += sign;
            three[1] += one.acknowledged && *one.acknowledged - one.filed <= acknowledge_days ? sign : 0;
            three[2] += one.closed && *one.closed - one.filed <= close_days ? sign : 0;
        });
    });
    if (one.open && one.due) {
        const auto last = basis.calendar->date_at(one.due->plus_micros(-1)).days_since_epoch();
        change(offices, {year_of(last), one.office}, [&](OfficeYear& row) { bump(row.waiting, last, sign); });
    }
    for (const auto& answer : one.answers) {
        const auto year = year_of(answer.day);
        change(offices, {year, one.office}, [&](OfficeYear& row) {
            row.endings[static_cast<std::size_t>(answer.ending)] += sign;
            bump(row.days, answer.working_days, sign);
        });
        const std::string way = one.way == Way::counter || one.way == Way::helper ? "assisted" : "alone";
        constexpr std::string_view known[] = {"ar", "fr", "en", "zgh"};
        const std::string language = std::ranges::find(known, one.language) == std::end(known) ? "other" : one.language;
        for (const auto& group : {way, language}) {
            change(groups, {year, group}, [&](GroupYear& row) {
                row.answered += sign;
                row.favourable += answer.favourable ? sign : 0;
                bump(row.days, answer.working_days, sign);
            });
        }
    }
}

std::string encode(const Tally& tally) {
    json::Array offices, groups;
    for (const auto& [key, row] : tally.offices) {
        auto out = office_json(row);
        out.set("year", key.first);
        out.set("office", key.second);
        offices.emplace_back(std::move(out));
    }
    for (const auto& [key, row] : tally.groups) {
        groups.emplace_back(json::Object{{"year", key.first}, {"group", key.second}, {"answered", row.answered},
                                         {"favourable", row.favourable}, {"days", histogram_json(row.days)}});
    }
    return json::write(json::Object{{"offices", std::move(offices)}, {"groups", std::move(groups)}});
}

std::optional<Tally> decode_tally(std::string_view text) {
    const auto parsed = json::parse(text);
    if (!parsed) return std::nullopt;
    const auto* offices = (*parsed)["offices"].array();
    const auto* groups = (*parsed)["groups"].array();
    if (offices == nullptr || groups == nullptr) return std::nullopt;
    Tally out;
    for (const auto& row : *offices) {
        if (!read_office(row, out.offices[{row["year"].integer_or(0), std::string(row["office"].text_or(""))}])) return std::nullopt;
    }
    for (const auto& row : *groups) {
        auto& group = out.groups[{row["year"].integer_or(0), std::string(row["group"].text_or(""))}];
        group.answered = row["answered"].integer_or(0);
        group.favourable = row["favourable"].integer_or(0);
        if (!read_histogram(row["days"], group.days)) return std::nullopt;
    }
    return out;
}

std::int64_t total(const Histogram& days) {
    std::int64_t out = 0;
    for (const auto& [day, count] : days) out += count;
    return out;
}

std::optional<std::int64_t> percentile(const Histogram& days, std::int64_t percent) {
    const auto all = total(days);
    if (all <= 0) return std::nullopt;
    const auto wanted = std::max<std::int64_t>(1, (all * percent + 99) / 100);
    std::int64_t seen = 0;
    for (const auto& [day, count] : days) {
        seen += count;
        if (seen >= wanted) return day;
    }
    return days.rbegin()->first;
}

}  // namespace wasl::insight
