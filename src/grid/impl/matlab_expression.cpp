#include "grid/impl/matlab_expression.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace wasl::grid::matlab {

namespace {

constexpr int deepest = 60;

// From loosest to tightest; the range operator stands between comparison and sum.
constexpr std::string_view levels[][7] = {{"||"}, {"&&"}, {"|"}, {"&"}, {"==", "~=", "<=", ">=", "<", ">"}, {":"}, {"+", "-"},
                                          {".*", "./", "*", "/", "\\"}};
constexpr std::size_t range_level = 5, tightest = std::size(levels);

// Sets a member for the length of a scope.
template <class T>
class Hold {
public:
    Hold(T& place, T value) : place_(place), before_(place) { place_ = value; }
    ~Hold() { place_ = before_; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

private:
    T& place_;
    T before_;
};

}  // namespace

std::unexpected<Error> Evaluator::syntax(std::string_view what) const {
    return fail(Code::unprocessable, "grid.case-syntax", std::string(what));
}

std::string_view Evaluator::operator_here(std::size_t level) {
    const auto before = scan_.place();
    const bool blank = scan_.blanks();
    for (const auto op : levels[level]) {
        if (op.empty() || !scan_.sees(op)) continue;
        if ((op == "|" || op == "&") && scan_.peek(1) == op[0]) continue;
        // In a list "1 -2" are two elements, "1 - 2" and "1-2" are one.
        const char next = scan_.peek(op.size());
        if (in_list_ && blank && (op == "+" || op == "-") && !Scanner::is_blank(next)) break;
        scan_.skip(op.size());
        return op;
    }
    scan_.go(before);
    return {};
}

Result<Value> Evaluator::binary(std::size_t level) {
    if (level == tightest) return unary();
    auto left = TRY(binary(level + 1));
    if (level == range_level) {
        if (operator_here(level).empty()) return left;
        auto middle = TRY(binary(level + 1));
        const bool stepped = !operator_here(level).empty();
        const auto last = stepped ? TRY(binary(level + 1)) : middle;
        if (!left.is_scalar() || !middle.is_scalar() || !last.is_scalar())
            return fail(Code::unprocessable, "grid.case-table", "a range between matrices");
        return range(left.numbers[0], stepped ? middle.numbers[0] : 1, last.numbers[0], budget_);
    }
    for (auto op = operator_here(level); !op.empty(); op = operator_here(level)) {
        const auto right = TRY(binary(level + 1));
        left = TRY(apply(op, left, right, budget_));
    }
    return left;
}

Result<Value> Evaluator::unary() {
    if (depth_ >= deepest) return syntax("too deep");
    const Hold deeper(depth_, depth_ + 1);
    scan_.blanks();
    const char sign = scan_.peek();
    if (sign != '-' && sign != '+' && !(sign == '~' && scan_.peek(1) != '=')) return power();
    scan_.skip();
    auto value = TRY(unary());
    if (sign == '+') return value;
    return sign == '-' ? apply("-", Value::scalar(0), value, budget_) : apply("==", value, Value::scalar(0), budget_);
}

Result<Value> Evaluator::power() {
    auto base = TRY(postfix());
    for (;;) {
        const auto before = scan_.place();
        scan_.blanks();
        const std::string_view op = scan_.sees(".^") ? ".^" : scan_.sees("^") ? "^" : "";
        if (op.empty()) {
            scan_.go(before);
            return base;
        }
        scan_.skip(op.size());
        scan_.blanks();
        const bool signed_exponent = scan_.peek() == '-' || scan_.peek() == '+';
        const auto exponent = TRY(signed_exponent ? unary() : postfix());
        base = TRY(apply(op, base, exponent, budget_));
    }
}

Result<Value> Evaluator::postfix() {
    auto value = TRY(primary());
    while (scan_.peek() == '\'' || scan_.sees(".'")) {
        scan_.skip(scan_.peek() == '.' ? 2 : 1);
        if (!value.is_matrix()) return syntax("a text or list transposed");
        TRY(budget_.spend(value.rows, value.columns));
        value = transposed(value);
    }
    return value;
}

Result<Value> Evaluator::primary() {
    scan_.blanks();
    if (const auto number = scan_.number()) {
        if (scan_.peek() == 'i' || scan_.peek() == 'j') return fail(Code::unprocessable, "grid.case-statement", "an imaginary number");
        return Value::scalar(*number);
    }
    const char next = scan_.peek();
    if (next == '\'' || next == '"') {
        auto text = scan_.quoted();
        if (!text) return syntax("a text that is not closed");
        return Value::of_text(std::move(*text));
    }
    if (next == '[' || next == '{') {
        scan_.skip();
        return next == '[' ? matrix() : cell();
    }
    if (next == '(') {
        scan_.skip();
        const Hold grouped(in_list_, false);
        auto value = TRY(expression());
        scan_.blanks();
        if (!scan_.take(")")) return syntax("\")\" is missing");
        return value;
    }
    return named();
}

Result<Value> Evaluator::named() {
    const std::string name(scan_.name());
    if (name.empty()) return syntax(scan_.ended() ? "the file ends here" : "a value is missing");
    if (const auto found = variables_.find(name); found != variables_.end()) return selected(found->second);
    if (name == "end" && indexed_ != nullptr) {
        const auto& value = *indexed_;
        const auto last = index_count_ == 1 ? value.size() : index_at_ == 0 ? value.rows : value.columns;
        return Value::scalar(static_cast<double>(last));
    }
    if (name == "Inf" || name == "inf") return Value::scalar(std::numeric_limits<double>::infinity());
    if (name == "NaN" || name == "nan") return Value::scalar(std::numeric_limits<double>::quiet_NaN());
    if (name == "pi") return Value::scalar(std::numbers::pi);
    if (name == "eps") return Value::scalar(std::numeric_limits<double>::epsilon());
    if (name == "true" || name == "false") {
        auto value = Value::scalar(name == "true" ? 1 : 0);
        value.logical = true;
        return value;
    }
    if (!is_function(name)) return fail(Code::unprocessable, "grid.case-statement", fmt::format("\"{}\" is not known here", name));
    if (!in_list_) scan_.blanks();
    if (!scan_.take("(")) return syntax(fmt::format("{} of what", name));
    const auto given = TRY(arguments(nullptr));
    return call(name, given, budget_);
}

// A variable, a field of it, or a part: no more of it is copied than is asked for.
Result<Value> Evaluator::selected(const Value& variable) {
    const auto* value = &variable;
    while (scan_.peek() == '.' && Scanner::is_letter(scan_.peek(1))) {
        scan_.skip();
        const auto field = scan_.name();
        const auto found = value->fields.find(field);
        if (value->kind != Value::Kind::record || found == value->fields.end())
            return fail(Code::unprocessable, "grid.case-statement", fmt::format("there is no field \"{}\" yet", field));
        value = &found->second;
    }
    const auto before = scan_.place();
    if (!in_list_) scan_.blanks();
    if (!scan_.take("(")) {
        scan_.go(before);
        TRY(budget_.spend(value->rows, value->columns));
        return *value;
    }
    if (!value->is_matrix()) return fail(Code::unprocessable, "grid.case-statement", "an index of what is no matrix");
    const auto given = TRY(arguments(value));
    if (given.empty() || given.size() > 2) return fail(Code::unprocessable, "grid.case-table", "one or two indexes");
    if (given.size() == 1) {
        const auto chosen = TRY(positions(given[0], value->size()));
        TRY(budget_.spend(chosen.size()));
        const bool across = given[0].colon ? false : value->rows == 1 && given[0].rows != 1 ? true : given[0].rows == 1;
        auto out = Value::filled(across ? 1 : chosen.size(), across ? chosen.size() : 1, 0);
        for (std::size_t i = 0; i < chosen.size(); ++i) out.numbers[i] = value->at(chosen[i]);
        return out;
    }
    const auto rows = TRY(positions(given[0], value->rows)), columns = TRY(positions(given[1], value->columns));
    TRY(budget_.spend(rows.size(), columns.size()));
    auto out = Value::filled(rows.size(), columns.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j)
            out.numbers[i * columns.size() + j] = value->numbers[rows[i] * value->columns + columns[j]];
    }
    return out;
}

