// What an operator may ask of an open host: one function for the running server and for the command.
#pragma once

#include "host.hpp"

#include "base/json.hpp"

namespace wasl::app {

// Actions: backup {to}, clock-accept {member, by}, keys-rotate {member, use},
// keys-token {member, address}. Key "control.unknown-action".
Result<json::Object> operate(Host& host, std::string_view action, const json::Value& arguments);

}  // namespace wasl::app
