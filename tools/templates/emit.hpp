// Writes templates as C++.
#pragma once

#include "ast.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace wasl::templates {

// Messages and the names of their arguments, as tools/messages writes them (emit_index).
using MessageIndex = std::map<std::string, std::set<std::string>>;
MessageIndex read_message_index(const std::string& text);

using Library = std::map<std::string, Template>;  // by path

// Declaration of one template, a header of its own.
std::string emit_header(const Template& from);
// Definitions of all templates of a folder. Throws Fault.
std::string emit_source(const std::vector<const Template*>& folder, const Library& library, const MessageIndex& messages);

}  // namespace wasl::templates
