// Timestamps (RFC 3161): that a digest existed at an instant, said by an authority apart from us. The
// heads of exchange journals are stamped, so that nobody, we neither, can write a journal of the past.
#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/certificates.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace wasl::exchange {

inline constexpr std::string_view timestamp_query_type = "application/timestamp-query";
inline constexpr std::string_view timestamp_reply_type = "application/timestamp-reply";

// TimeStampReq (DER) for that digest with a nonce of 64 bits, the certificate wanted with the token.
Result<std::string> timestamp_query(const Digest& digest, Entropy& entropy);

struct Timestamp {
    Instant at;
    std::string authority;  // subject of the signer's certificate
};

// The token (DER ContentInfo) of a TimeStampResp, when it grants the query: its imprint, its nonce and
// its signature, by a certificate that leads to one of `roots_pem` and may sign timestamps. Keys
// "exchange.timestamp-refused" (detail: the authority's words), "exchange.timestamp-wrong".
Result<std::string> timestamp_token(std::string_view reply, std::string_view query, std::string_view roots_pem);

// A kept token over that digest; chains are judged at the instant that the token says.
// Key "exchange.timestamp-wrong".
Result<Timestamp> verify_timestamp(std::string_view token, const Digest& digest, std::string_view roots_pem);

// A timestamp authority for the sandbox and for tests. Thread-safe.
class TimestampAuthority {
public:
    // `identity` of CertificateAuthority::issue_timestamper.
    static Result<std::unique_ptr<TimestampAuthority>> create(const TlsIdentity& identity, const Clock& clock);
    ~TimestampAuthority();
    // TimeStampResp (DER), also for a query that can not be read: it then says so.
    [[nodiscard]] Result<std::string> answer(std::string_view query);

private:
    struct Impl;
    explicit TimestampAuthority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::exchange
