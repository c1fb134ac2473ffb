// Working days: weekend, holidays (fixed, Hijri, extra by decision), the legal zone. A value,
// loaded from the pack; no holiday is ever computed.
#pragma once

#include "jurisdiction/words.hpp"

#include <map>

namespace wasl::jurisdiction {

// One day off. `forecast`: the date is not proclaimed yet (moon sighting) or not confirmed.
struct Holiday {
    Date date;
    std::string code;  // "aid-al-fitr"
    Names name;
    bool forecast = false;
};

// What happens when the last day of a delay is no working day.
enum class RollOver { none, next_working_day };

class Calendar {
public:
    struct Parts {
        std::vector<int> weekend;       // ISO weekdays, 6 = Saturday
        std::vector<Holiday> holidays;  // one entry a day
        Date known_until;               // moving holidays are listed up to here; later dates rest on a forecast
        RollOver roll_over = RollOver::next_working_day;
    };
    Calendar(Zone zone, Parts parts);

    [[nodiscard]] bool is_working_day(Date date) const;
    [[nodiscard]] bool is_weekend(Date date) const;
    [[nodiscard]] const Holiday* holiday_on(Date date) const;  // nullptr when none
    // The date itself when it is a working day.
    [[nodiscard]] Date next_working_day(Date date) const;
    // The n-th working day after `date`, which is not counted. n = 0 gives next_working_day(date).
    [[nodiscard]] Date add_working_days(Date date, int n) const;
    // `date` + n days, rolled over when the pack says so and the day is not working.
    [[nodiscard]] Date add_days(Date date, int n) const;
    // Last day of a delay whose first day (not counted) is `from`: days, months or working days,
    // rolled over. "At once" is `from` itself, or the next working day.
    [[nodiscard]] Date last_day(Date from, const Delay& delay) const;
    [[nodiscard]] Date roll(Date date) const;  // next working day when the pack rolls over, else the date
    [[nodiscard]] int working_days_between(Date after, Date until) const;  // in (after, until]

    // The first forecast holiday in [first, last], each side widened by one day because a moon
    // sighting moves a holiday by one; nullptr when every day is certain.
    [[nodiscard]] const Holiday* forecast_between(Date first, Date last) const;
    [[nodiscard]] Date known_until() const noexcept { return known_until_; }

    [[nodiscard]] const Zone& zone() const noexcept { return zone_; }
    [[nodiscard]] Date date_at(Instant at) const { return zone_.date_at(at); }
    // The instant the local day is over: the first instant of the next day. A thing done before
    // it was done on that day.
    [[nodiscard]] Instant end_of_day(Date date) const { return zone_.start_of_day(date.plus_days(1)); }
    [[nodiscard]] const std::map<Date, Holiday>& holidays() const noexcept { return holidays_; }

private:
    Zone zone_;
    std::map<Date, Holiday> holidays_;
    bool weekend_[8] = {};
    Date known_until_;
    RollOver roll_over_;
};

}  // namespace wasl::jurisdiction
