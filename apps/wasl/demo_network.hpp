// The network of the city utility where there is only an invented one: the demonstration and the sandbox.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string_view>

namespace wasl::app {

// Puts the shipped network (networks/ain-wasl) in force for that member of a data folder that no host has open.
Result<void> install_demo_network(const std::filesystem::path& data, std::string_view member);

// The answers of the n-th invented request for a connection: most are carried, one is more than the end of the street bears.
// Nothing for a procedure that asks for none.
void tell_connection(std::string_view procedure, std::size_t n, json::Object& answers);

}  // namespace wasl::app
