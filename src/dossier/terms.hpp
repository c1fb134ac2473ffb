// The terms under which one dossier lives: what the procedure and the law's lists gave it at filing,
// frozen. A dossier stays on the revision under which it was filed and is judged by the law of the
// day it was filed; replaying its journal needs no other file.
#pragma once

#include "base/time.hpp"
#include "catalogue/revision.hpp"
#include "form/condition.hpp"
#include "jurisdiction/pack.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::dossier {

using jurisdiction::Delay;
using jurisdiction::Unit;

enum class SilenceEffect : std::uint8_t { none, approval };

// Extension once, only for listed acts (law 55-19 art. 17, decree 2-22-386).
struct ExtensionTerms {
    std::string ground;  // "technical-expertise" or "public-inquiry"; empty: not extensible
    Delay longest;
    std::string basis;   // the decree that lists the act

    bool operator==(const ExtensionTerms&) const = default;
};

// A desk between completeness and signature, with its own delay in calendar days.
struct DeskTerms {
    std::string desk;
    bool visa = false;       // else an opinion
    bool mandatory = true;
    std::int64_t days = 0;

    bool operator==(const DeskTerms&) const = default;
};

// When a machine may say yes (DESIGN section 8); it never says no.
struct AutomaticTerms {
    bool allowed = false;             // the procedure declares it, and that no third party is touched
    bool declaration_enough = false;  // else every input must be verified
    std::vector<std::string> inputs;  // requirement codes and field ids that granting rests on
    std::string article;

    bool operator==(const AutomaticTerms&) const = default;
};

// What the decision writes into which register; empty name: nothing.
struct RecordFieldTerms {
    std::string name, from;
    bool operator==(const RecordFieldTerms&) const = default;
};
struct RecordTerms {
    std::string name, type;
    bool closes = false;
    std::string key, subject, valid_from;
    std::int64_t days = 0, months = 0;  // validity; both 0: until another act
    std::vector<RecordFieldTerms> fields;

    bool operator==(const RecordTerms&) const = default;
};

// A part of the fee: a stamp duty (its code), or the procedure's own.
struct FeeLine {
    std::string amount;  // MAD, two decimals
    std::string stamp;
    std::string label;   // in the person's language
    bool operator==(const FeeLine&) const = default;
};

// Among what is missing, the code of a fee that has to be paid before the delay starts.
inline constexpr std::string_view unpaid_fee = "fee";

struct Terms {
    Delay delay;                       // in which the answer is due
    bool delay_is_maximum = false;     // the published delay needs a human: the legal maximum counts
    std::string delay_case;            // the case of the delay rule that matched, in the person's language
    SilenceEffect silence = SilenceEffect::none;
    std::string silence_basis;         // "Decree 2-22-141"
    ExtensionTerms extension;
    std::vector<DeskTerms> desks;
    AutomaticTerms automatic;
    bool provisional_receipt = false;  // declaration
    std::string appeal_office;         // who decides an appeal
    std::string supervisory_office;    // who attests silence (wali, governor)
    std::string fee;                   // "25.00" in MAD, or "needs-human"; empty: free
    std::vector<FeeLine> fee_lines;    // what it is made of; empty when an agent must say
    bool unpaid_is_incomplete = false; // the file is complete once it is paid; the receipt of filing never waits
    std::string output;                // type of the document produced; empty: none
    std::int64_t output_days = 0;      // validity of the document, 0: no end
    std::int64_t output_months = 0;
    std::string series, pattern;       // register whose next number a registration writes
    RecordTerms record;                // what the act writes into the member's own register

    bool operator==(const Terms&) const = default;
};

// Offices the procedure names by type, resolved by the member that runs it.
struct Offices {
    std::string appeal, supervisory;
};

// The terms of a filing on `day`: cases of delay and fee are tried on the facts; where the delay needs
// a human, the maximum of the act's class counts (art. 16). Never fails: a published procedure was checked.
Terms terms_of(const catalogue::Revision& revision, const form::Facts& facts, const jurisdiction::Pack& pack, Date day,
               const Offices& offices, std::string_view language);

}  // namespace wasl::dossier
