#include "exchange/monitoring.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::exchange {

namespace {

constexpr std::size_t text_limit = 255, fault_limit = 2'048;

// At most so many bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) { return text; }
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) { --end; }
    return text.substr(0, end);
}

class Fields {
public:
    // Empty values are left out, as X-Road does.
    void text(const char* name, std::string_view value, std::size_t limit = text_limit) {
        if (!value.empty() && is_utf8(value)) { out_.set(name, json::Value(cut(value, limit))); }
    }
    void number(const char* name, std::int64_t value) { out_.set(name, value); }
    void moment(const char* name, std::int64_t value) {
        if (value != 0) { number(name, value); }
    }
    void client(const ClientId& id) {
        text("clientXRoadInstance", id.instance);
        text("clientMemberClass", id.member_class);
        text("clientMemberCode", id.member_code);
        text("clientSubsystemCode", id.subsystem_code);
    }
    void service(const ServiceId& id) {
        text("serviceXRoadInstance", id.provider.instance);
        text("serviceMemberClass", id.provider.member_class);
        text("serviceMemberCode", id.provider.member_code);
        text("serviceSubsystemCode", id.provider.subsystem_code);
        text("serviceCode", id.service_code);
    }
    void set(const char* name, json::Value value) { out_.set(name, std::move(value)); }
    [[nodiscard]] std::string end() const { return json::write(out_); }

private:
    json::Object out_;
};

json::Value figures(const Sample& sample) {
    const auto number = [](double value) { return json::Value(json::Number{fmt::format("{:.3f}", value)}); };
    return json::Object{{"min", number(sample.least)}, {"mean", number(sample.mean)}, {"max", number(sample.greatest)}, {"deviation", number(sample.deviation())}};
}

}  // namespace

std::string monitoring_json(const MonitoringRecord& record, std::int64_t now_seconds, std::string_view own_address) {
    Fields out;
    out.number("monitoringDataTs", record.response_out_ms != 0 ? record.response_out_ms / 1'000 : now_seconds);
    out.text("securityServerInternalIp", own_address);
    out.text("securityServerType", record.side == MonitoredSide::client ? "Client" : "Producer");
    out.moment("requestInTs", record.request_in_ms);
    out.moment("requestOutTs", record.request_out_ms);
    out.moment("responseInTs", record.response_in_ms);
    out.moment("responseOutTs", record.response_out_ms);
    out.client(record.client);
    out.service(record.service);
    out.text("serviceType", record.service_type);
    out.text("restMethod", record.method);
    out.text("restPath", record.path_pattern);
    if (record.represented) {
        out.text("representedPartyClass", record.represented->party_class);
        out.text("representedPartyCode", record.represented->party_code);
    }
    out.text("messageId", record.message_id);
    out.text("messageUserId", record.user_id);
    out.text("messageIssue", record.issue);
    out.text("messageProtocolVersion", "1");
    out.text("xRequestId", record.request_id);
    out.text("clientSecurityServerAddress", record.client_address);
    out.text("serviceSecurityServerAddress", record.service_address);
    out.number("requestSize", static_cast<std::int64_t>(record.request_bytes));
    out.number("responseSize", static_cast<std::int64_t>(record.response_bytes));
    out.set("succeeded", record.succeeded);
    out.text("faultCode", record.fault_code);
    out.text("faultString", record.fault_text, fault_limit);
    if (record.status != 0) { out.number("statusCode", record.status); }
    out.number("number", static_cast<std::int64_t>(record.number));  // ours: where to go on
    return out.end();
}

void Sample::add(double value) noexcept {
    least = count == 0 ? value : std::min(least, value);
    greatest = count == 0 ? value : std::max(greatest, value);
    ++count;
    const double from_old = value - mean;
    mean += from_old / static_cast<double>(count);
    squares += from_old * (value - mean);
}

double Sample::deviation() const noexcept { return count < 2 ? 0 : std::sqrt(squares / static_cast<double>(count - 1)); }

Monitoring::Monitoring(std::size_t kept, std::size_t services) : kept_(kept), services_(services), ring_(kept) {}

void Monitoring::add(MonitoringRecord record) {
    auto kept = std::make_shared<MonitoringRecord>(std::move(record));
    const std::lock_guard lock(guard_);
    kept->number = ++last_;
    // What is claimed by callers must not grow without end: services beyond the limit are not counted apart.
    const HealthKey key{kept->side, kept->service};
    if (health_.contains(key) || (health_.size() < services_ && kept->succeeded)) {
        ServiceHealth& health = health_[key];
        ++(kept->succeeded ? health.succeeded : health.failed);
        (kept->succeeded ? health.last_success_ms : health.last_failure_ms) = kept->response_out_ms;
        if (kept->succeeded) {
            health.duration_ms.add(static_cast<double>(kept->response_out_ms - kept->request_in_ms));
            health.request_bytes.add(static_cast<double>(kept->request_bytes));
            health.response_bytes.add(static_cast<double>(kept->response_bytes));
        }
    }
    ring_[last_ % kept_] = std::move(kept);
}

std::vector<std::shared_ptr<const MonitoringRecord>> Monitoring::since(std::uint64_t after, std::size_t limit) const {
    std::vector<std::shared_ptr<const MonitoringRecord>> out;
    const std::lock_guard lock(guard_);
    const std::uint64_t oldest = last_ > kept_ ? last_ - kept_ + 1 : 1;
    for (std::uint64_t number = std::max(oldest, after + 1); number <= last_ && out.size() < limit; ++number) { out.push_back(ring_[number % kept_]); }
    return out;
}

std::map<Monitoring::HealthKey, ServiceHealth> Monitoring::health() const {
    const std::lock_guard lock(guard_);
    return health_;
}

std::string health_json(const Monitoring& monitoring) {
    json::Array services;
    for (const auto& [key, health] : monitoring.health()) {
        json::Object one{{"side", key.first == MonitoredSide::client ? "Client" : "Producer"},
                         {"service", key.second.text()},
                         {"succeeded", health.succeeded},
                         {"failed", health.failed}};
        if (health.last_success_ms != 0) { one.set("lastSuccessTs", health.last_success_ms); }
        if (health.last_failure_ms != 0) { one.set("lastFailureTs", health.last_failure_ms); }
        one.set("duration", figures(health.duration_ms));
        one.set("requestSize", figures(health.request_bytes));
        one.set("responseSize", figures(health.response_bytes));
        services.emplace_back(std::move(one));
    }
    return json::write(json::Object{{"services", std::move(services)}});
}

}  // namespace wasl::exchange
