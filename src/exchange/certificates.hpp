// A small certification authority, for the sandbox and for tests: P-256 certificates (RFC 5280) of nodes
// and of a timestamp authority. Between nodes no chain is asked: the registry names each certificate.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// A key with its certificate.
struct TlsIdentity {
    std::string key_pem;          // PKCS#8
    std::string certificate_pem;  // leaf alone
    std::string sha256;           // of the DER, lower-case hex: what the registry lists
    Instant valid_from;
    Instant valid_to;             // the last second of validity (RFC 5280 section 4.1.2.5)
};

// Name and validity of a certificate that somebody else made. Key "exchange.certificate-malformed".
struct CertificateFacts {
    std::string sha256;  // of the DER, lower-case hex
    std::string subject, issuer;
    Instant valid_from, valid_to;
};
Result<CertificateFacts> certificate_facts(std::string_view pem);

class CertificateAuthority {
public:
    // A self-signed root that lives in memory. Key "exchange.certificate-failed".
    static Result<CertificateAuthority> create(std::string_view name, Instant from, Instant to);
    CertificateAuthority(CertificateAuthority&&) noexcept;
    CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
    ~CertificateAuthority();

    [[nodiscard]] const std::string& certificate_pem() const noexcept;
    // For TLS of both sides; `hosts` are names or numeric addresses (subjectAltName), at least one.
    [[nodiscard]] Result<TlsIdentity> issue_node(std::string_view name, const std::vector<std::string>& hosts, Instant from, Instant to) const;
    // For a timestamp authority: extended key usage timeStamping alone (RFC 3161 section 2.3).
    [[nodiscard]] Result<TlsIdentity> issue_timestamper(std::string_view name, Instant from, Instant to) const;

private:
    struct Impl;
    explicit CertificateAuthority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::exchange
