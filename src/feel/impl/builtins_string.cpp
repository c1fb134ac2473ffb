// String functions (DMN 1.5, 10.3.4.3). Positions and lengths count code points.
#include "base/text.hpp"
#include "feel/impl/builtins.hpp"
#include "feel/impl/casing.hpp"
#include "feel/impl/cost.hpp"
#include "feel/impl/regex.hpp"

#include <algorithm>

namespace wasl::feel::impl {

namespace {

// Byte offset of the code point `count` places after the beginning; the size when there are fewer.
std::size_t offset_of(std::string_view text, std::int64_t count) {
    std::size_t at = 0;
    while (count-- > 0 && at < text.size()) next_code_point(text, at);
    return at;
}

Value substring(BuiltinCall& call) {
    const auto& text = call.string(0);
    const auto size = static_cast<std::int64_t>(count_code_points(text));
    const auto start = call.number(1).truncated().to_integer();
    if (!start || *start == 0) return call.error("substring: the start is 0");
    const auto from = *start > 0 ? *start - 1 : size + *start;
    if (from < 0) return call.error("substring: the start is outside the text");
    auto length = std::max<std::int64_t>(size - from, 0);
    if (call.has(2)) {
        const auto asked = call.number(2).truncated();
        if (asked < Decimal::from_integer(1)) return call.error("substring: the length is below 1");
        length = std::min(length, asked.to_integer().value_or(length));
    }
    const auto begin = offset_of(text, from);
    const auto rest = std::string_view(text).substr(begin);
    return rest.substr(0, offset_of(rest, length));
}

Value lower(BuiltinCall& call) {
    auto text = lower_case(call.string(0), call.evaluation);
    return text ? Value(std::move(*text)) : Value{};
}

Value before(BuiltinCall& call) {
    const auto at = call.string(0).find(call.string(1));
    return at == std::string::npos ? Value("") : Value(call.string(0).substr(0, at));
}

Value after(BuiltinCall& call) {
    const auto at = call.string(0).find(call.string(1));
    return at == std::string::npos ? Value("") : Value(call.string(0).substr(at + call.string(1).size()));
}

std::shared_ptr<const Regex> regex_of(BuiltinCall& call, std::size_t pattern, std::size_t flags) {
    // Whether an earlier call left the compiled pattern behind must not count.
    if (!call.evaluation.spend(8 + call.string(pattern).size())) return nullptr;
    auto regex = Regex::make(call.string(pattern), call.arguments.size() > flags && call.has(flags) ? call.string(flags) : "");
    if (!regex) static_cast<void>(call.error("the regular expression or its flags are not allowed"));
    return regex;
}

// One search, paid for; one that finds no end ends the evaluation.
Regex::Outcome found(BuiltinCall& call, const Regex& regex, std::string_view text, std::size_t from, std::vector<Regex::Span>& groups) {
    constexpr auto most = std::uint64_t{1} << 40U;
    const auto budget = std::min(call.evaluation.steps_left, most) * cost::regex_work;
    auto work = budget;
    const auto outcome = regex.find(text, from, groups, work);
    if (outcome != Regex::Outcome::gave_up && call.evaluation.spend(1 + (budget - work) / cost::regex_work)) return outcome;
    call.evaluation.exhaust("the regular expression takes too long", call.position);
    return Regex::Outcome::gave_up;
}

// Pays for a text of this size before it is made.
bool afford(BuiltinCall& call, std::size_t bytes, std::size_t more) {
    if (bytes > call.evaluation.limits.string_bytes) return call.evaluation.exhaust("the text grows too long", call.position);
    return call.evaluation.spend(more / 8);
}

Value matches(BuiltinCall& call) {
    const auto regex = regex_of(call, 1, 2);
    if (!regex) return {};
    std::vector<Regex::Span> groups;
    const auto outcome = found(call, *regex, call.string(0), 0, groups);
    return outcome == Regex::Outcome::gave_up ? Value{} : Value(outcome == Regex::Outcome::match);
}

// The replacement taken apart: texts and numbers of groups in turn.
struct Piece {
    std::string text;
    std::optional<std::size_t> group;
};

std::optional<std::vector<Piece>> pieces_of(std::string_view text, std::size_t groups) {
    std::vector<Piece> pieces;
    std::string plain;
    const auto is_digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            if (at + 1 == text.size() || (text[at + 1] != '\\' && text[at + 1] != '$')) return std::nullopt;
            plain += text[++at];
        } else if (text[at] == '$') {
            if (!is_digit(at + 1)) return std::nullopt;
            auto group = static_cast<std::size_t>(text[++at] - '0');
            while (is_digit(at + 1) && group * 10 + static_cast<std::size_t>(text[at + 1] - '0') <= groups) {
                group = group * 10 + static_cast<std::size_t>(text[++at] - '0');
            }
            pieces.push_back({std::move(plain), group});
            plain.clear();
        } else {
            plain += text[at];
        }
    }
    pieces.push_back({std::move(plain), std::nullopt});
    return pieces;
}

