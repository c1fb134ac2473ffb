#include "lingua/language.hpp"

#include <doctest/doctest.h>

using namespace wasl::lingua;

TEST_CASE("a language is found by its tag and knows its direction") {
    for (const auto language : languages) {
        CHECK(from_tag(tag(language)) == language);
    }
    CHECK_FALSE(from_tag("de"));
    CHECK_FALSE(from_tag("AR"));
    CHECK(dir(Language::ar) == "rtl");
    CHECK(dir(Language::zgh) == "ltr");
    CHECK(own_name(Language::ar) == "العربية");
}

TEST_CASE("Accept-Language gives the best of ours (RFC 9110 section 12.5.4)") {
    CHECK(negotiate("fr-MA,fr;q=0.9,ar;q=0.8") == Language::fr);
    CHECK(negotiate("de, en;q=0.7, ar-MA;q=0.8") == Language::ar);
    CHECK(negotiate("tzm-Latn-MA") == Language::zgh);
    CHECK(negotiate("ZGH;q=1.000") == Language::zgh);
    CHECK(negotiate("de, it") == Language::ar);
    CHECK(negotiate("de, *;q=0.1", Language::fr) == Language::fr);
    CHECK(negotiate("") == Language::ar);
    CHECK(negotiate("en;q=0, fr;q=0.001") == Language::fr);
}

TEST_CASE("malformed members of Accept-Language are skipped") {
    CHECK(negotiate("en;q=abc, fr;q=0.5") == Language::fr);
    CHECK(negotiate("en;q=2, fr") == Language::fr);
    CHECK(negotiate(",,;q=1,en") == Language::en);
    CHECK(negotiate("en;q=0.12345, fr;q=0.2") == Language::fr);
    CHECK(negotiate("en ; q=0.3 , fr;q=0.2") == Language::en);
}
