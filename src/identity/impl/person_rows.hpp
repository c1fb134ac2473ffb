// What persons.cpp and persons_counter.cpp share: the row of a person and its journal entry.
#pragma once

#include "identity/persons.hpp"

#include <string_view>

namespace wasl::identity {

// Writes the row with its indexes (only proven addresses stand there) and one entry "identity.EVENT" in the chain
// of the person; `check` says which agent did it, null: the person.
Result<void> keep_person(store::Transaction& transaction, const Person& person, std::int64_t version,
                         std::string_view event, const CounterCheck* check);

}  // namespace wasl::identity
