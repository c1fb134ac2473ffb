// Boxed expressions compiled: scopes grow on the way in, known types come back.
#include "base/text.hpp"
#include "decision/impl/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wasl::decision::impl {

using feel::Scope;
using feel::Type;

namespace {

bool mentions(const Boxed& boxed, std::string_view word) {
    if (boxed.text.find(word) != std::string::npos) return true;
    if (boxed.table) {
        const auto in = [&](const Text& text) { return text.text.find(word) != std::string::npos; };
        const auto& table = *boxed.table;
        if (std::any_of(table.inputs.begin(), table.inputs.end(),
                        [&](const auto& input) { return in(input.expression); }))
            return true;
        for (const auto& rule : table.rules) {
            if (std::any_of(rule.inputs.begin(), rule.inputs.end(), in) ||
                std::any_of(rule.outputs.begin(), rule.outputs.end(), in))
                return true;
        }
    }
    return std::any_of(boxed.parts.begin(), boxed.parts.end(), [&](const Part& part) {
        return part.expression && mentions(*part.expression, word);
    });
}

// Where the name first stands as a word of its own; 0 when it does not.
std::size_t position_of(const std::string& name, std::string_view text) {
    const auto in_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end])))
            return at;
    }
    return 0;
}

Type element_of(const Type& type) {
    if (type.kind() == Type::Kind::list || type.kind() == Type::Kind::range) return type.element();
    return type;
}

}  // namespace

