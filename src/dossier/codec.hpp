// JSON of events and states: canonical (fixed order, empty values left out), so that equal values
// have equal bytes, and strict: an unknown field, type or version is refused, never ignored.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"

#include <string>
#include <string_view>

namespace wasl::dossier {

inline constexpr int event_version = 1;
inline constexpr int state_version = 1;

std::string encode(const Event& event);  // {"v":1,"type":"filed","at":"…","by":{…},"body":{…}}
std::string encode(const State& state);
std::string encode(const std::vector<Piece>& pieces);
std::string encode(const std::vector<Evidence>& evidence);

// Keys: "dossier.event-version-unknown", "dossier.event-type-unknown", "dossier.malformed" (detail
// names the field), "json.malformed".
Result<Event> decode_event(std::string_view json);
Result<State> decode_state(std::string_view json);
Result<std::vector<Piece>> decode_pieces(const json::Value& array);
Result<std::vector<Evidence>> decode_evidence(const json::Value& array);

}  // namespace wasl::dossier
