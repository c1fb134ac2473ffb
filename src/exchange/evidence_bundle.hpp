// The evidence bundle as a value; its JSON has one spelling (evidence.hpp).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

struct EvidenceEntry {
    std::string content;  // of the journal row: JSON
    std::string salt;
    std::string leaf;
    std::uint64_t index = 0;
    std::vector<Digest> path;
    std::string checkpoint;
};

struct EvidenceBundle {
    std::string member;  // whose journal
    EvidenceEntry request;
    std::optional<EvidenceEntry> response;
    std::vector<std::string> registry;  // signed snapshots, by version
};

std::string write_evidence(const EvidenceBundle& bundle);
Result<EvidenceBundle> parse_evidence(std::string_view text);  // key "exchange.evidence-malformed"

}  // namespace wasl::exchange
