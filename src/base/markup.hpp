// Text written into HTML, XML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace wasl {

// Appends the text with & < > " ' as references, so that it reads as text between tags and inside a quoted attribute
// (XML 1.0 section 2.4). Control characters stay as they are: who writes foreign bytes into XML drops them before.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

}  // namespace wasl
