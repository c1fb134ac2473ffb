#include "http/metrics.hpp"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <mutex>

namespace wasl::http {

namespace {

std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

// "{a="x",b="y"}" or nothing; `more` is a last label already written.
std::string label_text(const Labels& labels, std::string_view more = {}) {
    std::string out;
    for (const auto& [name, value] : labels) {
        out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value));
    }
    if (!more.empty()) {
        out += out.empty() ? "" : ",";
        out += more;
    }
    return out.empty() ? out : "{" + out + "}";
}

}  // namespace

void Histogram::observe(std::int64_t micros) noexcept {
    std::size_t bucket = 0;
    while (bucket < bucket_count && micros > bounds_micros[bucket]) {
        ++bucket;
    }
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(static_cast<std::uint64_t>(micros < 0 ? 0 : micros), std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const noexcept {
    std::uint64_t all = 0;
    for (const auto& bucket : buckets_) {
        all += bucket.load(std::memory_order_relaxed);
    }
    return all;
}

struct Metrics::Impl {
    struct Series {
        Labels labels;
        std::unique_ptr<Counter> counter;
        std::unique_ptr<Histogram> histogram;
        std::function<double()> gauge;
    };
    struct Family {
        std::string help;
        std::string_view type;
        std::deque<Series> series;
    };
    mutable std::mutex mutex;
    std::map<std::string, Family, std::less<>> families;

    Series& series(std::string_view name, std::string_view help, std::string_view type, const Labels& labels) {
        Family& family = families[std::string(name)];
        family.help = help;
        family.type = type;
        for (Series& one : family.series) {
            if (one.labels == labels) {
                return one;
            }
        }
        family.series.push_back({});
        family.series.back().labels = labels;
        return family.series.back();
    }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& series = impl_->series(name, help, "counter", labels);
    if (!series.counter) {
        series.counter = std::make_unique<Counter>();
    }
    return *series.counter;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& series = impl_->series(name, help, "histogram", labels);
    if (!series.histogram) {
        series.histogram = std::make_unique<Histogram>();
    }
    return *series.histogram;
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read, const Labels& labels) {
    const std::lock_guard lock(impl_->mutex);
    impl_->series(name, help, "gauge", labels).gauge = std::move(read);
}

std::string Metrics::exposition() const {
    const std::lock_guard lock(impl_->mutex);
    std::string out;
    for (const auto& [name, family] : impl_->families) {
        out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
        for (const auto& series : family.series) {
            if (series.counter) {
                out += fmt::format("{}{} {}\n", name, label_text(series.labels), series.counter->value());
            } else if (series.gauge) {
                out += fmt::format("{}{} {}\n", name, label_text(series.labels), series.gauge());
            } else if (series.histogram) {
                std::uint64_t below = 0;
                for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
                    below += series.histogram->buckets_[i].load(std::memory_order_relaxed);
                    const std::string bound =
                        fmt::format("le=\"{}\"", static_cast<double>(Histogram::bounds_micros[i]) / 1e6);
                    out += fmt::format("{}_bucket{} {}\n", name, label_text(series.labels, bound), below);
                }
                below += series.histogram->buckets_[Histogram::bucket_count].load(std::memory_order_relaxed);
                out += fmt::format("{}_bucket{} {}\n", name, label_text(series.labels, "le=\"+Inf\""), below);
                const auto sum = series.histogram->sum_micros_.load(std::memory_order_relaxed);
                out += fmt::format("{}_sum{} {}\n", name, label_text(series.labels), static_cast<double>(sum) / 1e6);
                out += fmt::format("{}_count{} {}\n", name, label_text(series.labels), below);
            }
        }
    }
    return out;
}

}  // namespace wasl::http
