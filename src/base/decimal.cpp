// Decimal arithmetic. The wide half goes through Intel's decimal library in its variant without
// globals: arguments by value, rounding mode and flags passed with each call.
#include "base/decimal.hpp"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>

namespace wasl {

namespace {

using u128 = unsigned __int128;
using i128 = __int128;

constexpr int exponent_bias = 6176;
constexpr int smallest_exponent = -6176;
constexpr int largest_exponent = 6111;
constexpr std::uint64_t sign_bit = 1ULL << 63U;
constexpr std::uint64_t special_bits = 0x7800'0000'0000'0000ULL;       // infinity and NaN
constexpr std::uint64_t high_coefficient_bits = (1ULL << 49U) - 1;
enum BidRounding : _IDEC_round { to_even = 0, to_floor = 1, to_ceiling = 2, to_zero = 3, away_from_zero_half = 4 };

constexpr auto powers_of_ten = [] {
    std::array<std::int64_t, 19> table{};
    std::int64_t power = 1;
    for (auto& entry : table) {
        entry = power;
        if (power < 1'000'000'000'000'000'000) power *= 10;
    }
    return table;
}();

// Sign, digits without leading zeros ("0" for zero) and exponent of any Decimal.
struct Parts {
    bool negative = false;
    std::string digits;
    int exponent = 0;
};

std::string digits_of(u128 value) {
    std::array<char, 40> buffer{};
    auto* at = buffer.data() + buffer.size();
    do {
        *--at = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    return {at, buffer.data() + buffer.size()};
}

}  // namespace

// The one place that sees the private form from outside the class.
struct DecimalAccess {
    static BID_UINT128 bits(const Decimal& value) {
        BID_UINT128 out;
        if (value.wide_) {
            out.w[0] = value.low_;
            out.w[1] = value.high_;
            return out;
        }
        const auto coefficient = value.coefficient();
        const auto magnitude = coefficient < 0 ? 0 - value.low_ : value.low_;
        out.w[0] = magnitude;
        out.w[1] = (coefficient < 0 ? sign_bit : 0) |
                   (static_cast<std::uint64_t>(value.exponent() + exponent_bias) << 49U);
        return out;
    }

    // Back from the library; the narrow form whenever a 64-bit coefficient holds the value.
    static std::optional<Decimal> from(const BID_UINT128& bits) {
        if ((bits.w[1] & special_bits) == special_bits) return std::nullopt;
        auto coefficient = (static_cast<u128>(bits.w[1] & high_coefficient_bits) << 64U) | bits.w[0];
        if (coefficient == 0) return Decimal{};
        auto exponent = static_cast<int>((bits.w[1] & ~sign_bit) >> 49U) - exponent_bias;
        const bool negative = (bits.w[1] & sign_bit) != 0;
        constexpr auto limit = static_cast<u128>(std::numeric_limits<std::int64_t>::max());
        while (coefficient > limit && coefficient % 10 == 0 && exponent < largest_exponent) {
            coefficient /= 10;
            ++exponent;
        }
        if (coefficient <= limit) {
            const auto narrow = static_cast<std::int64_t>(coefficient);
            return Decimal{negative ? -narrow : narrow, exponent};
        }
        Decimal out;
        out.low_ = bits.w[0];
        out.high_ = bits.w[1];
        out.wide_ = true;
        return out;
    }

