// A program back as text: one canonical form, with parentheses only where the grammar needs them.
#include "feel/impl/builtins.hpp"
#include "feel/impl/program.hpp"

namespace wasl::feel::impl {

namespace {

// Binding strength of each construct, in the order of the grammar.
enum Strength { loose, disjunct, conjunct, comparing, adding, multiplying, raising, negating, typing, applied, atomic };

class Printer {
public:
    explicit Printer(const Program& program) : program_(program) {}

    std::string out;

    void print(NodeId id, int least = loose) {
        const auto& node = program_.nodes[id];
        const bool wrap = strength(node) < least;
        if (wrap) out += '(';
        bare(node);
        if (wrap) out += ')';
    }

private:
    [[nodiscard]] const std::string& text(std::uint32_t index) const { return program_.texts[index]; }
    [[nodiscard]] std::uint32_t item(const Node& node, std::size_t i) const { return program_.extra[node.b + i]; }

    [[nodiscard]] int strength(const Node& node) const {
        switch (node.op) {
            case Op::condition:
            case Op::iteration:
            case Op::some:
            case Op::every:
            case Op::function: return loose;
            case Op::disjunction: return disjunct;
            case Op::conjunction: return conjunct;
            case Op::equal:
            case Op::not_equal:
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
            case Op::between:
            case Op::in: return comparing;
            case Op::add:
            case Op::subtract: return adding;
            case Op::multiply:
            case Op::divide: return multiplying;
            case Op::power: return raising;
            case Op::negate: return negating;
            case Op::instance_of: return typing;
            case Op::folded: return strength(program_.nodes[node.b]);
            case Op::item_name: return atomic;
            default: return atomic;
        }
    }

    void comma(bool& first) {
        if (!first) out += ", ";
        first = false;
    }

    void list(const Node& node, std::size_t from, std::size_t count) {
        bool first = true;
        for (std::size_t i = from; i < from + count; ++i) {
            comma(first);
            print(item(node, i));
        }
    }

    void joined(const Node& node, const char* word, int strength_inside) {
        for (std::uint32_t i = 0; i < node.count; ++i) {
            if (i > 0) out += word;
            print(item(node, i), strength_inside);
        }
    }

    // A chain of left operands without recursion, as the evaluator walks it.
    void binary(const Node& node) {
        std::vector<const Node*> chain{&node};
        std::vector<bool> wrapped{false};
        while (is_binary(program_.nodes[chain.back()->a].op)) {
            const auto& left = program_.nodes[chain.back()->a];
            wrapped.push_back(strength(left) < strength(*chain.back()));
            if (wrapped.back()) out += '(';
            chain.push_back(&left);
        }
        print(chain.back()->a, strength(*chain.back()));
        for (auto i = chain.size(); i-- > 0;) {
            out += sign_between(chain[i]->op);
            print(chain[i]->b, strength(*chain[i]) + 1);
            if (wrapped[i]) out += ')';
        }
    }

    static const char* sign_between(Op op) {
        switch (op) {
            case Op::add: return " + ";
            case Op::subtract: return " - ";
            case Op::multiply: return " * ";
            case Op::divide: return " / ";
            case Op::power: return " ** ";
            case Op::equal: return " = ";
            case Op::not_equal: return " != ";
            case Op::less: return " < ";
            case Op::less_equal: return " <= ";
            case Op::greater: return " > ";
            default: return " >= ";
        }
    }

    void iterators(const Node& node) {
        bool first = true;
        for (std::uint32_t i = 0; i < node.count; ++i) {
            comma(first);
            out += text(item(node, i * 4));
            out += " in ";
            print(item(node, i * 4 + 2), disjunct);
            if (item(node, i * 4 + 3) == no_node) continue;
            out += "..";
            print(item(node, i * 4 + 3), disjunct);
        }
    }

    void pairs(const Node& node, std::size_t from) {
        bool first = true;
        for (std::uint32_t i = 0; i < node.count; ++i) {
            comma(first);
            out += text(item(node, from + i * 2));
            out += ": ";
            print(item(node, from + i * 2 + 1));
        }
    }

    void context(const Node& node) {
        out += '{';
        bool first = true;
        for (std::uint32_t i = 0; i < node.count; ++i) {
            comma(first);
            out += key_text(text(item(node, i * 3)));
            out += ": ";
            print(item(node, i * 3 + 1));
        }
        out += '}';
    }

