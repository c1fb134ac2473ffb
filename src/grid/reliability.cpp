#include "grid/reliability.hpp"

#include <algorithm>

namespace wasl::grid {

namespace {

// Each of its parts over its whole, added up; nothing when one has no whole.
using Parts = std::vector<std::pair<std::int64_t, std::int64_t>>;
std::optional<Decimal> quotient(const Parts& parts) {
    Decimal sum;
    for (const auto& [part, whole] : parts) {
        if (whole <= 0) return std::nullopt;
        const auto value = Decimal::from_integer(part).divided_by(Decimal::from_integer(whole));
        if (!value) return std::nullopt;
        const auto more = sum.plus(*value);
        if (!more) return std::nullopt;
        sum = *more;
    }
    return sum.rounded(index_digits, Decimal::Rounding::half_up);
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
    auto& then = by_served[lost.served];
    then.first += lost.customers;
    then.second += lost.customers * seconds;
}

ReliabilitySums& ReliabilitySums::operator+=(const ReliabilitySums& other) {
    interrupted += other.interrupted;
    customer_seconds += other.customer_seconds;
    momentary += other.momentary;
    for (const auto& [served, sums] : other.by_served) {
        by_served[served].first += sums.first;
        by_served[served].second += sums.second;
    }
    return *this;
}

ReliabilityIndices indices_of(const ReliabilitySums& sums, std::int64_t served) {
    constexpr std::int64_t a_minute = 60;
    Parts minutes, times;
    for (const auto& [then, part] : sums.by_served) {
        const auto whole = then > 0 ? then : served;
        times.emplace_back(part.first, whole);
        minutes.emplace_back(part.second, whole * a_minute);
    }
    if (sums.by_served.empty()) minutes = times = {{0, served}};
    return {.saidi = quotient(minutes), .saifi = quotient(times), .caidi = quotient({{sums.customer_seconds, sums.interrupted * a_minute}})};
}

std::map<MonthAndFeeder, ReliabilitySums> reliability_by_month(std::span<const SupplyLost> all, const Zone& zone, Instant now) {
    std::map<std::pair<std::int64_t, int>, std::pair<Instant, std::int64_t>> last;  // of each month: when, and how many were served
    for (const auto& lost : all) {
        const auto day = zone.date_at(lost.began);
        auto& known = last[{day.year, day.month}];
        if (lost.served > 0 && known.first <= lost.began) known = {lost.began, lost.served};
    }
    std::map<MonthAndFeeder, ReliabilitySums> out;
    for (auto lost : all) {
        const auto day = zone.date_at(lost.began);
        lost.served = last[{day.year, day.month}].second;
        out[{day.year, day.month, ""}].add(lost, now);
        if (!lost.feeder.empty()) out[{day.year, day.month, lost.feeder}].add(lost, now);
    }
    return out;
}

}  // namespace wasl::grid
