// HTTP Message Signatures (RFC 9421): signing a message and verifying its signatures.
//
//   const auto input = signature_input(components({"@method", "@target-uri", "content-digest"}), parameters);
//   TRY(add_signature(request, "wasl", input, key));
//   const auto verified = TRY(verify_signature(request, "wasl", keys, policy));
//
// The body is signed through Content-Digest (digest_fields.hpp); whoever verifies a signature over
// content-digest must check that digest too. Nonces are remembered by the caller.
#pragma once

#include "base/time.hpp"
#include "exchange/signature_base.hpp"
#include "exchange/signature_keys.hpp"

#include <functional>

namespace wasl::exchange {

// A signature found in a message, not yet verified.
struct MessageSignature {
    std::string label;
    sf::InnerList input;  // as received: order counts
    SignatureParameters parameters;
    std::string signature;  // raw bytes
};

// Every signature of the message, in the order of Signature-Input; none when neither field is there.
// Key "exchange.signature-malformed": not dictionaries, a label in one field only, wrong types.
Result<std::vector<MessageSignature>> signatures_of(const MessageView& message);

// Appends the members `label` to Signature-Input and Signature. Keys of signature_base, and
// "exchange.signature-malformed" when the label is taken or is no key of a dictionary, or when `alg`
// is given and is not the key's.
Result<void> add_signature(Message& message, const std::string& label, const sf::InnerList& input, const SigningKey& key,
                           const FieldTypes& types = {});

// What a signature must be to count, besides being right.
struct SignaturePolicy {
    std::optional<Instant> now = {};                // none: age is not looked at (evidence of the past)
    std::int64_t skew_seconds = 60;                 // how far the clocks of both sides may differ, either way
    std::optional<std::int64_t> lifetime_seconds = 60;  // `expires` at most so long after `created`
    bool needs_created = true;
    bool needs_expires = true;
    bool needs_nonce = true;
    std::optional<std::string> tag = {};            // exactly this
    std::vector<sf::Item> covered = {};             // at least these components
};

// What the policy says of a signature's parameters, all but what is covered. Keys as of verify_signature.
Result<void> check_parameters(const SignatureParameters& parameters, const SignaturePolicy& policy);

// The key that a signature names, or nothing when it is not known. `parameters.keyid` is what the
// sender says; whose key it is must be bound to the sender by the caller.
using FindKey = std::function<std::optional<VerifyingKey>(const SignatureParameters& parameters)>;

struct VerifiedSignature {
    std::string label;
    SignatureParameters parameters;
    std::vector<sf::Item> covered;
    std::string base;       // what was signed: evidence
    std::string signature;  // raw bytes
};

// Keys, in the order in which they are found:
//   "exchange.signature-malformed"      see signatures_of
//   "exchange.signature-missing"        none of that label
//   "exchange.signature-tag"            another tag than wanted
//   "exchange.signature-parameter-missing"  created, expires or nonce
//   "exchange.signature-uncovered"      a needed component is not covered
//   "exchange.signature-too-early"      created later than now + skew
//   "exchange.signature-expired"        now is at `expires` + skew or later, or created + lifetime + skew has passed
//   "exchange.signature-too-long"       lifetime over the limit, or `expires` before `created`
//   "exchange.key-unknown"              no such key
//   "exchange.signature-algorithm"      `alg` is not the key's
//   "exchange.component-…"              see component_value
//   "exchange.signature-wrong"          the key did not make it over this message
Result<VerifiedSignature> verify_signature(const MessageView& message, std::string_view label, const FindKey& find_key,
                                           const SignaturePolicy& policy, const FieldTypes& types = {});

// The label of the one signature with that tag; "exchange.signature-missing" when there is none,
// "exchange.signature-malformed" when there are two.
Result<std::string> label_with_tag(const MessageView& message, std::string_view tag);

}  // namespace wasl::exchange