Result<std::vector<Value>> Evaluator::arguments(const Value* indexed) {
    const Hold grouped(in_list_, false);
    // "end" depends on how many indexes there are: they are counted first.
    std::size_t count = 1;
    const auto begin = scan_.place();
    for (int depth = 0; !scan_.ended(); scan_.skip()) {
        const char c = scan_.peek();
        if (c == '(' || c == '[') ++depth;
        if ((c == ')' || c == ']') && depth-- == 0) break;
        if (c == ',' && depth == 0) ++count;
    }
    scan_.go(begin);
    const Hold target(indexed_, indexed);
    const Hold number(index_count_, count);
    std::vector<Value> out;
    for (;;) {
        const Hold which(index_at_, out.size());
        scan_.blanks();
        const auto before = scan_.place();
        bool lone = false;
        if (scan_.take(":")) {
            scan_.blanks();
            lone = scan_.peek() == ',' || scan_.peek() == ')';
            if (!lone) scan_.go(before);
        }
        if (lone) {
            out.emplace_back().colon = true;
        } else {
            out.push_back(TRY(expression()));
        }
        scan_.blanks();
        if (scan_.take(")")) return out;
        if (!scan_.take(",")) return syntax("\")\" is missing");
    }
}

Result<std::vector<std::size_t>> Evaluator::positions(const Value& index, std::size_t size, bool may_grow) {
    std::vector<std::size_t> out;
    if (index.colon) {
        for (std::size_t i = 0; i < size; ++i) out.push_back(i);
        return out;
    }
    if (!index.is_matrix()) return fail(Code::unprocessable, "grid.case-table", "an index that is no number");
    for (std::size_t i = 0; i < index.size(); ++i) {
        const double number = index.at(i);
        if (index.logical) {
            if (number != 0 && i >= size) return fail(Code::unprocessable, "grid.case-table", fmt::format("index {} of {}", i + 1, size));
            if (number != 0) out.push_back(i);
            continue;
        }
        const double highest = may_grow ? 1e7 : static_cast<double>(size);
        if (!(number >= 1) || number > highest || number != std::floor(number))
            return fail(Code::unprocessable, "grid.case-table", fmt::format("index {} of {}", number, size));
        out.push_back(static_cast<std::size_t>(number) - 1);
    }
    return out;
}

