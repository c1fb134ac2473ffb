// From XML to a Document. Elements are told apart by their local names, so that all five editions read
// the same way; what a vendor adds is passed over.
#include "base/text.hpp"
#include "decision/impl/document.hpp"
#include "decision/impl/xml.hpp"
#include "feel/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::decision::impl {

namespace {

using pugi::xml_node;

constexpr std::array<std::pair<std::string_view, Edition>, 5> model_namespaces{{
    {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", Edition::v1_1},
    {"http://www.omg.org/spec/DMN/20180521/MODEL/", Edition::v1_2},
    {"https://www.omg.org/spec/DMN/20191111/MODEL/", Edition::v1_3},
    {"https://www.omg.org/spec/DMN/20211108/MODEL/", Edition::v1_4},
    {"https://www.omg.org/spec/DMN/20230324/MODEL/", Edition::v1_5},
}};

class Reader {
public:
    explicit Reader(const Xml& xml) : xml_(xml) {}

    void read(Document& document) {
        const auto root = xml_.root();
        document.name = attribute(root, "name");
        document.space = attribute(root, "namespace");
        document.language = attribute(root, "expressionLanguage");
        for (const auto held : root.attributes()) {
            const std::string_view name = held.name();
            if (name.starts_with("xmlns:")) document.prefixes.emplace(name.substr(6), held.value());
        }
        for (const auto node : root.children()) {
            const auto name = local_name(node);
            if (name == "import") {
                document.imports.push_back(import(node));
            } else if (name == "itemDefinition") {
                document.items.push_back(item(node));
            } else if (name == "inputData") {
                document.elements.push_back(element(node, ElementKind::input));
            } else if (name == "decision") {
                document.elements.push_back(element(node, ElementKind::decision));
            } else if (name == "businessKnowledgeModel") {
                document.elements.push_back(element(node, ElementKind::knowledge));
            } else if (name == "decisionService") {
                document.elements.push_back(element(node, ElementKind::service));
            }
        }
    }

private:
    [[nodiscard]] static Variable variable(xml_node node) {
        return {feel::normalise_name(attribute(node, "name")),
                std::string(attribute(node, "typeRef"))};
    }

    [[nodiscard]] Text text(xml_node node) const {
        if (!node) return {};
        return {text_of(child(node, "text")), std::string(attribute(node, "typeRef")),
                std::string(attribute(node, "expressionLanguage")), xml_.line(node)};
    }

    [[nodiscard]] Import import(xml_node node) const {
        Import out{feel::normalise_name(attribute(node, "name")),
                   std::string(attribute(node, "namespace")),
                   std::string(attribute(node, "importType")),
                   std::string(attribute(node, "locationURI")),
                   has_attribute(node, "name"),
                   xml_.line(node)};
        return out;
    }

    [[nodiscard]] ItemDefinition item(xml_node node) const {
        ItemDefinition out;
        out.name = feel::normalise_name(attribute(node, "name"));
        out.collection =
            attribute(node, "isCollection") == "true" || attribute(node, "isCollection") == "1";
        out.type = trim(text_of(child(node, "typeRef")));
        if (out.type.empty()) out.type = attribute(node, "typeRef");
        out.allowed = text(child(node, "allowedValues"));
        out.constraint = text(child(node, "typeConstraint"));
        out.line = xml_.line(node);
        for (const auto part : node.children()) {
            if (local_name(part) == "itemComponent") out.components.push_back(item(part));
        }
        if (const auto function = child(node, "functionItem")) {
            out.function = true;
            out.type = attribute(function, "outputTypeRef");
            for (const auto part : function.children()) {
                if (local_name(part) != "parameters") continue;
                ItemDefinition parameter;
                parameter.name = feel::normalise_name(attribute(part, "name"));
                parameter.type = attribute(part, "typeRef");
                out.components.push_back(std::move(parameter));
            }
        }
        return out;
    }

    static void reference(xml_node node, std::string_view name, std::vector<std::string>& into) {
        for (const auto held : node.children()) {
            if (local_name(held) == name) into.emplace_back(attribute(held, "href"));
        }
    }

    [[nodiscard]] DocumentElement element(xml_node node, ElementKind kind) const {
        DocumentElement out;
        out.kind = kind;
        out.id = attribute(node, "id");
        out.name = feel::normalise_name(attribute(node, "name"));
        out.line = xml_.line(node);
        out.question = text_of(child(node, "question"));
        out.variable = variable(child(node, "variable"));
        if (out.variable.name.empty()) out.variable.name = out.name;
        for (const auto held : node.children()) {
            const auto name = local_name(held);
            if (name == "informationRequirement") {
                for (const auto required : held.children()) {
                    const auto what = local_name(required);
                    if (what == "requiredDecision" || what == "requiredInput")
                        out.information.emplace_back(attribute(required, "href"));
                }
            } else if (name == "knowledgeRequirement") {
                reference(held, "requiredKnowledge", out.knowledge);
            } else if (name == "encapsulatedLogic") {
                out.logic = function(held);
            }
        }
        if (kind == ElementKind::service) {
            reference(node, "outputDecision", out.outputs);
            reference(node, "encapsulatedDecision", out.encapsulated);
            reference(node, "inputDecision", out.input_decisions);
            reference(node, "inputData", out.input_data);
        } else if (kind == ElementKind::decision) {
            out.logic = expression_in(node);
        }
        return out;
    }

    // The first child that is an expression.
    [[nodiscard]] BoxedPtr expression_in(xml_node node) const {
        for (const auto held : node.children()) {
            if (auto boxed = expression(held)) return boxed;
        }
        return nullptr;
    }

    [[nodiscard]] BoxedPtr expression(xml_node node) const {
        using Read = void (Reader::*)(xml_node, Boxed&) const;
        struct Entry {
            std::string_view name;
            Boxed::Kind kind;
            Read read;
        };
        using enum Boxed::Kind;
        static constexpr Entry entries[] = {
            {"literalExpression", literal, &Reader::read_literal},
            {"context", context, &Reader::read_context},
            {"invocation", invocation, &Reader::read_invocation},
            {"list", list, &Reader::read_list},
            {"relation", relation, &Reader::read_relation},
            {"functionDefinition", Boxed::Kind::function, &Reader::read_function},
            {"conditional", conditional, &Reader::read_conditional},
            {"filter", filter, &Reader::read_filter},
            {"for", iteration, &Reader::read_for},
            {"some", some, &Reader::read_quantified},
            {"every", every, &Reader::read_quantified},
            {"decisionTable", table, &Reader::read_table}};
        if (node.type() != pugi::node_element) return nullptr;
        const auto name = local_name(node);
        for (const auto& entry : entries) {
            if (entry.name != name) continue;
            auto boxed = std::make_unique<Boxed>();
            boxed->kind = entry.kind;
            boxed->type = attribute(node, "typeRef");
            boxed->line = xml_.line(node);
            (this->*entry.read)(node, *boxed);
            return boxed;
        }
        return nullptr;
    }

    void read_literal(xml_node node, Boxed& boxed) const {
        boxed.text = text_of(child(node, "text"));
        boxed.language = attribute(node, "expressionLanguage");
        if (!child(node, "text") && child(node, "importedValues")) {
            boxed.kind = Boxed::Kind::unsupported;
            boxed.text = "importedValues";
        }
    }

    void read_context(xml_node node, Boxed& boxed) const {
        for (const auto entry : node.children()) {
            if (local_name(entry) != "contextEntry") continue;
            const auto named = child(entry, "variable");
            boxed.parts.push_back(
                {variable(named), static_cast<bool>(named), expression_in(entry)});
        }
    }

    void read_invocation(xml_node node, Boxed& boxed) const {
        boxed.parts.push_back({{}, false, expression_in(node)});
        for (const auto binding : node.children()) {
            if (local_name(binding) != "binding") continue;
            boxed.parts.push_back(
                {variable(child(binding, "parameter")), true, expression_in(binding)});
        }
    }

    void read_list(xml_node node, Boxed& boxed) const {
        for (const auto element : node.children()) {
            if (auto part = expression(element))
                boxed.parts.push_back({{}, false, std::move(part)});
        }
    }

    void read_relation(xml_node node, Boxed& boxed) const {
        for (const auto part : node.children()) {
            const auto name = local_name(part);
            if (name == "column") boxed.columns.push_back(variable(part));
            if (name == "row" || name == "list") {
                auto row = std::make_unique<Boxed>();
                row->kind = Boxed::Kind::list;
                row->line = xml_.line(part);
                read_list(part, *row);
                boxed.parts.push_back({{}, false, std::move(row)});
            }
        }
    }

    [[nodiscard]] BoxedPtr function(xml_node node) const {
        auto boxed = std::make_unique<Boxed>();
        boxed->kind = Boxed::Kind::function;
        boxed->type = attribute(node, "typeRef");
        boxed->line = xml_.line(node);
        read_function(node, *boxed);
        return boxed;
    }

    void read_function(xml_node node, Boxed& boxed) const {
        boxed.language = attribute(node, "kind");
        for (const auto part : node.children()) {
            if (local_name(part) == "formalParameter") boxed.columns.push_back(variable(part));
        }
        boxed.parts.push_back({{}, false, expression_in(node)});
    }

    void typed_child(xml_node node, std::string_view name, Boxed& boxed) const {
        const auto held = child(node, name);
        boxed.parts.push_back(
            {{{}, std::string(attribute(held, "typeRef"))}, false, expression_in(held)});
    }

    void read_conditional(xml_node node, Boxed& boxed) const {
        for (const auto name : {"if", "then", "else"}) typed_child(node, name, boxed);
    }
    void read_filter(xml_node node, Boxed& boxed) const {
        for (const auto name : {"in", "match"}) typed_child(node, name, boxed);
    }
    void read_for(xml_node node, Boxed& boxed) const {
        boxed.text = feel::normalise_name(attribute(node, "iteratorVariable"));
        for (const auto name : {"in", "return"}) typed_child(node, name, boxed);
    }
    void read_quantified(xml_node node, Boxed& boxed) const {
        boxed.text = feel::normalise_name(attribute(node, "iteratorVariable"));
        for (const auto name : {"in", "satisfies"}) typed_child(node, name, boxed);
    }

    void read_table(xml_node node, Boxed& boxed) const {
        boxed.table = std::make_unique<BoxedTable>();
        auto& table = *boxed.table;
        table.policy = attribute(node, "hitPolicy");
        table.aggregation = attribute(node, "aggregation");
        table.label = attribute(node, "outputLabel");
        for (const auto part : node.children()) {
            const auto name = local_name(part);
            if (name == "input") {
                table.inputs.push_back({text(child(part, "inputExpression")),
                                        text(child(part, "inputValues")),
                                        std::string(attribute(part, "label"))});
            } else if (name == "output") {
                table.outputs.push_back(
                    {feel::normalise_name(attribute(part, "name")),
                     std::string(attribute(part, "typeRef")), std::string(attribute(part, "label")),
                     text(child(part, "outputValues")), text(child(part, "defaultOutputEntry"))});
            } else if (name == "rule") {
                table.rules.push_back(rule(part));
            }
        }
    }

    [[nodiscard]] BoxedTable::Rule rule(xml_node node) const {
        BoxedTable::Rule out;
        out.id = attribute(node, "id");
        out.line = xml_.line(node);
        for (const auto part : node.children()) {
            const auto name = local_name(part);
            if (name == "inputEntry") out.inputs.push_back(text(part));
            if (name == "outputEntry") out.outputs.push_back(text(part));
            if (name == "annotationEntry") out.annotations.push_back(text_of(child(part, "text")));
        }
        return out;
    }

    const Xml& xml_;
};

}  // namespace

std::optional<Edition> edition_of(std::string_view model_namespace) noexcept {
    for (const auto& [uri, edition] : model_namespaces) {
        if (uri == model_namespace) return edition;
    }
    return std::nullopt;
}

bool is_feel_namespace(std::string_view uri) noexcept {
    static constexpr std::string_view known[] = {"http://www.omg.org/spec/FEEL/20140401",
                                                 "http://www.omg.org/spec/DMN/20180521/FEEL/",
                                                 "https://www.omg.org/spec/DMN/20191111/FEEL/",
                                                 "https://www.omg.org/spec/DMN/20211108/FEEL/",
                                                 "https://www.omg.org/spec/DMN/20230324/FEEL/"};
    return std::find(std::begin(known), std::end(known), uri) != std::end(known);
}

Result<Document> read_document(const File& file, const Limits& limits) {
    // Boxed expressions take up to four elements a level.
    const auto xml = TRY(
        Xml::read(file.name, file.text, {limits.file_bytes, limits.elements, limits.nesting * 4}));
    const auto root = xml.root();
    const auto refuse = [&](std::string_view what) {
        return fail(Code::invalid, "decision.malformed",
                    fmt::format("{}:{}: {}", file.name, xml.line(root), what));
    };
    if (local_name(root) != "definitions") return refuse("the root is no definitions of DMN");
    const std::string_view name = root.name();
    const auto colon = name.find(':');
    const auto space = namespace_of(
        root, colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon));
    const auto edition = edition_of(space);
    if (!edition) return refuse(fmt::format("\"{}\" is no namespace of DMN 1.1 to 1.5", space));
    Document document;
    document.file = file.name;
    document.edition = *edition;
    document.digest = sha256(file.text);
    for (const auto& entity : xml.entities()) {
        document.findings.push_back(
            {"decision.entity",
             fmt::format("the entity \"&{};\" is not expanded: write the text itself", entity.name),
             file.name, entity.line, {}, {}, {}, 0});
    }
    Reader(xml).read(document);
    return document;
}

}  // namespace wasl::decision::impl
