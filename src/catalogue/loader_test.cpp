#include "catalogue/loader.hpp"

#include "base/text.hpp"
#include "catalogue/forbidden.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>
#include <algorithm>

using namespace wasl;
using namespace wasl::catalogue;

namespace {

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    REQUIRE(pack.has_value());
    return pack->get();
}

constexpr Date today{2026, 11, 21};

// A small procedure that is clean; each test spoils one thing.
Files clean() {
    return {{"procedure.toml", "id = \"permit\"\nkind = \"authorisation\"\nsilence = \"none\"\n\n[[law]]\ncode = \"law\"\n\n"
                               "[[paper]]\ncode = \"plan\"\naccepted = [\"upload\"]\n\n[delay]\n\n[[delay.case]]\nn = 30\n\n[fee]\nkind = \"free\"\n"},
            {"form.toml", "[[page]]\nid = \"one\"\n\n[[page.field]]\nid = \"area\"\ntype = \"number\"\n\n[[page.field]]\nid = \"why\"\n"
                          "type = \"text\"\nvisible = \"area > 10\"\n"},
            {"texts.ar.toml", "title = \"رخصة\"\ndescription = \"وصف\"\nauthority = \"الجماعة\"\n[law]\nlaw = \"قانون\"\n[paper.plan]\ntitle = \"تصميم\"\n"
                              "[page.one]\ntitle = \"سؤال\"\n[field.area]\nlabel = \"المساحة\"\n[field.why]\nlabel = \"لماذا\"\n[appeal]\nauthority = \"العامل\"\n"},
            {"texts.fr.toml", "title = \"Permis\"\ndescription = \"Texte\"\nauthority = \"Commune\"\n[law]\nlaw = \"Loi\"\n[paper.plan]\ntitle = \"Plan\"\n"
                              "[page.one]\ntitle = \"Question\"\n[field.area]\nlabel = \"Surface\"\n[field.why]\nlabel = \"Pourquoi\"\n[appeal]\nauthority = \"Gouverneur\"\n"}};
}

Files with(std::string_view file, std::string_view from, std::string_view to) {
    Files files = clean();
    for (auto& [name, content] : files) {
        if (name == file) {
            REQUIRE(content.find(from) != std::string::npos);
            content = replace_all(content, from, to);
        }
    }
    return files;
}

std::vector<Diagnostic> check(const Files& files) { return load_procedure("permit", files, morocco(), today).diagnostics; }

void finds(const Files& files, std::string_view key, std::string_view file, int line) {
    const auto found = check(files);
    const auto at = std::find_if(found.begin(), found.end(), [&](const Diagnostic& d) { return d.key == key; });
    std::string all;
    for (const auto& diagnostic : found) {
        all += diagnostic.key + " " + diagnostic.text() + "\n";
    }
    CAPTURE(all);
    REQUIRE(at != found.end());
    CHECK(at->file == "permit/" + std::string(file));
    CHECK(at->line == line);
}

}  // namespace

TEST_CASE("the shipped procedures are clean, and their revisions survive their canonical form") {
    const auto folders = procedure_folders(std::filesystem::path(WASL_SOURCE_DIR) / "procedures");
    REQUIRE(folders.size() >= 4);
    for (const auto& folder : folders) {
        const Loaded loaded = load_procedure(folder, morocco(), today);
        for (const auto& diagnostic : loaded.diagnostics) {
            FAIL_CHECK(diagnostic.text());
        }
        REQUIRE(loaded.revision);
        const std::string text = canonical(*loaded.revision);
        const auto again = revision_from_json(text);
        REQUIRE(again.has_value());
        CHECK(canonical(**again) == text);
        CHECK((*again)->hash == loaded.revision->hash);
        CHECK(loaded.revision->title.state("en") == TextState::reviewed);
        CHECK(loaded.revision->title.state("zgh") == TextState::unreviewed);
    }
}

TEST_CASE("a clean procedure has no findings") {
    const auto found = check(clean());
    CHECK(found.empty());
}

