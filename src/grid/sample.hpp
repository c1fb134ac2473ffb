// Networks that do not exist: for demonstrations, tests and benchmarks. Whoever asks for the same gets the same.
#pragma once

#include "grid/network_csv.hpp"

#include "base/time.hpp"

#include <cstdint>
#include <string>

namespace wasl::grid {

// Feeders of a city in per unit: trunks with laterals, a feeder every 500 buses, 10 kW a bus on average, voltages down to
// about 0.95. Made to be solved.
Network sample_city(std::uint32_t buses);

// A district on 20 kV, each post with a transformer, its meter, two low-voltage cables and households behind them: breakers
// D1, D2 …, posts P01, P02 …, transformers T01 …, one open switch N1 between the ends of the first two feeders, and meters
// C0001 … in Arabic and French with telephone numbers that nobody has. Made to be shown.
struct SampleDistrict {
    std::uint32_t feeders = 3, posts = 24;  // posts in all
    std::uint32_t households = 10;          // meters a post
};
MeteredNetwork sample_district(SampleDistrict size = {});

// What its meters might have read over a period, as a CSV file: some loss under each post, one post where much is lost,
// and a few readings that cannot be right.
std::string sample_readings(const MeteredNetwork& metered, const Date& from, const Date& until);

}  // namespace wasl::grid
