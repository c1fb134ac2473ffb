// AES-256-GCM (NIST SP 800-38D): the one way a small secret is closed at rest, whoever keeps the key.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wasl {

inline constexpr std::size_t cipher_key_bytes = 32;

// Nonce, ciphertext, tag. `context` is not kept: opening needs the same one, so that what is closed for one place
// does not open in another. Throws std::logic_error for a key of another length (a defect).
std::string close_bytes(std::string_view key, std::string_view context, std::string_view plain, Entropy& entropy);
// Nothing when a byte, the context or the key is another.
std::optional<std::string> open_bytes(std::string_view key, std::string_view context, std::string_view closed);

}  // namespace wasl
