#include "lingua/language.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace wasl::lingua {

namespace {

struct Facts {
    std::string_view tag, own_name;
    Direction direction;
};

constexpr std::array<Facts, language_count> facts{{
    {"ar", "العربية", Direction::rtl},
    {"fr", "Français", Direction::ltr},
    {"en", "English", Direction::ltr},
    {"zgh", "ⵜⴰⵎⴰⵣⵉⵖⵜ", Direction::ltr},
}};

std::optional<Language> from_primary_subtag(std::string_view range) noexcept {
    const auto primary = range.substr(0, range.find('-'));
    for (const auto language : languages) {
        if (equals_ignoring_ascii_case(primary, tag(language))) {
            return language;
        }
    }
    // Collective and regional codes of Tamazight (ISO 639) that browsers and phones send.
    for (const std::string_view code : {"ber", "tzm", "shi", "rif"}) {
        if (equals_ignoring_ascii_case(primary, code)) {
            return Language::zgh;
        }
    }
    return std::nullopt;
}

// RFC 9110 section 12.4.2: 0–1 with up to three decimals, as thousandths; -1 when malformed.
int weight(std::string_view text) noexcept {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) {
        return -1;
    }
    int thousandths = text[0] == '1' ? 1000 : 0;
    int unit = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') {
            return -1;
        }
        thousandths += unit * (digit - '0');
        unit /= 10;
    }
    return thousandths <= 1000 ? thousandths : -1;
}

// The q parameter of one member; 1000 when absent.
int weight_of_member(std::string_view parameters) noexcept {
    if (parameters.empty()) {
        return 1000;
    }
    const auto parameter = trim(parameters);
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=') {
        return -1;
    }
    return weight(parameter.substr(2));
}

}  // namespace

std::string_view tag(Language language) noexcept { return facts[index(language)].tag; }

std::optional<Language> from_tag(std::string_view text) noexcept {
    const auto* const found = std::ranges::find(facts, text, &Facts::tag);
    if (found == facts.end()) {
        return std::nullopt;
    }
    return languages[static_cast<std::size_t>(found - facts.begin())];
}

Direction direction(Language language) noexcept { return facts[index(language)].direction; }

std::string_view dir(Language language) noexcept { return direction(language) == Direction::rtl ? "rtl" : "ltr"; }

std::string_view own_name(Language language) noexcept { return facts[index(language)].own_name; }

Language negotiate(std::string_view field, Language fallback) noexcept {
    Language best = fallback;
    int best_weight = 0;
    std::size_t at = 0;
    while (at <= field.size()) {
        const auto comma = std::min(field.find(',', at), field.size());
        const auto member = trim(field.substr(at, comma - at));
        at = comma + 1;
        const auto semicolon = std::min(member.find(';'), member.size());
        const auto range = trim(member.substr(0, semicolon));
        const int q = weight_of_member(semicolon < member.size() ? member.substr(semicolon + 1) : std::string_view{});
        if (q <= best_weight || range.empty()) {
            continue;
        }
        if (const auto language = from_primary_subtag(range)) {
            best = *language;
            best_weight = q;
        } else if (range == "*") {
            best = fallback;
            best_weight = q;
        }
    }
    return best;
}

}  // namespace wasl::lingua
