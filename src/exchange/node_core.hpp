// What the two sides of a node share while it runs.
#pragma once

#include "exchange/node.hpp"
#include "exchange/node_directory.hpp"
#include "exchange/node_journal.hpp"
#include "exchange/node_wire.hpp"
#include "exchange/nonces.hpp"
#include "http/rate_limit.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::exchange {

// A member with its journal's writer, which outlives configurations.
struct Served {
    ClientId member;
    SigningKey key;
    std::string key_id;
    std::shared_ptr<MemberJournal> journal;
    std::shared_ptr<const KeptBodies> bodies = {};  // null: not kept
};

// One configuration, ready for use.
struct Running {
    NodeConfiguration configuration;
    std::map<ClientId, Served> members;

    [[nodiscard]] const Served* served(const ClientId& client_or_member) const;
};

// A fault and why: the reason's key and words are for the journal and the log, the fault for the caller.
struct Refusal {
    Fault fault;
    std::string reason;
    std::string detail;
};
// 503 when nothing may leave unrecorded, else the protocol's status.
int status_of(const Fault& fault);
// From a fault's type in either spelling; internal error of the provider's side when it is no known one.
Fault fault_of_type(std::string_view type, std::string message, std::string detail);
// Which journal row, record and metric: the documented type.
std::string type_of(const Fault& fault);

// A node or a service that never got the message may be passed over; one that may have got it may have acted on it.
bool was_not_sent(const Error& error);
// Nobody has it: whatever was asked for was not done.
bool surely_not_done(const Error& error);

class NodeCore {
public:
    explicit NodeCore(NodeOptions given);

    [[nodiscard]] Instant now() const { return clock.now(); }
    [[nodiscard]] std::int64_t now_ms() const { return clock.now().micros / 1'000; }
    [[nodiscard]] std::string uuid();  // version 4
    // Version 7 (RFC 9562): it begins with the time, so that indexes over such ids grow at one end.
    [[nodiscard]] std::string uuid_of_now();
    [[nodiscard]] std::shared_ptr<const Running> running() const;
    void run(std::shared_ptr<const Running> next);
    [[nodiscard]] std::shared_ptr<const Directory> directory() { return directories.of(options.registry()); }

    // A refusal with its incident number.
    Refusal refuse(FaultSide side, FaultKind kind, std::string message, std::string reason, std::string detail = {});
    // Into the journal of the member concerned (or of the node's owner, or of whoever is first) and the log. One
    // sender's refusals are journaled up to a rate and counted beyond it.
    void journal_refusal(const Running& now_running, const ClientId& concerned, RefusalRow row, const Refusal& refusal);
    // Keeps a body where that is configured. A refusal when it can not be: nothing passes that should have been kept.
    std::optional<Refusal> keep_body(const Served& served, const ExchangeFacts& facts, FaultSide side, const WireRequest& request);
    std::optional<Refusal> keep_body(const Served& served, const ExchangeFacts& facts, FaultSide side, const WireResponse& response);
    void record(MonitoringRecord record);
    // When one exchange alone is under way: its thread stays awake for what comes next.
    void attend();
    // TLS to providers: by the system's roots, or any certificate. Null with a log line when they can not be had.
    std::shared_ptr<const http::TlsContext> provider_tls(bool verify);

    NodeOptions options;
    const Clock& clock;
    Entropy& entropy;
    Nonces nonces;
    Monitoring monitoring;
    Directories directories;
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> unrecorded{0};
    std::atomic<std::uint64_t> refusals_unjournaled{0};

private:
    struct Measures;
    mutable std::mutex guard_;
    std::shared_ptr<const Running> running_;
    http::RateLimit refusals_;
    std::mutex tls_guard_;
    std::shared_ptr<const http::TlsContext> verified_, unverified_;
    std::shared_ptr<Measures> measures_;
};

// Counts an exchange while it is under way.
class OpenCount {
public:
    explicit OpenCount(NodeCore& core) : core_(&core), good_(++core.open <= core.options.limits.open) {}
    ~OpenCount() { --core_->open; }
    OpenCount(const OpenCount&) = delete;
    OpenCount& operator=(const OpenCount&) = delete;
    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    NodeCore* core_;
    bool good_;
};

// Headers of an HTTP request as lines.
std::vector<HeaderLine> lines_of(const http::Request& request);
// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string date_field(Instant at);

}  // namespace wasl::exchange
