// What the act of a dossier does elsewhere in its member's store: the port by which a register is written,
// in the transaction of the event itself. `apps` plugs the register in.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"
#include "store/store.hpp"

#include <span>

namespace wasl::dossier {

// Events that an act elsewhere may rest on: a grant, its correction, the withdrawal of its document.
constexpr bool writes_elsewhere(EventType type) noexcept {
    return type == EventType::signed_by_authority || type == EventType::granted_automatically || type == EventType::silence_approved ||
           type == EventType::final_receipt_issued || type == EventType::decision_corrected || type == EventType::document_withdrawn;
}

class Acts {
public:
    virtual ~Acts() = default;
    // Called after the events stand in the journal of the transaction, the last entries of the chain
    // `after.id`. An error undoes the command: an act that cannot be written down does not happen.
    virtual Result<void> done(store::Transaction& tx, const State& after, std::span<const Event> events) = 0;
};

}  // namespace wasl::dossier
