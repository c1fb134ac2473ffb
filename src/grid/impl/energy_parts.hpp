// A network cut at its transformer meters: each part lies between one of them and the next ones below it.
#pragma once

#include "grid/trace.hpp"

#include <vector>

namespace wasl::grid {

class EnergyParts {
public:
    static constexpr std::size_t none = SIZE_MAX;

    explicit EnergyParts(const MeteredNetwork& metered);
    [[nodiscard]] std::size_t count() const noexcept { return meters_.size(); }
    [[nodiscard]] std::size_t meter(std::size_t part) const { return meters_[part]; }  // index of the network's meters
    // The part of a bus; of the bus where a transformer meter stands, that meter's own.
    [[nodiscard]] std::size_t part_of_bus(std::uint32_t bus) const { return part_of_bus_[bus]; }
    // The part that hands on to that bus: of the bus before it.
    [[nodiscard]] std::size_t part_above(std::uint32_t bus) const;
    // count() for a branch of no part: above every transformer meter, or not fed.
    [[nodiscard]] std::size_t part_of_branch(std::size_t branch) const { return part_of_branch_[branch]; }
    [[nodiscard]] const std::string& called(std::size_t part) const { return called_[part]; }
    // The smallest rating, MVA, on the way from the source; 0: no branch states one.
    [[nodiscard]] double most_mva(std::uint32_t bus) const { return most_mva_[bus]; }

private:
    Trace trace_;
    std::vector<std::size_t> meters_, part_of_bus_, part_of_branch_;
    std::vector<std::string> called_;
    std::vector<double> most_mva_;
};

}  // namespace wasl::grid
