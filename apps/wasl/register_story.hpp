// What stands in the registers of a demonstration country: by real acts of the members that hold them.
#pragma once

#include "host.hpp"

#include "base/json.hpp"

#include <string>
#include <vector>

namespace wasl::app {

// An act to be filed and decided: of which procedure, for which invented person (demo_names.hpp), with what answers.
struct RegisterAct {
    std::string procedure;
    int person = 0;
    json::Object answers;
};
// Enough for an electricity subscription and for social aid to need no paper: three households.
std::vector<RegisterAct> register_acts();

// The invented people of these acts, with an account on this host: their card seen at a counter, their phone proven.
// Those that are here already stay as they are.
Result<std::vector<identity::Person>> register_people(Host& host, const std::string& member, int count);

// Files, decides, signs and notifies each act of a procedure that some member of the host publishes, by its own
// agents; how many. The members have an agent and an authority for the office that takes the procedure.
Result<std::size_t> tell_register_story(Host& host);

// A request that nobody will answer: a building permit, filed complete at that member for the first of these people. When its
// delay is over, its silence is approval.
Result<void> file_unanswered_request(Host& host, const std::string& member);

}  // namespace wasl::app
