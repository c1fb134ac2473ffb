// The one-line picture of a network as SVG, coloured by voltage: a tidy tree from its sources, trunks straight, laterals
// below them without crossings; branches that close a loop dashed in black, open ones dotted with a hollow square, and what no
// source feeds hollow and dashed in grey, behind the open branch by which it would be fed. Pure.
//
// Voltages are told by colour and by shape, in classes that colour-blind readers tell apart (PuOr of C. Brewer), with a legend
// that counts them. Small networks carry a number at each bus and a text for each; of large ones the sources, feeders and the
// lowest voltage are named, and the file stays small: one path a class.
#pragma once

#include "grid/study.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
    std::string unsolved;                // fed, and no voltage was worked out
    std::string open, opened;            // "{branch}: open", "open · {count}"
    std::string bus, buses;              // "bus {bus}: {value}", "{count} buses"
    std::function<std::string(double, int)> number;  // with so many decimals, as the language writes it
};

// The network with these branches (indexes) open as well, and every bus that then has no path to a source taken out of
// the books: it can be solved although parts of it are dark.
Network fed_part(Network network, std::span<const std::uint32_t> opened = {});
// Which buses a source feeds: by the study, else by their paths.
std::vector<bool> fed_buses(const Network& network, const Study* study);

// Without a study (a network that has no answer) buses that are fed have a class of their own, without a voltage.
// `opened`: open for the time being; what they lead to keeps its place.
std::string one_line_svg(const Network& network, const Study* study, const OneLineWords& words, std::span<const std::uint32_t> opened = {});

}  // namespace wasl::grid
