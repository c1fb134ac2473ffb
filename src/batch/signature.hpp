// The signature of a program over a batch: a detached compact JWS (RFC 7515, appendix F) in the field `JWS-Signature`,
// "HEADER..SIGNATURE". The protected header says alg (ES256 or EdDSA), kid (RFC 7638 thumbprint of a registered key), ice
// (the company), batch (the sender's id of the batch), aud (the public address of this server) and iat (seconds). The payload
// is the body of the request, byte by byte; empty for a question about a batch.
//
// What is signed says which company, which batch and which server: nobody can file it elsewhere, or twice.
//
// Error keys [unauthenticated]: batch.signature-missing, batch.signature-malformed, batch.signature-wrong,
// batch.signature-old (a question older or newer than five minutes), batch.signature-time (a filing signed over a day ago, or
// more than a minute ahead of our clock), batch.signature-audience.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/jose.hpp"

#include <string>
#include <string_view>

namespace wasl::batch {

inline constexpr std::int64_t question_seconds = 300;
inline constexpr std::int64_t filing_seconds = 86'400;  // as long as a program may go on sending the same file
inline constexpr std::int64_t skew_seconds = 60;        // of the sender's clock before ours

struct BatchSignature {
    std::string kid, ice, batch, audience;
    std::int64_t issued = 0;  // seconds; 0: not said
    trust::Jws token;         // with `body` as its payload
};

// Taken apart; nothing is proven before verify().
Result<BatchSignature> read_signature(std::string_view field, std::string_view body);
// `jwks`: the registered key. `public_url`: ours. A question must be fresh; a filing may be a day old, for it counts once.
Result<void> verify(const BatchSignature& signature, const std::string& jwks, std::string_view public_url, Instant now, bool question);

// "[A-Za-z0-9._-]{1,60}": what a batch may be called.
bool is_batch_id(std::string_view id) noexcept;

}  // namespace wasl::batch
