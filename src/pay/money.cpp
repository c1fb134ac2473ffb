#include "pay/money.hpp"

#include "base/text.hpp"

#include <array>

namespace wasl::pay {

namespace {

constexpr std::size_t longest_amount = 20;

// Digits of the Arabic scripts as ours, the Arabic decimal sign as a point; everything else as it is.
std::string with_our_digits(std::string_view text) {
    static constexpr std::array<std::string_view, 10> arabic = {"٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"};
    static constexpr std::array<std::string_view, 10> eastern = {"۰", "۱", "۲", "۳", "۴", "۵", "۶", "۷", "۸", "۹"};
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto pair = text.substr(i, 2);
        bool known = pair == "٫";
        if (known) out += '.';
        for (std::size_t digit = 0; digit < 10 && !known; ++digit) {
            if (pair != arabic[digit] && pair != eastern[digit]) continue;
            out += static_cast<char>('0' + digit);
            known = true;
        }
        if (!known) out += text[i];
        i += known ? 2 : 1;
    }
    return out;
}

}  // namespace

std::optional<Money> Money::parse(std::string_view text) {
    if (text.empty() || text.size() > longest_amount || text.find_first_of("eE+") != std::string_view::npos) return std::nullopt;
    const auto value = Decimal::parse(text);
    if (!value) return std::nullopt;
    const auto centimes = value->times(Decimal::from_integer(100));
    const auto whole = centimes ? centimes->to_integer() : std::nullopt;
    if (!whole || *whole > most_centimes || *whole < -most_centimes) return std::nullopt;
    return of_centimes(*whole);
}

std::optional<Money> Money::typed(std::string_view text) {
    auto plain = with_our_digits(text);
    for (const std::string_view unit : {"MAD", "mad", "DH", "dh", "درهم"}) {
        const auto at = plain.rfind(unit);
        if (at != std::string::npos && trim(plain.substr(at + unit.size())).empty()) plain.erase(at);
    }
    std::string amount(trim(plain));
    if (const auto comma = amount.find(','); comma != std::string::npos && amount.find('.') == std::string::npos) amount[comma] = '.';
    const auto read = parse(amount);
    if (!read || *read < Money()) return std::nullopt;
    return read;
}

}  // namespace wasl::pay
