// Expressions of a case file, computed while they are read.
#pragma once

#include "base/result.hpp"
#include "grid/impl/matlab_functions.hpp"
#include "grid/impl/matlab_scanner.hpp"

#include <vector>

namespace wasl::grid::matlab {

using Variables = std::map<std::string, Value, std::less<>>;

class Evaluator {
public:
    Evaluator(Scanner& scanner, const Variables& variables, Budget& budget) : scan_(scanner), variables_(variables), budget_(budget) {}

    Result<Value> expression() { return binary(0); }
    // What stands between parentheses behind `indexed`, whose sizes "end" means; the opening one is already taken.
    Result<std::vector<Value>> arguments(const Value* indexed);

    // Zero-based positions that an index selects among `size`; key "grid.case-table".
    static Result<std::vector<std::size_t>> positions(const Value& index, std::size_t size, bool may_grow = false);

private:
    Result<Value> binary(std::size_t level);
    std::string_view operator_here(std::size_t level);
    Result<Value> unary();
    Result<Value> power();
    Result<Value> postfix();
    Result<Value> primary();
    Result<Value> named();
    Result<Value> selected(const Value& value);
    Result<Value> matrix();
    Result<Value> cell();
    bool plain_number(std::vector<double>& row);
    Result<void> append_row(Value& table, std::vector<double>& row);
    Result<void> append_below(Value& table, Value row);
    Result<void> append_beside(Value& row, Value element);
    std::unexpected<Error> syntax(std::string_view what) const;

    Scanner& scan_;
    const Variables& variables_;
    Budget& budget_;
    bool in_list_ = false;  // inside [] or {}: a blank separates
    int depth_ = 0;
    const Value* indexed_ = nullptr;
    std::size_t index_at_ = 0, index_count_ = 0;
};

}  // namespace wasl::grid::matlab
