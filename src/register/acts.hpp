// What the act of a dossier writes into the register of its member. Pure.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"
#include "jurisdiction/pack.hpp"
#include "register/record.hpp"

#include <optional>
#include <string>

namespace wasl::reg {

// Where an act writes, by the terms under which it was filed.
struct Place {
    std::string name, key, type;
};

// The record that the dossier's act is about. Nothing for a procedure without a register.
// Key "register.key-incomplete" [unprocessable]: an answer that the key rests on is not there.
Result<std::optional<Place>> place_of(const dossier::State& state);

// A grant that was signed, given by rule, arisen by silence, or a final receipt: the events that begin a record.
bool begins_a_record(const dossier::Event& event) noexcept;

// The version that this event adds to `before` (the record as it stands, perhaps empty); nothing when the
// event is none that writes: a grant that was signed, given by rule, arisen by silence, a final receipt; a
// correction of it; the withdrawal of its document. `state` is after the event and those of its command.
// Key "register.subject-missing" [unprocessable]: nobody's identifier is known.
Result<std::optional<Version>> version_of(const Record& before, const dossier::State& state, const dossier::Event& event,
                                          std::uint64_t entry, const jurisdiction::Pack& pack);

}  // namespace wasl::reg
