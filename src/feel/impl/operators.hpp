// Operators of FEEL on values (DMN 1.5, 10.3.2.8 and 10.3.2.10).
#pragma once

#include "feel/evaluation.hpp"
#include "feel/impl/program.hpp"
#include "feel/value.hpp"

#include <optional>
#include <string_view>

namespace wasl::feel::impl {

// + - * / ** ; null with a diagnostic for any other combination of kinds.
Value arithmetic(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position);
Value negate(const Value& value, Evaluation& evaluation, std::size_t position);
// < <= > >= ; null for what has no order.
Value ordered(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position);
// = != ; null for different kinds.
Value equality(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position);
// `value in test`: range, list (of values or ranges), or a value to be equal to. Nothing: null.
std::optional<bool> satisfies(const Value& value, const Value& test);
// `value.name` for dates, times, durations and ranges; nothing when the kind has no such property.
std::optional<Value> property(const Value& value, std::string_view name);

// Seconds of a duration as an exact decimal, and back (rounded to the nanosecond).
Decimal seconds_of(const DaysDuration& duration);
std::optional<DaysDuration> duration_of_seconds(const Decimal& seconds);

}  // namespace wasl::feel::impl
