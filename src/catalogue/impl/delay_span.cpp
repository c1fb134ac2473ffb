#include "catalogue/impl/delay_span.hpp"

#include <algorithm>
#include <array>

namespace wasl::catalogue::sheet {

using namespace words;

bool among_bare(Words list, std::string_view word) {
    if (among(list, word)) {
        return true;
    }
    if (word.starts_with("و") || word.starts_with("ف")) {
        word.remove_prefix(2);
        if (among(list, word)) {
            return true;
        }
    }
    static constexpr std::array<std::string_view, 7> clitics = {"بال", "كال", "لل", "ال", "ب", "ل", "ك"};
    return std::any_of(clitics.begin(), clitics.end(), [&](std::string_view clitic) {
        return word.starts_with(clitic) && among(list, word.substr(clitic.size()));
    });
}

bool is_time_word(std::string_view word) {
    static constexpr Words units =
        "يوم يوما يومان يومين ايام اسبوع اسبوعا اسبوعان اسبوعين اسابيع شهر شهرا شهران شهرين اشهر شهور "
        "سنه سنتان سنتين سنوات سنين عام عامان عامين اعوام ساعه ساعتان ساعتين ساعات دقيقه دقايق jour "
        "jours semaine semaines mois ans annee annees heure heures day days week weeks month months "
        "year years hour hours";
    return among_bare(units, word);
}

bool Span::any(Words list) const {
    for (std::size_t i = from; i < to; ++i) {
        if (among(list, word(i))) {
            return true;
        }
    }
    return false;
}

bool Span::any_bare(Words list) const {
    for (std::size_t i = from; i < to; ++i) {
        if (among_bare(list, word(i))) {
            return true;
        }
    }
    return false;
}

bool Span::only(std::initializer_list<Words> lists) const {
    for (std::size_t i = from; i < to; ++i) {
        const bool known = std::any_of(lists.begin(), lists.end(),
                                       [&](Words list) { return among(list, word(i)); });
        if (!known && !is_quiet(tokens[i])) {
            return false;
        }
    }
    return true;
}

bool Span::is_quiet(const Token& token) {
    return token.kind == Token::Kind::line ||
           (token.kind == Token::Kind::mark &&
            std::string_view("().,:;*-\"'").find(token.text[0]) != std::string_view::npos);
}

void Span::strip_quiet_front() {
    while (!empty() && is_quiet(first()) && !first().is_mark('(')) {
        ++from;
    }
}

void Span::strip_quiet_back() {
    while (!empty() && is_quiet(last()) && !last().is_mark(')')) {
        --to;
    }
}

bool Span::balanced() const {
    int depth = 0;
    for (std::size_t i = from; i < to; ++i) {
        depth += tokens[i].is_mark('(') ? 1 : tokens[i].is_mark(')') ? -1 : 0;
        if (depth < 0) {
            return false;
        }
    }
    return depth == 0;
}

bool opens_case(const Span& span) {
    if (span.empty()) {
        return false;
    }
    if (span.first().is_mark('(')) {
        return true;
    }
    std::string_view word = span.word(span.from);
    if (word.empty()) {
        return false;
    }
    const std::string_view next = span.word(span.from + 1);
    if (word == "و" && span.from + 1 < span.to) {
        return opens_case({span.tokens, span.from + 1, span.to});
    }
    if ((word == "في" || word == "وفي") && among("حاله حال حالات الحالات الحاله", next)) {
        return true;
    }
    if ((word == "في" || word == "وفي") && among("الوسط المجال المدينه المدن القريه القري", next)) {
        return true;
    }
    if (word == "en" && next == "cas") {
        return true;
    }
    if (word.starts_with("و") && word.size() > 6) {
        word.remove_prefix(2);
    }
    if (among(case_openers, word)) {
        return true;
    }
    return word.starts_with("ل") && word.size() > 6 && !among(no_case, word);
}

}  // namespace wasl::catalogue::sheet
