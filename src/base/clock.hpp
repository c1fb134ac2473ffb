// Clock and entropy as ports: pure code takes the time as an argument, shells hold a Clock.
#pragma once

#include "base/time.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace wasl {

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    // Microseconds of a clock that never jumps; only differences mean something.
    [[nodiscard]] virtual std::int64_t monotonic_micros() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::int64_t monotonic_micros() const override;
};

// A clock that stands still until told otherwise: tests and the seeding of the demonstration.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_(start.micros) {}
    [[nodiscard]] Instant now() const override { return {now_.load()}; }
    [[nodiscard]] std::int64_t monotonic_micros() const override { return monotonic_.load(); }
    void set(Instant at) { monotonic_ += at.micros > now_ ? at.micros - now_ : 0; now_ = at.micros; }
    void advance_seconds(std::int64_t seconds) { now_ += seconds * 1'000'000; monotonic_ += seconds * 1'000'000; }
    void jump_wall_only(std::int64_t seconds) { now_ += seconds * 1'000'000; }  // what a bad operator does

private:
    std::atomic<std::int64_t> now_;
    std::atomic<std::int64_t> monotonic_{1};
};

class Entropy {
public:
    virtual ~Entropy() = default;
    virtual std::string bytes(std::size_t count) = 0;  // thread-safe
    std::uint32_t below(std::uint32_t bound);          // uniform, no modulo bias
};

class SystemEntropy final : public Entropy {  // OpenSSL's generator
public:
    std::string bytes(std::size_t count) override;
};

// Repeatable bytes from a seed: tests and demonstration data only, never keys.
class SeededEntropy final : public Entropy {
public:
    explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
    std::string bytes(std::size_t count) override;

private:
    std::atomic<std::uint64_t> state_;
};

}  // namespace wasl
