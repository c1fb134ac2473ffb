// The lines of a member's daily map: for every dossier its chain as it stood at the end of a day, and whether a
// decision existed. Computed in full, or from the map of an earlier day: the same bytes either way.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/daily_map.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

struct DayLinesOf {
    std::string secret;  // of the member's commitments
    // The reference of a chain that is a dossier, also of one that was erased; nothing when it is none.
    std::function<Result<std::optional<std::string>>(std::string_view chain)> reference_of;
};

// The salt that hides a reference in a map; the member can give it again.
std::string reference_salt(std::string_view secret, std::string_view dossier);

// Every chain is read, up to `end` (exclusive): some 30 µs a dossier. In the order of the chains' ids.
Result<std::vector<trust::MapLine>> day_lines(store::Reader& reader, const DayLinesOf& of, Instant end);

// Only chains that have entries which the earlier map could not hold are read; the lines of all others are taken over.
// Nothing when that can not be told from the journal's order: a clock that ran ahead was put back after entries of a later
// day than the earlier map's; then every chain is to be read. `earlier`: of an earlier day, from this journal.
Result<std::optional<std::vector<trust::MapLine>>> day_lines_after(store::Reader& reader, const DayLinesOf& of,
                                                                   const trust::DailyMap& earlier, Instant end);

}  // namespace wasl::dossier
