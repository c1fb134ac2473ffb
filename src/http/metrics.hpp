// Counters, gauges and histograms with the Prometheus text exposition, format 0.0.4.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::http {

class Counter {
public:
    void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// Durations in microseconds, exposed in seconds with fixed buckets from 100 µs to 10 s.
class Histogram {
public:
    static constexpr std::int64_t bounds_micros[] = {100,    250,    500,     1'000,   2'500,     5'000,
                                                     10'000, 25'000, 50'000,  100'000, 250'000,   500'000,
                                                     1'000'000, 2'500'000, 10'000'000};
    static constexpr std::size_t bucket_count = std::size(bounds_micros);
    void observe(std::int64_t micros) noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept;

private:
    friend class Metrics;
    std::atomic<std::uint64_t> buckets_[bucket_count + 1]{};
    std::atomic<std::uint64_t> sum_micros_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// Thread-safe. References stay valid for the life of Metrics: fetch once, keep, add without lock.
// No personal data in labels.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});
    // Read when exposed; must be thread-safe.
    void gauge(std::string_view name, std::string_view help, std::function<double()> read, const Labels& labels = {});
    [[nodiscard]] std::string exposition() const;  // text/plain; version=0.0.4

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::http
