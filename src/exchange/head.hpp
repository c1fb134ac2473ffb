// The head of an X-Road message: which headers pass a node, in which bytes the head is hashed, and what
// a response says of its request.
#pragma once

#include "exchange/address.hpp"
#include "exchange/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// One of the eight methods of the protocol, as it is spelled: methods are case-sensitive (RFC 9110 §9.1).
bool is_protocol_method(std::string_view method) noexcept;

// Headers that pass from the caller to the provider: in order, duplicates and letter case kept, those of
// one connection left out (also those that Connection names, but never X-Road's own), and
// x-road-request-id and x-road-request-hash, which are ours to set.
std::vector<HeaderLine> pass_request_headers(std::vector<HeaderLine> received);
// Likewise from the provider to the caller; the five that we set are dropped, and of several Date
// headers the first is kept.
std::vector<HeaderLine> pass_response_headers(std::vector<HeaderLine> received);
// A header of one connection, which no node passes on; letter case does not count.
bool of_one_connection(std::string_view name) noexcept;

// The words of X-Road in a request. Keys: "exchange.client-missing", "exchange.identifier-malformed",
// "exchange.header-malformed" (a control character, over 1024 bytes).
struct RequestWords {
    ClientId client;               // X-Road-Client or Information-Mediator-Client; the last one counts
    std::optional<std::string> id;                // X-Road-Id
    std::optional<std::string> user_id;           // X-Road-UserId
    std::optional<std::string> issue;             // X-Road-Issue
    std::optional<NodeId> node;                   // X-Road-Security-Server
    std::optional<RepresentedParty> represented;  // X-Road-Represented-Party
};
Result<RequestWords> read_request_words(const std::vector<HeaderLine>& received);

// METHOD CRLF target CRLF, then "name:value" CRLF for each header. `headers` as they pass, with
// x-road-request-id (and a generated x-road-id) at their end.
std::string request_head(std::string_view method, std::string_view raw_target, const std::vector<HeaderLine>& headers);
// status CRLF reason CRLF, then the headers.
std::string response_head(int status, std::string_view reason, const std::vector<HeaderLine>& headers);

// x-road-request-hash: base64 of SHA-512(head), or with a body of SHA-512(SHA-512(head) ‖ SHA-512(body)).
// `body_sha512`: 64 raw bytes; nothing when the request had no body.
std::string request_hash(std::string_view head, std::optional<std::string_view> body_sha512);

// What the provider's node says of the request it answered.
struct Answered {
    std::string id;
    ClientId client;
    ServiceId service;
    std::string request_id;
    std::string request_hash;
    bool operator==(const Answered&) const = default;
};
// Appends x-road-id, -client, -service, -request-id, -request-hash, in this order.
void add_answered(std::vector<HeaderLine>& headers, const Answered& answered);
// All five are there once and equal; key "exchange.answer-inconsistent", the detail names the header.
Result<void> check_answered(const std::vector<HeaderLine>& headers, const Answered& expected);

}  // namespace wasl::exchange
