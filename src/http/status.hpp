// Words of a status line (RFC 9110, section 15); "Status" for one that has none there.
#pragma once

#include <string_view>

namespace wasl::http {

std::string_view reason_phrase(int status) noexcept;

}  // namespace wasl::http
