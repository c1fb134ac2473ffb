// Columns of a table by what they mean: a quantity that may stand in one of several units, a word out of a list, a text.
// A column that nobody asked for is an error, so that a misspelt unit never passes for a default.
#pragma once

#include "grid/csv_table.hpp"

#include <initializer_list>
#include <span>

namespace wasl::grid {

// A column that may be absent.
class CsvText {
public:
    CsvText(const CsvTable& table, std::optional<std::size_t> column) : table_(&table), column_(column) {}
    [[nodiscard]] bool stated() const noexcept { return column_.has_value(); }
    [[nodiscard]] const CsvTable::CsvCell& cell(std::size_t row) const noexcept { return table_->at(row, *column_); }
    [[nodiscard]] std::string text(std::size_t row) const { return column_ ? cell(row).text : std::string(); }
    // Place of the word in the list; `fallback` for an empty cell. Key "grid.csv-value".
    [[nodiscard]] Result<std::size_t> word(std::size_t row, std::initializer_list<std::string_view> words, std::size_t fallback) const;
    [[nodiscard]] Result<bool> truth(std::size_t row, bool fallback) const;  // yes, no, true, false, 1, 0

private:
    const CsvTable* table_;
    std::optional<std::size_t> column_;
};

// A number with the unit of its column.
class CsvQuantity {
public:
    CsvQuantity(const CsvTable& table, std::optional<std::size_t> column, std::string_view spelling, double divisor, std::optional<double> fallback)
        : table_(&table), column_(column), spelling_(spelling), divisor_(divisor), fallback_(fallback) {}
    [[nodiscard]] bool stated() const noexcept { return column_.has_value(); }
    [[nodiscard]] std::string_view spelling() const noexcept { return spelling_; }  // of the column that is there; or empty
    // The number divided as its unit asks; the fallback for an empty cell or an absent column. Key "grid.csv-value".
    [[nodiscard]] Result<double> at(std::size_t row) const;

private:
    const CsvTable* table_;
    std::optional<std::size_t> column_;
    std::string_view spelling_;
    double divisor_;
    std::optional<double> fallback_;
};

class CsvColumns {
public:
    struct Spelling {
        std::string_view column;  // a literal: kept by reference
        double divisor = 1;       // what makes the column's unit the canonical one
    };

    explicit CsvColumns(const CsvTable& table) : table_(table), asked_(table.columns().size()) {}
    // Keys "grid.csv-column": missing, or stated in two units.
    Result<CsvText> required(std::string_view name);
    CsvText optional(std::string_view name);
    Result<CsvQuantity> quantity(std::initializer_list<Spelling> spellings, std::optional<double> fallback = std::nullopt);
    // Key "grid.csv-column": a column that nothing asked for; one in units per kilometre.
    [[nodiscard]] Result<void> refuse_others() const;
    [[nodiscard]] Result<void> refuse_per_km() const;

private:
    std::optional<std::size_t> take(std::string_view name);
    const CsvTable& table_;
    std::vector<bool> asked_;
};

}  // namespace wasl::grid
