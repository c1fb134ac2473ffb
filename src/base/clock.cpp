#include "base/clock.hpp"

#include <openssl/rand.h>

#include <time.h>

#include <chrono>
#include <stdexcept>

namespace wasl {

Instant SystemClock::now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::int64_t SystemClock::monotonic_micros() const {
    // Counts while the machine sleeps: a suspended laptop must not look like a wall clock that jumped.
    timespec since{};
    static_cast<void>(::clock_gettime(CLOCK_BOOTTIME, &since));  // cannot fail: the clock is there and the place is ours
    return static_cast<std::int64_t>(since.tv_sec) * 1'000'000 + since.tv_nsec / 1'000;
}

std::uint32_t Entropy::below(std::uint32_t bound) {
    if (bound == 0) throw std::invalid_argument("Entropy::below needs a bound above zero");
    // Values in the last, incomplete span of `bound` are drawn again.
    const std::uint32_t usable = UINT32_MAX - UINT32_MAX % bound;
    for (;;) {
        const auto raw = bytes(4);
        std::uint32_t value = 0;
        for (const char c : raw) value = value << 8U | static_cast<unsigned char>(c);
        if (value < usable) return value % bound;
    }
}

std::string SystemEntropy::bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return out;
}

// SplitMix64.
std::string SeededEntropy::bytes(std::size_t count) {
    std::string out;
    out.reserve(count + 8);
    while (out.size() < count) {
        std::uint64_t z = state_.fetch_add(0x9E3779B97F4A7C15ULL) + 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        z ^= z >> 31U;
        for (int i = 0; i < 8; ++i, z >>= 8U) out.push_back(static_cast<char>(static_cast<unsigned char>(z & 0xFFU)));
    }
    out.resize(count);
    return out;
}

}  // namespace wasl
