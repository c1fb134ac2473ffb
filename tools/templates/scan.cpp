#include "scan.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace wasl::templates {

namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

// End of a {{ }} or {% %}, outside of quoted texts.
std::size_t find_end(const std::string& source, std::size_t from, std::string_view mark) {
    bool quoted = false;
    for (std::size_t at = from; at + 1 < source.size(); ++at) {
        if (source[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && source.compare(at, 2, mark) == 0) {
            return at;
        }
    }
    return std::string::npos;
}

}  // namespace

std::vector<Token> scan(const std::string& file, const std::string& source) {
    std::vector<Token> tokens;
    unsigned line = 1;
    std::size_t at = 0;
    const auto lines_in = [&](std::size_t from, std::size_t to) {
        return static_cast<unsigned>(std::count(source.begin() + static_cast<std::ptrdiff_t>(from),
                                                source.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    };
    while (at < source.size()) {
        std::size_t open = source.find('{', at);
        while (open != std::string::npos && (open + 1 >= source.size() || std::string_view("{%#").find(source[open + 1]) == std::string_view::npos)) {
            open = source.find('{', open + 1);
        }
        const std::size_t text_end = std::min(open, source.size());
        if (text_end > at) {
            tokens.push_back({Token::Kind::text, source.substr(at, text_end - at), line});
            line += lines_in(at, text_end);
        }
        if (open == std::string::npos) {
            break;
        }
        const char mark = source[open + 1];
        const auto kind = mark == '{' ? Token::Kind::hole : mark == '%' ? Token::Kind::tag : Token::Kind::note;
        const std::size_t close = mark == '#' ? source.find("#}", open + 2)
                                              : find_end(source, open + 2, mark == '{' ? "}}" : "%}");
        if (close == std::string::npos) {
            throw Fault(file, line, std::string("\"{") + mark + "\" is not closed");
        }
        tokens.push_back({kind, trimmed(std::string_view(source).substr(open + 2, close - open - 2)), line});
        line += lines_in(open, close);
        at = close + 2;
    }
    return tokens;
}

void Words::blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

bool Words::done() {
    blanks();
    return at_ >= text_.size();
}

std::string Words::identifier(const std::string& wanted) {
    blanks();
    const std::size_t start = at_;
    while (is_name(peek())) ++at_;
    if (start == at_ || std::isdigit(static_cast<unsigned char>(text_[start])) != 0) {
        fault("expected " + wanted);
    }
    return text_.substr(start, at_ - start);
}

bool Words::take(std::string_view word) {
    blanks();
    if (text_.compare(at_, word.size(), word) != 0) {
        return false;
    }
    const bool is_word = is_name(word.back());
    if (is_word && at_ + word.size() < text_.size() && is_name(text_[at_ + word.size()])) {
        return false;
    }
    at_ += word.size();
    return true;
}

void Words::need(std::string_view word) {
    if (!take(word)) {
        fault("expected \"" + std::string(word) + "\"");
    }
}

std::string Words::quoted(const std::string& wanted) {
    blanks();
    if (peek() != '"') {
        fault("expected " + wanted + " in quotation marks");
    }
    const std::size_t close = text_.find('"', at_ + 1);
    if (close == std::string::npos) {
        fault("a quotation mark is not closed");
    }
    std::string inside = text_.substr(at_ + 1, close - at_ - 1);
    if (inside.find('\\') != std::string::npos) {
        fault("a quoted text has no escapes");
    }
    at_ = close + 1;
    return inside;
}

// From the parenthesis here to its partner, without them.
std::string Words::balanced() {
    const std::size_t start = ++at_;
    int depth = 1;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        quoted = c == '"' ? !quoted : quoted;
        depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth == 0) {
            return text_.substr(start, at_++ - start);
        }
    }
    fault("a parenthesis is not closed");
}

void Words::check_expression(const std::string& expression) const {
    bool quoted = false;
    for (std::size_t at = 0; at < expression.size(); ++at) {
        const char c = expression[at];
        const char next = at + 1 < expression.size() ? expression[at + 1] : '\0';
        const char before = at > 0 ? expression[at - 1] : '\0';
        if (c == '"') {
            quoted = !quoted;
        }
        if (quoted) {
            continue;
        }
        static constexpr std::string_view allowed = "._:()[]<>=!&|+-*/%?,\" \n\t'";
        const bool known = is_name(c) || allowed.find(c) != std::string_view::npos;
        const bool assigns = c == '=' && next != '=' && before != '=' && before != '!' && before != '<' && before != '>';
        const bool steps = (c == '+' && next == '+') || (c == '-' && next == '-');
        const bool comments = c == '/' && (next == '/' || next == '*');
        if (!known || assigns || steps || comments) {
            fault("\"" + expression + "\" is not an expression of templates (at \"" + c + "\")");
        }
    }
    if (expression.empty()) {
        fault("expected an expression");
    }
}

Value Words::value() {
    blanks();
    Value out;
    if (peek() == '"') {
        out.expression = quoted("a text");
        out.is_literal = true;
        return out;
    }
    if (peek() == '(') {
        const std::size_t before = at_;
        const std::string inside = balanced();
        if (at_ >= text_.size() || is_blank(peek())) {
            Words words(file_, Token{Token::Kind::hole, inside, line_});
            if (words.take("t")) {
                out.is_message = true;
                out.expression = words.quoted("a message");
                out.arguments = words.arguments();
                return out;
            }
            check_expression(inside);
            out.expression = "(" + inside + ")";
            return out;
        }
        at_ = before;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_blank(peek())) {
        if (peek() == '(') {
            balanced();
        } else {
            ++at_;
        }
    }
    out.expression = text_.substr(start, at_ - start);
    check_expression(out.expression);
    return out;
}

std::vector<Argument> Words::arguments() {
    std::vector<Argument> found;
    while (!done()) {
        Argument argument;
        argument.name = identifier("the name of an argument");
        if (peek() != '=') {
            fault("expected \"=\" after \"" + argument.name + "\", without blanks");
        }
        ++at_;
        argument.value = value();
        if (std::ranges::any_of(found, [&](const Argument& a) { return a.name == argument.name; })) {
            fault("\"" + argument.name + "\" is given twice");
        }
        found.push_back(std::move(argument));
    }
    return found;
}

std::string Words::rest() {
    blanks();
    std::string left = text_.substr(at_);
    at_ = text_.size();
    return left;
}

std::string Words::rest_expression() {
    std::string left = rest();
    check_expression(left);
    return left;
}

void Words::end() {
    if (!done()) {
        fault("\"" + text_.substr(at_) + "\" is not expected here");
    }
}

}  // namespace wasl::templates
