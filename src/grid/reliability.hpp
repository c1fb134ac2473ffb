// How reliable the supply was: SAIFI, SAIDI and CAIDI after IEEE 1366-2022, from records of who was without supply for how
// long. Sums are kept in whole seconds and customers; a figure is one division.
#pragma once

#include "base/decimal.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wasl::grid {

// Customers who lost their supply at one moment and got it back at one; still without it when there is no end.
struct SupplyLost {
    std::string feeder;
    std::int64_t customers = 0;
    Instant began;
    std::optional<Instant> ended;
    bool planned = false;
    std::int64_t served = 0;  // customers of the network when it began; 0: not written down

    bool operator==(const SupplyLost&) const = default;
};

// Interruptions that last no longer than this are momentary and stand in none of the three indices (IEEE 1366, 3.16).
inline constexpr std::int64_t momentary_seconds = 5 * 60;

struct ReliabilitySums {
    std::int64_t interrupted = 0;       // customers interrupted, each time anew (CI)
    std::int64_t customer_seconds = 0;  // their time without supply (60 × CMI)
    std::int64_t momentary = 0;         // customers, interruptions of five minutes at most
    // The first two again, by how many customers were served then (0: not known).
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> by_served;

    void add(const SupplyLost& lost, Instant now);  // an interruption that goes on counts until `now`
    ReliabilitySums& operator+=(const ReliabilitySums& other);
    bool operator==(const ReliabilitySums&) const = default;
};

struct ReliabilityIndices {
    std::optional<Decimal> saidi;  // minutes a customer served; nothing when none is served
    std::optional<Decimal> saifi;  // interruptions a customer served; the same
    std::optional<Decimal> caidi;  // minutes an interruption; nothing when there was none
};
inline constexpr int index_digits = 4;  // after the point, rounded half up
// Each part is divided by the customers served at its time, interrupted or not: `served` where that is not known.
ReliabilityIndices indices_of(const ReliabilitySums& sums, std::int64_t served);

// An interruption stands in the month in which it began, in local time, whole.
struct MonthAndFeeder {
    std::int64_t year = 0;
    int month = 1;
    std::string feeder;  // empty: all of them
    auto operator<=>(const MonthAndFeeder&) const = default;
};
// By month and feeder, and by month for all feeders together. The customers served in a month are those at its last
// interruption that says how many there were.
std::map<MonthAndFeeder, ReliabilitySums> reliability_by_month(std::span<const SupplyLost> all, const Zone& zone, Instant now);

}  // namespace wasl::grid
