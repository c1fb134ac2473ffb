#include "decision/impl/types.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::decision::impl {

using feel::Type;

namespace {

constexpr int deepest = 50;

bool blank(std::string_view text) { return trim(text).empty(); }

}  // namespace

Types::Types(std::span<const Source> sources, const Limits& limits, Report report)
    : sources_(sources),
      limits_(limits),
      report_(std::move(report)),
      entries_(sources.size()),
      scopes_(sources.size()) {
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        for (const auto& item : sources[i].document.items) {
            if (item.name.empty()) continue;
            const auto [place, fresh] =
                entries_[i].try_emplace(item.name, Entry{&item, i, Entry::State::fresh, {}});
            if (!fresh)
                report_(sources[i].document, item.line, item.name, "decision.duplicate",
                        "a type of this name is defined twice", {});
        }
    }
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        for (const auto& [name, held] : entries_[i]) find(i, name);
    }
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        auto& scope = scopes_[i];
        for (const auto& [name, from] : sources[i].imports) {
            for (const auto& [type_name, held] : entries_[from])
                scope.add_type(name.empty() ? type_name : fmt::format("{}.{}", name, type_name), held.type);
        }
        for (const auto& [name, held] : entries_[i]) scope.add_type(name, held.type);
    }
}

const Types::Entry* Types::entry(std::uint32_t source, std::string_view name) const {
    const auto local = entries_[source].find(name);
    if (local != entries_[source].end()) return &local->second;
    for (const auto& [import, from] : sources_[source].imports) {
        const auto inside =
            import.empty() ? name
            : name.starts_with(import) && name.substr(import.size()).starts_with('.')
                ? name.substr(import.size() + 1)
                : std::string_view{};
        const auto found = entries_[from].find(inside);
        if (!inside.empty() && found != entries_[from].end()) return &found->second;
    }
    return nullptr;
}

std::optional<Type> Types::find(std::uint32_t source, std::string_view name) {
    const auto* known = entry(source, name);
    if (known == nullptr) return std::nullopt;
    auto& held = const_cast<Entry&>(*known);
    if (held.state == Entry::State::done) return held.type;
    const auto& document = sources_[held.source].document;
    if (held.state == Entry::State::open || depth_ > deepest) {
        report_(document, held.definition->line, held.definition->name, "decision.recursive-type",
                "the type is made of itself, or too deeply nested", {});
        return Type{};
    }
    held.state = Entry::State::open;
    ++depth_;
    held.type = build(held.source, *held.definition).with_name(held.definition->name);
    --depth_;
    held.state = Entry::State::done;
    return held.type;
}

Type Types::resolve(std::uint32_t source, std::string_view reference, std::size_t line,
                    std::string_view element) {
    const auto name = feel::normalise_name(reference);
    if (name.empty()) return {};
    if (const auto simple = Type::named(name)) return *simple;
    if (auto found = find(source, name)) return *found;
    const auto& document = sources_[source].document;
    // DMN 1.1: a qualified name of XML.
    if (const auto colon = name.find(':'); colon != std::string::npos) {
        const auto prefix = document.prefixes.find(name.substr(0, colon));
        const auto local = name.substr(colon + 1);
        const auto space = prefix == document.prefixes.end() ? std::string_view{}
                                                             : std::string_view(prefix->second);
        if (space.empty() || is_feel_namespace(space)) {
            if (const auto simple = Type::named(local)) return *simple;
        }
        if (space == document.space) {
            if (auto found = find(source, local)) return *found;
        }
        for (const auto& [import, from] : sources_[source].imports) {
            if (sources_[from].document.space != space) continue;
            if (auto found = find(from, local)) return *found;
        }
    }
    if (name.find('<') != std::string::npos) {
        if (auto parsed = feel::parse_type(name, names_within(source, name))) return *parsed;
    }
    report_(document, line, element, "feel.unknown-type",
            fmt::format("\"{}\" is no known type", name), {});
    return {};
}

// A scope that knows the types mentioned in "list<tIncome>" and its like.
feel::Scope Types::names_within(std::uint32_t source, std::string_view text) {
    static constexpr std::string_view signs = "<>,:";
    feel::Scope scope;
    while (!text.empty()) {
        const auto end = text.find_first_of(signs);
        auto word = trim(text.substr(0, end));
        if (word.starts_with("->")) word = trim(word.substr(2));
        if (auto found = word.empty() ? std::nullopt : find(source, word))
            scope.add_type(word, *found);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return scope;
}

Type Types::constrained(std::uint32_t source, const ItemDefinition& definition, const Text& tests,
                        Type type, bool each) {
    if (blank(tests.text)) return type;
    auto compiled = feel::UnaryTests::compile(tests.text, {}, type, limits_.feel);
    if (!compiled) {
        report_(sources_[source].document, tests.line, definition.name, compiled.error().key,
                compiled.error().detail, tests.text);
        return type;
    }
    return type.constrained([allowed = std::move(*compiled), each](const feel::Value& value) {
        static const feel::Bindings none;
        const auto holds = [&](const feel::Value& one) {
            return one.is_null() || allowed.matches(one, none);
        };
        if (const auto* list = value.list(); list != nullptr && each)
            return std::all_of(list->begin(), list->end(), holds);
        return holds(value);
    });
}

Type Types::build(std::uint32_t source, const ItemDefinition& definition, bool constrain) {
    Type type;
    if (definition.function) {
        std::vector<Type> parameters;
        for (const auto& parameter : definition.components)
            parameters.push_back(resolve(source, parameter.type, definition.line, definition.name));
        type = Type::function_of(std::move(parameters), resolve(source, definition.type,
                                                                definition.line, definition.name));
    } else if (!definition.components.empty()) {
        std::vector<Type::Member> members;
        for (const auto& component : definition.components)
            members.push_back({component.name, build(source, component)});
        type = Type::context_of(std::move(members));
    } else {
        type = resolve(source, definition.type, definition.line, definition.name);
    }
    if (constrain)
        type = constrained(source, definition, definition.allowed, std::move(type), true);
    if (definition.collection) type = Type::list_of(std::move(type));
    return constrain
               ? constrained(source, definition, definition.constraint, std::move(type), false)
               : type;
}

std::string Types::allowed_values(std::uint32_t source, std::string_view reference) const {
    const auto* held = entry(source, feel::normalise_name(reference));
    if (held == nullptr || held->definition->collection || held->type.kind() == Type::Kind::list)
        return {};
    return blank(held->definition->allowed.text) ? std::string{} : held->definition->allowed.text;
}

Type Types::unconstrained(std::uint32_t source, std::string_view reference, std::size_t line,
                          std::string_view element) {
    const auto* held = entry(source, feel::normalise_name(reference));
    if (held == nullptr || allowed_values(source, reference).empty() ||
        !blank(held->definition->constraint.text)) {
        return resolve(source, reference, line, element);
    }
    return build(held->source, *held->definition, false).with_name(held->definition->name);
}

}  // namespace wasl::decision::impl
