// What a learner is asked to do, and the published rule by which it is scored. Exercises are files (practice/*.toml): the
// application reads them into these values.
#pragma once

#include "form/text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::practice {

enum class Role : std::uint8_t { person, agent, signatory, verifier };
inline constexpr Role roles[] = {Role::person, Role::agent, Role::signatory, Role::verifier};
std::string_view to_string(Role role) noexcept;
std::optional<Role> role_from(std::string_view name) noexcept;

// How an exercise is judged. `last_day` and `forged` compare an answer with what the program finds; the others read dossiers.
enum class Check : std::uint8_t { filed, completed, completion_asked, refused, batch_signed, last_day, forged, silence, delegation_ended };
std::string_view to_string(Check check) noexcept;  // "filed", "completion-asked" …
std::optional<Check> check_from(std::string_view name) noexcept;
// Whether the learner gives an answer on the exercise's own page.
bool has_answer(Check check) noexcept;

// [score] of the file. All in points, but `minutes`.
struct ScoreRule {
    int points = 10;      // of a first try without help, in time
    int per_failure = 3;  // taken off for each failed try before
    int per_hint = 1;     // taken off for each hint shown
    int minutes = 20;     // within which nothing is taken off
    int late = 2;         // taken off once, after that
    int least = 1;        // what a passed exercise gives at least
    bool operator==(const ScoreRule&) const = default;
};
// Of a passed try. More failures, hints or seconds never give more.
int score(const ScoreRule& rule, int failures, int hints, std::int64_t seconds) noexcept;

// One form of the exercise; another try gets another one.
struct Variant {
    form::Text goal;
    std::vector<std::pair<std::string, std::string>> expect;  // what the check looks for: see judge.hpp
    [[nodiscard]] std::string_view expected(std::string_view name) const noexcept;  // empty: nothing said
};

struct Exercise {
    std::string id;  // [a-z0-9-]{1,40}
    int level = 1;   // 1 to 3
    std::vector<Role> roles;
    Check check = Check::filed;
    form::Text title;
    std::vector<form::Text> hints;
    std::vector<Variant> variants;  // never empty
    ScoreRule rule;
    [[nodiscard]] bool is_for(Role role) const noexcept;
};

}  // namespace wasl::practice
