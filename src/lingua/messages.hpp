// Messages in the four languages. Their sources are `web/messages/AREA.LANG.toml`; the build compiles
// them into the program and fails when one is missing in a language or takes other arguments there.
//
//   lingua::say(Language::fr, "journey.papers-missing", {{"count", 2}});
//
// The syntax is ICU MessageFormat with named arguments: text, {name}, {n, plural, one {…} other {…}},
// {kind, select, a {…} other {…}}. Every inserted value stands between U+2068 FSI and U+2069 PDI, so that a
// date, a number or a name never disturbs the line around it. Messages hold no markup and none of & < > ".
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "lingua/language.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace wasl::lingua {

// A message that exists. Two bytes, cheap to copy.
class Key {
public:
    constexpr explicit Key(std::uint16_t index) noexcept : index_(index) {}
    [[nodiscard]] constexpr std::uint16_t index() const noexcept { return index_; }
    [[nodiscard]] std::string_view name() const noexcept;  // "journey.papers-missing"
    constexpr bool operator==(const Key&) const noexcept = default;

private:
    std::uint16_t index_;
};

std::optional<Key> find_key(std::string_view name) noexcept;
// A name written in our own code; throws std::logic_error when there is no such message (a defect).
Key key(std::string_view name);

// A named value for a message. Text is inserted as it is, integers in the language's number format,
// dates in its long form ("21 نونبر 2026").
struct Arg {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, Date> value;

    Arg(std::string_view n, std::string_view text) : name(n), value(text) {}
    Arg(std::string_view n, const char* text) : name(n), value(std::string_view(text)) {}
    Arg(std::string_view n, const std::string& text) : name(n), value(std::string_view(text)) {}
    Arg(std::string_view n, const Date& date) : name(n), value(date) {}
    template <std::integral I>
    Arg(std::string_view n, I number) : name(n), value(static_cast<std::int64_t>(number)) {}
};

using Args = std::initializer_list<Arg>;

// The text of a message without arguments; lives for ever. Of a message with arguments: empty.
std::string_view text(Language language, Key message) noexcept;

enum class Escape : std::uint8_t { none, html };
// Appends the message. With Escape::html inserted values are escaped for HTML text and quoted attributes.
// A missing argument is written as its name in braces and is a defect that tests find.
void append(std::string& out, Language language, Key message, std::span<const Arg> args = {},
            Escape escape = Escape::none);

std::string say(Language language, Key message, Args args = {});
std::string say(Language language, std::string_view key_name, Args args = {});

// What a person reads for an error: `errors.KEY` when it exists, else the sentence of its code
// (`errors.http.409`). Never the operator's detail.
std::string say(Language language, const Error& error);

// Appends `text` between FSI and PDI.
void append_isolated(std::string& out, std::string_view text);
std::string isolated(std::string_view text);

}  // namespace wasl::lingua
