// The bytes of an XML file as UTF-8 (XML 1.0, section 4.3.3 and appendix F).
#pragma once

#include "feel/evaluation.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace wasl::decision::impl {

struct EncodingError {
    feel::TextPlace place;
    std::string what;
};

// By the byte order mark (UTF-8, UTF-16), else by the declaration: UTF-8, US-ASCII, UTF-16,
// ISO-8859-1 and Windows-1252; UTF-8 where nothing is said. Bytes that the encoding does not have,
// and other encodings, are an error.
std::expected<std::string, EncodingError> utf8_of(std::string_view bytes);

}  // namespace wasl::decision::impl
