// The E-Government Development Index of the United Nations (UN E-Government Survey, UN DESA): what
// each edition says of each country, read strictly from one file that the operator brings.
//
// EGDI is the mean of three indices, of which the Online Service Index (OSI) is one; their ranks
// differ and are never mixed. Pure: no disk, no clock.
//
// Error keys: insight.index-malformed [unprocessable] (detail: "line 12: why"), insight.unknown-country
// [not_found], insight.unknown-edition [not_found].
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::insight {

// An index value in hundred-thousandths: 56184 is 0.56184. Exact, as published with five decimals.
using IndexValue = std::int64_t;
inline constexpr IndexValue index_one = 100'000;
std::string index_text(IndexValue value, int digits = 5);  // "0.562" with three, rounded half up

// One country in one edition. Absent: the country was not surveyed. Zero: the source means "no data"
// there, never a score (EGDI 0 comes with a shared last rank).
struct IndexRow {
    int year = 0;
    std::string iso3, country;
    std::optional<int> egdi_rank;  // as published, never recomputed
    std::optional<IndexValue> egdi, osi, hci, tii, epi;

    bool operator==(const IndexRow&) const = default;
};

// A row with what had to be computed: rank = 1 + countries with a greater value.
struct IndexPoint {
    IndexRow row;
    std::optional<int> osi_rank, epi_rank;  // none where the value is no score
};

class UnIndex {
public:
    // Header `year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi`; UTF-8, quotes as in RFC 4180.
    // Refused: another header, another number of fields, a value that is no plain decimal
    // from 0 to 1 (human capital before 2012: below 2, as the survey has it in 2003), a country twice in an edition, a row filled in part, an empty file.
    static Result<UnIndex> read(std::string_view csv);

    [[nodiscard]] std::vector<int> editions() const;   // ascending
    [[nodiscard]] std::size_t rows() const noexcept;
    [[nodiscard]] bool knows(std::string_view iso3) const;
    [[nodiscard]] const std::map<std::string, IndexRow, std::less<>>* edition(int year) const;
    // Countries of the newest edition with their codes, by name: for a list to choose from.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> countries() const;

    // Every edition in which the country stands, oldest first.
    Result<std::vector<IndexPoint>> series(std::string_view iso3) const;

private:
    std::map<int, std::map<std::string, IndexRow, std::less<>>> editions_;
    std::size_t rows_ = 0;
};

// What it would have taken in one edition, all other countries as they were.
struct Simulation {
    int year = 0, wanted_rank = 0;
    IndexRow row;
    std::optional<int> osi_rank;
    // Rank `wanted_rank` in OSI: the value of the country now at that place (`holder`).
    IndexValue osi_needed = 0;
    std::string holder, holder_iso3;
    bool reached = false;                // it stands at that OSI rank or better already
    IndexValue egdi_then = 0;            // with that OSI, HCI and TII unchanged
    int egdi_rank_then = 0;
    // Rank `wanted_rank` in EGDI by OSI alone; above 1 it cannot be reached so.
    IndexValue osi_for_egdi_rank = 0;
    bool egdi_reachable_by_osi = false;
};

// Only editions in which EGDI is the plain mean of the three indices (2012 and later); others,
// and countries without a score, are "insight.unknown-edition". `rank` from 1 to the number of
// other countries with a score.
Result<Simulation> simulate(const UnIndex& index, std::string_view iso3, int year, int rank);

}  // namespace wasl::insight
