#include "base/csv.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wasl {

namespace {

// Cells one after the other; says which of them ended a row.
class CsvScanner {
public:
    CsvScanner(std::string_view area, std::string_view file, std::string_view text, CsvDialect dialect)
        : area_(area), file_(file), text_(text), dialect_(dialect) {}

    [[nodiscard]] bool over() const noexcept { return at_ >= text_.size(); }
    [[nodiscard]] std::uint32_t line() const noexcept { return line_; }

    // Behind lines without a character, where the dialect allows them.
    void pass_blank_lines() {
        while (dialect_.blank_lines && !over()) {
            const auto rest = text_.substr(at_, 2);
            if (!rest.starts_with('\n') && rest != "\r\n") return;
            if (rest.front() == '\r') step();
            step();
        }
    }

    // The next cell; `last` when a row ends with it.
    Result<CsvTable::CsvCell> next(bool& last) {
        CsvTable::CsvCell cell{.text = {}, .line = line_, .column = column_};
        if (at_ < text_.size() && text_[at_] == '"') {
            TRY(quoted(cell.text));
        } else {
            TRY(plain(cell.text));
        }
        last = true;
        if (at_ < text_.size() && text_[at_] == dialect_.separator) {
            step();
            last = false;
        } else if (at_ < text_.size()) {
            TRY(end_of_row());
        }
        return cell;
    }

    [[nodiscard]] std::unexpected<Error> wrong(std::string_view why) const {
        return fail(Code::unprocessable, std::string(area_) + ".csv-syntax", fmt::format("{}:{}:{}: {}", file_, line_, column_, why));
    }

private:
    void step() {
        const char c = text_[at_++];
        if (c == '\n') {
            ++line_;
            column_ = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++column_;  // a continuation byte of UTF-8 is no character of its own
        }
    }

    Result<void> plain(std::string& out) {
        while (at_ < text_.size() && text_[at_] != dialect_.separator && text_[at_] != '\n' && text_[at_] != '\r') {
            if (text_[at_] == '"') return wrong("a quote inside a cell that does not begin with one");
            if (text_[at_] == '\0') return wrong("a NUL byte");
            out += text_[at_];
            step();
        }
        return {};
    }

    Result<void> quoted(std::string& out) {
        step();
        while (true) {
            if (at_ >= text_.size()) return wrong("the file ends inside quotes");
            if (text_[at_] == '\0') return wrong("a NUL byte");
            if (text_[at_] != '"') {
                out += text_[at_];
                step();
                continue;
            }
            step();
            if (at_ >= text_.size() || text_[at_] != '"') break;
            out += '"';
            step();
        }
        const bool ended = at_ >= text_.size() || text_[at_] == dialect_.separator || text_[at_] == '\n' || text_[at_] == '\r';
        if (!ended) return wrong("text after a closing quote");
        return {};
    }

    Result<void> end_of_row() {
        if (text_[at_] == '\r') {
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n') return wrong("a carriage return without a line feed");
            step();
        }
        step();
        return {};
    }

    std::string_view area_, file_, text_;
    CsvDialect dialect_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1, column_ = 1;
};

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// The file with its first byte that is no UTF-8 named by its place.
Result<void> check_encoding(std::string_view area, std::string_view file, std::string_view text) {
    if (is_utf8(text)) return {};
    std::size_t at = 0;
    std::uint32_t line = 1, column = 1;
    while (at < text.size()) {
        const auto begin = at;
        const auto point = next_code_point(text, at);
        if (point == 0xFFFD && !text.substr(begin).starts_with("\xEF\xBF\xBD")) break;
        line += point == '\n' ? 1 : 0;
        column = point == '\n' ? 1 : column + 1;
    }
    return fail(Code::unprocessable, std::string(area) + ".csv-syntax", fmt::format("{}:{}:{}: not UTF-8", file, line, column));
}

}  // namespace

char CsvDialect::separator_of(std::string_view text) noexcept {
    const auto first = text.substr(0, text.find('\n'));
    return std::ranges::count(first, ';') > std::ranges::count(first, ',') ? ';' : ',';
}

Result<CsvTable> CsvTable::read(std::string_view area, std::string_view file, std::string_view text, std::size_t most_rows,
                                CsvDialect dialect) {
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    TRY(check_encoding(area, file, text));
    CsvTable out;
    out.area_ = area;
    out.file_ = file;
    CsvScanner scanner(area, file, text, dialect);
    scanner.pass_blank_lines();
    if (scanner.over()) return scanner.wrong("the file is empty");
    bool last = false;
    while (!last) {
        const auto cell = TRY(scanner.next(last));
        if (cell.text.empty()) return fail(Code::unprocessable, out.key("csv-column"), out.where(cell, "a column without a name"));
        if (out.column(cell.text)) return fail(Code::unprocessable, out.key("csv-column"), out.where(cell, "a column that is there twice"));
        out.columns_.push_back(cell);
    }
    for (std::size_t row = 0;; ++row) {
        scanner.pass_blank_lines();
        if (scanner.over()) break;
        if (row >= most_rows) {
            return fail(Code::too_large, out.key("too-large"), fmt::format("{}:{}:1: more than {} rows", file, scanner.line(), most_rows));
        }
        std::size_t count = 0;
        for (last = false; !last; ++count) {
            const bool fits = count < out.columns_.size();
            if (!fits && !dialect.uneven_rows) return scanner.wrong(fmt::format("a row of more than {} cells", out.columns_.size()));
            auto cell = TRY(scanner.next(last));
            if (fits) out.cells_.push_back(std::move(cell));
        }
        if (dialect.uneven_rows && count != out.columns_.size()) {
            out.uneven_.push_back(row);
            const auto line = out.cells_.back().line;
            out.cells_.resize((row + 1) * out.columns_.size(), {.text = {}, .line = line, .column = 1});
            continue;
        }
        if (count < out.columns_.size()) {
            const auto& begun = out.cells_[out.cells_.size() - count];
            const auto why = fmt::format("a row of {} cells where {} have a name", count, out.columns_.size());
            return fail(Code::unprocessable, out.key("csv-syntax"), out.where(begun, why));
        }
    }
    return out;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const noexcept {
    const auto found = std::ranges::find(columns_, name, &CsvCell::text);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvTable::uneven(std::size_t row) const noexcept { return std::ranges::binary_search(uneven_, row); }

std::string CsvTable::where(const CsvCell& cell, std::string_view why) const {
    return fmt::format("{}:{}:{}: {}", file_, cell.line, cell.column, why);
}

std::unexpected<Error> CsvTable::bad(const CsvCell& cell, std::string_view why) const {
    return fail(Code::unprocessable, key("csv-value"), where(cell, why));
}

Result<double> CsvTable::number(const CsvCell& cell) const {
    const auto text = std::string_view(cell.text);
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return bad(cell, "no number");
    return value;
}

Result<std::int64_t> CsvTable::integer(const CsvCell& cell) const {
    const auto value = to_integer(cell.text);
    if (!value) return bad(cell, "no whole number");
    return *value;
}

}  // namespace wasl
