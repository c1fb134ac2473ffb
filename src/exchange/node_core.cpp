#include "exchange/node_core.hpp"

#include "exchange/kept_bodies.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::exchange {

namespace {

const Clock& clock_or_system(const Clock* clock) {
    static const SystemClock system;
    return clock != nullptr ? *clock : system;
}

Entropy& entropy_or_system(Entropy* entropy) {
    static SystemEntropy system;
    return entropy != nullptr ? *entropy : system;
}

std::string uuid_text(std::string raw, int version) {
    raw[6] = static_cast<char>((raw[6] & 0x0F) | version << 4);
    raw[8] = static_cast<char>((raw[8] & 0x3F) | 0x80);
    const std::string hex = to_hex(raw);
    const std::string_view all = hex;
    std::string out;
    out.reserve(36);
    for (const auto& [from, size] : {std::pair{0U, 8U}, {8U, 4U}, {12U, 4U}, {16U, 4U}, {20U, 12U}}) {
        if (from != 0) { out += '-'; }
        out += all.substr(from, size);
    }
    return out;
}

constexpr FaultKind last_kind = FaultKind::maintenance_mode;

}  // namespace

// Fetched once: adding to them takes no lock.
struct NodeCore::Measures {
    std::array<http::Counter*, 4> messages{};   // side × outcome
    std::array<http::Histogram*, 2> durations{};
    http::Counter* refusals = nullptr;
};

const Served* Running::served(const ClientId& id) const {
    const auto found = members.find(id.member());
    return found == members.end() ? nullptr : &found->second;
}

int status_of(const Fault& fault) {
    return fault.kind == FaultKind::logging_failed ? 503 : fault_status(fault_type(fault.side, fault.kind, FaultSpelling::documented));
}

Fault fault_of_type(std::string_view type, std::string message, std::string detail) {
    for (const FaultSide side : {FaultSide::server_proxy, FaultSide::client_proxy, FaultSide::client}) {
        for (int kind = 0; kind <= static_cast<int>(last_kind); ++kind) {
            const auto known = static_cast<FaultKind>(kind);
            if (same_fault_type(fault_type(side, known, FaultSpelling::documented), type)) { return {side, known, std::move(message), std::move(detail)}; }
        }
    }
    return {FaultSide::server_proxy, FaultKind::internal_error, std::move(message), std::move(detail)};
}

std::string type_of(const Fault& fault) { return fault_type(fault.side, fault.kind, FaultSpelling::documented); }

bool was_not_sent(const Error& error) {
    static constexpr std::string_view opening[] = {"waiting for a connection", "resolving the name", "connecting", "TLS handshake"};
    const bool late_while_opening = error.key == "http.client.timeout" &&
                                    std::ranges::any_of(opening, [&error](std::string_view step) { return error.detail.ends_with(step); });
    return late_while_opening || error.key == "http.client.resolve" || error.key == "http.client.connect" || error.key == "http.client.tls" ||
           error.key == "http.client.tls-peer";
}

bool surely_not_done(const Error& error) {
    return was_not_sent(error) || error.key == "http.client.request" || error.key == "http.client.busy";
}

NodeCore::NodeCore(NodeOptions given)
    : options(std::move(given)), clock(clock_or_system(options.clock)), entropy(entropy_or_system(options.entropy)),
      nonces(entropy, options.limits.nonces),
      refusals_({static_cast<double>(options.limits.refusals_journaled_per_second), static_cast<double>(options.limits.refusals_journaled_per_second)}, 1'000) {
    if (options.metrics == nullptr) { return; }
    measures_ = std::make_shared<Measures>();
    http::Metrics& to = *options.metrics;
    for (const std::size_t side : {0U, 1U}) {
        const std::string name = side == 0 ? "client" : "provider";
        for (const std::size_t outcome : {0U, 1U}) {
            measures_->messages[2 * side + outcome] = &to.counter("wasl_exchange_messages_total", "Exchanges that ended, by side and outcome.",
                                                                  {{"side", name}, {"outcome", outcome == 0 ? "answered" : "fault"}});
        }
        measures_->durations[side] = &to.histogram("wasl_exchange_duration_seconds", "From request in to answer out.", {{"side", name}});
    }
    measures_->refusals = &to.counter("wasl_exchange_refusals_total", "Messages refused by this node.");
}

std::string NodeCore::uuid() { return uuid_text(entropy.bytes(16), 4); }

std::string NodeCore::uuid_of_now() {
    std::string raw = entropy.bytes(16);
    const auto millis = static_cast<std::uint64_t>(now_ms());
    for (std::size_t i = 0; i < 6; ++i) { raw[i] = static_cast<char>((millis >> (40 - 8 * i)) & 0xFFU); }
    return uuid_text(std::move(raw), 7);
}

