#include "http/rate_limit.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace wasl::http {

namespace {

std::uint64_t mix(std::uint64_t x) noexcept {  // SplitMix64's finaliser
    x ^= x >> 30U;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27U;
    x *= 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

}  // namespace

struct RateLimit::Impl {
    struct Bucket {
        std::uint64_t key = 0;
        double tokens = 0;
        std::int64_t at = 0;
    };
    using Position = std::list<Bucket>::iterator;

    Rate rate;
    std::size_t limit = 0;
    std::uint64_t seed = 0;
    std::mutex mutex;
    std::list<Bucket> buckets;  // most recently used first
    std::unordered_map<std::uint64_t, Position> by_key;

    [[nodiscard]] std::uint64_t hash(std::string_view key) const {
        return mix(std::hash<std::string_view>{}(key) ^ seed);
    }

    [[nodiscard]] double filled(const Bucket& bucket, std::int64_t now) const {
        const double elapsed = static_cast<double>(std::max<std::int64_t>(now - bucket.at, 0)) / 1e6;
        return std::min(rate.burst, bucket.tokens + elapsed * rate.per_second);
    }

    Bucket& touch(std::uint64_t key, std::int64_t now) {
        if (const auto at = by_key.find(key); at != by_key.end()) {
            buckets.splice(buckets.begin(), buckets, at->second);
            return buckets.front();
        }
        if (buckets.size() >= limit) {
            by_key.erase(buckets.back().key);
            buckets.pop_back();
        }
        buckets.push_front({key, rate.burst, now});
        by_key[key] = buckets.begin();
        return buckets.front();
    }
};

RateLimit::RateLimit(Rate rate, std::size_t keys) : impl_(std::make_unique<Impl>()) {
    impl_->rate = rate;
    impl_->limit = std::max<std::size_t>(keys, 1);
    const std::string seed = SystemEntropy().bytes(sizeof impl_->seed);
    std::memcpy(&impl_->seed, seed.data(), sizeof impl_->seed);
}

RateLimit::~RateLimit() = default;
RateLimit::RateLimit(RateLimit&&) noexcept = default;

bool RateLimit::allow(std::string_view key, std::int64_t monotonic_micros, double cost) {
    const std::uint64_t hashed = impl_->hash(key);
    const std::lock_guard lock(impl_->mutex);
    Impl::Bucket& bucket = impl_->touch(hashed, monotonic_micros);
    bucket.tokens = impl_->filled(bucket, monotonic_micros);
    bucket.at = std::max(bucket.at, monotonic_micros);
    if (bucket.tokens + 1e-9 < cost) {
        return false;
    }
    bucket.tokens -= cost;
    return true;
}

int RateLimit::retry_after_seconds(std::string_view key, std::int64_t monotonic_micros) const {
    const std::uint64_t hashed = impl_->hash(key);
    const std::lock_guard lock(impl_->mutex);
    const auto at = impl_->by_key.find(hashed);
    if (at == impl_->by_key.end()) {
        return 0;
    }
    const double missing = 1 - impl_->filled(*at->second, monotonic_micros);
    if (missing <= 0) {
        return 0;
    }
    return impl_->rate.per_second <= 0 ? 86'400 : static_cast<int>(std::ceil(missing / impl_->rate.per_second));
}

std::string address_key(std::string_view address) {
    std::string text(address);
    in6_addr bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) {
        return text;
    }
    if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
        char v4[INET_ADDRSTRLEN];
        return ::inet_ntop(AF_INET, &bytes.s6_addr[12], v4, sizeof v4);
    }
    std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
    char v6[INET6_ADDRSTRLEN];
    return std::string(::inet_ntop(AF_INET6, &bytes, v6, sizeof v6)) + "/64";
}

}  // namespace wasl::http
