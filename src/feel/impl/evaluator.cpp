#include "feel/impl/evaluator.hpp"

#include "feel/impl/builtins.hpp"
#include "feel/impl/cost.hpp"
#include "feel/impl/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace wasl::feel::impl {

namespace {

// One level of nested evaluation while it lives.
class Deeper {
public:
    explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

private:
    int& depth_;
};

// A function literal with the values it closed over.
class Closure final : public Function, public std::enable_shared_from_this<Closure> {
public:
    Closure(std::shared_ptr<const Program> program, const FunctionCode& code, std::vector<Value> captured)
        : program_(std::move(program)), code_(code), captured_(std::move(captured)) {
        for (std::size_t i = 0; i < code.names.size(); ++i) parameters_.push_back({code.names[i], code.types[i]});
    }
    [[nodiscard]] std::string_view name() const override { return {}; }
    [[nodiscard]] const std::vector<Parameter>& parameters() const override { return parameters_; }
    [[nodiscard]] const Type& result() const override { return code_.result; }
    [[nodiscard]] Value invoke(std::span<const Value> arguments, Evaluation& evaluation) const override {
        std::vector<Value> frame(code_.frame_size);
        std::copy(arguments.begin(), arguments.end(), frame.begin());
        for (std::size_t i = 0; i < captured_.size(); ++i) frame[code_.captures[i].to] = captured_[i];
        if (code_.self != no_node) frame[code_.self] = std::shared_ptr<const Function>(shared_from_this());
        return Evaluator(program_, evaluation, frame).evaluate(code_.body);
    }

private:
    std::shared_ptr<const Program> program_;
    const FunctionCode& code_;
    std::vector<Value> captured_;
    std::vector<Parameter> parameters_;
};

}  // namespace

Value Evaluator::error(const Node& node, const char* key, std::string detail) {
    evaluation_.report(key, std::move(detail), node.position);
    return {};
}

Value Evaluator::evaluate(NodeId id) {
    const auto& node = code_.nodes[id];
    if (node.op <= Op::folded) return code_.constants[node.a];
    if (node.op == Op::slot) return frame_[node.a];
    return walk(id, node);
}

Value Evaluator::walk(NodeId id, const Node& node) {
    if (!evaluation_.spend(1)) return {};
    const Deeper level(evaluation_.depth);
    if (evaluation_.depth > evaluation_.limits.depth) {
        evaluation_.exhaust("the evaluation nests too deeply", node.position);
        return {};
    }
    switch (node.op) {
        case Op::constant:
        case Op::folded:
        case Op::slot: return evaluate(id);
        case Op::unknown: return error(node, "feel.unknown-name", fmt::format("\"{}\" is not known here", code_.texts[node.a]));
        case Op::no_number: return error(node, "feel.arithmetic", fmt::format("{} is beyond the range of numbers", code_.texts[node.a]));
        case Op::builtin: return builtin_function(node.a);
        case Op::item_name: return item_name(node);
        case Op::list: return list(node);
        case Op::context: return context(node);
        case Op::interval: return interval(node);
        case Op::comparison_range: return comparison_range(node);
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::power:
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal: return binary(node);
        case Op::negate: return negate(evaluate(node.a), evaluation_, node.position);
        case Op::between: return between(node);
        case Op::in: return in(node);
        case Op::conjunction: return conjunction(node);
        case Op::disjunction: return disjunction(node);
        case Op::condition: return condition(node);
        case Op::iteration: return iteration(node);
        case Op::some:
        case Op::every: return quantified(node);
        case Op::filter: return filter(node);
        case Op::path: return path(node);
        case Op::call: return call_value(node);
        case Op::call_named: return call_named(node);
        case Op::call_builtin: return call_builtin(node);
        case Op::call_builtin_named: return call_builtin_named(node);
        case Op::instance_of: return instance_of(node);
        case Op::function: return function(node);
        case Op::tests: return matches(node);
        case Op::test: return evaluate(node.a);
    }
    return {};
}

