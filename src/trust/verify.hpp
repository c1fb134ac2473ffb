// Verification by anyone, offline: of a PDF, a bundle or the text of a QR code, against the trusted keys.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/bundle.hpp"
#include "trust/keys.hpp"
#include "trust/seal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

enum class Verdict { valid, invalid, cannot_tell };
int exit_code(Verdict verdict) noexcept;  // 0, 1, 2
std::string_view to_string(Verdict verdict) noexcept;

// One finding. `key` is a message key ("verify.seal-good"), `detail` English for operators.
struct Reason {
    Verdict weight = Verdict::valid;  // what this finding alone would make of the whole
    std::string key;
    std::string detail;
};

// The facts that are proven when the verdict is valid, and only claimed otherwise.
struct Verification {
    Verdict verdict = Verdict::cannot_tell;
    std::vector<Reason> reasons;
    std::string what;  // "receipt", "document", …, "no-decision"; empty when unreadable
    std::string member;
    std::string reference;
    std::optional<Seal> seal;      // of a paper
    PaperFacts paper;              // when the paper's text came with it
    std::optional<Date> day;       // no decision by the end of this day
    std::vector<std::string> cosigned_by;
};

// The file's kind by its first bytes: "%PDF-", '{' or a QR text.
Verification verify_file(std::string_view bytes, const TrustStore& trust);
Verification verify_qr(std::string_view text, const TrustStore& trust);
Verification verify_bundle(std::string_view json_text, const TrustStore& trust);
Verification verify_pdf(std::string_view pdf, const TrustStore& trust);

// The seal in any of these forms, unchecked but well-formed: what `wasl audit --receipt FILE` holds against
// the journal. Key "trust.no-seal".
Result<std::string> seal_from_file(std::string_view bytes);

}  // namespace wasl::trust
