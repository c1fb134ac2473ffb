// Signatures of messages between nodes in the one form in which our nodes write them: the covered components in
// their order, the parameters in theirs, no `alg`. The text to sign is then written in one pass over the headers,
// without the trees of structured fields; every message passes here four times. Whatever has another form, or a
// value that is signed as bytes, is left to signatures.hpp, whose answer is the same (wire_signature_test.cpp).
#pragma once

#include "exchange/node_wire.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::exchange {

// Fields that are covered when they are there, in this order.
inline constexpr std::array<std::string_view, 9> request_fields = {
    "x-road-client", "information-mediator-client", "x-road-id", "x-road-request-id", "x-road-userid", "x-road-issue",
    "x-road-represented-party", "x-road-security-server", "content-type"};
inline constexpr std::array<std::string_view, 8> response_fields = {
    "x-road-error", "x-wasl-outcome", "x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash", "content-type"};
inline constexpr std::string_view head_digest_field = "wasl-head-digest";
inline constexpr std::string_view params_line = "\"@signature-params\": ";

// Visible ASCII, blanks and tabs: what may stand in a signature base as it is.
bool plain_ascii(std::string_view text) noexcept;

// What is to be signed, "@signature-params" and all; nothing: the general way has to write it. `message` carries
// its digests, and a response the request it answers.
std::optional<std::string> plain_signature_base(const MessageView& message, const Signing& with);

// Checks a signature of this form by `policy` (its `covered` is not read: all that a node covers is) and by the key.
// Nothing: another form. Keys as of verify_signature.
std::optional<Result<Seal>> verify_plain_signature(const MessageView& message, const FindKey& find_key, const SignaturePolicy& policy);

}  // namespace wasl::exchange
