// The public figures of a member, as a page and as open data; and the UN index.
#pragma once

#include "http/router.hpp"
#include "insight/figures.hpp"
#include "insight/kept.hpp"
#include "participation/forum.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wasl::web {

void add_figures_routes(http::Router& router, Site& site);   // /figures, and its CSV, JSON and JSON-LD
void add_un_index_routes(http::Router& router, Site& site);  // /figures/un-index

namespace figures {

// Filings of the rural and of the urban members, against the people who live there.
struct AreaGap {
    Decimal rural, urban;  // filings for 1,000 inhabitants, one decimal
    Decimal relative;      // 1 - low / high, percent
};

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
    participation::SuggestionCounts suggestions;
};
// For `?member=` (the first when there is none) and `?year=` (this one).
Result<Shown> shown_for(Visit& visit);

Result<http::Response> csv(Visit& visit);
Result<http::Response> json(Visit& visit);
Result<http::Response> json_ld(Visit& visit);

}  // namespace figures

}  // namespace wasl::web