TEST_CASE("law 55-19 art. 7: a legalised signature, a certified copy, a second copy are refused where they stand") {
    finds(with("texts.fr.toml", "\"Plan\"", "\"Plan avec signature légalisée\""), "check.legalised-signature", "procedure.toml", 8);
    finds(with("texts.fr.toml", "\"Plan\"", "\"Copie certifiée conforme du plan\""), "check.certified-copy", "procedure.toml", 8);
    finds(with("texts.fr.toml", "\"Plan\"", "\"Plan en 3 exemplaires\""), "check.second-copy", "procedure.toml", 8);
    finds(with("texts.ar.toml", "\"تصميم\"", "\"تصميم مصحح الإمضاء\""), "check.legalised-signature", "procedure.toml", 8);
    finds(with("texts.ar.toml", "\"تصميم\"", "\"نسخة من التصميم مصادق عليها\""), "check.certified-copy", "procedure.toml", 8);
    finds(with("texts.ar.toml", "\"تصميم\"", "\"نسختان من التصميم\""), "check.second-copy", "procedure.toml", 8);
    finds(with("texts.ar.toml", "\"لماذا\"", "\"أدلوا بنسخة مطابقة للأصل\""), "check.certified-copy", "form.toml", 8);
}

TEST_CASE("the forbidden formalities in the words of offices, and what only resembles them") {
    for (const char* text : {"عقد كراء مصحح الإمضاء", "عقد كراء مصادق عليه", "التزام مصادق على توقيعه", "تصحيح الإمضاء", "شهادة بتوقيع مصادق عليه",
                             "ويجب أن يكون التوقيع، مصادقا عليه", "Contrat légalisé", "déclaration avec légalisation", "signature légalisée"}) {
        CAPTURE(std::string(text));
        CHECK(forbidden_formality(text, nullptr) == "legalised-signature");
    }
    for (const char* text : {"نسخة مصادق عليها من البطاقة", "نسخة مطابقة للأصل", "صورة طبق الأصل", "نسخة مشهود بمطابقتها للأصل", "copie certifiée",
                             "copies certifiées conformes", "copie conforme du diplôme", "certified copy of the deed"}) {
        CAPTURE(std::string(text));
        CHECK(forbidden_formality(text, nullptr) == "certified-copy");
    }
    for (const char* text : {"الطلب في نسختين", "ثلاث نسخ من التصميم", "في 4 نسخ", "ملف في نظيرين", "خمسة (5) نظائر", "2 exemplaires",
                             "en double exemplaire", "plans en cinq exemplaires", "3 copies"}) {
        CAPTURE(std::string(text));
        CHECK(forbidden_formality(text, nullptr) == "second-copy");
    }
    for (const char* text : {"نسخة من البطاقة الوطنية", "نسخ من إيصالات الأداء", "نظير الرسم العقاري عند الإقتضاء", "نسخة واحدة", "1 exemplaire",
                             "صورتان شمسيتان", "شهادة المطابقة", "برنامج صادق عليه المجلس", "certificat de conformité", "لا تطلب نسخة مطابقة للأصل",
                             "Aucune copie certifiée n'est demandée.", "نسخة موجزة من رسم الولادة", "الوثيقة موضوع المصادقة", "Certificat de propriété"}) {
        CAPTURE(std::string(text));
        CHECK_FALSE(forbidden_formality(text, nullptr).has_value());
    }
}

TEST_CASE("law 55-19 art. 16: a base delay over the maximum") {
    finds(with("procedure.toml", "n = 30", "n = 61"), "check.delay-over-maximum", "procedure.toml", 14);
    finds(with("procedure.toml", "n = 30", "n = 3\nunit = \"month\""), "check.delay-over-maximum", "procedure.toml", 14);
    Files investment = with("procedure.toml", "silence = \"none\"", "regime = [\"investment\"]");
    CHECK(check(investment).empty());
    for (auto& [name, content] : investment) {
        content = replace_all(content, "n = 30", "n = 31");
    }
    finds(investment, "check.delay-over-maximum", "procedure.toml", 14);
    CHECK(check(with("procedure.toml", "n = 30", "n = 60")).empty());
}

