// The kept sums behind the public figures: what all cases of a member add up to, by calendar year
// and office. Adding a case and taking it away again leaves no trace; equal sums have equal JSON. Pure.
#pragma once

#include "insight/cases.hpp"

#include <map>
#include <string>
#include <string_view>

namespace wasl::insight {

using Histogram = std::map<std::int64_t, std::int64_t>;  // working days → answers

struct OfficeYear {
    std::array<std::int64_t, way_count> ways{};        // dossiers filed in the year
    std::int64_t completion_asked = 0;                 // of those
    std::int64_t fetched = 0, given = 0;               // papers of those
    std::int64_t agent_seconds = 0;                    // on those
    std::array<std::int64_t, ending_count> endings{};  // answers that took effect in the year
    Histogram days;                                    // of those
    std::map<DayNumber, std::int64_t> waiting;         // open, by their last legal day, in the year
    // Complaints filed in the year, by day: how many, acknowledged in time, closed in time.
    std::map<DayNumber, std::array<std::int64_t, 3>> complaints;
    // Complaints filed in the year: answered, of those opened again by the person; with a word of the person on how
    // satisfied they are, of those satisfied.
    std::array<std::int64_t, 4> aftermath{};

    bool operator==(const OfficeYear&) const = default;
};

// Answers by how the dossier was filed or in which language: "alone", "assisted", "ar", …
struct GroupYear {
    std::int64_t answered = 0, favourable = 0;
    Histogram days;
    bool operator==(const GroupYear&) const = default;
};

inline constexpr std::int64_t acknowledge_days = 15, close_days = 60;  // decree 2-17-265, calendar days

struct Tally {
    std::map<std::pair<std::int64_t, std::string>, OfficeYear> offices;  // (year, office)
    std::map<std::pair<std::int64_t, std::string>, GroupYear> groups;    // (year, group)

    void add(const Case& one, const Basis& basis) { apply(one, basis, 1); }
    void take_away(const Case& one, const Basis& basis) { apply(one, basis, -1); }
    bool operator==(const Tally&) const = default;

private:
    void apply(const Case& one, const Basis& basis, std::int64_t sign);
};

std::string encode(const Tally& tally);
std::optional<Tally> decode_tally(std::string_view json);

// The smallest number of days within which `percent` of the answers came (nearest rank); nothing when empty.
std::optional<std::int64_t> percentile(const Histogram& days, std::int64_t percent);
std::int64_t total(const Histogram& days);

}  // namespace wasl::insight
