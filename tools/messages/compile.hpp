// Checks the messages of all languages against each other and writes them as C++.
#pragma once

#include "pattern.hpp"
#include "source.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace wasl::messages {

struct Compiled {
    std::array<Pattern, 4> patterns;
    std::map<std::string, ArgumentKind> arguments;
};

using Catalogue = std::map<std::string, Compiled>;

// Every key in every language, with the same arguments; adds a finding for each fault.
Catalogue compile(const Sources& sources, std::vector<Finding>& findings);

// Definition of wasl::lingua::impl::message_data.
std::string emit_cpp(const Catalogue& catalogue);
// One line a message, "key name:any count:number", for the template compiler and tools/messages/check_keys.py.
std::string emit_index(const Catalogue& catalogue);

}  // namespace wasl::messages
