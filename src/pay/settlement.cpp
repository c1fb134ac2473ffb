#include "pay/settlement.hpp"

#include "base/text.hpp"
#include "pay/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::pay {

namespace {

constexpr std::size_t most_settlement_bytes = 16U << 20U;
constexpr std::size_t most_columns = 64;

// One record of the file: cells unquoted. `at` moves behind its end.
struct Cells {
    std::vector<std::string> cells;
    bool good = true;
};

Cells next_record(std::string_view text, std::size_t& at, char separator) {
    Cells out;
    std::string cell;
    bool quoted = false, was_quoted = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (at + 1 < text.size() && text[at + 1] == '"') {
                cell += '"';
                ++at;
            } else {
                quoted = false;
                was_quoted = true;
            }
        } else if (c == '"' && cell.empty() && !was_quoted) {
            quoted = true;
        } else if (c == separator) {
            out.cells.push_back(std::exchange(cell, {}));
            was_quoted = false;
            if (out.cells.size() > most_columns) out.good = false;
        } else if (c == '\n') {
            ++at;
            break;
        } else if (c != '\r') {
            if (was_quoted || c == '"') out.good = false;  // something behind a closed quote, or a quote within a word
            cell += c;
        }
    }
    if (quoted) out.good = false;
    out.cells.push_back(std::move(cell));
    return out;
}

struct Columns {
    std::size_t transaction = 0, reference = 0, amount = 0;
};

Result<Columns> columns_of(const std::vector<std::string>& head) {
    const auto place = [&](std::string_view name) -> Result<std::size_t> {
        std::optional<std::size_t> found;
        for (std::size_t i = 0; i < head.size(); ++i) {
            if (trim(head[i]) != name) continue;
            if (found) return fail(Code::invalid, "pay.settlement-malformed", fmt::format("line 1: {} stands twice", name));
            found = i;
        }
        if (!found) return fail(Code::invalid, "pay.settlement-malformed", fmt::format("line 1: no column {}", name));
        return *found;
    };
    return Columns{TRY(place("transaction")), TRY(place("reference")), TRY(place("amount"))};
}

bool is_transaction(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

Result<std::vector<SettlementRow>> read_settlement(std::string_view csv) {
    if (csv.size() > most_settlement_bytes) return fail(Code::too_large, "pay.settlement-too-large");
    if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
    const auto head_end = std::min(csv.find('\n'), csv.size());
    const char separator = csv.substr(0, head_end).find(';') != std::string_view::npos ? ';' : ',';
    std::size_t at = 0, line = 1;
    const auto head = next_record(csv, at, separator);
    if (!head.good) return fail(Code::invalid, "pay.settlement-malformed", "line 1");
    const auto columns = TRY(columns_of(head.cells));
    const auto needed = std::max({columns.transaction, columns.reference, columns.amount}) + 1;
    std::vector<SettlementRow> out;
    while (at < csv.size()) {
        const auto from = at;
        ++line;
        const auto row = next_record(csv, at, separator);
        const auto first_line = line;
        line += static_cast<std::size_t>(std::ranges::count(csv.substr(from, at - from), '\n')) - (at > from && csv[at - 1] == '\n' ? 1 : 0);
        if (row.cells.size() == 1 && trim(row.cells.front()).empty()) continue;
        if (!row.good || row.cells.size() < needed) return fail(Code::invalid, "pay.settlement-malformed", fmt::format("line {}", first_line));
        if (out.size() == most_settlement_rows) return fail(Code::too_large, "pay.settlement-too-large");
        SettlementRow one{.line = first_line, .transaction = std::string(trim(row.cells[columns.transaction])),
                          .reference = std::string(trim(row.cells[columns.reference])), .amount = {}};
        if (const auto known = read_reference(one.reference)) one.reference = *known;
        std::string amount(trim(row.cells[columns.amount]));
        if (separator == ';') std::ranges::replace(amount, ',', '.');
        if (is_transaction(one.transaction)) one.amount = Money::parse(amount);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace wasl::pay
