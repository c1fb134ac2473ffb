#include "batch/lines.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace wasl::batch {

namespace {

constexpr std::array<std::string_view, 2> format_names{"json", "csv"};
constexpr std::size_t deepest = 16;
constexpr std::string_view answer_column = "answers.", paper_column = "papers.";
constexpr std::array<std::string_view, 6> plain_columns{"line", "member", "procedure", "language", "channel", "obligations"};

bool is_line_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_line_id && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

// Ids are given by the sender, or are the numbers of the lines; each once.
Result<void> name_line(Line& line, std::string_view given, std::set<std::string, std::less<>>& seen, const std::string& place) {
    line.id = given.empty() ? std::to_string(line.number) : std::string(given);
    if (!is_line_id(line.id)) return fail(Code::unprocessable, "batch.line-id", place);
    if (!seen.insert(line.id).second) return fail(Code::unprocessable, "batch.line-twice", place);
    return {};
}

Result<std::vector<Line>> read_json_lines(std::string_view text) {
    auto value = json::parse(text, {.bytes = most_bytes, .depth = deepest});
    if (!value) return fail(Code::invalid, "batch.not-json", value.error().key + " " + value.error().detail);
    auto* list = value->array();
    if (list == nullptr) return fail(Code::invalid, "batch.not-list");
    if (list->size() > most_lines) return fail(Code::too_large, "batch.too-large", std::to_string(list->size()));
    std::vector<Line> out;
    std::set<std::string, std::less<>> seen;
    for (auto& item : *list) {
        Line line;
        line.number = out.size() + 1;
        const auto place = fmt::format("/{}/line", out.size());
        std::string given;
        if (auto* object = item.object()) {
            if (const auto* id = object->find("line")) {
                const bool word = id->string() != nullptr || id->integer().has_value();
                if (!word) return fail(Code::unprocessable, "batch.line-id", place);
                given = id->string() != nullptr ? *id->string() : std::to_string(*id->integer());
                if (given.empty()) return fail(Code::unprocessable, "batch.line-id", place);
                object->erase("line");
            }
        }
        TRY(name_line(line, given, seen, place));
        line.wish = std::move(item);
        out.push_back(std::move(line));
    }
    return out;
}

// Columns that mean something; any other is a misspelt one.
Result<void> check_columns(const CsvTable& table) {
    for (const auto& column : table.columns()) {
        const std::string_view name = column.text;
        const bool answer = name.starts_with(answer_column) && name.size() > answer_column.size();
        const bool paper = name.starts_with(paper_column) && name.size() > paper_column.size();
        if (!answer && !paper && std::ranges::find(plain_columns, name) == plain_columns.end()) {
            return fail(Code::unprocessable, "batch.csv-column", table.where(column, "a column that is not known here"));
        }
    }
    for (const std::string_view needed : {"member", "procedure"}) {
        if (!table.column(needed)) return fail(Code::unprocessable, "batch.csv-column", fmt::format("column {} is missing", needed));
    }
    return {};
}

json::Array named_files(std::string_view cell) {
    json::Array out;
    for (const auto name : split(cell, '|')) {
        if (!trim(name).empty()) out.emplace_back(trim(name));
    }
    return out;
}

Line line_of(const CsvTable& table, std::size_t row) {
    Line line;
    line.number = row + 1;
    line.from_table = true;
    json::Object wish, papers;
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
        const std::string_view name = table.columns()[i].text;
        const auto& cell = table.at(row, i).text;
        if (cell.empty() || name == "line") continue;
        if (name.starts_with(answer_column)) {
            line.typed.emplace_back(name.substr(answer_column.size()), cell);
        } else if (name.starts_with(paper_column)) {
            papers.set(std::string(name.substr(paper_column.size())), named_files(cell));
        } else if (name == "channel") {
            wish.set("contact", json::Object{{"channel", cell}});
        } else if (name == "obligations") {
            json::Array codes;
            for (const auto code : split(cell, ' ')) {
                if (!code.empty()) codes.emplace_back(code);
            }
            wish.set("obligations", std::move(codes));
        } else {
            wish.set(std::string(name), cell);
        }
    }
    wish.set("answers", json::Object{});
    if (!papers.empty()) wish.set("papers", std::move(papers));
    line.wish = std::move(wish);
    return line;
}

Result<std::vector<Line>> read_table_lines(std::string_view text) {
    const auto table = TRY(CsvTable::read("batch", "batch.csv", text, most_lines, {.separator = CsvDialect::separator_of(text), .blank_lines = false}));
    TRY(check_columns(table));
    const auto ids = table.column("line");
    std::vector<Line> out;
    std::set<std::string, std::less<>> seen;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto line = line_of(table, row);
        const auto* cell = ids ? &table.at(row, *ids) : nullptr;
        const auto place = cell == nullptr ? std::to_string(row + 1) : table.where(*cell, cell->text.substr(0, longest_line_id));
        TRY(name_line(line, cell == nullptr ? std::string_view() : cell->text, seen, place));
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace

std::string_view to_string(Format format) noexcept { return format_names[static_cast<std::size_t>(format)]; }

std::optional<Format> format_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(format_names, name);
    if (found == format_names.end()) return std::nullopt;
    return static_cast<Format>(found - format_names.begin());
}

Result<std::vector<Line>> read_lines(Format format, std::string_view text) {
    if (text.size() > most_bytes) return fail(Code::too_large, "batch.too-large", std::to_string(text.size()));
    auto lines = TRY(format == Format::json ? read_json_lines(text) : read_table_lines(text));
    if (lines.empty()) return fail(Code::unprocessable, "batch.empty");
    return lines;
}

}  // namespace wasl::batch
