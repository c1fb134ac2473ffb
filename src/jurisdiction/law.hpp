// The numbers and lists of the law as they stand on one day.
#pragma once

#include "jurisdiction/words.hpp"

namespace wasl::jurisdiction {

// Which maximum an act falls under. A procedure names its class.
enum class DelayClass { ordinary, investment, complaint };
std::optional<DelayClass> parse_delay_class(std::string_view text) noexcept;
std::string_view to_string(DelayClass value) noexcept;

// What a completion request does to a running clock.
enum class RequestEffect { suspends, restarts };

// How the clock of a request is counted (law 55-19; order 2332-20).
struct ClockRules {
    RequestEffect request_effect = RequestEffect::suspends;
    // A completion may be asked until this day of the delay, and not after this share of it: the earlier.
    int request_until_day = 0;
    int request_until_percent = 100;
    Delay answer;        // time the person has to complete, from the day they were asked (not counted)
    Delay lapse_notice;  // from the notice that nothing came (not counted) to the lapse
};

struct AppealRules {
    Delay lodge;         // from notification, or from the silence
    Delay answer;        // the clock of the appeal itself
    Delay court;         // annulment before the administrative court
};

// How much a person may write to the office about one dossier; answers of agents are not counted.
struct MessageLimits {
    int a_day = 0;  // civil day of the pack's zone
    int in_all = 0;
};

// Complaints (decree 2-17-265), counted from the filing; `reopen` from the notification of the answer.
struct ComplaintRules {
    Delay acknowledge, close, reopen;
    int reopenings = 0;  // at most
    Source source;
};

// An act for which silence is approval.
struct SilenceAct {
    std::string act;        // "building-permit": the code a procedure states
    Names name;
    std::string attesting;  // who attests the silence: "wali-or-governor", "supervising-ministry"
    Delay attested_within;
    Source source;
};

// An act whose delay may be extended, once.
struct ExtensionAct {
    std::string act;
    Names name;
    Delay longest;
    std::string ground;  // "technical-expertise" or "public-inquiry"
    Source source;
};

// What may never be asked (law 55-19, art. 7). `words` are spellings by which a text betrays it.
struct ForbiddenFormality {
    std::string code;  // "legalised-signature", "certified-copy", "second-copy", "unrelated-public-document"
    Names name;
    std::vector<std::string> words;
    Source source;
};

// A type of evidence of the shared registry, and what it saves asking for.
struct EvidenceType {
    std::string code;  // "land-title"
    Names name;
    bool identity = false;            // proven by the identity of whoever signs in at the highest level
    std::vector<std::string> proves;  // types that it proves too
    bool local = false;               // every territory has its own holder: which one is asked must be said
    Source source;
};

// A stamp duty or another amount fixed by law, in the pack's currency, as text ("20.00").
struct StampDuty {
    std::string code;
    Names name;
    std::string amount;
    Source source;
};

// Electricity that people produce for themselves (law 82-21): under which rule a plant on the network falls, by its
// power in kW.
struct SelfGeneration {
    int declaration_below_kw = 0;  // a declaration is enough …
    int agreement_below_kw = 0;    // … below this the utility agrees to the connection; from here the ministry authorises
    Source source;
};

struct Law {
    Date from;  // this state holds from here …
    std::optional<Date> until;  // … to the day before
    Provision<Delay> ordinary_maximum, investment_maximum, complaint_maximum;
    Provision<ClockRules> clock;
    Provision<AppealRules> appeal;
    Provision<int> majority_age;  // full years
    Provision<MessageLimits> messages;
    std::vector<std::string> investment_acts;  // codes of acts bound to the investment maximum
    std::vector<SilenceAct> silence_acts;
    std::vector<ExtensionAct> extension_acts;
    std::vector<ForbiddenFormality> forbidden;
    std::vector<StampDuty> stamp_duties;
    std::vector<EvidenceType> evidence_types;
    std::optional<ComplaintRules> complaint;  // none: the law of that day knows nothing of it
    std::optional<SelfGeneration> self_generation;  // none: the law of that day knows nothing of it

    [[nodiscard]] const Provision<Delay>& maximum(DelayClass which) const noexcept;
    [[nodiscard]] const SilenceAct* silence(std::string_view act) const noexcept;      // nullptr: not listed
    [[nodiscard]] const ExtensionAct* extension(std::string_view act) const noexcept;  // nullptr: not listed
    [[nodiscard]] const StampDuty* stamp_duty(std::string_view code) const noexcept;
    [[nodiscard]] const EvidenceType* evidence(std::string_view type) const noexcept;  // nullptr: not listed
    [[nodiscard]] bool proves_identity(std::string_view type) const noexcept;
    [[nodiscard]] bool held_locally(std::string_view type) const noexcept;
    [[nodiscard]] bool proves(std::string_view type, std::string_view other) const noexcept;
    // The first formality whose words stand in `text` (Arabic marks and Latin case ignored); nullptr: none.
    [[nodiscard]] const ForbiddenFormality* forbidden_in(std::string_view text) const;
};

}  // namespace wasl::jurisdiction
