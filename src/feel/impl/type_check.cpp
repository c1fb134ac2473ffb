#include "feel/impl/type_check.hpp"

#include "feel/impl/builtins.hpp"
#include "feel/impl/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

namespace wasl::feel::impl {

namespace {

using TypeKind = Type::Kind;

bool is_open(const Type& type) { return type.kind() == TypeKind::any || type.kind() == TypeKind::null; }
bool is_collection(const Type& type) { return type.kind() == TypeKind::list || type.kind() == TypeKind::range; }

std::string word(const Type& type) { return Type(type.kind()).text(); }

// A value of the kind, so that the operators themselves say what is defined and what comes of it.
Value sample(TypeKind kind) {
    const Date day{2020, 6, 15};
    switch (kind) {
        case TypeKind::boolean: return true;
        case TypeKind::number: return 2;
        case TypeKind::string: return "a";
        case TypeKind::date: return day;
        case TypeKind::time: return Time{10, 0, 0, 0, {}};
        case TypeKind::date_time: return DateTime{day, Time{10, 0, 0, 0, {}}};
        case TypeKind::days_duration: return DaysDuration{86'400, 0};
        case TypeKind::months_duration: return MonthsDuration{12};
        case TypeKind::list: return List{};
        case TypeKind::context: return Context{};
        case TypeKind::range: return Range{1, 2, true, true, Range::Form::interval};
        default: return {};
    }
}

// What a built-in gives when it gives something; Any for those whose result hangs on their arguments.
Type result_of(const std::string& name) {
    static const std::map<std::string, Type, std::less<>> known = [] {
        std::map<std::string, Type, std::less<>> out;
        const auto give = [&](const Type& type, std::initializer_list<std::string_view> names) {
            for (const auto each : names) out.emplace(each, type);
        };
        give(TypeKind::string, {"string", "substring", "upper case", "lower case", "substring before", "substring after", "replace",
                            "string join", "day of week", "month of year"});
        give(TypeKind::number, {"number", "string length", "count", "sum", "mean", "median", "product", "stddev", "decimal", "floor",
                            "ceiling", "round up", "round down", "round half up", "round half down", "modulo", "sqrt", "log", "exp",
                            "day of year", "week of year"});
        give(TypeKind::boolean, {"not", "is", "all", "any", "contains", "starts with", "ends with", "matches", "list contains", "odd",
                             "even", "before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after",
                             "finishes", "finished by", "includes", "during", "starts", "started by", "coincides"});
        give(TypeKind::date, {"date", "today"});
        give(TypeKind::time, {"time"});
        give(TypeKind::date_time, {"date and time", "now"});
        give(TypeKind::months_duration, {"years and months duration"});
        give(TypeKind::context, {"context", "context put", "context merge"});
        give(Type::list_of(TypeKind::string), {"split"});
        give(Type::list_of(TypeKind::number), {"index of", "mode"});
        give(TypeKind::list, {"append", "concatenate", "insert before", "remove", "list replace", "reverse", "union", "distinct values",
                          "flatten", "sort", "sublist", "get entries"});
        return out;
    }();
    const auto found = known.find(name);
    return found == known.end() ? Type{} : found->second;
}

class Checker {
public:
    Checker(const Program& program, const Scope& scope) : program_(program) {
        std::vector<Type> frame(program.frame_size);
        for (const auto& global : program.globals) {
            for (const auto& known : scope.data().names) {
                if (known.name == global.name) frame[global.slot] = known.type;
            }
            if (global.name == "item" && scope.data().item) frame[global.slot] = *scope.data().item;
        }
        frame_ = std::move(frame);
    }

    CheckedType run(const Type& tested) {
        if (program_.tested_slot < frame_.size() && program_.nodes[program_.root].op == Op::tests)
            frame_[program_.tested_slot] = tested;
        auto type = infer(program_.root);
        return {std::move(type), std::move(clashes_)};
    }

private:
    [[nodiscard]] const Node& at(NodeId id) const { return program_.nodes[id]; }
    [[nodiscard]] std::span<const std::uint32_t> items(const Node& node, std::size_t width = 1) const {
        return std::span(program_.extra).subspan(node.b, node.count * width);
    }
    Type& slot(std::uint32_t index) { return frame_[index]; }

    Type clash(const Node& node, std::string detail) {
        if (clashes_.size() < Evaluation::most_diagnostics) clashes_.push_back({"feel.type-mismatch", std::move(detail), node.position});
        return {};
    }

    Type infer(NodeId id) {
        if (id == no_node) return {};
        const auto& node = at(id);
        if (is_binary(node.op)) return chain(id);
        switch (node.op) {
            case Op::constant:
            case Op::folded: return Type::of(program_.constants[node.a]);
            case Op::slot: return slot(node.a);
            case Op::item_name: return item_name(node);
            case Op::list: return list(node);
            case Op::context: return context(node);
            case Op::interval: return interval(node);
            case Op::comparison_range: return Type::range_of(infer(node.a));
            case Op::negate: return negated(node);
            case Op::between: return between(node);
            case Op::in: return in(node);
            case Op::conjunction:
            case Op::disjunction:
                for (const auto operand : items(node)) boolean(operand, node.op == Op::conjunction ? "of \"and\"" : "of \"or\"");
                return TypeKind::boolean;
            case Op::condition: return condition(node);
            case Op::iteration: return iteration(node);
            case Op::some:
            case Op::every: return quantified(node);
            case Op::filter: return filter(node);
            case Op::path: return path(node);
            case Op::call:
            case Op::call_named: return call(node);
            case Op::call_builtin: return call_builtin(node);
            case Op::call_builtin_named: return call_builtin_named(node);
            case Op::instance_of: infer(node.a); return TypeKind::boolean;
            case Op::function: return function(node);
            case Op::tests: return tests(node);
            case Op::test: return infer(node.a);
            case Op::builtin: return TypeKind::function;
            case Op::no_number: return TypeKind::null;
            default: return {};
        }
    }

    // A chain of left operands may be long: it is walked, not descended.
    Type chain(NodeId id) {
        std::vector<NodeId> nodes;
        while (id != no_node && is_binary(at(id).op)) {
            nodes.push_back(id);
            id = at(id).a;
        }
        auto left = infer(id);
        for (auto next = nodes.rbegin(); next != nodes.rend(); ++next) left = binary(at(*next), left, infer(at(*next).b));
        return left;
    }

    Type binary(const Node& node, const Type& left, const Type& right) {
        const bool arithmetical = node.op <= Op::power;
        auto otherwise = arithmetical ? Type{} : Type(TypeKind::boolean);
        if (is_open(left) || is_open(right) || left.kind() == TypeKind::function || right.kind() == TypeKind::function) return otherwise;
        Diagnostics found;
        Evaluation quiet(&found);
        const auto a = sample(left.kind()), b = sample(right.kind());
        const bool ordering = node.op >= Op::less && node.op <= Op::greater_equal;
        const auto value = arithmetical ? arithmetic(node.op, a, b, quiet, node.position)
                           : ordering   ? ordered(node.op, a, b, quiet, node.position)
                                        : equality(node.op, a, b, quiet, node.position);
        for (auto& one : found) {
            if (one.key == "feel.type-mismatch") {
                clash(node, std::move(one.detail));
                return otherwise;
            }
        }
        return arithmetical && !value.is_null() ? Type::of(value) : otherwise;
    }

    Type negated(const Node& node) {
        auto type = infer(node.a);
        if (is_open(type)) return {};
        Evaluation quiet;
        if (negate(sample(type.kind()), quiet, node.position).is_null()) return clash(node, fmt::format("-{} is not defined", word(type)));
        return type;
    }

    // What must be true or false, and something else is known to be neither.
    void boolean(NodeId id, std::string_view what) {
        const auto type = infer(id);
        if (is_open(type) || type.kind() == TypeKind::boolean) return;
        clash(at(id), fmt::format("the operand {} is a {}, not a boolean", what, word(type)));
    }

    Type item_name(const Node& node) {
        auto fallback = infer(node.c);
        for (const auto index : items(node)) {
            const auto& item = slot(index);
            if (item.kind() == TypeKind::any || (item.kind() == TypeKind::context && !item.has_members())) return {};
            if (const auto* member = item.member(program_.texts[node.a])) return *member;
        }
        return fallback;
    }

    // One type for both; Any when neither holds the other.
    static Type common(const Type& a, const Type& b) {
        if (a.kind() == TypeKind::null) return b;
        if (b.kind() == TypeKind::null || a.kind() == b.kind()) {
            const bool same = a.conforms_to(b) && b.conforms_to(a);
            return same ? a : Type(a.kind());
        }
        return {};
    }

    Type list(const Node& node) {
        Type element = TypeKind::null;
        for (const auto id : items(node)) element = common(element, infer(id));
        return Type::list_of(std::move(element));
    }

    Type context(const Node& node) {
        std::vector<Type::Member> members;
        const auto entries = items(node, 3);
        for (std::size_t i = 0; i < entries.size(); i += 3) {
            auto type = infer(entries[i + 1]);
            slot(entries[i + 2]) = type;
            members.push_back({program_.texts[entries[i]], std::move(type)});
        }
        return Type::context_of(std::move(members));
    }

    Type interval(const Node& node) {
        const auto start = infer(node.a), end = infer(node.b);
        const bool known = !is_open(start) && !is_open(end);
        if (known && start.kind() != end.kind()) clash(node, fmt::format("{} .. {} is not defined", word(start), word(end)));
        return Type::range_of(is_open(start) ? end : start);
    }

    Type between(const Node& node) {
        const auto value = infer(node.a);
        Node compared = node;
        compared.op = Op::greater_equal;
        binary(compared, value, infer(node.b));
        compared.op = Op::less_equal;
        binary(compared, value, infer(node.c));
        return TypeKind::boolean;
    }

    // Whether a test can be met by a value of the type at all.
    static bool can_meet(const Type& value, const Type& test) {
        if (is_open(value) || is_open(test)) return true;
        if (is_collection(value) || value.kind() == TypeKind::context || value.kind() == TypeKind::function) return true;
        if (is_collection(test)) return can_meet(value, test.element());
        return test.kind() == value.kind();
    }

    Type in(const Node& node) {
        const auto value = infer(node.a);
        for (const auto id : items(node)) {
            const auto test = infer(id);
            if (!can_meet(value, test)) clash(at(id), fmt::format("a {} never meets a {}", word(value), told(test)));
        }
        return TypeKind::boolean;
    }
    static std::string told(const Type& test) { return is_collection(test) && !is_open(test.element()) ? word(test.element()) : word(test); }

    Type condition(const Node& node) {
        const auto test = infer(node.a);
        if (!is_open(test) && test.kind() != TypeKind::boolean)
            clash(at(node.a), fmt::format("the condition of \"if\" is a {}, not a boolean", word(test)));
        const auto chosen = infer(node.b), other = infer(node.c);
        return common(chosen, other);
    }

    void iterators(const Node& node) {
        const auto loops = items(node, 4);
        for (std::size_t i = 0; i < loops.size(); i += 4) {
            auto domain = infer(loops[i + 2]);
            if (loops[i + 3] == no_node) {
                slot(loops[i + 1]) = is_collection(domain) ? Type(domain.element()) : std::move(domain);
                continue;
            }
            const auto end = infer(loops[i + 3]);
            const bool known = !is_open(domain) && !is_open(end);
            const bool counts = domain.kind() == TypeKind::number || domain.kind() == TypeKind::date;
            if (known && (domain.kind() != end.kind() || !counts))
                clash(node, fmt::format("an iteration runs between two integers or two dates, not {} and {}", word(domain), word(end)));
            slot(loops[i + 1]) = std::move(domain);
        }
    }

    Type iteration(const Node& node) {
        slot(node.c) = TypeKind::list;
        iterators(node);
        return Type::list_of(infer(node.a));
    }

    Type quantified(const Node& node) {
        iterators(node);
        const auto body = infer(node.a);
        if (!is_open(body) && body.kind() != TypeKind::boolean)
            clash(at(node.a), fmt::format("what must be satisfied is a {}, not a boolean", word(body)));
        return TypeKind::boolean;
    }

    Type filter(const Node& node) {
        const auto from = infer(node.a);
        Type element = from.kind() == TypeKind::list ? Type(from.element()) : from;
        slot(node.c) = element;
        const auto test = infer(node.b);
        if (test.kind() == TypeKind::number) return element;
        if (test.kind() == TypeKind::boolean) return Type::list_of(element);
        if (!is_open(test)) clash(at(node.b), fmt::format("a filter is a number or a boolean, not a {}", word(test)));
        return {};
    }

    Type path(const Node& node) {
        const auto from = infer(node.a);
        const auto& name = program_.texts[node.b];
        if (from.kind() == TypeKind::list) {
            const auto* member = from.element().member(name);
            return Type::list_of(member == nullptr ? Type{} : *member);
        }
        if (const auto* member = from.member(name)) return *member;
        // A context may hold more than its type tells.
        if (is_open(from) || from.kind() == TypeKind::context || from.kind() == TypeKind::function) return {};
        const auto value = property(sample(from.kind()), name);
        if (!value) return clash(node, fmt::format("a {} has no \"{}\"", word(from), name));
        if (from.kind() == TypeKind::range && value->number() != nullptr) return from.element();
        return value->is_null() ? Type{} : Type::of(*value);
    }

    void argument(NodeId id, const Type& given, const Type& wanted, std::string_view parameter) {
        if (given.may_become(wanted)) return;
        clash(at(id), fmt::format("{} is a {}, and a {} is wanted", parameter, word(given), word(wanted)));
    }

    Type call(const Node& node) {
        const auto callee = infer(node.a);
        const bool named = node.op == Op::call_named;
        const auto pairs = items(node, named ? 2 : 1);
        std::vector<std::pair<NodeId, Type>> given;
        for (std::size_t i = named ? 1 : 0; i < pairs.size(); i += named ? 2 : 1) given.emplace_back(pairs[i], infer(pairs[i]));
        if (!is_open(callee) && callee.kind() != TypeKind::function) return clash(node, fmt::format("a {} is no function", word(callee)));
        if (!callee.has_signature()) return {};
        const auto& wanted = callee.parameters();
        const auto& names = callee.parameter_names();
        if (!named) {
            if (given.size() != wanted.size())
                return clash(node, fmt::format("the function takes {} arguments, not {}", wanted.size(), given.size()));
            for (std::size_t i = 0; i < given.size(); ++i)
                argument(given[i].first, given[i].second, wanted[i], i < names.size() ? names[i] : fmt::format("argument {}", i + 1));
            return callee.result();
        }
        if (names.size() != wanted.size()) return callee.result();
        for (std::size_t i = 0; i < given.size(); ++i) {
            const auto& name = program_.texts[pairs[2 * i]];
            const auto place = std::ranges::find(names, name);
            if (place == names.end()) return clash(node, fmt::format("the function has no parameter \"{}\"", name));
            argument(given[i].first, given[i].second, wanted[static_cast<std::size_t>(place - names.begin())], name);
        }
        return callee.result();
    }

    void builtin_argument(NodeId id, const Type& given, const BuiltinParameter& wanted, const std::string& name) {
        argument(id, given, wanted.type, fmt::format("{}: {}", name, wanted.name));
    }

    Type call_builtin(const Node& node) {
        const auto& builtin = builtin_at(node.a);
        const auto arguments = items(node);
        std::vector<Type> given;
        for (const auto id : arguments) given.push_back(infer(id));
        std::vector<const Signature*> fitting;
        for (const auto& signature : builtin.signatures) {
            const auto least = std::ranges::count_if(signature.parameters, [](const auto& p) { return !p.optional; });
            const bool fits = signature.variadic ? !given.empty() : std::ssize(given) >= least && given.size() <= signature.parameters.size();
            if (fits) fitting.push_back(&signature);
        }
        if (fitting.empty()) return clash(node, fmt::format("{} does not take {} arguments", builtin.name, given.size()));
        const auto& parameters = fitting.front()->parameters;
        if (fitting.size() == 1 && !fitting.front()->variadic) {
            for (std::size_t i = 0; i < given.size(); ++i) builtin_argument(arguments[i], given[i], parameters[i], builtin.name);
        } else if (fitting.front()->variadic && parameters.size() == 1) {
            // One list, or its elements one by one.
            for (std::size_t i = 0; i < given.size(); ++i) builtin_argument(arguments[i], given[i], parameters[0], builtin.name);
        }
        return result_of(builtin.name);
    }

    Type call_builtin_named(const Node& node) {
        const auto& builtin = builtin_at(node.a);
        if (node.c == 0) {
            for (std::size_t i = 0; i < node.count; ++i) infer(program_.extra[node.b + 2 * i + 1]);
            return clash(node, fmt::format("the named arguments fit no form of {}", builtin.name));
        }
        const auto& parameters = builtin.signatures[node.c - 1].parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto id = program_.extra[node.b + i];
            if (id != no_node) builtin_argument(id, infer(id), parameters[i], builtin.name);
        }
        return result_of(builtin.name);
    }

    Type function(const Node& node) {
        const auto& code = program_.functions[node.a];
        std::vector<Type> inner(code.frame_size);
        std::copy(code.types.begin(), code.types.end(), inner.begin());
        for (const auto& capture : code.captures) inner[capture.to] = frame_[capture.from];
        if (code.self != no_node) inner[code.self] = Type::function_of(code.types, {}, code.names);
        std::swap(frame_, inner);
        auto result = infer(code.body);
        std::swap(frame_, inner);
        return Type::function_of(code.types, code.external ? Type{} : std::move(result), code.names);
    }

    Type tests(const Node& node) {
        const auto tested = slot(node.a);
        for (const auto id : items(node)) {
            const auto& test = at(id);
            const auto type = infer(test.a);
            // What speaks of "?" decides by itself.
            if (test.flag == 1 && type.kind() == TypeKind::boolean) continue;
            if (!can_meet(tested, type)) clash(test, fmt::format("the input is a {}, and never meets a {}", word(tested), told(type)));
        }
        return TypeKind::boolean;
    }

    const Program& program_;
    std::vector<Type> frame_;
    Diagnostics clashes_;
};

}  // namespace

CheckedType check_types(const Program& program, const Scope& scope, const Type& tested) { return Checker(program, scope).run(tested); }

}  // namespace wasl::feel::impl