std::shared_ptr<const Running> NodeCore::running() const {
    const std::lock_guard lock(guard_);
    return running_;
}

void NodeCore::run(std::shared_ptr<const Running> next) {
    const std::lock_guard lock(guard_);
    running_ = std::move(next);
}

Refusal NodeCore::refuse(FaultSide side, FaultKind kind, std::string message, std::string reason, std::string detail) {
    return {{side, kind, std::move(message), uuid()}, std::move(reason), std::move(detail)};
}

void NodeCore::journal_refusal(const Running& now_running, const ClientId& concerned, RefusalRow row, const Refusal& refusal) {
    if (measures_) { measures_->refusals->add(); }
    log::warning("exchange.refused", {{"fault", type_of(refusal.fault)}, {"incident", refusal.fault.detail}, {"reason", refusal.reason},
                                      {"client", row.facts.client.text()}, {"node", row.node}});
    const Served* to = now_running.served(concerned);
    if (to == nullptr) { to = now_running.served(options.id.owner); }
    if (to == nullptr && !now_running.members.empty()) { to = &now_running.members.begin()->second; }
    const std::string sender = row.certificate.empty() ? row.facts.client.text() : row.certificate;
    if (to == nullptr || !refusals_.allow(sender, clock.monotonic_micros())) {
        ++refusals_unjournaled;
        return;
    }
    row.facts.at = now();
    row.fault = type_of(refusal.fault);
    row.reason = refusal.reason;
    row.detail = refusal.detail;
    row.incident = refusal.fault.detail;
    to->journal->refusal(std::move(row), [this](const Result<void>& written) {
        if (!written) { ++refusals_unjournaled; }
    });
}

namespace {

std::optional<Refusal> not_kept(NodeCore& core, FaultSide side, std::string_view what, const Result<void>& kept) {
    if (kept) { return std::nullopt; }
    return core.refuse(side, FaultKind::logging_failed, std::string(what) + " can not be kept: " + kept.error().key, kept.error().key, kept.error().detail);
}

}  // namespace

std::optional<Refusal> NodeCore::keep_body(const Served& served, const ExchangeFacts& facts, FaultSide side, const WireRequest& request) {
    if (!served.bodies) { return std::nullopt; }
    return not_kept(*this, side, "The message's body", served.bodies->keep({facts.side, BodyPart::request, facts.request_id, request.body_sha512}, request.body, now()));
}

std::optional<Refusal> NodeCore::keep_body(const Served& served, const ExchangeFacts& facts, FaultSide side, const WireResponse& response) {
    if (!served.bodies) { return std::nullopt; }
    const BodyName name{facts.side, BodyPart::response, facts.request_id, response.body_sha512};
    const auto* shared = std::get_if<http::SharedBody>(&response.body);
    return not_kept(*this, side, "What was asked for may have been done, but the answer's body", shared != nullptr ? served.bodies->keep(name, *shared, now()) : served.bodies->keep(name, response.bytes(), now()));
}

void NodeCore::attend() {
    // More than a step of an exchange takes between nodes that are near, and no more than a far one can afford to lose.
    constexpr std::chrono::milliseconds attention{1};
    if (open == 1) { options.client->stay_awake(attention); }
}

void NodeCore::record(MonitoringRecord record) {
    if (measures_) {
        const std::size_t side = record.side == MonitoredSide::client ? 0 : 1;
        measures_->messages[2 * side + (record.succeeded ? 0 : 1)]->add();
        measures_->durations[side]->observe((record.response_out_ms - record.request_in_ms) * 1'000);
    }
    monitoring.add(std::move(record));
}

std::shared_ptr<const http::TlsContext> NodeCore::provider_tls(bool verify) {
    const std::lock_guard lock(tls_guard_);
    auto& context = verify ? verified_ : unverified_;
    if (!context) {
        auto loaded = http::load_tls_context({.system_ca = verify, .verify = verify});
        if (!loaded) {
            log::error("exchange.provider-tls", {{"detail", loaded.error().detail}});
            return nullptr;
        }
        context = *loaded;
    }
    return context;
}

std::vector<HeaderLine> lines_of(const http::Request& request) {
    std::vector<HeaderLine> out;
    out.reserve(request.headers().size() + 6);
    for (const auto& [name, value] : request.headers()) { out.push_back({std::string(name), std::string(value)}); }
    return out;
}

std::string date_field(Instant at) {
    static constexpr std::array days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const LocalTime local = Zone::utc().local(at);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(local.date.weekday() - 1)], local.date.day,
                       months[static_cast<std::size_t>(local.date.month - 1)], local.date.year, local.hour, local.minute, local.second);
}

}  // namespace wasl::exchange
