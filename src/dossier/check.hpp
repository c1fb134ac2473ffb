// The port by which what a person asks is checked against what the member keeps elsewhere in the same store (a network,
// and the capacity of it that others hold). `apps` plugs the checker in.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"
#include "store/store.hpp"

#include <optional>

namespace wasl::dossier {

class Checks {
public:
    virtual ~Checks() = default;
    // Called in the transaction in which the dossier became complete or its answers changed, and when an agent asks again:
    // what it reserves in `tx` stands or falls with the event. `wish`: values that the agent wants checked in place of
    // the answers of the same name. Nothing: nothing of this dossier is checked. An error undoes the command, so
    // what a person typed wrongly is an outcome, not an error.
    virtual Result<std::optional<Checked>> check(store::Transaction& tx, const State& state, const json::Object& wish) = 0;
};

}  // namespace wasl::dossier
