// XPath's regular expressions rewritten for PCRE2. What PCRE2 reads differently (\w, \s, \d, ".",
// class subtraction, blocks) is written out; what XPath does not know is refused.
#include "base/text.hpp"
#include "feel/impl/regex.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::feel::impl {

namespace {

constexpr std::string_view categories[] = {"L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd", "Nl",
                                           "No", "P",  "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z",  "Zs", "Zl", "Zp",
                                           "S",  "Sm", "Sc", "Sk", "So", "C",  "Cc", "Cf", "Co", "Cn"};

struct Block {
    std::string_view name;
    std::uint32_t first, last;
};
// Unicode blocks as XML Schema 1.0 lists them, without blanks.
constexpr Block blocks[] = {
    {"BasicLatin", 0x0, 0x7F}, {"Latin-1Supplement", 0x80, 0xFF}, {"LatinExtended-A", 0x100, 0x17F}, {"LatinExtended-B", 0x180, 0x24F},
    {"IPAExtensions", 0x250, 0x2AF}, {"SpacingModifierLetters", 0x2B0, 0x2FF}, {"CombiningDiacriticalMarks", 0x300, 0x36F},
    {"Greek", 0x370, 0x3FF}, {"GreekandCoptic", 0x370, 0x3FF}, {"Cyrillic", 0x400, 0x4FF}, {"Armenian", 0x530, 0x58F},
    {"Hebrew", 0x590, 0x5FF}, {"Arabic", 0x600, 0x6FF}, {"Syriac", 0x700, 0x74F}, {"ArabicSupplement", 0x750, 0x77F}, {"Thaana", 0x780, 0x7BF},
    {"Devanagari", 0x900, 0x97F}, {"Bengali", 0x980, 0x9FF}, {"Gurmukhi", 0xA00, 0xA7F}, {"Gujarati", 0xA80, 0xAFF}, {"Oriya", 0xB00, 0xB7F},
    {"Tamil", 0xB80, 0xBFF}, {"Telugu", 0xC00, 0xC7F}, {"Kannada", 0xC80, 0xCFF}, {"Malayalam", 0xD00, 0xD7F}, {"Sinhala", 0xD80, 0xDFF},
    {"Thai", 0xE00, 0xE7F}, {"Lao", 0xE80, 0xEFF}, {"Tibetan", 0xF00, 0xFFF}, {"Myanmar", 0x1000, 0x109F}, {"Georgian", 0x10A0, 0x10FF},
    {"HangulJamo", 0x1100, 0x11FF}, {"Ethiopic", 0x1200, 0x137F}, {"Cherokee", 0x13A0, 0x13FF},
    {"UnifiedCanadianAboriginalSyllabics", 0x1400, 0x167F}, {"Ogham", 0x1680, 0x169F}, {"Runic", 0x16A0, 0x16FF}, {"Khmer", 0x1780, 0x17FF},
    {"Mongolian", 0x1800, 0x18AF}, {"LatinExtendedAdditional", 0x1E00, 0x1EFF}, {"GreekExtended", 0x1F00, 0x1FFF},
    {"GeneralPunctuation", 0x2000, 0x206F}, {"SuperscriptsandSubscripts", 0x2070, 0x209F}, {"CurrencySymbols", 0x20A0, 0x20CF},
    {"CombiningMarksforSymbols", 0x20D0, 0x20FF}, {"CombiningDiacriticalMarksforSymbols", 0x20D0, 0x20FF}, {"LetterlikeSymbols", 0x2100, 0x214F},
    {"NumberForms", 0x2150, 0x218F}, {"Arrows", 0x2190, 0x21FF}, {"MathematicalOperators", 0x2200, 0x22FF},
    {"MiscellaneousTechnical", 0x2300, 0x23FF}, {"ControlPictures", 0x2400, 0x243F}, {"OpticalCharacterRecognition", 0x2440, 0x245F},
    {"EnclosedAlphanumerics", 0x2460, 0x24FF}, {"BoxDrawing", 0x2500, 0x257F}, {"BlockElements", 0x2580, 0x259F},
    {"GeometricShapes", 0x25A0, 0x25FF}, {"MiscellaneousSymbols", 0x2600, 0x26FF}, {"Dingbats", 0x2700, 0x27BF},
    {"BraillePatterns", 0x2800, 0x28FF}, {"Tifinagh", 0x2D30, 0x2D7F}, {"CJKRadicalsSupplement", 0x2E80, 0x2EFF}, {"KangxiRadicals", 0x2F00, 0x2FDF},
    {"IdeographicDescriptionCharacters", 0x2FF0, 0x2FFF}, {"CJKSymbolsandPunctuation", 0x3000, 0x303F}, {"Hiragana", 0x3040, 0x309F},
    {"Katakana", 0x30A0, 0x30FF}, {"Bopomofo", 0x3100, 0x312F}, {"HangulCompatibilityJamo", 0x3130, 0x318F}, {"Kanbun", 0x3190, 0x319F},
    {"BopomofoExtended", 0x31A0, 0x31BF}, {"EnclosedCJKLettersandMonths", 0x3200, 0x32FF}, {"CJKCompatibility", 0x3300, 0x33FF},
    {"CJKUnifiedIdeographsExtensionA", 0x3400, 0x4DBF}, {"CJKUnifiedIdeographs", 0x4E00, 0x9FFF}, {"YiSyllables", 0xA000, 0xA48F},
    {"YiRadicals", 0xA490, 0xA4CF}, {"HangulSyllables", 0xAC00, 0xD7AF}, {"PrivateUse", 0xE000, 0xF8FF}, {"PrivateUseArea", 0xE000, 0xF8FF},
    {"CJKCompatibilityIdeographs", 0xF900, 0xFAFF}, {"AlphabeticPresentationForms", 0xFB00, 0xFB4F},
    {"ArabicPresentationForms-A", 0xFB50, 0xFDFF}, {"CombiningHalfMarks", 0xFE20, 0xFE2F}, {"CJKCompatibilityForms", 0xFE30, 0xFE4F},
    {"SmallFormVariants", 0xFE50, 0xFE6F}, {"ArabicPresentationForms-B", 0xFE70, 0xFEFF}, {"HalfwidthandFullwidthForms", 0xFF00, 0xFFEF},
    {"Specials", 0xFFF0, 0xFFFF}};

constexpr std::string_view name_start = R"(A-Z_a-z:\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D})"
                                        R"(\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF})";
constexpr std::string_view name_more = R"(\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040})";

std::string escaped(char32_t c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return {static_cast<char>(c)};
    return fmt::format("\\x{{{:X}}}", static_cast<std::uint32_t>(c));
}

// One escape that stands for a set of characters: what goes inside "[…]", and whether negated.
struct Set {
    std::string inside;
    bool negated = false;
};

class Translator {
public:
    Translator(std::string_view text, bool dot_all) : text_(text), dot_all_(dot_all) {}

