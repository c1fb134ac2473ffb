// Big-endian binary, written and read strictly: a reader that ran out stays false.
#pragma once

#include "base/digest.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl::trust {

inline void put_unsigned(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        out.push_back(static_cast<char>((value >> (8U * i)) & 0xFFU));
    }
}

class Octets {
public:
    explicit Octets(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number(unsigned bytes) {
        std::uint64_t value = 0;
        for (const char c : text(bytes)) {
            value = (value << 8U) | static_cast<unsigned char>(c);
        }
        return value;
    }
    std::string_view text(std::size_t count) {
        if (count > rest_.size()) {
            good_ = false;
            return {};
        }
        const auto out = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return out;
    }
    Digest digest() {
        const auto bytes = text(32);
        return good_ ? digest_from_bytes(bytes) : Digest{};
    }
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] bool finished() const noexcept { return good_ && rest_.empty(); }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace wasl::trust
