// Law 55-19 art. 7 in the words of offices: a denial counts only where it denies the formality itself.
#include "catalogue/forbidden.hpp"

#include "catalogue/impl/longest.hpp"
#include "catalogue/loader.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <string>

using namespace wasl;
using namespace wasl::catalogue;

namespace {

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    REQUIRE(pack.has_value());
    return pack->get();
}

constexpr Date today{2026, 11, 22};

void expect(std::string_view code, std::initializer_list<const char*> texts) {
    for (const char* text : texts) {
        CAPTURE(std::string(text));
        CHECK(forbidden_formality(text, nullptr).value_or("") == code);
        CHECK(forbidden_formality(text, &morocco()->law_on(today)).value_or("") == code);
    }
}

std::vector<Diagnostic> check(std::string_view extension, std::string_view id = "permit") {
    const std::string procedure = "id = \"" + std::string(id) + "\"\nkind = \"authorisation\"\n[[law]]\ncode = \"law\"\n[delay]\n"
                                  "[[delay.case]]\nn = 30\n[fee]\nkind = \"free\"\n" + std::string(extension);
    const Files files = {{"procedure.toml", procedure},
                         {"texts.ar.toml", "title = \"رخصة\"\ndescription = \"وصف\"\nauthority = \"الجماعة\"\n[law]\nlaw = \"قانون\"\n[appeal]\nauthority = \"العامل\"\n"},
                         {"texts.fr.toml", "title = \"Permis\"\ndescription = \"Texte\"\nauthority = \"Commune\"\n[law]\nlaw = \"Loi\"\n[appeal]\nauthority = \"Gouverneur\"\n"}};
    return load_procedure(std::string(id), files, morocco(), today).diagnostics;
}

}  // namespace

TEST_CASE("art. 7: a denial of something else does not hide a certified copy") {
    expect("certified-copy",
           {"نسخ مصورة مصادق عليها من البطاقة غير منتهية الصلاحية", "نسخة مصادق عليها دون قيد", "Copie conforme, sans frais",
            "Copie certifiée (pas de photo floue)", "Copie certifiée conforme de la carte, non périmée",
            "نسخة مصادق عليها لا يتجاوز تاريخها ثلاثة أشهر", "بطاقة غير منتهية الصلاحية ونسخة مصادق عليها منها",
            "Carte non périmée, copie certifiée conforme", "copie certifiée du diplôme, sans rature ni surcharge",
            "certified copy, not older than three months", "نسخة مصدقة", "نسخة مصادقة", "النسخة المصدقة من الشهادة",
            "نسخة مصورة مصدقة", "بدون رسوم: نسخة مطابقة للأصل"});
}

TEST_CASE("art. 7: a legalised signature under other names") {
    expect("legalised-signature", {"تصريح بالشرف مصادق عليه", "Signature authentifiée", "إقرار مصادق عليه", "توكيل مصادق عليه",
                                   "تصريح بالشرف غير مؤرخ مصحح الإمضاء", "Déclaration signée et legalisee, sans date"});
}

TEST_CASE("art. 7: a second copy, counted in any way") {
    expect("second-copy", {"Deux photocopies de la carte", "2 photos et 2 photocopies", "نسخة من البطاقة مع نسخة ثانية",
                           "نسخة إضافية من التصميم", "Photocopie (x2) de la carte", "Photocopie de la carte (x2)", "Photocopie de la carte (2)", "نسخة من البطاقة (2)",
                           "une seconde copie", "copie supplémentaire", "deuxième exemplaire", "trois exemplaires, sans agrafe"});
}

TEST_CASE("art. 7: who denies the formality itself asks for none") {
    expect("", {"لا تطلب نسخة مطابقة للأصل", "لا يجوز طلب تصحيح الإمضاء ولا الإشهاد بالمطابقة ولا أكثر من نسخة",
                "نسخة غير مصادق عليها", "بدون تصحيح الإمضاء", "دون حاجة إلى نسخة مصادق عليها", "النسخة المصادق عليها غير مطلوبة",
                "Aucune copie certifiée n'est demandée.", "copie non certifiée", "Copie certifiée non exigée",
                "sans signature légalisée", "ni signature légalisée, ni copie certifiée, ni second exemplaire ne peuvent être demandés",
                "no legalised signature, certified copy or second copy may be asked", "Il n'est pas nécessaire de fournir une copie certifiée"});
}

TEST_CASE("art. 7: what only resembles a formality") {
    expect("", {"نسخة من قرار المصادقة", "شهادة المصادقة على التصميم", "نسخة من البطاقة الوطنية", "صورة شمسية (2)", "2 photos",
                "نسخة من الوثيقة رقم 2", "Copie de l'article 2", "برنامج صادق عليه المجلس", "Certificat de conformité", "صورتان شمسيتان"});
}

TEST_CASE("art. 17: a listed extension belongs to the listed act, not to any procedure that names it") {
    const std::string extension = "[extension]\nact = \"establishment-class-1\"\nground = \"public-inquiry\"\n";
    const auto found = check(extension);
    REQUIRE(found.size() == 1);
    CHECK(found[0].key == "check.extension");
    CHECK(check(extension, "establishment-class-1").empty());
    CHECK(check(extension, "establishment-class-1-bakery").empty());
    CHECK(check(extension, "establishment-class-10").size() == 1);
}

TEST_CASE("art. 16: months are as long as they can be") {
    using impl::longest_days_of_months;
    CHECK(longest_days_of_months(1) == 31);
    CHECK(longest_days_of_months(2) == 62);
    CHECK(longest_days_of_months(3) == 92);
    CHECK(longest_days_of_months(6) == 184);
    CHECK(longest_days_of_months(12) == 366);
    CHECK(longest_days_of_months(24) == 731);
    CHECK(longest_days_of_months(48) == 1461);
    using jurisdiction::Unit;
    CHECK(impl::may_exceed({2, Unit::month, false}, {60, Unit::day, false}));
    CHECK_FALSE(impl::may_exceed({1, Unit::month, false}, {60, Unit::day, false}));
    CHECK_FALSE(impl::may_exceed({2, Unit::month, false}, {2, Unit::month, false}));
    CHECK_FALSE(impl::may_exceed({60, Unit::day, false}, {60, Unit::day, false}));
    CHECK(impl::may_exceed({61, Unit::day, false}, {60, Unit::day, false}));
}

TEST_CASE("every finding is file:line: message, also one of a whole file") {
    CHECK(Diagnostic{"a/procedure.toml", 0, "k", "Text."}.text() == "a/procedure.toml:1: Text.");
    CHECK(Diagnostic{"a/procedure.toml", 7, "k", "Text."}.text() == "a/procedure.toml:7: Text.");
    for (const auto& [name, content] : Files{{"texts.ar.toml", "title = \"\xff\""}, {"procedure.toml", "id = \"\xff\""}}) {
        for (const auto& diagnostic : load_procedure("x", Files{{"procedure.toml", "id = \"x\"\n"}, {name, content}}, morocco(), today).diagnostics) {
            CAPTURE(diagnostic.text());
            const auto first = diagnostic.text().find(':');
            CHECK(diagnostic.text().find_first_not_of("0123456789", first + 1) > first + 1);
            CHECK(diagnostic.text()[diagnostic.text().find_first_not_of("0123456789", first + 1)] == ':');
        }
    }
}
