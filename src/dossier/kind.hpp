// The kind of an act decides which events and which outcomes can exist for its dossiers. This
// table is law as data: every row names its article; a test runs every kind × every event.
#pragma once

#include "catalogue/revision.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wasl::dossier {

using catalogue::Kind;      // the procedure's own word
using catalogue::kind_from;
using catalogue::to_string;
inline constexpr std::size_t kind_count = 8;
inline constexpr std::array<Kind, kind_count> all_kinds = {
    Kind::authorisation,  // building permit: may be refused, silence may approve
    Kind::declaration,    // association: cannot be refused; receipt at once, final receipt later
    Kind::extract,        // birth certificate extract: a document drawn from a register
    Kind::registration,   // auto-entrepreneur: writes a number
    Kind::benefit,        // social aid
    Kind::contract,       // electricity subscription
    Kind::complaint,      // also every appeal
    Kind::call,           // call for projects
};

// Everything that can happen to a dossier. The order is part of nothing: codes are the names.
enum class EventType : std::uint8_t {
    filed, piece_added, answers_amended, completed, completion_requested, lapse_noticed, lapsed,
    clock_extended, clock_recomputed, opinion_requested, opinion_given,
    visa_requested, visa_given, visa_refused, proposed, returned, signed_by_authority, notified,
    silence_approved, silence_recorded, silence_attested,
    withdrawn, transferred, decision_corrected, document_replaced, document_withdrawn,
    appeal_lodged, appeal_decided, final_receipt_issued, free_to_operate, registered,
    granted_automatically, looked_at, assigned, noted, message_sent, message_read, reminded,
    fee_paid, rendered,
    evidence_agreed, evidence_fetched, evidence_unanswered, evidence_contested,
    checked,
    complaint_acknowledged, complaint_reopened, satisfaction_given,
};
inline constexpr std::size_t event_type_count = 48;

// What a decision says. A complaint or an appeal is upheld or dismissed; a declaration has no
// outcome at all, since nobody may refuse it.
enum class Outcome : std::uint8_t { granted, refused, upheld, dismissed };
inline constexpr std::size_t outcome_count = 4;

// Stable names for JSON, journal entries ("dossier." + name) and message keys: "piece-added", and
// "signed" for signed_by_authority.
std::string_view to_string(EventType type) noexcept;
std::string_view to_string(Outcome outcome) noexcept;
std::optional<EventType> event_type_from(std::string_view name) noexcept;
std::optional<Outcome> outcome_from(std::string_view name) noexcept;

// Whether an event can exist in the life of a dossier of that kind.
bool allows(Kind kind, EventType type) noexcept;
bool allows(Kind kind, Outcome outcome) noexcept;
// The article, decree or rule of the design that the row rests on.
std::string_view basis(EventType type) noexcept;

// Adverse events are never made by the program alone (DESIGN section 8): they need a named agent
// and written reasons.
bool is_adverse(EventType type) noexcept;

}  // namespace wasl::dossier