    void function(const Node& node) {
        const auto& code = program_.functions[node.a];
        out += "function(";
        bool first = true;
        for (std::size_t i = 0; i < code.names.size(); ++i) {
            comma(first);
            out += code.names[i];
            if (code.typed[i]) out += ": " + code.types[i].text();
        }
        out += code.external ? ") external " : ") ";
        print(code.body);
    }

    void comparison_range(const Node& node) {
        static constexpr const char* signs[] = {"", "<", "<=", ">", ">=", "=", "!="};
        if (node.c == 0) out += '(';
        out += signs[node.flag];
        print(node.a, adding);
        if (node.c == 0) out += ')';
    }

    void constant(const Node& node) {
        if (node.flag == 1) {  // an at-literal that is no date
            out += "@" + text(node.b);
        } else {
            out += to_text(program_.constants[node.a]);
        }
    }

    void bare(const Node& node) {
        if (is_binary(node.op)) return binary(node);
        switch (node.op) {
            case Op::constant: constant(node); return;
            case Op::folded: bare(program_.nodes[node.b]); return;
            case Op::slot: out += text(node.b); return;
            case Op::unknown:
            case Op::no_number:
            case Op::item_name: out += text(node.a); return;
            case Op::builtin: out += builtin_at(node.a).name; return;
            case Op::list: out += '['; list(node, 0, node.count); out += ']'; return;
            case Op::context: context(node); return;
            case Op::interval:
                out += (node.flag & 1U) != 0 ? '[' : '(';
                print(node.a);
                out += "..";
                print(node.b, adding);
                out += (node.flag & 2U) != 0 ? ']' : ')';
                return;
            case Op::comparison_range: comparison_range(node); return;
            case Op::negate: out += '-'; print(node.a, negating); return;
            case Op::between:
                print(node.a, comparing);
                out += " between ";
                print(node.b, adding);
                out += " and ";
                print(node.c, adding);
                return;
            case Op::in: print(node.a, comparing); out += " in ("; list(node, 0, node.count); out += ')'; return;
            case Op::conjunction: joined(node, " and ", comparing); return;
            case Op::disjunction: joined(node, " or ", conjunct); return;
            default: construct(node); return;
        }
    }

    void construct(const Node& node) {
        switch (node.op) {
            case Op::condition:
                out += "if ";
                print(node.a);
                out += " then ";
                print(node.b);
                out += " else ";
                print(node.c);
                return;
            case Op::iteration: out += "for "; iterators(node); out += " return "; print(node.a); return;
            case Op::some:
            case Op::every:
                out += node.op == Op::some ? "some " : "every ";
                iterators(node);
                out += " satisfies ";
                print(node.a);
                return;
            case Op::filter: print(node.a, applied); out += '['; print(node.b); out += ']'; return;
            case Op::path: print(node.a, applied); out += '.'; out += text(node.b); return;
            case Op::call: print(node.a, applied); out += '('; list(node, 0, node.count); out += ')'; return;
            case Op::call_named: print(node.a, applied); out += '('; pairs(node, 0); out += ')'; return;
            case Op::call_builtin: out += builtin_at(node.a).name; out += '('; list(node, 0, node.count); out += ')'; return;
            case Op::call_builtin_named: {
                const auto& builtin = builtin_at(node.a);
                out += builtin.name + "(";
                pairs(node, node.c == 0 ? 0 : builtin.signatures[node.c - 1].parameters.size());
                out += ')';
                return;
            }
            case Op::instance_of: print(node.a, applied); out += " instance of "; out += text(node.c); return;
            case Op::function: function(node); return;
            case Op::tests:
                if (node.flag == 2) {
                    out += '-';
                    return;
                }
                if (node.flag == 1) out += "not(";
                list(node, 0, node.count);
                if (node.flag == 1) out += ')';
                return;
            case Op::test: print(node.a); return;
            default: return;
        }
    }

    const Program& program_;
};

}  // namespace

std::string print(const Program& program, NodeId node) {
    Printer printer(program);
    printer.print(node);
    return std::move(printer.out);
}

}  // namespace wasl::feel::impl
