// The demonstration country: a commune and a ministry that do not exist, synthetic people, agents, and
// some hundred dossiers in every state, made by the real commands under a clock that is wound forward.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace wasl::app {

// Makes the data folder if it has none; an existing one is left as it is.
Result<void> prepare_demo(const std::filesystem::path& data);

// An agent of the demonstration, for its outbox page, which shows the six digits of the moment.
struct DemoAgent {
    std::string member, login, password, name, roles, totp_secret;
};
// Kept in DATA/demonstration.json; empty when the folder is no demonstration.
std::vector<DemoAgent> demo_agents(const std::filesystem::path& data);

}  // namespace wasl::app
