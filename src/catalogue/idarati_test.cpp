#include "catalogue/idarati.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "jurisdiction/pack.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace wasl;
using namespace wasl::catalogue;
namespace fs = std::filesystem;

namespace {

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(fs::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    REQUIRE(pack.has_value());
    return pack->get();
}

constexpr Date today{2026, 11, 21};

std::string sheet(std::string_view delay, std::string_view fee, std::string_view papers = R"(["طلب"])") {
    return R"([{"proc_title":"رخصة","proc_administration":["وزارة"],"proc_pieces":)" + std::string(papers) +
           R"(,"proc_steps":[],"fee":")" + std::string(fee) + R"(","proc_delai":")" + std::string(delay) + R"(","proc_description":"","proc_lois":[]}])";
}

ImportedSheet read_one(const std::string& text) {
    auto sheets = read_idarati(text, {&morocco()->law_on(today), "commune-tamri"});
    REQUIRE(sheets.has_value());
    REQUIRE(sheets->size() == 1);
    return std::move((*sheets)[0]);
}

std::string keys_of(const ImportedSheet& imported) {
    std::string out;
    for (const auto& finding : imported.findings) {
        out += (out.empty() ? "" : " ") + finding.key;
    }
    return out;
}

Loaded load(const ImportedSheet& sheet) { return load_procedure(sheet.id, sheet.files, morocco(), today); }

struct Folder {
    fs::path path = fs::temp_directory_path() / ("wasl-import-test-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("the id is portal- and 12 hex digits of SHA-256 of title, newline, first authority, byte for byte") {
    CHECK(portal_id("رخصة", "وزارة") == "portal-" + sha256("رخصة\nوزارة").hex().substr(0, 12));
    CHECK(portal_id("رخصة ", "وزارة") != portal_id("رخصة", "وزارة"));
    CHECK(read_one(sheet("30 يوما", "مجانا")).id == portal_id("رخصة", "وزارة"));
}

TEST_CASE("the report has the shape and the order asked for") {
    CHECK(report_line(read_one(sheet("60 يوما بالنسبة للتسجيل\\n30 يوما للحالات الأخرى", "25 درهما"))) ==
          "{\"id\":\"" + portal_id("رخصة", "وزارة") +
              R"(","title":"رخصة","delay":[{"n":60,"unit":"day","working":false,"when":"بالنسبة للتسجيل"},{"n":30,"unit":"day","working":false,"when":"للحالات الأخرى"}],"fee":{"amount":"25.00"},"findings":[]})");
    const std::string unclear = report_line(read_one(sheet("", "50 درهما للنسخة")));
    CHECK(unclear.find(R"("delay":"needs-human","fee":{"rule":"50 درهما للنسخة"})") != std::string::npos);
}

TEST_CASE("an imported sheet loads without findings and can be filed at once") {
    const ImportedSheet imported = read_one(sheet("60 يوما بالنسبة للتسجيل\\n30 يوما للحالات الأخرى", "حسب المساحة",
                                                  R"(["* طلب خطي","إذا كان المعني شركة :","- نسخة مصادق عليها من السجل","نسخة من البطاقة الوطنية للتعريف"])"));
    const Loaded loaded = load(imported);
    for (const auto& diagnostic : loaded.diagnostics) {
        FAIL_CHECK(diagnostic.text());
    }
    REQUIRE(loaded.revision);
    const Revision& revision = *loaded.revision;
    CHECK(revision.kind == Kind::authorisation);
    CHECK(revision.silence == Silence::none);
    CHECK_FALSE(revision.extension.has_value());
    CHECK(revision.authority_code == "commune-tamri");
    REQUIRE(revision.requirements.size() == 3);
    CHECK(revision.requirements[0].title.in("ar") == "طلب خطي");
    CHECK(revision.requirements[0].mandatory);
    CHECK_FALSE(revision.requirements[1].mandatory);  // only for companies
    CHECK(revision.requirements[1].hint.in("ar").find("نسخة عادية واحدة تكفي") != std::string::npos);
    CHECK(imported.findings[0].key == "paper.certified-copy");
    CHECK(revision.fee.kind == FeeKind::rule);
    const json::Object second{{"delay_case", "case-2"}}, none;
    CHECK(delay_for(revision, {&second, nullptr, "", nullptr})->n == 30);
    CHECK(delay_for(revision, {&none, nullptr, "", nullptr}) == nullptr);  // not said: the maximum of the law counts
    CHECK(form::check(revision.form, json::Object{{"full_name", json::Object{{"given_ar", "أمينة"}}},
                                                  {"identity", json::Object{{"kind", "cnie"}, {"number", "AB123456"}}},
                                                  {"delay_case", "case-1"}}, {morocco(), today, {}}).clean());
}

TEST_CASE("a published delay over the maximum is a finding, not an error") {
    CHECK(read_one(sheet("90 يوما", "مجانا")).findings[0].key == "delay.over-maximum");
    CHECK(read_one(sheet("سنة", "مجانا")).findings[0].key == "delay.over-maximum");
    CHECK(read_one(sheet("60 يوما", "مجانا")).findings.empty());
}

TEST_CASE("texts with quotes, line ends, braces and control characters survive") {
    const ImportedSheet imported = read_one(sheet("30 يوما\\t", "مجانا", R"(["ورقة \"خاصة\" \\ {مهمة}\nسطر\u0007"])"));
    const Loaded loaded = load(imported);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.revision);
    CHECK(loaded.revision->requirements[0].title.in("ar") == "ورقة \"خاصة\" \\ {مهمة} سطر");
}