TEST_CASE("law 55-19 art. 19 and 17: silence and extension only for listed acts") {
    finds(with("procedure.toml", "silence = \"none\"", "silence = \"approval\"\nsilence_act = \"hunting\""), "check.silence", "procedure.toml", 3);
    CHECK(check(with("procedure.toml", "silence = \"none\"", "silence = \"approval\"\nsilence_act = \"building-permit\"")).empty());
    finds(with("procedure.toml", "[fee]", "[extension]\nground = \"technical-expertise\"\nact = \"hunting\"\n\n[fee]"), "check.extension", "procedure.toml", 17);
    Files declaration = with("procedure.toml", "\"authorisation\"\nsilence = \"none\"", "\"declaration\"\nsilence = \"approval\"\nsilence_act = \"building-permit\"");
    finds(declaration, "check.silence", "procedure.toml", 3);
}

TEST_CASE("a missing text in a required language names the file and the text") {
    finds(with("texts.fr.toml", "[field.why]\nlabel = \"Pourquoi\"\n", ""), "check.text-missing", "texts.fr.toml", 0);
    finds(with("texts.fr.toml", "\"Permis\"", "\" \""), "check.text-missing", "texts.fr.toml", 1);
    finds(with("texts.fr.toml", "[field.why]", "[field.wyh]"), "check.text-unused", "texts.fr.toml", 13);
}

TEST_CASE("slips of the pen") {
    finds(with("procedure.toml", "silence =", "silense ="), "check.unknown-key", "procedure.toml", 3);
    finds(with("procedure.toml", "\"authorisation\"", "\"authorization\""), "check.word", "procedure.toml", 2);
    finds(with("procedure.toml", "[\"upload\"]", "[\"fax\"]"), "check.word", "procedure.toml", 10);
    finds(with("procedure.toml", "n = 30", "n = \"30\""), "check.type", "procedure.toml", 15);
    finds(with("procedure.toml", "id = \"permit\"", "id = \"Permit\""), "check.id", "procedure.toml", 1);
    finds(with("form.toml", "area > 10", "area >"), "check.condition", "form.toml", 11);
    finds(with("form.toml", "area > 10", "aera > 10"), "check.unknown-name", "form.toml", 8);
    finds(with("form.toml", "\"number\"", "\"integer\""), "check.word", "form.toml", 6);
    finds(with("procedure.toml", "[delay]", "[delay"), "check.syntax", "procedure.toml", 12);
    finds(with("procedure.toml", "kind = \"free\"", "kind = \"amount\""), "check.fee", "procedure.toml", 17);
}

TEST_CASE("a question depends only on questions before it") {
    finds(with("form.toml", "type = \"number\"", "type = \"number\"\nvisible = \"why != null\""), "check.unknown-name", "form.toml", 4);
}