// "a + b - c …" leans to the left as far as it is long: it is walked down and back, without recursion.
Value Evaluator::binary(const Node& node) {
    if (!is_binary(code_.nodes[node.a].op)) {
        const auto left = evaluate(node.a);
        return applied(node, left, evaluate(node.b));
    }
    std::vector<const Node*> chain{&node};
    while (is_binary(code_.nodes[chain.back()->a].op)) chain.push_back(&code_.nodes[chain.back()->a]);
    if (!evaluation_.spend(chain.size() - 1)) return {};
    auto value = evaluate(chain.back()->a);
    for (auto at = chain.rbegin(); at != chain.rend() && !evaluation_.exhausted(); ++at) {
        value = applied(**at, value, evaluate((*at)->b));
    }
    return value;
}

Value Evaluator::applied(const Node& node, const Value& left, const Value& right) {
    if (node.op >= Op::equal) {
        if (!evaluation_.spend(std::min(left.weight(), right.weight()) - 1)) return {};
        const bool by_order = node.op >= Op::less;
        return by_order ? ordered(node.op, left, right, evaluation_, node.position)
                        : equality(node.op, left, right, evaluation_, node.position);
    }
    if (const auto *x = left.string(), *y = right.string(); x != nullptr && y != nullptr) {
        if (x->size() + y->size() > evaluation_.limits.string_bytes) {
            evaluation_.exhaust("the text grows too long", node.position);
            return {};
        }
        if (!evaluation_.spend((x->size() + y->size()) / 8)) return {};
    }
    if (node.op == Op::power && !evaluation_.spend(cost::power)) return {};
    if (node.op == Op::divide && !evaluation_.spend(cost::division)) return {};
    return arithmetic(node.op, left, right, evaluation_, node.position);
}

Value Evaluator::item_name(const Node& node) {
    const auto& name = code_.texts[node.a];
    bool in_context = false;
    for (const auto slot : items(node)) {
        if (const auto* context = frame_[slot].context()) {
            if (const auto* entry = context->find(name)) return *entry;
            in_context = true;
        }
    }
    if (node.c != no_node) return evaluate(node.c);
    // An element without the entry contributes null.
    if (in_context) return {};
    return error(node, "feel.unknown-name", fmt::format("\"{}\" is not known here", name));
}

Value Evaluator::list(const Node& node) {
    List out;
    out.reserve(node.count);
    for (const auto element : items(node)) {
        out.push_back(evaluate(element));
        if (evaluation_.exhausted()) return {};
    }
    Value value(std::move(out));
    return value.is_null() ? error(node, "feel.limit", "the list is nested too deeply or too large") : value;
}

Value Evaluator::context(const Node& node) {
    const auto entries = items(node, 3);
    Context out;
    std::unordered_set<std::string_view> keys;
    bool repeated = false;
    for (std::size_t i = 0; i < entries.size(); i += 3) {
        const auto& key = code_.texts[entries[i]];
        auto value = evaluate(entries[i + 1]);
        if (evaluation_.exhausted()) return {};
        frame_[entries[i + 2]] = value;
        repeated = repeated || (node.count > 16 ? !keys.insert(key).second : out.find(key) != nullptr);
        out.append(key, std::move(value));
    }
    if (repeated) return error(node, "feel.duplicate-key", "a key stands twice in the context");
    Value value(std::move(out));
    return value.is_null() ? error(node, "feel.limit", "the context is nested too deeply or too large") : value;
}

Value Evaluator::interval(const Node& node) {
    Range range{evaluate(node.a), evaluate(node.b), (node.flag & 1U) != 0, (node.flag & 2U) != 0, Range::Form::interval};
    if (range.start.is_null() && range.end.is_null()) return error(node, "feel.range", "an interval needs at least one end");
    const auto orderable = [](const Value& value) { return value.is_null() || compare(value, value).has_value(); };
    if (!orderable(range.start) || !orderable(range.end)) return error(node, "feel.range", "the ends of an interval must have an order");
    if (!range.start.is_null() && !range.end.is_null()) {
        const auto order = compare(range.start, range.end);
        if (!order) return error(node, "feel.range", "the ends of an interval must be of one kind");
        if (*order > 0) return error(node, "feel.range", "the interval starts after its end");
    }
    return range;
}

