// What reading leaves behind: law 09-08, a person sees who consulted their data and why.
#pragma once

#include "base/json.hpp"
#include "dossier/actor.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// One look at many: a journal entry for the whole list (when `with_entry`), and one row whose tokens find
// it again from any dossier in it.
Result<void> keep_look(store::Transaction& tx, const Actor& actor, std::string_view what, const json::Value& about,
                       const std::vector<std::string>& dossiers, bool with_entry);

}  // namespace wasl::dossier
