// Texts of a page that go out in JSON.
#include "web/plain_words.hpp"

#include "lingua/messages.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("what a message isolates reads the same without its marks; other characters stay") {
    CHECK(web::plain_words(lingua::say(lingua::Language::ar, "rules.line", {{"what", "أطفال الأرملة"}, {"amount", "1.200,00 درهم"}})) == "أطفال الأرملة: 1.200,00 درهم");
    CHECK(web::plain_words("\u2066a\u2067b\u2068c\u2069 \u200F\u061Cd") == "abc \u200F\u061Cd");
    CHECK(web::plain_words("").empty());
}
