#include "catalogue/idarati.hpp"

#include "base/digest.hpp"
#include "jurisdiction/pack.hpp"

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
    CHECK(load(read_one(sheet("90 يوما", "مجانا"))).diagnostics.empty());
}

TEST_CASE("texts with quotes, line ends, braces and control characters survive") {
    const ImportedSheet imported = read_one(sheet("30 يوما\\t", "مجانا", R"(["ورقة \"خاصة\" \\ {مهمة}\nسطر\u0007"])"));
    const Loaded loaded = load(imported);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.revision);
    CHECK(loaded.revision->requirements[0].title.in("ar") == "ورقة \"خاصة\" \\ {مهمة} سطر");
}

TEST_CASE("malformed input says what is wrong and where") {
    const auto error = [](std::string_view text) {
        const auto result = read_idarati(text, {});
        return result ? std::string("none") : result.error().key + " " + result.error().detail;
    };
    CHECK(error("").starts_with("import.malformed"));
    CHECK(error("[{").starts_with("import.malformed"));
    CHECK(error("\"x\"") == "import.malformed the file is no list of procedures");
    CHECK(error("[5]") == "import.malformed procedure 1 is no JSON object");
    CHECK(error("[{}]") == "import.missing-field procedure 1: \"proc_title\" is missing or empty");
    CHECK(error(R"([{"proc_title":"a"}])") == "import.missing-field procedure 1: \"proc_administration\" names no authority");
    CHECK(error(R"([{"proc_title":"a","proc_administration":["b"],"proc_pieces":[]}])") == "import.missing-field procedure 1: \"proc_delai\" is missing");
    CHECK(error(R"([{"proc_title":"a","proc_administration":["b"],"proc_pieces":[1],"proc_delai":"","fee":""}])").starts_with("import.malformed procedure 1"));
    CHECK(error(R"([{"proc_title":["a"]}])").starts_with("import.malformed procedure 1"));
    CHECK(error("[]") == "none");
    CHECK(error(R"([{"proc_title":"a","proc_administration":"b","proc_pieces":null,"proc_delai":null,"fee":null}])") == "none");
    CHECK(error(std::string(100, '[')).starts_with("import.malformed"));
}

TEST_CASE("nothing is half-written: one broken file and no folder, no report appears") {
    const Folder folder;
    std::ofstream(folder.path / "good.json") << sheet("30 يوما", "مجانا");
    std::ofstream(folder.path / "bad.json") << "[{";
    const auto out = folder.path / "out";
    const auto failed = import_idarati({folder.path / "good.json", folder.path / "bad.json"}, out, folder.path / "r.jsonl", {});
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().detail.find("bad.json") != std::string::npos);
    CHECK_FALSE(fs::exists(out));
    CHECK_FALSE(fs::exists(folder.path / "r.jsonl"));
    CHECK_FALSE(import_idarati({folder.path / "absent.json"}, out, folder.path / "r.jsonl", {}).has_value());

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
