#include "dossier/kind.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

using Kinds = unsigned;  // a bit a kind

constexpr Kinds bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }

constexpr Kinds A = bit(Kind::authorisation), D = bit(Kind::declaration), E = bit(Kind::extract),
                R = bit(Kind::registration), B = bit(Kind::benefit), C = bit(Kind::contract), P = bit(Kind::complaint),
                L = bit(Kind::call);
constexpr Kinds every = A | D | E | R | B | C | P | L;
constexpr Kinds decided = every & ~D;           // a declaration is acknowledged, never decided
constexpr Kinds examined_by_others = every & ~(D | E);

struct Row {
    EventType type;
    std::string_view name;
    Kinds kinds;
    bool adverse;
    std::string_view basis;
};

constexpr std::array<Row, event_type_count> rows = {{
    {EventType::filed, "filed", every, false, "law 55-19 art. 8 (to confirm), order 2332-20: receipt at once"},
    {EventType::piece_added, "piece-added", every, false, "law 55-19 art. 7: one copy"},
    {EventType::answers_amended, "answers-amended", every, false, "law 55-19 art. 4: completion asked once"},
    {EventType::completed, "completed", every, false, "law 55-19 art. 16 (to confirm): the delay runs from a complete file"},
    {EventType::completion_requested, "completion-requested", every, true, "law 55-19 art. 4: completion asked once"},
    {EventType::lapse_noticed, "lapse-noticed", decided, false, "law 55-19 art. 4; notice before lapse (to confirm)"},
    {EventType::lapsed, "lapsed", decided, true, "law 55-19 art. 4; law 03-01: reasons"},
    {EventType::clock_extended, "clock-extended", A, true, "law 55-19 art. 17 (to confirm), decree 2-22-386"},
    {EventType::clock_recomputed, "clock-recomputed", every, false, "decrees on holidays: the calendar is the law's"},
    {EventType::opinion_requested, "opinion-requested", examined_by_others, false, "joint order 1839.23: delays of each actor"},
    {EventType::opinion_given, "opinion-given", examined_by_others, false, "joint order 1839.23: delays of each actor"},
    {EventType::visa_requested, "visa-requested", A | R | B | C | L, false, "joint order 1839.23: delays of each actor"},
    {EventType::visa_given, "visa-given", A | R | B | C | L, false, "joint order 1839.23: delays of each actor"},
    {EventType::visa_refused, "visa-refused", A | R | B | C | L, true, "joint order 1839.23; law 03-01: reasons"},
    {EventType::proposed, "proposed", decided, false, "law 55-19 art. 4: reasons given"},
    {EventType::returned, "returned", decided, false, "the signatory answers for what is signed"},
    {EventType::signed_by_authority, "signed", decided, false, "the competent authority or its delegate"},
    {EventType::notified, "notified", decided, false, "a decision takes effect when notified; law 55-19 arts 20-21"},
    {EventType::silence_approved, "silence-approved", A, false, "law 55-19 art. 19, decrees 2-22-387 and 2-22-141"},
    {EventType::silence_recorded, "silence-recorded", A, false, "law 55-19 art. 19: proof of the silence"},
    {EventType::silence_attested, "silence-attested", A, false, "decree 2-22-141: attestation by the wali or the governor"},
    {EventType::withdrawn, "withdrawn", every, false, "the request belongs to the person"},
    {EventType::transferred, "transferred", every, false, "sent on to the competent administration"},
    {EventType::decision_corrected, "decision-corrected", decided, false, "clerical errors only, never the outcome"},
    {EventType::document_replaced, "document-replaced", every, false, "a document and its successor"},
    {EventType::document_withdrawn, "document-withdrawn", decided, true, "law 03-01: reasons"},
    {EventType::appeal_lodged, "appeal-lodged", decided & ~P, false, "law 55-19 arts 20-21 (to confirm)"},
    {EventType::appeal_decided, "appeal-decided", decided & ~P, false, "law 55-19 arts 20-21 (to confirm)"},
    {EventType::final_receipt_issued, "final-receipt-issued", D, false, "dahir 1-58-376 art. 5"},
    {EventType::free_to_operate, "free-to-operate", D, false, "dahir 1-58-376 art. 5"},
    {EventType::registered, "registered", R, false, "law 114-13: the register's number"},
    {EventType::granted_automatically, "granted-automatically", A | E | R | B | C, false, "design section 8: a machine may say yes"},
    {EventType::looked_at, "looked-at", every, false, "law 09-08: who consulted the data"},
    {EventType::assigned, "assigned", every, false, "work of the office"},
    {EventType::noted, "noted", every, false, "work of the office"},
    {EventType::message_sent, "message-sent", every, false, "work of the office"},
    {EventType::message_read, "message-read", every, false, "work of the office"},
    {EventType::reminded, "reminded", every, false, "help, without effect on any delay"},
    {EventType::fee_paid, "fee-paid", every, false, "the tariff of the procedure"},
    {EventType::rendered, "rendered", every, false, "the same bytes ever after"},
    {EventType::evidence_agreed, "evidence-agreed", every, false, "law 09-08 art. 4: the person agrees where the law asks"},
    {EventType::evidence_fetched, "evidence-fetched", every, false, "law 55-19: nothing that another administration holds"},
    {EventType::evidence_unanswered, "evidence-unanswered", every, false, "law 55-19: its holder's silence is not the person's"},
    {EventType::evidence_contested, "evidence-contested", every, false, "law 09-08 art. 8: rectification of what is held"},
    {EventType::checked, "checked", every, false, "design section 8: a machine may find out, never refuse"},
    {EventType::complaint_acknowledged, "complaint-acknowledged", P, false, "decree 2-17-265: acknowledged within 15 days"},
    {EventType::complaint_reopened, "complaint-reopened", P, false, "decree 2-17-265: a complaint may be opened again"},
    {EventType::satisfaction_given, "satisfaction-given", P, false, "decree 2-17-265: satisfaction is asked"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].type) != i) return false;
    }
    return true;
}
static_assert(in_order(), "a row an event, in the order of EventType");

constexpr std::array<std::pair<std::string_view, Kinds>, outcome_count> outcomes = {{
    {"granted", decided & ~P}, {"refused", decided & ~P}, {"upheld", P}, {"dismissed", P},
}};

const Row& row(EventType type) noexcept { return rows[static_cast<std::size_t>(type)]; }

}  // namespace

std::string_view to_string(EventType type) noexcept { return row(type).name; }
std::string_view to_string(Outcome outcome) noexcept { return outcomes[static_cast<std::size_t>(outcome)].first; }

std::optional<EventType> event_type_from(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? std::nullopt : std::optional(found->type);
}

std::optional<Outcome> outcome_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].first == name) return static_cast<Outcome>(i);
    }
    return std::nullopt;
}

bool allows(Kind kind, EventType type) noexcept { return (row(type).kinds & bit(kind)) != 0; }
bool allows(Kind kind, Outcome outcome) noexcept {
    return (outcomes[static_cast<std::size_t>(outcome)].second & bit(kind)) != 0;
}
std::string_view basis(EventType type) noexcept { return row(type).basis; }
bool is_adverse(EventType type) noexcept { return row(type).adverse; }

}  // namespace wasl::dossier