TEST_CASE("a text that is no list of procedures is an error of its file, and says where") {
    const auto error = [](std::string_view text) {
        const auto result = read_idarati(text, {});
        return result ? std::string("none") : result.error().key + " " + result.error().detail;
    };
    CHECK(error("").starts_with("import.malformed"));
    CHECK(error("[{").starts_with("import.malformed"));
    CHECK(error("\"x\"") == "import.malformed the file is no list of procedures");
    CHECK(error(std::string(100, '[')).starts_with("import.malformed"));
    CHECK(error("[]") == "none");
    CHECK(error("[5]") == "none");
    CHECK(error("[{}]") == "none");
}

TEST_CASE("an absent field counts as null: a human must say, and the sheet can be filed all the same") {
    for (const char* text : {R"([{"proc_title":"a","proc_administration":["b"]}])",
                             R"([{"proc_title":"a","proc_administration":["b"],"proc_pieces":null,"proc_delai":null,"fee":null}])",
                             R"([{"proc_title":"a","proc_administration":["b"],"proc_pieces":[],"proc_delai":"","fee":""}])"}) {
        CAPTURE(std::string(text));
        const ImportedSheet imported = read_one(text);
        CHECK(imported.delay.needs_human());
        CHECK(imported.fee.kind == FeeKind::needs_human);
        CHECK(keys_of(imported) == "delay.needs-human fee.needs-human papers.none");
        const Loaded loaded = load(imported);
        CHECK(loaded.revision);
        CHECK(loaded.diagnostics.empty());
    }
}

TEST_CASE("a field of another type concerns its own procedure alone") {
    const auto imported = read_idarati(R"([{"proc_title":"a","proc_administration":["b"],"proc_pieces":["p"],"fee":12,"proc_delai":["3 أيام"]},
        {"proc_title":"c","proc_administration":"d","proc_pieces":["p",7],"fee":"مجانا","proc_delai":"3 أيام"},
        {"proc_title":"e","proc_administration":["f"],"proc_pieces":{"x":1},"fee":true,"proc_delai":3}])", {});
    REQUIRE(imported.has_value());
    REQUIRE(imported->size() == 3);
    CHECK(keys_of((*imported)[0]) == "field.malformed field.malformed delay.needs-human fee.needs-human");
    CHECK((*imported)[0].findings[1].detail == "\"fee\" is no text");
    CHECK((*imported)[0].delay.needs_human());
    CHECK(keys_of((*imported)[1]) == "field.malformed");
    CHECK((*imported)[1].delay.rows.at(0).n == 3);
    CHECK((*imported)[1].fee.kind == FeeKind::free);
    CHECK(keys_of((*imported)[2]) == "field.malformed field.malformed field.malformed delay.needs-human fee.needs-human papers.none");
    for (const auto& one : *imported) {
        CHECK(load(one).diagnostics.empty());
    }
}

