#include "lingua/messages.hpp"

#include "lingua/impl/message_data.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace wasl;
using namespace wasl::lingua;

namespace {

// What a reader sees: without the marks of isolation.
std::string plain(std::string text) {
    for (const std::string mark : {"\u2068", "\u2069"}) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.erase(at, mark.size());
        }
    }
    return text;
}

}  // namespace

TEST_CASE("a simple message is the same memory each time") {
    const Key save = key("common.save");
    CHECK(save.name() == "common.save");
    CHECK(text(Language::fr, save) == "Enregistrer");
    CHECK(text(Language::fr, save).data() == text(Language::fr, save).data());
    CHECK(text(Language::ar, save) == "حفظ");
}

TEST_CASE("every inserted value stands between FSI and PDI") {
    CHECK(say(Language::ar, "common.page-of", {{"page", 2}, {"pages", "2026-02-03"}}) ==
          "الصفحة \u20682\u2069 من \u20682026-02-03\u2069");
    CHECK(isolated("x") == "\u2068x\u2069");
}

TEST_CASE("plurals follow the language (CLDR)") {
    const auto results = [](Language language, int count) { return plain(say(language, "common.results", {{"count", count}})); };
    CHECK(results(Language::ar, 0) == "لا توجد أي نتيجة");
    CHECK(results(Language::ar, 1) == "نتيجة واحدة");
    CHECK(results(Language::ar, 2) == "نتيجتان");
    CHECK(results(Language::ar, 3) == "3 نتائج");
    CHECK(results(Language::ar, 11) == "11 نتيجة");
    CHECK(results(Language::ar, 100) == "100 نتيجة");
    CHECK(results(Language::fr, 1) == "1 résultat");
    CHECK(results(Language::fr, 2) == "2 résultats");
    CHECK(results(Language::fr, 1'000'000) == "1.000.000 résultats");
    CHECK(results(Language::en, 1) == "1 result");
    CHECK(results(Language::zgh, 5) == "ⵜⵉⵢⴰⴼⵓⵜⵉⵏ: 5");
}

TEST_CASE("a date in a message takes the language's long form") {
    CHECK(plain(say(Language::ar, "common.date-range", {{"from", Date{2026, 11, 21}}, {"to", Date{2026, 12, 1}}})) ==
          "من 21 نونبر 2026 إلى 1 دجنبر 2026");
}

TEST_CASE("values are escaped for HTML, once, and only when asked") {
    std::string out;
    const Arg args[] = {{"label", "<b>&\"'"}};
    append(out, Language::en, key("common.optional"), args, Escape::html);
    CHECK(plain(out) == "&lt;b&gt;&amp;&quot;&#39; (optional)");
    CHECK(plain(say(Language::en, "common.optional", {{"label", "a&b"}})) == "a&b (optional)");
}

TEST_CASE("an unknown message is a defect, an unknown error key is the sentence of its code") {
    CHECK_THROWS_AS((void)key("common.no-such"), std::logic_error);
    CHECK_FALSE(find_key(""));
    CHECK_FALSE(find_key("zzz"));
    const Error conflict{Code::conflict, "nobody.wrote-this", "secret detail"};
    CHECK(say(Language::en, conflict) == text(Language::en, key("errors.http.409")));
    CHECK(say(Language::fr, conflict).find("secret") == std::string::npos);
}

TEST_CASE("every generic error has its sentence in the four languages") {
    for (const auto code : {Code::invalid, Code::unauthenticated, Code::forbidden, Code::not_found, Code::method_not_allowed,
                            Code::conflict, Code::gone, Code::too_large, Code::unsupported, Code::unprocessable,
                            Code::too_many, Code::internal, Code::unavailable, Code::insufficient_storage}) {
        CHECK(find_key("errors.http." + std::to_string(http_status(code))));
    }
}

TEST_CASE("all messages speak in all languages without a hole") {
    const auto messages = impl::message_data.messages;
    for (std::uint16_t i = 0; i < messages.size(); ++i) {
        for (const auto language : languages) {
            CHECK_FALSE_MESSAGE(say(language, Key(i)).empty(), Key(i).name());
        }
        CHECK(find_key(messages[i].name) == Key(i));
    }
}
