// A right of access that both sides have agreed to in writing: consumer and provider sign the same text, each with
// its member key, and the provider's node applies the right only while both signatures verify.
//
// The text is JSON of one spelling (this order, no spaces):
//   {"wasl":"exchange-agreement-1","id":…,"client":INSTANCE/CLASS/MEMBER/SUBSYSTEM,"service":…/SERVICE,"method":…,"path":…,
//    "purpose":…,"legal_basis":…,"valid_from":DAY,"valid_until":DAY}
// Signed it is a JWS in general JSON serialisation (RFC 7515 section 7.2.1), at most one signature a side:
//   {"payload":b64u(text),"signatures":[{"protected":b64u({"alg":…,"iat":SECONDS,"kid":…,"side":"consumer"|"provider"}),"signature":b64u}…]}
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/access.hpp"
#include "exchange/registry.hpp"
#include "exchange/signature_keys.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

struct Agreement {
    std::string id;       // 1 to 80 of [a-z0-9-]: also the id of the right
    ClientId client;      // subsystem
    ServiceId service;
    Endpoint endpoint;
    std::string purpose;
    std::string legal_basis;
    Date valid_from;
    Date valid_until;     // that day included
};
std::string write_agreement(const Agreement& agreement);
// Strict. Keys "exchange.agreement-malformed", and those of the identifiers and the pattern.
Result<Agreement> parse_agreement(std::string_view text);

enum class AgreementSide { consumer, provider };
std::string_view to_string(AgreementSide side) noexcept;
// The member whose signature that side needs.
ClientId member_of(const Agreement& agreement, AgreementSide side);

struct AgreementSignature {
    AgreementSide side = AgreementSide::consumer;
    std::string key_id;
    std::string protected_header;  // as signed, base64url
    std::string signature;         // raw
    Instant at;
};
struct SignedAgreement {
    Agreement agreement;
    std::string text;  // what is signed
    std::vector<AgreementSignature> signatures;  // consumer first
    [[nodiscard]] const AgreementSignature* by(AgreementSide side) const noexcept;
};
std::string write_signed_agreement(const SignedAgreement& agreement);
Result<SignedAgreement> parse_signed_agreement(std::string_view jws);  // key "exchange.agreement-malformed"

// Adds or replaces that side's signature. Fails as the key does.
Result<void> sign_agreement(SignedAgreement& agreement, AgreementSide side, std::string_view key_id, const SigningKey& key, Instant now);

// One side's signature, as below.
Result<void> check_agreement_side(const SignedAgreement& agreement, AgreementSide side, const Snapshot& snapshot, Instant now);
// Both signatures by keys of the members, each valid when it signed, no older than the agreement needs, none revoked
// by now. Keys: "exchange.agreement-unsigned" (detail: the side that is missing), "exchange.agreement-signature".
Result<void> check_agreement(const SignedAgreement& agreement, const Snapshot& snapshot, Instant now);

// Every signature that it carries so far, each as above: what comes from outside is looked at so before anything is added to
// it or said of it. One that carries none is only a text. Key "exchange.agreement-signature".
Result<void> check_given_signatures(const SignedAgreement& agreement, const Snapshot& snapshot, Instant now);
// Whether other words may stand under the same id only once this one is withdrawn: somebody has signed it, and no signature
// on it is false. A forged text stands in nobody's way.
bool binds(const SignedAgreement& standing, const Snapshot& snapshot, Instant now);

// What the other side has sent joins what stands here (null: nothing): its own signature alone. Ours is only ever added by an
// act of ours, so that an agreement that was withdrawn here does not come back with the copy that the other side kept. Key
// "exchange.agreement-differs": other words stand here under that id.
Result<SignedAgreement> join_agreement(const SignedAgreement* standing, const SignedAgreement& come, AgreementSide theirs);

// The right that it grants; days are those of the zone.
AccessRight right_of(const Agreement& agreement, const Zone& zone);

}  // namespace wasl::exchange
