#include "feel/impl/parser.hpp"

#include "feel/impl/builtins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wasl::feel::impl {

namespace {

constexpr std::uint16_t most_height = 500;

// Counts one level of syntax while it lives.
class Level {
public:
    explicit Level(int& nesting) : nesting_(nesting) { ++nesting_; }
    ~Level() { --nesting_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

private:
    int& nesting_;
};

// Sets a flag for a while.
class Setting {
public:
    Setting(bool& flag, bool value) : flag_(flag), before_(flag) { flag_ = value; }
    ~Setting() { flag_ = before_; }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;

private:
    bool& flag_;
    bool before_;
};

}  // namespace

Parser::Parser(std::vector<Token> tokens, const Scope::Data& scope, const Limits& limits)
    : tokens_(std::move(tokens)), scope_(scope), limits_(limits) {
    program_.limits = limits;
    program_.nodes.reserve(tokens_.size());
    functions_.emplace_back();
    if (!scope.item) return;
    program_.globals.push_back({"item", new_slot()});
    visible_.push_back({{}, {}, *scope.item, next_id_++, 0, program_.globals.back().slot, true, false});
}

void Parser::fail(std::string message, bool limit) {
    if (error_) return;
    error_ = SyntaxError{now().begin, std::move(message), limit};
    at_ = tokens_.size() - 1;  // every loop ends at the end
}

bool Parser::take_sign(Sign sign) {
    if (!now().is(sign)) return false;
    ++at_;
    return true;
}

bool Parser::expect_sign(Sign sign, std::string_view what) {
    if (take_sign(sign)) return true;
    fail(fmt::format("expected {}", what));
    return false;
}

bool Parser::take_word(std::string_view word) {
    if (!now().is_word(word)) return false;
    ++at_;
    return true;
}

bool Parser::expect_word(std::string_view word) {
    if (take_word(word)) return true;
    fail(fmt::format("expected \"{}\"", word));
    return false;
}

bool Parser::finish() {
    if (!failed() && now().kind != Token::Kind::end) fail(fmt::format("unexpected \"{}\"", now().text));
    program_.frame_size = functions_.front().code.frame_size;
    return !failed();
}

NodeId Parser::add(Node node, std::initializer_list<NodeId> children) {
    return add_list(node, {}, std::span(children.begin(), children.size()));
}

NodeId Parser::add_list(Node node, std::span<const std::uint32_t> items, std::span<const NodeId> children) {
    if (failed()) return no_node;
    for (const auto child : children) {
        if (child == no_node) continue;
        const auto& below = program_.nodes[child];
        const bool chained = is_binary(node.op) && child == node.a && is_binary(below.op);
        node.height = std::max(node.height, static_cast<std::uint16_t>(below.height + (chained ? 0 : 1)));
    }
    if (node.height > most_height) {
        fail("the expression is nested too deeply", true);
        return no_node;
    }
    if (!items.empty()) {
        node.b = static_cast<std::uint32_t>(program_.extra.size());
        program_.extra.insert(program_.extra.end(), items.begin(), items.end());
    }
    program_.nodes.push_back(node);
    return static_cast<NodeId>(program_.nodes.size() - 1);
}

NodeId Parser::binary(Op op, NodeId left, NodeId right, std::uint32_t position) {
    return add({.op = op, .a = left, .b = right, .position = position}, {left, right});
}

NodeId Parser::constant(Value value, std::uint32_t position) {
    program_.constants.push_back(std::move(value));
    return add({.op = Op::constant, .a = static_cast<std::uint32_t>(program_.constants.size() - 1), .position = position});
}

std::uint32_t Parser::text(std::string_view text) {
    constexpr std::size_t looked_at = 31;  // the newest: an expression repeats its own names
    const std::size_t oldest = program_.texts.size() - std::min(looked_at, program_.texts.size());
    for (std::size_t i = program_.texts.size(); i > oldest; --i) {
        if (program_.texts[i - 1] == text) return static_cast<std::uint32_t>(i - 1);
    }
    program_.texts.emplace_back(text);
    return static_cast<std::uint32_t>(program_.texts.size() - 1);
}

const Value* Parser::constant_of(NodeId node) const {
    if (node == no_node) return nullptr;
    const auto& held = program_.nodes[node];
    return held.op == Op::constant || held.op == Op::folded ? &program_.constants[held.a] : nullptr;
}

void Parser::fold(NodeId& node, Value value) {
    program_.constants.push_back(std::move(value));
    node = add({.op = Op::folded, .a = static_cast<std::uint32_t>(program_.constants.size() - 1), .b = node,
                .position = program_.nodes[node].position}, {node});
}

bool Parser::parse_expression() {
    expect_entry(scope_.entry);
    auto parsed = expression();
    program_.root = parsed.node;
    program_.type = std::move(parsed.type);
    return finish();
}

Parser::Parsed Parser::expression() {
    const Level level(nesting_);
    if (nesting_ > limits_.nesting) {
        fail("the expression is nested too deeply", true);
        return {};
    }
    const auto& token = now();
    if (token.keyword) {
        if (token.text == "if") return condition();
        if (token.text == "for") return iteration();
        if (token.text == "some") return quantified(Op::some);
        if (token.text == "every") return quantified(Op::every);
        if (token.text == "function" && peek().is(Sign::open)) return postfix_of(function_literal());
    }
    return disjunction();
}

Parser::Parsed Parser::disjunction() {
    auto first = conjunction();
    if (!now().is_word("or")) return first;
    const auto position = now().begin;
    std::vector<NodeId> operands{first.node};
    while (take_word("or")) operands.push_back(conjunction().node);
    const auto count = static_cast<std::uint32_t>(operands.size());
    return {add_list({.op = Op::disjunction, .count = count, .position = position}, operands, operands), Type::Kind::boolean};
}

Parser::Parsed Parser::conjunction() {
    auto first = comparison();
    if (!now().is_word("and")) return first;
    const auto position = now().begin;
    std::vector<NodeId> operands{first.node};
    while (take_word("and")) operands.push_back(comparison().node);
    const auto count = static_cast<std::uint32_t>(operands.size());
    return {add_list({.op = Op::conjunction, .count = count, .position = position}, operands, operands), Type::Kind::boolean};
}

bool Parser::is_comparator(const Token& token) {
    return token.kind == Token::Kind::sign && token.sign >= Sign::equal && token.sign <= Sign::greater_equal;
}

Parser::Parsed Parser::comparison() {
    auto left = addition();
    while (!failed()) {
        const auto position = now().begin;
        if (is_comparator(now())) {
            static constexpr Op operations[] = {Op::equal, Op::not_equal, Op::less, Op::less_equal, Op::greater, Op::greater_equal};
            const auto op = operations[static_cast<int>(now().sign) - static_cast<int>(Sign::equal)];
            ++at_;
            left = {binary(op, left.node, addition().node, position), Type::Kind::boolean};
        } else if (take_word("between")) {
            const auto low = addition().node;
            expect_word("and");
            const auto high = addition().node;
            left = {add({.op = Op::between, .a = left.node, .b = low, .c = high, .position = position}, {left.node, low, high}),
                    Type::Kind::boolean};
        } else if (take_word("in")) {
            left = {in_tests(left.node, position), Type::Kind::boolean};
        } else {
            break;
        }
    }
    return left;
}

NodeId Parser::in_tests(NodeId tested, std::uint32_t position) {
    std::vector<NodeId> tests;
    if (is_comparator(now())) {
        tests.push_back(comparison_range(true).node);
    } else if (now().is(Sign::open)) {
        const Setting inner(interval_end_, false);
        const auto opening = now().begin;
        ++at_;
        const bool operator_first = is_comparator(now());
        auto first = operator_first ? comparison_range(true) : expression();
        if (!operator_first && now().is(Sign::dots)) {
            tests.push_back(interval_from(first.node, false, opening).node);
        } else {
            tests.push_back(first.node);
            while (take_sign(Sign::comma)) tests.push_back((is_comparator(now()) ? comparison_range(true) : expression()).node);
            expect_sign(Sign::close, "\")\"");
            const bool goes_on = now().is(Sign::dot) || now().is(Sign::open_bracket) || now().is(Sign::open);
            if (tests.size() == 1 && !operator_first && goes_on) tests[0] = postfix_of(std::move(first)).node;
        }
    } else {
        tests.push_back(addition().node);
    }
    auto children = tests;
    children.push_back(tested);
    return add_list({.op = Op::in, .a = tested, .count = static_cast<std::uint32_t>(tests.size()), .position = position}, tests, children);
}

Parser::Parsed Parser::addition() {
    auto left = multiplication();
    while (now().is(Sign::plus) || now().is(Sign::minus)) {
        const auto position = now().begin;
        const auto op = now().is(Sign::plus) ? Op::add : Op::subtract;
        ++at_;
        left = {binary(op, left.node, multiplication().node, position), {}};
    }
    return left;
}

Parser::Parsed Parser::multiplication() {
    auto left = exponentiation();
    while (now().is(Sign::star) || now().is(Sign::slash)) {
        const auto position = now().begin;
        const auto op = now().is(Sign::star) ? Op::multiply : Op::divide;
        ++at_;
        left = {binary(op, left.node, exponentiation().node, position), {}};
    }
    return left;
}

Parser::Parsed Parser::exponentiation() {
    auto left = negation();
    while (now().is(Sign::power)) {
        const auto position = now().begin;
        ++at_;
        left = {binary(Op::power, left.node, negation().node, position), Type::Kind::number};
    }
    return left;
}

Parser::Parsed Parser::negation() {
    if (!now().is(Sign::minus)) return instance();
    const auto position = now().begin;
    std::size_t signs = 0;
    while (take_sign(Sign::minus)) ++signs;
    if (signs >= most_height) fail("the expression is nested too deeply", true);
    auto operand = instance();
    while (signs-- > 0 && !failed()) {
        const auto* number = constant_of(operand.node);
        const bool literal = number != nullptr && number->number() != nullptr;
        const Value negated = literal ? Value(number->number()->negated()) : Value{};
        operand.node = add({.op = Op::negate, .a = operand.node, .position = position}, {operand.node});
        if (literal && !failed()) fold(operand.node, negated);
    }
    return operand;
}

Parser::Parsed Parser::instance() {
    auto left = postfix();
    while (now().is_word("instance")) {
        const auto position = now().begin;
        ++at_;
        expect_word("of");
        std::string unknown;
        const auto known = type(&unknown);
        if (failed()) return {};
        std::uint32_t index = no_node;
        if (known && unknown.empty()) {
            program_.types.push_back(*known);
            index = static_cast<std::uint32_t>(program_.types.size() - 1);
        }
        const auto shown = unknown.empty() ? known->text() : unknown;
        left = {add({.op = Op::instance_of, .a = left.node, .b = index, .c = text(shown), .position = position}, {left.node}),
                Type::Kind::boolean};
    }
    return left;
}

Parser::Parsed Parser::condition() {
    const auto position = now().begin;
    ++at_;
    const auto test = expression().node;
    expect_word("then");
    auto chosen = expression();
    expect_word("else");
    auto other = expression();
    auto known = chosen.type.conforms_to(other.type) ? other.type : other.type.conforms_to(chosen.type) ? chosen.type : Type{};
    return {add({.op = Op::condition, .a = test, .b = chosen.node, .c = other.node, .position = position},
                {test, chosen.node, other.node}),
            std::move(known)};
}

bool Parser::iterators(std::vector<Iterator>& out) {
    do {
        auto declared = declared_name({}, "in");
        if (!declared) return false;
        const auto label = text(*declared);
        auto domain = expression();
        NodeId end = no_node;
        if (take_sign(Sign::dots)) end = expression().node;
        const auto& domain_type = domain.type;
        const bool has_elements = domain_type.kind() == Type::Kind::list || domain_type.kind() == Type::Kind::range;
        auto known = end != no_node ? Type{} : has_elements ? domain_type.element() : domain_type;
        const auto slot = declare(std::move(*declared), std::move(known));
        out.push_back({label, slot, domain.node, end});
    } while (take_sign(Sign::comma));
    return !failed();
}

std::vector<std::uint32_t> Parser::flat(const std::vector<Iterator>& iterators, std::vector<NodeId>& children) const {
    std::vector<std::uint32_t> items;
    for (const auto& iterator : iterators) {
        items.insert(items.end(), {iterator.name, iterator.slot, iterator.domain, iterator.end});
        children.push_back(iterator.domain);
        children.push_back(iterator.end);
    }
    return items;
}

Parser::Parsed Parser::iteration() {
    const auto position = now().begin;
    const auto mark = visible_.size();
    ++at_;
    std::vector<Iterator> loops;
    if (!iterators(loops) || !expect_word("return")) return {};
    const auto partial = declare("partial", Type::Kind::list);
    const auto partial_at = visible_.size() - 1;
    auto body = expression();
    const bool partial_used = !failed() && visible_[partial_at].used;
    visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, visible_.size())), visible_.end());
    std::vector<NodeId> children{body.node};
    const auto items = flat(loops, children);
    return {add_list({.op = Op::iteration, .flag = partial_used ? std::uint8_t{1} : std::uint8_t{0}, .a = body.node, .c = partial, .count = static_cast<std::uint32_t>(loops.size()),
                      .position = position}, items, children),
            Type::list_of(std::move(body.type))};
}

