// What the public figures know of one dossier, folded from its journal entries: enough to count,
// nothing that names anybody but the agent who acted last (kept for the minutes, never published).
// Pure.
#pragma once

#include "base/time.hpp"
#include "jurisdiction/calendar.hpp"
#include "store/journal.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::insight {

using DayNumber = std::int64_t;  // days since 1970-01-01, in the zone of the pack

enum class Way : std::uint8_t { page, counter, helper, post };  // helper: filed online under a mandate
inline constexpr std::size_t way_count = 4;
std::string_view to_string(Way way) noexcept;

enum class Ending : std::uint8_t { in_time, late, silence };  // silence: arisen by law, no answer came
inline constexpr std::size_t ending_count = 3;

inline constexpr std::int64_t satisfied_from = 4;  // of the scores 1 to 5

// What the figures rest on beside the journal. Changing any of it means counting anew.
struct Basis {
    const jurisdiction::Calendar* calendar = nullptr;  // outlives what is made with it
    std::int64_t session_seconds = 1'800;  // a longer pause between two acts of an agent is no work
    [[nodiscard]] std::string digest() const;  // of definitions, calendar and session
};

struct Answer {
    DayNumber day = 0;                // of its effect: notified, or arisen
    Ending ending = Ending::in_time;  // in_time: before the end of the legal day
    std::int64_t working_days = 0;    // in (day of filing, day of the answer]
    bool favourable = false;
    bool operator==(const Answer&) const = default;
};

struct Case {
    std::string office;
    std::string language;             // ar, fr, en, zgh: of the person
    std::string company;              // hash of an ICE, when filed online under a proven mandate of it
    std::string last_agent;           // of the entry before, when an agent made it
    std::vector<std::string> fetched, given;  // codes of papers: from the source, from the person
    std::vector<Answer> answers;      // more than one after an annulled refusal
    std::optional<Instant> due;       // end of the legal day, exclusive, while it runs
    std::optional<DayNumber> acknowledged, closed;
    std::int64_t last_at = 0;         // microseconds
    std::int64_t agent_seconds = 0;
    DayNumber filed = 0;
    Way way = Way::page;
    bool complaint = false;           // of this kind, and no appeal
    bool completion_asked = false;    // by an incomplete receipt, or by an agent
    bool favourable = false;          // of what is signed, not notified yet
    bool open = true;
    // Of a complaint: opened again at least once; whether its person, when asked last, was satisfied.
    bool reopened = false;
    std::optional<bool> satisfied;

    bool operator==(const Case&) const = default;
};

// A journal entry, reduced to what counts. Made in any thread.
struct Seen {
    enum class What : std::uint8_t {
        filed, paper, completion_asked, completed, due_moved, decided, notified, silence, acknowledged_declaration, free,
        closed, reopened, satisfaction, message, evidence, other, erased, foreign,
    };
    What what = What::foreign;  // foreign: no entry of a dossier
    std::string chain;
    std::int64_t at = 0;        // microseconds
    std::string agent;          // id, when an agent acted
    std::optional<Instant> instant;  // due, or of effect
    bool flag = false;          // favourable, complete, satisfied; opened again by the person
    std::string code;           // of a paper
    bool from_source = false;
    Case filing;                // filed: all but the folded part
};
Seen see(const store::JournalRow& row, const Basis& basis);

// Folds one entry into its case; `filed` begins it. False: the case is gone (erased), or never began.
bool fold(std::optional<Case>& into, const Seen& seen, const Basis& basis);

// As a document of the store, and back; nothing when it is not one.
std::string encode(const Case& one);
std::optional<Case> decode_case(std::string_view json);

}  // namespace wasl::insight
