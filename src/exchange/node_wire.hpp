// Messages between nodes: the X-Road message with the digests of head and body and the member's signature
// over them. See node.hpp for the fields.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/head.hpp"
#include "exchange/message.hpp"
#include "exchange/signatures.hpp"
#include "http/body.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wasl::exchange {

inline constexpr std::string_view wire_label = "wasl-1";  // label and tag

struct WireRequest {
    std::string method;
    std::string target;               // as the IS sent it
    std::vector<HeaderLine> headers;  // of the X-Road message; after sealing, as on the wire
    http::SharedBody body;            // may be null: no bytes
    std::string body_sha512;          // 64 raw bytes
    [[nodiscard]] std::size_t body_size() const noexcept { return body ? body->size() : 0; }
};

struct WireResponse {
    int status = 0;
    std::string reason;
    std::vector<HeaderLine> headers;
    std::variant<std::string, http::SharedBody> body;
    std::string body_sha512;
    [[nodiscard]] std::size_t body_size() const noexcept;
    [[nodiscard]] std::string_view bytes() const noexcept;
};

// What a signature over a message signed: what the journal keeps.
struct Seal {
    std::string base;
    std::string signature;  // raw
    std::string key_id;
};

// Of the X-Road message: 64 raw bytes.
std::string head_sha512(const WireRequest& request);
std::string head_sha512(const WireResponse& response);
// request_hash (head.hpp) from the digests.
std::string hash_of_digests(std::string_view head_sha512, std::string_view body_sha512, std::size_t body_size);

struct Signing {
    const SigningKey* key = nullptr;
    std::string_view key_id;
    Instant now;
    std::string nonce = {};  // of requests
};
inline constexpr std::int64_t signature_lifetime_seconds = 60;
inline constexpr std::int64_t signature_skew_seconds = 60;

// Makes the X-Road message a message between nodes. `head` as of head_sha512.
Result<Seal> seal(WireRequest& request, std::string_view head, const Signing& with);
// `to`: the request as it was on the wire. A fault has X-Road-Error and may lack the five headers of an answer.
Result<Seal> seal(WireResponse& response, std::string_view head, const WireRequest& to, const Signing& with);

// The X-Road message again: headers of transport and of the seal are gone, those that had to give way have
// their names. Digests and signature are not looked at.
std::vector<HeaderLine> unsealed_headers(const std::vector<HeaderLine>& on_the_wire);

// Keys "exchange.signature-…", "exchange.component-…", "exchange.key-unknown", "exchange.digest-…",
// "exchange.head-digest" (another head than was signed), "exchange.seal-malformed" (a field of the seal twice).
// `plain`: the unsealed headers with method and target.
Result<Seal> check_seal(const WireRequest& on_the_wire, std::string_view head, const FindKey& find_key, Instant now);
Result<Seal> check_seal(const WireResponse& on_the_wire, std::string_view head, const WireRequest& to, const FindKey& find_key, Instant now);
// Whether a response carries a signature at all.
bool has_seal(const WireResponse& on_the_wire);

// Beside a fault: its node has called the service, and does not know what that did. Signed with the fault.
inline constexpr std::string_view outcome_field = "X-Wasl-Outcome";
inline constexpr std::string_view outcome_unknown_word = "unknown";

// Components that a request, or an answer to it, must cover; `headers` as on the wire.
std::vector<sf::Item> request_components(const std::vector<HeaderLine>& headers);
std::vector<sf::Item> response_components(const std::vector<HeaderLine>& headers);

}  // namespace wasl::exchange
