// FEEL text compiled once, evaluated many times (DMN 1.5, chapter 10). Nothing here throws, reads a
// clock or a file; one compiled expression may be evaluated by many threads at once.
//
//   Scope scope; scope.add("age", Type::Kind::number);
//   auto condition = TRY(Expression::compile("age >= 18", scope));
//   Bindings bindings; bindings.set("age", 20);
//   condition.evaluate(bindings).is_true();
#pragma once

#include "base/result.hpp"
#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::feel {

// Names known where an expression stands, optionally with types. FEEL cannot be parsed without it:
// names may hold spaces and operators ("date of birth", "a-b"). Cheap to copy.
class Scope {
public:
    Scope();
    // White space inside the name counts as one space. A later addition of the same name replaces.
    Scope& add(std::string_view name, Type type = {});
    // Stands in the predicate of a filter: "item" is known, and the entries of the value bound to it
    // hide other names, as in list[predicate].
    Scope& add_item(Type element);
    // The value is kept under this name, as an entry of a context: a function literal that is the
    // whole text may call itself by it. A name of the scope or of a built-in function goes first.
    Scope& set_entry(std::string_view name);
    // A type that `instance of` and parameters may name ("tIncome", "model.tIncome").
    Scope& add_type(std::string_view name, Type type);
    [[nodiscard]] bool contains(std::string_view name) const;
    struct Data;
    [[nodiscard]] const Data& data() const noexcept { return *data_; }

private:
    std::shared_ptr<Data> data_;
};

// The values of names at evaluation. A name of the scope without a binding is null.
class Bindings {
public:
    Bindings() = default;
    Bindings(std::initializer_list<std::pair<std::string, Value>> values);
    Bindings& set(std::string_view name, Value value);
    // What now() and today() answer, and the zone they answer in; without it they are null.
    Bindings& at(Instant now, Zone zone);
    [[nodiscard]] const Value* find(std::string_view name) const noexcept;
    [[nodiscard]] const std::optional<Instant>& now() const noexcept { return now_; }
    [[nodiscard]] const std::optional<Zone>& zone() const noexcept { return zone_; }

private:
    std::vector<std::pair<std::string, Value>> values_;  // sorted by name
    std::optional<Instant> now_;
    std::optional<Zone> zone_;
};

namespace impl {
struct Program;
}

// What is known of an expression without evaluating it.
struct CheckedType {
    Type type;            // Any where nothing is known
    Diagnostics clashes;  // operands, arguments, conditions of kinds that cannot be meant
};

struct Outline;  // outline.hpp

class Expression {
public:
    // Error: Code::invalid, key "feel.syntax" (or "feel.limit"), detail "line 1, column 7: expected …";
    // `error_offset`, if given, receives the byte offset.
    static Result<Expression> compile(std::string_view text, const Scope& scope, const Limits& limits = {},
                                      std::size_t* error_offset = nullptr);

    // Null and diagnostics for whatever goes wrong.
    [[nodiscard]] Value evaluate(const Bindings& bindings, Diagnostics* diagnostics = nullptr) const;
    // Inside another evaluation: shares its clock, budget and findings.
    [[nodiscard]] Value evaluate(const Bindings& bindings, Evaluation& evaluation) const;

    // Names of the scope the expression mentions, each once, in order of appearance.
    [[nodiscard]] const std::vector<std::string>& names_used() const;
    // Names mentioned but known nowhere: they evaluate to null; an editor wants to refuse them.
    [[nodiscard]] const std::vector<std::string>& unknown_names() const;
    // Canonical text; compiling it again gives the same expression.
    [[nodiscard]] std::string print() const;
    // What is known of the result before evaluation; Any when nothing is.
    [[nodiscard]] const Type& type() const;
    // The value, when it hangs on no name and no clock and comes without a diagnostic.
    [[nodiscard]] std::optional<Value> constant() const;
    // Looks at every part, also those that an evaluation would not reach; `scope` as for compile.
    [[nodiscard]] CheckedType check(const Scope& scope) const;

private:
    friend class UnaryTests;
    friend std::optional<Outline> outline_of(const Expression& expression);
    explicit Expression(std::shared_ptr<const impl::Program> program) : program_(std::move(program)) {}
    std::shared_ptr<const impl::Program> program_;
};

// Tests of a cell that hang on the tested value alone: what a table may prepare once.
struct ConstantTests {
    struct Test {
        Value value;
        bool contains = false;  // written list contains(?, value); else the tested value is to be, or lie in, `value`
        [[nodiscard]] bool holds(const Value& tested) const;
    };
    bool negated = false;
    bool any = false;  // "-"
    std::vector<Test> tests;
    // As UnaryTests::matches, for every value; it never leaves a diagnostic.
    [[nodiscard]] bool matches(const Value& tested) const;
};

// The tests of a decision table's cell: "-", "< 10", "[1..5], 7", not("a", "b"), ? > limit.
class UnaryTests {
public:
    // `input` is the type of the tested value, if known: members of it are then known as names after "?.".
    static Result<UnaryTests> compile(std::string_view text, const Scope& scope, const Type& input = {},
                                      const Limits& limits = {}, std::size_t* error_offset = nullptr);

    [[nodiscard]] bool matches(const Value& input, const Bindings& bindings, Diagnostics* diagnostics = nullptr) const;
    [[nodiscard]] bool matches(const Value& input, const Bindings& bindings, Evaluation& evaluation) const;
    [[nodiscard]] bool is_any() const;  // "-"
    [[nodiscard]] const std::vector<std::string>& names_used() const;
    [[nodiscard]] const std::vector<std::string>& unknown_names() const;
    [[nodiscard]] std::string print() const;
    // For allowed values that are an enumeration: the constants listed, in order (their order is the
    // priority of DMN's output values); nothing when some test is no constant.
    [[nodiscard]] std::optional<List> constants() const;
    // The tests as data; nothing when one reads a name or the clock, asks more of "?" than list
    // contains(?, constant), or leaves a diagnostic by itself.
    [[nodiscard]] std::optional<ConstantTests> constant_tests() const;
    // Clashes inside, and tests that no value of the type `input` can meet.
    [[nodiscard]] Diagnostics check(const Scope& scope, const Type& input) const;

private:
    explicit UnaryTests(Expression expression) : expression_(std::move(expression)) {}
    Expression expression_;
};

// Type in FEEL syntax: "list<number>", "context<a: string>", or a name of the scope. Key "feel.unknown-type".
Result<Type> parse_type(std::string_view text, const Scope& scope);
// White space trimmed and runs made one space, as every name of FEEL is compared.
std::string normalise_name(std::string_view name);

}  // namespace wasl::feel