// The bulk of a file: a number of a table, followed by what can only be the next element.
bool Evaluator::plain_number(std::vector<double>& row) {
    const auto before = scan_.place();
    const char sign = scan_.peek();
    if (sign == '-' || sign == '+') scan_.skip();
    if (const auto number = scan_.number()) {
        const char after = scan_.peek();
        std::size_t blanks = 0;
        while (Scanner::is_blank(scan_.peek(blanks))) ++blanks;
        const char next = scan_.peek(blanks);
        const bool separated = after == '\n' || after == ';' || after == ',' || after == ']' || after == '%' ||
                               (blanks > 0 && (Scanner::is_digit(next) || next == '\n' || next == ';' || next == ',' || next == ']' || next == '%' ||
                                               (next == '-' && Scanner::is_digit(scan_.peek(blanks + 1)))));
        if (separated) {
            row.push_back(sign == '-' ? -*number : *number);
            return true;
        }
    }
    scan_.go(before);
    return false;
}

Result<Value> Evaluator::matrix() {
    if (depth_ >= deepest) return syntax("too deep");
    const Hold deeper(depth_, depth_ + 1);
    const Hold listed(in_list_, true);
    Value table, parts;             // parts: elements of this row that are matrices themselves
    std::vector<double> row;        // numbers not yet put into parts
    for (;;) {
        scan_.blanks();
        if (scan_.ended()) return syntax("\"]\" is missing");
        if (scan_.peek() == ']' || scan_.peek() == ';' || scan_.peek() == '\n') {
            if (parts.size() > 0) {
                TRY(append_row(parts, row));
                TRY(append_below(table, std::move(parts)));
                parts = {};
            } else if (!row.empty()) {
                if (table.rows > 0 && row.size() != table.columns)
                    return fail(Code::unprocessable, "grid.case-table",
                                fmt::format("a row of {} among rows of {}", row.size(), table.columns));
                TRY(budget_.spend(row.size()));
                table.numbers.insert(table.numbers.end(), row.begin(), row.end());
                table.columns = row.size();
                ++table.rows;
                row.clear();
            }
            const bool closed = scan_.peek() == ']';
            scan_.skip();
            if (closed) return table;
            continue;
        }
        if (scan_.take(",") || plain_number(row)) continue;
        auto element = TRY(expression());
        if (element.kind == Value::Kind::text && table.rows == 0 && row.empty() && parts.size() == 0) {
            scan_.blanks();
            if (!scan_.take("]")) return fail(Code::unprocessable, "grid.case-statement", "texts joined");
            return element;
        }
        if (element.is_scalar()) {
            row.push_back(element.numbers[0]);
            continue;
        }
        TRY(append_row(parts, row));
        TRY(append_beside(parts, std::move(element)));
    }
}

