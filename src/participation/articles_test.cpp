#include "participation/articles.hpp"
#include "participation/testing.hpp"
#include "participation/text.hpp"

using namespace wasl;
using namespace wasl::participation;
using namespace wasl::participation::test;

TEST_CASE("a text is read into its articles in each language, digits of either script") {
    const std::vector<ArticleText> expected = {{1, "Objet", "Premier.\n\nEncore."}, {2, "", "Second."}, {10, "Fin", "Dernier."}};
    CHECK(must(read_articles("Article 1er : Objet\nPremier.\n\nEncore.\n\nARTICLE 2\r\nSecond.\nArt. 10 – Fin\nDernier.\n")) == expected);
    CHECK(must(read_articles("المادة ١ : الموضوع\nأول.\nالمادة ٢\nثان.")) == std::vector<ArticleText>{{1, "الموضوع", "أول."}, {2, "", "ثان."}});
    CHECK(must(read_articles("ⴰⵎⴰⴳⵔⴰⴷ 1\nⴰ.")) == std::vector<ArticleText>{{1, "", "ⴰ."}});
    CHECK(must(read_articles("1. The whole in one line.\n2) Another.")) == std::vector<ArticleText>{{1, "", "The whole in one line."}, {2, "", "Another."}});
}

TEST_CASE("a line of the text that begins with a number begins no article") {
    const auto read = must(read_articles("Article 1\nWithin\n30 days of the closing\n2026 is the first year."));
    REQUIRE(read.size() == 1);
    CHECK(read[0].text == "Within\n30 days of the closing\n2026 is the first year.");
}

TEST_CASE("texts that are no articles are refused with a reason") {
    CHECK(key_of(read_articles("")) == "participation.no-article");
    CHECK(key_of(read_articles("Words before.\nArticle 1\nText.")) == "participation.no-article");
    CHECK(key_of(read_articles("Article 2\nB.\nArticle 1\nA.")) == "participation.article-order");
    CHECK(key_of(read_articles("Article 1\nA.\nArticle 1\nA.")) == "participation.article-order");
    CHECK(key_of(read_articles("Article 1\n\nArticle 2\nB.")) == "participation.article-empty");
    CHECK(key_of(read_articles("Article 0\nA.")) == "participation.no-article");
    CHECK(key_of(read_articles("Article 99999\nA.")) == "participation.no-article");
    std::string many;
    for (int i = 1; i <= 201; ++i) many += std::to_string(i) + ". text\n";
    CHECK(key_of(read_articles(many)) == "participation.too-many-articles");
}

TEST_CASE("words with control characters, with none, and too long are refused; a limit is in characters") {
    CHECK(must(clean_text("  déjà\r\nvu\t ", 10)) == "déjà\nvu");
    CHECK(key_of(clean_text("a\x01", 10)) == "participation.control-characters");
    CHECK(key_of(clean_text("a\xE2\x80\xAE" "b", 10)) == "participation.control-characters");  // U+202E turns what follows
    CHECK(key_of(clean_text("a\xFF", 10)) == "participation.control-characters");
    CHECK(key_of(clean_text(" \n ", 10)) == "participation.text-missing");
    for (const auto* unseen : {"\u200B", "\u200B \u2060", "\u00AD", "\u3000\u200F"}) CHECK(key_of(clean_text(unseen, 10)) == "participation.text-missing");
    CHECK(must(clean_text("ⵣⵣⵣ", 3)) == "ⵣⵣⵣ");
    CHECK(key_of(clean_text("ⵣⵣⵣⵣ", 3)) == "participation.too-long");
}

TEST_CASE("a name that may stand on a signed paper: one line, nothing invisible that turns or replaces it") {
    CHECK(must(clean_name("  Amina  El Fassi ", 80)) == "Amina  El Fassi");
    CHECK(must(clean_name("أمينة الفاسي", 80)) == "أمينة الفاسي");
    for (const auto* bad : {"Amina\u202EissaF", "Amina\aFassi", "Amina\nFassi", "Amina\r\nFassi", "Amina\tFassi", "Amina\xC3"}) {
        CHECK(key_of(clean_name(bad, 80)) == "participation.control-characters");
    }
    CHECK(key_of(clean_name("\u200B", 80)) == "participation.text-missing");
    CHECK(key_of(clean_name("Amina", 4)) == "participation.too-long");
}
