// Walks the nodes of a program over a frame of slots.
#pragma once

#include "feel/function.hpp"
#include "feel/impl/program.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace wasl::feel::impl {

class Evaluator {
public:
    // `frame` has at least as many slots as the code that is walked asks for.
    Evaluator(const std::shared_ptr<const Program>& program, Evaluation& evaluation, std::span<Value> frame)
        : program_(program), code_(*program), evaluation_(evaluation), frame_(frame) {}

    Value evaluate(NodeId id);
    // The root of unary tests, against the value in the slot of "?".
    bool matches(const Node& tests);

private:
    Value walk(NodeId id, const Node& node);
    Value error(const Node& node, const char* key, std::string detail);
    [[nodiscard]] std::span<const std::uint32_t> items(const Node& node, std::size_t width = 1) const {
        return std::span(code_.extra).subspan(node.b, node.count * width);
    }

    Value binary(const Node& node);
    Value applied(const Node& node, const Value& left, const Value& right);
    Value item_name(const Node& node);
    Value list(const Node& node);
    Value context(const Node& node);
    Value interval(const Node& node);
    Value comparison_range(const Node& node);
    Value between(const Node& node);
    Value in(const Node& node);
    Value conjunction(const Node& node);
    Value disjunction(const Node& node);
    Value condition(const Node& node);
    Value iteration(const Node& node);
    Value quantified(const Node& node);
    Value filter(const Node& node);
    Value index(const Node& node, const List& list, const Decimal& position);
    Value path(const Node& node);
    Value call_value(const Node& node);
    Value call_named(const Node& node);
    Value call_builtin(const Node& node);
    Value call_builtin_named(const Node& node);
    Value instance_of(const Node& node);
    Value function(const Node& node);
    bool satisfied(const Node& test, const Value& tested);

    // Runs `body` for every combination of the iterators' values; false from it stops. False when a
    // domain is no list.
    template <class Body>
    bool loop(const Node& node, std::size_t iterator, Body& body);
    struct Without {
        bool first = false, last = false;  // ends that are not part of the range
    };
    template <class Body>
    bool loop_range(const Node& node, std::size_t iterator, const Value& from, const Value& to, Without without, Body& body);

    const std::shared_ptr<const Program>& program_;
    const Program& code_;
    Evaluation& evaluation_;
    std::span<Value> frame_;
    bool stopped_ = false;
};

}  // namespace wasl::feel::impl
