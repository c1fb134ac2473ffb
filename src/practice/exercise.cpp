#include "practice/exercise.hpp"

#include <algorithm>
#include <array>

namespace wasl::practice {

namespace {

constexpr std::array<std::string_view, 4> role_names{"person", "agent", "signatory", "verifier"};
constexpr std::array<std::string_view, 9> check_names{"filed", "completed", "completion-asked", "refused", "batch-signed",
                                                        "last-day", "forged", "silence", "delegation-ended"};

template <class T, std::size_t n>
std::optional<T> named(const std::array<std::string_view, n>& names, std::string_view name) noexcept {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<T>(found - names.begin());
}

}  // namespace

std::string_view to_string(Role role) noexcept { return role_names[static_cast<std::size_t>(role)]; }
std::optional<Role> role_from(std::string_view name) noexcept { return named<Role>(role_names, name); }
std::string_view to_string(Check check) noexcept { return check_names[static_cast<std::size_t>(check)]; }
std::optional<Check> check_from(std::string_view name) noexcept { return named<Check>(check_names, name); }
bool has_answer(Check check) noexcept { return check == Check::last_day || check == Check::forged; }

int score(const ScoreRule& rule, int failures, int hints, std::int64_t seconds) noexcept {
    const bool late = seconds > static_cast<std::int64_t>(rule.minutes) * 60;
    const auto points = static_cast<std::int64_t>(rule.points) - static_cast<std::int64_t>(rule.per_failure) * std::max(failures, 0) -
                        static_cast<std::int64_t>(rule.per_hint) * std::max(hints, 0) - (late ? rule.late : 0);
    return static_cast<int>(std::clamp<std::int64_t>(points, std::min(rule.least, rule.points), rule.points));
}

std::string_view Variant::expected(std::string_view name) const noexcept {
    const auto found = std::ranges::find(expect, name, &std::pair<std::string, std::string>::first);
    return found == expect.end() ? std::string_view() : std::string_view(found->second);
}

bool Exercise::is_for(Role role) const noexcept { return std::ranges::find(roles, role) != roles.end(); }

}  // namespace wasl::practice
