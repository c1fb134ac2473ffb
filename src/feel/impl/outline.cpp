#include "feel/outline.hpp"

#include "feel/impl/program.hpp"

namespace wasl::feel {

namespace {

using impl::Node;
using impl::NodeId;
using impl::Op;
using impl::Program;
using Says = Outline::Kind;

class Outliner {
public:
    explicit Outliner(const Program& program) : program_(program) {}

    // A compiled expression is no deeper than its limits allow.
    [[nodiscard]] std::optional<Outline> read(NodeId id) const {
        const Node& node = program_.nodes[id];
        switch (node.op) {
            case Op::conjunction: return joined(Says::all, node);
            case Op::disjunction: return joined(Says::any, node);
            case Op::slot: return Outline{Says::holds, {}, program_.texts[node.b], {}};
            case Op::equal: return compared(Says::equal, node);
            case Op::not_equal: return compared(Says::not_equal, node);
            case Op::less: return compared(Says::less, node);
            case Op::less_equal: return compared(Says::less_equal, node);
            case Op::greater: return compared(Says::greater, node);
            case Op::greater_equal: return compared(Says::greater_equal, node);
            case Op::in: return one_of(node);
            default: return std::nullopt;
        }
    }

private:
    [[nodiscard]] const Node& child(const Node& node, std::uint32_t i) const { return program_.nodes[program_.extra[node.b + i]]; }
    [[nodiscard]] const Value* constant(const Node& node) const {
        return node.op == Op::constant || node.op == Op::folded ? &program_.constants[node.a] : nullptr;
    }

    [[nodiscard]] std::optional<Outline> joined(Says kind, const Node& node) const {
        Outline out{kind, {}, {}, {}};
        for (std::uint32_t i = 0; i < node.count; ++i) {
            auto part = read(program_.extra[node.b + i]);
            if (!part) return std::nullopt;
            out.parts.push_back(std::move(*part));
        }
        return out;
    }
    [[nodiscard]] std::optional<Outline> compared(Says kind, const Node& node) const {
        const Node& left = program_.nodes[node.a];
        const auto* right = constant(program_.nodes[node.b]);
        if (left.op != Op::slot || right == nullptr) return std::nullopt;
        return Outline{kind, {}, program_.texts[left.b], {*right}};
    }
    [[nodiscard]] std::optional<Outline> one_of(const Node& node) const {
        const Node& left = program_.nodes[node.a];
        if (left.op != Op::slot) return std::nullopt;
        Outline out{Says::one_of, {}, program_.texts[left.b], {}};
        for (std::uint32_t i = 0; i < node.count; ++i) {
            const Node& test = child(node, i);
            const auto* value = test.op == Op::test ? constant(program_.nodes[test.a]) : constant(test);
            const bool plain = value != nullptr && (value->boolean() != nullptr || value->number() != nullptr || value->string() != nullptr);
            if (!plain) return std::nullopt;
            out.values.push_back(*value);
        }
        return out;
    }

    const Program& program_;
};

}  // namespace

std::optional<Outline> outline_of(const Expression& expression) { return Outliner(*expression.program_).read(expression.program_->root); }

}  // namespace wasl::feel
