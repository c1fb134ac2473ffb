#include "decision/clash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "decision/impl/compiler.hpp"
#include "decision/impl/document.hpp"
#include "feel/expression.hpp"

namespace wasl::decision {

namespace {

using feel::Type;
using impl::Boxed;
using TypeKind = Type::Kind;
using Names = std::map<std::string, TypeKind>;  // what an expression sees; Any: not known

bool simple(TypeKind kind) {
    return kind == TypeKind::number || kind == TypeKind::string || kind == TypeKind::boolean ||
           kind == TypeKind::date;
}

// The kind of a simple built-in type; Any for every other reference.
TypeKind named_kind(std::string_view reference) {
    const auto type = Type::named(reference);
    return type && simple(type->kind()) ? type->kind() : TypeKind::any;
}

// Two values of a kind: what holds for every value of a type holds for them.
feel::Value sample(TypeKind kind, std::size_t which) {
    switch (kind) {
        case TypeKind::number:
            return which == 0 ? 1 : 1000;
        case TypeKind::string:
            return which == 0 ? "a" : "b";
        case TypeKind::boolean:
            return which == 0;
        case TypeKind::date:
            return Date{which == 0 ? 2020 : 2030, 6, 15};
        default:
            return {};
    }
}

// "number + string is not defined": two known values whose kinds do not meet.
// Null is nobody's mistake here.
std::string mismatch(const feel::Diagnostics& found) {
    for (const auto& one : found) {
        const bool operands = one.detail.ends_with("is not defined");
        if (one.key == "feel.type-mismatch" && operands && one.detail.find("ull") == std::string::npos)
            return one.detail;
    }
    return {};
}

feel::Scope scope_of(const Names& names) {
    feel::Scope scope;
    for (const auto &[name, kind] : names) scope.add(name, Type(kind));
    return scope;
}

feel::Bindings bindings_of(const Names& names, std::size_t which) {
    feel::Bindings bindings;
    for (const auto &[name, kind] : names) bindings.set(name, sample(kind, which));
    return bindings;
}

template <class Compiled>
bool all_known(const Compiled& compiled, const Names& names) {
    const auto& used = compiled.names_used();
    return compiled.unknown_names().empty() && std::ranges::all_of(used, [&](const std::string& name) {
               const auto at = names.find(name);
               return at != names.end() && at->second != TypeKind::any;
           });
}

struct Told {
    TypeKind kind = TypeKind::any;
    std::string clash;
};

Told tell(const std::string& text, const Names& names) {
    const auto compiled = feel::Expression::compile(text, scope_of(names));
    if (!compiled || !all_known(*compiled, names)) return {};
    Told out;
    std::array<TypeKind, 2> kinds{};
    for (std::size_t which = 0; which < kinds.size(); ++which) {
        feel::Diagnostics found;
        kinds[which] = Type::of(compiled->evaluate(bindings_of(names, which), &found)).kind();
        if (auto clash = mismatch(found); !clash.empty()) return {TypeKind::any, std::move(clash)};
    }
    if (kinds[0] == kinds[1] && simple(kinds[0])) out.kind = kinds[0];
    return out;
}

const impl::DocumentElement* by_reference(const impl::Document& document, std::string_view reference) {
    const auto hash = reference.rfind('#');
    const auto id = hash == std::string_view::npos ? reference : reference.substr(hash + 1);
    const auto space = hash == std::string_view::npos ? std::string_view() : reference.substr(0, hash);
    if (!space.empty() && space != document.space) return nullptr;
    const auto at = std::ranges::find(document.elements, id, &impl::DocumentElement::id);
    return at == document.elements.end() ? nullptr : &*at;
}

// Names of required elements; of imported ones nothing is known, so expressions
// over them are left alone.
Names names_of(const impl::Document& document, const impl::DocumentElement& element) {
    Names out;
    for (const auto& reference : element.information) {
        if (const auto* needed = by_reference(document, reference))
            out[needed->variable.name] = named_kind(needed->variable.type);
    }
    return out;
}

void texts_of(const Boxed* logic, std::string& out) {
    if (logic == nullptr) return;
    out += "\n" + logic->text;
    for (const auto& part : logic->parts) texts_of(part.expression.get(), out);
    if (!logic->table) return;
    for (const auto& input : logic->table->inputs)
        out += "\n" + input.expression.text + "\n" + input.values.text;
    for (const auto& output : logic->table->outputs)
        out += "\n" + output.values.text + "\n" + output.default_entry.text;
    for (const auto& rule : logic->table->rules) {
        for (const auto& cell : rule.inputs) out += "\n" + cell.text;
        for (const auto& cell : rule.outputs) out += "\n" + cell.text;
    }
}

bool part_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool stands_in(const std::string& text, const std::string& name) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if ((at == 0 || !part_of_name(text[at - 1])) && (end == text.size() || !part_of_name(text[end])))
            return true;
    }
    return false;
}

TypeKind kind_of_column(const impl::BoxedTable& table, std::size_t column) {
    if (const auto& type = table.outputs[column].type; !type.empty()) return named_kind(type);
    auto out = TypeKind::any;
    for (const auto& rule : table.rules) {
        if (column >= rule.outputs.size() || rule.outputs[column].text.empty()) continue;
        const auto kind = tell(rule.outputs[column].text, {}).kind;
        if (kind == TypeKind::any || (out != TypeKind::any && kind != out)) return TypeKind::any;
        out = kind;
    }
    return out;
}

}  // namespace

std::vector<Finding> clashes(const File& file, std::span<const File> others) {
    std::vector<Finding> out;
    [[maybe_unused]] const auto compiled = impl::compile_files(file, others, {}, &out);  // for its findings
    return out;
}

std::vector<std::string> unread_inputs(const File& file) {
    const auto document = impl::read_document(file, {});
    if (!document) return {};
    std::set<const impl::DocumentElement *> required, read;
    for (const auto& element : document->elements) {
        std::string texts;
        texts_of(element.logic.get(), texts);
        for (const auto& reference : element.information) {
            const auto* needed = by_reference(*document, reference);
            if (needed == nullptr || needed->kind != ElementKind::input) continue;
            required.insert(needed);
            if (stands_in(texts, needed->variable.name)) read.insert(needed);
        }
        for (const auto& reference : element.input_data) read.insert(by_reference(*document, reference));
    }
    std::vector<std::string> out;
    for (const auto& element : document->elements) {
        if (required.contains(&element) && !read.contains(&element)) out.push_back(element.name);
    }
    return out;
}

feel::Type answer_type(const File& file, std::string_view decision) {
    const auto document = impl::read_document(file, {});
    if (!document) return {};
    const auto at = std::ranges::find_if(document->elements, [&](const auto& one) {
        return one.kind == ElementKind::decision && one.name == decision;
    });
    if (at == document->elements.end()) return {};
    if (!at->variable.type.empty()) return named_kind(at->variable.type);
    if (!at->logic) return {};
    if (at->logic->kind == Boxed::Kind::literal) return tell(at->logic->text, names_of(*document, *at)).kind;
    if (at->logic->kind != Boxed::Kind::table) return {};
    const auto& table = *at->logic->table;
    if (!table.aggregation.empty()) return {};
    if (table.outputs.size() == 1) return kind_of_column(table, 0);
    std::vector<Type::Member> members;
    for (std::size_t i = 0; i < table.outputs.size(); ++i)
        members.push_back({table.outputs[i].name, kind_of_column(table, i)});
    return Type::context_of(std::move(members));
}

}  // namespace wasl::decision
