// The compiled form of an expression: nodes in one array, children by index, variables as slots of
// frames. The printer and the evaluator walk the same nodes.
#pragma once

#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace wasl::feel::impl {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = std::numeric_limits<NodeId>::max();

enum class Op : std::uint8_t {
    constant,      // a: constants
    folded,        // a: constants, b: the node it was folded from (for the printer)
    slot,          // a: slot, b: texts (its name)
    unknown,       // a: texts: a name known nowhere
    builtin,       // a: built-in function as a value
    no_number,     // a: texts: a literal beyond the range of numbers
    item_name,     // a: texts, b/count: slots of enclosing filters' items in `extra`, c: node if no item has it
    list,          // b/count: elements
    context,       // b/count: triples (texts key, node, slot)
    interval,      // a, b: ends (no_node for an open one); flag bit 0: start included, bit 1: end included
    comparison_range,  // a: operand, flag: Range::Form; c: 1 when written bare, in a test
    add, subtract, multiply, divide, power,  // a, b
    negate,        // a
    equal, not_equal, less, less_equal, greater, greater_equal,  // a, b
    between,       // a, b, c
    in,            // a, b/count: tests
    conjunction, disjunction,  // b/count
    condition,     // a, b, c
    iteration,     // a: return, c: slot of partial, b/count: iterators; flag: 1 when partial is read
    some, every,   // a: satisfies, b/count: iterators: quadruples (texts name, slot, domain, end of a..b or no_node)
    filter,        // a: list, b: predicate, c: slot of item; flag: 1 when the predicate may depend on the element
    path,          // a: from, b: texts
    call,          // a: callee, b/count: arguments
    call_named,    // a: callee, b/count: pairs (texts name, node)
    call_builtin,  // a: built-in, b/count: arguments (no_node: not given), c: 1 + signature, 0: choose by count
    call_builtin_named,  // the same, but printed with names: count pairs (texts, node) follow the arguments
    instance_of,   // a, b: types, or no_node for an unknown type; c: texts
    function,      // a: functions
    tests,         // b/count: tests; flag: 0 list, 1 negated, 2 "-"; a: slot of "?"
    test           // a: node; flag: 1 when it mentions "?"
};

// Operators with two operands; those of one strength group to the left, so that a long text of them
// is a long chain of left operands.
inline bool is_binary(Op op) {
    return (op >= Op::add && op <= Op::power) || (op >= Op::equal && op <= Op::greater_equal);
}

struct Node {
    Op op{};
    std::uint8_t flag = 0;
    std::uint16_t height = 1;  // of the tree below, itself included; a chain of left operands counts once
    std::uint32_t a = 0, b = 0, c = 0;
    std::uint32_t count = 0;
    std::uint32_t position = 0;  // byte offset in the text
};

// Code of a function literal. Frames are filled anew at each call: parameters in slots 0…n-1.
struct FunctionCode {
    std::vector<std::string> names;
    std::vector<Type> types;
    std::vector<bool> typed;  // whether the type was written
    struct Capture {
        std::uint32_t from;  // slot of the frame where the literal stands
        std::uint32_t to;
    };
    std::vector<Capture> captures;
    NodeId body = no_node;
    std::uint32_t frame_size = 0;
    std::uint32_t self = no_node;  // slot of the function itself, when its body calls it by its entry's name
    bool external = false;
    Type result;
};

struct Program {
    std::vector<Node> nodes;
    std::vector<std::uint32_t> extra;
    std::vector<Value> constants;
    std::vector<std::string> texts;
    std::vector<Type> types;
    std::vector<FunctionCode> functions;
    struct Global {
        std::string name;
        std::uint32_t slot;
    };
    std::vector<Global> globals;
    std::vector<std::string> names_used;
    std::vector<std::string> unknown_names;
    NodeId root = no_node;
    std::uint32_t frame_size = 0;
    std::uint32_t tested_slot = 0;  // of "?", for unary tests
    Type type;
    Limits limits;
};

std::string print(const Program& program, NodeId node);

}  // namespace wasl::feel::impl