TEST_CASE("a check across questions: read with its words, and refused where it could not be mended") {
    const auto checked = [](std::string_view check, std::string_view words) {
        auto files = with("form.toml", "visible = \"area > 10\"\n", "visible = \"area > 10\"\n\n[[page]]\nid = \"two\"\n\n[[page.field]]\nid = \"rooms\"\n"
                                                                  "type = \"number\"\nwhole = true\n\n" + std::string(check));
        for (std::size_t file : {2U, 3U}) {
            files[file].second = replace_all(files[file].second, "[field.area]", "[page.two]\ntitle = \"Deux\"\n[field.rooms]\nlabel = \"Pièces\"\n" + std::string(words) + "[field.area]");
        }
        return files;
    };
    constexpr std::string_view words = "[check]\nsmall-rooms = \"Trop de pièces.\"\n";
    constexpr std::string_view good = "[[check]]\nid = \"small-rooms\"\nfield = \"rooms\"\nwhen = \"rooms * 5 > area\"\nwarning = true\n";
    const auto loaded = load_procedure("permit", checked(good, words), morocco(), today);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.revision->form.checks.size() == 1);
    CHECK(loaded.revision->form.checks[0].message.in("fr") == "Trop de pièces.");
    CHECK(loaded.revision->form.checks[0].warning);
    CHECK(loaded.revision->form.field("rooms")->whole);
    const auto again = revision_from_json(canonical(*loaded.revision));
    REQUIRE(again.has_value());
    CHECK((*again)->form == loaded.revision->form);
    const int line = 21;  // of [[check]]
    const auto spoiled = [&](std::string_view from, std::string_view to) { return checked(replace_all(std::string(good), from, to), words); };
    finds(checked(good, ""), "check.text-missing", "texts.ar.toml", 0);
    finds(spoiled("when = \"rooms * 5 > area\"\n", ""), "check.missing", "form.toml", line);
    finds(spoiled("rooms * 5 > area", "rooms * 5 >"), "check.condition", "form.toml", line + 3);
    finds(spoiled("rooms * 5", "\\\"five\\\""), "check.type-clash", "form.toml", line);
    finds(spoiled("rooms * 5", "doors"), "check.unknown-name", "form.toml", line);
    finds(spoiled("field = \"rooms\"", "field = \"doors\""), "check.unknown-name", "form.toml", line);
    finds(spoiled("field = \"rooms\"", "field = \"area\""), "check.unknown-name", "form.toml", line);  // "rooms" comes later
    finds(spoiled("warning = true", "warn = true"), "check.unknown-key", "form.toml", line + 4);
    finds(with("form.toml", "id = \"why\"\ntype = \"text\"", "id = \"why\"\ntype = \"text\"\nwhole = true"), "check.bound", "form.toml", 8);
}

TEST_CASE("an automatic grant is refused where it could harm or rests on unverified words") {
    const auto grant = [](std::string_view body) { return with("procedure.toml", "[fee]", "[automatic_grant]\n" + std::string(body) + "\n\n[fee]"); };
    finds(grant("third_party_touched = true\ncondition = \"area < 10\"\ninputs = [\"area\"]\nbasis = \"declaration-enough\"\narticle = \"1\""), "check.grant", "procedure.toml", 17);
    finds(grant("third_party_touched = false\ncondition = \"area < 10\"\ninputs = [\"area\"]\nbasis = \"verified-sources\""), "check.grant", "procedure.toml", 17);
    finds(grant("third_party_touched = false\ncondition = \"area < 10\"\ninputs = [\"area\"]\nbasis = \"declaration-enough\""), "check.grant", "procedure.toml", 17);
    CHECK(check(grant("third_party_touched = false\ncondition = \"area < 10\"\ninputs = [\"area\"]\nbasis = \"declaration-enough\"\narticle = \"law 1, art. 2\"")).empty());
}

TEST_CASE("a document never prints a sensitive answer: the answer is encrypted at rest, the document is not") {
    const auto printing = [](std::string_view field, bool sensitive) {
        auto files = with("form.toml", "type = \"number\"", sensitive ? "type = \"number\"\nsensitive = true" : "type = \"number\"");
        const auto text = "title = \"x\"\nparagraphs = [\"{answers." + std::string(field) + "}\"]\n";
        files.emplace_back("document.permit.toml", "[ar]\n" + text + "\n[fr]\n" + text);
        return files;
    };
    finds(printing("area", true), "check.sensitive", "document.permit.toml", 1);
    CHECK(check(printing("why", true)).empty());
    CHECK(check(printing("area", false)).empty());
}

TEST_CASE("a registration writes a number, and only a registration") {
    finds(with("procedure.toml", "\"authorisation\"", "\"registration\""), "check.registration", "procedure.toml", 2);
    CHECK(registration_number({"s", "AE-{year}-{number:6}"}, 2026, 42) == "AE-2026-000042");
    CHECK(registration_number({"s", "{number}/{year}"}, 2026, 1234567) == "1234567/2026");
}

