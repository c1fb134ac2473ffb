// Identifiers made by us.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl {

// 128 random bits in Crockford base32, 26 lower-case characters; safe in URLs and on paper.
std::string random_id(Entropy& entropy);

// member/desk/series/number: unique without asking anyone, so that a desk can file offline.
// Example: "commune-tamri/0/2026/000123". Parts are [a-z0-9-]{1,40}; the number has six digits or more.
struct Reference {
    std::string member;
    std::string desk;    // "0" is the server itself
    std::string series;  // the year
    std::uint64_t number = 0;

    auto operator<=>(const Reference&) const = default;
    [[nodiscard]] std::string text() const;
};

Result<Reference> parse_reference(std::string_view text);  // key "reference.malformed"

}  // namespace wasl
