#include "dossier/of_person.hpp"

#include "dossier/impl/rows.hpp"

#include <algorithm>

namespace wasl::dossier {

Result<std::vector<std::string>> dossiers_of(store::Reader& reader, std::string_view person, std::size_t most) {
    std::vector<std::string> out;
    if (person.empty()) return out;
    for (const auto* index : {"applicant", "filer"}) {
        const store::Query query{.collection = std::string(rows::dossiers), .index = index, .equal = {std::string(person)}, .descending = true, .limit = most};
        for (const auto& document : TRY(reader.find(query)).documents) {
            if (std::ranges::find(out, document.key) == out.end()) out.push_back(document.key);
        }
    }
    return out;
}

}  // namespace wasl::dossier
