#include "grid/impl/matlab.hpp"

#include "grid/impl/matlab_expression.hpp"

#include <fmt/format.h>

namespace wasl::grid::matlab {

namespace {

class Interpreter {
public:
    Interpreter(std::string_view text, std::uint64_t elements) : scan_(text), budget_(elements) {}

    Result<Program> run() {
        while (!finished()) {
            if (auto done = statement(); !done) {
                auto error = std::move(done).error();
                // Inside a table that is the row at fault, not the line on which the table begins.
                error.detail = fmt::format("line {}: {}", scan_.line(), error.detail.empty() ? "too much" : error.detail);
                return std::unexpected(std::move(error));
            }
        }
        const auto output = variables_.find(output_name_);
        return Program{name_, output == variables_.end() ? Value{} : std::move(output->second)};
    }

private:
    // Between statements; true at the end of the file.
    bool finished() {
        for (;;) {
            scan_.blanks();
            if (!scan_.take(";") && !scan_.take(",") && !scan_.take("\n")) return scan_.ended();
        }
    }

    Result<void> statement() {
        if (returned_) return fail(Code::unprocessable, "grid.case-statement", "something after the end of the function");
        if (scan_.peek() == '[') return several();
        const auto begin = scan_.place();
        const auto word = scan_.name();
        if (word.empty()) return fail(Code::unprocessable, "grid.case-syntax", "no statement begins like this");
        if (word == "function") return header();
        if (word == "end" || word == "return" || word == "endfunction") {
            returned_ = true;
            return end_of_statement();
        }
        if (word == "define_constants") {
            for (const auto* table : {"idx_bus", "idx_brch", "idx_gen", "idx_cost"}) {
                for (const auto& [name, number] : constants_of(table)) variables_[std::string(name)] = Value::scalar(number);
            }
            return end_of_statement();
        }
        scan_.go(begin);
        return assignment();
    }

    Result<void> end_of_statement() {
        scan_.blanks();
        if (scan_.ended() || scan_.peek() == ';' || scan_.peek() == ',' || scan_.peek() == '\n') return {};
        return fail(Code::unprocessable, "grid.case-syntax", "the statement should end here");
    }

    // function mpc = case33bw
    Result<void> header() {
        scan_.blanks();
        if (!name_.empty()) return fail(Code::unprocessable, "grid.case-statement", "a second function");
        const bool listed = scan_.take("[");
        if (listed) scan_.blanks();
        output_name_ = scan_.name();
        scan_.blanks();
        if (listed && !scan_.take("]")) return fail(Code::unprocessable, "grid.case-version", "several outputs: a case of version 1");
        scan_.blanks();
        const bool assigned = scan_.take("=");
        scan_.blanks();
        name_ = scan_.name();
        if (output_name_.empty() || !assigned || name_.empty())
            return fail(Code::unprocessable, "grid.case-syntax", "function OUTPUT = NAME");
        if (scan_.take("(")) {
            scan_.blanks();
            if (!scan_.take(")")) return fail(Code::unprocessable, "grid.case-statement", "a function with arguments");
        }
        return end_of_statement();
    }

