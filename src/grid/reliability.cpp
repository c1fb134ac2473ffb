#include "grid/reliability.hpp"

#include <algorithm>

namespace wasl::grid {

namespace {

std::optional<Decimal> quotient(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    const auto value = Decimal::from_integer(part).divided_by(Decimal::from_integer(whole));
    if (!value) return std::nullopt;
    const auto rounded = value->rounded(index_digits, Decimal::Rounding::half_up);
    return rounded ? std::optional(*rounded) : std::nullopt;
}

}  // namespace

void ReliabilitySums::add(const SupplyLost& lost, Instant now) {
    const auto end = lost.ended.value_or(std::max(now, lost.began));
    const auto seconds = std::max<std::int64_t>(0, (end.micros - lost.began.micros) / 1'000'000);
    if (lost.ended && seconds <= momentary_seconds) {
        momentary += lost.customers;
        return;
    }
    // One that has only begun may still turn out momentary: it counts once it cannot.
    if (!lost.ended && seconds <= momentary_seconds) return;
    interrupted += lost.customers;
    customer_seconds += lost.customers * seconds;
}

ReliabilitySums& ReliabilitySums::operator+=(const ReliabilitySums& other) {
    interrupted += other.interrupted;
    customer_seconds += other.customer_seconds;
    momentary += other.momentary;
    return *this;
}

ReliabilityIndices indices_of(const ReliabilitySums& sums, std::int64_t served) {
    constexpr std::int64_t a_minute = 60;
    return {.saidi = quotient(sums.customer_seconds, served * a_minute),
            .saifi = quotient(sums.interrupted, served),
            .caidi = quotient(sums.customer_seconds, sums.interrupted * a_minute)};
}

std::map<MonthAndFeeder, ReliabilitySums> reliability_by_month(std::span<const SupplyLost> all, const Zone& zone, Instant now) {
    std::map<MonthAndFeeder, ReliabilitySums> out;
    for (const auto& lost : all) {
        const auto day = zone.date_at(lost.began);
        out[{day.year, day.month, ""}].add(lost, now);
        if (!lost.feeder.empty()) out[{day.year, day.month, lost.feeder}].add(lost, now);
    }
    return out;
}

}  // namespace wasl::grid
