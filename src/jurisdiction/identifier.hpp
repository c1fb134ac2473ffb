// Identifiers of persons and companies: accepted, normalised, doubted, never refused.
#pragma once

#include "jurisdiction/words.hpp"

#include <memory>

namespace wasl::jurisdiction {

// How an identifier is written (identifiers.toml).
struct IdentifierRule {
    std::string code;     // "cnie", "ice", "passport", "residence-card", "phone", "if", "rc", "cnss", "idcs", "postal-code"
    Names name;
    std::string pattern;  // PCRE2, matched against the whole normalised text
    std::string strip;    // characters dropped wherever they stand (blanks always are)
    bool upper = false;   // Latin letters to upper case
    std::string check;    // "", "mod97"
    std::string example;
    Source source;
};

struct PhoneRule {
    std::string country_code = "212";
    std::string trunk_prefix = "0";      // dialled inside the country
    std::string national_pattern;        // after prefix: "[5-8][0-9]{8}"
    std::string mobile_pattern;          // "[67][0-9]{8}": can receive a text message
};

// What was understood. `normal` is to be stored and compared; `typed` is to be shown again.
struct Identifier {
    std::string code;
    std::string typed;
    std::string normal;
    std::vector<Phrase> doubts;  // empty: looks right. Keys identifier.{empty,pattern,check,unknown-kind,too-long}
    [[nodiscard]] bool plausible() const noexcept { return doubts.empty(); }
};

class Identifiers {
public:
    // Fails with "pack.pattern" when a pattern is no regular expression.
    static Result<Identifiers> create(std::vector<IdentifierRule> rules, PhoneRule phone);

    [[nodiscard]] Identifier read(std::string_view code, std::string_view typed) const;
    // E.164 ("+212612345678"); numbers of any country are accepted when written with + or 00.
    [[nodiscard]] Identifier read_phone(std::string_view typed) const;
    [[nodiscard]] bool is_mobile(std::string_view e164) const;
    [[nodiscard]] const std::vector<IdentifierRule>& rules() const noexcept;
    [[nodiscard]] const IdentifierRule* rule(std::string_view code) const noexcept;

private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

// Arabic-Indic digits to 0–9, invisible marks dropped, blanks trimmed.
std::string plain_digits(std::string_view typed);

}  // namespace wasl::jurisdiction
