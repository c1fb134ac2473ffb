// Names as sequences of tokens, and sets of them that find the longest one at a place in the text.
#pragma once

#include "feel/expression.hpp"
#include "feel/impl/lexer.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wasl::feel::impl {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

// One token of a name. "a-b" and "a - b" are different names: blanks inside count as present or not.
struct NamePart {
    std::string text;
    bool spaced = false;
};
using NameParts = std::vector<NamePart>;

NameParts parts_of(std::string_view name);
// Number of tokens the name covers at the front of `tokens`, 0 if it does not stand there.
std::size_t match(const NameParts& name, std::span<const Token> tokens) noexcept;
// Name as written by these tokens, blanks normalised.
std::string name_of(std::span<const Token> tokens);

class NameSet {
public:
    void add(std::string_view name, std::size_t value);
    struct Found {
        std::size_t length = 0;  // in tokens; 0: none
        std::size_t value = 0;
        std::string_view name;
    };
    [[nodiscard]] Found longest(std::span<const Token> tokens) const;
    [[nodiscard]] bool empty() const noexcept { return by_first_word_.empty(); }

private:
    struct Entry {
        std::string name;
        NameParts parts;
        std::size_t value;
    };
    StringMap<std::vector<Entry>> by_first_word_;
};

}  // namespace wasl::feel::impl

namespace wasl::feel {

struct Scope::Data {
    struct Name {
        std::string name;
        Type type;
    };
    std::vector<Name> names;
    impl::NameSet lookup;   // value: index in names
    impl::NameSet members;  // entries of all context types of the scope: what may follow a "."
    impl::StringMap<Type> types;
    std::string entry;         // name under which the value of the text is kept, if any
    std::optional<Type> item;  // of a filter's element, in whose predicate the text stands
};

}  // namespace wasl::feel
