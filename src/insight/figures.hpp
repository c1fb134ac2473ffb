// The public figures of a member for a year: computed from the kept sums, every small count
// withheld, every ratio with its numerator and denominator. A denominator of zero gives no ratio.
// Definitions are in the messages `figures.*.what` and in tools/recount-figures.py. Pure.
#pragma once

#include "insight/settings.hpp"
#include "insight/stages.hpp"
#include "insight/tally.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wasl::insight {

struct Count {
    std::int64_t value = 0;  // not for the public when withheld
    bool withheld = false;
};
// part / whole in percent, one decimal, rounded half up; nothing when one is withheld or whole is zero.
std::optional<Decimal> share(const Count& part, const Count& whole);

struct OfficeFigures {
    std::string office;                     // code; empty: all of them
    std::array<Count, way_count> ways;      // filed in the year
    Count filed, asked, not_asked;          // completion asked, or not
    Count in_time, late, silence, overdue;  // answers of the year; open after their legal day
    Count due;                              // the four together
    Count answered;                         // in_time + late + silence
    std::optional<std::int64_t> median, ninetieth;  // working days of the answers; none below k answers
};

struct GroupFigures {
    std::string group;  // alone, assisted; ar, fr, en, zgh, other
    Count answered, favourable, unfavourable;
    std::optional<std::int64_t> median, ninetieth;
};

// Complaints whose time is over: acknowledged within 15 days, closed within 60.
struct TimedFigures {
    Count due, in_time, late;
};

// What came after the answer to a complaint filed in the year.
struct AftermathFigures {
    Count answered, reopened, settled;     // settled: not opened again
    Count rated, satisfied, unsatisfied;   // by the last word of the person: 4 or 5 of 5 is satisfied
};

struct Figures {
    std::int64_t year = 0;
    Date as_of;
    std::int64_t smallest_count = 10;
    std::vector<OfficeFigures> offices;  // by code
    OfficeFigures all;
    Count papers, fetched, given;        // of the dossiers filed in the year
    std::vector<GroupFigures> ways, languages;
    TimedFigures acknowledged, closed;
    AftermathFigures aftermath;
    Count companies;                     // distinct, in the twelve months before as_of
    std::optional<std::int64_t> agent_seconds;  // on the dossiers of the year; none when their number is withheld
};

// The companies are those of the twelve months before `as_of`.
Figures figures_of(const Tally& tally, std::int64_t year, Date as_of, std::int64_t companies, std::int64_t smallest_count = 10);
// Suggestions of all years: each is the word of one person, which nothing public shows, so small numbers are withheld,
// those still waiting (received less handled) among them.
struct SuggestionFigures {
    Count received, handled, waiting;
};
SuggestionFigures suggestion_figures(std::int64_t received, std::int64_t handled, std::int64_t smallest_count);

// Years for which there is something to show, newest first.
std::vector<std::int64_t> years_of(const Tally& tally);

// One published number, for CSV and JSON.
struct Observation {
    std::string figure, of, part;  // "filings", office or group (empty: all), "page"
    std::optional<std::string> value;  // none: withheld, or not to be computed
    std::string why;                   // "withheld", "no-denominator"; empty when there is a value
};
std::vector<Observation> observations(const Figures& figures, const Stages& stages, const std::optional<Decimal>& minute_cost,
                                      const std::optional<std::int64_t>& companies_in_register);

// Minutes an agent spent on a dossier on average, one decimal; and what that cost, two decimals.
std::optional<Decimal> minutes_per_dossier(const Figures& figures);
std::optional<Decimal> cost_per_dossier(const Figures& figures, const std::optional<Decimal>& minute_cost);

}  // namespace wasl::insight
