// What `wasl check` finds in the types of boxed expressions: compiled once more for it, with every
// expression looked at in the scope it has. Nothing here changes what is compiled.
#include "base/text.hpp"
#include "decision/impl/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::decision::impl {

using feel::Scope;
using feel::Type;

namespace {

std::string kind_word(const Type& type) { return Type(type.kind()).text(); }

}  // namespace

void BoxCompiler::clash(std::string detail, const std::string& text, std::size_t line,
                        TablePlace place, std::size_t position) {
    if (site_.clashes == nullptr || site_.clashes->size() >= 10'000) return;
    site_.clashes->push_back({"decision.type-clash", std::move(detail), site_.document.file, line,
                              site_.origin.element, place, text, position});
}

void BoxCompiler::clashes_of(feel::Diagnostics found, const std::string& text, std::size_t line,
                             TablePlace place) {
    for (auto& one : found) clash(std::move(one.detail), text, line, place, one.position);
}

void BoxCompiler::check_fit(const Type& type, const Type& wanted, const std::string& text,
                            std::size_t line, TablePlace place) {
    if (site_.clashes == nullptr || type.may_become(wanted)) return;
    clash(type.kind() == wanted.kind()
              ? fmt::format("this is a {}, and a {} is wanted here", type.text(), wanted.text())
              : fmt::format("this is a {}, and a {} is wanted here", kind_word(type),
                            kind_word(wanted)),
          text, line, place);
}

// A text of a table: its own clashes, then whether what it gives may stand there.
Type BoxCompiler::check_text(const Text& said, const Scope& scope, const Type& wanted,
                             TablePlace place) {
    const auto compiled = feel::Expression::compile(said.text, scope, site_.limits.feel);
    if (!compiled) return {};
    auto checked = compiled->check(scope);
    const bool sound = checked.clashes.empty();
    clashes_of(std::move(checked.clashes), said.text, said.line, place);
    if (sound) check_fit(checked.type, wanted, said.text, said.line, place);
    return std::move(checked.type);
}

void BoxCompiler::check_table(const BoxedTable& table, const Scope& scope, std::size_t line,
                              const Type& wanted) {
    using Part = TablePlace::Part;
    const auto line_of = [&](Text said) {
        if (said.line == 0) said.line = line;
        return said;
    };
    std::vector<Type> inputs, outputs;
    for (std::size_t i = 0; i < table.inputs.size(); ++i) {
        const auto& said = table.inputs[i].expression;
        const auto declared = type(said.type, said.line);
        const auto found = check_text(line_of(said), scope, declared, {Part::input_expression, 0, i + 1});
        inputs.push_back(said.type.empty() ? found : declared);
    }
    for (std::size_t i = 0; i < table.outputs.size(); ++i) {
        const auto& output = table.outputs[i];
        const bool whole =
            output.type.empty() && table.outputs.size() == 1 && table.aggregation.empty();
        outputs.push_back(whole ? wanted : type(output.type, line));
        if (!trim(output.default_entry.text).empty())
            check_text(line_of(output.default_entry), scope, outputs.back(),
                       {Part::default_entry, 0, i + 1});
    }
    for (std::size_t row = 0; row < table.rules.size(); ++row) {
        const auto& rule = table.rules[row];
        for (std::size_t i = 0; i < std::min(rule.inputs.size(), inputs.size()); ++i)
            check_cell(line_of(rule.inputs[i]), scope, inputs[i],
                       {Part::input_entry, row + 1, i + 1});
        for (std::size_t i = 0; i < std::min(rule.outputs.size(), outputs.size()); ++i) {
            if (!trim(rule.outputs[i].text).empty())
                check_text(line_of(rule.outputs[i]), scope, outputs[i],
                           {Part::output_entry, row + 1, i + 1});
        }
    }
}

void BoxCompiler::check_cell(const Text& cell, const Scope& scope, const Type& input,
                             TablePlace place) {
    if (trim(cell.text).empty()) return;
    const auto tests = feel::UnaryTests::compile(cell.text, scope, input, site_.limits.feel);
    if (!tests || tests->is_any()) return;
    clashes_of(tests->check(scope, input), cell.text, cell.line, place);
}

// Bindings of a boxed invocation against the parameters of what it calls.
void BoxCompiler::check_binding(const Type& callee, const std::string& name, const Type& given,
                                const impl::Boxed& at) {
    const auto& names = callee.parameter_names();
    if (site_.clashes == nullptr || names.size() != callee.parameters().size() || names.empty())
        return;
    const auto place = std::find(names.begin(), names.end(), name);
    if (place == names.end()) {
        clash(fmt::format("the function has no parameter \"{}\"", name), {}, at.line);
        return;
    }
    check_fit(given, callee.parameters()[static_cast<std::size_t>(place - names.begin())], at.text,
              at.line);
}

}  // namespace wasl::decision::impl