    static Parts parts(const Decimal& value) {
        if (!value.wide_) {
            const auto magnitude = value.coefficient() < 0 ? 0 - value.low_ : value.low_;
            return {value.coefficient() < 0, digits_of(magnitude), value.exponent()};
        }
        const auto coefficient = (static_cast<u128>(value.high_ & high_coefficient_bits) << 64U) | value.low_;
        return {(value.high_ & sign_bit) != 0, digits_of(coefficient),
                static_cast<int>((value.high_ & ~sign_bit) >> 49U) - exponent_bias};
    }
};

namespace {

BID_UINT128 power_of_ten(int exponent) {
    return DecimalAccess::bits(Decimal::of(1, exponent));
}

// Plain notation with at least `least` digits after the point; trailing zeros beyond it are cut.
std::string plain(Parts parts, int least) {
    if (parts.exponent > 0 && parts.digits != "0") {
        parts.digits.append(static_cast<std::size_t>(parts.exponent), '0');
    }
    auto fraction = parts.exponent < 0 ? static_cast<std::size_t>(-parts.exponent) : 0;
    if (parts.digits.size() <= fraction) parts.digits.insert(0, fraction + 1 - parts.digits.size(), '0');
    while (fraction > static_cast<std::size_t>(least) && parts.digits.back() == '0') {
        parts.digits.pop_back();
        --fraction;
    }
    auto point = parts.digits.size() - fraction;
    if (fraction < static_cast<std::size_t>(least)) {
        parts.digits.append(static_cast<std::size_t>(least) - fraction, '0');
    }
    if (point < parts.digits.size()) parts.digits.insert(point, 1, '.');
    if (parts.negative) parts.digits.insert(0, 1, '-');
    return std::move(parts.digits);
}

std::int64_t rounded_quotient(std::int64_t value, std::int64_t unit, Decimal::Rounding how) {
    const auto quotient = value / unit;
    const auto rest = value % unit;
    if (rest == 0) return quotient;
    const auto away = value < 0 ? -1 : 1;
    const auto magnitude = rest < 0 ? -rest : rest;
    const auto half = unit / 2;  // a power of ten above 1: even
    using enum Decimal::Rounding;
    switch (how) {
        case down: return quotient;
        case up: return quotient + away;
        case floor: return away < 0 ? quotient - 1 : quotient;
        case ceiling: return away > 0 ? quotient + 1 : quotient;
        case half_up: return magnitude >= half ? quotient + away : quotient;
        case half_down: return magnitude > half ? quotient + away : quotient;
        case half_even: break;
    }
    const bool bump = magnitude > half || (magnitude == half && quotient % 2 != 0);
    return bump ? quotient + away : quotient;
}

struct Scaled {
    std::int64_t coefficient;
    int exponent;
};

// The quotient of two non-zero numbers when it ends within 64 bits.
std::optional<Scaled> exact_quotient(std::int64_t dividend, std::int64_t divisor) {
    constexpr std::int64_t safe = std::numeric_limits<std::int64_t>::max() / 10;
    const bool negative = (dividend < 0) != (divisor < 0);
    if (dividend == std::numeric_limits<std::int64_t>::min() || divisor == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    const auto above = dividend < 0 ? -dividend : dividend;
    const auto below = divisor < 0 ? -divisor : divisor;
    // It ends exactly when nothing but twos and fives is left below the line.
    auto rough = below >> std::countr_zero(static_cast<std::uint64_t>(below));
    while (rough % 5 == 0) rough /= 5;
    if (above % rough != 0) return std::nullopt;
    auto quotient = above / below;
    auto rest = above % below;
    int exponent = 0;
    while (rest != 0) {
        if (rest > safe || quotient > safe - 1) return std::nullopt;
        rest *= 10;
        quotient = quotient * 10 + rest / below;
        rest %= below;
        --exponent;
    }
    return Scaled{negative ? -quotient : quotient, exponent};
}

struct Scanned {
    std::string_view digits;  // with at most one point
    int exponent = 0;
    bool negative = false;
};

// Splits the text by the grammar; nothing when it does not follow it.
std::optional<Scanned> scan(std::string_view text) {
    Scanned out;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::size_t at = 0;
    std::size_t digits = 0;
    bool point = false;
    for (; at < text.size(); ++at) {
        if (text[at] >= '0' && text[at] <= '9') {
            ++digits;
        } else if (text[at] == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (digits == 0 || text[at - 1] == '.') return std::nullopt;
    out.digits = text.substr(0, at);
    if (at == text.size()) return out;
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    auto power = text.substr(at + 1);
    if (!power.empty() && power.front() == '+') {
        power.remove_prefix(1);
        if (!power.empty() && power.front() == '-') return std::nullopt;
    }
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), out.exponent);
    if (end != power.data() + power.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        out.exponent = power.front() == '-' ? -1'000'000'000 : 1'000'000'000;
    } else if (error != std::errc{}) {
        return std::nullopt;
    }
    out.exponent = std::clamp(out.exponent, -1'000'000'000, 1'000'000'000);
    return out;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const auto scanned = scan(text);
    if (!scanned) return std::nullopt;
    // Up to 34 significant digits are kept; a 35th and "something follows" decide the rounding.
    u128 coefficient = 0;
    int kept = 0;
    std::int64_t exponent = scanned->exponent;
    int guard = -1;
    bool sticky = false;
    bool after_point = false;
    const auto room = [&](std::int64_t at) { return kept < 34 && at >= smallest_exponent; };
    for (const char c : scanned->digits) {
        if (c == '.') {
            after_point = true;
            continue;
        }
        const int digit = c - '0';
        const auto at = after_point ? exponent - 1 : exponent;
        if (guard < 0 && (room(at) || (!after_point && kept < 34))) {
            coefficient = coefficient * 10 + static_cast<unsigned>(digit);
            if (coefficient != 0) ++kept;
            exponent = at;
        } else {
            if (guard < 0) {
                guard = digit;
            } else {
                sticky = sticky || digit != 0;
            }
            if (!after_point) ++exponent;
        }
    }
    // Too small for the exponent: drop digits one by one, remembering what was lost.
    while (exponent < smallest_exponent && coefficient != 0) {
        sticky = sticky || guard > 0;
        guard = static_cast<int>(coefficient % 10);
        coefficient /= 10;
        ++exponent;
    }
    if (guard > 5 || (guard == 5 && (sticky || coefficient % 2 != 0))) ++coefficient;
    if (coefficient == 0) return Decimal{};
    constexpr auto ten_to_34 = static_cast<u128>(10'000'000'000'000'000) * 1'000'000'000'000'000'000;
    if (coefficient == ten_to_34) {
        coefficient /= 10;
        ++exponent;
    }
    while (exponent > largest_exponent && coefficient < ten_to_34 / 10) {
        coefficient *= 10;
        --exponent;
    }
    if (exponent > largest_exponent) return std::nullopt;
    BID_UINT128 bits;
    bits.w[0] = static_cast<std::uint64_t>(coefficient);
    bits.w[1] = static_cast<std::uint64_t>(coefficient >> 64U) | (scanned->negative ? sign_bit : 0) |
                (static_cast<std::uint64_t>(exponent + exponent_bias) << 49U);
    return DecimalAccess::from(bits);
}

std::optional<Decimal> Decimal::slow_plus(const Decimal& other) const {
    if (!wide_ && !other.wide_) {
        const auto& low = exponent() <= other.exponent() ? *this : other;
        const auto& high = exponent() <= other.exponent() ? other : *this;
        if (low.is_zero()) return high;
        if (high.is_zero()) return low;
        const auto shift = high.exponent() - low.exponent();
        if (shift <= 18) {
            const auto sum = static_cast<i128>(high.coefficient()) * powers_of_ten[static_cast<std::size_t>(shift)] +
                             low.coefficient();
            if (sum >= std::numeric_limits<std::int64_t>::min() && sum <= std::numeric_limits<std::int64_t>::max()) {
                return Decimal{static_cast<std::int64_t>(sum), low.exponent()};
            }
        }
    }
    _IDEC_flags flags = 0;
    return DecimalAccess::from(bid128_add(DecimalAccess::bits(*this), DecimalAccess::bits(other), to_even, &flags));
}

std::optional<Decimal> Decimal::slow_times(const Decimal& other) const {
    _IDEC_flags flags = 0;
    return DecimalAccess::from(bid128_mul(DecimalAccess::bits(*this), DecimalAccess::bits(other), to_even, &flags));
}

std::optional<Decimal> Decimal::divided_by(const Decimal& other) const {
    if (other.is_zero()) return std::nullopt;
    if (is_zero()) return Decimal{};
    if (!wide_ && !other.wide_ && small_exponent() && other.small_exponent()) {
        if (const auto exact = exact_quotient(coefficient(), other.coefficient())) {
            return Decimal{exact->coefficient, exponent() - other.exponent() + exact->exponent};
        }
    }
    _IDEC_flags flags = 0;
    return DecimalAccess::from(bid128_div(DecimalAccess::bits(*this), DecimalAccess::bits(other), to_even, &flags));
}

std::optional<Decimal> Decimal::modulo(const Decimal& other) const {
    if (other.is_zero()) return std::nullopt;
    if (!wide_ && !other.wide_ && high_ == other.high_ && other.coefficient() != -1) {
        auto rest = coefficient() % other.coefficient();
        if (rest != 0 && (rest < 0) != other.is_negative()) rest += other.coefficient();
        return Decimal{rest, exponent()};
    }
    _IDEC_flags flags = 0;
    auto rest = DecimalAccess::from(bid128_fmod(DecimalAccess::bits(*this), DecimalAccess::bits(other), &flags));
    if (rest && !rest->is_zero() && rest->is_negative() != other.is_negative()) rest = rest->plus(other);
    return rest;
}

Decimal Decimal::negated() const {
    Decimal out = *this;
    if (wide_) {
        out.high_ ^= sign_bit;
        return out;
    }
    if (coefficient() == std::numeric_limits<std::int64_t>::min()) {
        auto bits = DecimalAccess::bits(*this);
        bits.w[1] ^= sign_bit;
        return DecimalAccess::from(bits).value_or(Decimal{});
    }
    out.low_ = 0 - low_;
    return out;
}

Decimal Decimal::absolute() const { return is_negative() ? negated() : *this; }
Decimal Decimal::floor() const { return rounded(0, Rounding::floor).value_or(*this); }
Decimal Decimal::ceiling() const { return rounded(0, Rounding::ceiling).value_or(*this); }
Decimal Decimal::truncated() const { return rounded(0, Rounding::down).value_or(*this); }

std::optional<Decimal> Decimal::rounded(int scale, Rounding how) const {
    if (scale < -largest_exponent || scale > -smallest_exponent) return std::nullopt;
    if (is_zero()) return *this;
    if (!wide_) {
        const auto drop = -exponent() - scale;
        if (drop <= 0) return *this;
        if (drop <= 18) {
            return Decimal{rounded_quotient(coefficient(), powers_of_ten[static_cast<std::size_t>(drop)], how), -scale};
        }
    } else if (static_cast<int>((high_ & ~sign_bit) >> 49U) - exponent_bias >= -scale) {
        return *this;
    }
    const auto bits = DecimalAccess::bits(*this);
    _IDEC_flags flags = 0;
    const auto quantized = [&](_IDEC_round mode) {
        return DecimalAccess::from(bid128_quantize(bits, power_of_ten(-scale), mode, &flags));
    };
    switch (how) {
        case Rounding::half_even: return quantized(to_even);
        case Rounding::half_up: return quantized(away_from_zero_half);
        case Rounding::down: return quantized(to_zero);
        case Rounding::up: return quantized(is_negative() ? to_floor : to_ceiling);
        case Rounding::floor: return quantized(to_floor);
        case Rounding::ceiling: return quantized(to_ceiling);
        case Rounding::half_down: break;
    }
    // Not offered by the library: away from zero only when more than half a unit would be lost.
    const auto nearer = quantized(to_zero);
    if (!nearer) return std::nullopt;
    const auto lost = minus(*nearer);
    const auto half = DecimalAccess::from(power_of_ten(-scale - 1))->times(from_integer(5));
    if (!lost || !half || lost->absolute() <= *half) return nearer;
    return quantized(is_negative() ? to_floor : to_ceiling);
}

std::optional<Decimal> Decimal::square_root() const {
    if (is_negative()) return std::nullopt;
    _IDEC_flags flags = 0;
    return DecimalAccess::from(bid128_sqrt(DecimalAccess::bits(*this), to_even, &flags));
}

bool Decimal::is_integer() const {
    if (!wide_ && exponent() >= 0) return true;
    return *this == truncated();
}

std::optional<std::int64_t> Decimal::to_integer() const {
    if (!wide_ && exponent() == 0) return coefficient();
    const auto whole = truncated();
    if (whole != *this) return std::nullopt;
    auto parts = DecimalAccess::parts(whole);
    while (parts.exponent < 0 && parts.digits.size() > 1) {
        parts.digits.pop_back();
        ++parts.exponent;
    }
    if (parts.exponent > 0) {
        if (parts.digits.size() + static_cast<std::size_t>(parts.exponent) > 19) return std::nullopt;
        parts.digits.append(static_cast<std::size_t>(parts.exponent), '0');
    }
    if (parts.negative) parts.digits.insert(0, 1, '-');
    std::int64_t out = 0;
    const auto* end = parts.digits.data() + parts.digits.size();
    const auto [stop, error] = std::from_chars(parts.digits.data(), end, out);
    if (stop != end || error != std::errc{}) return std::nullopt;
    return out;
}

double Decimal::to_double() const {
    const auto parts = DecimalAccess::parts(*this);
    const auto text = (parts.negative ? "-" : "") + parts.digits + "e" + std::to_string(parts.exponent);
    return std::strtod(text.c_str(), nullptr);
}

std::string Decimal::text() const { return plain(DecimalAccess::parts(*this), 0); }

std::string Decimal::fixed(int scale) const {
    const auto value = rounded(scale, Rounding::half_even);
    return plain(DecimalAccess::parts(value ? *value : *this), std::max(scale, 0));
}

std::strong_ordering Decimal::slow_compare(const Decimal& other) const {
    if (wide_ || other.wide_) {
        _IDEC_flags flags = 0;
        const auto a = DecimalAccess::bits(*this);
        const auto b = DecimalAccess::bits(other);
        if (bid128_quiet_equal(a, b, &flags) != 0) return std::strong_ordering::equal;
        return bid128_quiet_less(a, b, &flags) != 0 ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (is_negative() != other.is_negative() || is_zero() || other.is_zero()) {
        return coefficient() <=> other.coefficient();
    }
    const bool left_is_high = exponent() > other.exponent();
    const auto& high = left_is_high ? *this : other;
    const auto& low = left_is_high ? other : *this;
    const auto shift = high.exponent() - low.exponent();
    std::strong_ordering order = std::strong_ordering::equal;  // of high against low
    if (shift > 18) {
        order = high.is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
    } else {
        const auto aligned = static_cast<i128>(high.coefficient()) * powers_of_ten[static_cast<std::size_t>(shift)];
        order = aligned <=> static_cast<i128>(low.coefficient());
    }
    return left_is_high ? order : 0 <=> order;
}

}  // namespace wasl
