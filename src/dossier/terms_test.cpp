#include "dossier/terms.hpp"

#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::dossier;

namespace {

Terms terms_with(int n, catalogue::DelayUnit unit, std::vector<std::string> regime = {}) {
    const auto pack = jurisdiction::load_pack(std::string(WASL_SOURCE_DIR) + "/jurisdictions/ma").value();
    catalogue::Revision revision;
    revision.id = "sheet";
    revision.regime = std::move(regime);
    catalogue::DelayCase published;
    published.n = n;
    published.unit = unit;
    revision.delay.cases.push_back(published);
    return terms_of(revision, form::Facts{}, *pack, Date{2026, 11, 2}, {}, "fr");
}

}  // namespace

TEST_CASE("law 55-19 art. 16: a published delay over the maximum counts as the maximum, and says so") {
    const auto over = terms_with(90, catalogue::DelayUnit::day);
    CHECK(over.delay.n == 60);
    CHECK(over.delay_is_maximum);
    CHECK(terms_with(3, catalogue::DelayUnit::month).delay_is_maximum);
}

TEST_CASE("law 55-19 art. 16: a published delay within the maximum is the delay") {
    const auto within = terms_with(60, catalogue::DelayUnit::day);
    CHECK(within.delay.n == 60);
    CHECK_FALSE(within.delay_is_maximum);
    CHECK_FALSE(terms_with(2, catalogue::DelayUnit::month).delay_is_maximum);
}

TEST_CASE("law 55-19 art. 16, decree 2-22-385: an act of an investment project is answered within thirty days") {
    const auto terms = terms_with(45, catalogue::DelayUnit::day, {"investment"});
    CHECK(terms.delay.n == 30);
    CHECK(terms.delay_is_maximum);
    CHECK(terms_with(20, catalogue::DelayUnit::day, {"investment"}).delay.n == 20);
}
