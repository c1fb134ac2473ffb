// A segment: a run of journal entries in one file that never changes, so that rows need not stay in the store for
// ever. It stands by itself: each entry with its leaf, what the leaf committed to, and the way from the run to a
// signed head of the journal. A stranger verifies it with the member's checkpoint key alone.
//
// Bytes: "wasl-segment-1\n" ‖ u32 length ‖ header ‖ entries ‖ SHA-256 of all before. Integers big-endian.
//   header: {"journal":name,"first":n,"entries":n,"erased":instant?,"head":note,"path":[b64…],
//            "chains":[[name,b64 salt]…],"checkpoints":[note…]}, JSON without blanks
//   entry:  u32 number in chains ‖ u16 length ‖ leaf ‖ u8 length ‖ salt ‖ u32 length ‖ content
// The run is a perfect subtree: 2^n entries, at least a tile's, beginning at a multiple of their number. One
// value has one text. After the time that content is kept, salts and contents are empty and leaves stand.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/journal.hpp"
#include "trust/keys.hpp"
#include "trust/merkle.hpp"
#include "trust/verify.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

struct Segment {
    std::string journal;                    // member's name in its checkpoints
    std::uint64_t first = 0;                // seq of the first entry
    std::vector<store::JournalRow> rows;
    std::map<std::string, std::string> chain_salts;  // of each chain in rows, and no other
    std::vector<std::string> checkpoints;   // signed notes of sizes first+1 … end; none once erased
    std::string head;                       // the signed note of the smallest size that is at least end
    std::vector<Digest> path;               // from the run's subtree to the root of `head`
    std::optional<Instant> erased;          // salts and contents are gone since
    [[nodiscard]] std::uint64_t end() const noexcept { return first + rows.size(); }
};

inline constexpr std::uint64_t most_segment_entries = 65'536;
// tile_width · 2^n, at most that many, and `first` a multiple of it.
bool is_segment_place(std::uint64_t first, std::uint64_t entries) noexcept;

bool is_segment(std::string_view bytes) noexcept;  // by its beginning
std::string write_segment(const Segment& segment);
// Strict: form, sum, and that rows say what their leaves say. Key "trust.segment-malformed".
Result<Segment> parse_segment(std::string_view bytes);

// Contents, chains, and the run's place under its head; no signatures. The frontier of the tree after the run, so
// that the next segment's begins with it. Key "trust.segment-differs", detail says where.
Result<Frontier> check_segment(const Segment& segment);

// Everything, with the signatures of head and checkpoints. Facts through Verification::paper: first, entries, erased,
// from, until, size, root.
Verification verify_segment(std::string_view bytes, const TrustStore& trust);

// The tree before the run, from the left siblings of its path; the run's own root must lead to the head's.
// Key "trust.segment-differs".
Result<Frontier> frontier_before(const Segment& segment);

}  // namespace wasl::trust
