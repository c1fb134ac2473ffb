// Exact decimals: IEEE 754-2008 decimal128, 34 digits, half-even after every operation, behind a
// fast path for 64-bit coefficients. No NaN, infinity or minus zero: an operation that would give
// one gives nothing.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasl {

class Decimal {
public:
    constexpr Decimal() = default;                       // 0
    static constexpr Decimal from_integer(std::int64_t value) noexcept { return {value, 0}; }
    // coefficient * 10^exponent with |exponent| <= 3000: `of(2510, -2)` is 25.10.
    static constexpr Decimal of(std::int64_t coefficient, int exponent) noexcept {
        return {coefficient, exponent};
    }
    // digits['.'digits][e[+-]digits], optional sign; nothing for other text or overflow. Digits may
    // miss before the point (".5"), not after it.
    static std::optional<Decimal> parse(std::string_view text);

    [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const {
        std::int64_t sum = 0;
        if (!wide_ && !other.wide_ && high_ == other.high_ &&
            !__builtin_add_overflow(coefficient(), other.coefficient(), &sum)) [[likely]] {
            return Decimal{sum, exponent()};
        }
        return slow_plus(other);
    }
    [[nodiscard]] std::optional<Decimal> minus(const Decimal& other) const {
        std::int64_t difference = 0;
        if (!wide_ && !other.wide_ && high_ == other.high_ &&
            !__builtin_sub_overflow(coefficient(), other.coefficient(), &difference)) [[likely]] {
            return Decimal{difference, exponent()};
        }
        return slow_plus(other.negated());
    }
    [[nodiscard]] std::optional<Decimal> times(const Decimal& other) const {
        std::int64_t product = 0;
        if (!wide_ && !other.wide_ && small_exponent() && other.small_exponent() &&
            !__builtin_mul_overflow(coefficient(), other.coefficient(), &product)) [[likely]] {
            return Decimal{product, exponent() + other.exponent()};
        }
        return slow_times(other);
    }
    [[nodiscard]] std::optional<Decimal> divided_by(const Decimal& other) const;  // nothing for zero
    // Exact where 34 digits hold the result, else rounded once from 70 digits. 0**0 is 1; nothing for
    // 0**negative, negative**fraction and overflow.
    [[nodiscard]] std::optional<Decimal> power(const Decimal& exponent) const;
    [[nodiscard]] Decimal negated() const;
    [[nodiscard]] Decimal absolute() const;
    [[nodiscard]] Decimal floor() const;
    [[nodiscard]] Decimal ceiling() const;
    [[nodiscard]] Decimal truncated() const;
    // Rounded to `scale` digits after the point (negative: before it), -6111 <= scale <= 6176.
    enum class Rounding { half_even, half_up, half_down, up, down, floor, ceiling };
    [[nodiscard]] std::optional<Decimal> rounded(int scale, Rounding how) const;
    // this - other*floor(this/other): the sign of the divisor; nothing for zero. The quotient is exact.
    [[nodiscard]] std::optional<Decimal> modulo(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> square_root() const;   // nothing below zero
    [[nodiscard]] std::optional<Decimal> natural_log() const;   // nothing for zero and below
    [[nodiscard]] std::optional<Decimal> exponential() const;   // nothing on overflow

    [[nodiscard]] bool is_integer() const;
    [[nodiscard]] bool is_zero() const noexcept { return !wide_ && low_ == 0; }
    [[nodiscard]] bool is_negative() const noexcept { return wide_ ? high_ >> 63U : coefficient() < 0; }
    [[nodiscard]] std::optional<std::int64_t> to_integer() const;  // only when exact
    [[nodiscard]] double to_double() const;                        // for drawing, never for law or money
    // Plain notation, no exponent, no trailing zeros after the point: "25.1", "0", "1000000".
    [[nodiscard]] std::string text() const;
    // Exactly `scale` digits after the point, rounded half-even: money. "25.10"
    [[nodiscard]] std::string fixed(int scale) const;

    std::strong_ordering operator<=>(const Decimal& other) const {
        if (!wide_ && !other.wide_ && high_ == other.high_) [[likely]] {
            return coefficient() <=> other.coefficient();
        }
        return slow_compare(other);
    }
    bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

private:
    constexpr Decimal(std::int64_t coefficient, int exponent) noexcept
        : low_(std::bit_cast<std::uint64_t>(coefficient)),
          high_(coefficient == 0 ? 0 : std::bit_cast<std::uint64_t>(std::int64_t{exponent})) {}
    [[nodiscard]] constexpr std::int64_t coefficient() const noexcept { return std::bit_cast<std::int64_t>(low_); }
    [[nodiscard]] constexpr int exponent() const noexcept { return static_cast<int>(std::bit_cast<std::int64_t>(high_)); }
    [[nodiscard]] constexpr bool small_exponent() const noexcept { return exponent() > -2000 && exponent() < 2000; }
    [[nodiscard]] std::optional<Decimal> slow_plus(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> slow_times(const Decimal& other) const;
    [[nodiscard]] std::strong_ordering slow_compare(const Decimal& other) const;

    // value = coefficient * 10^exponent while `wide_` is false; else the 128 bits of decimal128.
    // A value is wide only when no 64-bit coefficient can hold it, so zero is never wide.
    std::uint64_t low_ = 0;   // coefficient as two's complement, or low word
    std::uint64_t high_ = 0;  // exponent as two's complement, or high word
    bool wide_ = false;
    friend struct DecimalAccess;
};

}  // namespace wasl
