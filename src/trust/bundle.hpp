// The bundle: one JSON document (`wasl.json`, also embedded in our PDFs) with all that a stranger needs
// beside the trusted keys. docs/proof-format.md describes it.
#pragma once

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::trust {

// The canonical text of a paper: its facts as "name: value" lines in the issuer's order, each value with
// line breaks and backslashes escaped (\n, \\), UTF-8, one newline after each line. Names are
// [a-z0-9._-]{1,40} and may repeat. Its SHA-256 is the seal's subject.
using PaperFacts = std::vector<std::pair<std::string, std::string>>;
Result<std::string> canonical_text(const PaperFacts& facts);  // key "trust.paper-malformed"
Result<PaperFacts> parse_canonical_text(std::string_view text);

// That an entry is in the journal: its leaf, and its path to the root of a signed checkpoint.
struct InclusionEvidence {
    std::string leaf;  // bytes of leaf.hpp
    std::uint64_t index = 0;
    std::vector<Digest> path;
    std::string checkpoint;  // signed note
};

// A receipt, document, decision, record of silence or certificate.
struct PaperBundle {
    std::string seal;   // bytes of seal.hpp
    std::string paper;  // canonical text
    std::optional<InclusionEvidence> inclusion = {};
};

// That no decision existed by the end of a day.
struct NoDecisionBundle {
    std::string reference;  // of the dossier
    std::string salt;       // of the reference commitment
    std::string line;       // bytes of the map line
    std::uint64_t index = 0;
    std::vector<Digest> path;
    std::string map;        // signed and cosigned note
};

struct Bundle {
    std::optional<PaperBundle> paper = {};             // exactly one of the two
    std::optional<NoDecisionBundle> no_decision = {};
};

std::string write_bundle(const Bundle& bundle);            // JSON, stable order of members
Result<Bundle> parse_bundle(std::string_view json_text);   // strict; key "trust.bundle-malformed", "trust.bundle-version"

}  // namespace wasl::trust
