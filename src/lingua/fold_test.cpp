#include "lingua/fold.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl;
using namespace wasl::lingua;

TEST_CASE("vowel signs and tatweel disappear") {
    CHECK(fold("السُكنى") == fold("السكنى"));
    CHECK(fold("شَهَادَةٌ") == "شهاده");
    CHECK(fold("وصـــل") == "وصل");
    CHECK(fold("هذا ٰ") == "هذا ");
}

TEST_CASE("alef, hamza, ya and ta marbuta are unified") {
    CHECK(fold("إدارة") == fold("ادارة"));
    CHECK(fold("أمر آخر ٱلاسم") == "امر اخر الاسم");
    CHECK(fold("مسؤول") == "مسوول");
    CHECK(fold("بناء") == "بنا");
    CHECK(fold("مستشفى") == fold("مستشفي"));
    CHECK(fold("مقاولة") == fold("مقاوله"));
    CHECK(fold("أڭادير") == fold("اكادير"));
    CHECK(fold("گلميم") == fold("كلميم"));
}

TEST_CASE("presentation forms and ligatures become letters") {
    CHECK(fold("\uFEFB") == "لا");          // lam-alef
    CHECK(fold("\uFE8D\uFEDF") == "ال");
    CHECK(fold("\uFDF2") == fold("الله"));
}

TEST_CASE("digits become Latin and marks of direction go") {
    CHECK(fold("٢٠٢٦") == "2026");
    CHECK(fold("۱۲") == "12");
    CHECK(fold("a\u200Fb\u2068c\u00ADd") == "abcd");
}

TEST_CASE("Latin loses accents and case") {
    CHECK(fold("Légalisation ÉTAT-CIVIL Œuvre ça") == "legalisation etat-civil oeuvre ca");
    CHECK(fold("e\u0301") == "e");
    CHECK(fold("l’acte") == "l'acte");
    CHECK(fold("ﬁn") == "fin");
    CHECK(fold("İ") == "i");
}

TEST_CASE("Tifinagh and Latin Tamazight meet") {
    CHECK(fold("ⵜⴰⵎⴰⵣⵉⵖⵜ") == "tamazight");
    CHECK(fold("Tamaziɣt") == "tamazight");
    CHECK(tifinagh_to_latin("ⴰⵣⵓⵍ!") == "azul!");
    CHECK(latin_to_tifinagh("Azul") == "ⴰⵣⵓⵍ");
    CHECK(latin_to_tifinagh("tamazight") == "ⵜⴰⵎⴰⵣⵉⵖⵜ");
}

TEST_CASE("folding twice gives what folding once gave: every code point") {
    std::size_t differing = 0;
    for (char32_t c = 1; c <= 0x10FFFF; c += c < 0x30000 ? 1 : 0x101) {
        if (c >= 0xD800 && c <= 0xDFFF) {
            continue;
        }
        std::string text;
        append_utf8(text, c);
        const auto once = fold(text);
        if (const auto twice = fold(once); twice != once) {
            ++differing;
            MESSAGE(std::hex << static_cast<unsigned>(c) << " " << once << " " << twice);
        }
    }
    CHECK(differing == 0);
}

TEST_CASE("folding any bytes is idempotent and gives UTF-8") {
    std::mt19937 random(20261121);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        for (auto length = random() % 24; length > 0; --length) {
            bytes += static_cast<char>(random());
        }
        const auto once = fold(bytes);
        REQUIRE(is_utf8(once));
        REQUIRE(fold(once) == once);
    }
}
