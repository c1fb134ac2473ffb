// Boxed expressions, compiled (DMN 1.5, 10.2).
#pragma once

#include "decision/table.hpp"
#include "feel/expression.hpp"
#include "feel/function.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wasl::decision::impl {

class Run;
struct Program;

// Whose expression it is, for findings; lives as long as the program.
struct Origin {
    std::string file, element;
};

// Where an expression is evaluated: the names it sees, which it may hide for a while.
struct Env {
    feel::Bindings& names;
    feel::Evaluation& evaluation;
    Run& run;
    const std::shared_ptr<const Program>& program;
};

// Gives a name a value while it lives, and back what it hid.
class Named {
public:
    Named(Env& env, const std::string& name) : env_(env), name_(name) {
        if (const auto* hidden = env.names.find(name)) hidden_ = *hidden;
    }
    ~Named() { env_.names.set(name_, std::move(hidden_)); }
    Named(const Named&) = delete;
    Named& operator=(const Named&) = delete;
    void set(feel::Value value) { env_.names.set(name_, std::move(value)); }

private:
    Env& env_;
    const std::string& name_;
    feel::Value hidden_;
};

class Logic {
public:
    virtual ~Logic() = default;
    // Computed, then coerced to the expression's own type and to the one its place demands.
    [[nodiscard]] feel::Value evaluate(Env& env) const;

    const Origin* origin = nullptr;
    std::size_t line = 0;
    feel::Type own, wanted;

protected:
    [[nodiscard]] virtual feel::Value compute(Env& env) const = 0;
    // Null, with a finding at this place.
    feel::Value error(Env& env, std::string key, std::string detail, std::string text = {}) const;
};
using LogicPtr = std::unique_ptr<Logic>;

class Literal final : public Logic {
public:
    Literal(std::string text, feel::Expression expression)
        : text_(std::move(text)), expression_(std::move(expression)) {}
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    feel::Value compute(Env& env) const override;
    std::string text_;
    feel::Expression expression_;
};

// What could not be compiled: null, and the reason again at each evaluation. Missing expressions have none.
class Broken final : public Logic {
public:
    Broken(std::string key, std::string detail, std::string text)
        : key_(std::move(key)), detail_(std::move(detail)), text_(std::move(text)) {}

private:
    feel::Value compute(Env& env) const override;
    std::string key_, detail_, text_;
};

class BoxedContext final : public Logic {
public:
    struct Entry {
        std::string name;
        LogicPtr logic;
    };
    std::vector<Entry> entries;
    LogicPtr result;  // null: the context itself is the value
    bool repeated = false;

private:
    feel::Value compute(Env& env) const override;
};

class Invocation final : public Logic {
public:
    LogicPtr callee;
    std::vector<std::pair<std::string, LogicPtr>> bindings;

private:
    feel::Value compute(Env& env) const override;
};

class BoxedList final : public Logic {
public:
    std::vector<LogicPtr> elements;

private:
    feel::Value compute(Env& env) const override;
};

class Relation final : public Logic {
public:
    std::vector<std::string> columns;
    std::vector<std::vector<LogicPtr>> rows;

private:
    feel::Value compute(Env& env) const override;
};

class FunctionDefinition final : public Logic {
public:
    std::vector<feel::Parameter> parameters;
    feel::Type result;
    LogicPtr body;
    bool external = false;
    std::string name;  // of the context entry that it defines: known inside, for recursion

private:
    feel::Value compute(Env& env) const override;
};

class Conditional final : public Logic {
public:
    LogicPtr condition, then, otherwise;

private:
    feel::Value compute(Env& env) const override;
};

class BoxedFilter final : public Logic {
public:
    LogicPtr list, match;

private:
    feel::Value compute(Env& env) const override;
};

// for, some, every
class Iteration final : public Logic {
public:
    enum class Kind : std::uint8_t { all, some, every };
    Kind kind = Kind::all;
    std::string variable;
    LogicPtr domain, body;
    bool with_partial = false;  // the body reads the results so far

private:
    feel::Value compute(Env& env) const override;
    feel::Value collected(Env& env, const feel::List& domain) const;
    feel::Value quantified(Env& env, const feel::List& domain) const;
};

class TableLogic final : public Logic {
public:
    explicit TableLogic(Table table) : table_(std::move(table)) {}
    [[nodiscard]] const Table& table() const { return table_; }
    // Lines in the file, of the table's rules.
    std::vector<std::size_t> lines;

private:
    feel::Value compute(Env& env) const override;
    Table table_;
};

}  // namespace wasl::decision::impl
