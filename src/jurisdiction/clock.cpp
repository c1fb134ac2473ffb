#include "jurisdiction/clock.hpp"

#include "jurisdiction/impl/count.hpp"

#include <algorithm>

namespace wasl::jurisdiction {
namespace {

constexpr int longest_delay = 3660;  // ten years: more is a mistake, and must not make the program count for ever

// The local days of the stops after `start`, in order and merged.
std::vector<Standstill> standstills(const Calendar& calendar, const std::vector<Stop>& stops, Date start) {
    std::vector<Standstill> days;
    for (const Stop& stop : stops) {
        Standstill day{std::max(calendar.date_at(stop.from), start), std::nullopt};
        if (stop.to) {
            day.to = std::max(calendar.date_at(*stop.to), day.from);
        }
        days.push_back(day);
    }
    std::ranges::sort(days, {}, &Standstill::from);
    std::vector<Standstill> merged;
    for (const Standstill& day : days) {
        if (!merged.empty() && (!merged.back().to || day.from <= *merged.back().to)) {
            merged.back().to = merged.back().to && day.to ? std::optional(std::max(*merged.back().to, *day.to)) : std::nullopt;
        } else {
            merged.push_back(day);
        }
    }
    return merged;
}

int bounded(int n) { return std::clamp(n, 0, longest_delay); }

// Days of a delay that starts after `from`: a month is as long as the calendar makes it.
int days_of(const Delay& delay, Date from) {
    if (delay.unit == Unit::day) {
        return bounded(delay.n);
    }
    return static_cast<int>(from.plus_months(bounded(delay.n)).days_since_epoch() - from.days_since_epoch());
}

bool counts_working(const Delay& delay) { return delay.working && delay.unit == Unit::day; }

// One reading in the making.
class Reader {
public:
    Reader(const Law& law, const Calendar& calendar, const ClockFacts& facts, Instant now)
        : law_(law), calendar_(calendar), facts_(facts), as_of_(facts.ended ? std::min(now, *facts.ended) : now) {}

    ClockReading read() {
        if (!facts_.complete) {
            not_started();
            return std::move(out_);
        }
        start();
        find_due();
        count_days();
        find_state();
        find_request_until();
        explain();
        if (!facts_.ended && out_.state == ClockState::stopped) {
            await_answer(stops_.back().from);  // merged and in order: the open one is the last
        }
        return std::move(out_);
    }

private:
    void say(std::string key, std::vector<std::pair<std::string, Argument>> arguments = {}) {
        out_.explanation.push_back({std::move(key), std::move(arguments)});
    }

    void not_started() {
        const Date filed = calendar_.date_at(facts_.filed);
        if (facts_.ended && as_of_ >= *facts_.ended) {
            out_.state = ClockState::ended;
            say("clock.ended", {{"date", calendar_.date_at(*facts_.ended)}});
            return;
        }
        say("clock.not-started", {{"filed", filed}});
        await_answer(filed);
    }

    // The person's own time: from the day they were asked, which is not counted.
    void await_answer(Date asked) {
        const ClockRules& rules = law_.clock.value;
        out_.answer_due = calendar_.last_day(asked, rules.answer);
        out_.answer_last_instant = calendar_.end_of_day(*out_.answer_due);
        say("clock.answer-until", {{"date", *out_.answer_due}});
        if (facts_.lapse_notice) {
            out_.lapses_on = calendar_.last_day(calendar_.date_at(*facts_.lapse_notice), rules.lapse_notice);
            out_.lapse_instant = calendar_.end_of_day(*out_.lapses_on);
            say("clock.lapses", {{"date", *out_.lapses_on}});
        } else {
            out_.lapses_on = calendar_.last_day(out_.answer_due->plus_days(1), rules.lapse_notice);
        }
    }

    void start() {
        start_ = calendar_.date_at(*facts_.complete);
        stops_ = standstills(calendar_, facts_.stops, start_);
        if (law_.clock.value.request_effect == RequestEffect::restarts) {
            // Whatever was answered starts the whole delay again; only an open request still stops it.
            while (!stops_.empty() && stops_.front().to) {
                start_ = *stops_.front().to;
                restarted_ = true;
                stops_.erase(stops_.begin());
            }
        }
        out_.started = start_;
    }

    void find_due() {
        const Count count(calendar_, stops_);
        const bool working = counts_working(facts_.delay);
        const int days = days_of(facts_.delay, start_);
        base_days_ = days;
        out_.of = days;
        out_.working = working;
        std::optional<Date> last = count.after(start_, days, working);
        bool at_once = days == 0;
        bool ends_working = working;
        if (last && facts_.extension) {
            const Delay& extension = *facts_.extension;
            const int more = days_of(extension, *last);
            at_once = at_once && more == 0;
            ends_working = counts_working(extension);
            const Date without = *last;
            last = count.after(without, more, ends_working);
            add_extension(count, without, last, more);
        } else if (facts_.extension) {
            out_.of += days_of(*facts_.extension, start_);
        }
        if (!last) {
            return;
        }
        unrolled_ = *last;
        const auto roll = [&](Date date) {
            return at_once || ends_working ? calendar_.next_working_day(date) : calendar_.roll(date);
        };
        out_.due = count.settle(*last, roll);
        if (out_.due) {
            out_.last_instant = calendar_.end_of_day(*out_.due);
            note_forecast();
        }
    }

    void add_extension(const Count& count, Date without, std::optional<Date> last, int more) {
        if (counts_working(*facts_.extension) == out_.working || base_days_ == 0) {
            out_.of += more;
            out_.working = counts_working(*facts_.extension);
            return;
        }
        // Two ways of counting in one delay: the counter shows calendar days.
        out_.working = false;
        out_.of = count.between(start_, last.value_or(without), false) + (last ? 0 : more);
    }

