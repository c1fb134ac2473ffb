// Which dossiers are a person's, for those who look from inside a transaction (a check that counts what one person asks).
#pragma once

#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// Ids of those filed for the person or by them, each once; of each way the newest `most`, at most 10,000. Errors: those of the store.
Result<std::vector<std::string>> dossiers_of(store::Reader& reader, std::string_view person, std::size_t most);

}  // namespace wasl::dossier
