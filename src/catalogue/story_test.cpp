// Runs stories/catalogue: each line is a published text and its reading.
#include "base/text.hpp"
#include "catalogue/delay_text.hpp"
#include "catalogue/fee_text.hpp"
#include "catalogue/forbidden.hpp"

#include <doctest/doctest.h>
#include <fstream>

using namespace wasl;
using namespace wasl::catalogue;

namespace {

std::string delay_words(const std::string& text) {
    std::string out;
    for (const auto& row : read_delay(text).rows) {
        const std::string unit = std::string(row.working ? "working " : "") + (row.unit == DelayUnit::day ? "day" : "month") + (row.n == 1 ? "" : "s");
        out += (out.empty() ? "" : ", ") + (row.n == 0 ? "at once" : std::to_string(row.n) + " " + unit) + (row.when.empty() ? "" : " {" + row.when + "}");
    }
    return out.empty() ? "human" : out;
}

std::string fee_words(const std::string& text) {
    const FeeReading fee = read_fee(text);
    return fee.kind == FeeKind::free ? "free" : fee.kind == FeeKind::amount ? fee.amount : fee.kind == FeeKind::rule ? "rule" : "human";
}

std::string paper_words(const std::string& text) { return forbidden_formality(text, nullptr).value_or("plain"); }

void run(const char* name, std::string (*read)(const std::string&)) {
    std::ifstream in(std::string(WASL_SOURCE_DIR) + "/stories/catalogue/" + name);
    REQUIRE(in.is_open());
    std::string line;
    int told = 0;
    while (std::getline(in, line)) {
        const std::size_t arrow = line.find(" => ");
        if (line.starts_with("#") || arrow == std::string::npos) {
            continue;
        }
        CAPTURE(line);
        CHECK(read(replace_all(line.substr(0, arrow), "\\n", "\n")) == line.substr(arrow + 4));
        ++told;
    }
    CHECK(told > 5);
}

}  // namespace

TEST_CASE("stories of delays") { run("delays.story", delay_words); }
TEST_CASE("stories of fees") { run("fees.story", fee_words); }
TEST_CASE("stories of papers") { run("papers.story", paper_words); }