Value Evaluator::comparison_range(const Node& node) {
    const auto form = static_cast<Range::Form>(node.flag);
    auto operand = evaluate(node.a);
    const bool by_order = form != Range::Form::equal && form != Range::Form::not_equal;
    if (by_order && !compare(operand, operand)) return error(node, "feel.range", "the operand of a test must have an order");
    if (operand.depth() > 1) return error(node, "feel.range", "the operand of a test is no simple value");
    switch (form) {
        case Range::Form::less: return Range{{}, std::move(operand), false, false, form};
        case Range::Form::less_or_equal: return Range{{}, std::move(operand), false, true, form};
        case Range::Form::greater: return Range{std::move(operand), {}, false, false, form};
        case Range::Form::greater_or_equal: return Range{std::move(operand), {}, true, false, form};
        default: return Range{operand, operand, form == Range::Form::equal, form == Range::Form::equal, form};
    }
}

Value Evaluator::between(const Node& node) {
    const auto value = evaluate(node.a);
    const auto low = ordered(Op::greater_equal, value, evaluate(node.b), evaluation_, node.position);
    const auto high = ordered(Op::less_equal, value, evaluate(node.c), evaluation_, node.position);
    if (low.is_false() || high.is_false()) return false;
    if (low.is_null() || high.is_null()) return {};
    return true;
}

Value Evaluator::in(const Node& node) {
    const auto value = evaluate(node.a);
    bool unknown = false;
    for (const auto test : items(node)) {
        const auto against = evaluate(test);
        if (!evaluation_.spend(against.weight())) return {};
        const auto found = satisfies(value, against);
        if (found == true) return true;
        unknown = unknown || !found;
    }
    return unknown ? error(node, "feel.type-mismatch", "the value cannot be compared with a test") : Value(false);
}

Value Evaluator::conjunction(const Node& node) {
    bool unknown = false;
    for (const auto operand : items(node)) {
        const auto value = evaluate(operand);
        if (value.is_false()) return false;
        unknown = unknown || !value.is_true();
    }
    return unknown ? Value{} : Value(true);
}

Value Evaluator::disjunction(const Node& node) {
    bool unknown = false;
    for (const auto operand : items(node)) {
        const auto value = evaluate(operand);
        if (value.is_true()) return true;
        unknown = unknown || !value.is_false();
    }
    return unknown ? Value{} : Value(false);
}

Value Evaluator::condition(const Node& node) {
    const auto test = evaluate(node.a);
    if (test.is_true()) return evaluate(node.b);
    if (!test.is_false() && !test.is_null()) return error(node, "feel.type-mismatch", "the condition of \"if\" is no boolean");
    return evaluate(node.c);
}

template <class Body>
bool Evaluator::loop_range(const Node& node, std::size_t iterator, const Value& from, const Value& to, Without without, Body& body) {
    const auto slot = items(node, 4)[iterator * 4 + 1];
    std::int64_t first = 0;
    std::int64_t last = 0;
    const bool dates = from.date() != nullptr && to.date() != nullptr;
    if (dates) {
        first = from.date()->days_since_epoch();
        last = to.date()->days_since_epoch();
    } else {
        const auto a = from.number() == nullptr ? std::nullopt : from.number()->to_integer();
        const auto b = to.number() == nullptr ? std::nullopt : to.number()->to_integer();
        if (!a || !b) {
            error(node, "feel.type-mismatch", "an iteration runs between two integers or two dates");
            return false;
        }
        first = *a;
        last = *b;
    }
    const std::int64_t step = first <= last ? 1 : -1;
    if (first == last && (without.first || without.last)) return true;
    if (without.first) first += step;
    if (without.last && first == last) return true;
    if (without.last) last -= step;
    for (auto i = first;; i += step) {
        if (!evaluation_.spend(1)) return false;
        frame_[slot] = dates ? Value(Date::from_days(i)) : Value(i);
        if (!loop(node, iterator + 1, body)) return false;
        if (stopped_ || i == last) return true;
    }
}

template <class Body>
bool Evaluator::loop(const Node& node, std::size_t iterator, Body& body) {
    if (iterator == node.count) {
        stopped_ = !body();
        return true;
    }
    const auto spec = items(node, 4).subspan(iterator * 4, 4);
    const auto domain = evaluate(spec[2]);
    if (spec[3] != no_node) return loop_range(node, iterator, domain, evaluate(spec[3]), {}, body);
    if (const auto* list = domain.list()) {
        for (const auto& element : *list) {
            if (!evaluation_.spend(1)) return false;
            frame_[spec[1]] = element;
            if (!loop(node, iterator + 1, body)) return false;
            if (stopped_) return true;
        }
        return true;
    }
    if (const auto* range = domain.range(); range != nullptr && range->form <= Range::Form::equal && !range->start.is_null() && !range->end.is_null()) {
        return loop_range(node, iterator, range->start, range->end, {!range->start_included, !range->end_included}, body);
    }
    if (domain.is_null() || domain.range() != nullptr) {
        error(node, "feel.type-mismatch", "there is no list to go through");
        return false;
    }
    frame_[spec[1]] = domain;
    return loop(node, iterator + 1, body);
}

