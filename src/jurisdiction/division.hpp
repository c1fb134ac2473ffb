// Regions, provinces and prefectures, communes. The list is known to be incomplete: a place that is
// missing is free text, never an error.
#pragma once

#include "jurisdiction/words.hpp"

#include <map>

namespace wasl::jurisdiction {

enum class DivisionKind { region, prefecture, province, urban_commune, rural_commune };
std::string_view to_string(DivisionKind value) noexcept;

struct Division {
    std::string code;       // ours, stable: "ma-09.agadir-ida-outanane.tamri"
    std::string parent;     // code of the division above; empty for a region
    DivisionKind kind = DivisionKind::region;
    Names name;             // ar and fr
    std::string source_id;  // id in the list it was taken from; empty when added by us

    [[nodiscard]] bool is_commune() const noexcept {
        return kind == DivisionKind::urban_commune || kind == DivisionKind::rural_commune;
    }
};

class Divisions {
public:
    explicit Divisions(std::vector<Division> all = {});

    [[nodiscard]] const Division* find(std::string_view code) const noexcept;
    [[nodiscard]] const std::vector<Division>& all() const noexcept { return all_; }
    [[nodiscard]] std::vector<const Division*> regions() const;
    [[nodiscard]] std::vector<const Division*> below(std::string_view code) const;  // direct children
    [[nodiscard]] std::vector<const Division*> communes() const;
    // From a code to its commune's line: {commune, province, region}.
    [[nodiscard]] std::vector<const Division*> line(std::string_view code) const;
    // Communes, provinces or regions whose name in any language is that (case, accents of Arabic ignored).
    [[nodiscard]] std::vector<const Division*> named(std::string_view name) const;

private:
    std::vector<Division> all_;
    std::map<std::string, std::size_t, std::less<>> by_code_;
    std::multimap<std::string, std::size_t, std::less<>> by_parent_, by_name_;
};

}  // namespace wasl::jurisdiction
