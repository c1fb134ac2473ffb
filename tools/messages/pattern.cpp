#include "pattern.hpp"

#include <unicode/messagepattern.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace wasl::messages {

namespace {

using icu::MessagePattern;

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

class Reader {
public:
    Reader(const MessagePattern& source, const icu::UnicodeString& text) : source_(source), text_(text) {}

    // Pieces from the part after a MSG_START up to its limit.
    Pattern message(int start, const std::string& counted) {
        Pattern out;
        const int limit = source_.getLimitPartIndex(start);
        int position = source_.getPart(start).getLimit();
        for (int at = start + 1; at <= limit; ++at) {
            const auto& part = source_.getPart(at);
            add_text(out, position, part.getIndex());
            position = part.getLimit();
            if (part.getType() == UMSGPAT_PART_TYPE_REPLACE_NUMBER) {
                out.push_back({Node::Kind::count, counted, {}});
            } else if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
                out.push_back(argument(at));
                at = source_.getLimitPartIndex(at);
                position = source_.getPart(at).getLimit();
            }
        }
        return out;
    }

    std::string why;

private:
    void add_text(Pattern& out, int from, int to) {
        if (to <= from) {
            return;
        }
        std::string words = utf8(text_.tempSubStringBetween(from, to));
        if (!out.empty() && out.back().kind == Node::Kind::text) {
            out.back().text += words;
        } else {
            out.push_back({Node::Kind::text, std::move(words), {}});
        }
    }

    Node argument(int start) {
        const auto type = source_.getPart(start).getArgType();
        const auto& name = source_.getPart(start + 1);
        Node node{Node::Kind::value, utf8(source_.getSubstring(name)), {}};
        if (name.getType() != UMSGPAT_PART_TYPE_ARG_NAME) {
            why = "arguments are named, not numbered";
        }
        if (type == UMSGPAT_ARG_TYPE_NONE) {
            return node;
        }
        if (type != UMSGPAT_ARG_TYPE_PLURAL && type != UMSGPAT_ARG_TYPE_SELECT) {
            why = "only {name}, plural and select are written in messages; format other values before";
            return node;
        }
        node.kind = type == UMSGPAT_ARG_TYPE_PLURAL ? Node::Kind::plural : Node::Kind::select;
        const int limit = source_.getLimitPartIndex(start);
        for (int at = start + 2; at < limit; ++at) {
            const auto& part = source_.getPart(at);
            if (part.getType() == UMSGPAT_PART_TYPE_ARG_SELECTOR) {
                node.choices.push_back({utf8(source_.getSubstring(part)), {}});
            } else if (part.getType() == UMSGPAT_PART_TYPE_MSG_START) {
                const bool counts = node.kind == Node::Kind::plural;
                node.choices.back().pattern = message(at, counts ? node.text : std::string());
                at = source_.getLimitPartIndex(at);
            }
        }
        return node;
    }

    const MessagePattern& source_;
    const icu::UnicodeString& text_;
};

// A literal '{name}', the one use of ICU's quoting here: length of it at `at`, or 0.
int quoted_name(const icu::UnicodeString& text, int at) {
    if (text.charAt(at) != u'\'' || text.charAt(at + 1) != u'{') {
        return 0;
    }
    int end = at + 2;
    while ((text.charAt(end) >= u'a' && text.charAt(end) <= u'z') || text.charAt(end) == u'_') {
        ++end;
    }
    return text.charAt(end) == u'}' && text.charAt(end + 1) == u'\'' ? end + 2 - at : 0;
}

// Characters that never stand in a message, with what to write instead.
std::string forbidden(const icu::UnicodeString& text) {
    for (int at = 0; at < text.length(); ++at) {
        if (const int length = quoted_name(text, at); length > 0) {
            at += length - 1;
            continue;
        }
        const char16_t c = text.charAt(at);
        if (c == u'\'') return "the ASCII apostrophe quotes in MessageFormat: write ’ (U+2019)";
        if (c == u'"') return "write « », “ ” instead of the ASCII quotation mark";
        if (c == u'<' || c == u'>' || c == u'&') return "messages hold no markup and none of & < >";
        if (c < 0x20) return "control character or line break";
        if (c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
            return "marks of direction are added by the program, not written in messages";
        }
        if (c == 0xFFFD) return "replacement character: the file is not good UTF-8";
    }
    return {};
}

void collect(const Pattern& pattern, std::map<std::string, ArgumentKind>& into) {
    for (const auto& node : pattern) {
        if (node.kind == Node::Kind::text) {
            continue;
        }
        auto& kind = into.try_emplace(node.text, ArgumentKind::any).first->second;
        if (node.kind == Node::Kind::plural || node.kind == Node::Kind::count) {
            kind = ArgumentKind::number;
        }
        for (const auto& choice : node.choices) {
            collect(choice.pattern, into);
        }
    }
}

}  // namespace

bool parse_pattern(const std::string& text, Pattern& pattern, std::string& why) {
    const auto source = icu::UnicodeString::fromUTF8(text);
    if (source.isEmpty()) {
        why = "the message is empty";
        return false;
    }
    if (text.front() == ' ' || text.back() == ' ') {
        why = "the message begins or ends with a blank";
        return false;
    }
    if (why = forbidden(source); !why.empty()) {
        return false;
    }
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    MessagePattern parts(source, &where, status);
    if (U_FAILURE(status)) {
        why = std::string("not a MessageFormat pattern (") + u_errorName(status) + " at character " +
              std::to_string(where.offset + 1) + ")";
        return false;
    }
    Reader reader(parts, source);
    pattern = reader.message(0, {});
    why = reader.why;
    return why.empty();
}

std::map<std::string, ArgumentKind> arguments(const Pattern& pattern) {
    std::map<std::string, ArgumentKind> found;
    collect(pattern, found);
    return found;
}

std::string plural_problem(const Pattern& pattern, std::size_t language) {
    // CLDR 42 categories; Arabic "zero" and French "many" (millions) fall back to "other".
    static const std::array<std::vector<std::string_view>, 4> required{{
        {"one", "two", "few", "many", "other"}, {"one", "other"}, {"one", "other"}, {"other"}}};
    static const std::array<std::vector<std::string_view>, 4> optional{{{"zero"}, {"many"}, {}, {}}};
    for (const auto& node : pattern) {
        for (const auto& choice : node.choices) {
            if (auto inner = plural_problem(choice.pattern, language); !inner.empty()) {
                return inner;
            }
        }
        if (node.kind != Node::Kind::plural) {
            continue;
        }
        for (const auto& form : required[language]) {
            if (std::ranges::none_of(node.choices, [&](const Choice& c) { return c.selector == form; })) {
                return "the plural of {" + node.text + "} lacks the form \"" + std::string(form) + "\"";
            }
        }
        for (const auto& choice : node.choices) {
            const bool known = choice.selector.starts_with('=') ||
                               std::ranges::find(required[language], choice.selector) != required[language].end() ||
                               std::ranges::find(optional[language], choice.selector) != optional[language].end();
            if (!known) {
                return "the plural of {" + node.text + "} has a form \"" + choice.selector +
                       "\" that the language does not use";
            }
        }
    }
    return {};
}

}  // namespace wasl::messages
