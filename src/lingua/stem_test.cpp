#include "lingua/stem.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl::lingua;

namespace {

// The search of the index: every word of the query has an alternative among the tokens.
bool finds(std::string_view text, std::string_view query) {
    const auto tokens = index_tokens(text);
    const auto list = wasl::split(tokens, ' ');
    return std::ranges::all_of(query_words(query), [&](const QueryWord& word) {
        return std::ranges::any_of(word.alternatives, [&](const std::string& alternative) {
            return std::ranges::find(list, alternative) != list.end();
        });
    });
}

}  // namespace

TEST_CASE("Arabic: vowels, article, hamza and plural do not hide a sheet") {
    CHECK(finds("شهادة السُكنى", "السكنى"));
    CHECK(finds("شهادة السكنى", "سكنى"));
    CHECK(finds("شهادة السكنى", "شهادات السكنى"));
    CHECK(finds("رخصة البناء", "رخص بناء") == finds("رخصة البناء", "رخص البناء"));
    CHECK(finds("نسخة من رسم الولادة", "الولادة"));
    CHECK(finds("نسخة من رسم الولادة", "ولاده"));
    CHECK(finds("التصريح بتأسيس جمعية", "تصريح جمعية"));
    CHECK(finds("طلب الترخيص لمشروع صغير", "طلب ترخيص"));
    CHECK_FALSE(finds("رخصة البناء", "جواز السفر"));
}

TEST_CASE("French: elision, plural, accents and case") {
    CHECK(finds("Extrait d’acte de naissance", "extraits d'actes"));
    CHECK(finds("Extraits d’actes", "extrait acte"));
    CHECK(finds("Légalisation de signature", "LEGALISATION"));
    CHECK(finds("Permis de construire", "permis construire"));
    CHECK(finds("Déclaration d’une association", "declarations associations"));
    CHECK_FALSE(finds("Permis de construire", "acte de naissance"));
}

TEST_CASE("English and Tamazight") {
    CHECK(finds("Birth certificate extracts", "birth certificates"));
    CHECK(finds("Building permits", "building permit"));
    CHECK(finds("ⵜⵓⵔⴰⴳⵜ ⵏ ⵓⵙⴽⴰ", "turagt"));
}

TEST_CASE("little words do not narrow, unless there is nothing else") {
    CHECK(query_words("comment faire un extrait de l'acte").size() == 2);
    CHECK(query_words("la").size() == 1);
    CHECK(query_words("").empty());
    CHECK(query_words("«»؟!").empty());
}

TEST_CASE("query words are bounded and hold letters and digits only") {
    std::string long_query;
    for (int i = 0; i < 100; ++i) {
        long_query += "mot" + std::to_string(i) + " ";
    }
    CHECK(query_words(long_query).size() == 16);
    for (const auto& word : query_words("a\"b* OR (c) NEAR/3 -d: ^e 'f")) {
        for (const auto& alternative : word.alternatives) {
            CHECK(std::ranges::none_of(alternative, [](char c) { return std::string_view("\"*():^-'/ ").find(c) != std::string_view::npos; }));
        }
    }
    CHECK(words(std::string(1000, 'x')).front().size() <= 65);
}

TEST_CASE("tokens survive malformed text") {
    CHECK(index_tokens("abc\xFF\xFE def").find("abc") == 0);
    CHECK(index_tokens("").empty());
}
