// Numeric functions (DMN 1.5, 10.3.4.5).
#include "feel/impl/builtins.hpp"
#include "feel/impl/cost.hpp"
#include "feel/impl/operators.hpp"

namespace wasl::feel::impl {

namespace {

// The scale argument, 0 when left out; a fraction is cut. Nothing beyond the range of the type.
Value rounded(BuiltinCall& call, Decimal::Rounding how) {
    std::optional<std::int64_t> scale = 0;
    if (call.has(1)) scale = call.number(1).truncated().to_integer();
    if (!scale || *scale < -6111 || *scale > 6176) return call.error("the scale is out of range");
    return call.number(0).rounded(static_cast<int>(*scale), how);
}

template <Decimal::Rounding How>
Value round(BuiltinCall& call) {
    return rounded(call, How);
}

Value absolute(BuiltinCall& call) {
    const auto& value = single(call[0]);
    if (const auto* number = value.number()) return number->absolute();
    if (const auto* days = value.days_duration()) {
        return days->total() < 0 ? DaysDuration{-days->seconds, -days->nanoseconds} : *days;
    }
    if (const auto* months = value.months_duration()) return MonthsDuration{months->months < 0 ? -months->months : months->months};
    return call.error("abs: takes a number or a duration");
}

Value modulo(BuiltinCall& call) {
    if (!call.evaluation.spend(cost::modulo)) return {};
    const auto rest = call.number(0).modulo(call.number(1));
    return rest ? Value(*rest) : call.error("modulo: the divisor is zero");
}

// A function of the number alone, after its price is paid.
template <std::optional<Decimal> (Decimal::*Function)() const, std::uint64_t Cost>
Value transcendental(BuiltinCall& call) {
    if (!call.evaluation.spend(Cost)) return {};
    const auto value = (call.number(0).*Function)();
    return value ? Value(*value) : call.error("the function has no value here");
}

Value parity(BuiltinCall& call, bool odd) {
    if (!call.evaluation.spend(cost::modulo)) return {};
    if (!call.number(0).is_integer()) return false;  // neither odd nor even
    const auto rest = call.number(0).modulo(Decimal::from_integer(2));
    return rest ? Value(!rest->is_zero() == odd) : Value{};
}

}  // namespace

void add_numbers(BuiltinTable& table) {
    using enum Decimal::Rounding;
    table.push_back(builtin("decimal(n: number, scale: number)", round<half_even>));
    table.push_back(builtin("floor(n: number, scale?: number)", round<Decimal::Rounding::floor>));
    table.push_back(builtin("ceiling(n: number, scale?: number)", round<ceiling>));
    table.push_back(builtin("round up(n: number, scale?: number)", round<up>));
    table.push_back(builtin("round down(n: number, scale?: number)", round<down>));
    table.push_back(builtin("round half up(n: number, scale?: number)", round<half_up>));
    table.push_back(builtin("round half down(n: number, scale?: number)", round<half_down>));
    table.push_back(builtin("abs(n: Any)", absolute));
    table.push_back(builtin("modulo(dividend: number, divisor: number)", modulo));
    table.push_back(builtin("sqrt(number: number)", transcendental<&Decimal::square_root, cost::root>));
    table.push_back(builtin("log(number: number)", transcendental<&Decimal::natural_log, cost::logarithm>));
    table.push_back(builtin("exp(number: number)", transcendental<&Decimal::exponential, cost::exponential>));
    table.push_back(builtin("odd(number: number)", [](BuiltinCall& call) { return parity(call, true); }));
    table.push_back(builtin("even(number: number)", [](BuiltinCall& call) { return parity(call, false); }));
}

}  // namespace wasl::feel::impl
