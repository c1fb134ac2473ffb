#include "catalogue/loader.hpp"

#include "base/text.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace wasl;
using namespace wasl::catalogue;

namespace {

constexpr Date today{2026, 11, 21};

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    REQUIRE(pack.has_value());
    return pack->get();
}

// The registration of the self-employed as it stands in the folder, with one thing changed.
Files registration(std::string_view from = {}, std::string_view to = {}) {
    Files out;
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(WASL_SOURCE_DIR) / "procedures/auto-entrepreneur")) {
        if (file.path().extension() != ".toml") continue;
        std::ifstream in(file.path(), std::ios::binary);
        std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const auto name = file.path().filename().string();
        if (name == "procedure.toml" && !from.empty()) {
            REQUIRE(text.find(from) != std::string::npos);
            text.replace(text.find(from), from.size(), to);
        }
        out.emplace_back(name, std::move(text));
    }
    return out;
}

std::string findings(const Files& files) {
    std::string out;
    for (const auto& one : load_procedure("auto-entrepreneur", files, morocco(), today).diagnostics) out += one.key + " ";
    return out;
}

std::vector<std::string> due(const Revision& revision, const json::Object* answers, std::string day) {
    std::vector<std::string> out;
    for (const auto index : obligations_for(revision, {.answers = answers, .facts = nullptr, .today = std::move(day), .form = &revision.form})) {
        out.push_back(revision.obligations[index].code);
    }
    return out;
}

}  // namespace

TEST_CASE("the self-employed: ceilings and rates of their sector, declarations and the contribution always") {
    const auto loaded = load_procedure("auto-entrepreneur", registration(), morocco(), today);
    CHECK(findings(registration()).empty());
    REQUIRE(loaded.revision);
    const auto& revision = *loaded.revision;
    const json::Object services{{"sector", "services"}}, craft{{"sector", "craft"}}, silent;
    CHECK(due(revision, &services, "2026-11-21") == std::vector<std::string>{"ceiling-services", "tax-services", "declare-turnover", "social-contribution"});
    CHECK(due(revision, &craft, "2026-11-21") == std::vector<std::string>{"ceiling-goods", "tax-goods", "declare-turnover", "social-contribution"});
    CHECK(due(revision, &silent, "2026-11-21") == std::vector<std::string>{"declare-turnover", "social-contribution"});
    CHECK(due(revision, nullptr, "2026-11-21").size() == 6);  // the sheet, before any answer
    CHECK(due(revision, nullptr, "2016-01-01").size() == 4);  // before the rates of today
    CHECK(due(revision, nullptr, "2010-01-01").empty());
    for (const auto& one : revision.obligations) {
        for (const auto* language : {"ar", "fr", "en", "zgh"}) CHECK_MESSAGE(!one.text.in(language).empty(), one.code, " ", language);
        CHECK_FALSE(one.source.empty());
    }
}

TEST_CASE("a revision with obligations is the same after its canonical form; one without keeps its hash") {
    const auto with = load_procedure("auto-entrepreneur", registration(), morocco(), today).revision;
    const auto again = revision_from_json(canonical(*with)).value();
    CHECK(again->obligations == with->obligations);
    CHECK(canonical(*again) == canonical(*with));
    auto without = *with;
    without.obligations.clear();
    CHECK(canonical(*with).find("\"obligations\":[") != std::string::npos);
    CHECK(canonical(without).find("\"obligations\":[") == std::string::npos);
}

TEST_CASE("check.obligation: no first day, an end before the beginning, listed twice, a source that is not named") {
    const auto blames = [](std::string_view from, std::string_view to) { return findings(registration(from, to)).find("check.obligation") != std::string::npos; };
    CHECK(blames("from = 2015-03-19\ncondition", "condition"));
    CHECK(blames("from = 2015-03-19\n", "from = 2015-03-19\nuntil = 2015-03-18\n"));
    CHECK(blames("code = \"ceiling-services\"", "code = \"ceiling-goods\""));
    CHECK_FALSE(blames("from = 2015-03-19\n", "from = 2015-03-19\nuntil = 2030-01-01\n"));
}

TEST_CASE("check.unknown-name, check.unused-key: a condition on nothing, a key that is misspelt") {
    CHECK(findings(registration("condition = 'sector = \"services\"'", "condition = 'sectr = \"services\"'")).find("check.unknown-name") != std::string::npos);
    CHECK_FALSE(findings(registration("from = 2015-03-19\n", "form = 2015-03-19\nfrom = 2015-03-19\n")).empty());
}
