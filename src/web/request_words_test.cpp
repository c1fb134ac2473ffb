// Words of the journey that are made from data.
#include "web/request_words.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("a person is named in the reader's script where it is known, else as they are known") {
    using lingua::Language;
    const dossier::Party both{.name_arabic = "مليكة الدكالي", .name_latin = "Malika Doukkali"};
    CHECK(web::party_name(Language::ar, both) == both.name_arabic);
    for (const auto language : {Language::fr, Language::en, Language::zgh}) CHECK(web::party_name(language, both) == both.name_latin);
    CHECK(web::party_name(Language::fr, {.name_arabic = "مليكة الدكالي"}) == "مليكة الدكالي");
    CHECK(web::party_name(Language::ar, {.name_latin = "ACME"}) == "ACME");
    CHECK(web::party_name(Language::ar, {}).empty());
}
