// Which counts of a publication are withheld, so that no small group of people is seen in it.
//
// Rules, for a smallest count k: a count from 1 to k − 1 is withheld (primary). Then further counts are withheld
// (complementary) until no withheld count follows from the published ones by adding and
// subtracting, whatever tables share their totals, and until what a total leaves over for its
// withheld parts is no small count either. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wasl::insight {

// "The whole is the sum of the parts": what a reader knows of the counts, by their places.
struct CountSum {
    std::size_t whole = 0;
    std::vector<std::size_t> parts;
};

// True where a count is withheld. Every sum among the published counts must be given. With more
// than 2,000 withheld counts everything is withheld.
std::vector<bool> withheld(std::span<const std::int64_t> counts, std::span<const CountSum> sums,
                           std::int64_t k);

// The withheld counts that still follow exactly from the published ones; empty when safe.
std::vector<std::size_t> exposed(std::span<const CountSum> sums, const std::vector<bool>& hidden);

}  // namespace wasl::insight
