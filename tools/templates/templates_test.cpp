#include "emit.hpp"

#include <doctest/doctest.h>

using namespace wasl::templates;

namespace {

const MessageIndex messages = read_message_index("common.save\ncommon.optional label:any\ncommon.results count:number\n");

// The C++ of one template, or the fault's text.
std::string compiled(const std::string& source, const std::string& component = {}) {
    try {
        Library library;
        if (!component.empty()) {
            library.emplace("parts/it.html", parse_template("parts/it.html", "parts/it.html", component));
        }
        const auto& made = library.emplace("x.html", parse_template("x.html", "x.html", source)).first->second;
        return emit_source({&made}, library, messages);
    } catch (const Fault& fault) {
        return fault.what();
    }
}

bool has(const std::string& source, const std::string& part) {
    const auto code = compiled(source);
    INFO(code);
    return code.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("golden: a small page") {
    CHECK(compiled("{# view wasl::web::SheetView from \"web/views/sheet.hpp\" #}\n<h1 class=\"big\">{{ view.title }}</h1>\n"
                   "{% if view.open %}<a href=\"{{ view.next }}\">{{ t \"common.save\" }}</a>{% endif %}") ==
          R"(// Written by tools/templates; do not edit.
#include "pages/x.hpp"

namespace wasl::web::pages {
using namespace std::literals;

namespace {
const lingua::Key x_0 = lingua::key("common.save");
}  // namespace

void x([[maybe_unused]] Page& page, [[maybe_unused]] const wasl::web::SheetView& view) {
page.markup("<h1 class=\"big\">"sv);
#line 2 "x.html"
page.text(view.title);
page.markup("</h1>\n"sv);
#line 3 "x.html"
if (view.open) {
page.markup("<a href=\""sv);
#line 3 "x.html"
page.url(view.next);
page.markup("\">"sv);
#line 3 "x.html"
page.message(x_0);
page.markup("</a>"sv);
}
}
}  // namespace wasl::web::pages
)");
}

TEST_CASE("each hole is escaped for its place") {
    CHECK(has("<p>{{ a }}</p>", "page.text(a);"));
    CHECK(has("<textarea>{{ a }}</textarea>", "page.text(a);"));
    CHECK(has("<p title='{{ a }}'></p>", "page.attribute(a);"));
    CHECK(has("<p class=\"a {{ b }} c\"></p>", "page.attribute(b);"));
    CHECK(has("<a href=\"/x/{{ a }}\">y</a>", "page.url_part(a);"));
    CHECK(has("<a href=\"{{ a }}#x{{ b }}\">y</a>", "page.url_part(b);"));
    CHECK(has("<form action=\"{{ a }}\"></form>", "page.url(a);"));
    CHECK(has("<p data-text=\"{{ a }}\"></p>", "page.attribute(a);"));
    CHECK(has("<p>{{ bdi a.name }}</p>", "<bdi>"));
    CHECK(has("<p>{{ raw a.map }}</p>", "page.html(a.map);"));
}

TEST_CASE("a hole where nothing can be escaped is an error with its line") {
    CHECK(compiled("<p>\n</p>\n<script>{{ a }}</script>") == "x.html:3: error: no hole may stand in a script or style");
    CHECK(has("<style>p {}</style>", "x.html:1: error: scripts and styles stand in files of their own"));
    CHECK(has("<p onclick=\"go({{ a }})\"></p>", "no hole may stand in \"onclick\": it is a script"));
    CHECK(has("<p OnClick=\"{{ a }}\"></p>", "it is a script"));
    CHECK(has("<p style=\"color:{{ a }}\"></p>", "no hole may stand in \"style\""));
    CHECK(has("<p class={{ a }}></p>", "quote the value of \"class\""));
    CHECK(has("<p class=a{{ a }}></p>", "quote the value of \"class\""));
    CHECK(has("<p {{ a }}></p>", "no hole may stand in a tag"));
    CHECK(has("<p da{{ a }}=\"x\"></p>", "no hole may stand in a tag"));
    CHECK(has("<!-- {{ a }} -->", "no hole may stand in an HTML comment"));
    CHECK(has("<img srcset=\"{{ a }}\">", "no hole may stand in \"srcset\""));
}

TEST_CASE("a URL begins with what is known") {
    CHECK(has("<a href=\"javascript:{{ a }}\">x</a>", "x.html:1: error: \"href\" begins with"));
    CHECK(has("<a href=\"//{{ a }}\">x</a>", "error: \"href\" begins with"));
    CHECK(has("<a href=\"https://{{ a }}\">x</a>", "error: \"href\" begins with"));
    CHECK(has("<a href=\"https://a.ma/{{ a }}\">x</a>", "page.url_part(a);"));
    CHECK(has("<a href=\"{{ t \"common.save\" }}\">x</a>", "a message is no URL"));
    CHECK(has("<a href=\"{% if a %}/x{% endif %}{{ b }}\">x</a>", "no condition or loop stands inside a URL"));
}

TEST_CASE("messages and their arguments are checked") {
    CHECK(has("{{ t \"common.no-such\" }}", "x.html:1: error: no message is called \"common.no-such\""));
    CHECK(has("{{ t \"common.optional\" }}", "needs the argument \"label\""));
    CHECK(has("{{ t \"common.save\" a=b }}", "takes no argument \"a\""));
    CHECK(has("{{ t \"common.optional\" label=view.x.y(1) }}", "page.message(x_0, {{\"label\", view.x.y(1)}});"));
    CHECK(has("{{ t \"common.results\" count=(a + 1) }}", "{{\"count\", (a + 1)}}"));
}

TEST_CASE("markup is balanced in every branch") {
    CHECK(has("<div><p></div>", "</div> closes nothing; <p> is open"));
    CHECK(has("<div>", "<div> is not closed"));
    CHECK(has("{% if a %}<b>{% endif %}x", "the condition without \"else\" changes the place"));
    CHECK(has("{% if a %}<b>{% else %}<i>{% endif %}", "end in different places"));
    CHECK(has("{% for x in y %}<b>{% endfor %}", "the loop ends in another place"));
    CHECK(has("<br><input name=\"a\">{% if a %}<p{% if b %} class=\"c\"{% endif %}></p>{% endif %}", "if (b) {"));
    CHECK(has("<svg><path d=\"M0 0\"/></svg>", "<path d=\\\"M0 0\\\"/></svg>"));
    CHECK(has("<input type=\"{% if a %}b{% else %}c{% endif %}\"{% if d %} checked{% endif %}>", "checked"));
    CHECK(has("<p{% if a %} on{% endif %}click=\"{{ x }}\"></p>", "a blank is missing between two attributes"));
    CHECK(has("a < b", "write &lt;"));
}

TEST_CASE("tags are closed and known") {
    CHECK(has("\n{% if a %}x", "x.html:2: error: \"endif\" is missing"));
    CHECK(has("{% endif %}", "\"endif\" is not a tag, or is not expected here"));
    CHECK(has("{% wat %}", "\"wat\" is not a tag"));
    CHECK(has("{{ a ", "is not closed"));
    CHECK(has("{% if a %}{% else %}{% elif b %}{% endif %}", "nothing follows \"else\""));
}

TEST_CASE("expressions do not change anything") {
    for (const auto* bad : {"a = b", "a; b", "a++", "{a}", "a /* b */", "a \\ b", "#define"}) {
        CHECK_MESSAGE(has(std::string("<p>{{ ") + bad + " }}</p>", "error:"), bad);
    }
    CHECK(has("{% if a == \"x\" and not b.empty() or c->d >= 3 %}y{% endif %}", "if (a == \"x\" and not b.empty() or c->d >= 3) {"));
}

TEST_CASE("components: parameters, defaults, slots") {
    const std::string button = "{# param label std::string_view #}{# param href wasl::web::Url = wasl::web::Url() #}<b>{{ label }}</b>";
    CHECK(compiled("{% include \"parts/it.html\" label=(t \"common.save\") %}", button).find("parts_it(page, page.say(x_0), wasl::web::Url());") !=
          std::string::npos);
    CHECK(compiled("{% include \"parts/it.html\" label=\"a\" href=\"/b\" %}", button).find("parts_it(page, \"a\"sv, wasl::web::Url::literal(\"/b\"sv));") !=
          std::string::npos);
    CHECK(compiled("{% include \"parts/it.html\" %}", button).find("needs the parameter \"label\"") != std::string::npos);
    CHECK(compiled("{% include \"parts/it.html\" label=\"a\" x=y %}", button).find("has no parameter \"x\"") != std::string::npos);
    CHECK(compiled("{% include \"parts/it.html\" label=\"a\" href=\"javascript:x\" %}", button).find("does not begin with /") != std::string::npos);
    CHECK(compiled("{% include \"parts/no.html\" %}", button).find("there is no template \"parts/no.html\"") != std::string::npos);
    const std::string box = "{# slot #}<div>{{ slot }}</div>";
    CHECK(compiled("{% call \"parts/it.html\" %}<p>{{ a }}</p>{% endcall %}", box).find("parts_it(page, [&] {") != std::string::npos);
    CHECK(compiled("{% call \"parts/it.html\" %}<p>{% endcall %}", box).find("<p> is not closed") != std::string::npos);
    CHECK(compiled("{% include \"parts/it.html\" %}", box).find("has a slot") != std::string::npos);
    CHECK(compiled("<p>{{ slot }}</p>").find("the template has no slot") != std::string::npos);
}

TEST_CASE("blanks that mean nothing are left out, those in pre and textarea stay") {
    CHECK(has("<p>a   b\n\n     c</p>", "<p>a b\\nc</p>"));
    CHECK(has("<pre>a   b\n  c</pre>", "a   b\\n  c"));
    CHECK(has("<p\n   class=\"a  b\"   id=\"c\">x</p>", "<p class=\\\"a  b\\\" id=\\\"c\\\">x</p>"));
    CHECK(has("<!-- note --><p>x</p>", "page.markup(\"<p>x</p>\"sv)"));
}
