#include "jurisdiction/impl/count.hpp"

#include <algorithm>

namespace wasl::jurisdiction {

int Count::plain(Date from, Date until, bool working) const {
    if (until <= from) {
        return 0;
    }
    return working ? calendar_.working_days_between(from, until)
                   : static_cast<int>(until.days_since_epoch() - from.days_since_epoch());
}

std::optional<Date> Count::after(Date from, int n, bool working) const {
    Date at = from;
    for (const Standstill& stop : stops_) {
        if (stop.to && *stop.to <= at) {
            continue;
        }
        const int available = plain(at, stop.from, working);
        if (available >= n) {
            break;
        }
        if (!stop.to) {
            return std::nullopt;
        }
        n -= available;
        at = *stop.to;
    }
    if (n == 0) {
        return at;
    }
    return working ? calendar_.add_working_days(at, n) : at.plus_days(n);
}

int Count::between(Date from, Date until, bool working) const {
    int days = plain(from, until, working);
    for (const Standstill& stop : stops_) {
        const Date first = std::max(stop.from, from);
        const Date last = stop.to ? std::min(*stop.to, until) : until;
        days -= plain(first, last, working);
    }
    return days;
}

int Count::stopped(Date from, Date until) const {
    int days = 0;
    for (const Standstill& stop : stops_) {
        days += plain(std::max(stop.from, from), stop.to ? std::min(*stop.to, until) : until, false);
    }
    return days;
}

}  // namespace wasl::jurisdiction
