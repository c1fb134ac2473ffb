// A record of a register: what is authoritative about one thing (a title, a permit, a household) and since
// when. It knows two times: the days for which a fact holds, and the instant since which the register knows
// it. An act adds a version and never changes one, so every earlier answer can be given again.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::reg {

// What an act did to the record.
enum class Effect : std::uint8_t {
    recorded,   // these facts hold for these days
    corrected,  // the facts of an earlier version, put right, for the same days
    closed,     // nothing holds for these days
};
std::string_view to_string(Effect effect) noexcept;

// The decision that a version rests on; the only way by which one is made.
struct Act {
    std::string dossier;          // id, also of its chain in the journal
    std::string reference;
    std::string event;            // "signed", "document-withdrawn" …
    std::uint64_t entry = 0;      // position of that event in the dossier's chain
    std::string by, office;       // who answers for it; "system" for a rule
    bool operator==(const Act&) const = default;
};

struct Version {
    Effect effect = Effect::recorded;
    Instant recorded;             // known since
    Date from;                    // holds from this day …
    std::optional<Date> until;    // … to the day before; none: until another act
    std::string subject;          // about whom: "cnie:AB123456"
    json::Object facts;
    Act act;
    bool operator==(const Version&) const = default;

    [[nodiscard]] bool covers(Date day) const noexcept { return from <= day && (!until || day < *until); }
};

struct Record {
    std::string name;  // of the register: "land-titles"
    std::string key;   // in it: "T-12345/44"
    std::string type;  // of the evidence it gives: "land-title"
    std::vector<Version> versions;  // in the order in which they came to be known
    bool operator==(const Record&) const = default;
};

// What holds on `valid` by what was known at `known` (inclusive): the newest version that covers the day;
// nullptr when there is none or it closes. The pointer is into the record.
const Version* as_of(const Record& record, Date valid, Instant known) noexcept;

// Canonical JSON, strict both ways. Key "register.malformed".
std::string encode(const Record& record);
Result<Record> decode_record(std::string_view json);
// One version with the record it belongs to: the content of its journal entry.
std::string encode_version(const Record& record, const Version& version);
// Adds the version to the record, whose name, key and type it sets when the record is new.
Result<void> take_version(Record& record, std::string_view json);

}  // namespace wasl::reg
