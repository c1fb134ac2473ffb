// Small words shared by the pack: sources of the law, delays, names in languages, phrases.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wasl::jurisdiction {

// Where a number or a list stands in the law. `confirmed` is false while nobody has checked it
// against the official text; such a value works, and pages may say so.
struct Source {
    std::string text;      // "Law 55-19", "Decree 2-22-141"
    std::string article;   // "19"; empty when not known
    std::string bulletin;  // "BO 6866 of 2020-03-19"; empty when not known
    bool confirmed = false;

    bool operator==(const Source&) const = default;
    [[nodiscard]] std::string cite() const;  // "Law 55-19, art. 19 (BO 6866 of 2020-03-19)"
};

// A value of the law with its source.
template <class T>
struct Provision {
    T value{};
    Source source;
};

enum class Unit { day, month };

// A delay as the law writes it. n = 0 is "at once": due the same day, or the next working day when
// that day is none. `working` counts only working days; months are always calendar months.
struct Delay {
    int n = 0;
    Unit unit = Unit::day;
    bool working = false;

    bool operator==(const Delay&) const = default;
    // Days for comparing delays only (a month counts 30, five working days count seven).
    [[nodiscard]] int comparable_days() const noexcept;
};

// A name in the languages of the house. Empty where unknown.
struct Names {
    std::string ar, fr, en, zgh;

    bool operator==(const Names&) const = default;
    // In that language (BCP 47 tag ar, fr, en, zgh), else fr, else ar, else whatever there is.
    [[nodiscard]] const std::string& in(std::string_view language) const noexcept;
};

// A sentence as data: a message key and named arguments, rendered by whoever knows the language.
using Argument = std::variant<std::int64_t, Date, std::string>;
struct Phrase {
    std::string key;  // "clock.running"
    std::vector<std::pair<std::string, Argument>> arguments;

    bool operator==(const Phrase&) const = default;
    [[nodiscard]] const Argument* argument(std::string_view name) const noexcept;
    // For logs and tests: "clock.running day=37 of=60".
    [[nodiscard]] std::string debug() const;
};

}  // namespace wasl::jurisdiction
