// The values that events and states are made of.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "dossier/kind.hpp"
#include "dossier/terms.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// A person as the dossier names them; who they are in full belongs to identity.
struct Party {
    std::string person;           // id in identity; empty for somebody without an account
    std::string name_arabic;
    std::string name_latin;
    std::string identifier_kind;  // cnie, passport, residence, ice …
    std::string identifier;

    bool operator==(const Party&) const = default;
    [[nodiscard]] const std::string& name() const noexcept { return name_arabic.empty() ? name_latin : name_arabic; }
};

// Who files for the applicant, and by what right.
struct Representative {
    Party party;
    std::string relation;  // parent, guardian, mandate, counter
    std::string mandate;   // id of the mandate
    std::string consent;   // how the person consented, at the counter: "read back, signed on paper"
    bool proven = false;   // the mandate rested on more than the word of whoever files, when this was filed

    bool operator==(const Representative&) const = default;
};

// Where messages go. The address itself stays in identity: here is only a reference to it.
struct Contact {
    std::string channel;   // sms, email, print, account
    std::string address;   // opaque reference
    std::string language;  // ar, fr, en, zgh

    bool operator==(const Contact&) const = default;
};

// How a fact came in; the port EvidenceSource says more.
enum class Source : std::uint8_t { typed, uploaded, shown, declared, fetched };

// A paper handed in. Its bytes are a blob of the store, known by digest.
struct Piece {
    std::string requirement;  // code in the revision
    std::string name;         // as the person named the file
    std::string media_type;   // by content: application/pdf, image/jpeg, image/png
    std::uint64_t bytes = 0;
    std::string digest;       // SHA-256, hex
    Source source = Source::uploaded;
    bool verified = false;    // fetched and signed by its source, or seen by an agent

    bool operator==(const Piece&) const = default;
};

using catalogue::EvidenceHow;

// What became of asking the holder of a paper's facts.
enum class EvidenceStatus : std::uint8_t {
    waiting,    // its holder has not answered yet: asked again, never counted as a missing paper
    held,       // the holder says yes, or gave the data or the document
    not_held,   // the holder answers that it knows nothing of it: the person is asked
    declined,   // the person did not agree: they hand in the paper
    handed_in,  // the person handed in the paper while its holder was silent
};
std::string_view to_string(EvidenceStatus status) noexcept;

struct EvidenceAnswer {  // answer of the form that came with it
    std::string field, fact;
    bool operator==(const EvidenceAnswer&) const = default;
};

// A paper that its holder is asked for instead of the person, and what came of it.
struct Evidence {
    std::string requirement;  // code of the paper in the revision
    std::string type;         // evidence type of the shared registry
    EvidenceHow how = EvidenceHow::yes_no;
    std::string legal_basis;
    bool needs_consent = false;
    bool agreed = false;
    std::vector<EvidenceAnswer> answers;
    EvidenceStatus status = EvidenceStatus::waiting;
    std::string holder;       // administration asked; "identity" for what is proven by the person's own
    std::string service;      // through which it answered
    std::string exchange;     // id of the exchange at both ends
    std::string source;       // the act at the holder that the fact rests on: a reference
    json::Object facts;       // only what `how` asks for
    std::string as_of;        // instant of the holder's answer
    std::int64_t tries = 0;   // without an answer
    std::optional<Instant> next;  // when it is asked again
    std::string why;          // key of the last failure
    std::string contested;    // what the person says is wrong with it
    json::Object where;       // fact to text: only what bears it is asked for
    std::string named;        // whom the person's answer names as holder: a division's code, a member; empty: whoever holds it
    std::string document;     // SHA-256 (hex) of the document that came: that piece of the file

    bool operator==(const Evidence&) const = default;
};

// One thing that a receipt or a completion request lists as missing.
struct Missing {
    std::string code;      // requirement code, or field id
    bool answer = false;   // true: an answer of the form; false: a paper
    std::string title;     // in the person's language

    bool operator==(const Missing&) const = default;
};

// The receipt of law 55-19 and order 2332-20: either complete with the day by which the answer is
// due, or incomplete with the exact missing list, which is the one completion request.
struct Receipt {
    std::vector<Missing> missing;       // empty: the file is complete
    std::optional<Instant> answer_due;  // end of the delay (exclusive), when complete and a delay runs
    std::optional<Instant> complete_by; // when incomplete: end of the person's time

    bool operator==(const Receipt&) const = default;
    [[nodiscard]] bool complete() const noexcept { return missing.empty(); }
};

// What links a dossier to another: an appeal to the decision it attacks.
struct Link {
    std::string dossier;               // id there
    std::string reference;
    std::string relation;              // "appeal"
    std::vector<std::string> authors;  // who proposed and signed there: may not decide here

    bool operator==(const Link&) const = default;
};

// Why a rule or a person decided (DESIGN section 8): replayable.
struct DecisionRecord {
    std::string rules;                // rule set and version (hash)
    json::Object inputs;              // with their values
    std::vector<std::string> sources; // "code=fetched", in the order of inputs
    std::vector<std::string> fired;   // rules that fired, with their article
    std::string told;                 // what the person was told
    json::Object trace;               // of decision tables: what they advised, and each run with its model's SHA-256

    bool operator==(const DecisionRecord&) const = default;
};

// A document that left the house.
enum class DocumentStatus : std::uint8_t { valid, replaced, withdrawn };
struct Document {
    std::string id;      // random, in the QR
    std::string type;    // output code of the procedure
    Instant issued;
    std::optional<Date> valid_until;
    DocumentStatus status = DocumentStatus::valid;
    std::string replaced_by;
    std::string reasons; // of correction, replacement or withdrawal

    bool operator==(const Document&) const = default;
};

enum class Opinion : std::uint8_t { favourable, reserved, unfavourable };

}  // namespace wasl::dossier
