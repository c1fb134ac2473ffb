// The standard's own functions and constructs, each with arguments that fit and that do not.
#include "feel/testing.hpp"

#include <fstream>

using namespace wasl;
using namespace wasl::feel;

namespace {

// As testing::gives, at a moment, for what asks the clock.
std::string at_a_moment(const std::string& text) {
    Bindings clock;
    clock.at({1'700'000'000'000'000}, Zone::utc());
    return testing::gives(text, {}, clock);
}

}  // namespace

TEST_CASE("the standard: every expression of the table gives its value") {
    std::ifstream table(std::string(WASL_SOURCE_DIR) + "/src/feel/cases/standard.txt");
    REQUIRE(table.is_open());
    std::size_t count = 0;
    for (std::string line; std::getline(table, line);) {
        const auto arrow = line.rfind(" ==> ");
        if (line.starts_with('#') || arrow == std::string::npos) continue;
        const auto expression = line.substr(0, arrow);
        CAPTURE(expression);
        CHECK(at_a_moment(expression) == line.substr(arrow + 5));
        ++count;
    }
    CHECK(count > 500);
}
