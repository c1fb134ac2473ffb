#include "jurisdiction/pack.hpp"

#include "base/text.hpp"
#include "jurisdiction/toml.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace {

using namespace wasl;
using namespace wasl::jurisdiction;

const std::filesystem::path folder = WASL_SOURCE_DIR "/jurisdictions/ma";

const Pack& morocco() {
    static const auto pack = load_pack(folder);
    REQUIRE_MESSAGE(pack, (pack ? std::string() : pack.error().detail));
    return **pack;
}

std::vector<PackFile> shipped_files() {
    std::vector<PackFile> files;
    for (const char* name : {"pack.toml", "delays.toml", "silence.toml", "extension.toml", "investment.toml",
                             "formalities.toml", "money.toml", "identifiers.toml", "holidays.toml"}) {
        std::ostringstream text;
        text << std::ifstream(folder / name).rdbuf();
        files.push_back({name, text.str()});
    }
    return files;
}

// What is said about the shipped pack when `before` in `file` is written as `after`.
std::string complaint(std::string_view file, std::string_view before, std::string_view after) {
    auto files = shipped_files();
    for (PackFile& one : files) {
        if (one.name == file) {
            REQUIRE(one.text.find(before) != std::string::npos);
            one.text.replace(one.text.find(before), before.size(), after);
        }
    }
    const auto pack = Pack::read(files);
    if (pack) {
        return "accepted";
    }
    std::string out;
    for (const PackFinding& finding : pack.error()) {
        out += finding.text() + "\n";
    }
    return out;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("law 55-19, art. 16: sixty days at most, thirty for investment") {
    const Law& law = morocco().law_on({2026, 11, 21});
    CHECK(law.maximum(DelayClass::ordinary).value == Delay{60, Unit::day, false});
    CHECK(law.maximum(DelayClass::investment).value == Delay{30, Unit::day, false});
    CHECK(law.maximum(DelayClass::complaint).value == Delay{2, Unit::month, false});
    CHECK(law.maximum(DelayClass::ordinary).source.cite() == "Law 55-19, art. 16 (BO 6866 of 2020-03-19)");
    CHECK(parse_delay_class("investment") == DelayClass::investment);
    CHECK_FALSE(parse_delay_class("other"));
}

TEST_CASE("decree 2-22-141: silence is approval for nine acts of local authorities, attested by the wali or governor") {
    const Law& law = morocco().law_on({2026, 11, 21});
    CHECK(law.silence_acts.size() == 9);
    for (const char* act : {"establishment-class-2", "establishment-class-3", "building-permit", "subdivision",
                            "housing-group", "parcelling", "occupancy-permit", "renovation-permit", "demolition-permit"}) {
        REQUIRE(law.silence(act) != nullptr);
        CHECK(law.silence(act)->attesting == "wali-or-governor");
        CHECK(law.silence(act)->source.text == "Decree 2-22-141");
    }
    CHECK(law.silence("birth-extract") == nullptr);
}

TEST_CASE("the law is dated: no silence list before the decree") {
    CHECK(morocco().law_on({2023, 5, 24}).silence("building-permit") == nullptr);
    CHECK(morocco().law_on({2023, 5, 25}).silence("building-permit") != nullptr);
    CHECK(morocco().law_on({1990, 1, 1}).from == Date{2020, 9, 28});
}

TEST_CASE("decree 2-22-386: an extension only for listed acts, with its length and ground") {
    const Law& law = morocco().law_on({2026, 11, 21});
    REQUIRE(law.extension("establishment-class-1") != nullptr);
    CHECK(law.extension("establishment-class-1")->ground == "public-inquiry");
    CHECK(law.extension("establishment-class-1")->longest == Delay{30, Unit::day, false});
    CHECK(law.extension("building-permit") == nullptr);
}

TEST_CASE("law 55-19, art. 7: a legalised signature, a certified copy, a second copy betray themselves") {
    const Law& law = morocco().law_on({2026, 11, 21});
    const auto code = [&](std::string_view text) {
        const ForbiddenFormality* found = law.forbidden_in(text);
        return found == nullptr ? std::string() : found->code;
    };
    CHECK(code("Contrat de bail LÉGALISÉ") == "legalised-signature");
    CHECK(code("طلب مصحح الإمضاء") == "legalised-signature");
    CHECK(code("طلبٌ مصحّح الامضاء") == "legalised-signature");
    CHECK(code("Copie certifiée conforme de la CNIE") == "certified-copy");
    CHECK(code("نسخة مطابقة للأصل") == "certified-copy");
    CHECK(code("Statuts en trois exemplaires") == "second-copy");
    CHECK(code("ثلاث نسخ من القانون الأساسي").starts_with("second-copy"));
    CHECK(code("Copie de la CNIE").empty());
    CHECK(code("نسخة من البطاقة الوطنية").empty());
}

TEST_CASE("the rules of the clock and of appeals are parameters with a source, not yet confirmed") {
    const Law& law = morocco().law_on({2026, 11, 21});
    CHECK(law.clock.value.request_effect == RequestEffect::suspends);
    CHECK(law.appeal.value.lodge == Delay{30, Unit::day, false});
    CHECK(law.appeal.value.answer == Delay{30, Unit::day, false});
    CHECK_FALSE(law.clock.source.confirmed);
    CHECK(law.majority_age.value == 18);
    CHECK(law.messages.value.a_day == 10);
    CHECK(law.messages.value.in_all == 100);
    CHECK_FALSE(morocco().unconfirmed().empty());
}

TEST_CASE("general words of the pack") {
    CHECK(morocco().country() == "ma");
    CHECK(morocco().languages() == std::vector<std::string>{"ar", "fr"});
    CHECK(morocco().zone().name() == "Africa/Casablanca");
    CHECK(morocco().currency().amount(Decimal::from_integer(20)) == "20.00");
    CHECK(morocco().law_on({2026, 1, 1}).stamp_duty("residence-certificate")->amount == "20.00");
    CHECK_FALSE(morocco().working_by_default());
    CHECK(Names{"أ", "", "", ""}.in("en") == "أ");
    CHECK(Names{"أ", "a", "", ""}.in("zgh") == "a");
}

TEST_CASE("a wrong pack file is named with its line") {
    CHECK(contains(complaint("delays.toml", "n = 60", "n = \"60\""), "delays.toml:7: [[maximum]] delay: n must be an integer, not a string"));
    CHECK(contains(complaint("delays.toml", "from = 2020-09-28", "form = 2020-09-28"), "delays.toml:6: [[maximum]] knows no key 'form'"));
    CHECK(contains(complaint("delays.toml", "from = 2020-09-28", ""), "[[maximum]] lacks 'from'"));
    CHECK(contains(complaint("delays.toml", "from = 2020-09-28", "from = \"2020\""), "from must be a date"));
    CHECK(contains(complaint("delays.toml", "\"suspends\"", "\"pauses\""), "request_effect is 'pauses': one of suspends, restarts"));
    CHECK(contains(complaint("delays.toml", "[[clock]]", "[[clock"), "delays.toml:2"));
    CHECK(contains(complaint("silence.toml", "act = \"subdivision\"", "act = \"building-permit\""), "'silence:building-permit' already holds"));
    CHECK(contains(complaint("pack.toml", "Africa/Casablanca", "Africa/Atlantis"), "not in the time zone database"));
    CHECK(contains(complaint("pack.toml", "[6, 7]", "[1,2,3,4,5,6,7]"), "leaves no working day"));
    CHECK(contains(complaint("identifiers.toml", "\"[0-9]{15}\"", "\"[0-9\""), "is no regular expression"));
    CHECK(complaint("holidays.toml", "2024-07-08", "2024-07-09") == "accepted");  // an operator corrects a date
}

TEST_CASE("a Hijri date that comes too early is a slip of the pen") {
    CHECK(contains(complaint("holidays.toml", "2025-06-27", "2024-09-27"), "less than a Hijri year"));
    CHECK(contains(complaint("holidays.toml", "day = 31", "day = 32"), "between 1 and 31"));
    CHECK(contains(complaint("holidays.toml", "date = 2024-07-08", "date = 2024-07-08T10:00:00"), "a time of day has no place here"));
}

TEST_CASE("a missing or unknown file of the pack is named") {
    auto files = shipped_files();
    files.pop_back();
    files.push_back({"weather.toml", ""});
    const auto pack = Pack::read(files);
    REQUIRE_FALSE(pack);
    CHECK(pack.error().front().text() == "weather.toml: no file of a pack has this name");
    CHECK(contains(pack.error().at(1).text(), "holidays.toml: is missing"));
    CHECK(load_pack("/nonexistent").error().key == "pack.unreadable");
}

TEST_CASE("a law that ends leaves no hole") {
    CHECK(contains(complaint("delays.toml", "[[clock]]\nfrom = 2020-09-28", "[[clock]]\nto = 2022-01-01\nfrom = 2020-09-28"),
                   "'clock' does not hold on 2022-01-02"));
}

TEST_CASE("regions, provinces and communes: found by code and by name, free text when missing") {
    const Divisions& places = morocco().divisions();
    CHECK(places.regions().size() == 12);
    CHECK(places.communes().size() == 881);
    const Division* tamri = places.find("ma-09.agadir-ida-outanane.tamri");
    REQUIRE(tamri != nullptr);
    CHECK(tamri->name.ar == "تامري");
    const auto line = places.line(tamri->code);
    REQUIRE(line.size() == 3);
    CHECK(line[1]->name.fr == "Agadir Ida-Outanane");
    CHECK(line[2]->code == "ma-09");
    CHECK(places.named("TÉTOUAN").size() == 1);
    CHECK(places.named("الصويره").size() >= 1);
    CHECK(places.named("Nulle Part").empty());
    CHECK(places.find("ma-99") == nullptr);
    std::size_t provinces = 0;
    for (const Division* region : places.regions()) {
        provinces += places.below(region->code).size();
    }
    CHECK(provinces == 75);
}

TEST_CASE("a broken row of divisions is named with its line") {
    auto files = shipped_files();
    files.push_back({"divisions.csv", "# rows\nma-01;region;أ;A;\nma-01.b.c;rural_commune;ب;B;\nma-02;kingdom;ج;C;\nma-01;region;أ;A;\nx\n"});
    const auto pack = Pack::read(files);
    REQUIRE_FALSE(pack);
    std::string all;
    for (const PackFinding& finding : pack.error()) {
        all += finding.text() + "\n";
    }
    CHECK(all == "divisions.csv:3: 'ma-01.b.c' stands before its parent 'ma-01.b'\n"
                 "divisions.csv:4: 'kingdom' is no kind of division\n"
                 "divisions.csv:5: the code 'ma-01' is empty or stands twice\n"
                 "divisions.csv:6: five cells are expected: code;kind;ar;fr;source id\n");
}
