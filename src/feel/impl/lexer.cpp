#include "feel/impl/lexer.hpp"

#include "base/text.hpp"
#include "feel/impl/characters.hpp"

#include <optional>

namespace wasl::feel::impl {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) { tokens_.reserve(text.size() / 3 + 4); }

    std::expected<std::vector<Token>, SyntaxError> run() {
        while (true) {
            const bool spaced = skip_space();
            if (error_) return std::unexpected(std::move(*error_));
            start_ = at_;
            spaced_ = spaced;
            if (at_ == text_.size()) {
                push(Token::Kind::end);
                return std::move(tokens_);
            }
            if (!next()) return std::unexpected(std::move(*error_));
        }
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void push(Token::Kind kind, Sign sign = Sign::none) {
        const auto piece = text_.substr(start_, at_ - start_);
        const bool keyword = kind == Token::Kind::word && is_keyword(piece);
        tokens_.push_back({kind, sign, spaced_, keyword, static_cast<std::uint32_t>(start_), piece});
    }

    bool fail_at(std::size_t offset, std::string message) {
        error_ = SyntaxError{offset, std::move(message)};
        return false;
    }

    bool skip_space() {
        const auto begin = at_;
        while (at_ < text_.size()) {
            auto ahead = at_;
            if (is_space(next_code_point(text_, ahead))) {
                at_ = ahead;
            } else if (peek() == '/' && peek(1) == '/') {
                const auto line_end = text_.find('\n', at_);
                at_ = line_end == std::string_view::npos ? text_.size() : line_end;
            } else if (peek() == '/' && peek(1) == '*') {
                const auto close = text_.find("*/", at_ + 2);
                if (close == std::string_view::npos) {
                    fail_at(at_, "a comment is not closed");
                    return true;
                }
                at_ = close + 2;
            } else {
                break;
            }
        }
        return at_ != begin;
    }

    bool next() {
        const char c = peek();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        if (c == '"') return string();
        auto ahead = at_;
        if (is_name_start(next_code_point(text_, ahead))) return word();
        return sign();
    }

    bool number() {
        while (is_digit(peek())) ++at_;
        if (peek() == '.' && is_digit(peek(1))) {
            ++at_;
            while (is_digit(peek())) ++at_;
        }
        const char e = peek();
        if (e == 'e' || e == 'E') {
            const std::size_t digit = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if (is_digit(peek(digit))) {
                at_ += digit;
                while (is_digit(peek())) ++at_;
            }
        }
        push(Token::Kind::number);
        return true;
    }

    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                push(Token::Kind::string);
                return true;
            }
        }
        return fail_at(start_, "a string is not closed");
    }

    bool word() {
        while (at_ < text_.size()) {
            auto ahead = at_;
            const auto c = next_code_point(text_, ahead);
            if (c == U'\uFFFD' || !is_name_part(c)) break;
            at_ = ahead;
        }
        if (at_ == start_) return fail_at(at_, "malformed UTF-8");
        push(Token::Kind::word);
        return true;
    }

    bool take(std::size_t length, Sign sign) {
        at_ += length;
        push(Token::Kind::sign, sign);
        return true;
    }

    bool sign() {
        const char second = peek(1);
        switch (peek()) {
            case '(': return take(1, Sign::open);
            case ')': return take(1, Sign::close);
            case '[': return take(1, Sign::open_bracket);
            case ']': return take(1, Sign::close_bracket);
            case '{': return take(1, Sign::open_brace);
            case '}': return take(1, Sign::close_brace);
            case ',': return take(1, Sign::comma);
            case ':': return take(1, Sign::colon);
            case '.': return second == '.' ? take(2, Sign::dots) : take(1, Sign::dot);
            case '+': return take(1, Sign::plus);
            case '-': return take(1, Sign::minus);
            case '*': return second == '*' ? take(2, Sign::power) : take(1, Sign::star);
            case '/': return take(1, Sign::slash);
            case '=': return take(1, Sign::equal);
            case '<': return second == '=' ? take(2, Sign::less_equal) : take(1, Sign::less);
            case '>': return second == '=' ? take(2, Sign::greater_equal) : take(1, Sign::greater);
            case '@': return take(1, Sign::at);
            case '\'': return take(1, Sign::apostrophe);
            case '!':
                if (second == '=') return take(2, Sign::not_equal);
                break;
            default: break;
        }
        const auto c = next_code_point(text_, at_);
        if (c == U'’') return take(0, Sign::apostrophe);
        return fail_at(start_, "this character has no meaning here");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    bool spaced_ = false;
    std::vector<Token> tokens_;
    std::optional<SyntaxError> error_;
};

std::optional<char32_t> hex(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return std::nullopt;
    char32_t value = 0;
    for (const char c : text.substr(at, digits)) {
        char32_t digit = 0;
        if (is_digit(c)) {
            digit = static_cast<char32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<char32_t>(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<char32_t>(c - 'A' + 10);
        } else {
            return std::nullopt;
        }
        value = value * 16 + digit;
    }
    return value;
}

// \uXXXX (two surrogates make one character) or \UXXXXXX at `at`, which then moves past it.
std::optional<char32_t> unicode_escape(std::string_view text, std::size_t& at) {
    const std::size_t digits = text[at + 1] == 'u' ? 4 : 6;
    auto value = hex(text, at + 2, digits);
    if (!value) return std::nullopt;
    auto next = at + 2 + digits;
    if (*value >= 0xD800 && *value <= 0xDBFF && digits == 4 && text.substr(next, 2) == "\\u") {
        const auto low = hex(text, next + 2, 4);
        if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
            value = 0x10000 + ((*value - 0xD800) << 10U) + (*low - 0xDC00);
            next += 6;
        }
    }
    if (*value > 0x10FFFF || (*value >= 0xD800 && *value <= 0xDFFF)) return std::nullopt;
    at = next;
    return value;
}

}  // namespace

std::expected<std::vector<Token>, SyntaxError> tokenise(std::string_view text) { return Lexer(text).run(); }

std::string unescape(std::string_view quoted) {
    const auto text = quoted.substr(1, quoted.size() - 2);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out += text[at++];
            continue;
        }
        switch (text[at + 1]) {
            case '"': out += '"'; at += 2; continue;
            case '\'': out += '\''; at += 2; continue;
            case '\\': out += '\\'; at += 2; continue;
            case 'n': out += '\n'; at += 2; continue;
            case 'r': out += '\r'; at += 2; continue;
            case 't': out += '\t'; at += 2; continue;
            case 'u':
            case 'U':
                if (const auto c = unicode_escape(text, at)) {
                    append_utf8(out, *c);
                    continue;
                }
                break;
            default: break;
        }
        out += text[at++];  // an unknown escape keeps its backslash
        out += text[at++];
    }
    return out;
}

}  // namespace wasl::feel::impl
