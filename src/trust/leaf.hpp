// What enters the Merkle tree for one journal entry: commitments only, so that the tree tells
// nothing once the salts are erased. Canonical binary, described in docs/proof-format.md.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl::trust {

struct Leaf {
    Digest content;          // SHA-256(salt ‖ content)
    Digest chain;            // SHA-256(chain salt ‖ chain id): no one can try out references
    std::uint64_t position = 1;  // in its chain, from 1
    Digest previous;         // Merkle leaf hash of the entry before in the chain; zero at position 1
    Instant at;
    std::string kind;        // of the entry, 1–64 characters [a-z0-9._-]
    bool operator==(const Leaf&) const = default;
};

// Version 1: 0x01 ‖ content ‖ chain ‖ position u64 ‖ previous ‖ at i64 (microseconds UTC) ‖
// length of kind u8 ‖ kind. Integers big-endian.
Result<std::string> write_leaf(const Leaf& leaf);       // key "trust.leaf-malformed": bad kind or position
Result<Leaf> parse_leaf(std::string_view bytes);        // strict; key "trust.leaf-malformed"
Digest commitment(std::string_view salt, std::string_view content);  // SHA-256(salt ‖ content)

}  // namespace wasl::trust
