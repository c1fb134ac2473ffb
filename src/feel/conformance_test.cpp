// The DMN TCK's cases whose decisions are literal expressions over inputs: a check of the language
// alone. Models with tables, services and imports are the business of `decision`.
#include "feel/expression.hpp"

#include <doctest/doctest.h>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace wasl;
using namespace wasl::feel;
namespace fs = std::filesystem;

namespace {

std::string local(std::string_view name) {
    const auto colon = name.find(':');
    return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

// An element of a document that is kept by its reader; empty for one that is missing.
struct Node {
    std::string name;  // without prefix
    const boost::property_tree::ptree* tree = nullptr;

    explicit operator bool() const { return tree != nullptr; }
    [[nodiscard]] std::string text() const { return tree == nullptr ? "" : tree->data(); }
    [[nodiscard]] std::string attribute(std::string_view wanted) const {
        const auto attributes = tree == nullptr ? boost::none : tree->get_child_optional("<xmlattr>");
        if (!attributes) return {};
        for (const auto& [key, value] : *attributes) {
            if (local(key) == wanted) return value.data();
        }
        return {};
    }
    [[nodiscard]] std::vector<Node> children() const {
        std::vector<Node> out;
        if (tree == nullptr) return out;
        for (const auto& [key, value] : *tree) {
            if (!key.starts_with('<')) out.push_back({local(key), &value});
        }
        return out;
    }
    template <class Test>
    [[nodiscard]] Node find(Test test) const {
        for (const auto& node : children()) {
            if (test(node)) return node;
        }
        return {};
    }
};

Node child(const Node& node, std::string_view name) {
    return node.find([&](const Node& c) { return c.name == name; });
}

bool read(const fs::path& path, boost::property_tree::ptree& into) {
    std::ifstream in(path);
    if (!in) return false;
    boost::property_tree::read_xml(in, into);
    return true;
}

// An expected or given value of the test-case format.
Value value_of(const Node& node) {
    if (const auto simple = child(node, "value")) {
        const auto text = simple.text();
        const auto type = local(simple.attribute("type"));
        if (simple.attribute("nil") == "true") return {};
        if (type == "boolean") return text == "true";
        if (type == "date" || type == "dateTime" || type == "time" || type == "duration") {
            return Expression::compile("@\"" + text + "\"", {})->evaluate({});
        }
        const auto number = Decimal::parse(text);
        return type == "string" || type.empty() || !number ? Value(text) : Value(*number);
    }
    if (const auto list = child(node, "list")) {
        List out;
        for (const auto& item : list.children()) {
            if (item.name == "item") out.push_back(value_of(item));
        }
        return out;
    }
    Context out;
    for (const auto& component : node.children()) {
        if (component.name == "component") out.append(component.attribute("name"), value_of(component));
    }
    return out.empty() ? Value{} : Value(out);
}

// Equal, numbers within the tolerance the test-case format allows.
bool agrees(const Value& got, const Value& wanted) {
    if (const auto *a = got.number(), *b = wanted.number(); a != nullptr && b != nullptr) {
        const auto difference = a->minus(*b);
        return difference && difference->absolute() < Decimal::of(1, -8);
    }
    if (const auto *a = got.list(), *b = wanted.list(); a != nullptr && b != nullptr) {
        return a->size() == b->size() && std::equal(a->begin(), a->end(), b->begin(), agrees);
    }
    if (const auto *a = got.context(), *b = wanted.context(); a != nullptr && b != nullptr) {
        return a->size() == b->size() && std::all_of(a->begin(), a->end(), [&](const Context::Entry& entry) {
            const auto* other = b->find(entry.first);
            return other != nullptr && agrees(entry.second, *other);
        });
    }
    return got == wanted;
}

Type type_of(const Node& element, const Scope& types) {
    const auto name = local(child(element, "variable").attribute("typeRef"));
    auto type = name.empty() ? Result<Type>(Type{}) : parse_type(name, types);
    return type ? *type : Type{};
}

Scope types_of(const Node& model) {
    Scope types;
    for (int round = 0; round < 3; ++round) {  // definitions may come before what they use
        for (const auto& item : model.children()) {
            if (item.name != "itemDefinition") continue;
            std::string text;
            for (const auto& part : item.children()) {
                if (part.name != "itemComponent") continue;
                text += (text.empty() ? "" : ", ") + part.attribute("name") + ": " +
                        local(child(part, "typeRef").text());
            }
            text = text.empty() ? local(child(item, "typeRef").text()) : "context<" + text + ">";
            if (item.attribute("isCollection") == "true") text = "list<" + text + ">";
            if (auto type = parse_type(text, types)) types.add_type(item.attribute("name"), *type);
        }
    }
    return types;
}

struct Tally {
    int passed = 0;
    int failed = 0;
};

// One decision against one case; does nothing when the decision needs more than inputs.
void run_case(const Node& model, const Node& given, const Node& result, const Scope& types, Tally& tally) {
    const auto decision = model.find([&](const Node& c) {
        return c.name == "decision" && c.attribute("name") == result.attribute("name");
    });
    const auto literal = child(decision, "literalExpression");
    if (!literal || child(decision, "knowledgeRequirement")) return;
    Scope scope = types;
    Bindings bindings;
    bindings.at({0}, Zone::utc());
    for (const auto& requirement : decision.children()) {
        if (requirement.name != "informationRequirement") continue;
        const auto input = child(requirement, "requiredInput");
        const auto reference = input.attribute("href");
        const auto id = reference.substr(reference.find('#') + 1);
        const auto element = model.find([&](const Node& c) { return id == c.attribute("id"); });
        if (!input || !element) return;
        const std::string name = element.attribute("name");
        const auto supplied = given.find([&](const Node& c) {
            return c.name == "inputNode" && name == c.attribute("name");
        });
        const auto type = type_of(element, types);
        scope.add(name, type);
        bindings.set(name, type.coerce(value_of(supplied)).value_or(Value{}));
    }
    const auto text = child(literal, "text").text();
    const auto expression = Expression::compile(text, scope);
    auto value = expression ? expression->evaluate(bindings) : Value{};
    value = type_of(decision, types).coerce(value).value_or(Value{});
    const auto wanted = value_of(child(result, "expected"));
    const bool passed = agrees(value, wanted);
    ++(passed ? tally.passed : tally.failed);
    CHECK_MESSAGE(passed, text, " gives ", to_text(value), ", not ", to_text(wanted));
}

}  // namespace

TEST_CASE("conformance: literal expressions of the DMN TCK") {
    const auto folder = fs::path(WASL_SOURCE_DIR).parent_path() / "shared" / "data" / "dmn-tck";
    if (!fs::is_directory(folder)) {
        MESSAGE("skipped: the DMN TCK is not beside the source");
        return;
    }
    Tally tally;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        boost::property_tree::ptree cases;
        if (file.path().extension() != ".xml" || !read(file.path(), cases)) continue;
        const auto root = Node{"", &cases}.find([](const Node&) { return true; });
        boost::property_tree::ptree model;
        if (root.name != "testCases" || !read(file.path().parent_path() / child(root, "modelName").text(), model)) continue;
        const auto definitions = child({"", &model}, "definitions");
        if (child(definitions, "import")) continue;
        const auto types = types_of(definitions);
        for (const auto& test : root.children()) {
            for (const auto& result : test.children()) {
                // A case that invokes a decision service names the service: its decision alone is another thing.
                const bool service = test.attribute("invocableName") != "" || test.attribute("type") == "decisionService";
                if (result.name == "resultNode" && !service) run_case(definitions, test, result, types, tally);
            }
        }
    }
    MESSAGE(tally.passed, " of ", tally.passed + tally.failed, " cases pass");
    CHECK(tally.passed > 2000);
}