void BoxCompiler::report(std::size_t line, std::string key, std::string detail, std::string text,
                         TablePlace place, std::size_t position) {
    if (site_.findings.size() >= 10'000) return;
    site_.findings.push_back({std::move(key), std::move(detail), site_.document.file, line,
                              site_.origin.element, place, std::move(text), position});
}

Type BoxCompiler::type(std::string_view reference, std::size_t line) {
    return types_.resolve(site_.source, reference, line, site_.origin.element);
}

Type BoxCompiler::result_type(const Type& type) {
    return type.kind() == Type::Kind::function ? type.result() : type;
}

bool BoxCompiler::is_feel(std::string_view language) const {
    const auto& name = language.empty() ? std::string_view(site_.document.language) : language;
    return name.empty() || to_lower_ascii(name).find("feel") != std::string::npos;
}

BoxCompiler::Boxed BoxCompiler::broken(const impl::Boxed& boxed, std::string key,
                                       std::string detail) {
    report(boxed.line, key, detail, boxed.text);
    return {std::make_unique<Broken>(std::move(key), std::move(detail), boxed.text), {}};
}

BoxCompiler::Boxed BoxCompiler::compile(const impl::Boxed* boxed, const Scope& scope,
                                        const Type& wanted, const std::string& name) {
    if (boxed == nullptr) return {nullptr, wanted};
    Boxed out;
    using Kind = impl::Boxed::Kind;
    switch (boxed->kind) {
        case Kind::literal: out = literal(*boxed, scope); break;
        case Kind::context: out = context(*boxed, scope); break;
        case Kind::invocation: out = invocation(*boxed, scope); break;
        case Kind::list: out = list(*boxed, scope); break;
        case Kind::relation: out = relation(*boxed, scope); break;
        case Kind::function: out = function(*boxed, scope, name, wanted); break;
        case Kind::conditional: out = conditional(*boxed, scope); break;
        case Kind::filter: out = filter(*boxed, scope); break;
        case Kind::iteration:
        case Kind::some:
        case Kind::every: out = iteration(*boxed, scope); break;
        case Kind::table: out = table(*boxed, scope, wanted); break;
        case Kind::unsupported:
            out = broken(*boxed, "decision.unsupported",
                         fmt::format("{} is not supported", boxed->text));
            break;
    }
    out.logic->origin = &site_.origin;
    out.logic->line = boxed->line;
    if (boxed->kind == Kind::function) return out;  // types given for it are used inside
    out.logic->wanted = wanted;
    out.logic->own = type(boxed->type, boxed->line);
    check_fit(out.known, out.logic->own, boxed->text, boxed->line);
    if (!out.logic->own.is_any()) out.known = out.logic->own;
    check_fit(out.known, wanted, boxed->text, boxed->line);
    if (!wanted.is_any()) out.known = wanted;
    return out;
}

BoxCompiler::Boxed BoxCompiler::part(const impl::Boxed& boxed, std::size_t index,
                                     const Scope& scope) {
    if (index >= boxed.parts.size()) return {};
    const auto& held = boxed.parts[index];
    return compile(held.expression.get(), scope, type(held.variable.type, boxed.line),
                   held.variable.name);
}

BoxCompiler::Boxed BoxCompiler::literal(const impl::Boxed& boxed, const Scope& scope) {
    if (!is_feel(boxed.language)) {
        return broken(boxed, "decision.unsupported",
                      fmt::format("the expression language \"{}\" is not known", boxed.language));
    }
    if (trim(boxed.text).empty()) return {std::make_unique<Broken>("", "", ""), {}};
    std::size_t offset = 0;
    auto expression = feel::Expression::compile(boxed.text, scope, site_.limits.feel, &offset);
    if (!expression) {
        report(boxed.line, expression.error().key, expression.error().detail, boxed.text, {},
               offset);
        return {
            std::make_unique<Broken>(expression.error().key, expression.error().detail, boxed.text),
            {}};
    }
    for (const auto& unknown : expression->unknown_names()) {
        report(boxed.line, "feel.unknown-name", fmt::format("\"{}\" is not known here", unknown),
               boxed.text, {}, position_of(unknown, boxed.text));
    }
    auto known = expression->type();
    if (site_.clashes != nullptr) {
        auto checked = expression->check(scope);
        clashes_of(std::move(checked.clashes), boxed.text, boxed.line);
        if (known.is_any()) known = std::move(checked.type);
    }
    return {std::make_unique<Literal>(boxed.text, std::move(*expression)), std::move(known)};
}

BoxCompiler::Boxed BoxCompiler::context(const impl::Boxed& boxed, Scope scope) {
    auto logic = std::make_unique<BoxedContext>();
    std::vector<Type::Member> members;
    std::set<std::string> names;
    for (std::size_t i = 0; i < boxed.parts.size(); ++i) {
        const auto& entry = boxed.parts[i];
        const auto* held = entry.expression.get();
        const bool text = held != nullptr && held->kind == impl::Boxed::Kind::literal;
        scope.set_entry(text ? entry.variable.name : std::string());
        auto value = part(boxed, i, scope);
        if (!entry.named || entry.variable.name.empty()) {
            logic->result =
                value.logic ? std::move(value.logic) : std::make_unique<Broken>("", "", "");
            return {std::move(logic), std::move(value.known)};
        }
        const auto& name = entry.variable.name;
        logic->repeated = logic->repeated || !names.insert(name).second;
        scope.add(name, value.known);
        members.push_back({name, value.known});
        logic->entries.push_back({name, std::move(value.logic)});
    }
    if (logic->repeated)
        report(boxed.line, "feel.duplicate-key", "a name stands twice in the context", {});
    return {std::move(logic), Type::context_of(std::move(members))};
}

BoxCompiler::Boxed BoxCompiler::invocation(const impl::Boxed& boxed, const Scope& scope) {
    auto logic = std::make_unique<Invocation>();
    Type callee;
    for (std::size_t i = 0; i < boxed.parts.size(); ++i) {
        auto value = part(boxed, i, scope);
        if (i == 0) {
            callee = std::move(value.known);
            logic->callee = std::move(value.logic);
        } else {
            const auto& at = boxed.parts[i].expression ? *boxed.parts[i].expression : boxed;
            check_binding(callee, boxed.parts[i].variable.name, value.known, at);
            logic->bindings.emplace_back(boxed.parts[i].variable.name, std::move(value.logic));
        }
    }
    return {std::move(logic), callee.result()};
}

BoxCompiler::Boxed BoxCompiler::list(const impl::Boxed& boxed, const Scope& scope) {
    auto logic = std::make_unique<BoxedList>();
    std::optional<Type> common;
    for (std::size_t i = 0; i < boxed.parts.size(); ++i) {
        auto value = part(boxed, i, scope);
        if (!value.logic) continue;
        common = !common || (value.known.conforms_to(*common) && common->conforms_to(value.known))
                     ? value.known
                     : Type{};
        logic->elements.push_back(std::move(value.logic));
    }
    return {std::move(logic), Type::list_of(common.value_or(Type{}))};
}

BoxCompiler::Boxed BoxCompiler::relation(const impl::Boxed& boxed, const Scope& scope) {
    auto logic = std::make_unique<Relation>();
    std::vector<Type::Member> members;
    for (const auto& column : boxed.columns) {
        logic->columns.push_back(column.name);
        members.push_back({column.name, type(column.type, boxed.line)});
    }
    for (const auto& row : boxed.parts) {
        std::vector<LogicPtr> cells;
        const auto& parts = row.expression->parts;
        if (parts.size() != boxed.columns.size()) {
            report(row.expression->line, "decision.relation",
                   fmt::format("the row has {} cells, not {}", parts.size(), boxed.columns.size()),
                   {});
        }
        for (std::size_t i = 0; i < parts.size() && i < members.size(); ++i) {
            cells.push_back(compile(parts[i].expression.get(), scope, members[i].type).logic);
        }
        logic->rows.push_back(std::move(cells));
    }
    return {std::move(logic), Type::list_of(Type::context_of(std::move(members)))};
}

std::vector<feel::Parameter> BoxCompiler::parameters(const impl::Boxed& function) {
    std::vector<feel::Parameter> out;
    for (const auto& parameter : function.columns)
        out.push_back({parameter.name, type(parameter.type, function.line)});
    return out;
}

BoxCompiler::Boxed BoxCompiler::function(const impl::Boxed& boxed, Scope scope,
                                         const std::string& name, const Type& wanted) {
    auto logic = std::make_unique<FunctionDefinition>();
    logic->parameters = parameters(boxed);
    // Files give a function the type of its result, or a function's type.
    logic->result = result_type(type(boxed.type, boxed.line));
    if (logic->result.is_any()) logic->result = result_type(wanted);
    logic->external = !boxed.language.empty() && boxed.language != "FEEL";
    logic->name = name;
    std::vector<Type> types;
    std::vector<std::string> names;
    for (const auto& parameter : logic->parameters) {
        types.push_back(parameter.type);
        names.push_back(parameter.name);
    }
    if (!name.empty()) scope.add(name, Type::function_of(types, logic->result, names));
    if (!logic->external) {
        for (const auto& parameter : logic->parameters) scope.add(parameter.name, parameter.type);
    }
    auto body = part(boxed, 0, scope);
    logic->body = std::move(body.logic);
    if (!logic->external) check_fit(body.known, logic->result, {}, boxed.line);
    const auto result = !logic->result.is_any() ? logic->result
                        : logic->external       ? Type{}
                                                : body.known;
    return {std::move(logic), Type::function_of(std::move(types), result, std::move(names))};
}

BoxCompiler::Boxed BoxCompiler::conditional(const impl::Boxed& boxed, const Scope& scope) {
    auto logic = std::make_unique<Conditional>();
    auto condition = part(boxed, 0, scope);
    check_fit(condition.known, Type::Kind::boolean, {}, boxed.line);
    logic->condition = std::move(condition.logic);
    auto then = part(boxed, 1, scope), otherwise = part(boxed, 2, scope);
    logic->then = std::move(then.logic);
    logic->otherwise = std::move(otherwise.logic);
    const bool alike =
        then.known.conforms_to(otherwise.known) && otherwise.known.conforms_to(then.known);
    return {std::move(logic), alike ? then.known : Type{}};
}

BoxCompiler::Boxed BoxCompiler::filter(const impl::Boxed& boxed, Scope scope) {
    auto logic = std::make_unique<BoxedFilter>();
    auto from = part(boxed, 0, scope);
    logic->list = std::move(from.logic);
    scope.add_item(element_of(from.known));
    auto match = part(boxed, 1, scope);
    if (match.known.kind() != Type::Kind::number)
        check_fit(match.known, Type::Kind::boolean, {}, boxed.line);
    logic->match = std::move(match.logic);
    return {std::move(logic), Type::list_of(element_of(from.known))};
}

BoxCompiler::Boxed BoxCompiler::iteration(const impl::Boxed& boxed, Scope scope) {
    auto logic = std::make_unique<Iteration>();
    using Kind = impl::Boxed::Kind;
    logic->kind = boxed.kind == Kind::some    ? Iteration::Kind::some
                  : boxed.kind == Kind::every ? Iteration::Kind::every
                                              : Iteration::Kind::all;
    logic->variable = boxed.text;
    auto from = part(boxed, 0, scope);
    logic->domain = std::move(from.logic);
    if (boxed.kind == Kind::iteration) {
        scope.add("partial", Type::Kind::list);
        logic->with_partial = boxed.parts.size() > 1 && boxed.parts[1].expression &&
                              mentions(*boxed.parts[1].expression, "partial");
    }
    scope.add(boxed.text, element_of(from.known));
    auto body = part(boxed, 1, scope);
    if (boxed.kind != Kind::iteration)
        check_fit(body.known, Type::Kind::boolean, {}, boxed.line);
    logic->body = std::move(body.logic);
    return {std::move(logic),
            boxed.kind == Kind::iteration ? Type::list_of(body.known) : Type(Type::Kind::boolean)};
}

BoxCompiler::Boxed BoxCompiler::table(const impl::Boxed& boxed, const Scope& scope,
                                      const Type& wanted) {
    const auto& said = *boxed.table;
    if (site_.clashes != nullptr) check_table(said, scope, boxed.line, wanted);
    TableDescription table;
    const auto policy = said.policy.empty() ? HitPolicy::unique : hit_policy(said.policy);
    if (!policy)
        return broken(boxed, "decision.hit-policy",
                      fmt::format("\"{}\" is no hit policy", said.policy));
    table.policy = *policy;
    const auto aggregate =
        said.aggregation.empty() ? Aggregation::none : aggregation(said.aggregation);
    if (!aggregate)
        return broken(boxed, "decision.hit-policy",
                      fmt::format("\"{}\" is no aggregation", said.aggregation));
    table.aggregate = *aggregate;
    for (const auto& input : said.inputs) {
        const auto& reference = input.expression.type;
        const bool own_values = !trim(input.values.text).empty();
        table.inputs.push_back(
            {input.expression.text,
             own_values ? type(reference, input.expression.line)
                        : types_.unconstrained(site_.source, reference, input.expression.line,
                                               site_.origin.element),
             own_values ? input.values.text : types_.allowed_values(site_.source, reference),
             input.label});
    }
    std::vector<Type::Member> members;
    for (const auto& output : said.outputs) {
        auto kind = type(output.type, boxed.line);
        const bool own_values = !trim(output.values.text).empty();
        table.outputs.push_back(
            {output.name, kind,
             own_values ? output.values.text : types_.allowed_values(site_.source, output.type),
             output.default_entry.text, output.label.empty() ? said.label : output.label});
        members.push_back({output.name, std::move(kind)});
    }
    std::vector<std::size_t> lines;
    for (const auto& rule : said.rules) {
        TableRule row;
        for (const auto& cell : rule.inputs) row.inputs.push_back(cell.text);
        for (const auto& cell : rule.outputs) row.outputs.push_back(cell.text);
        row.annotations = rule.annotations;
        row.id = rule.id;
        row.line = rule.line;
        lines.push_back(!rule.inputs.empty()    ? rule.inputs.front().line
                        : !rule.outputs.empty() ? rule.outputs.front().line
                                                : boxed.line);
        table.rules.push_back(std::move(row));
    }
    auto result = members.size() == 1 ? members.front().type : Type::context_of(std::move(members));
    const bool many = *policy == HitPolicy::rule_order || *policy == HitPolicy::output_order ||
                      *policy == HitPolicy::collect;
    if (*aggregate == Aggregation::none && many) result = Type::list_of(std::move(result));
    if (*aggregate != Aggregation::none) result = {};
    auto logic =
        std::make_unique<TableLogic>(Table::compile(std::move(table), scope, site_.limits.feel));
    logic->lines = std::move(lines);
    for (const auto& found : logic->table().findings()) {
        const auto row = found.place.row;
        report(row > 0 && row <= logic->lines.size() ? logic->lines[row - 1] : boxed.line,
               found.key, found.detail, found.text, found.place, found.position);
    }
    site_.tables.push_back(&logic->table());
    return {std::move(logic), std::move(result)};
}

}  // namespace wasl::decision::impl
