#include "decision/tck.hpp"

#include "base/text.hpp"
#include "decision/impl/xml.hpp"
#include "feel/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::decision::tck {

using feel::Context;
using feel::List;
using feel::Type;
using feel::Value;
using impl::attribute;
using impl::child;
using impl::local_name;
using pugi::xml_node;

namespace {

constexpr int deepest = 100;

bool is_nil(xml_node node) {
    for (const auto held : node.attributes()) {
        if (local_name(std::string_view(held.name())) == "nil")
            return std::string_view(held.value()) == "true";
    }
    return false;
}

std::string_view xsi_type(xml_node node) {
    for (const auto held : node.attributes()) {
        const std::string_view name = held.name();
        if (name.ends_with(":type")) return local_name(std::string_view(held.value()));
    }
    return {};
}

template <class T>
Value or_null(std::optional<T> value) {
    return value ? Value(std::move(*value)) : Value{};
}

Value duration(std::string_view text) {
    if (const auto days = feel::read_days_duration(text)) return *days;
    return or_null(feel::read_months_duration(text));
}

// "12.50": a number as XML Schema writes it, with an optional plus sign.
Value number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.ends_with('.')) text.remove_suffix(1);
    return or_null(Decimal::parse(text));
}

// A simple value without xsi:type takes the model's type; without one it is a string.
Value by_model(const std::string& text, const Type& type) {
    const auto bare = trim(text);
    switch (type.kind()) {
        case Type::Kind::number: return number(bare);
        case Type::Kind::boolean:
            return bare == "true" || bare == "1"    ? Value(true)
                   : bare == "false" || bare == "0" ? Value(false)
                                                    : Value(text);
        case Type::Kind::date: return or_null(feel::read_date(bare));
        case Type::Kind::time: return or_null(feel::read_time(bare));
        case Type::Kind::date_time: return or_null(feel::read_date_time(bare));
        case Type::Kind::days_duration:
        case Type::Kind::months_duration: return duration(bare);
        case Type::Kind::list: return by_model(text, type.element());
        default: return text;
    }
}

Value simple(xml_node node, const Type& type) {
    if (is_nil(node)) return {};
    const auto text = impl::text_of(node);
    const auto bare = trim(text);
    const auto kind = xsi_type(node);
    if (kind.empty()) return by_model(text, type);
    if (kind == "boolean") return bare == "true" || bare == "1";
    if (kind == "date") return or_null(feel::read_date(bare));
    if (kind == "time") return or_null(feel::read_time(bare));
    if (kind == "dateTime") return or_null(feel::read_date_time(bare));
    if (kind == "duration" || kind == "dayTimeDuration" || kind == "yearMonthDuration")
        return duration(bare);
    static constexpr std::string_view numbers[] = {"decimal",        "double", "float",
                                                   "integer",        "int",    "long",
                                                   "short",          "byte",   "nonNegativeInteger",
                                                   "positiveInteger"};
    if (std::find(std::begin(numbers), std::end(numbers), kind) != std::end(numbers))
        return number(bare);
    return text;
}

Value value_of(xml_node node, const Type& type, int depth = 0) {
    if (depth > deepest || is_nil(node)) return {};
    if (const auto held = child(node, "value")) return simple(held, type);
    if (const auto held = child(node, "list")) {
        if (is_nil(held)) return {};
        List out;
        for (const auto item : held.children()) {
            if (local_name(item) == "item")
                out.push_back(value_of(
                    item, type.kind() == Type::Kind::list ? type.element() : type, depth + 1));
        }
        return out;
    }
    Context out;
    const auto& holder = type.kind() == Type::Kind::list ? type.element() : type;
    bool any = false;
    for (const auto part : node.children()) {
        if (local_name(part) != "component") continue;
        any = true;
        const auto name = feel::normalise_name(attribute(part, "name"));
        const auto* member = holder.member(name);
        out.set(name, value_of(part, member == nullptr ? Type{} : *member, depth + 1));
    }
    return any ? Value(std::move(out)) : Value{};
}

class FileRun {
public:
    FileRun(const Model& model, const Clock& clock) : model_(model) {
        options_.now = clock.now;
        options_.zone = clock.zone;
    }

    CaseResult run(xml_node test, CaseResult result) const {
        const auto invocable = attribute(test, "invocableName");
        const auto kind = attribute(test, "type");
        const auto* callee =
            kind == "bkm" || kind == "decisionService" || !invocable.empty()
                ? model_.find(invocable.empty() ? attribute(test, "name") : invocable,
                              attribute(test, "namespace"))
                : nullptr;
        const auto inputs = given(test, callee);
        bool asked = false;
        for (const auto node : test.children()) {
            if (local_name(node) != "resultNode") continue;
            asked = true;
            check(node, inputs, callee, !invocable.empty(), result);
        }
        if (!asked) result.failures.push_back({"", "", "", "the case has no result node"});
        return result;
    }

private:
    Inputs given(xml_node test, const Element* callee) const {
        Inputs inputs;
        for (const auto node : test.children()) {
            if (local_name(node) != "inputNode") continue;
            const std::string name(attribute(node, "name"));
            const std::string space(attribute(node, "namespace"));
            const auto* element = model_.find(name, space);
            const bool parameter = callee != nullptr && callee->kind == ElementKind::knowledge;
            inputs.set(space, name,
                       value_of(node, element == nullptr || parameter ? Type{} : element->type));
        }
        return inputs;
    }

