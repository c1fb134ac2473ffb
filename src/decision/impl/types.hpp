// Item definitions as FEEL types (DMN 1.5, 7.3.2), across imports.
#pragma once

#include "decision/impl/document.hpp"
#include "feel/expression.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision::impl {

// A file among those of the model: what it says, and what its imports are.
struct Source {
    Document document;
    std::vector<std::pair<std::string, std::uint32_t>> imports;  // name and source
};

class Types {
public:
    using Report = std::function<void(const Document&, std::size_t line, std::string_view element,
                                      std::string key, std::string detail, std::string text)>;
    Types(std::span<const Source> sources, const Limits& limits, Report report);

    // Any, with a finding, for a name that is known nowhere; Any for an empty one.
    feel::Type resolve(std::uint32_t source, std::string_view reference, std::size_t line,
                       std::string_view element);
    // A scope that knows the types of a source by name, and nothing else.
    [[nodiscard]] const feel::Scope& scope(std::uint32_t source) const { return scopes_[source]; }
    // The allowed values of a type that is no collection, as written; empty when there are none.
    [[nodiscard]] std::string allowed_values(std::uint32_t source,
                                             std::string_view reference) const;
    // The type of such a reference without its own allowed values.
    feel::Type unconstrained(std::uint32_t source, std::string_view reference, std::size_t line,
                             std::string_view element);

private:
    struct Entry {
        const ItemDefinition* definition = nullptr;
        std::uint32_t source = 0;
        enum class State : std::uint8_t { fresh, open, done } state = State::fresh;
        feel::Type type;
    };
    std::optional<feel::Type> find(std::uint32_t source, std::string_view name);
    [[nodiscard]] const Entry* entry(std::uint32_t source, std::string_view name) const;
    feel::Scope names_within(std::uint32_t source, std::string_view text);
    feel::Type build(std::uint32_t source, const ItemDefinition& definition, bool constrain = true);
    feel::Type constrained(std::uint32_t source, const ItemDefinition& definition,
                           const Text& tests, feel::Type type, bool each);

    std::span<const Source> sources_;
    const Limits& limits_;
    Report report_;
    std::vector<std::map<std::string, Entry, std::less<>>> entries_;
    std::vector<feel::Scope> scopes_;
    int depth_ = 0;
};

}  // namespace wasl::decision::impl
