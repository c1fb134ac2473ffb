#include "feel/impl/java_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace wasl::feel::impl {

namespace {

constexpr std::size_t longest = 64 * 1024;

// `shortest`: digits that read back the same, plain or with an exponent, as fmt writes them.
std::string java_number(double value, const std::string& shortest) {
    const auto number = Decimal::parse(shortest);
    if (!number) return shortest;
    const double size = std::fabs(value);
    if (size == 0 || (size >= 1e-3 && size < 1e7)) {
        auto plain = number->text();
        return plain.find('.') == std::string::npos ? plain + ".0" : plain;
    }
    int exponent = static_cast<int>(std::floor(std::log10(size)));
    auto mantissa = number->times(Decimal::of(1, -exponent));
    if (mantissa && mantissa->absolute() >= Decimal::from_integer(10)) mantissa = number->times(Decimal::of(1, -++exponent));
    if (mantissa && mantissa->absolute() < Decimal::from_integer(1)) mantissa = number->times(Decimal::of(1, -(--exponent)));
    auto text = mantissa ? mantissa->text() : shortest;
    if (text.find('.') == std::string::npos) text += ".0";
    return fmt::format("{}E{}", text, exponent);
}

// One conversion of a pattern: %[flags][width][.precision]kind
struct Conversion {
    bool left = false, zeros = false, plus = false, commas = false;
    std::size_t width = 0;
    std::optional<int> precision;
    char kind = '\0';
};

std::optional<Conversion> conversion(std::string_view pattern, std::size_t& at) {
    Conversion out;
    for (; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '-') out.left = true;
        else if (c == '0') out.zeros = true;
        else if (c == '+') out.plus = true;
        else if (c == ',') out.commas = true;
        else break;
    }
    const auto digits = [&] {
        std::size_t value = 0;
        for (; at < pattern.size() && pattern[at] >= '0' && pattern[at] <= '9' && value < 100'000; ++at) {
            value = value * 10 + static_cast<std::size_t>(pattern[at] - '0');
        }
        return value;
    };
    out.width = digits();
    if (at < pattern.size() && pattern[at] == '.') {
        ++at;
        out.precision = static_cast<int>(std::min<std::size_t>(digits(), 1000));
    }
    if (at >= pattern.size() || out.width > longest) return std::nullopt;
    out.kind = pattern[at++];
    return out;
}

std::string grouped(std::string digits) {
    const auto first = digits.find_first_of("0123456789");
    auto end = digits.find('.');
    if (end == std::string::npos) end = digits.size();
    for (auto i = end; i > first + 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

std::optional<std::string> written(const Conversion& how, const Value& value) {
    const auto* number = value.number();
    switch (how.kind) {
        case 's':
        case 'S': {
            auto text = to_display(value);
            if (how.precision) text = text.substr(0, static_cast<std::size_t>(*how.precision));
            if (how.kind == 'S') std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            return text;
        }
        case 'b': return value.boolean() == nullptr ? (value.is_null() ? "false" : "true") : to_display(value);
        case 'c': return value.string() == nullptr ? std::nullopt : std::optional{*value.string()};
        case 'd': {
            if (number == nullptr || !number->to_integer()) return std::nullopt;
            auto text = fmt::format("{}", *number->to_integer());
            return how.commas ? grouped(std::move(text)) : text;
        }
        case 'f': {
            if (number == nullptr) return std::nullopt;
            auto text = fmt::format("{:.{}f}", number->to_double(), how.precision.value_or(6));
            return how.commas ? grouped(std::move(text)) : text;
        }
        case 'e': return number == nullptr ? std::nullopt : std::optional{fmt::format("{:.{}e}", number->to_double(), how.precision.value_or(6))};
        default: return std::nullopt;
    }
}

std::string padded(const Conversion& how, std::string text, bool number) {
    if (number && how.plus && !text.starts_with('-')) text.insert(0, "+");
    if (text.size() >= how.width) return text;
    const auto missing = how.width - text.size();
    if (how.left) return text + std::string(missing, ' ');
    if (number && how.zeros) return text.insert(text.starts_with('-') || text.starts_with('+') ? 1 : 0, std::string(missing, '0'));
    return std::string(missing, ' ') + text;
}

}  // namespace

Value double_value(double value) {
    if (!std::isfinite(value)) return {};
    return Decimal::parse(fmt::format("{}", value));
}

Value float_value(float value) {
    if (!std::isfinite(value)) return {};
    return Decimal::parse(fmt::format("{}", value));
}

std::string java_double_text(double value) { return java_number(value, fmt::format("{}", value)); }
std::string java_float_text(float value) { return java_number(static_cast<double>(value), fmt::format("{}", value)); }

Value java_format(std::string_view pattern, const List& arguments) {
    std::string out;
    std::size_t used = 0;
    for (std::size_t at = 0; at < pattern.size();) {
        if (out.size() > longest) return {};
        if (pattern[at] != '%') {
            out += pattern[at++];
            continue;
        }
        ++at;
        const auto how = conversion(pattern, at);
        if (!how) return {};
        if (how->kind == '%') {
            out += '%';
        } else if (how->kind == 'n') {
            out += '\n';
        } else {
            if (used >= arguments.size()) return {};
            auto text = written(*how, arguments[used++]);
            if (!text) return {};
            out += padded(*how, std::move(*text), how->kind == 'd' || how->kind == 'f' || how->kind == 'e');
        }
    }
    return out;
}

}  // namespace wasl::feel::impl
