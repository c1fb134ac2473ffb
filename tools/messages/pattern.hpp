// ICU MessageFormat patterns as trees. ICU's own parser reads them, so the syntax is exactly ICU's.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace wasl::messages {

struct Node;
using Pattern = std::vector<Node>;

struct Choice {
    std::string selector;
    Pattern pattern;
};

struct Node {
    enum class Kind { text, value, count, plural, select } kind = Kind::text;
    std::string text;  // the words, or the argument's name
    std::vector<Choice> choices;
};

enum class ArgumentKind { any, number };

// Parses; on failure returns false and says why. Also refuses what the house does not write: ASCII
// apostrophes and quotes (they quote in ICU), markup characters, control and direction characters,
// argument formats other than plural and select.
bool parse_pattern(const std::string& text, Pattern& pattern, std::string& why);

// Arguments of a pattern; one that is counted anywhere is a number.
std::map<std::string, ArgumentKind> arguments(const Pattern& pattern);

// What is wrong with the plural forms for a language (an index into `tags`), or empty.
std::string plural_problem(const Pattern& pattern, std::size_t language);

}  // namespace wasl::messages
