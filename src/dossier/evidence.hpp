// The port by which facts and papers come into a dossier without the person: asked of the administration
// that holds them, or read from the identity already proven. `apps` plugs the sources in.
#pragma once

#include "base/result.hpp"
#include "dossier/parts.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::dossier {

// Who holds a type of evidence, as the person is told before anything is asked.
struct Holder {
    std::string id;                            // "MA/GOV/ancfcc", or the member itself
    std::string service;                       // that answers
    std::map<std::string, std::string> names;  // language to name; may be empty
};

struct EvidenceWanted {
    std::string requirement;    // code in the revision
    std::string evidence_type;  // type of the shared registry, "birth-extract"
    EvidenceHow how = EvidenceHow::yes_no;
    Party subject;              // about whom
    std::string office;         // of ours, for which it is asked
    std::string procedure;      // the purpose
    std::string legal_basis;
    std::string dossier;        // request id for the other side's journal
    std::vector<std::pair<std::string, std::string>> where = {};  // fact = value, all of them
    std::string named = {};     // whom the person's answer names as holder; empty: whoever holds that type
};

// What the holder said. Nothing known of the subject is an answer too: `holds` is false.
struct EvidenceFound {
    bool holds = false;
    json::Object facts;            // of `data` and `document` only
    std::optional<Piece> piece;    // of a document; its bytes are a blob of the member's store
    std::string holder, service;   // administration and service that answered
    std::string exchange;          // id of the exchange at both ends
    std::string source;            // reference of the act that the fact rests on
    std::string as_of;             // instant for which it holds
};

class EvidenceSource {
public:
    using Done = std::function<void(Result<EvidenceFound>)>;
    virtual ~EvidenceSource() = default;
    // Who would be asked for that type, of those that `named` means (a division's code, a member; empty: all). Nothing:
    // nobody, or more than one administration and none is guessed; then the person is asked. Cheap, does not block.
    [[nodiscard]] virtual std::optional<Holder> holder_of(std::string_view evidence_type, std::string_view named) const = 0;
    // Asks; `done` is called once, from any thread, also on the caller's. An error: no answer.
    virtual void fetch(const EvidenceWanted& wanted, Done done) = 0;
};

// The id by which a person is known to a register: "cnie:AB123456", letters upper, without blanks.
// Empty without an identifier.
std::string subject_key(std::string_view identifier_kind, std::string_view identifier);

// Limits of an upload: 10 MB each, 40 MB a dossier.
inline constexpr std::uint64_t piece_limit = 10U << 20U;
inline constexpr std::uint64_t dossier_limit = 40U << 20U;

// The media type by content, nothing for anything but PDF, JPEG and PNG.
std::optional<std::string_view> media_type_of(std::string_view bytes) noexcept;
// An uploaded paper, checked. Keys: "upload.too-large", "upload.type", "upload.empty".
Result<Piece> uploaded_piece(std::string requirement, const std::string& name, std::string_view bytes);

}  // namespace wasl::dossier