Value Evaluator::iteration(const Node& node) {
    List results;
    const auto body = [&] {
        if (node.flag != 0) {
            if (!evaluation_.spend(results.size())) return false;
            frame_[node.c] = Value(results);
        }
        results.push_back(evaluate(node.a));
        return !evaluation_.exhausted() && results.size() < evaluation_.limits.list_elements;
    };
    stopped_ = false;
    const bool complete = loop(node, 0, body);
    const bool cut = stopped_;
    stopped_ = false;
    if (!complete) return {};
    Value value;
    if (!cut) value = Value(std::move(results));
    if (value.is_null()) evaluation_.exhaust("the result of \"for\" is too large", node.position);
    return value;
}

Value Evaluator::quantified(const Node& node) {
    const bool wanted = node.op == Op::some;  // the outcome that settles the matter
    bool found = false;
    bool unknown = false;
    bool mistyped = false;
    const auto body = [&] {
        const auto value = evaluate(node.a);
        const auto* holds = value.boolean();
        unknown = unknown || value.is_null();
        mistyped = mistyped || (holds == nullptr && !value.is_null());
        found = found || (holds != nullptr && *holds == wanted);
        return !evaluation_.exhausted() && !mistyped;
    };
    stopped_ = false;
    const bool complete = loop(node, 0, body);
    stopped_ = false;
    if (!complete || evaluation_.exhausted()) return {};
    if (mistyped) return error(node, "feel.type-mismatch", "what must be satisfied is no boolean");
    if (found) return wanted;
    return unknown ? Value{} : Value(!wanted);
}

Value Evaluator::index(const Node& node, const List& list, const Decimal& position) {
    const auto at = position.to_integer();
    const auto size = static_cast<std::int64_t>(list.size());
    if (!at || *at == 0 || *at > size || *at < -size) {
        return error(node, "feel.index", fmt::format("the list has no element {}", position.text()));
    }
    return list[static_cast<std::size_t>(*at > 0 ? *at - 1 : size + *at)];
}

Value Evaluator::filter(const Node& node) {
    auto from = evaluate(node.a);
    if (from.is_null()) return error(node, "feel.type-mismatch", "there is no list to filter");
    const List single = from.list() == nullptr ? List{from} : List{};
    const auto& list = from.list() == nullptr ? single : *from.list();
    if (node.flag == 0) {  // the same for every element
        const auto test = evaluate(node.b);
        if (const auto* position = test.number()) return index(node, list, *position);
        if (test.is_true()) return list;
        if (!test.is_false() && !test.is_null()) return error(node, "feel.type-mismatch", "a filter is a number or a boolean");
        return List{};
    }
    List kept;
    bool first = true;
    for (const auto& element : list) {
        if (!evaluation_.spend(1)) return {};
        frame_[node.c] = element;
        const auto test = evaluate(node.b);
        if (const auto* position = test.number(); position != nullptr && first) return index(node, list, *position);
        first = false;
        if (test.is_true()) kept.push_back(element);
        if (test.boolean() == nullptr && !test.is_null()) return error(node, "feel.type-mismatch", "a filter is a number or a boolean");
    }
    return kept;
}

Value Evaluator::path(const Node& node) {
    const auto from = evaluate(node.a);
    const auto& name = code_.texts[node.b];
    if (const auto* context = from.context()) {
        if (const auto* entry = context->find(name)) return *entry;
        return error(node, "feel.no-entry", fmt::format("there is no entry \"{}\"", name));
    }
    if (const auto* list = from.list()) {
        if (!evaluation_.spend(list->size())) return {};
        List out;
        out.reserve(list->size());
        for (const auto& element : *list) {
            if (element.context() != nullptr) {
                out.push_back(element[name]);
            } else {
                out.push_back(property(element, name).value_or(Value{}));
            }
        }
        return out;
    }
    if (auto value = property(from, name)) return std::move(*value);
    return error(node, "feel.no-entry", fmt::format("{} has no \"{}\"", to_string(from.kind()), name));
}