    // The part of the outcome that the node names, and the type it is declared to have.
    struct Asked {
        Value value;
        Type type;
        std::string reason;
        bool missing = false;
    };
    Asked ask(xml_node node, const Inputs& inputs, const Element* callee, bool invoked) const {
        const auto name = feel::normalise_name(attribute(node, "name"));
        const auto* element = model_.find(name, attribute(node, "namespace"));
        const auto* target = callee != nullptr ? callee : element;
        if (target == nullptr || (invoked && callee == nullptr))
            return {{}, {}, "the model has no such element", true};
        const auto outcome = model_.evaluate(*target, inputs, options_);
        auto reason = outcome.findings.empty() ? std::string() : outcome.findings.front().words();
        const auto type = element == nullptr ? Type{} : element->type;
        // A service with several outputs gives them by name.
        if (callee != nullptr && callee->kind == ElementKind::service && name != callee->name &&
            outcome.value.context() != nullptr && callee->type.result().member(name) != nullptr) {
            return {outcome.value[name], type, std::move(reason)};
        }
        return {outcome.value,
                callee != nullptr && element != nullptr && element->kind != ElementKind::decision
                    ? Type{}
                    : type,
                std::move(reason)};
    }

    void check(xml_node node, const Inputs& inputs, const Element* callee, bool invoked,
               CaseResult& result) const {
        auto asked = ask(node, inputs, callee, invoked);
        // Where the model says nothing, an untyped expectation is read as the kind of value that came.
        const auto type = asked.type.is_any() ? Type::of(asked.value) : asked.type;
        const bool error_expected = attribute(node, "errorResult") == "true";
        const auto expected = error_expected ? Value{} : value_of(child(node, "expected"), type);
        if (agrees(asked.value, expected) && !asked.missing) return;
        result.failures.push_back({std::string(attribute(node, "name")), feel::to_text(expected),
                                   feel::to_text(asked.value), std::move(asked.reason)});
    }

    const Model& model_;
    Options options_;
};

std::string_view stem(std::string_view file) { return file.substr(0, file.rfind('.')); }

// "0001-filter-test-01.xml"
bool is_test_name(std::string_view file) {
    return stem(file).find("-test-") != std::string_view::npos;
}

std::string csv_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out + '"';
}

}  // namespace

bool agrees(const Value& got, const Value& expected) {
    if (const auto *a = got.number(), *b = expected.number(); a != nullptr && b != nullptr) {
        const auto difference = a->minus(*b);
        return difference && difference->absolute() < Decimal::of(1, -8);
    }
    if (const auto *a = got.list(), *b = expected.list(); a != nullptr && b != nullptr) {
        return a->size() == b->size() && std::equal(a->begin(), a->end(), b->begin(), agrees);
    }
    if (const auto *a = got.context(), *b = expected.context(); a != nullptr && b != nullptr) {
        return a->size() == b->size() &&
               std::all_of(a->begin(), a->end(), [&](const Context::Entry& entry) {
                   const auto* other = b->find(entry.first);
                   return other != nullptr && agrees(entry.second, *other);
               });
    }
    return got == expected;
}

std::string Failure::words() const {
    // A case that could not run at all has no values to tell.
    if (node.empty()) return reason;
    return fmt::format("{}: expected {}, got {}{}{}", node, expected, got,
                       reason.empty() ? "" : " | ", reason);
}

CaseResult unreadable(std::string_view folder, std::string_view file, std::string reason) {
    CaseResult out{std::string(folder), std::string(stem(file)), "", {}};
    out.failures.push_back({"", "", "", std::move(reason)});
    return out;
}

std::vector<CaseResult> run_file(std::string_view folder, const File& cases,
                                 std::span<const File> models, const Clock& clock,
                                 const Limits& limits) {
    const auto xml = impl::Xml::read(
        cases.name, cases.text, {limits.file_bytes, limits.elements * 4, limits.nesting * 4});
    if (!xml) return {unreadable(folder, cases.name, xml.error().detail)};
    const auto root = xml->root();
    if (local_name(root) != "testCases") {
        if (!is_test_name(cases.name)) return {};
        return {unreadable(folder, cases.name,
                           fmt::format("{}: the root is no testCases", cases.name))};
    }
    const auto model_name = std::string(trim(impl::text_of(child(root, "modelName"))));
    const auto main = std::find_if(models.begin(), models.end(), [&](const File& file) {
        return file.name == model_name || file.name == model_name + ".dmn" ||
               (model_name.empty() && models.size() == 1);
    });
    const auto model =
        main == models.end()
            ? Result<Model>(
                  fail(Code::invalid, "decision.malformed",
                       fmt::format("there is no model \"{}\" beside the tests", model_name)))
            : Model::compile(*main, models, limits);
    std::vector<CaseResult> out;
    for (const auto test : root.children()) {
        if (local_name(test) != "testCase") continue;
        CaseResult result{std::string(folder),
                          std::string(stem(cases.name)),
                          std::string(attribute(test, "id")),
                          {}};
        if (result.name.empty()) result.name = std::to_string(out.size() + 1);
        if (model) {
            out.push_back(FileRun(*model, clock).run(test, std::move(result)));
        } else {
            result.failures.push_back({"", "", "", model.error().detail});
            out.push_back(std::move(result));
        }
    }
    if (out.empty())
        return {unreadable(folder, cases.name, fmt::format("{}: there is no case", cases.name))};
    return out;
}

std::string csv(std::span<const CaseResult> results) {
    std::string out;
    for (const auto& result : results) {
        std::string detail;
        for (const auto& failure : result.failures) {
            if (!detail.empty()) detail += "; ";
            detail += failure.words();
        }
        out += fmt::format("{},{},{},{},{}\n", csv_text(result.folder), csv_text(result.file),
                           csv_text(result.name), csv_text(result.passed() ? "SUCCESS" : "ERROR"),
                           csv_text(detail));
    }
    return out;
}

}  // namespace wasl::decision::tck
