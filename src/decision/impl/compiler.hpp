// From documents to a program: types, graph, scopes, boxed expressions.
#pragma once

#include "decision/impl/document.hpp"
#include "decision/impl/program.hpp"
#include "decision/impl/types.hpp"

#include <map>
#include <span>

namespace wasl::decision::impl {

// Boxed expressions of one element.
class BoxCompiler {
public:
    struct Site {
        const Document& document;
        std::uint32_t source;
        const Origin& origin;
        std::vector<Finding>& findings;
        std::vector<const Table*>& tables;
        const Limits& limits;
        std::vector<Finding>* clashes = nullptr;  // where types are to be checked too
    };
    BoxCompiler(Types& types, Site site) : types_(types), site_(site) {}

    // A compiled expression, and what is known of its value.
    struct Boxed {
        LogicPtr logic;
        feel::Type known;
    };
    // `wanted` is the type that the place demands; `name` what a function defined here may call itself.
    Boxed compile(const impl::Boxed* boxed, const feel::Scope& scope, const feel::Type& wanted,
                  const std::string& name = {});
    feel::Type type(std::string_view reference, std::size_t line);
    std::vector<feel::Parameter> parameters(const impl::Boxed& function);
    // What a type given for a function says of its result: a function type's, or itself.
    static feel::Type result_type(const feel::Type& type);

    // A clash unless a value of `type` may stand where `wanted` is demanded.
    void check_fit(const feel::Type& type, const feel::Type& wanted, const std::string& text,
                   std::size_t line, TablePlace place = {});

private:
    void clash(std::string detail, const std::string& text, std::size_t line, TablePlace place = {},
               std::size_t position = 0);
    void clashes_of(feel::Diagnostics found, const std::string& text, std::size_t line,
                    TablePlace place = {});
    feel::Type check_text(const Text& said, const feel::Scope& scope, const feel::Type& wanted,
                          TablePlace place);
    void check_cell(const Text& cell, const feel::Scope& scope, const feel::Type& input,
                    TablePlace place);
    void check_table(const BoxedTable& table, const feel::Scope& scope, std::size_t line,
                     const feel::Type& wanted);
    void check_binding(const feel::Type& callee, const std::string& name, const feel::Type& given,
                       const impl::Boxed& at);

    Boxed literal(const impl::Boxed& boxed, const feel::Scope& scope);
    Boxed context(const impl::Boxed& boxed, feel::Scope scope);
    Boxed invocation(const impl::Boxed& boxed, const feel::Scope& scope);
    Boxed list(const impl::Boxed& boxed, const feel::Scope& scope);
    Boxed relation(const impl::Boxed& boxed, const feel::Scope& scope);
    Boxed function(const impl::Boxed& boxed, feel::Scope scope, const std::string& name,
                   const feel::Type& wanted);
    Boxed conditional(const impl::Boxed& boxed, const feel::Scope& scope);
    Boxed filter(const impl::Boxed& boxed, feel::Scope scope);
    Boxed iteration(const impl::Boxed& boxed, feel::Scope scope);
    Boxed table(const impl::Boxed& boxed, const feel::Scope& scope, const feel::Type& wanted);
    Boxed part(const impl::Boxed& boxed, std::size_t index, const feel::Scope& scope);
    Boxed broken(const impl::Boxed& boxed, std::string key, std::string detail);
    [[nodiscard]] bool is_feel(std::string_view language) const;
    void report(std::size_t line, std::string key, std::string detail, std::string text,
                TablePlace place = {}, std::size_t position = 0);

    Types& types_;
    Site site_;
};

// Never fails: what is wrong is a finding of the program. `sources`: the main file first.
// With `clashes`, every expression's types are checked as well, and what is found goes there.
std::shared_ptr<const Program> compile_program(std::vector<Source> sources, const Limits& limits,
                                               std::vector<Finding> findings,
                                               std::vector<Finding>* clashes = nullptr);
// The same from files. Errors: as Model::compile.
Result<std::shared_ptr<const Program>> compile_files(const File& main, std::span<const File> others,
                                                     const Limits& limits,
                                                     std::vector<Finding>* clashes = nullptr);

}  // namespace wasl::decision::impl
