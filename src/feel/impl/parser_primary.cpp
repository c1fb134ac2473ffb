// Primaries and what binds to them: literals, lists, contexts, intervals, paths, filters, calls.
#include "feel/impl/builtins.hpp"
#include "feel/impl/parser.hpp"
#include "feel/impl/temporal_literal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::feel::impl {

namespace {

class Cleared {
public:
    explicit Cleared(bool& flag) : flag_(flag), before_(flag) { flag_ = false; }
    ~Cleared() { flag_ = before_; }
    Cleared(const Cleared&) = delete;
    Cleared& operator=(const Cleared&) = delete;

private:
    bool& flag_;
    bool before_;
};

}  // namespace

Parser::Parsed Parser::postfix() { return postfix_of(primary()); }

Parser::Parsed Parser::postfix_of(Parsed base) {
    while (!failed()) {
        if (now().is(Sign::dot)) {
            base = path(std::move(base));
        } else if (now().is(Sign::open_bracket)) {
            if (interval_end_ && bracket_closes_interval()) break;
            base = filter(std::move(base));
        } else if (now().is(Sign::open)) {
            base = invocation(std::move(base));
        } else {
            break;
        }
    }
    return base;
}

// In `]1..5[` the last bracket closes: it does if no expression can begin after it.
bool Parser::bracket_closes_interval() const {
    const auto& next = peek();
    if (next.kind == Token::Kind::end) return true;
    if (next.kind == Token::Kind::sign) {
        return next.sign != Sign::open && next.sign != Sign::open_bracket && next.sign != Sign::open_brace && next.sign != Sign::minus &&
               next.sign != Sign::at;
    }
    static constexpr std::string_view after[] = {"and", "or", "then", "else", "return", "satisfies", "in", "instance", "between"};
    return next.keyword && std::find(std::begin(after), std::end(after), next.text) != std::end(after);
}

Parser::Parsed Parser::primary() {
    const auto& token = now();
    switch (token.kind) {
        case Token::Kind::number:
        case Token::Kind::string: return literal();
        case Token::Kind::word:
            if (!token.keyword) return name();
            if (token.text == "true" || token.text == "false" || token.text == "null") return literal();
            if (token.text == "not" && peek().is(Sign::open)) {
                ++at_;
                return invocation_of_builtin(*find_builtin("not"), token.begin);
            }
            if (token.text == "if" || token.text == "for" || token.text == "some" || token.text == "every" || token.text == "function") {
                if (token.text != "function" || peek().is(Sign::open)) return expression();
            }
            break;
        case Token::Kind::sign:
            if (token.sign == Sign::open) return parenthesis();
            if (token.sign == Sign::open_bracket) return bracket();
            if (token.sign == Sign::open_brace) return context_literal();
            if (token.sign == Sign::at) return at_literal();
            if (token.sign == Sign::close_bracket) {
                const auto position = token.begin;
                const Cleared inner(interval_end_);
                ++at_;
                return interval_from(addition().node, false, position);
            }
            break;
        case Token::Kind::end: break;
    }
    fail(token.kind == Token::Kind::end ? std::string("the expression ends too early") : fmt::format("unexpected \"{}\"", token.text));
    return {};
}

Parser::Parsed Parser::literal() {
    const auto& token = now();
    ++at_;
    if (token.kind == Token::Kind::string) return {constant(unescape(token.text), token.begin), Type::Kind::string};
    if (token.kind == Token::Kind::number) {
        const auto number = Decimal::parse(token.text);
        if (!number) return {add({.op = Op::no_number, .a = text(token.text), .position = static_cast<std::uint32_t>(token.begin)}), Type::Kind::null};
        return {constant(Value(number), token.begin), number ? Type::Kind::number : Type::Kind::null};
    }
    if (token.text == "null") return {constant({}, token.begin), Type::Kind::null};
    return {constant(token.text == "true", token.begin), Type::Kind::boolean};
}

Parser::Parsed Parser::at_literal() {
    const auto position = now().begin;
    ++at_;
    if (now().kind != Token::Kind::string) {
        fail("expected a string after \"@\"");
        return {};
    }
    auto value = read_temporal(unescape(now().text));
    const auto known = Type::of(value);
    // The words are kept when they are no date, so that the text prints as it was.
    const auto shown = value.is_null() ? now().text : std::string_view{};
    ++at_;
    auto node = constant(std::move(value), position);
    if (!shown.empty() && !failed()) {
        program_.nodes[node].flag = 1;
        program_.nodes[node].b = text(shown);
    }
    return {node, known};
}

Parser::Parsed Parser::comparison_range(bool bare) {
    const auto position = now().begin;
    static constexpr Range::Form forms[] = {Range::Form::equal, Range::Form::not_equal, Range::Form::less, Range::Form::less_or_equal,
                                            Range::Form::greater, Range::Form::greater_or_equal};
    const auto form = forms[static_cast<int>(now().sign) - static_cast<int>(Sign::equal)];
    ++at_;
    auto operand = addition();
    return {add({.op = Op::comparison_range, .flag = static_cast<std::uint8_t>(form), .a = operand.node, .c = bare ? 1U : 0U,
                 .position = position}, {operand.node}),
            Type::range_of(std::move(operand.type))};
}

