#include "grid/impl/matlab_functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace wasl::grid::matlab {

namespace {

using Binary = double (*)(double, double);
using Unary = double (*)(double);

struct Operator {
    std::string_view name;
    Binary compute;
    bool logical;
};

constexpr Operator operators[] = {
    {"+", [](double a, double b) { return a + b; }, false},
    {"-", [](double a, double b) { return a - b; }, false},
    {".*", [](double a, double b) { return a * b; }, false},
    {"./", [](double a, double b) { return a / b; }, false},
    {".^", [](double a, double b) { return std::pow(a, b); }, false},
    {"==", [](double a, double b) { return a == b ? 1.0 : 0.0; }, true},
    {"~=", [](double a, double b) { return a != b ? 1.0 : 0.0; }, true},
    {"<", [](double a, double b) { return a < b ? 1.0 : 0.0; }, true},
    {"<=", [](double a, double b) { return a <= b ? 1.0 : 0.0; }, true},
    {">", [](double a, double b) { return a > b ? 1.0 : 0.0; }, true},
    {">=", [](double a, double b) { return a >= b ? 1.0 : 0.0; }, true},
    {"&", [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }, true},
    {"|", [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }, true},
};

struct Elementary {
    std::string_view name;
    Unary compute;
};

constexpr Elementary elementary[] = {
    {"sin", [](double x) { return std::sin(x); }},     {"cos", [](double x) { return std::cos(x); }},
    {"tan", [](double x) { return std::tan(x); }},     {"asin", [](double x) { return std::asin(x); }},
    {"acos", [](double x) { return std::acos(x); }},   {"atan", [](double x) { return std::atan(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},   {"abs", [](double x) { return std::fabs(x); }},
    {"exp", [](double x) { return std::exp(x); }},     {"log", [](double x) { return std::log(x); }},
    {"round", [](double x) { return std::round(x); }}, {"floor", [](double x) { return std::floor(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
};

struct Pairwise {
    std::string_view name;
    Binary compute;
};

constexpr Pairwise pairwise[] = {
    {"max", [](double a, double b) { return std::fmax(a, b); }},
    {"min", [](double a, double b) { return std::fmin(a, b); }},
    {"atan2", [](double a, double b) { return std::atan2(a, b); }},
};

constexpr std::string_view others[] = {"sum", "numel", "length", "isempty", "find", "any", "all", "size", "zeros", "ones"};

template <class Table>
auto named(const Table& table, std::string_view name) {
    return std::find_if(std::begin(table), std::end(table), [&](const auto& entry) { return entry.name == name; });
}

std::unexpected<Error> no_fit(const Value& a, const Value& b) {
    return fail(Code::unprocessable, "grid.case-table",
                fmt::format("sizes {}x{} and {}x{} do not fit", a.rows, a.columns, b.rows, b.columns));
}

// Element by element; one row or one column is repeated along the other's.
Result<Value> spread(Binary compute, const Value& a, const Value& b, Budget& budget) {
    const auto fits = [](std::size_t m, std::size_t n) { return m == n || m == 1 || n == 1; };
    if (!fits(a.rows, b.rows) || !fits(a.columns, b.columns)) return no_fit(a, b);
    const auto rows = a.rows == 1 ? b.rows : a.rows, columns = a.columns == 1 ? b.columns : a.columns;
    TRY(budget.spend(rows, columns));
    auto out = Value::filled(rows, columns, 0);
    for (std::size_t i = 0; i < rows; ++i) {
        const auto row_a = (a.rows == 1 ? 0 : i) * a.columns, row_b = (b.rows == 1 ? 0 : i) * b.columns;
        for (std::size_t j = 0; j < columns; ++j)
            out.numbers[i * columns + j] = compute(a.numbers[row_a + (a.columns == 1 ? 0 : j)], b.numbers[row_b + (b.columns == 1 ? 0 : j)]);
    }
    return out;
}

Result<Value> product(const Value& a, const Value& b, Budget& budget) {
    if (a.columns != b.rows) return no_fit(a, b);
    TRY(budget.spend(a.rows, b.columns));
    TRY(budget.spend(a.rows * b.columns, a.columns));
    auto out = Value::filled(a.rows, b.columns, 0);
    for (std::size_t i = 0; i < a.rows; ++i) {
        for (std::size_t k = 0; k < a.columns; ++k) {
            for (std::size_t j = 0; j < b.columns; ++j)
                out.numbers[i * b.columns + j] += a.numbers[i * a.columns + k] * b.numbers[k * b.columns + j];
        }
    }
    return out;
}

// Down each column, or along the only row.
template <class Step>
Value reduced(const Value& value, double first, Step step) {
    const bool along = value.rows == 1;
    auto out = Value::filled(1, along ? 1 : value.columns, first);
    for (std::size_t i = 0; i < value.size(); ++i) {
        auto& total = out.numbers[along ? 0 : i % value.columns];
        total = step(total, value.numbers[i]);
    }
    return out;
}

Value found(const Value& value) {
    Value out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value.at(i) != 0) out.numbers.push_back(static_cast<double>(i + 1));
    }
    out.rows = value.rows == 1 ? 1 : out.numbers.size();
    out.columns = value.rows == 1 ? out.numbers.size() : 1;
    return out;
}

Value truth(Value value) {
    value.logical = true;
    return value;
}

Result<Value> of_size(double fill, std::span<const Value> arguments, Budget& budget) {
    const auto side = [](const Value& value) {
        return value.is_scalar() && value.numbers[0] >= 0 && value.numbers[0] < 1e8 ? static_cast<std::size_t>(value.numbers[0]) : SIZE_MAX;
    };
    const auto rows = side(arguments.front()), columns = side(arguments.back());
    if (rows == SIZE_MAX || columns == SIZE_MAX) return fail(Code::unprocessable, "grid.case-table", "a size that is no number");
    TRY(budget.spend(rows, columns));
    return Value::filled(rows, columns, fill);
}

Result<Value> other(std::string_view name, std::span<const Value> arguments, Budget& budget) {
    const auto& value = arguments[0];
    if (name == "zeros" || name == "ones") return of_size(name == "ones" ? 1 : 0, arguments, budget);
    const auto scalar = [](std::size_t number) { return Value::scalar(static_cast<double>(number)); };
    if (name == "size" && arguments.size() == 2) {
        if (!arguments[1].is_scalar()) return fail(Code::unprocessable, "grid.case-table", "size along no dimension");
        const double along = arguments[1].numbers[0];
        if (along != 1 && along != 2) return fail(Code::unprocessable, "grid.case-table", "size along dimension 1 or 2");
        return scalar(along == 1 ? value.rows : value.columns);
    }
    if (arguments.size() != 1) return fail(Code::unprocessable, "grid.case-statement", fmt::format("{} with {} arguments", name, arguments.size()));
    TRY(budget.spend(value.rows, value.columns));
    if (name == "sum") return reduced(value, 0, [](double a, double b) { return a + b; });
    if (name == "max") return reduced(value, NAN, [](double a, double b) { return std::fmax(a, b); });
    if (name == "min") return reduced(value, NAN, [](double a, double b) { return std::fmin(a, b); });
    if (name == "any") return truth(reduced(value, 0, [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }));
    if (name == "all") return truth(reduced(value, 1, [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }));
    if (name == "numel") return scalar(value.size());
    if (name == "length") return scalar(value.size() == 0 ? 0 : std::max(value.rows, value.columns));
    if (name == "isempty") return truth(scalar(value.size() == 0 ? 1 : 0));
    if (name == "find") return found(value);
    if (name == "size") {
        auto out = Value::filled(1, 2, static_cast<double>(value.rows));
        out.numbers[1] = static_cast<double>(value.columns);
        return out;
    }
    return fail(Code::unprocessable, "grid.case-statement", std::string(name));
}

}  // namespace

Result<void> Budget::spend(std::uint64_t rows, std::uint64_t columns) {
    if (columns != 0 && rows > left_ / columns) return fail(Code::too_large, "grid.too-large");
    left_ -= rows * columns;
    return {};
}

Result<Value> apply(std::string_view op, const Value& left, const Value& right, Budget& budget) {
    if (!left.is_matrix() || !right.is_matrix())
        return fail(Code::unprocessable, "grid.case-statement", fmt::format("\"{}\" between things that are no numbers", op));
    if (op == "*") {
        if (!left.is_scalar() && !right.is_scalar()) return product(left, right, budget);
        op = ".*";
    } else if (op == "/" && right.is_scalar()) {
        op = "./";
    } else if (op == "^" && left.is_scalar() && right.is_scalar()) {
        op = ".^";
    } else if (op == "&&" || op == "||") {
        if (!left.is_scalar() || !right.is_scalar()) return no_fit(left, right);
        op = op.substr(1);
    }
    const auto* found_operator = named(operators, op);
    if (found_operator == std::end(operators))
        return fail(Code::unprocessable, "grid.case-statement", fmt::format("\"{}\" between matrices", op));
    auto out = TRY(spread(found_operator->compute, left, right, budget));
    out.logical = found_operator->logical;
    return out;
}

Value transposed(const Value& value) {
    auto out = value;
    out.rows = value.columns;
    out.columns = value.rows;
    for (std::size_t i = 0; i < value.rows; ++i) {
        for (std::size_t j = 0; j < value.columns; ++j) out.numbers[j * out.columns + i] = value.numbers[i * value.columns + j];
    }
    return out;
}

Result<Value> range(double first, double step, double last, Budget& budget) {
    const double steps = std::floor((last - first) / step + 1e-10);
    if (!std::isfinite(steps) || steps > 1e9) return fail(Code::unprocessable, "grid.case-table", "a range without an end");
    const auto count = steps < 0 ? std::size_t{0} : static_cast<std::size_t>(steps) + 1;
    TRY(budget.spend(count));
    auto out = Value::filled(1, count, 0);
    for (std::size_t i = 0; i < count; ++i) out.numbers[i] = first + static_cast<double>(i) * step;
    return out;
}

bool is_function(std::string_view name) {
    return named(elementary, name) != std::end(elementary) || named(pairwise, name) != std::end(pairwise) ||
           std::find(std::begin(others), std::end(others), name) != std::end(others);
}

Result<Value> call(std::string_view name, std::span<const Value> arguments, Budget& budget) {
    const bool numbers = std::all_of(arguments.begin(), arguments.end(), [](const Value& value) { return value.is_matrix() && !value.colon; });
    if (arguments.empty() || arguments.size() > 2 || !numbers)
        return fail(Code::unprocessable, "grid.case-statement", fmt::format("{} of one or two matrices", name));
    if (arguments.size() == 2) {
        if (const auto* pair = named(pairwise, name); pair != std::end(pairwise))
            return spread(pair->compute, arguments[0], arguments[1], budget);
    }
    const auto* function = named(elementary, name);
    if (function == std::end(elementary) || arguments.size() != 1) return other(name, arguments, budget);
    auto out = arguments[0];
    TRY(budget.spend(out.rows, out.columns));
    out.logical = false;
    std::transform(out.numbers.begin(), out.numbers.end(), out.numbers.begin(), function->compute);
    return out;
}

std::span<const Constant> constants_of(std::string_view function) {
    static constexpr Constant bus[] = {
        {"PQ", 1},        {"PV", 2},  {"REF", 3}, {"NONE", 4},     {"BUS_I", 1}, {"BUS_TYPE", 2}, {"PD", 3},
        {"QD", 4},        {"GS", 5},  {"BS", 6},  {"BUS_AREA", 7}, {"VM", 8},    {"VA", 9},       {"BASE_KV", 10},
        {"ZONE", 11},     {"VMAX", 12}, {"VMIN", 13}, {"LAM_P", 14}, {"LAM_Q", 15}, {"MU_VMAX", 16}, {"MU_VMIN", 17}};
    static constexpr Constant branch[] = {
        {"F_BUS", 1},  {"T_BUS", 2},   {"BR_R", 3},       {"BR_X", 4}, {"BR_B", 5}, {"RATE_A", 6},  {"RATE_B", 7},
        {"RATE_C", 8}, {"TAP", 9},     {"SHIFT", 10},     {"BR_STATUS", 11}, {"PF", 14}, {"QF", 15}, {"PT", 16},
        {"QT", 17},    {"MU_SF", 18},  {"MU_ST", 19},     {"ANGMIN", 12}, {"ANGMAX", 13}, {"MU_ANGMIN", 20}, {"MU_ANGMAX", 21}};
    static constexpr Constant generator[] = {
        {"GEN_BUS", 1}, {"PG", 2},     {"QG", 3},      {"QMAX", 4},    {"QMIN", 5},    {"VG", 6},      {"MBASE", 7},
        {"GEN_STATUS", 8}, {"PMAX", 9}, {"PMIN", 10},  {"MU_PMAX", 22}, {"MU_PMIN", 23}, {"MU_QMAX", 24}, {"MU_QMIN", 25},
        {"PC1", 11},    {"PC2", 12},   {"QC1MIN", 13}, {"QC1MAX", 14}, {"QC2MIN", 15}, {"QC2MAX", 16}, {"RAMP_AGC", 17},
        {"RAMP_10", 18}, {"RAMP_30", 19}, {"RAMP_Q", 20}, {"APF", 21}};
    static constexpr Constant cost[] = {{"PW_LINEAR", 1}, {"POLYNOMIAL", 2}, {"MODEL", 1}, {"STARTUP", 2},
                                        {"SHUTDOWN", 3},  {"NCOST", 4},      {"COST", 5}};
    if (function == "idx_bus") return bus;
    if (function == "idx_brch") return branch;
    if (function == "idx_gen") return generator;
    if (function == "idx_cost") return cost;
    return {};
}

}  // namespace wasl::grid::matlab
