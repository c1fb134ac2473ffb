// The arithmetic under the clock: days counted between two dates, some of which stand still.
#pragma once

#include "jurisdiction/calendar.hpp"

namespace wasl::jurisdiction {

// The days in (from, to] are not counted; no `to`: nothing is counted after `from`.
struct Standstill {
    Date from;
    std::optional<Date> to;
};

class Count {
public:
    // `stops` in order of their first day, not overlapping.
    Count(const Calendar& calendar, std::vector<Standstill> stops) : calendar_(calendar), stops_(std::move(stops)) {}

    // The day on which `n` counted days after `from` (not counted) are over; nothing while they stand still for ever.
    [[nodiscard]] std::optional<Date> after(Date from, int n, bool working) const;
    // Counted days in (from, until].
    [[nodiscard]] int between(Date from, Date until, bool working) const;
    // Calendar days of (from, until] that stand still.
    [[nodiscard]] int stopped(Date from, Date until) const;
    // A request on the last day itself leaves at least the day of the answer: the later of `date` and that day, made a
    // working day by `roll`. Nothing when the answer is still awaited.
    template <class Roll>
    [[nodiscard]] std::optional<Date> settle(Date date, Roll roll) const {
        date = roll(date);
        for (const Standstill& stop : stops_) {
            if (stop.from <= date && (!stop.to || date < *stop.to)) {
                if (!stop.to) {
                    return std::nullopt;
                }
                date = roll(*stop.to);
            }
        }
        return date;
    }

private:
    [[nodiscard]] int plain(Date from, Date until, bool working) const;
    const Calendar& calendar_;
    std::vector<Standstill> stops_;
};

}  // namespace wasl::jurisdiction