Parser::Parsed Parser::interval_from(NodeId start, bool start_included, std::uint32_t position) {
    if (!expect_sign(Sign::dots, "\"..\"")) return {};
    Parsed end;
    {
        const bool before = interval_end_;
        interval_end_ = true;
        end = addition();
        interval_end_ = before;
    }
    const bool end_included = now().is(Sign::close_bracket);
    if (!end_included && !now().is(Sign::close) && !now().is(Sign::open_bracket)) {
        fail("expected \"]\", \")\" or \"[\" at the end of the interval");
        return {};
    }
    ++at_;
    const auto flag = static_cast<std::uint8_t>((start_included ? 1 : 0) | (end_included ? 2 : 0));
    return {add({.op = Op::interval, .flag = flag, .a = start, .b = end.node, .position = position}, {start, end.node}),
            Type::range_of(std::move(end.type))};
}

Parser::Parsed Parser::parenthesis() {
    const auto position = now().begin;
    const Cleared inner(interval_end_);
    ++at_;
    if (is_comparator(now())) {
        auto range = comparison_range(false);
        expect_sign(Sign::close, "\")\"");
        return range;
    }
    auto first = expression();
    if (now().is(Sign::dots)) return interval_from(first.node, false, position);
    expect_sign(Sign::close, "\")\"");
    return first;
}

Parser::Parsed Parser::bracket() {
    const auto position = now().begin;
    const Cleared inner(interval_end_);
    ++at_;
    std::vector<NodeId> elements;
    Type element = Type::Kind::null;
    if (!take_sign(Sign::close_bracket)) {
        auto first = expression();
        if (now().is(Sign::dots)) return interval_from(first.node, true, position);
        element = std::move(first.type);
        elements.push_back(first.node);
        while (take_sign(Sign::comma)) {
            auto next = expression();
            if (!next.type.conforms_to(element)) element = element.conforms_to(next.type) ? next.type : Type{};
            elements.push_back(next.node);
        }
        expect_sign(Sign::close_bracket, "\",\" or \"]\"");
    }
    return {add_list({.op = Op::list, .count = static_cast<std::uint32_t>(elements.size()), .position = position}, elements, elements),
            Type::list_of(std::move(element))};
}

Parser::Parsed Parser::context_literal() {
    const auto position = now().begin;
    const auto mark = visible_.size();
    const Cleared inner(interval_end_);
    ++at_;
    std::vector<std::uint32_t> items;
    std::vector<NodeId> children;
    std::vector<Type::Member> members;
    while (!failed() && !take_sign(Sign::close_brace)) {
        if (!items.empty() && !expect_sign(Sign::comma, "\",\" or \"}\"")) break;
        std::optional<std::string> key;
        if (now().kind == Token::Kind::string) {
            key = unescape(now().text);
            ++at_;
        } else {
            key = declared_name({Sign::colon});
        }
        if (!key || !expect_sign(Sign::colon, "\":\"")) break;
        expect_entry(*key);
        auto entry = expression();
        const auto label = text(*key);
        const auto slot = declare(*key, entry.type);
        keys_.add(normalise_name(*key), 0);
        items.insert(items.end(), {label, entry.node, slot});
        children.push_back(entry.node);
        members.push_back({std::move(*key), std::move(entry.type)});
    }
    visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, visible_.size())), visible_.end());
    return {add_list({.op = Op::context, .count = static_cast<std::uint32_t>(items.size() / 3), .position = position}, items, children),
            Type::context_of(std::move(members))};
}

Parser::Parsed Parser::filter(Parsed base) {
    const auto position = now().begin;
    const Cleared inner(interval_end_);
    ++at_;
    const auto mark = visible_.size();
    const auto& element = base.type.kind() == Type::Kind::list ? base.type.element() : base.type;
    Visible item{{}, {}, element, next_id_++, static_cast<std::uint32_t>(functions_.size() - 1), new_slot(), true, false};
    const auto slot = item.slot;
    visible_.push_back(std::move(item));
    const auto predicate = expression();
    const bool depends = !failed() && visible_[mark].used;
    visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, visible_.size())), visible_.end());
    expect_sign(Sign::close_bracket, "\"]\"");
    const auto node = add({.op = Op::filter, .flag = depends ? std::uint8_t{1} : std::uint8_t{0}, .a = base.node, .b = predicate.node,
                           .c = slot, .position = position}, {base.node, predicate.node});
    const bool index = predicate.type.kind() == Type::Kind::number;
    if (base.type.kind() == Type::Kind::list) return {node, index ? Type(base.type.element()) : std::move(base.type)};
    return {node, index ? std::move(base.type) : Type::list_of(std::move(base.type))};
}