Value Evaluator::call_value(const Node& node) {
    const auto callee = evaluate(node.a);
    std::vector<Value> arguments;
    arguments.reserve(node.count);
    for (const auto argument : items(node)) arguments.push_back(evaluate(argument));
    if (evaluation_.exhausted()) return {};
    const auto* function = callee.function();
    if (function == nullptr) return error(node, "feel.not-a-function", "what is called is no function");
    return call(**function, std::span<const Value>(arguments), evaluation_, node.position);
}

Value Evaluator::call_named(const Node& node) {
    const auto callee = evaluate(node.a);
    const auto* function = callee.function();
    if (function == nullptr) return error(node, "feel.not-a-function", "what is called is no function");
    const auto pairs = items(node, 2);
    std::vector<NamedArgument> arguments;
    arguments.reserve(node.count);
    for (std::size_t i = 0; i < pairs.size(); i += 2) arguments.push_back({code_.texts[pairs[i]], evaluate(pairs[i + 1])});
    return call(**function, std::span<const NamedArgument>(arguments), evaluation_, node.position);
}

Value Evaluator::call_builtin(const Node& node) {
    std::array<Value, 4> few;
    if (node.count <= few.size()) {
        std::size_t count = 0;
        for (const auto argument : items(node)) few[count++] = evaluate(argument);
        return run_builtin(node.a, std::span(few).first(count), evaluation_, node.position);
    }
    std::vector<Value> arguments;
    arguments.reserve(node.count);
    for (const auto argument : items(node)) arguments.push_back(evaluate(argument));
    return run_builtin(node.a, arguments, evaluation_, node.position);
}

Value Evaluator::call_builtin_named(const Node& node) {
    if (node.c == 0) {
        return error(node, "feel.arguments", fmt::format("the named arguments fit no form of {}", builtin_at(node.a).name));
    }
    const auto width = builtin_at(node.a).signatures[node.c - 1].parameters.size();
    const auto places = std::span(code_.extra).subspan(node.b, width);
    std::vector<Value> arguments(width);
    std::uint64_t given = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (places[i] == no_node) continue;
        arguments[i] = evaluate(places[i]);
        given |= std::uint64_t{1} << i;
    }
    return run_builtin(node.a, node.c - 1, std::move(arguments), given, evaluation_, node.position);
}

Value Evaluator::instance_of(const Node& node) {
    const auto value = evaluate(node.a);
    if (node.b == no_node) return error(node, "feel.unknown-type", fmt::format("\"{}\" is no known type", code_.texts[node.c]));
    return code_.types[node.b].has_instance(value);
}

Value Evaluator::function(const Node& node) {
    const auto& code = code_.functions[node.a];
    std::vector<Value> captured;
    captured.reserve(code.captures.size());
    for (const auto& capture : code.captures) captured.push_back(frame_[capture.from]);
    auto closure = std::make_shared<Closure>(program_, code, std::move(captured));
    if (!code.external) return std::shared_ptr<const Function>(std::move(closure));
    std::vector<Value> none(code.names.size());
    return external_function(closure->parameters(), code.result, closure->invoke(none, evaluation_));
}

bool Evaluator::matches(const Node& tests) {
    if (tests.flag == 2) return true;
    const auto tested = frame_[tests.a];
    for (const auto id : items(tests)) {
        if (satisfied(code_.nodes[id], tested)) return tests.flag == 0;
    }
    return tests.flag == 1 && !evaluation_.exhausted();
}

// DMN 1.5, 7.3.3 and reference §1.3: a boolean over "?" decides by itself; everything else is
// compared with the tested value.
bool Evaluator::satisfied(const Node& test, const Value& tested) {
    const auto value = evaluate(test.a);
    if (!evaluation_.spend(value.weight())) return false;
    // What an expression over "?" leaves unknown is no match, not even for null.
    if (test.flag == 1 && (value.is_null() || value.boolean() != nullptr)) return value.is_true();
    return satisfies(tested, value) == true;
}

}  // namespace wasl::feel::impl
