// What one DMN file says, before any of it is understood: names and texts as written.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "decision/model.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision::impl {

// The five editions, by their MODEL namespace.
enum class Edition : std::uint8_t { v1_1, v1_2, v1_3, v1_4, v1_5 };
std::optional<Edition> edition_of(std::string_view model_namespace) noexcept;
bool is_feel_namespace(std::string_view uri) noexcept;

struct Boxed;
using BoxedPtr = std::unique_ptr<Boxed>;

struct Variable {
    std::string name;
    std::string type;  // typeRef as written
};

// A child of a boxed expression, with the name it goes by there: context entry, binding.
struct Part {
    Variable variable;
    bool named = false;
    BoxedPtr expression;  // null when missing
};

// A literal expression, unary tests: text with its place.
struct Text {
    std::string text;
    std::string type;
    std::string language;
    std::size_t line = 0;
};

struct BoxedTable {
    struct Input {
        Text expression, values;
        std::string label;
    };
    struct Output {
        std::string name, type, label;
        Text values, default_entry;
    };
    struct Rule {
        std::string id;
        std::vector<Text> inputs, outputs;
        std::vector<std::string> annotations;
        std::size_t line = 0;
    };
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    std::vector<Rule> rules;
    std::string policy, aggregation, label;
};

struct Boxed {
    enum class Kind : std::uint8_t {
        literal,      // text
        context,      // parts; one without name is the result
        invocation,   // parts: the callee, then bindings
        list,         // parts
        relation,     // columns; parts: rows, each a list
        function,     // columns: parameters; parts: the body
        conditional,  // parts: if, then, else
        filter,       // parts: in, match
        iteration,    // parts: in, return; text: the variable
        some,
        every,  // parts: in, satisfies; text: the variable
        table,
        unsupported  // text: what it is called
    };
    Kind kind = Kind::literal;
    std::string type;      // typeRef
    std::string language;  // expressionLanguage; kind ("Java") of a function
    std::string text;
    std::vector<Part> parts;
    std::vector<Variable> columns;
    std::unique_ptr<BoxedTable> table;
    std::size_t line = 0;
};

struct ItemDefinition {
    std::string name, type;
    bool collection = false;
    Text allowed, constraint;
    std::vector<ItemDefinition> components;
    bool function = false;  // functionItem: components are its parameters, `type` its result
    std::size_t line = 0;
};

struct Import {
    std::string name, space, type, location;
    bool named = false;  // the name is not empty, or the edition has names for imports
    std::size_t line = 0;
};

struct DocumentElement {
    ElementKind kind = ElementKind::decision;
    std::string id, name, question;
    Variable variable;
    std::vector<std::string> information, knowledge;  // references, in order
    BoxedPtr logic;                                   // a function for knowledge models
    // of a service
    std::vector<std::string> outputs, encapsulated, input_decisions, input_data;
    std::size_t line = 0;
};

struct Document {
    std::string file, name, space, language;
    Edition edition = Edition::v1_5;
    std::map<std::string, std::string, std::less<>> prefixes;  // of XML namespaces, of the root
    std::vector<Import> imports;
    std::vector<ItemDefinition> items;
    std::vector<DocumentElement> elements;
    std::vector<Finding> findings;  // of the file itself: what of its XML is not followed
    Digest digest;
};

// Keys: "decision.too-large", "decision.malformed"; detail "file:line: what".
Result<Document> read_document(const File& file, const Limits& limits);

}  // namespace wasl::decision::impl
