// Splits a template into literal text, {{ holes }}, {% tags %} and {# notes #}; reads the words inside them.
#pragma once

#include "ast.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::templates {

struct Token {
    enum class Kind { text, hole, tag, note } kind;
    std::string text;  // without the braces, trimmed (literal text: as it is)
    unsigned line;
};

std::vector<Token> scan(const std::string& file, const std::string& source);

// Reads one token's inside.
class Words {
public:
    Words(const std::string& file, const Token& token) : file_(file), text_(token.text), line_(token.line) {}

    [[nodiscard]] bool done();
    // Next identifier, or a fault.
    std::string identifier(const std::string& wanted);
    // True and consumed when the next thing is exactly this word or mark.
    bool take(std::string_view word);
    void need(std::string_view word);
    std::string quoted(const std::string& wanted);
    // A blank-free expression, a parenthesised one, a quoted text, or (t "key" …).
    Value value();
    // name=value … up to the end.
    std::vector<Argument> arguments();
    // Everything that is left, as an expression or as it is.
    std::string rest_expression();
    std::string rest();
    void end();

    [[noreturn]] void fault(const std::string& what) const { throw Fault(file_, line_, what); }

private:
    void blanks();
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    std::string balanced();
    void check_expression(const std::string& expression) const;

    std::string file_;
    std::string text_;
    unsigned line_;
    std::size_t at_ = 0;
};

}  // namespace wasl::templates