Parser::Parsed Parser::quantified(Op op) {
    const auto position = now().begin;
    const auto mark = visible_.size();
    ++at_;
    std::vector<Iterator> loops;
    if (!iterators(loops) || !expect_word("satisfies")) return {};
    const auto body = expression().node;
    visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, visible_.size())), visible_.end());
    std::vector<NodeId> children{body};
    const auto items = flat(loops, children);
    return {add_list({.op = op, .a = body, .count = static_cast<std::uint32_t>(loops.size()), .position = position}, items, children),
            Type::Kind::boolean};
}

// A function kept as an entry may call itself by the entry's name, unless that name means something else.
void Parser::expect_entry(std::string_view name) {
    entry_.clear();
    if (now().is_word("function") && peek().is(Sign::open)) entry_ = normalise_name(name);
}

bool Parser::is_visible(std::string_view name) const {
    const auto is_it = [&](const auto& known) { return known.name == name; };
    return find_builtin(name).has_value() || std::any_of(visible_.begin(), visible_.end(), is_it) ||
           std::any_of(scope_.names.begin(), scope_.names.end(), is_it);
}

Parser::Parsed Parser::function_literal() {
    const auto position = now().begin;
    auto own_name = std::exchange(entry_, {});
    const auto mark = visible_.size();
    const Setting inner(interval_end_, false);
    at_ += 2;  // "function" "("
    functions_.emplace_back();
    auto& code = functions_.back().code;
    while (!failed() && !take_sign(Sign::close)) {
        if (!code.names.empty() && !expect_sign(Sign::comma, "\",\" or \")\"")) break;
        auto declared = declared_name({Sign::colon, Sign::comma, Sign::close});
        if (!declared) break;
        Type known;
        const bool typed = take_sign(Sign::colon);
        if (typed) {
            std::string unknown;
            known = type(&unknown).value_or(Type{});
            if (!unknown.empty()) known = Type{}.with_name(unknown);
        }
        code.names.push_back(*declared);
        code.types.push_back(known);
        code.typed.push_back(typed);
        declare(std::move(*declared), std::move(known));
    }
    code.external = take_word("external");
    const bool named = !own_name.empty() && !is_visible(own_name);
    const auto own = visible_.size();
    const auto own_slot = named ? declare(std::move(own_name), {}) : no_node;
    auto body = expression();
    if (named && !failed() && visible_[own].used) functions_.back().code.self = own_slot;
    auto state = std::move(functions_.back());
    functions_.pop_back();
    visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, visible_.size())), visible_.end());
    state.code.body = body.node;
    auto parameters = state.code.types;
    auto names = state.code.names;
    program_.functions.push_back(std::move(state.code));
    return {add({.op = Op::function, .a = static_cast<std::uint32_t>(program_.functions.size() - 1), .position = position}, {body.node}),
            Type::function_of(std::move(parameters), std::move(body.type), std::move(names))};
}