TEST_CASE("holes of a document name what will be there") {
    Files files = clean();
    files.emplace_back("document.permit.toml", "[ar]\ntitle = \"رخصة\"\nparagraphs = [\"{answers.nothing}\"]\n[fr]\ntitle = \"Permis\"\nparagraphs = [\"ok\"]\n");
    finds(files, "check.hole", "document.permit.toml", 1);
    CHECK(fill("a {x.y} b {z} {x.q|x.y} {not a hole} {", json::Object{{"x", json::Object{{"y", "1"}}}}) == "a 1 b …… 1 {not a hole} {");
}

TEST_CASE("delay, papers and fee follow the answers") {
    const Loaded birth = load_procedure(std::filesystem::path(WASL_SOURCE_DIR) / "procedures/birth-extract", morocco(), today);
    REQUIRE(birth.revision);
    const json::Object child{{"for_child", true}, {"delivery", "counter"}}, self{{"for_child", false}, {"delivery", "online"}};
    const json::Object counter{{"channel", "counter"}}, online{{"channel", "online"}};
    CHECK(papers_for(*birth.revision, {&child, &online, "2026-11-21", &birth.revision->form}).size() == 2);
    CHECK(papers_for(*birth.revision, {&self, &online, "2026-11-21", &birth.revision->form}).size() == 1);
    CHECK(fee_for(*birth.revision, {&child, &online, "", nullptr}, &morocco()->law_on(today)) == "2.00");  // a stamp duty of the law
    CHECK_FALSE(fee_for(*birth.revision, {&child, &online, "", nullptr}).has_value());
    CHECK(fee_for(*birth.revision, {&self, &online, "", nullptr}) == "0.00");
    CHECK(delay_for(*birth.revision, {&self, &counter, "", nullptr})->n == 0);
    CHECK(delay_for(*birth.revision, {&self, &online, "", nullptr})->n == 3);
}

TEST_CASE("broken folders are findings, never a crash") {
    CHECK_FALSE(load_procedure("x", Files{}, nullptr, today).revision);
    CHECK_FALSE(load_procedure("x", Files{{"procedure.toml", "\xff"}}, nullptr, today).diagnostics.empty());
    CHECK_FALSE(load_procedure(std::filesystem::path("/nonexistent/folder"), nullptr, today).diagnostics.empty());
    CHECK_FALSE(load_procedure("x", Files{{"procedure.toml", "kind = [[[["}}, nullptr, today).revision);
    CHECK(load_procedure("x", Files{{"procedure.toml", "law = 3\npaper = {}\ndelay = []\nfee = \"x\"\n"}}, nullptr, today).diagnostics.size() > 5);
}

TEST_CASE("a stamp duty is the law's: unknown codes and copied amounts are found") {
    const auto with_fee = [](std::string fee) {
        Files files = clean();
        for (auto& [name, text] : files) {
            if (name != "procedure.toml") continue;
            const auto from = text.find("[fee]");
            const auto until = std::min(text.find("\n[", text.find("kind", from)), text.size());
            text.replace(from, until - from, fee);
        }
        return check(files);
    };
    const auto has = [](const std::vector<Diagnostic>& found, std::string_view key) {
        return std::ranges::any_of(found, [&](const Diagnostic& one) { return one.key == key; });
    };
    CHECK_FALSE(has(with_fee("[fee]\nkind = \"amount\"\n[[fee.item]]\nstamp = \"birth-extract\"\n"), "check.stamp"));
    CHECK(has(with_fee("[fee]\nkind = \"amount\"\n[[fee.item]]\nstamp = \"nothing\"\n"), "check.stamp"));
    CHECK(has(with_fee("[fee]\nkind = \"amount\"\n[[fee.item]]\nstamp = \"birth-extract\"\namount = \"2.00\"\n"), "check.fee"));
    CHECK(has(with_fee("[fee]\nkind = \"free\"\nunpaid = \"incomplete\"\n"), "check.unpaid"));  // nothing to pay
    CHECK_FALSE(has(with_fee("[fee]\nkind = \"amount\"\nunpaid = \"incomplete\"\n[[fee.item]]\namount = \"5.00\"\n"), "check.unpaid"));
}
