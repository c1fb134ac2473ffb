// Exact decimals: IEEE 754-2008 decimal128, 34 digits, half-even after every operation, behind a
// fast path for 64-bit coefficients. No NaN, infinity or minus zero: an operation that would give
// one gives nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasl {

class Decimal {
public:
    constexpr Decimal() = default;                       // 0
    static Decimal from_integer(std::int64_t value) noexcept;
    // digits['.'digits][e[+-]digits], optional sign; nothing for other text or overflow.
    static std::optional<Decimal> parse(std::string_view text);

    [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> minus(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> times(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> divided_by(const Decimal& other) const;  // nothing for zero
    [[nodiscard]] std::optional<Decimal> power(const Decimal& exponent) const;
    [[nodiscard]] Decimal negated() const;
    [[nodiscard]] Decimal absolute() const;
    [[nodiscard]] Decimal floor() const;
    [[nodiscard]] Decimal ceiling() const;
    [[nodiscard]] Decimal truncated() const;
    // Rounded to `scale` digits after the point (negative: before it).
    enum class Rounding { half_even, half_up, half_down, up, down, floor, ceiling };
    [[nodiscard]] std::optional<Decimal> rounded(int scale, Rounding how) const;
    [[nodiscard]] std::optional<Decimal> square_root() const;
    [[nodiscard]] std::optional<Decimal> natural_log() const;
    [[nodiscard]] std::optional<Decimal> exponential() const;

    [[nodiscard]] bool is_integer() const;
    [[nodiscard]] bool is_zero() const;
    [[nodiscard]] bool is_negative() const;
    [[nodiscard]] std::optional<std::int64_t> to_integer() const;  // only when exact
    [[nodiscard]] double to_double() const;                        // for drawing, never for law or money
    // Plain notation, no exponent, no trailing zeros after the point: "25.1", "0", "1000000".
    [[nodiscard]] std::string text() const;
    // Exactly `scale` digits after the point: money. "25.10"
    [[nodiscard]] std::string fixed(int scale) const;

    std::strong_ordering operator<=>(const Decimal& other) const;
    bool operator==(const Decimal& other) const;

private:
    // value = coefficient * 10^exponent while `wide_` is false; else the 128 bits of decimal128.
    std::uint64_t low_ = 0;   // coefficient as two's complement, or low word
    std::uint64_t high_ = 0;  // exponent as two's complement, or high word
    bool wide_ = false;
    friend struct DecimalAccess;
};

}  // namespace wasl