TEST_CASE("a procedure without a title is a line of the report, and the rest goes on") {
    const auto imported = read_idarati(R"([{"proc_administration":["b"],"proc_delai":"3 أيام"}, 5, {"proc_title":["a"]},
        {"proc_title":"c","proc_administration":["d"],"proc_pieces":["p"],"fee":"مجانا","proc_delai":"3 أيام"}])", {});
    REQUIRE(imported.has_value());
    REQUIRE(imported->size() == 4);
    CHECK(keys_of((*imported)[0]) == "title.missing");
    CHECK(report_line((*imported)[0]).starts_with(R"({"id":"","title":"","delay":[{"n":3,)"));
    CHECK(keys_of((*imported)[1]) == "procedure.malformed");
    CHECK(keys_of((*imported)[2]) == "field.malformed title.missing");
    CHECK((*imported)[0].files.empty());
    CHECK((*imported)[3].findings.empty());
    CHECK_FALSE((*imported)[3].files.empty());
}

TEST_CASE("a sheet that names no authority is filed with the competent one, and says so") {
    const ImportedSheet imported = read_one(R"([{"proc_title":"a","proc_pieces":["p"],"fee":"مجانا","proc_delai":"3 أيام"}])");
    CHECK(imported.id == portal_id("a", ""));
    CHECK(keys_of(imported) == "authority.missing");
    const Loaded loaded = load(imported);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.revision);
    CHECK(loaded.revision->authority.in("ar") == "الإدارة المختصة");
}

TEST_CASE("law 55-19 art. 7: a paper published as certified stands everywhere as a plain copy") {
    const ImportedSheet imported = read_one(sheet("30 يوما", "مجانا", R"(["نسخة مصادق عليها من البطاقة","التزام مصحح الإمضاء","نسختان من التصميم","صورة"])"));
    const Loaded loaded = load(imported);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.revision);
    const auto& papers = loaded.revision->requirements;
    REQUIRE(papers.size() == 4);
    CHECK(papers[0].title.in("ar") == "نسخة مصادق عليها من البطاقة – نسخة عادية واحدة تكفي");
    CHECK(papers[0].title.in("fr") == "نسخة مصادق عليها من البطاقة – une seule copie simple suffit");
    CHECK(papers[0].title.in("en") == "نسخة مصادق عليها من البطاقة – one plain copy is enough");
    CHECK(papers[0].title.in("zgh") == "نسخة مصادق عليها من البطاقة – ⵜⵡⴷⴰ ⵢⴰⵜ ⵜⵏⵖⵍⵜ");
    CHECK(papers[1].title.in("fr").find("signature simple") != std::string::npos);
    CHECK(papers[2].title.in("fr").find("un seul exemplaire suffit") != std::string::npos);
    CHECK(papers[3].title.in("fr") == "صورة");
}

TEST_CASE("law 55-19 art. 16: two months may be 62 days, which is a finding") {
    CHECK(keys_of(read_one(sheet("شهران", "مجانا"))) == "delay.over-maximum");
    CHECK(keys_of(read_one(sheet("شهر", "مجانا"))).empty());
}

TEST_CASE("check shows a portal's delay over the maximum, which holds up no publication") {
    const Loaded loaded = load(read_one(sheet("90 يوما", "مجانا")));
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].key == "check.delay-over-maximum");
    CHECK_FALSE(loaded.diagnostics[0].blocks);
}

