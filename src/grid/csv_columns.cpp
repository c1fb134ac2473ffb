#include "grid/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::grid {

Result<std::size_t> CsvText::word(std::size_t row, std::initializer_list<std::string_view> words, std::size_t fallback) const {
    if (!column_ || cell(row).text.empty()) return fallback;
    const auto* found = std::ranges::find(words, std::string_view(cell(row).text));
    if (found == words.end()) return table_->bad(cell(row), fmt::format("one of {} is expected", fmt::join(words, ", ")));
    return static_cast<std::size_t>(found - words.begin());
}

Result<bool> CsvText::truth(std::size_t row, bool fallback) const {
    const auto place = TRY(word(row, {"no", "yes", "false", "true", "0", "1"}, fallback ? 1 : 0));
    return place % 2 == 1;
}

Result<double> CsvQuantity::at(std::size_t row) const {
    if (!column_ || (fallback_ && table_->at(row, *column_).text.empty())) return fallback_.value_or(0);
    const auto& cell = table_->at(row, *column_);
    const double value = TRY(table_->number(cell)) / divisor_;
    // No network has 1e12 of anything; beyond, sums of squares leave what a double holds.
    if (std::abs(value) > 1e12) return table_->bad(cell, "a number beyond any network");
    return value;
}

std::optional<std::size_t> CsvColumns::take(std::string_view name) {
    const auto found = table_.column(name);
    if (found) asked_[*found] = true;
    return found;
}

Result<CsvText> CsvColumns::required(std::string_view name) {
    const auto found = take(name);
    if (!found) {
        return fail(Code::unprocessable, "grid.csv-column", table_.where(table_.columns().front(), fmt::format("column {} is missing", name)));
    }
    return CsvText(table_, found);
}

CsvText CsvColumns::optional(std::string_view name) { return {table_, take(name)}; }

Result<CsvQuantity> CsvColumns::quantity(std::initializer_list<Spelling> spellings, std::optional<double> fallback) {
    std::optional<std::size_t> column;
    Spelling taken{""};
    for (const auto& spelling : spellings) {
        const auto found = take(spelling.column);
        if (!found) continue;
        if (column) {
            const auto why = fmt::format("{} beside {}: one unit only", spelling.column, taken.column);
            return fail(Code::unprocessable, "grid.csv-column", table_.where(table_.columns()[*found], why));
        }
        column = found;
        taken = spelling;
    }
    if (!column && !fallback) {
        const auto why = fmt::format("column {} is missing", spellings.begin()->column);
        return fail(Code::unprocessable, "grid.csv-column", table_.where(table_.columns().front(), why));
    }
    return CsvQuantity(table_, column, taken.column, taken.divisor, fallback);
}

Result<void> CsvColumns::refuse_others() const {
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (!asked_[i]) {
            return fail(Code::unprocessable, "grid.csv-column", table_.where(table_.columns()[i], "a column that is not known here"));
        }
    }
    return {};
}

Result<void> CsvColumns::refuse_per_km() const {
    const auto found = std::ranges::find_if(table_.columns(), [](const auto& head) { return head.text.ends_with("_per_km"); });
    if (found == table_.columns().end()) return {};
    return fail(Code::unprocessable, "grid.csv-column", table_.where(*found, "a value per kilometre without length_km"));
}

}  // namespace wasl::grid
