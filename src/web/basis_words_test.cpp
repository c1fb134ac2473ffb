// A legal basis as it stands in a procedure, in the words of whoever reads it.
#include "web/basis_words.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::web;

namespace {

// Without the marks that keep directions apart.
std::string plain(lingua::Language language, std::string_view basis) {
    auto out = say_basis(language, basis);
    for (const auto* mark : {"\u2066", "\u2067", "\u2068", "\u2069"}) out = replace_all(out, mark, "");
    return out;
}

}  // namespace

TEST_CASE("laws and decrees, with and without an article, are told in the reader's language") {
    using lingua::Language;
    CHECK(plain(Language::fr, "law 55-19; law 12-90 art. 41") == "loi 55-19 ; loi 12-90, article 41");
    CHECK(plain(Language::en, "law 55-19 art. 19; decree 2-22-141") == "law 55-19, article 19; decree 2-22-141");
    CHECK(plain(Language::ar, "law 12-90 art. 41; decree 2-22-141") == "المادة 41 من القانون رقم 12-90؛ المرسوم رقم 2-22-141");
    CHECK(plain(Language::ar, "law 82-21 (to confirm); law 55-19 art. 7") == "القانون رقم 82-21 (للتأكيد)؛ المادة 7 من القانون رقم 55-19");
    CHECK(plain(Language::zgh, "law 09-08 art. 4").contains("09-08"));
}

TEST_CASE("what is neither a law nor a decree stays as it is written") {
    CHECK(plain(lingua::Language::fr, "dahir de 1913") == "dahir de 1913");
    CHECK(plain(lingua::Language::fr, "lawful") == "lawful");
    CHECK(plain(lingua::Language::fr, "").empty());
}
