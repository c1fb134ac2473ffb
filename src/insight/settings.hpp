// What the figures take from files: the jurisdiction pack (jurisdictions/CC/insight/figures.toml) and
// what the operator states about this host (DATA/figures.toml). Pure; the caller reads the files.
//
// Error key: insight.settings [unprocessable] (detail: "figures.toml:12: why").
#pragma once

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "jurisdiction/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::insight {

// A published gap between two groups of people: 1 − low / high.
struct Gap {
    jurisdiction::Names name, high_group, low_group;
    Decimal high, low;  // percent
    std::string source;
    [[nodiscard]] Decimal relative() const;  // percent, one decimal
};

struct PackFigures {
    std::int64_t smallest_count = 10;
    std::int64_t session_minutes = 30;
    std::optional<Decimal> minute_cost;  // of an agent, in the pack's currency
    std::string minute_source;
    bool minute_confirmed = false;
    std::vector<Gap> gaps;
};
Result<PackFigures> read_pack_figures(std::string_view toml);

enum class Area : std::uint8_t { unknown, rural, urban };
struct MemberFacts {
    std::string id;
    Area area = Area::unknown;
    std::optional<std::int64_t> population;
    std::optional<std::int64_t> companies;  // of the commercial register there
    std::optional<Date> companies_on;
    std::string companies_source;
};
struct HostFacts {
    std::vector<MemberFacts> members;
    [[nodiscard]] const MemberFacts* member(std::string_view id) const noexcept;
};
Result<HostFacts> read_host_facts(std::string_view toml);

}  // namespace wasl::insight