    std::optional<Translation> run() {
        alternation(0);
        if (!ok_ || at_ != text_.size()) return std::nullopt;
        return Translation{std::move(out_), groups_};
    }

private:
    [[nodiscard]] bool done() const { return at_ == text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool take(char c) {
        if (done() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void refuse() {
        ok_ = false;
        at_ = text_.size();
    }
    char32_t next() { return next_code_point(text_, at_); }

    void alternation(int depth) {
        if (depth > 100) return refuse();
        while (ok_ && !done() && peek() != ')') {
            if (take('|')) {
                out_ += '|';
            } else {
                piece(depth);
            }
        }
    }

    void piece(int depth) {
        const char c = peek();
        if (c == '*' || c == '+' || c == '?' || c == '{' || c == '}' || c == ']') return refuse();
        if (c == '(') {
            group(depth);
        } else if (take('.')) {
            out_ += dot_all_ ? "(?s:.)" : "[^\\n\\r]";
        } else if (take('^')) {
            out_ += "(?:^)";  // a quantifier may follow
        } else if (take('$')) {
            out_ += "(?:$)";
        } else if (c == '[') {
            ++at_;
            out_ += character_class(0);
        } else if (take('\\')) {
            escape();
        } else {
            out_ += escaped(next());
        }
        if (ok_) quantifier();
    }

    void group(int depth) {
        ++at_;
        if (take('?')) {
            if (!take(':')) return refuse();
            out_ += "(?:";
            alternation(depth + 1);
        } else {
            const auto number = ++groups_;
            out_ += '(';
            alternation(depth + 1);
            closed_.resize(std::max(closed_.size(), number + 1));
            closed_[number] = true;
        }
        if (!take(')')) return refuse();
        out_ += ')';
    }

    void quantifier() {
        if (take('*')) {
            out_ += '*';
        } else if (take('+')) {
            out_ += '+';
        } else if (take('?')) {
            out_ += '?';
        } else if (take('{')) {
            const auto least = digits();
            if (least.empty()) return refuse();
            out_ += "{" + least;
            if (take(',')) out_ += "," + digits();
            if (!take('}')) return refuse();
            out_ += '}';
        } else {
            return;
        }
        if (take('?')) out_ += '?';
    }

    std::string digits() {
        std::string out;
        while (peek() >= '0' && peek() <= '9' && out.size() < 6) out += text_[at_++];
        return out;
    }

    // After a backslash, outside a class.
    void escape() {
        const char c = peek();
        if (c >= '1' && c <= '9') return back_reference();
        if (const auto set = set_escape()) {
            out_ += (set->negated ? "[^" : "[") + set->inside + "]";
        } else if (const auto single = single_escape()) {
            out_ += escaped(*single);
        } else {
            refuse();
        }
    }

    void back_reference() {
        std::size_t number = static_cast<std::size_t>(text_[at_++] - '0');
        while (peek() >= '0' && peek() <= '9') {
            const auto longer = number * 10 + static_cast<std::size_t>(peek() - '0');
            if (longer > groups_) break;
            number = longer;
            ++at_;
        }
        if (number >= closed_.size() || !closed_[number]) return refuse();
        out_ += fmt::format("\\g{{{}}}", number);
    }

    // \n and its like, and escaped metacharacters.
    std::optional<char32_t> single_escape() {
        const char c = peek();
        ++at_;
        if (c == 'n') return U'\n';
        if (c == 'r') return U'\r';
        if (c == 't') return U'\t';
        if (c != '\0' && std::string_view("\\|.?*+(){}$-[]^").find(c) != std::string_view::npos) return static_cast<char32_t>(c);
        --at_;
        return std::nullopt;
    }

    std::optional<Set> set_escape() {
        const char c = peek();
        if (c == 'p' || c == 'P') return property();
        Set set;
        switch (c) {
            case 'd': set = {"\\p{Nd}", false}; break;
            case 'D': set = {"\\p{Nd}", true}; break;
            case 's': set = {" \\t\\n\\r", false}; break;
            case 'S': set = {" \\t\\n\\r", true}; break;
            case 'w': set = {"\\p{P}\\p{Z}\\p{C}", true}; break;
            case 'W': set = {"\\p{P}\\p{Z}\\p{C}", false}; break;
            case 'i': set = {std::string(name_start), false}; break;
            case 'I': set = {std::string(name_start), true}; break;
            case 'c': set = {std::string(name_start) + std::string(name_more), false}; break;
            case 'C': set = {std::string(name_start) + std::string(name_more), true}; break;
            default: return std::nullopt;
        }
        ++at_;
        return set;
    }

    std::optional<Set> property() {
        const bool negated = peek() == 'P';
        if (peek(1) != '{') return std::nullopt;
        const auto close = text_.find('}', at_);
        if (close == std::string_view::npos) return std::nullopt;
        const auto name = text_.substr(at_ + 2, close - at_ - 2);
        std::string inside;
        if (name.starts_with("Is")) {
            const auto found = std::find_if(std::begin(blocks), std::end(blocks), [&](const Block& b) { return b.name == name.substr(2); });
            if (found == std::end(blocks)) return std::nullopt;
            inside = fmt::format("\\x{{{:X}}}-\\x{{{:X}}}", found->first, found->last);
        } else {
            if (std::find(std::begin(categories), std::end(categories), name) == std::end(categories)) return std::nullopt;
            inside = fmt::format("\\p{{{}}}", name);
        }
        at_ = close + 1;
        return Set{std::move(inside), negated};
    }

    // After "[": a matcher of one character. Sets that are negated inside, negation of the whole and
    // subtraction are put together from look-aheads, which PCRE2 knows and XPath does not need.
    std::string character_class(int depth) {
        if (depth > 50) {
            refuse();
            return {};
        }
        const bool negated = take('^');
        std::string inside;
        std::vector<std::string> alternatives;
        std::string subtracted;
        bool first = true;
        while (ok_) {
            if (done()) {
                refuse();
                break;
            }
            if (!first && take(']')) break;
            if (!first && peek() == '-' && peek(1) == '[') {
                at_ += 2;
                subtracted = character_class(depth + 1);
                if (!take(']')) refuse();
                break;
            }
            class_item(inside, alternatives, first);
            first = false;
        }
        if (!inside.empty()) alternatives.insert(alternatives.begin(), "[" + inside + "]");
        std::string any;
        for (const auto& alternative : alternatives) any += (any.empty() ? "" : "|") + alternative;
        auto matcher = negated ? "(?:(?!" + any + ")(?s:.))" : "(?:" + any + ")";
        return subtracted.empty() ? matcher : "(?:(?!" + subtracted + ")" + matcher + ")";
    }

    void class_item(std::string& inside, std::vector<std::string>& alternatives, bool first) {
        if (peek() == '\\') {
            ++at_;
            if (const auto set = set_escape()) {
                if (set->negated) {
                    alternatives.push_back("[^" + set->inside + "]");
                } else {
                    inside += set->inside;
                }
                return;
            }
            --at_;
        }
        const auto low = class_character(first);
        if (!low) return refuse();
        if (peek() != '-' || peek(1) == ']' || peek(1) == '[' || at_ + 1 >= text_.size()) {
            inside += escaped(*low);
            return;
        }
        ++at_;
        const auto high = class_character(false);
        if (!high || *high < *low) return refuse();
        inside += escaped(*low) + "-" + escaped(*high);
    }

    std::optional<char32_t> class_character(bool first) {
        if (done() || peek() == '[' || peek() == ']') return std::nullopt;
        if (take('\\')) return single_escape();
        if (peek() == '-' && !first && peek(1) != ']') return std::nullopt;
        return next();
    }

    std::string_view text_;
    bool dot_all_;
    std::size_t at_ = 0;
    bool ok_ = true;
    std::string out_;
    std::size_t groups_ = 0;
    std::vector<bool> closed_;
};

// Flag x: white space goes, even after a backslash, but not inside classes.
std::string without_space(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    std::string out;
    int depth = 0;
    bool escaped_next = false;
    for (const char c : text) {
        if (depth == 0 && is_blank(c)) continue;
        if (!escaped_next && c == '[') ++depth;
        if (!escaped_next && c == ']' && depth > 0) --depth;
        escaped_next = !escaped_next && c == '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::optional<Translation> translate(std::string_view xpath, bool dot_matches_newline, bool strip_space) {
    const auto text = strip_space ? without_space(xpath) : std::string(xpath);
    return Translator(text, dot_matches_newline).run();
}

}  // namespace wasl::feel::impl
