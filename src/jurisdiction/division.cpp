#include "jurisdiction/division.hpp"

#include "jurisdiction/impl/fold.hpp"

#include <algorithm>

namespace wasl::jurisdiction {

std::string_view to_string(DivisionKind value) noexcept {
    switch (value) {
        case DivisionKind::region: return "region";
        case DivisionKind::prefecture: return "prefecture";
        case DivisionKind::province: return "province";
        case DivisionKind::urban_commune: return "urban_commune";
        case DivisionKind::rural_commune: return "rural_commune";
    }
    return "region";
}

Divisions::Divisions(std::vector<Division> all) : all_(std::move(all)) {
    for (std::size_t index = 0; index < all_.size(); ++index) {
        const Division& division = all_[index];
        by_code_.emplace(division.code, index);
        by_parent_.emplace(division.parent, index);
        std::vector<std::string> seen;
        for (const std::string* name : {&division.name.ar, &division.name.fr, &division.name.en, &division.name.zgh}) {
            std::string folded = fold(*name);
            if (!folded.empty() && std::ranges::find(seen, folded) == seen.end()) {
                by_name_.emplace(folded, index);
                seen.push_back(std::move(folded));
            }
        }
    }
}

const Division* Divisions::find(std::string_view code) const noexcept {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : &all_[found->second];
}

std::vector<const Division*> Divisions::below(std::string_view code) const {
    std::vector<const Division*> out;
    for (auto [at, end] = by_parent_.equal_range(code); at != end; ++at) {
        out.push_back(&all_[at->second]);
    }
    return out;
}

std::vector<const Division*> Divisions::regions() const { return below(""); }

std::vector<const Division*> Divisions::communes() const {
    std::vector<const Division*> out;
    for (const Division& division : all_) {
        if (division.is_commune()) {
            out.push_back(&division);
        }
    }
    return out;
}

std::vector<const Division*> Divisions::line(std::string_view code) const {
    std::vector<const Division*> out;
    // Three levels; the bound guards against a parent that is its own child.
    for (const Division* at = find(code); at != nullptr && out.size() < 3; at = find(at->parent)) {
        out.push_back(at);
    }
    return out;
}

std::vector<const Division*> Divisions::named(std::string_view name) const {
    std::vector<const Division*> out;
    for (auto [at, end] = by_name_.equal_range(fold(name)); at != end; ++at) {
        out.push_back(&all_[at->second]);
    }
    return out;
}

}  // namespace wasl::jurisdiction
