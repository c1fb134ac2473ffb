// Operational monitoring: one record an exchange and side, with X-Road's field names, so that tools made
// for X-Road read them; and the health of each service.
//
// Paths of calls may hold personal data: `restPath` is the pattern of the endpoint whose right allowed
// the call, never the path itself.
#pragma once

#include "base/clock.hpp"
#include "exchange/address.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace wasl::exchange {

enum class MonitoredSide { client, producer };

struct MonitoringRecord {
    std::uint64_t number = 0;  // 1, 2, … in this process's life
    MonitoredSide side = MonitoredSide::client;
    // The four points of the side: request in and out, response in and out. 0: not reached.
    std::int64_t request_in_ms = 0, request_out_ms = 0, response_in_ms = 0, response_out_ms = 0;
    ClientId client;
    ServiceId service;
    std::string service_type;  // "REST" or "OPENAPI3"; empty when not known here
    std::string method;
    std::string path_pattern;
    std::optional<RepresentedParty> represented;
    std::string message_id, user_id, issue;
    std::string request_id;
    std::string client_address, service_address;  // of the nodes, as registered
    std::uint64_t request_bytes = 0, response_bytes = 0;
    bool succeeded = false;
    std::string fault_code, fault_text;
    int status = 0;
};
// One JSON object without line break. Texts are cut to X-Road's lengths (255, faultString 2048).
std::string monitoring_json(const MonitoringRecord& record, std::int64_t now_seconds, std::string_view own_address);

// Count, least, greatest, mean and standard deviation of a growing sample (Welford).
struct Sample {
    std::uint64_t count = 0;
    double least = 0, greatest = 0, mean = 0, squares = 0;
    void add(double value) noexcept;
    [[nodiscard]] double deviation() const noexcept;  // of the sample; 0 for fewer than two
};

struct ServiceHealth {
    std::uint64_t succeeded = 0, failed = 0;
    std::int64_t last_success_ms = 0, last_failure_ms = 0;
    Sample duration_ms, request_bytes, response_bytes;  // of successes
};

// The newest records and the health of the services. Thread-safe; memory is bounded.
class Monitoring {
public:
    explicit Monitoring(std::size_t kept = 4'096, std::size_t services = 10'000);
    void add(MonitoringRecord record);
    // Records numbered above `after`, oldest first.
    [[nodiscard]] std::vector<std::shared_ptr<const MonitoringRecord>> since(std::uint64_t after, std::size_t limit) const;
    // By side and service.
    using HealthKey = std::pair<MonitoredSide, ServiceId>;
    [[nodiscard]] std::map<HealthKey, ServiceHealth> health() const;

private:
    mutable std::mutex guard_;
    std::size_t kept_;
    std::size_t services_;
    std::uint64_t last_ = 0;
    std::vector<std::shared_ptr<const MonitoringRecord>> ring_;  // record n stands at n % kept_
    std::map<HealthKey, ServiceHealth> health_;
};

// {"services":[{"side":…,"service":…,"succeeded":…,…}]}
std::string health_json(const Monitoring& monitoring);

}  // namespace wasl::exchange
