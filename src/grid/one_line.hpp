// The one-line picture of a network as SVG, coloured by voltage: a tidy tree from its sources, trunks straight, laterals
// below them without crossings; branches that close a loop dashed, open ones dotted. Pure.
//
// Voltages are told by colour and by shape, in classes that colour-blind readers tell apart (PuOr of C. Brewer), with a legend
// that counts them. Small networks carry a number at each bus and a text for each; of large ones the sources, feeders and the
// lowest voltage are named, and the file stays small: one path a class.
#pragma once

#include "grid/study.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace wasl::grid {

// Classes of voltage, from low to high; the last is for buses that nothing feeds.
inline constexpr std::size_t voltage_classes = 8;
// Upper ends of the first six classes, per unit: EN 50160 allows 0.9 to 1.1.
inline constexpr std::array<double, 6> voltage_ends = {0.90, 0.925, 0.95, 0.975, 1.025, 1.05};
std::size_t voltage_class(const BusResult& bus);

// The words of the picture, in one language. Numbers come from the picture with a point and are handed to `number`.
struct OneLineWords {
    std::string language = "en";
    bool right_to_left = false;          // sources at the right
    std::string title, description;      // read out
    std::string per_unit;                // "per unit"
    std::string below, above, between;   // "below {end}", "{end} and above", "{begin} to {end}"
    std::string unfed, lowest, source;   // "nothing feeds it", "lowest: {value} at bus {bus}", "source"
    std::string bus, buses;              // "bus {bus}: {value}", "{count} buses"
    std::function<std::string(double, int)> number;  // with so many decimals, as the language writes it
};

// Without a study (a network that has no answer) every bus is in the last class.
std::string one_line_svg(const Network& network, const Study* study, const OneLineWords& words);

}  // namespace wasl::grid
