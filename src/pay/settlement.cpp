#include "pay/settlement.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"
#include "pay/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::pay {

namespace {

constexpr std::size_t most_settlement_bytes = 16U << 20U;

// What a provider writes wrong is said in the words of its file, with the place.
std::unexpected<Error> in_our_words(Error error) {
    if (error.code == Code::too_large) return fail(Code::too_large, "pay.settlement-too-large", std::move(error.detail));
    return fail(Code::invalid, "pay.settlement-malformed", std::move(error.detail));
}

Result<std::size_t> column_of(const CsvTable& table, std::string_view name) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
        const auto& column = table.columns()[i];
        if (trim(column.text) != name) continue;
        if (found) return in_our_words({Code::invalid, {}, table.where(column, "a column that is there twice")});
        found = i;
    }
    if (!found) return in_our_words({Code::invalid, {}, fmt::format("{}:1:1: no column {}", table.file(), name)});
    return *found;
}

bool is_transaction(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

Result<std::vector<SettlementRow>> read_settlement(std::string_view csv) {
    if (csv.size() > most_settlement_bytes) return fail(Code::too_large, "pay.settlement-too-large");
    const CsvDialect dialect{.separator = CsvDialect::separator_of(csv), .blank_lines = true, .uneven_rows = true};
    const auto read = CsvTable::read("pay", "settlement", csv, most_settlement_rows, dialect);
    if (!read) return in_our_words(read.error());
    const auto transaction = TRY(column_of(*read, "transaction")), reference = TRY(column_of(*read, "reference")),
               amount = TRY(column_of(*read, "amount"));
    std::vector<SettlementRow> out;
    for (std::size_t row = 0; row < read->rows(); ++row) {
        SettlementRow one{.line = read->at(row, 0).line, .transaction = std::string(trim(read->at(row, transaction).text)),
                          .reference = std::string(trim(read->at(row, reference).text)), .amount = {}};
        if (const auto known = read_reference(one.reference)) one.reference = *known;
        std::string money(trim(read->at(row, amount).text));
        if (dialect.separator == ';') std::ranges::replace(money, ',', '.');
        // A cell too many or too few moves the others: "20,00" unquoted would be twenty, or two hundred elsewhere.
        if (is_transaction(one.transaction) && !read->uneven(row)) one.amount = Money::parse(money);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace wasl::pay
