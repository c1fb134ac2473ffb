// The characters of a case file: blanks, comments, continuation lines, names, numbers and quoted texts.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::grid::matlab {

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool ended() const noexcept { return at_ >= text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    [[nodiscard]] bool sees(std::string_view words) const noexcept { return text_.substr(at_).starts_with(words); }
    [[nodiscard]] std::size_t place() const noexcept { return at_; }
    void go(std::size_t place) noexcept { at_ = place; }
    void skip(std::size_t count = 1) noexcept { at_ = std::min(at_ + count, text_.size()); }
    bool take(std::string_view words) noexcept {
        if (!sees(words)) return false;
        at_ += words.size();
        return true;
    }
    [[nodiscard]] std::size_t line() const noexcept {
        return 1 + static_cast<std::size_t>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    }

    // Within a line: blanks, a comment, "..." with the end of its line. True when something was skipped.
    bool blanks() {
        const auto before = at_;
        while (!ended()) {
            if (is_blank(peek())) {
                ++at_;
            } else if (peek() == '%') {
                comment();
            } else if (sees("...")) {
                to_line_end();
                skip();
            } else {
                break;
            }
        }
        return at_ != before;
    }

    [[nodiscard]] static bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }
    [[nodiscard]] static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    [[nodiscard]] static bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

    // Empty when no name begins here.
    std::string_view name() noexcept {
        const auto begin = at_;
        if (is_letter(peek())) {
            while (is_letter(peek()) || is_digit(peek())) ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }

    // An unsigned number in decimal notation; the scanner stays where it is when there is none.
    std::optional<double> number() noexcept {
        if (!is_digit(peek()) && !(peek() == '.' && is_digit(peek(1)))) return std::nullopt;
        double value = 0;
        const auto* begin = text_.data() + at_;
        const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (problem == std::errc::invalid_argument) return std::nullopt;
        // Beyond what a double holds: infinity, or zero, as MATLAB reads it.
        if (problem == std::errc::result_out_of_range) value = std::strtod(std::string(begin, end).c_str(), nullptr);
        at_ += static_cast<std::size_t>(end - begin);
        // "2./x" divides element by element: the point belongs to the operator.
        if (text_[at_ - 1] == '.' && (peek() == '*' || peek() == '/' || peek() == '^')) --at_;
        return value;
    }

    // 'it''s' or "text"; nothing when it is not closed on its line.
    std::optional<std::string> quoted() {
        const char quote = peek();
        std::string out;
        for (skip(); !ended() && peek() != '\n'; skip()) {
            if (peek() == quote) {
                skip();
                if (peek() != quote) return out;
            }
            out += peek();
        }
        return std::nullopt;
    }

private:
    void to_line_end() noexcept { at_ = std::min(text_.find('\n', at_), text_.size()); }

    // "%{" alone on its line begins a comment of several lines, "%}" alone ends it.
    void comment() {
        const auto line = current_line();
        to_line_end();
        if (line != "%{") return;
        for (int depth = 1; depth > 0 && !ended(); to_line_end()) {
            skip();
            const auto inner = current_line();
            depth += inner == "%{" ? 1 : inner == "%}" ? -1 : 0;
        }
    }

    [[nodiscard]] std::string_view current_line() const noexcept {
        auto begin = at_;
        while (begin > 0 && text_[begin - 1] != '\n') --begin;
        auto line = text_.substr(begin, std::min(text_.find('\n', at_), text_.size()) - begin);
        while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
        while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
        return line;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace wasl::grid::matlab