// Numbers waiting in `row` are put beside the matrices of the row.
Result<void> Evaluator::append_row(Value& table, std::vector<double>& row) {
    if (row.empty()) return {};
    Value numbers;
    numbers.rows = 1;
    numbers.columns = row.size();
    numbers.numbers = std::exchange(row, {});
    return append_beside(table, std::move(numbers));
}

Result<void> Evaluator::append_below(Value& table, Value row) {
    TRY(budget_.spend(row.rows, row.columns));
    if (table.rows > 0 && table.columns != row.columns)
        return fail(Code::unprocessable, "grid.case-table", fmt::format("a row of {} among rows of {}", row.columns, table.columns));
    table.numbers.insert(table.numbers.end(), row.numbers.begin(), row.numbers.end());
    table.columns = row.columns;
    table.rows += row.rows;
    return {};
}

Result<void> Evaluator::append_beside(Value& row, Value element) {
    if (!element.is_matrix()) return fail(Code::unprocessable, "grid.case-statement", "a text or list inside a table");
    if (element.size() == 0) return {};
    if (row.size() == 0) {
        row = std::move(element);
        row.logical = false;
        return {};
    }
    if (row.rows != element.rows)
        return fail(Code::unprocessable, "grid.case-table", fmt::format("{} rows beside {}", element.rows, row.rows));
    TRY(budget_.spend(row.rows, row.columns + element.columns));
    auto joined = Value::filled(row.rows, row.columns + element.columns, 0);
    for (std::size_t i = 0; i < row.rows; ++i) {
        auto* to = joined.numbers.data() + i * joined.columns;
        std::copy_n(row.numbers.data() + i * row.columns, row.columns, to);
        std::copy_n(element.numbers.data() + i * element.columns, element.columns, to + row.columns);
    }
    row = std::move(joined);
    return {};
}

Result<Value> Evaluator::cell() {
    if (depth_ >= deepest) return syntax("too deep");
    const Hold deeper(depth_, depth_ + 1);
    const Hold listed(in_list_, true);
    Value out;
    out.kind = Value::Kind::cell;
    for (;;) {
        scan_.blanks();
        if (scan_.ended()) return syntax("\"}\" is missing");
        if (scan_.take("}")) return out;
        if (scan_.take(",") || scan_.take(";") || scan_.take("\n")) continue;
        TRY(budget_.spend(1));
        out.items.push_back(TRY(expression()));
    }
}

}  // namespace wasl::grid::matlab
