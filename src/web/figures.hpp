// The public figures of a member, as a page and as open data; and the UN index.
#pragma once

#include "http/router.hpp"
#include "insight/figures.hpp"
#include "insight/kept.hpp"
#include "insight/settings.hpp"
#include "participation/forum.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wasl::web {

void add_figures_routes(http::Router& router, Site& site);   // /figures, and its CSV, JSON and JSON-LD
void add_un_index_routes(http::Router& router, Site& site);  // /figures/un-index

namespace figures {

// What the rural, or the urban, members of this host come to together in a year.
struct AreaFigures {
    Decimal per_thousand;                           // filings for 1,000 inhabitants, one decimal
    std::optional<Decimal> favourable;              // of the answers, percent; none without answers
    std::optional<std::int64_t> median, ninetieth;  // working days to the answer
};
struct AreaGap {
    AreaFigures rural, urban;
    Decimal relative;                     // 1 - low / high of the filings for 1,000 inhabitants, percent
    Decimal filings_share, people_share;  // of the rural members, percent
};
// Nothing when one side has no member whose population is known, or when a count it rests on would be withheld.
std::optional<AreaGap> area_gap(const Visit& visit, const insight::HostFacts& facts, std::int64_t year, std::int64_t smallest);

// Everything that is shown, whatever its form.
struct Shown {
    const MemberInfo* member = nullptr;
    std::vector<std::int64_t> years;
    insight::Figures figures;
    insight::Stages stages{};
    insight::Position position;
    std::optional<insight::MemberFacts> facts;
    std::optional<AreaGap> areas;
    participation::ConsultationCounts consultations;
    insight::SuggestionFigures suggestions;
};
// For `?member=` (the first when there is none) and `?year=` (this one).
Result<Shown> shown_for(Visit& visit);

Result<http::Response> csv(Visit& visit);
Result<http::Response> json(Visit& visit);
Result<http::Response> json_ld(Visit& visit);

}  // namespace figures

}  // namespace wasl::web