Parser::Parsed Parser::path(Parsed base) {
    const auto position = now().begin;
    ++at_;
    if (now().kind != Token::Kind::word) {
        fail("expected a name after \".\"");
        return {};
    }
    const auto& holder = base.type.kind() == Type::Kind::list ? base.type.element() : base.type;
    auto length = member_length(holder, rest());
    if (length == 0) length = std::max<std::size_t>(1, run_of_words(at_));
    const auto member = name_of(rest().first(length));
    at_ += length;
    const auto node = add({.op = Op::path, .a = base.node, .b = text(member), .position = position}, {base.node});
    const auto* known = holder.member(member);
    if (known == nullptr) return {node, {}};
    return {node, base.type.kind() == Type::Kind::list ? Type::list_of(*known) : *known};
}

// `f(name: …`: words and name signs up to a colon.
bool Parser::arguments_are_named() const {
    for (std::size_t ahead = 1; at_ + ahead < tokens_.size(); ++ahead) {
        const auto& token = tokens_[at_ + ahead];
        if (token.is(Sign::colon)) return ahead > 1;
        const bool may_stand_in_a_name = token.kind == Token::Kind::word || token.kind == Token::Kind::number ||
                                         (token.kind == Token::Kind::sign && (token.sign == Sign::dot || token.sign == Sign::plus ||
                                                                               token.sign == Sign::minus || token.sign == Sign::star ||
                                                                               token.sign == Sign::slash || token.sign == Sign::apostrophe));
        if (!may_stand_in_a_name) return false;
    }
    return false;
}

Parser::Parsed Parser::invocation(Parsed base) {
    const auto position = now().begin;
    const auto known = base.type.result();
    if (const auto& callee = program_.nodes[base.node]; callee.op == Op::builtin) return invocation_of_builtin(callee.a, callee.position);
    const Cleared inner(interval_end_);
    const bool named = arguments_are_named();
    ++at_;
    std::vector<std::uint32_t> items;
    std::vector<NodeId> children{base.node};
    while (!failed() && !take_sign(Sign::close)) {
        if (children.size() > 1 && !expect_sign(Sign::comma, "\",\" or \")\"")) break;
        if (named) {
            const auto label = declared_name({Sign::colon});
            if (!label || !expect_sign(Sign::colon, "\":\"")) break;
            items.push_back(text(*label));
        }
        children.push_back(expression().node);
        items.push_back(children.back());
    }
    const auto count = static_cast<std::uint32_t>(children.size() - 1);
    return {add_list({.op = named ? Op::call_named : Op::call, .a = base.node, .count = count, .position = position}, items, children), known};
}

// At the parenthesis: what can be known of a built-in's call is settled here.
Parser::Parsed Parser::invocation_of_builtin(std::size_t index, std::uint32_t position) {
    const Cleared inner(interval_end_);
    const auto& builtin = builtin_at(index);
    const bool named = arguments_are_named();
    ++at_;
    std::vector<NodeId> arguments;
    std::vector<std::string> names;
    while (!failed() && !take_sign(Sign::close)) {
        if (!arguments.empty() && !expect_sign(Sign::comma, "\",\" or \")\"")) break;
        if (named) {
            auto label = declared_name({Sign::colon});
            if (!label || !expect_sign(Sign::colon, "\":\"")) break;
            names.push_back(std::move(*label));
        }
        arguments.push_back(expression().node);
    }
    if (failed()) return {};
    if (!named) {
        std::vector<Value> values;
        for (const auto argument : arguments) {
            if (const auto* value = constant_of(argument)) values.push_back(*value);
        }
        const auto count = static_cast<std::uint32_t>(arguments.size());
        auto node = add_list({.op = Op::call_builtin, .a = static_cast<std::uint32_t>(index), .count = count, .position = position},
                             arguments, arguments);
        if (failed() || !builtin.foldable || values.size() != arguments.size()) return {node, {}};
        Evaluation quiet;
        auto value = run_builtin(index, values, quiet, position);
        if (value.is_null()) return {node, {}};
        auto known = Type::of(value);
        fold(node, std::move(value));
        return {node, std::move(known)};
    }
    // Arguments in the order of the signature, then names and nodes as written; c is 0 when nothing fits.
    const auto placed = place_named(builtin, names);
    std::vector<std::uint32_t> items;
    std::size_t width = 0;
    if (placed) {
        width = builtin.signatures[placed->signature].parameters.size();
        items.assign(width, no_node);
        for (std::size_t i = 0; i < arguments.size(); ++i) items[placed->places[i]] = arguments[i];
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) items.insert(items.end(), {text(names[i]), arguments[i]});
    return {add_list({.op = Op::call_builtin_named, .a = static_cast<std::uint32_t>(index),
                      .c = placed ? static_cast<std::uint32_t>(placed->signature) + 1 : 0,
                      .count = static_cast<std::uint32_t>(arguments.size()), .position = position}, items, arguments),
            {}};
}

}  // namespace wasl::feel::impl
