// The certificate that the other side of a TLS connection has shown. What it is worth is for the
// registry of members to say: the fingerprint is what binds it.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wasl::http {

struct Certificate {
    std::string der;
    Digest fingerprint;            // SHA-256 of the DER
    std::string subject;           // RFC 2253, for messages and logs
    std::string issuer;
    std::int64_t valid_from = 0;   // Unix seconds
    std::int64_t valid_until = 0;  // Unix seconds; the last second in which it is valid

    [[nodiscard]] bool valid_at(std::int64_t unix_seconds) const noexcept {
        return unix_seconds >= valid_from && unix_seconds <= valid_until;
    }
    // `CN=node-1, valid until 2026-11-22T10:00:00Z, SHA-256 …`: for the detail of an error.
    [[nodiscard]] std::string words() const;
};
using SharedCertificate = std::shared_ptr<const Certificate>;

// Key "http.certificate".
Result<Certificate> read_certificate(std::string_view der);
// The first certificate of a PEM file. Key "http.certificate".
Result<Certificate> load_certificate(const std::string& pem_file);

}  // namespace wasl::http
