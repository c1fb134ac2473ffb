// The daily map: for every dossier of a member its head at the end of a day, and whether a decision
// existed. Signed by the member and cosigned by another, it proves that *nothing* was decided by that
// day: the fraud that exists is the backdated refusal.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/checkpoint.hpp"
#include "trust/keys.hpp"
#include "trust/merkle.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

// One dossier at the end of the day. Bytes of a line: 0x01 ‖ reference commitment ‖ length u64 ‖ head ‖
// decided u8.
struct MapLine {
    Digest reference;          // SHA-256(salt ‖ reference text): see commitment()
    std::uint64_t length = 0;  // entries in the dossier's chain
    Digest head;               // Merkle leaf hash of the last of them
    bool decided = false;      // a decision (grant, refusal, tacit approval, lapse) existed
    bool operator==(const MapLine&) const = default;
};
std::string write_map_line(const MapLine& line);
Result<MapLine> parse_map_line(std::string_view bytes);  // strict; key "trust.map-malformed"

// The signed head of a map. Text: origin "wasl/MEMBER/map", size, root, then the lines
// "day", "end", "time", "member", "checkpoint SIZE ROOT".
struct MapHead {
    std::string member;
    Date day;                // of the member's zone
    Instant end;             // the first instant after that day, in that zone
    Instant time;            // when it was made, not before the end
    std::uint64_t size = 0;  // lines
    Digest root;
    std::uint64_t checkpoint_size = 0;  // of the journal when the map was made
    Digest checkpoint_root;
    bool operator==(const MapHead&) const = default;
};
std::string map_origin(std::string_view member);
std::string map_text(const MapHead& head);
Result<MapHead> parse_map_text(std::string_view text);  // strict; key "trust.map-malformed"

// Everything of a day, sorted by reference commitment.
class DailyMap {
public:
    // Keys "trust.map-duplicate" when two lines have one commitment, "trust.map-too-early" before the end.
    static Result<DailyMap> build(std::string member, Date day, Instant end, Instant time, const Checkpoint& checkpoint,
                                  std::vector<MapLine> lines);
    [[nodiscard]] const MapHead& head() const noexcept { return head_; }
    [[nodiscard]] const std::vector<MapLine>& lines() const noexcept { return lines_; }
    [[nodiscard]] Result<std::string> sign(const Signer& signer) const;  // note bytes
    // Index and path of one dossier; key "trust.map-absent".
    struct Place {
        MapLine line;
        std::uint64_t index = 0;
        std::vector<Digest> path;
    };
    [[nodiscard]] Result<Place> place(const Digest& reference) const;
    // All lines as bytes, to be kept beside the note, and back (order and duplicates checked).
    [[nodiscard]] std::string write_lines() const;
    static Result<DailyMap> read(const MapHead& head, std::string_view lines);

private:
    MapHead head_;
    std::vector<MapLine> lines_;
    std::vector<Digest> hashes_;
};

}  // namespace wasl::trust
