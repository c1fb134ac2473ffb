// Headers that every page carries.
#pragma once

#include "http/reply.hpp"

#include <vector>

namespace wasl::http {

// Content-Security-Policy without inline script or style and without foreign origins, nosniff,
// Referrer-Policy same-origin, no framing, no powerful features, same-origin opener and resources.
std::vector<Header> security_headers();

// Strict-Transport-Security for one year; sent only over TLS (RFC 6797 §7.2).
Header strict_transport_security();

}  // namespace wasl::http
