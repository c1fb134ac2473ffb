// The record of a connection check: what was asked, of which network, with what held, by which method, and what came
// out, so that anyone with the network can run it again and compare. It names no person and no request of others:
// what others hold stands there by bus, summed.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "grid/connection.hpp"

#include <string>
#include <vector>

namespace wasl::grid {

struct CheckRecord {
    std::string network, hash;  // name and network_hash
    Instant at;
    ConnectionRequest request;
    std::vector<HeldCapacity> held;  // by bus
    ConnectionRules rules;
    ConnectionCheck check;
};

// The held capacities of one feeder summed by bus, in the order of their numbers: what a check counts.
std::vector<HeldCapacity> held_by_bus(const ConnectionModel& model, std::string_view feeder, std::span<const HeldCapacity> held);

// Checks and keeps everything. Keys of check_connection.
Result<CheckRecord> recorded_check(const ConnectionModel& model, const ConnectionRequest& request, std::span<const HeldCapacity> held, Instant at);

json::Object record_json(const CheckRecord& record);
// Strict. Key "grid.record-malformed" (the detail names the member).
Result<CheckRecord> record_from(const json::Value& value);
// What others hold, as a record lists it. Key "grid.record-malformed".
Result<std::vector<HeldCapacity>> held_from(const json::Value& list);
// The rules as the record has them, for `--rules` of other tools.
json::Object rules_json(const ConnectionRules& rules);

// The same check run again: what differs, in the words of the record ("network.hash", "method", "outcome", "granted_kw",
// "binding", "hours"); empty: the same. Numbers differ beyond 1e-6 of themselves, or of one where they are smaller: the
// "same_within" of the record's method. A network of another hash is a
// difference, and the rest is compared all the same. Keys of ConnectionModel::prepare and check_connection.
struct Rechecked {
    std::vector<std::string> differences;
    CheckRecord again;
};
Result<Rechecked> recheck(const CheckRecord& record, Network network);

// For people at a terminal; pages word it themselves.
std::string check_text(const CheckRecord& record);

}  // namespace wasl::grid
