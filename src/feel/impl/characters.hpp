// Character classes of FEEL (DMN 1.5, 10.3.1.2, grammar rules 28–30 and 61).
#pragma once

#include <string_view>

namespace wasl::feel::impl {

bool is_name_start(char32_t c) noexcept;
bool is_name_part(char32_t c) noexcept;
bool is_space(char32_t c) noexcept;      // vertical space included
bool is_keyword(std::string_view word) noexcept;  // words that may not start a name
// One word or several parted by single blanks, none of them a keyword: needs no quotes as a context key.
bool is_plain_name(std::string_view text) noexcept;

}  // namespace wasl::feel::impl
