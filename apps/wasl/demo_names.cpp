#include "demo_names.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace wasl::app {

namespace {

using Pair = std::pair<const char*, const char*>;

constexpr std::array<Pair, 20> given{{
    {"فاطمة", "Fatima"}, {"محمد", "Mohamed"}, {"خديجة", "Khadija"}, {"يوسف", "Youssef"}, {"عائشة", "Aïcha"},
    {"إبراهيم", "Brahim"}, {"زينب", "Zineb"}, {"الحسن", "Lahcen"}, {"نادية", "Nadia"}, {"عبد الله", "Abdellah"},
    {"سميرة", "Samira"}, {"رشيد", "Rachid"}, {"مليكة", "Malika"}, {"حمزة", "Hamza"}, {"إيطو", "Itto"},
    {"سعيد", "Saïd"}, {"هدى", "Houda"}, {"كريم", "Karim"}, {"تودة", "Touda"}, {"أمين", "Amine"},
}};

constexpr std::array<Pair, 18> family{{
    {"آيت بن علي", "Aït Ben Ali"}, {"العلوي المثال", "El Alaoui-Exemple"}, {"بناني", "Bennani"}, {"الصنهاجي", "Sanhaji"},
    {"أوعلي", "Ouali"}, {"التازي", "Tazi"}, {"أمزيان", "Amezian"}, {"الفاسي", "El Fassi"}, {"بوعزة", "Bouazza"},
    {"الإدريسي", "Idrissi"}, {"أيت منصور", "Aït Mansour"}, {"الزهراوي", "Zahraoui"}, {"بلقاسم", "Belkacem"},
    {"السوسي", "Soussi"}, {"الريفي", "Rifi"}, {"الدكالي", "Doukkali"}, {"أزولاي", "Azoulay"}, {"المراكشي", "Marrakchi"},
}};

}  // namespace

std::string demo_document(int n) { return fmt::format("ZZ{:06}", 100'000 + n * 37); }

identity::Person demo_person(int n, Instant created) {
    const auto at = static_cast<std::size_t>(n);
    const auto& [given_ar, given_la] = given[at % given.size()];
    const auto& [family_ar, family_la] = family[(at * 7 + 3) % family.size()];
    identity::Person out;
    out.name = {given_ar, family_ar, given_la, family_la};
    out.birth = n % 9 == 4 ? fmt::format("{}", 1948 + n % 40) : fmt::format("{}-{:02}-{:02}", 1950 + n % 52, 1 + n % 12, 1 + n % 28);
    out.document_kind = "cnie";
    out.document_number = demo_document(n);
    out.phone = fmt::format("+2126000{:05}", 10'000 + n);
    out.address = "دوار المثال، عين الوصل";
    out.language = n % 3 == 0 ? "fr" : n % 11 == 5 ? "zgh" : "ar";
    out.created = created;
    return out;
}

}  // namespace wasl::app
