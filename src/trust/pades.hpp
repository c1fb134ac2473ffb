// Signing a finished PDF: one incremental update that embeds `wasl.json` (when given) and an invisible
// PAdES B-B signature (ETSI EN 319 142-1, SubFilter ETSI.CAdES.detached) over the whole file. Reads the
// PDFs that cairo 1.16 writes (classic cross-reference tables); others are refused.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/keys.hpp"

#include <string>
#include <string_view>

namespace wasl::trust {

// The second line of every PDF that we draw, in place of the four bytes above 127 that the format asks for there (ISO
// 32000-1, 7.5.2): "وص", of وصل. By it a PDF that broke off is known as ours.
inline constexpr std::string_view drawn_mark = "%\xD9\x88\xD8\xB5\n";
// A PDF that we drew, or the beginning of one.
bool is_drawn_by_us(std::string_view pdf);

struct PadesOptions {
    std::string member;          // signature dictionary /Name
    std::string reason = {};     // /Reason, optional
    Instant at;                  // /M: the claimed signing time
    std::string attachment = {}; // bytes of wasl.json; none when empty
};

// The PDF with the update appended: the first bytes are those of `pdf`. `certificate` is DER and belongs
// to `signer` (P-256). Keys: "trust.pdf-unsupported", "trust.pdf-malformed", "trust.sign-failed".
Result<std::string> sign_pdf(std::string_view pdf, const Signer& signer, std::string_view certificate,
                             const PadesOptions& options);

// What our own update holds. Strict: the last bytes of the file are our update and the ByteRange covers
// everything but the signature itself, so that nothing was added after signing.
struct SignedPdf {
    std::string certificate;  // DER, of the signer
    Instant at;               // claimed by /M
    std::string attachment;   // wasl.json, empty when absent
};
// Keys: "trust.pdf-unsigned", "trust.pdf-changed" (bytes after or outside the signature),
// "trust.pdf-signature-wrong", "trust.pdf-malformed".
Result<SignedPdf> read_signed_pdf(std::string_view pdf);

// CAdES-B signature (DER CMS SignedData, detached) over `content`: content type, message digest and
// signing-certificate-v2 as signed attributes; no signing time, as PAdES B-B demands.
Result<std::string> make_cms(std::string_view content_digest, const Signer& signer, std::string_view certificate);
// Checks it against the content; gives the signer's certificate. Key "trust.pdf-signature-wrong".
Result<std::string> check_cms(std::string_view cms, std::string_view content);
// The key that an X.509 certificate (DER) names.
Result<PublicKey> certificate_key(std::string_view certificate);

}  // namespace wasl::trust
