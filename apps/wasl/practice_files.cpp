// Exercises as files: practice/*.toml.
#include "practice.hpp"

#include "tool.hpp"
#include "toml_table.hpp"

#include <algorithm>
#include <tuple>

namespace wasl::app {

namespace {

using practice::Exercise;

// A table with the four languages.
Result<form::Text> four_languages(const Table& table) {
    TRY(table.only({"ar", "fr", "en", "zgh"}));
    form::Text out;
    for (const auto* language : {"ar", "fr", "en", "zgh"}) out.set(language, TRY(table.text(language)), form::TextState::reviewed);
    return out;
}

Result<practice::ScoreRule> score_rule(const Table& table) {
    TRY(table.only({"points", "per_failure", "per_hint", "minutes", "late", "least"}));
    practice::ScoreRule out;
    const auto number = [&](const char* key, int fallback, int most) -> Result<int> {
        return static_cast<int>(TRY(table.number_or(key, fallback, 0, most)));
    };
    out.points = TRY(number("points", out.points, 100));
    out.per_failure = TRY(number("per_failure", out.per_failure, 100));
    out.per_hint = TRY(number("per_hint", out.per_hint, 100));
    out.minutes = TRY(number("minutes", out.minutes, 600));
    out.late = TRY(number("late", out.late, 100));
    out.least = TRY(number("least", out.least, 100));
    return out;
}

Result<Exercise> exercise_from(const Table& table, std::string id) {
    TRY(table.only({"level", "roles", "check", "title", "hint", "variant", "score"}));
    Exercise out;
    out.id = std::move(id);
    out.level = static_cast<int>(TRY(table.number_or("level", 1, 1, 3)));
    for (const auto& name : TRY(table.texts_or_none("roles"))) {
        const auto role = practice::role_from(name);
        if (!role) return table.problem("roles", "person, agent, signatory or verifier");
        out.roles.push_back(*role);
    }
    if (out.roles.empty()) return table.problem("roles", "at least one role is needed");
    const auto check = practice::check_from(TRY(table.text("check")));
    if (!check) return table.problem("check", "is no check that the program knows");
    out.check = *check;
    const auto title = TRY(table.table("title"));
    out.title = TRY(four_languages(title));
    for (const auto& hint : TRY(table.tables("hint"))) out.hints.push_back(TRY(four_languages(hint)));
    for (const auto& variant : TRY(table.tables("variant"))) {
        TRY(variant.only({"goal", "expect"}));
        const auto goal = TRY(variant.table("goal"));
        auto words = TRY(four_languages(goal));
        out.variants.push_back({std::move(words), TRY(variant.words("expect"))});
    }
    if (out.variants.empty()) return table.problem(table.line(), "at least one [[variant]] is needed");
    if (table.has("score")) {
        const auto rule = TRY(table.table("score"));
        out.rule = TRY(score_rule(rule));
    }
    return out;
}

}  // namespace

Result<std::vector<Exercise>> read_exercises(const std::filesystem::path& folder) {
    std::vector<Exercise> out;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
        if (entry.path().extension() != ".toml") continue;
        const auto file = entry.path().filename().string();
        const auto root = toml_text::parse(TRY(read_file(entry.path())));
        if (!root) return fail(Code::invalid, "serve.exercise", fmt::format("{}:{}: {}", file, root.error().line, root.error().message));
        out.push_back(TRY(exercise_from(Table(*root, file, "serve.exercise"), entry.path().stem().string())));
    }
    if (problem || out.empty()) return fail(Code::invalid, "serve.exercise", "no exercises in " + folder.string());
    std::ranges::sort(out, {}, [](const Exercise& one) { return std::tuple(one.level, std::string_view(one.id)); });
    return out;
}

}  // namespace wasl::app
