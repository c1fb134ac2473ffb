// uses: base grid
// Any table of meter readings: reading neither crashes nor runs away, and what is made of it holds no number that is not finite.
#include "grid/meters.hpp"
#include "grid/sample.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace wasl::grid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto district = sample_district({.feeders = 1, .posts = 2, .households = 2});
    const auto readings = read_readings("readings.csv", std::string_view(reinterpret_cast<const char*>(data), size));
    if (!readings) return 0;
    const auto report = energy_report(district, *readings);
    if (!report) return 0;
    for (const auto& balance : report->balances) {
        if (!std::isfinite(balance.injected_kwh) || !std::isfinite(balance.billed_kwh)) std::abort();
    }
    return 0;
}
