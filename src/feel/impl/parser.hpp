// Recursive descent over the grammar of DMN 1.5, 10.3.1.2, with names resolved while parsing: the
// parser keeps what is in scope at each place and takes the longest name that fits.
#pragma once

#include "feel/impl/lexer.hpp"
#include "feel/impl/names.hpp"
#include "feel/impl/program.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <algorithm>
#include <limits>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wasl::feel::impl {

class Parser {
public:
    Parser(std::vector<Token> tokens, const Scope::Data& scope, const Limits& limits);

    // Each consumes all tokens or fails with error().
    bool parse_expression();
    bool parse_unary_tests(const Type& input);
    std::optional<Type> parse_whole_type();

    [[nodiscard]] const std::optional<SyntaxError>& error() const noexcept { return error_; }
    Program take() { return std::move(program_); }

private:
    // A node and what is known of its value.
    struct Parsed {
        NodeId node = no_node;
        Type type;
    };
    // A name that can be seen from the current place; or the item of a filter, whose entries can.
    struct Visible {
        std::string name;  // empty for the item of a filter
        NameParts parts;
        Type type;
        std::uint32_t id = 0;
        std::uint32_t function = 0;  // where its slot lives
        std::uint32_t slot = 0;
        bool filter = false;  // the item of a filter
        bool used = false;    // for items: whether the predicate may look into the element
    };
    // A function literal being parsed; the outermost one is the expression itself.
    struct FunctionState {
        FunctionCode code;
        std::vector<std::pair<std::uint32_t, std::uint32_t>> captured;  // id, slot here
    };
    struct Iterator {
        std::uint32_t name, slot;
        NodeId domain, end;
    };

    // tokens
    [[nodiscard]] const Token& now() const { return tokens_[at_]; }
    [[nodiscard]] const Token& peek(std::size_t ahead = 1) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
    [[nodiscard]] std::span<const Token> rest() const { return std::span(tokens_).subspan(at_); }
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    void fail(std::string message, bool limit = false);
    bool take_sign(Sign sign);
    bool expect_sign(Sign sign, std::string_view what);
    bool take_word(std::string_view word);
    bool expect_word(std::string_view word);
    bool finish();

    // nodes
    NodeId add(Node node, std::initializer_list<NodeId> children = {});
    NodeId add_list(Node node, std::span<const std::uint32_t> items, std::span<const NodeId> children);
    NodeId binary(Op op, NodeId left, NodeId right, std::uint32_t position);
    NodeId constant(Value value, std::uint32_t position);
    std::uint32_t text(std::string_view text);
    [[nodiscard]] const Value* constant_of(NodeId node) const;
    void fold(NodeId& node, Value value);

    // expressions, from the loosest to the tightest
    Parsed expression();
    Parsed disjunction();
    Parsed conjunction();
    Parsed comparison();
    Parsed addition();
    Parsed multiplication();
    Parsed exponentiation();
    Parsed negation();
    Parsed instance();
    Parsed postfix();
    Parsed postfix_of(Parsed base);
    Parsed primary();
    Parsed literal();
    Parsed parenthesis();
    Parsed bracket();
    Parsed context_literal();
    Parsed interval_from(NodeId start, bool start_included, std::uint32_t position);
    Parsed comparison_range(bool bare);
    Parsed condition();
    Parsed iteration();
    Parsed quantified(Op op);
    Parsed function_literal();
    void expect_entry(std::string_view name);
    [[nodiscard]] bool is_visible(std::string_view name) const;
    Parsed filter(Parsed base);
    Parsed path(Parsed base);
    Parsed invocation(Parsed base);
    Parsed invocation_of_builtin(std::size_t builtin, std::uint32_t position);
    Parsed at_literal();
    bool iterators(std::vector<Iterator>& out);
    std::vector<std::uint32_t> flat(const std::vector<Iterator>& iterators, std::vector<NodeId>& children) const;
    NodeId in_tests(NodeId tested, std::uint32_t position);
    [[nodiscard]] bool bracket_closes_interval() const;
    [[nodiscard]] bool arguments_are_named() const;
    static bool is_comparator(const Token& token);

    // unary tests
    NodeId test(bool whole);

    // names
    Parsed name();
    Parsed variable(Visible& entry, std::uint32_t position);
    Parsed global(std::size_t index, std::uint32_t position);
    Parsed item_name(std::string_view name, std::size_t after, Parsed fallback, std::uint32_t position);
    [[nodiscard]] std::size_t run_of_words(std::size_t from) const;
    [[nodiscard]] std::size_t member_length(const Type& type, std::span<const Token> tokens) const;
    std::optional<std::string> declared_name(std::initializer_list<Sign> ends, std::string_view end_word = {});
    std::uint32_t declare(std::string name, Type type);
    std::uint32_t new_slot() { return functions_.back().code.frame_size++; }
    std::uint32_t reach(std::uint32_t id, std::uint32_t owner, std::uint32_t slot, std::size_t function);

    // types
    std::optional<Type> type(std::string* unknown = nullptr);
    std::optional<Type> type_arguments(std::string_view head, std::string* unknown);

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    const Scope::Data& scope_;
    const Limits& limits_;
    Program program_;
    std::optional<SyntaxError> error_;
    std::vector<Visible> visible_;
    std::vector<FunctionState> functions_;
    struct GlobalSlot {
        std::uint32_t id, slot;
    };
    std::unordered_map<std::size_t, GlobalSlot> global_slots_;
    NameSet keys_;  // of the context literals read so far
    std::uint32_t next_id_ = 0;
    std::string entry_;  // whose value begins with a function literal, read next
    int nesting_ = 0;
    bool interval_end_ = false;  // a "[" may close the interval being read
    std::uint32_t question_marks_ = 0;
    std::uint32_t tested_id_ = std::numeric_limits<std::uint32_t>::max();
};

}  // namespace wasl::feel::impl
