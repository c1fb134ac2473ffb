// What expressions of a case file may compute: operators, elementary functions, and the named columns of MATPOWER.
// Keys: "grid.case-table" sizes that do not fit, "grid.case-statement" what is not understood, "grid.too-large".
#pragma once

#include "base/result.hpp"
#include "grid/impl/matlab_value.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace wasl::grid::matlab {

// Work that one file may cause, in elements touched.
class Budget {
public:
    explicit Budget(std::uint64_t elements) : left_(elements) {}
    // rows * columns at a time; key "grid.too-large".
    Result<void> spend(std::uint64_t rows, std::uint64_t columns = 1);

private:
    std::uint64_t left_;
};

// + - .* ./ .^ * / ^ == ~= < <= > >= & | && ||
Result<Value> apply(std::string_view op, const Value& left, const Value& right, Budget& budget);
Value transposed(const Value& value);
Result<Value> range(double first, double step, double last, Budget& budget);

bool is_function(std::string_view name);
Result<Value> call(std::string_view name, std::span<const Value> arguments, Budget& budget);

using Constant = std::pair<std::string_view, double>;
// The outputs of idx_bus, idx_brch, idx_gen and idx_cost, in their order; empty for another name.
std::span<const Constant> constants_of(std::string_view function);

}  // namespace wasl::grid::matlab
