#include "jurisdiction/identifier.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

namespace {

using namespace wasl;
using namespace wasl::jurisdiction;

const Identifiers& identifiers() {
    static const auto pack = load_pack(WASL_SOURCE_DIR "/jurisdictions/ma");
    REQUIRE(pack);
    return (*pack)->identifiers();
}

std::string doubt(std::string_view code, std::string_view typed) {
    const Identifier read = identifiers().read(code, typed);
    return read.plausible() ? "" : read.doubts.front().key;
}

}  // namespace

TEST_CASE("an ICE has fifteen digits that are a multiple of 97") {
    CHECK(doubt("ice", "001561191000066").empty());
    CHECK(doubt("ice", "002136093000040").empty());
    CHECK(doubt("ice", "001561191000065") == "identifier.check");
    CHECK(doubt("ice", "0015611910000") == "identifier.pattern");
    CHECK(identifiers().read("ice", "001 561 191 0000 66").normal == "001561191000066");
}

TEST_CASE("a CNIE number is one or two letters and four to eight digits, typed as people type") {
    CHECK(identifiers().read("cnie", " ab-123456 ").normal == "AB123456");
    CHECK(identifiers().read("cnie", "j٤٥٦٧٨٩").normal == "J456789");  // Arabic-Indic digits
    CHECK(doubt("cnie", "ab123456").empty());
    CHECK(doubt("cnie", "123456") == "identifier.pattern");
    CHECK(doubt("cnie", "") == "identifier.empty");
    CHECK(doubt("cnie", std::string(200, '9')) == "identifier.too-long");
    CHECK(doubt("library-card", "7") == "identifier.unknown-kind");
}

TEST_CASE("doubts do not lose what was typed") {
    const Identifier read = identifiers().read("cnss", "not sure");
    CHECK(read.typed == "not sure");
    CHECK_FALSE(read.plausible());
}

TEST_CASE("the other identifiers of the pack accept their examples") {
    for (const IdentifierRule& rule : identifiers().rules()) {
        CHECK_MESSAGE(identifiers().read(rule.code, rule.example).plausible(), rule.code);
    }
    CHECK(identifiers().rule("if") != nullptr);
    CHECK(identifiers().rule("nothing") == nullptr);
}

TEST_CASE("phones become E.164, from any country") {
    const auto normal = [](std::string_view typed) { return identifiers().read_phone(typed).normal; };
    for (const char* typed : {"0612345678", "06 12 34 56 78", "+212612345678", "00212612345678", "+212 (0)6 12-34-56-78",
                              "212612345678", "612345678", "٠٦١٢٣٤٥٦٧٨", "\u202A+212 612-345678\u202C"}) {
        CHECK_MESSAGE(normal(typed) == "+212612345678", typed);
        CHECK_MESSAGE(identifiers().read_phone(typed).plausible(), typed);
    }
    CHECK(normal("+33 6 12 34 56 78") == "+33612345678");
    CHECK(identifiers().read_phone("+33612345678").plausible());
    CHECK(doubt("phone", "0412345678") == "identifier.pattern");
    CHECK(doubt("phone", "call me") == "identifier.pattern");
    CHECK(doubt("phone", "") == "identifier.empty");
    CHECK(identifiers().is_mobile("+212612345678"));
    CHECK_FALSE(identifiers().is_mobile("+212522345678"));
}