TEST_CASE("imported_from written by hand excuses nothing") {
    const auto spoil = [](ImportedSheet imported, std::string_view file, std::string_view from, std::string_view to) {
        for (auto& [name, content] : imported.files) {
            if (name == file) {
                REQUIRE(content.find(from) != std::string::npos);
                content = replace_all(content, from, to);
            }
        }
        return load(imported);
    };
    const auto finds = [](const Loaded& loaded, std::string_view key) {
        return std::any_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                           [&](const Diagnostic& d) { return d.key == key && d.blocks; });
    };
    const ImportedSheet good = read_one(sheet("90 يوما", "مجانا", R"(["نسخة مصادق عليها"])"));
    CHECK_FALSE(finds(load(good), "check.imported"));
    const Loaded retitled = spoil(good, "texts.ar.toml", "title = \"رخصة\"", "title = \"رخصة البناء\"");
    CHECK(finds(retitled, "check.imported"));
    CHECK(finds(retitled, "check.delay-over-maximum"));
    CHECK(finds(retitled, "check.law"));
    CHECK(finds(spoil(good, "procedure.toml", "published_title = \"رخصة\"\n", ""), "check.imported"));
    CHECK(finds(spoil(good, "procedure.toml", "published_authority = \"وزارة\"", "published_authority = \"x\""), "check.imported"));
    // genuine, but somebody took away the sentence that a plain copy is enough
    CHECK(finds(spoil(good, "texts.ar.toml", " – نسخة عادية واحدة تكفي", ""), "check.certified-copy"));
}

TEST_CASE("an unreadable file does not hold up the others; when none can be read nothing appears") {
    const Folder folder;
    std::ofstream(folder.path / "good.json") << sheet("30 يوما", "مجانا");
    std::ofstream(folder.path / "bad.json") << "[{";
    const auto out = folder.path / "out";
    const auto failed = import_idarati({folder.path / "bad.json", folder.path / "absent.json"}, out, folder.path / "r.jsonl", {});
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().detail.find("bad.json") != std::string::npos);
    CHECK_FALSE(fs::exists(out));
    CHECK_FALSE(fs::exists(folder.path / "r.jsonl"));

    const auto partly = import_idarati({folder.path / "bad.json", folder.path / "good.json", folder.path / "absent.json"}, out,
                                       folder.path / "r.jsonl", {});
    REQUIRE(partly.has_value());
    CHECK(partly->folders == 1);
    REQUIRE(partly->unread.size() == 2);
    CHECK(partly->unread[0].detail.find("bad.json") != std::string::npos);
    CHECK(partly->unread[1].detail.find("absent.json") != std::string::npos);
    CHECK(fs::exists(folder.path / "r.jsonl"));

    for (int round = 0; round < 2; ++round) {  // safe to repeat
        const auto done = import_idarati({folder.path / "good.json"}, out, folder.path / "r.jsonl", {});
        REQUIRE(done.has_value());
        CHECK(done->folders == 1);
    }
    CHECK(procedure_folders(out).size() == 1);
    CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 1);
    const auto twice = import_idarati({folder.path / "good.json", folder.path / "good.json"}, out, folder.path / "r.jsonl", {});
    REQUIRE(twice.has_value());
    CHECK(twice->procedures == 2);
    CHECK(twice->findings == 1);  // the same title and authority
}

TEST_CASE("the published sheets of the portal") {
    const fs::path data = fs::path(WASL_SOURCE_DIR) / "../shared/data/idarati";
    if (!fs::is_directory(data)) {
        MESSAGE("skipped: the portal's sheets are not there");
        return;
    }
    std::size_t procedures = 0, unread = 0;
    for (const auto& entry : fs::directory_iterator(data)) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        const auto sheets = read_idarati(text.str(), {&morocco()->law_on(today), ""});
        REQUIRE(sheets.has_value());
        for (const auto& imported : *sheets) {
            ++procedures;
            unread += imported.delay.needs_human() || imported.fee.kind == FeeKind::needs_human ? 1 : 0;
            const Loaded loaded = load(imported);
            CHECK(loaded.revision);
            for (const auto& diagnostic : loaded.diagnostics) {
                FAIL_CHECK(diagnostic.text());
            }
        }
    }
    CHECK(procedures == 35);
    CHECK(unread == 0);
}
