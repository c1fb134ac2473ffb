#include "jurisdiction/calendar.hpp"

namespace wasl::jurisdiction {

Calendar::Calendar(Zone zone, Parts parts)
    : zone_(std::move(zone)), known_until_(parts.known_until), roll_over_(parts.roll_over) {
    for (const int day : parts.weekend) {
        if (day >= 1 && day <= 7) {
            weekend_[day] = true;
        }
    }
    for (Holiday& holiday : parts.holidays) {
        const Date date = holiday.date;
        const auto [place, added] = holidays_.try_emplace(date, std::move(holiday));
        // Two holidays on one day: a certain one makes the day certain.
        if (!added && place->second.forecast && !holiday.forecast) {
            place->second = std::move(holiday);
        }
    }
}

bool Calendar::is_weekend(Date date) const { return weekend_[date.weekday()]; }

bool Calendar::is_working_day(Date date) const { return !is_weekend(date) && !holidays_.contains(date); }

const Holiday* Calendar::holiday_on(Date date) const {
    const auto found = holidays_.find(date);
    return found == holidays_.end() ? nullptr : &found->second;
}

Date Calendar::next_working_day(Date date) const {
    while (!is_working_day(date)) {
        date = date.plus_days(1);
    }
    return date;
}

Date Calendar::add_working_days(Date date, int n) const {
    if (n <= 0) {
        return next_working_day(date);
    }
    while (n > 0) {
        date = date.plus_days(1);
        n -= is_working_day(date) ? 1 : 0;
    }
    return date;
}

Date Calendar::roll(Date date) const {
    return roll_over_ == RollOver::next_working_day ? next_working_day(date) : date;
}

Date Calendar::add_days(Date date, int n) const { return roll(date.plus_days(n)); }

Date Calendar::last_day(Date from, const Delay& delay) const {
    if (delay.n == 0) {
        return next_working_day(from);
    }
    if (delay.unit == Unit::month) {
        return roll(from.plus_months(delay.n));
    }
    return delay.working ? add_working_days(from, delay.n) : add_days(from, delay.n);
}

int Calendar::working_days_between(Date after, Date until) const {
    int count = 0;
    for (Date date = after.plus_days(1); date <= until; date = date.plus_days(1)) {
        count += is_working_day(date) ? 1 : 0;
    }
    return count;
}

const Holiday* Calendar::forecast_between(Date first, Date last) const {
    const Date end = last.plus_days(1);
    for (auto at = holidays_.lower_bound(first.plus_days(-1)); at != holidays_.end() && at->first <= end; ++at) {
        if (at->second.forecast) {
            return &at->second;
        }
    }
    return nullptr;
}

}  // namespace wasl::jurisdiction
