// Tables of a network, read by the one CSV reader of the house (base/csv.hpp) with this module's keys.
#pragma once

#include "base/csv.hpp"

namespace wasl::grid {

// Keys "grid.csv-syntax", "grid.csv-column", "grid.csv-value", "grid.too-large".
class CsvTable : public wasl::CsvTable {
public:
    static Result<CsvTable> read(std::string_view file, std::string_view text, std::size_t most_rows = 5'000'000) {
        return CsvTable(TRY(wasl::CsvTable::read("grid", file, text, most_rows)));
    }

private:
    explicit CsvTable(wasl::CsvTable&& table) : wasl::CsvTable(std::move(table)) {}
};

}  // namespace wasl::grid
