#include "compile.hpp"

#include <doctest/doctest.h>

using namespace wasl::messages;

namespace {

struct Fixture {
    Sources sources;
    std::vector<Finding> findings;

    void file(const std::string& tag, const std::string& text) {
        read_source(sources, "web/messages/desk." + tag + ".toml", text, findings);
    }
    void all(const std::string& text) {
        for (const auto* tag : tags) {
            file(tag, text);
        }
    }
    std::string fault() {
        const auto catalogue = compile(sources, findings);
        return findings.empty() ? std::string() : findings.front().text();
    }
};

}  // namespace

TEST_CASE("a message that every language has compiles to tables and to the index") {
    Fixture f;
    f.all("save = \"Ok\"\n[queue]\nhello = \"Hi {name}\"\n");
    std::vector<Finding> none;
    const auto catalogue = compile(f.sources, none);
    CHECK(none.empty());
    CHECK(emit_index(catalogue) == "desk.queue.hello name:any\ndesk.save\n");
    CHECK(emit_cpp(catalogue).find("{PieceKind::value, \"name\"sv, 0, 0}") != std::string::npos);
}

TEST_CASE("a message missing in one language is named with its file and where it exists") {
    Fixture f;
    f.file("ar", "save = \"حفظ\"\n");
    f.file("fr", "save = \"Enregistrer\"\n");
    f.file("en", "save = \"Save\"\n");
    f.file("zgh", "other = \"ⵃⴹⵓ\"\n");
    compile(f.sources, f.findings);
    bool named = false;
    for (const auto& finding : f.findings) {
        named = named || finding.text() == "web/messages/desk.zgh.toml:1: error: message \"desk.save\" is missing "
                                           "(it is at web/messages/desk.ar.toml:1)";
    }
    CHECK(named);
}

TEST_CASE("a whole missing file is named") {
    Fixture f;
    f.file("ar", "save = \"حفظ\"\n");
    CHECK(f.fault().starts_with("web/messages/desk.fr.toml:1: error: message \"desk.save\" is missing"));
}

TEST_CASE("differing arguments between languages are an error at the line of the second") {
    Fixture f;
    f.file("ar", "a = \"x\"\nhello = \"سلام {name}\"\n");
    f.file("fr", "a = \"x\"\n\nhello = \"Bonjour {nom}\"\n");
    f.file("en", "a = \"x\"\nhello = \"Hello {name}\"\n");
    f.file("zgh", "a = \"x\"\nhello = \"ⴰⵣⵓⵍ {name}\"\n");
    CHECK(f.fault() == "web/messages/desk.fr.toml:3: error: message \"desk.hello\" takes {nom} but {name} in ar");
}

TEST_CASE("plural forms are those of the language") {
    Fixture f;
    f.file("ar", "n = \"{count, plural, one {ملف} other {# ملف}}\"\n");
    f.file("fr", "n = \"{count, plural, one {# dossier} other {# dossiers}}\"\n");
    f.file("en", "n = \"{count, plural, one {# file} other {# files}}\"\n");
    f.file("zgh", "n = \"{count, plural, other {# ⵉⴼⴰⵢⵍⵓⵜⵏ}}\"\n");
    CHECK(f.fault() == "web/messages/desk.ar.toml:1: error: message \"desk.n\": the plural of {count} lacks the form \"two\"");
}

TEST_CASE("a form that a language does not use is refused") {
    Fixture f;
    f.all("n = \"{count, plural, one {a} two {b} few {c} many {d} other {e}}\"\n");
    CHECK(f.fault().find("desk.fr.toml:1: error: message \"desk.n\": the plural of {count} has a form \"two\"") !=
          std::string::npos);
}

TEST_CASE("what quotes or marks up is refused with what to write instead") {
    for (const auto* text : {"l'acte", "a < b", "a & b", "1. {0}", "{n, number}", "{open", " blank"}) {
        Fixture f;
        f.all(std::string("x = '''") + text + "'''\n");
        CHECK_MESSAGE(!f.fault().empty(), text);
    }
}

TEST_CASE("a quoted name in braces is a literal, as in ICU") {
    Fixture f;
    f.all("x = \"Page '{page}' of {pages}\"\n");
    std::vector<Finding> none;
    const auto catalogue = compile(f.sources, none);
    CHECK(none.empty());
    CHECK(emit_index(catalogue) == "desk.x pages:any\n");
    CHECK(emit_cpp(catalogue).find("\"Page {page} of \"sv") != std::string::npos);
}

TEST_CASE("malformed TOML and a badly named file are named with their line") {
    Fixture f;
    f.file("ar", "ok = \"x\"\nbroken = \n");
    CHECK(f.findings.front().text().starts_with("web/messages/desk.ar.toml:2: error:"));
    Fixture g;
    read_source(g.sources, "web/messages/desk.de.toml", "", g.findings);
    CHECK(g.findings.size() == 1);
}
