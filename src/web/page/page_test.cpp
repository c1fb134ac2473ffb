#include "web/page/page.hpp"

#include "lingua/messages.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::web;
using lingua::Language;

TEST_CASE("text is escaped for elements and for quoted attributes alike") {
    std::string out;
    Page page(out, Language::fr);
    page.text("<script>\"'&");
    CHECK(out == "&lt;script&gt;&quot;&#39;&amp;");
}

TEST_CASE("numbers are formatted for reading in text and plain in attributes") {
    std::string out;
    Page page(out, Language::fr);
    page.text(12345);
    page.markup("|");
    page.attribute(12345);
    page.markup("|");
    page.text(Date{2026, 11, 21});
    page.markup("|");
    page.attribute(Date{2026, 11, 21});
    CHECK(out == "12.345|12345|21 novembre 2026|2026-11-21");
}

TEST_CASE("values inside a message are escaped, the message is not") {
    std::string out;
    Page page(out, Language::en);
    page.message(lingua::key("common.optional"), {{"label", "<i>"}});
    CHECK(out == "\u2068&lt;i&gt;\u2069 (optional)");
}

TEST_CASE("a Url from outside is a path of ours or a known scheme") {
    CHECK(Url::parse("/sheets?q=1"));
    CHECK(Url::parse("https://www.idarati.ma/x"));
    CHECK(Url::parse("mailto:a@b.ma"));
    for (const auto* bad : {"javascript:alert(1)", "//evil.example", "JaVaScRiPt:x", "data:text/html,x", "", "sheet", "/\\evil", "/a\nb",
                            "\x01javascript:x", "https:evil"}) {
        CHECK_FALSE_MESSAGE(Url::parse(bad), bad);
    }
}

TEST_CASE("a Url is built from encoded parts") {
    CHECK(Url::path({"dossier", "12/3", "a b"}).text() == "/dossier/12%2F3/a%20b");
    CHECK(Url::literal("/x#top").with("q", "a&b").with("page", "2").text() == "/x?q=a%26b&page=2#top");
    CHECK(Url::literal("/x#top").with_fragment("name").text() == "/x#name");
}
