// The clock against tools/oracle-clock.py, which knows the same rules in another way.
#include "base/clock.hpp"
#include "base/json.hpp"
#include "jurisdiction/clock.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace {

using namespace wasl;
using namespace wasl::jurisdiction;

constexpr int cases_a_calendar = 1500;

struct Case {
    ClockFacts facts;
    RequestEffect effect = RequestEffect::suspends;
    Instant now;
};

class Dice {
public:
    explicit Dice(std::uint64_t seed) : entropy_(seed) {}
    int upto(int bound) { return static_cast<int>(entropy_.below(static_cast<std::uint32_t>(bound) + 1)); }
    bool one_in(int n) { return upto(n - 1) == 0; }

private:
    SeededEntropy entropy_;
};

Delay random_delay(Dice& dice) {
    if (dice.one_in(6)) {
        return {dice.upto(3), Unit::month, false};
    }
    return {dice.one_in(8) ? 0 : dice.upto(90), Unit::day, dice.one_in(3)};
}

Case random_case(Dice& dice) {
    constexpr std::int64_t start_2024 = 1'704'067'200;
    Case out;
    const Instant complete{(start_2024 + dice.upto(3 * 365) * 86'400LL + dice.upto(86'399)) * 1'000'000};
    out.facts.filed = complete;
    out.facts.complete = complete;
    out.facts.delay = random_delay(dice);
    if (dice.one_in(4)) {
        out.facts.extension = random_delay(dice);
    }
    Instant at = complete;
    for (int stops = dice.upto(2); stops > 0; --stops) {
        Stop stop{at.plus_seconds(dice.upto(40 * 86'400)), std::nullopt};
        at = stop.from.plus_seconds(dice.upto(20 * 86'400));
        if (stops > 1 || !dice.one_in(4)) {
            stop.to = at;
        }
        out.facts.stops.push_back(stop);
    }
    out.effect = dice.one_in(3) ? RequestEffect::restarts : RequestEffect::suspends;
    out.now = at.plus_seconds(dice.upto(100 * 86'400));
    return out;
}

json::Value delay_json(const Delay& delay) {
    return json::Object{{"n", delay.n}, {"unit", delay.unit == Unit::day ? "day" : "month"}, {"working", delay.working}};
}

std::string case_line(const Case& c) {
    json::Array stops;
    for (const Stop& stop : c.facts.stops) {
        stops.push_back(json::Array{stop.from.seconds(), stop.to ? json::Value(stop.to->seconds()) : json::Value()});
    }
    return json::write(json::Object{
        {"complete", c.facts.complete->seconds()},
        {"delay", delay_json(c.facts.delay)},
        {"extension", c.facts.extension ? delay_json(*c.facts.extension) : json::Value()},
        {"stops", std::move(stops)},
        {"effect", c.effect == RequestEffect::suspends ? "suspends" : "restarts"},
        {"now", c.now.seconds()},
    });
}

std::string our_line(const Case& c, const Law& law, const Calendar& calendar) {
    Law adjusted = law;
    adjusted.clock.value.request_effect = c.effect;
    const ClockReading reading = read_clock(adjusted, calendar, c.facts, c.now);
    json::Object out;
    out.set("due", reading.due ? json::Value(reading.due->iso()) : json::Value());
    out.set("last", reading.last_instant ? json::Value(reading.last_instant->seconds()) : json::Value());
    out.set("day", reading.due ? json::Value(reading.day) : json::Value());
    out.set("stopped", reading.stopped_days);
    out.set("of", reading.due ? json::Value(reading.of) : json::Value());
    return json::write(out);
}

struct Almanac {
    Calendar calendar;
    std::string line;
};

// The pack's calendar, and made-up ones: no roll-over, other weekends, many holidays.
Almanac almanac(const Pack& pack, Dice& dice, int which) {
    Calendar::Parts parts;
    parts.weekend = which % 3 == 2 ? std::vector<int>{5} : std::vector<int>{6, 7};
    parts.roll_over = which % 2 == 1 ? RollOver::none : RollOver::next_working_day;
    parts.known_until = {2099, 12, 31};
    for (const auto& [date, holiday] : pack.calendar().holidays()) {
        if (date.year >= 2023 && date.year <= 2036) {
            parts.holidays.push_back(holiday);
        }
    }
    for (int more = which == 0 ? 0 : 300; more > 0; --more) {
        parts.holidays.push_back({Date{2024, 1, 1}.plus_days(dice.upto(2500)), "made-up", {}, false});
    }
    json::Array weekend, holidays;
    for (const int day : parts.weekend) {
        weekend.push_back(day);
    }
    for (const Holiday& holiday : parts.holidays) {
        holidays.push_back(holiday.date.iso());
    }
    std::string line = json::write(json::Object{{"weekend", std::move(weekend)},
                                                {"holidays", std::move(holidays)},
                                                {"roll", parts.roll_over == RollOver::next_working_day},
                                                {"zone", pack.zone().name()}});
    return {Calendar(pack.zone(), std::move(parts)), std::move(line)};
}

std::vector<std::string> ask_oracle(const std::string& questions) {
    char path[] = "/tmp/wasl-clock-XXXXXX";
    const int file = mkstemp(path);
    REQUIRE(file >= 0);
    ::close(file);
    std::ofstream(path) << questions;
    const std::string command = std::string("python3 '") + WASL_SOURCE_DIR + "/tools/oracle-clock.py' < " + path;
    std::vector<std::string> answers;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 512> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
        answers.emplace_back(line.data());
    }
    CHECK(pclose(pipe) == 0);
    std::remove(path);
    return answers;
}

}  // namespace

TEST_CASE("the clock agrees with the plain oracle on thousands of random dossiers") {
    if (std::system("python3 -c 'import zoneinfo' >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: python3 with zoneinfo is not installed");
        return;
    }
    const auto pack = load_pack(WASL_SOURCE_DIR "/jurisdictions/ma");
    REQUIRE(pack);
    Dice dice(20'261'121);
    std::string questions;
    std::vector<std::string> cases, ours;
    for (int which = 0; which < 6; ++which) {
        const Almanac book = almanac(**pack, dice, which);
        questions += book.line + "\n";
        for (int i = 0; i < cases_a_calendar; ++i) {
            const Case c = random_case(dice);
            cases.push_back(case_line(c));
            questions += cases.back() + "\n";
            ours.push_back(our_line(c, (*pack)->law_on({2026, 1, 1}), book.calendar));
        }
    }
    const auto answers = ask_oracle(questions);
    REQUIRE(answers.size() == ours.size());
    int differences = 0;
    for (std::size_t i = 0; i < ours.size() && differences < 5; ++i) {
        if (json::parse(answers[i]) != json::parse(ours[i])) {
            ++differences;
            FAIL_CHECK("case " << cases[i] << "\noracle " << answers[i] << "ours   " << ours[i]);
        }
    }
    CHECK(differences == 0);
}
