// Tables as RFC 4180 writes them, read strictly: what is wrong is said with its file, line and column. Spreadsheets where
// the comma marks decimals (Morocco, France) write a semicolon between cells instead: see CsvDialect.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl {

struct CsvDialect {
    char separator = ',';
    bool blank_lines = false;  // empty lines are passed over, else an error
    bool uneven_rows = false;  // a row with more or fewer cells than columns is kept and known as uneven(), else an error

    // The separator that the first line uses: a semicolon where it has more of them than commas.
    static char separator_of(std::string_view text) noexcept;
};

// The first row names the columns. UTF-8 with or without its mark; rows end in CR LF or LF, the last may lack its end;
// an empty line is an error unless the dialect passes it over. Names of columns are compared as they are written.
class CsvTable {
public:
    // One cell, with where it began.
    struct CsvCell {
        std::string text;
        std::uint32_t line = 0, column = 0;  // in the file, from 1; the column in characters
    };

    // Keys "AREA.csv-syntax", "AREA.csv-column" (a name twice or empty), "AREA.too-large" (more than `most_rows` rows), where
    // AREA is the caller's own, so that people read what is wrong in the words of what they do; the detail begins with
    // "FILE:LINE:COLUMN: ".
    static Result<CsvTable> read(std::string_view area, std::string_view file, std::string_view text, std::size_t most_rows,
                                 CsvDialect dialect = {});

    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] std::size_t rows() const noexcept { return columns_.empty() ? 0 : cells_.size() / columns_.size(); }
    [[nodiscard]] const std::vector<CsvCell>& columns() const noexcept { return columns_; }  // the first row
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const noexcept;
    [[nodiscard]] const CsvCell& at(std::size_t row, std::size_t column) const noexcept {
        return cells_[row * columns_.size() + column];
    }

    // Whether the row had another number of cells than there are columns: what it lacks is empty, what it has too many is gone.
    [[nodiscard]] bool uneven(std::size_t row) const noexcept;

    // "FILE:LINE:COLUMN: why"; and that as an error of key "AREA.csv-value".
    [[nodiscard]] std::string where(const CsvCell& cell, std::string_view why) const;
    [[nodiscard]] std::unexpected<Error> bad(const CsvCell& cell, std::string_view why) const;
    // A finite number with a point as decimal mark, "." before digits or an exponent allowed, no blanks, no thousands.
    // Key "AREA.csv-value".
    [[nodiscard]] Result<double> number(const CsvCell& cell) const;
    [[nodiscard]] Result<std::int64_t> integer(const CsvCell& cell) const;

private:
    [[nodiscard]] std::string key(std::string_view name) const { return area_ + "." + std::string(name); }
    std::string area_, file_;
    std::vector<CsvCell> columns_, cells_;
    std::vector<std::size_t> uneven_;  // rows, ascending
};

}  // namespace wasl
