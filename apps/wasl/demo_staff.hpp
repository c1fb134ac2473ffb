// Who works at the members of a demonstration or of a sandbox, with codes that its outbox page shows.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/actor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

class Host;

// One password for all of them: these are trials, on loopback, with synthetic people.
inline constexpr std::string_view demo_password = "demonstration";

struct DemoPost {
    const char* login;
    const char* name;
    const char* name_arabic;
    std::vector<identity::Role> roles;
    std::vector<std::string> offices;
    bool authority = false;  // signs as the authority of the offices, for five years
};

// Adds them to the staff of a member, with their rights to sign from a day on; `by` stands in the journal as who did.
// Answers what the outbox page needs to show their codes.
Result<json::Array> hire_demo_staff(Host& host, const std::string& member, const std::vector<DemoPost>& posts, Date from, std::string_view by);

}  // namespace wasl::app
