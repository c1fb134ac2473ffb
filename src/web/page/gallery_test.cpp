// Every component on one page, in four languages. WASL_GALLERY=DIR writes the pages there, to be looked at.
#include "pages/layout/page.hpp"
#include "pages/parts/banner.hpp"
#include "pages/parts/button.hpp"
#include "pages/parts/choices.hpp"
#include "pages/parts/copy.hpp"
#include "pages/parts/date.hpp"
#include "pages/parts/details.hpp"
#include "pages/parts/error-summary.hpp"
#include "pages/parts/file.hpp"
#include "pages/parts/form.hpp"
#include "pages/parts/input.hpp"
#include "pages/parts/pagination.hpp"
#include "pages/parts/panel.hpp"
#include "pages/parts/search.hpp"
#include "pages/parts/select.hpp"
#include "pages/parts/summary-list.hpp"
#include "pages/parts/table.hpp"
#include "pages/parts/tag.hpp"
#include "pages/parts/task-list.hpp"
#include "pages/parts/textarea.hpp"
#include "pages/parts/warning.hpp"
#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

using namespace wasl;
using namespace wasl::web;
using lingua::Language;

namespace {

const Assets assets{Url::literal("/assets/wasl.css"), Url::literal("/assets/wasl.rtl.css"), {}, Url::literal("/assets/wasl.js"),
                    Url::literal("/assets/wasl.svg")};

Chrome chrome(Language language) {
    Chrome made;
    made.title = lingua::say(language, "common.search");
    made.member_name = language == Language::ar ? "جماعة تامري" : "Commune de Tamri";
    for (const auto each : lingua::languages) {
        made.languages[lingua::index(each)] = Url::path({lingua::tag(each), "gallery"});
    }
    made.navigation = {{lingua::say(language, "common.search"), Url::literal("/"), true},
                       {lingua::say(language, "common.reference"), Url::literal("/requests"), false}};
    made.person = "فاطمة Aït Ahmed";
    made.sign_out = Url::literal("/sign-out");
    made.csrf = "token";
    made.back = Url::literal("/");
    made.demonstration = true;
    made.outbox = Url::literal("/outbox");
    made.assets = &assets;
    return made;
}

Field field(const char* id, const std::string& label, const std::string& error = {}) {
    Field made;
    made.id = id;
    made.label = label;
    made.hint = "A1 <b>";
    made.error = error;
    made.value = "O'Brien \"x\" & <script>";
    return made;
}

void content(Page& page) {
    const auto say = [&](const char* key) { return lingua::say(page.language, key); };
    pages::parts_error_summary(page, {{say("errors.http.422"), Url::literal("#name")}});
    pages::parts_banner(page, say("common.important"), say("errors.http.503"), false);
    pages::parts_panel(page, say("common.success"), say("common.reference"), "COM-TAMRI/GUICHET/2026/000123");
    pages::parts_search(page, Url::literal("/"), say("common.search"), "", "");
    pages::parts_form(page, Url::literal("/x"), "token", true, Url::literal("/x/fragment"), Url::literal("/x/draft"), [&] {
        pages::parts_input(page, field("name", say("common.name"), say("errors.http.400")));
        pages::parts_date(page, field("born", say("common.date")), {"27", "3", "1984"});
        const std::vector<Option> options{{"y", say("common.yes"), "", true}, {"n", say("common.no"), say("common.unknown"), false}};
        pages::parts_choices(page, field("sure", say("common.confirm")), options, false, false);
        pages::parts_choices(page, field("more", say("common.add-another")), options, true, false);
        pages::parts_select(page, field("which", say("common.choose")), options);
        pages::parts_textarea(page, field("why", say("common.address")));
        pages::parts_file(page, field("file", say("common.download-pdf")), false);
        pages::parts_button(page, say("common.save-and-continue"), "go", "1", "", Url());
        pages::parts_button(page, say("common.cancel"), "", "", "secondary", Url::literal("/"));
        pages::parts_button(page, say("common.remove"), "", "", "warning", Url());
    });
    pages::parts_warning(page, say("errors.http.507"));
    SummaryRow row{say("common.name"), "Ahmed <b> أحمد", true, false, {}, {{say("common.change"), Url::literal("/change"), say("common.name")}}, {}};
    SummaryRow day{say("common.date"), lingua::long_date(page.language, {2026, 11, 21}), false, true, {}, {}, {}};
    pages::parts_summary_list(page, {row, day});
    pages::parts_task_list(page, {{say("common.name"), say("common.date-hint"), say("common.success"), "", Url::literal("/1")},
                                  {say("common.address"), "", say("common.unknown"), "blue", Url()}});
    pages::parts_table(page, {say("common.status"), false, false, {{say("common.date")}, {say("common.amount"), true}},
                              {{{"21/11/2026"}, {"25,00", true}}, {{say("common.free"), false, false, {}, "green"}, {"0", true}}}});
    pages::parts_details(page, say("common.show"), [&] { page.text("x < y"); });
    pages::parts_pagination(page, {Url::literal("/?page=1"), Url::literal("/?page=3"), "2 / 7"});
    pages::parts_tag(page, say("common.unknown"), "red");
}

std::string gallery(Language language) {
    std::string out;
    Page page(out, language);
    pages::layout_page(page, chrome(language), [&] { content(page); });
    return out;
}

}  // namespace

TEST_CASE("every component in every language: whole, escaped, in its direction") {
    for (const auto language : lingua::languages) {
        const auto html = gallery(language);
        CHECK(html.starts_with("<!DOCTYPE html>"));
        CHECK(html.ends_with("</html>\n"));
        CHECK(html.find("<html lang=\"" + std::string(lingua::tag(language)) + "\" dir=\"" + std::string(lingua::dir(language)) + "\"") != std::string::npos);
        CHECK(html.find("<script>") == std::string::npos);
        CHECK(html.find("O&#39;Brien &quot;x&quot; &amp; &lt;script&gt;") != std::string::npos);
        CHECK(html.find(language == Language::ar ? "wasl.rtl.css" : "wasl.css") != std::string::npos);
        CHECK(html.find("<bdi>Ahmed &lt;b&gt; أحمد</bdi>") != std::string::npos);
        if (const char* folder = std::getenv("WASL_GALLERY")) {
            std::ofstream(std::string(folder) + "/" + std::string(lingua::tag(language)) + ".html") << html;
        }
    }
}

TEST_CASE("the language switch names each language in its own words and leads to the same page") {
    const auto html = gallery(Language::fr);
    CHECK(html.find("href=\"/ar/gallery\" lang=\"ar\" dir=\"rtl\" hreflang=\"ar\">العربية</a>") != std::string::npos);
    CHECK(html.find("<span aria-current=\"true\" lang=\"fr\">Français</span>") != std::string::npos);
}

TEST_CASE("a page without back link, banner or person has none of their markup") {
    std::string out;
    Page page(out, Language::en);
    Chrome plain;
    plain.title = "x";
    plain.assets = &assets;
    pages::layout_page(page, plain, [] {});
    CHECK(out.find("govuk-back-link") == std::string::npos);
    CHECK(out.find("wasl-demonstration") == std::string::npos);
    CHECK(out.find("wasl-nav") == std::string::npos);
    CHECK(out.size() < 6000);
}
