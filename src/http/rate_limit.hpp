// Token buckets per key (address, person, login) in bounded memory.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace wasl::http {

struct Rate {
    double burst = 10;       // tokens a fresh key has, and the most it can hold
    double per_second = 1;   // refill
};

// Thread-safe. At most `keys` buckets are kept; the least recently used is forgotten first, which
// can only be generous. Keys are hashed with a random seed, so that nobody can aim at a bucket.
class RateLimit {
public:
    explicit RateLimit(Rate rate, std::size_t keys = 100'000);
    ~RateLimit();
    RateLimit(RateLimit&&) noexcept;

    // Takes `cost` tokens; false, and nothing taken, when there are not enough. `monotonic_micros`
    // from Clock.
    [[nodiscard]] bool allow(std::string_view key, std::int64_t monotonic_micros, double cost = 1);
    // Whole seconds until one token is there: Retry-After.
    [[nodiscard]] int retry_after_seconds(std::string_view key, std::int64_t monotonic_micros) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Key of an address: IPv4 whole, IPv6 by /64 (one household), anything else as it is.
std::string address_key(std::string_view address);

}  // namespace wasl::http
