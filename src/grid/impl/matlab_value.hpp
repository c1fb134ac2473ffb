// Values of the small part of MATLAB that case files speak: real matrices, texts, cells and structures.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace wasl::grid::matlab {

struct Value {
    enum class Kind : unsigned char { matrix, text, cell, record };
    Kind kind = Kind::matrix;
    bool logical = false;             // a matrix of truth values: as an index it selects
    bool colon = false;               // the lone ":" of an index
    std::size_t rows = 0, columns = 0;
    std::vector<double> numbers;      // row after row
    std::string text;
    std::vector<Value> items;         // of a cell, in the order written
    std::map<std::string, Value, std::less<>> fields;

    static Value scalar(double number) { return filled(1, 1, number); }
    static Value filled(std::size_t rows, std::size_t columns, double number) {
        Value out;
        out.rows = rows;
        out.columns = columns;
        out.numbers.assign(rows * columns, number);
        return out;
    }
    static Value of_text(std::string text) {
        Value out;
        out.kind = Kind::text;
        out.text = std::move(text);
        return out;
    }
    [[nodiscard]] bool is_matrix() const noexcept { return kind == Kind::matrix; }
    [[nodiscard]] bool is_scalar() const noexcept { return is_matrix() && rows == 1 && columns == 1; }
    [[nodiscard]] std::size_t size() const noexcept { return rows * columns; }
    // Counted down the columns, as MATLAB counts with one index.
    [[nodiscard]] double& at(std::size_t linear) { return numbers[linear % rows * columns + linear / rows]; }
    [[nodiscard]] double at(std::size_t linear) const { return numbers[linear % rows * columns + linear / rows]; }
};

}  // namespace wasl::grid::matlab
