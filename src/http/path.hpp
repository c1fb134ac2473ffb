// The one normalisation of paths, before any right is asked.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

struct Target {
    std::string path;               // see Request::path
    std::string_view query_string;  // view into the argument
    std::string_view authority;     // of an absolute-form target (RFC 9112 §3.2.2), else empty
};

// Decodes once, resolves "." and "..", folds doubled slashes. Refused (400): a target that does not
// begin with '/' or http(s)://, a malformed escape, NUL and other control characters, a backslash,
// an encoded slash (%2F would let two readers see two paths), invalid UTF-8, ".." above the root,
// a fragment. Keys "http.target", "http.path".
Result<Target> parse_target(std::string_view raw);

// name=value&name=value, decoded ('+' is a space), UTF-8 without NUL; at most 256. Key "http.query".
Result<std::vector<Parameter>> parse_query(std::string_view query_string);

}  // namespace wasl::http
