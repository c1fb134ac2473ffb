// Events into state. Replaying all events of a dossier gives its state, byte for byte.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"

#include <span>

namespace wasl::dossier {

// Keys: "dossier.event-not-for-kind", "dossier.event-out-of-order" (time runs back, or nothing was
// filed yet): a damaged journal, never a wish of a person.
Result<void> apply(State& state, const Event& event);
Result<State> replay(std::string id, std::span<const Event> events);

}  // namespace wasl::dossier
