// The four languages of every page, from the first one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wasl::lingua {

enum class Language : std::uint8_t { ar, fr, en, zgh };

inline constexpr std::array<Language, 4> languages{Language::ar, Language::fr, Language::en, Language::zgh};
inline constexpr std::size_t language_count = languages.size();

constexpr std::size_t index(Language language) noexcept { return static_cast<std::size_t>(language); }

// BCP 47 tag: "ar", "fr", "en", "zgh".
std::string_view tag(Language language) noexcept;
std::optional<Language> from_tag(std::string_view tag) noexcept;  // exact, lower case

enum class Direction : std::uint8_t { ltr, rtl };
Direction direction(Language language) noexcept;
std::string_view dir(Language language) noexcept;  // the value of an HTML `dir` attribute

// What its own speakers call it: "العربية", "Français", "English", "ⵜⴰⵎⴰⵣⵉⵖⵜ".
std::string_view own_name(Language language) noexcept;

// Best language for an Accept-Language field (RFC 9110 section 12.5.4; lookup by primary subtag,
// `ber`, `tzm`, `shi` and `rif` are answered in zgh). Malformed members are skipped; `fallback` when none fits.
Language negotiate(std::string_view accept_language, Language fallback = Language::ar) noexcept;

}  // namespace wasl::lingua
