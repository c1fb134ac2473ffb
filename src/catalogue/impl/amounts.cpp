#include "catalogue/impl/amounts.hpp"

#include "base/text.hpp"
#include "catalogue/impl/delay_words.hpp"

#include <algorithm>
#include <array>

namespace wasl::catalogue::sheet {
namespace {

constexpr std::int64_t most_centimes = 100'000'000'000;  // a thousand million dirhams

bool is_number(const Tokens& tokens, std::size_t at) {
    return at < tokens.size() && tokens[at].kind == Token::Kind::number;
}

struct Group {
    std::string digits;
    char separator = 0;  // before it
};

// Groups of one figure: "1.000,00" → 1 | .000 | ,00. Blanks join only full groups of three.
std::vector<Group> groups_of(const Tokens& tokens, std::size_t& at) {
    std::vector<Group> groups{{tokens[at].text, 0}};
    ++at;
    for (;;) {
        const bool sign = at + 1 < tokens.size() && tokens[at].kind == Token::Kind::mark && tokens[at].glued &&
                          is_number(tokens, at + 1) && tokens[at + 1].glued &&
                          std::string_view(".,'\x01\x02").find(tokens[at].text[0]) != std::string_view::npos;
        if (sign) {
            groups.push_back({tokens[at + 1].text, tokens[at].text[0]});
            at += 2;
            continue;
        }
        const bool blank = is_number(tokens, at) && !tokens[at].glued && tokens[at].text.size() == 3 &&
                           groups.front().digits.size() <= 3 &&
                           (groups.size() == 1 || groups.back().separator == ' ');
        if (!blank) {
            return groups;
        }
        groups.push_back({tokens[at].text, ' '});
        ++at;
    }
}

std::optional<std::int64_t> centimes_of(const std::vector<Group>& groups) {
    std::string whole = groups[0].digits;
    std::string cents = "00";
    std::size_t count = groups.size();
    const Group& last = groups.back();
    const bool decimal_sign = last.separator == '.' || last.separator == ',' || last.separator == '\x01';
    if (count > 1 && decimal_sign && last.digits.size() <= 2) {
        cents = last.digits.size() == 1 ? last.digits + "0" : last.digits;
        --count;
    }
    // Offices here write the decimals behind a comma: "300,000" may be 300 or 300 thousand. "50 100"
    // may be two amounts; "50 000" and "1 200" are one.
    const bool pair = groups.size() == 2 && groups[1].digits.size() == 3;
    if ((pair && groups[1].separator == ',') ||
        (pair && groups[1].separator == ' ' && groups[0].digits.size() > 1 && groups[1].digits != "000")) {
        return std::nullopt;
    }
    char thousands = 0;
    for (std::size_t i = 1; i < count; ++i) {
        const bool same = thousands == 0 || thousands == groups[i].separator;
        if (groups[i].digits.size() != 3 || !same || groups[i].separator == '\x01' ||
            (count < groups.size() && groups[i].separator == last.separator)) {
            return std::nullopt;
        }
        thousands = groups[i].separator;
        whole += groups[i].digits;
    }
    const std::size_t head = groups[0].digits.size();
    if ((count > 1 && (head > 3 || groups[0].digits[0] == '0')) ||  // "000 5": typed from the wrong side
        (head > 2 && groups[0].digits[0] == '0') || whole.size() > 9) {
        return std::nullopt;
    }
    return *to_integer(whole) * 100 + *to_integer(cents);
}

// Tokens of a MAD word at `at`; 0 when none. `two` for the dual.
std::size_t currency(const Tokens& tokens, std::size_t at, bool& two) {
    static constexpr std::array<std::string_view, 14> words = {
        "درهم", "درهما", "دراهم", "الدرهم", "الدراهم", "dh", "dhs", "mad", "dirham", "dirhams", "ده", "دهم", "drh", "درهمم"};
    const std::string_view word = word_at(tokens, at);
    two = word == "درهمان" || word == "درهمين";
    if (two || std::find(words.begin(), words.end(), word) != words.end()) {
        const std::string_view next = word_at(tokens, at + 1);
        return next == "مغربي" || next == "مغربيا" || next == "مغربيه" ? 2 : 1;
    }
    if (word == "دم") {
        return 1;
    }
    if (word == "د") {  // "د.م.", "د م", "د"
        const std::size_t dot = mark_at(tokens, at + 1, '.') ? 1 : 0;
        return word_at(tokens, at + 1 + dot) == "م" ? 2 + dot : 1;
    }
    return 0;
}

// "ألف", "ملايين" behind a number; 1 when there is none. Moves `at` past it.
std::int64_t scale_at(const Tokens& tokens, std::size_t& at) {
    using words::among;
    const std::string_view word = word_at(tokens, at);
    const std::int64_t scale = among("الف الفا الاف mille", word) ? 1000
                               : among("مليون مليونا ملايين million millions", word) ? 1'000'000 : 1;
    at += scale > 1 ? 1 : 0;
    return scale;
}

// "مليون درهم", "ألفا درهم": a thousand or a million by itself, and the dual before its noun.
std::optional<std::int64_t> bare_scale(const Tokens& tokens, std::size_t& at) {
    const std::string_view word = word_at(tokens, at);
    const std::int64_t value = word == "مليون" ? 1'000'000
                               : words::among("مليونا مليوني مليونان مليونين", word) ? 2'000'000
                               : word == "الفا" ? 2000 : 0;
    if (value == 0) {
        return std::nullopt;
    }
    ++at;
    return value;
}

struct Value {
    std::int64_t centimes = 0;
    bool malformed = false;
};

// Digits or words, in parentheses or not.
std::optional<Value> value_at(const Tokens& tokens, std::size_t& at) {
    std::size_t here = at;
    const bool open = mark_at(tokens, here, '(');
    here += open ? 1 : 0;
    Value value;
    if (is_number(tokens, here)) {
        const Figure figure = read_figure(tokens, here);
        value = {figure.centimes, figure.malformed};
        here = figure.to;
        value.centimes *= scale_at(tokens, here);
    } else if (const auto scale = bare_scale(tokens, here)) {
        value.centimes = *scale * 100;
    } else {
        const auto words = number_in_words(tokens, here);
        if (!words) {
            return std::nullopt;
        }
        value.centimes = *words * 100 * scale_at(tokens, here);
    }
    value.malformed = value.malformed || value.centimes > most_centimes;
    bool two = false;
    if (open) {
        here += currency(tokens, here, two);  // "(50 درهما)"
        if (!mark_at(tokens, here, ')')) {
            return std::nullopt;
        }
        ++here;
    }
    at = here;
    return value;
}

std::optional<Amount> amount_at(const Tokens& tokens, std::size_t at) {
    std::size_t here = at;
    std::vector<Value> values;
    for (int i = 0; i < 2; ++i) {
        if (const auto value = value_at(tokens, here)) {
            values.push_back(*value);
        }
    }
    bool two = false;
    const std::size_t taken = currency(tokens, here, two);
    if (taken == 0) {
        return std::nullopt;
    }
    here += taken;
    if (two) {
        values.push_back({200, false});
    }
    if (mark_at(tokens, here, '(')) {  // "50 درهما (خمسون درهما)"
        std::size_t look = here;
        if (const auto value = value_at(tokens, look)) {
            values.push_back(*value);
            here = look;
        }
    } else if (values.empty() && (is_number(tokens, here) || word_at(tokens, here) == "واحد")) {
        std::size_t look = here;  // "درهم 25", "درهم واحد"
        const auto value = value_at(tokens, look);
        bool ignored = false;
        if (value && currency(tokens, look, ignored) == 0) {
            values.push_back(*value);
            here = look;
        }
    }
    if (values.empty()) {
        return std::nullopt;
    }
    Amount amount{at, here, values[0].centimes, false, false};
    for (const Value& value : values) {
        amount.malformed = amount.malformed || value.malformed;
        amount.contradiction = amount.contradiction || (!value.malformed && value.centimes != amount.centimes);
    }
    return amount;
}

}  // namespace

Figure read_figure(const Tokens& tokens, std::size_t at) {
    Figure figure;
    figure.to = at;
    const auto groups = groups_of(tokens, figure.to);
    const auto centimes = centimes_of(groups);
    figure.malformed = !centimes;
    figure.centimes = centimes.value_or(0);
    return figure;
}

std::vector<Amount> find_amounts(const Tokens& tokens) {
    std::vector<Amount> out;
    std::size_t at = 0;
    while (at < tokens.size()) {
        if (const auto amount = amount_at(tokens, at)) {
            out.push_back(*amount);
            at = amount->to;
            continue;
        }
        if (is_number(tokens, at)) {
            at = std::max(at + 1, read_figure(tokens, at).to);
        } else {
            ++at;
        }
    }
    return out;
}

}  // namespace wasl::catalogue::sheet