// Bytes that the replacement of one match takes.
std::size_t replaced_size(const std::vector<Piece>& pieces, const std::vector<Regex::Span>& groups) {
    std::size_t size = 0;
    for (const auto& piece : pieces) {
        size += piece.text.size();
        if (piece.group && *piece.group < groups.size()) size += groups[*piece.group].end - groups[*piece.group].begin;
    }
    return size;
}

Value replace(BuiltinCall& call) {
    const auto regex = regex_of(call, 1, 3);
    if (!regex) return {};
    const auto pieces = regex->literal() ? std::vector<Piece>{{call.string(2), std::nullopt}} : pieces_of(call.string(2), regex->groups());
    if (!pieces) return call.error("replace: the replacement has a lone $ or \\");
    const std::string_view text = call.string(0);
    std::string out;
    std::size_t from = 0;
    std::vector<Regex::Span> groups;
    if (found(call, *regex, "", 0, groups) == Regex::Outcome::match) return call.error("replace: the pattern matches the empty text");
    while (true) {
        const auto outcome = found(call, *regex, text, from, groups);
        if (outcome == Regex::Outcome::gave_up) return {};
        if (outcome == Regex::Outcome::no_match) break;
        const auto whole = groups[0];
        if (whole.begin == whole.end) return call.error("replace: the pattern matches the empty text");
        const auto length = replaced_size(*pieces, groups) + whole.begin - from;
        if (!afford(call, out.size() + length, length + 8 * pieces->size())) return {};
        out += text.substr(from, whole.begin - from);
        for (const auto& piece : *pieces) {
            out += piece.text;
            if (piece.group && *piece.group < groups.size() && groups[*piece.group].begin != std::string_view::npos) {
                out += text.substr(groups[*piece.group].begin, groups[*piece.group].end - groups[*piece.group].begin);
            }
        }
        from = whole.end;
    }
    if (!afford(call, out.size() + text.size() - from, text.size() - from)) return {};
    out += text.substr(from);
    return out;
}

Value split_text(BuiltinCall& call) {
    const auto regex = regex_of(call, 1, 2);
    if (!regex) return {};
    const std::string_view text = call.string(0);
    List out;
    std::size_t from = 0;
    std::vector<Regex::Span> groups;
    while (true) {
        const auto outcome = found(call, *regex, text, from, groups);
        if (outcome == Regex::Outcome::gave_up) return {};
        if (outcome == Regex::Outcome::no_match) break;
        if (groups[0].begin == groups[0].end) return call.error("split: the delimiter matches the empty text");
        if (!afford(call, 0, groups[0].begin - from)) return {};
        out.emplace_back(text.substr(from, groups[0].begin - from));
        from = groups[0].end;
    }
    out.emplace_back(text.substr(from));
    return out;
}

Value string_join(BuiltinCall& call) {
    std::string out;
    const auto delimiter = call.has(1) ? call.string(1) : std::string{};
    bool first = true;
    for (const auto& item : call.list(0)) {
        if (item.is_null()) continue;
        if (item.string() == nullptr) return call.error("string join: an element is no text");
        if (!first) out += delimiter;
        first = false;
        if (!afford(call, out.size() + item.string()->size(), delimiter.size() + item.string()->size())) return {};
        out += *item.string();
    }
    return out;
}

}  // namespace

void add_strings(BuiltinTable& table) {
    table.push_back(builtin("substring(string: string, start position: number, length?: number)", substring));
    table.push_back(builtin("string length(string: string)", [](BuiltinCall& call) { return Value(count_code_points(call.string(0))); }));
    table.push_back(builtin("upper case(string: string)", [](BuiltinCall& call) { return Value(upper_case(call.string(0))); }));
    table.push_back(builtin("lower case(string: string)", lower));
    table.push_back(builtin("substring before(string: string, match: string)", before));
    table.push_back(builtin("substring after(string: string, match: string)", after));
    table.push_back(builtin("contains(string: string, match: string)",
                            [](BuiltinCall& call) { return Value(call.string(0).find(call.string(1)) != std::string::npos); }));
    table.push_back(builtin("starts with(string: string, match: string)",
                            [](BuiltinCall& call) { return Value(call.string(0).starts_with(call.string(1))); }));
    table.push_back(builtin("ends with(string: string, match: string)",
                            [](BuiltinCall& call) { return Value(call.string(0).ends_with(call.string(1))); }));
    table.push_back(builtin("matches(input: string, pattern: string, flags~?: string)", matches));
    table.push_back(builtin("replace(input: string, pattern: string, replacement: string, flags~?: string)", replace));
    table.push_back(builtin("split(string: string, delimiter: string)", split_text));
    table.push_back(builtin("string join(list: list, delimiter~?: string)", string_join));
}

}  // namespace wasl::feel::impl