bool Parser::parse_unary_tests(const Type& input) {
    program_.tested_slot = declare("?", input);
    tested_id_ = visible_.back().id;
    program_.type = Type::Kind::boolean;
    if (now().is(Sign::minus) && peek().kind == Token::Kind::end) {
        ++at_;
        program_.root = add({.op = Op::tests, .flag = 2, .a = program_.tested_slot});
        return finish();
    }
    std::vector<NodeId> tests;
    const auto list = [&] {
        tests.clear();
        do tests.push_back(test(true));
        while (take_sign(Sign::comma));
    };
    std::uint8_t negated = 0;
    if (now().is_word("not") && peek().is(Sign::open)) {
        // A negated list, if its parenthesis is the whole cell; else the function not().
        auto before = *this;
        at_ += 2;
        list();
        if (!failed() && take_sign(Sign::close) && now().kind == Token::Kind::end) {
            negated = 1;
        } else {
            // Scope and limits are references to the same objects: only the state goes back.
            tokens_ = std::move(before.tokens_);
            at_ = before.at_;
            program_ = std::move(before.program_);
            error_.reset();
            visible_ = std::move(before.visible_);
            functions_ = std::move(before.functions_);
            global_slots_ = std::move(before.global_slots_);
            nesting_ = before.nesting_;
            interval_end_ = false;
            question_marks_ = before.question_marks_;
            list();
        }
    } else {
        list();
    }
    program_.root = add_list({.op = Op::tests, .flag = negated, .a = program_.tested_slot,
                              .count = static_cast<std::uint32_t>(tests.size())}, tests, tests);
    return finish();
}

NodeId Parser::test(bool whole) {
    const auto position = now().begin;
    const auto before = question_marks_;
    const auto node = is_comparator(now()) ? comparison_range(true).node : whole ? expression().node : addition().node;
    const bool mentions = question_marks_ != before;
    return add({.op = Op::test, .flag = mentions ? std::uint8_t{1} : std::uint8_t{0}, .a = node, .position = position}, {node});
}

}  // namespace wasl::feel::impl
