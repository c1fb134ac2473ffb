// Dirhams to the centime: exact, never a binary fraction. Read and written as decimals ("25.00" MAD).
#pragma once

#include "base/decimal.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::pay {

class Money {
public:
    // No amount of ours is greater; sums of a hundred thousand of them stay exact in 64 bits.
    static constexpr std::int64_t most_centimes = 100'000'000'000'00;

    constexpr Money() = default;
    static constexpr Money of_centimes(std::int64_t centimes) noexcept {
        Money out;
        out.centimes_ = centimes;
        return out;
    }
    // "25", "25.5", "25.00", "-3.10"; nothing for a third decimal, an exponent or more than most_centimes.
    static std::optional<Money> parse(std::string_view text);
    // As people type it: blanks around, a comma for the point, Arabic-Indic digits, "DH" or "MAD" after it. Never negative.
    static std::optional<Money> typed(std::string_view text);

    [[nodiscard]] constexpr std::int64_t centimes() const noexcept { return centimes_; }
    [[nodiscard]] constexpr bool is_zero() const noexcept { return centimes_ == 0; }
    [[nodiscard]] Decimal decimal() const { return Decimal::of(centimes_, -2); }
    [[nodiscard]] std::string text() const { return decimal().fixed(2); }  // "25.00"

    constexpr auto operator<=>(const Money&) const = default;
    friend constexpr Money operator+(Money a, Money b) noexcept { return of_centimes(a.centimes_ + b.centimes_); }
    friend constexpr Money operator-(Money a, Money b) noexcept { return of_centimes(a.centimes_ - b.centimes_); }
    friend constexpr Money operator-(Money a) noexcept { return of_centimes(-a.centimes_); }
    constexpr Money& operator+=(Money more) noexcept { centimes_ += more.centimes_; return *this; }
    constexpr Money& operator-=(Money less) noexcept { centimes_ -= less.centimes_; return *this; }

private:
    std::int64_t centimes_ = 0;
};

}  // namespace wasl::pay
