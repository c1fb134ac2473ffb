// A registry that has no node of its own, reached over plain REST: client credentials (RFC 6749,
// section 4.4) or a certificate of ours, tries again, and a breaker that leaves it in peace while it is
// down, so that nobody waits for what cannot come.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wasl::exchange {

struct ClientCredentials {
    std::string token_url;
    std::string client;
    std::string secret;  // of this client; sent in the Authorization header (RFC 6749, section 2.3.1)
    std::string scope = {};
};

struct UpstreamConfiguration {
    std::string url;  // "https://registry.example/api"; what is asked for is put behind it
    std::shared_ptr<const http::TlsContext> tls = {};  // whom to believe, and our certificate
    std::optional<ClientCredentials> credentials = {};
    std::chrono::milliseconds timeout{10'000};  // of one try
    int tries = 3;                              // in all; only of what failed without an answer, or 429 and 5xx
    std::chrono::milliseconds pause{250};       // before the second try; then doubled
    int failures_to_rest = 5;                   // in a row
    std::chrono::milliseconds rest{30'000};     // then one call is let through to see
    std::size_t answer_bytes = 1U << 20U;
};

struct UpstreamAnswer {
    int status = 0;
    std::string content_type;
    std::string body;
};

struct UpstreamState {
    std::uint64_t calls = 0, failed = 0, tries = 0, refused = 0;  // refused: while it rested
    bool resting = false;
};

// Thread-safe. Keys, besides those of http::Client for a last try without an answer:
//   exchange.upstream-resting   it failed too often lately; nothing was sent
//   exchange.upstream-token     no token could be had; detail: status and `error` of the answer
//   exchange.upstream-status    429 or 5xx after the last try; detail: the status
//   exchange.url-malformed      from create()
class Upstream {
public:
    // `client` outlives the upstream and the calls under way: whoever owns it ends it last.
    static Result<std::unique_ptr<Upstream>> create(UpstreamConfiguration configuration, http::Client& client);
    // What waits for another try ends with "http.client.stopped".
    ~Upstream();

    // GET of url + path. `done` once, from any thread. Answers of any other status are given as they are.
    using Done = std::move_only_function<void(Result<UpstreamAnswer>)>;
    void get(std::string path, Done done);

    [[nodiscard]] UpstreamState state() const;

    struct Impl;

private:
    Upstream(std::shared_ptr<Impl> impl, std::shared_ptr<void> alarm);
    std::shared_ptr<Impl> impl_;
    std::shared_ptr<void> alarm_;  // ends what waits when it goes
};

}  // namespace wasl::exchange
