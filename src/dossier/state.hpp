// A dossier as it stands: what apply() makes of its events, and nothing else. The document row of
// the store is this value as JSON.
#pragma once

#include "dossier/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// Where a dossier stands. Until `notification` the legal clock, where there is one, runs or waits.
enum class Phase : std::uint8_t {
    incomplete,         // the receipt lists what is missing; the clock has not started
    completion,         // an agent has asked once; the clock is stopped
    examination,
    visa,               // proposed, waits for visas
    signature,          // in the signature book
    notification,       // signed, takes effect when notified
    granted, refused, upheld, dismissed,  // notified
    approved_by_silence,
    acknowledged,       // declaration: final receipt issued
    free_to_operate,    // declaration: no final receipt in time
    lapsed, withdrawn, transferred,
};
inline constexpr std::size_t phase_count = 16;
std::string_view to_string(Phase phase) noexcept;
std::optional<Phase> phase_from(std::string_view name) noexcept;
bool is_open(Phase phase) noexcept;     // something is still to be done by someone
bool waits_for_person(Phase phase) noexcept;

struct Stop {
    Instant from;
    std::optional<Instant> until;  // none: still stopped
    bool operator==(const Stop&) const = default;
};

// The inputs of the legal clock and what was computed from them; explain() gives the words.
struct LegalClock {
    std::optional<Instant> started;   // when the file became complete
    std::vector<Stop> stops;          // suspended by the completion request
    std::optional<Delay> extension;
    std::string extension_ground;
    std::optional<Instant> due;       // end of the delay, exclusive; none: not running
    std::optional<Instant> ended;     // notified, arisen, withdrawn, lapsed, transferred
    [[nodiscard]] bool running() const noexcept { return due.has_value() && !ended; }
    bool operator==(const LegalClock&) const = default;
};

struct CompletionState {
    std::vector<Missing> missing;     // still missing
    Instant asked;
    Instant complete_by;
    bool by_receipt = false;          // the receipt itself was the request
    std::string reasons;
    std::optional<Instant> noticed;      // when the notice of lapse was given
    std::optional<Instant> lapses_from;  // the first instant at which an agent may pronounce the lapse
    bool answered = false;
    bool operator==(const CompletionState&) const = default;
};

// An opinion or a visa of another desk, with its own clock.
struct DeskState {
    enum class Answer : std::uint8_t { none, favourable, reserved, unfavourable, given, refused };
    std::string desk;
    std::string question;
    Instant asked;
    Instant due;
    Answer answer = Answer::none;
    std::string text;
    std::optional<By> by;
    std::optional<Instant> answered;
    bool operator==(const DeskState&) const = default;
};

struct Proposal {
    Proposed proposed;
    By by;
    Instant at;
    bool operator==(const Proposal&) const = default;
};

struct Decision {
    Outcome outcome = Outcome::granted;
    std::string reasons;
    std::string authority;
    std::string delegation;
    std::string appeal_routes;
    json::Object details;
    std::optional<DecisionRecord> record;
    By by;
    Instant signed_at;
    bool automatic = false;
    bool operator==(const Decision&) const = default;
};

struct AppealState {
    std::string dossier, reference, authority;
    Instant lodged;
    std::optional<Outcome> outcome;
    bool operator==(const AppealState&) const = default;
};

struct Message {
    std::string id, text;
    By by;
    Instant at;
    bool to_person = true;
    bool read = false;
    std::optional<Instant> read_at{};
    bool operator==(const Message&) const = default;
};

struct Note {
    By by;
    Instant at;
    std::string text;
    bool operator==(const Note&) const = default;
};

struct Rendering {
    std::string what, digest;
    std::uint64_t bytes = 0;
    bool operator==(const Rendering&) const = default;
};

// What a complaint has beside its decision; appeals have none of it.
struct ComplaintState {
    std::optional<Instant> acknowledged;       // by an agent's own word for it
    std::string words;                         // of the acknowledgement
    std::vector<ComplaintReopened> reopenings;
    std::vector<SatisfactionGiven> satisfaction;
    bool operator==(const ComplaintState&) const = default;
};

struct State {
    std::string id;                  // random; also the id of its chain in the journal
    std::uint64_t events = 0;        // applied so far
    Instant last;                    // of the last event
    Phase phase = Phase::incomplete;
    Filed file;                      // answers and pieces as they stand now
    Instant filed_at;
    By filed_by;
    LegalClock clock;
    std::optional<CompletionState> completion;  // set: the one request is used
    std::vector<DeskState> opinions;
    std::vector<DeskState> visas;
    std::optional<Proposal> proposal;
    std::optional<Decision> decision;
    std::optional<Notified> notified;
    std::optional<Instant> silence_at;          // approved by silence at
    std::string attestation;                    // number, when attested
    std::vector<Document> documents;
    std::vector<std::string> authors;           // ids of who proposed, gave a visa or signed
    std::vector<AppealState> appeals;
    std::string registered;                     // number written
    std::string transferred_to;
    std::string closing_reasons;                // of lapse, withdrawal or transfer
    std::string assigned;
    std::vector<Note> notes;
    std::vector<Message> messages;
    std::vector<FeePaid> fees;
    std::vector<Rendering> renderings;
    std::vector<std::string> reminders;         // already sent
    std::vector<Evidence> evidence;             // papers whose holder is asked
    std::optional<Checked> check;               // the newest automatic check of what is asked
    std::optional<ComplaintState> complaint;    // none: nothing of it yet

    [[nodiscard]] bool exists() const noexcept { return events > 0; }
    [[nodiscard]] Kind kind() const noexcept { return file.kind; }
    bool operator==(const State&) const = default;
};

// The paper's evidence; nullptr: the person is asked for it.
const Evidence* evidence_of(const State& state, std::string_view requirement) noexcept;
// Whether the office may not ask the person for that paper: its holder said yes, or has yet to answer.
bool is_its_holders(const Evidence& evidence) noexcept;
// When the next silent holder is asked again; none once decided, or when nobody is waited for.
std::optional<Instant> next_asking(const State& state) noexcept;
// Where an answer comes from: "fetched" while it is what the holder said, else "typed".
std::string_view source_of_answer(const State& state, std::string_view field) noexcept;

// Requirements and answers still listed as missing (empty when complete).
std::vector<Missing> still_missing(const State& state);
// Ids of agents who decided here and so may not decide an appeal against it.
std::vector<std::string> authors_of(const State& state);
// Offices that may see it: its own, the desks asked for an opinion or a visa, the authority of an
// appeal, the supervisory authority once silence has approved.
std::vector<std::string> offices_of(const State& state);
const Document* find_document(const State& state, std::string_view id) noexcept;

}  // namespace wasl::dossier