    // [PQ, PV, ...] = idx_bus
    Result<void> several() {
        scan_.skip();
        std::vector<std::string> names;
        for (;;) {
            scan_.blanks();
            if (scan_.take("]")) break;
            if (scan_.take(",") || scan_.take("\n")) continue;
            const auto name = scan_.take("~") ? std::string_view("~") : scan_.name();
            if (name.empty()) return fail(Code::unprocessable, "grid.case-syntax", "names of several results");
            names.emplace_back(name);
        }
        scan_.blanks();
        if (!scan_.take("=")) return fail(Code::unprocessable, "grid.case-syntax", "\"=\" is missing");
        scan_.blanks();
        const auto function = scan_.name();
        const auto constants = constants_of(function);
        if (constants.empty())
            return fail(Code::unprocessable, "grid.case-statement", fmt::format("several results of \"{}\"", function));
        if (names.size() > constants.size())
            return fail(Code::unprocessable, "grid.case-statement", fmt::format("{} has {} results", function, constants.size()));
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] != "~") variables_[names[i]] = Value::scalar(constants[i].second);
        }
        return end_of_statement();
    }

    // name, name.field, name(rows, columns) or name.field(rows, columns) = expression
    Result<void> assignment() {
        std::vector<std::string> path{std::string(scan_.name())};
        while (scan_.peek() == '.' && Scanner::is_letter(scan_.peek(1))) {
            scan_.skip();
            path.emplace_back(scan_.name());
        }
        scan_.blanks();
        std::vector<Value> index;
        Evaluator evaluator(scan_, variables_, budget_);
        if (scan_.take("(")) {
            const auto* target = find(path);
            if (target == nullptr || !target->is_matrix())
                return fail(Code::unprocessable, "grid.case-statement", fmt::format("\"{}\" is not known here", path.back()));
            index = TRY(evaluator.arguments(target));
            scan_.blanks();
        }
        if (scan_.peek() != '=' || scan_.peek(1) == '=')
            return fail(Code::unprocessable, "grid.case-statement", fmt::format("\"{}\" is no assignment", path.front()));
        scan_.skip();
        auto value = TRY(evaluator.expression());
        TRY(end_of_statement());
        if (index.empty()) return put(path, std::move(value));
        return put_part(*find(path), index, value);
    }

    Value* find(const std::vector<std::string>& path) {
        const auto found = variables_.find(path.front());
        auto* value = found == variables_.end() ? nullptr : &found->second;
        for (std::size_t i = 1; value != nullptr && i < path.size(); ++i) {
            const auto field = value->fields.find(path[i]);
            value = field == value->fields.end() ? nullptr : &field->second;
        }
        return value;
    }

    Result<void> put(const std::vector<std::string>& path, Value value) {
        auto* place = &variables_[path.front()];
        for (std::size_t i = 1; i < path.size(); ++i) {
            if (place->kind != Value::Kind::record && place->kind != Value::Kind::matrix)
                return fail(Code::unprocessable, "grid.case-statement", fmt::format("a field of \"{}\"", path[i - 1]));
            if (place->size() > 0) return fail(Code::unprocessable, "grid.case-statement", fmt::format("a field of \"{}\"", path[i - 1]));
            place->kind = Value::Kind::record;
            place = &place->fields[path[i]];
        }
        *place = std::move(value);
        return {};
    }

    Result<void> put_part(Value& table, const std::vector<Value>& index, const Value& value) {
        if (!value.is_matrix()) return fail(Code::unprocessable, "grid.case-table", "a text put into a table");
        if (index.size() == 1) {
            const auto places = TRY(Evaluator::positions(index[0], table.size()));
            if (value.size() != 1 && value.size() != places.size())
                return fail(Code::unprocessable, "grid.case-table", fmt::format("{} values for {} places", value.size(), places.size()));
            for (std::size_t i = 0; i < places.size(); ++i) table.at(places[i]) = value.at(value.size() == 1 ? 0 : i);
            return {};
        }
        if (index.size() != 2) return fail(Code::unprocessable, "grid.case-table", "one or two indexes");
        if (value.size() == 0 && index[1].colon) return remove_rows(table, index[0]);
        const auto rows = TRY(Evaluator::positions(index[0], table.rows, true));
        const auto columns = TRY(Evaluator::positions(index[1], table.columns, true));
        if (!value.is_scalar() && (value.rows != rows.size() || value.columns != columns.size()))
            return fail(Code::unprocessable, "grid.case-table",
                        fmt::format("{}x{} values for {}x{} places", value.rows, value.columns, rows.size(), columns.size()));
        TRY(budget_.spend(rows.size(), columns.size()));
        TRY(grow(table, rows, columns));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = 0; j < columns.size(); ++j)
                table.numbers[rows[i] * table.columns + columns[j]] = value.is_scalar() ? value.numbers[0] : value.numbers[i * value.columns + j];
        }
        return {};
    }

    // mpc.bus(end+1, :) = [...]: what is new and not named is zero.
    Result<void> grow(Value& table, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns) {
        auto tall = table.rows, wide = table.columns;
        for (const auto row : rows) tall = std::max(tall, row + 1);
        for (const auto column : columns) wide = std::max(wide, column + 1);
        if (tall == table.rows && wide == table.columns) return {};
        TRY(budget_.spend(tall, wide));
        auto larger = Value::filled(tall, wide, 0);
        for (std::size_t i = 0; i < table.size(); ++i)
            larger.numbers[i / table.columns * wide + i % table.columns] = table.numbers[i];
        table = std::move(larger);
        return {};
    }

    // mpc.branch(rows, :) = []
    Result<void> remove_rows(Value& table, const Value& index) {
        const auto rows = TRY(Evaluator::positions(index, table.rows));
        std::vector<bool> gone(table.rows);
        for (const auto row : rows) gone[row] = true;
        Value kept;
        kept.columns = table.columns;
        for (std::size_t i = 0; i < table.rows; ++i) {
            if (gone[i]) continue;
            const auto begin = table.numbers.begin() + static_cast<std::ptrdiff_t>(i * table.columns);
            kept.numbers.insert(kept.numbers.end(), begin, begin + static_cast<std::ptrdiff_t>(table.columns));
            ++kept.rows;
        }
        table = std::move(kept);
        return {};
    }

    Scanner scan_;
    Budget budget_;
    Variables variables_;
    std::string name_, output_name_ = "mpc";
    bool returned_ = false;
};

}  // namespace

Result<Program> run(std::string_view text, std::uint64_t elements) { return Interpreter(text, elements).run(); }

}  // namespace wasl::grid::matlab
