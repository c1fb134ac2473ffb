// Hashes and message authentication codes (OpenSSL inside).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wasl {

struct Digest {  // SHA-256
    std::array<unsigned char, 32> bytes{};

    bool operator==(const Digest&) const = default;
    auto operator<=>(const Digest&) const = default;
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] std::string hex() const;
};

Digest sha256(std::string_view bytes);
Digest sha256(std::string_view first, std::string_view second);  // of the concatenation
std::string sha512(std::string_view bytes);                       // 64 bytes
std::string hmac_sha1(std::string_view key, std::string_view message);    // 20 bytes; TOTP, RFC 6238
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes

// Incremental SHA-256.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256& update(std::string_view bytes);
    Digest finish();  // and starts again

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Digest from exactly 32 bytes; all zero otherwise is a defect (throws std::invalid_argument).
Digest digest_from_bytes(std::string_view bytes);

}  // namespace wasl
