// What cairo 1.16 leaves out of a PDF: the language of the text, the wish to show the title, a file identifier.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace wasl::paper {

// Writes /Lang and /ViewerPreferences into the catalogue and /ID into the trailer (ISO 32000-1, 7.7.2, 7.5.5), and moves the
// offsets of the cross-reference table accordingly. Key "paper.failed" when the file is not built as expected.
Result<std::string> finish_pdf(std::string pdf, std::string_view language);

}  // namespace wasl::paper
