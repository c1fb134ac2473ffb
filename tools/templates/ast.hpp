// A template as a tree.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace wasl::templates {

// "file:line: error: what", as compilers write it.
class Fault : public std::runtime_error {
public:
    Fault(const std::string& file, unsigned line, const std::string& what)
        : std::runtime_error(file + ":" + std::to_string(line) + ": error: " + what) {}
};

struct Argument;

// A C++ expression, or a message `(t "key" …)` when `is_message`.
struct Value {
    std::string expression;
    bool is_message = false;
    bool is_literal = false;  // a quoted text; `expression` is its content
    std::vector<Argument> arguments;
};

struct Argument {
    std::string name;
    Value value;
};

struct Node;
using Nodes = std::vector<Node>;

struct Branch {
    std::string condition;  // empty for else
    unsigned line;
    Nodes body;
};

struct Node {
    enum class Kind { literal, hole, message, raw, bdi, slot, include, branch, loop, set } kind;
    unsigned line;
    std::string text;        // literal markup, component path, loop or set variable
    Value value;             // hole, message, raw, bdi, loop range, set value
    std::string counter;     // loop: index variable
    std::vector<Argument> arguments;  // include
    bool has_body = false;            // include written as call … endcall
    Nodes body;                       // loop, call
    std::vector<Branch> branches;     // branch
};

struct Parameter {
    std::string name, type;
    std::optional<std::string> initial;
};

struct Template {
    std::string file;  // as named in errors
    std::string path;  // "parts/button.html"
    bool is_view = false;
    bool has_slot = false;
    std::vector<Parameter> parameters;
    std::vector<std::string> headers;
    Nodes nodes;

    [[nodiscard]] std::string function() const;  // "parts_button"
    [[nodiscard]] std::string folder() const;    // "parts", "" at the top
};

// Throws Fault.
Template parse_template(const std::string& file, const std::string& path, const std::string& source);

}  // namespace wasl::templates
