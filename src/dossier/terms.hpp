// The terms under which one dossier lives: the law's numbers and the procedure's choices, frozen
// at filing from the pack and the revision. A dossier stays on the revision under which it was
// filed, and replaying its journal needs no other file.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::dossier {

enum class Unit : std::uint8_t { day, month };

// A legal delay. n = 0 is "at once".
struct Span {
    std::int64_t n = 0;
    Unit unit = Unit::day;
    bool working = false;  // counts working days only

    bool operator==(const Span&) const = default;
};

enum class SilenceEffect : std::uint8_t { none, approval };
// What a completion request does to a clock that already runs (pack parameter).
enum class CompletionEffect : std::uint8_t { suspend, restart };

// Extension once, only for listed acts (law 55-19 art. 17, decree 2-22-386).
struct ExtensionTerms {
    std::vector<std::string> grounds;  // "expertise", "public-inquiry"; empty: not extensible
    Span length;
    std::string basis;

    bool operator==(const ExtensionTerms&) const = default;
};

// A desk whose visa comes between proposal and signature, with its own delay.
struct VisaTerms {
    std::string desk;
    Span delay;

    bool operator==(const VisaTerms&) const = default;
};

// When a machine may say yes (DESIGN section 8); it never says no.
struct AutomaticTerms {
    bool no_third_party = false;      // the procedure declares that nobody else is touched
    bool declaration_enough = false;  // the procedure says a declaration is enough
    std::vector<std::string> inputs;  // requirement codes that granting rests on

    bool operator==(const AutomaticTerms&) const = default;
};

struct Terms {
    std::string pack;                  // jurisdiction and date of the pack: "ma 2026-11-01"
    Span delay;                        // in which the answer is due
    bool delay_is_maximum = false;     // the published delay needs a human: the legal maximum counts
    std::string delay_case;            // the case of the delay rule that matched, in words
    SilenceEffect silence = SilenceEffect::none;
    std::string silence_basis;         // "decree 2-22-141"
    ExtensionTerms extension;
    CompletionEffect completion = CompletionEffect::suspend;
    Span completion_until;             // after completeness, the agent may ask until the end of it; 0: whole delay
    Span answer_time;                  // the person's time to answer a completion request
    Span lapse_notice;                 // from the notice of lapse to the day it can be pronounced
    Span appeal_time;                  // from notification
    Span appeal_answer;                // the clock of the appeal itself
    std::string appeal_office;         // who decides an appeal
    std::string supervisory_office;    // who attests silence (wali, governor)
    std::vector<VisaTerms> visas;
    AutomaticTerms automatic;
    std::string fee;                   // "25.00" in MAD, "free", or "needs-human"
    std::string output;                // type of the document produced; empty: none
    std::int64_t output_months = 0;    // validity of the document; 0: no end
    std::string series;                // register whose next number a registration writes

    bool operator==(const Terms&) const = default;
};

}  // namespace wasl::dossier
