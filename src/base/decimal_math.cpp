// Powers, logarithms and exponentials: computed with 80 digits and rounded once to the 34 of
// decimal128, so that the last digit is right (Intel's own are built on binary floating point).
#include "base/decimal.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>

#include <ios>

namespace wasl {

namespace {

using Precise = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>,
                                              boost::multiprecision::et_off>;

// Beyond these natural logarithms the result over- or underflows decimal128.
constexpr int largest_log = 14'200;
constexpr int smallest_log = -14'300;

Precise precise(const Decimal& value) {
    return Precise(value.text());
}

std::optional<Decimal> rounded_back(const Precise& value) {
    if (!boost::multiprecision::isfinite(value)) return std::nullopt;
    return Decimal::parse(value.str(75, std::ios::scientific));
}

std::optional<Decimal> exponential_of(const Precise& power) {
    if (power > largest_log) return std::nullopt;
    if (power < smallest_log) return Decimal{};
    return rounded_back(boost::multiprecision::exp(power));
}

// By squaring; nothing when a product leaves 64 bits.
std::optional<Decimal> small_power(Decimal base, std::int64_t exponent) {
    auto result = Decimal::from_integer(1);
    while (true) {
        if ((exponent & 1) != 0) {
            const auto product = result.times(base);
            if (!product) return std::nullopt;
            result = *product;
        }
        exponent >>= 1;
        if (exponent == 0) return result;
        const auto square = base.times(base);
        if (!square) return std::nullopt;
        base = *square;
    }
}

}  // namespace

std::optional<Decimal> Decimal::power(const Decimal& exponent) const {
    const auto one = from_integer(1);
    if (exponent.is_zero()) return one;
    if (is_zero()) return exponent.is_negative() ? std::nullopt : std::optional{Decimal{}};
    if (*this == one) return one;
    const bool whole = exponent.is_integer();
    if (is_negative() && !whole) return std::nullopt;
    const auto count = exponent.to_integer();
    constexpr std::int64_t squaring_limit = 1'000'000'000;
    if (count && *count > 0 && *count <= 9 && !wide_ && low_ + 99 <= 198) return small_power(*this, *count);
    if (count && *count >= -squaring_limit && *count <= squaring_limit) {
        const auto log = boost::multiprecision::log(precise(absolute())) * *count;
        if (log > largest_log) return std::nullopt;
        if (log < smallest_log) return Decimal{};
        const auto magnitude = boost::multiprecision::pow(precise(absolute()), *count);
        const auto result = rounded_back(magnitude);
        return result && is_negative() && *count % 2 != 0 ? std::optional{result->negated()} : result;
    }
    const auto log = boost::multiprecision::log(precise(absolute()));
    const auto result = exponential_of(log * precise(exponent));
    if (!result || !is_negative()) return result;
    const auto odd = exponent.modulo(from_integer(2));
    return odd && !odd->is_zero() ? std::optional{result->negated()} : result;
}

std::optional<Decimal> Decimal::natural_log() const {
    if (is_zero() || is_negative()) return std::nullopt;
    return rounded_back(boost::multiprecision::log(precise(*this)));
}

std::optional<Decimal> Decimal::exponential() const { return exponential_of(precise(*this)); }

}  // namespace wasl