    void note_forecast() {
        const Date first = out_.working || counts_working(facts_.delay) ? start_.plus_days(1) : unrolled_;
        const Holiday* doubtful = calendar_.forecast_between(first, *out_.due);
        if (doubtful != nullptr) {
            out_.forecast_holiday = doubtful->code;
        } else if (*out_.due > calendar_.known_until()) {
            out_.forecast_holiday = "calendar";
        }
    }

    void count_days() {
        const Count count(calendar_, stops_);
        const Date today = calendar_.date_at(as_of_);
        out_.day = std::max(0, count.between(start_, today, out_.working));
        out_.stopped_days = count.stopped(start_, today);
        if (out_.due) {
            out_.days_left = static_cast<int>(out_.due->days_since_epoch() - today.days_since_epoch());
        }
    }

    void find_state() {
        const bool late = out_.last_instant && as_of_ >= *out_.last_instant;
        if (facts_.ended && as_of_ >= *facts_.ended) {
            out_.state = late ? ClockState::ended_late : ClockState::ended;
        } else if (!out_.due) {
            out_.state = ClockState::stopped;
        } else {
            out_.state = late ? ClockState::elapsed : ClockState::running;
        }
    }

    void find_request_until() {
        const ClockRules& rules = law_.clock.value;
        const int share = (base_days_ * rules.request_until_percent + 99) / 100;
        const int day = std::min(rules.request_until_day, share);
        const Date from = calendar_.date_at(*facts_.complete);
        out_.request_until = day == 0 ? calendar_.next_working_day(from)
                                      : Count(calendar_, {}).after(from, day, counts_working(facts_.delay));
    }

    void explain() {
        say(restarted_ ? "clock.restarted" : "clock.started", {{"date", start_}});
        if (out_.of == 0) {
            say("clock.at-once");
        } else {
            say(out_.working ? "clock.day-working" : "clock.day",
                {{"day", std::int64_t{std::min(out_.day, out_.of)}}, {"of", std::int64_t{out_.of}}});
        }
        if (out_.state == ClockState::stopped) {
            say("clock.stopped-now", {{"since", stops_.back().from}});
        } else if (out_.stopped_days > 0) {
            say("clock.stopped-for", {{"days", std::int64_t{out_.stopped_days}}});
        }
        if (facts_.extension) {
            const Delay& more = *facts_.extension;
            say(more.unit == Unit::month ? "clock.extended-months"
                : more.working           ? "clock.extended-working-days"
                                         : "clock.extended-days",
                {{"n", std::int64_t{more.n}}});
        }
        if (!out_.due) {
            return;
        }
        if (*out_.due != unrolled_) {
            say("clock.rolled", {{"from", unrolled_}, {"to", *out_.due}});
        }
        say("clock.last-day", {{"date", *out_.due}});
        if (!out_.forecast_holiday.empty()) {
            say("clock.forecast", {{"holiday", out_.forecast_holiday}});
        }
        if (out_.state == ClockState::elapsed || out_.state == ClockState::ended_late) {
            say("clock.late", {{"days", std::int64_t{-out_.days_left}}});
        }
        if (out_.state == ClockState::ended || out_.state == ClockState::ended_late) {
            say("clock.ended", {{"date", calendar_.date_at(*facts_.ended)}});
        }
    }

    const Law& law_;
    const Calendar& calendar_;
    const ClockFacts& facts_;
    Instant as_of_;
    ClockReading out_;
    Date start_;
    Date unrolled_;
    std::vector<Standstill> stops_;
    int base_days_ = 0;
    bool restarted_ = false;
};

}  // namespace

std::string_view to_string(ClockState value) noexcept {
    switch (value) {
        case ClockState::not_started: return "not-started";
        case ClockState::running: return "running";
        case ClockState::stopped: return "stopped";
        case ClockState::elapsed: return "elapsed";
        case ClockState::ended: return "ended";
        case ClockState::ended_late: return "ended-late";
    }
    return "not-started";
}

ClockReading read_clock(const Law& law, const Calendar& calendar, const ClockFacts& facts, Instant now) {
    return Reader(law, calendar, facts, now).read();
}

bool may_request_completion(const ClockReading& reading, const Calendar& calendar, Instant now) {
    return reading.state == ClockState::running && reading.request_until &&
           calendar.date_at(now) <= *reading.request_until;
}

Term term_after(const Calendar& calendar, Instant event, const Delay& delay) {
    const Date from = calendar.date_at(event);
    Term term{calendar.last_day(from, delay), {}, false};
    term.over = calendar.end_of_day(term.last_day);
    const Date doubtful_from = delay.working ? from.plus_days(1) : term.last_day.plus_days(-3);
    term.forecast = calendar.forecast_between(doubtful_from, term.last_day) != nullptr ||
                    term.last_day > calendar.known_until();
    return term;
}

const std::vector<std::pair<std::string_view, std::string_view>>& clock_phrases() {
    static const std::vector<std::pair<std::string_view, std::string_view>> phrases = {
        {"clock.not-started", "filed"},
        {"clock.started", "date"},
        {"clock.restarted", "date"},
        {"clock.at-once", ""},
        {"clock.day", "day of"},
        {"clock.day-working", "day of"},
        {"clock.stopped-now", "since"},
        {"clock.stopped-for", "days"},
        {"clock.extended-days", "n"},
        {"clock.extended-working-days", "n"},
        {"clock.extended-months", "n"},
        {"clock.rolled", "from to"},
        {"clock.last-day", "date"},
        {"clock.forecast", "holiday"},
        {"clock.late", "days"},
        {"clock.ended", "date"},
        {"clock.answer-until", "date"},
        {"clock.lapses", "date"},
    };
    return phrases;
}

}  // namespace wasl::jurisdiction
