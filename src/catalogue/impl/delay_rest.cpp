#include "catalogue/impl/delay_rest.hpp"

#include <algorithm>

namespace wasl::catalogue::sheet {
namespace {

using namespace words;

constexpr Words exceeds = "يتجاوز تتجاوز يتعدي تتعدي يتعدا يفوق تفوق يزيد تزيد";
constexpr Words delay_nouns = "اجل الاجل اجال الاجال مده المده مهله المهله فتره delai delais";

Rest unclear() { return {Rest::Kind::unclear, {}}; }

// "لا" only in "لا يتجاوز", and "يتجاوز" only behind "لا"; "إلى" only in "إلى غاية".
bool pairs_hold(const Span& span) {
    for (std::size_t i = span.from; i < span.to; ++i) {
        const std::string_view word = span.word(i), next = span.word(i + 1);
        const std::string_view previous = i > span.from ? span.word(i - 1) : std::string_view();
        if ((word == "لا" && !among(exceeds, next)) || (among(exceeds, word) && previous != "لا") ||
            (word == "الي" && next != "غايه") || (word == "عن" && !among("يزيد تزيد", previous)) ||
            (word == "من" && next != "طرف" && next != "قبل") ||
            (word == "قبل" && previous != "من")) {
            return false;
        }
    }
    return true;
}

bool names_stage(const Span& span) {
    for (std::size_t i = span.from; i < std::min(span.to, span.from + 4); ++i) {
        if (among_bare(stages, span.word(i))) {
            return true;
        }
    }
    return false;
}

bool only_counts(const Span& span) {
    for (std::size_t i = span.from; i < span.to; ++i) {
        if (!span.word(i).empty() && !among_bare(ordinals, span.word(i))) {
            return false;
        }
    }
    return true;
}

bool is_start(const Span& span) {
    for (std::size_t i = span.from; i < span.to; ++i) {  // "قبل إيداع الطلب" is before
        if (span.tokens[i].is("قبل") && (i == span.from || !span.tokens[i - 1].is("من"))) {
            return false;  // "من قبل الإدارة" is by
        }
    }
    return span.only({start_words, stresses}) && span.any(start_nouns);
}

// "للتسجيل ابتداء من تاريخ إيداع الطلب": the case ends where the start of the clock is told.
void drop_start(Span& span) {
    for (std::size_t i = span.from + 1; i < span.to; ++i) {
        if (among("ابتدا ابتداا انطلاقا اعتبارا من بعد", span.word(i)) &&
            is_start({span.tokens, i, span.to})) {
            span.to = i;
            return;
        }
    }
}

// A number in a case might be a second delay whose unit is not repeated ("5 أيام للمدينة و10 للقرية"),
// unless it counts something else that is named before it.
bool loose_number(const Span& span, std::size_t i) {
    const std::string_view previous = i > span.from ? span.word(i - 1) : std::string_view();
    if (span.tokens[i].kind == Token::Kind::number) {
        return !among_bare("رقم من عن فوق تفوق تتجاوز تقل فيه صنف نموذج ماده قانون فصل article loi n", previous);
    }
    std::string_view word = span.word(i);
    if (word.starts_with("و") && word != "واحد" && word != "واحده" && word.size() > 4) {
        word.remove_prefix(2);
    }
    return !word.empty() && starts_number_word(word) &&
           !among("un une one واحد واحده احد احدي ست", word);
}

bool case_is_clear(const Span& span) {
    if (span.empty() || !span.balanced() || span.any_bare(spoils_case)) {
        return false;
    }
    for (std::size_t i = span.from; i < span.to; ++i) {
        if (span.tokens[i].is_mark('+') || loose_number(span, i) || is_time_word(span.word(i))) {
            return false;
        }
    }
    return true;
}

Rest as_case(std::string_view text, Span span) {
    drop_start(span);
    span.strip_quiet_back();
    if (!span.empty() && (span.word(span.from) == "و" || span.word(span.from) == "اما")) {
        ++span.from;
    }
    if (!case_is_clear(span)) {
        return unclear();
    }
    Rest rest{Rest::Kind::when, source_of(text, span.tokens, span.from, span.to)};
    const std::string_view first = span.word(span.from);
    if (first.starts_with("و") && first.size() > 4 && rest.when.starts_with("و") &&
        (among(case_openers, first.substr(2)) || first == "وفي")) {
        rest.when.erase(0, 2);  // the "and" joins two delays, it is no part of the case
    }
    rest.step = names_stage(span);
    rest.counts = only_counts(span);
    if (rest.when.empty()) {
        rest.kind = Rest::Kind::unclear;
    }
    return rest;
}

bool is_law(const Span& span) {
    return !span.empty() && among(law_openers, span.word(span.from)) && span.any(law_nouns);
}

bool only_less_than_a_day(const Span& span, const TimePhrase& phrase) {
    const std::string line = folded_line(span.tokens, span.from, span.to);
    return phrase.unit == TimeUnit::hour && phrase.n <= 24 && !phrase.at_once &&
           (line == " اقل من " || line == " في اقل من " || line == " خلال اقل من " ||
            line == " في ظرف اقل من " || line == " en moins de " || line == " moins de ");
}

// Words that only name the delay, to the last one: "أجل معالجة الطلب", "أجل تسليم شهادة الملكية".
// Behind an act the paper may have any name; "مدة الرخصة" tells how long the paper is valid.
bool only_names(const Span& span) {
    bool act = false;
    for (std::size_t i = span.from; i < span.to; ++i) {
        const std::string_view word = span.word(i);
        act = act || among(acts, word);
        if (Span::is_quiet(span.tokens[i]) || among(introduces, word) || among(names_delay, word) ||
            among(acts, word)) {
            continue;
        }
        if (!act || word.empty() || among_bare(spoils_case, word) || is_time_word(word)) {
            return false;
        }
    }
    return true;
}

// Days off in "30 يوما (باستثناء السبت والأحد وأيام العطل)": only who leaves out weekends and
// holidays says working days; one of them alone, nobody can count with certainty.
std::optional<Rest> days_off(Span span) {
    std::size_t at = span.from;
    const auto skip = [&](Words list) {
        const std::size_t before = at;
        while (at < span.to && (among(list, span.word(at)) || Span::is_quiet(span.tokens[at]))) {
            ++at;
        }
        return at > before;
    };
    skip({});
    const bool opened = skip("باستتنا عدا ماعدا ما دون بدون احتساب خارج غير لا تحتسب hors sauf "
                             "excluding except non compris");
    const Span days{span.tokens, at, span.to};
    const bool weekend = days.any(weekend_words) || days.any_bare("اسبوعيه");
    const bool holidays = days.any_bare("رسميه وطنيه دينيه اعياد feries ferie holidays") ||
                          (days.any_bare("عطل") && days.any(weekend_words) && !days.any("نهايه"));
    if (!weekend && !holidays && !days.any(holiday_words)) {
        return std::nullopt;
    }
    bool known = opened && weekend && holidays;
    for (std::size_t i = days.from; i < days.to; ++i) {
        known = known && (among(weekend_words, days.word(i)) || among(holiday_words, days.word(i)) ||
                          among(off_fill, days.word(i)) || Span::is_quiet(days.tokens[i]));
    }
    return known ? Rest{Rest::Kind::working, {}} : unclear();
}

}  // namespace

bool drop_introduction(Span& span) {
    bool parted = false;
    for (;;) {
        while (!span.empty() && Span::is_quiet(span.last()) && !span.last().is_mark(')')) {
            parted = parted || std::string_view(",;.-*\n").contains(span.last().text[0]);
            --span.to;
        }
        if (!span.empty() && span.last().is_mark('/')) {
            parted = true;
            --span.to;
            continue;
        }
        if (span.empty() || !among(introduces, span.word(span.to - 1))) {
            return parted;
        }
        parted = parted || span.last().is("و");
        --span.to;
    }
}

Rest read_prefix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to,
                 const TimePhrase& phrase, bool several) {
    Span span{tokens, from, to};
    span.strip_quiet_front();
    while (!span.empty() && span.first().is_mark('/') && several) {
        ++span.from;
    }
    if (only_less_than_a_day(span, phrase)) {
        return {};
    }
    // Of several delays, words such as "delivery:" part the cases; of one, they only name it.
    if (span.only({introduces}) || (!several && only_names(span))) {
        return pairs_hold(span) ? Rest{} : unclear();
    }
    const bool colon = span.last().is_mark(':');
    Span untrimmed = span;
    untrimmed.strip_quiet_back();
    if (is_start(untrimmed)) {
        return {Rest::Kind::start, {}};
    }
    Span label = span;
    drop_introduction(label);
    const Span introduction{tokens, label.to, to};
    if (label.empty() || !pairs_hold(introduction) || !label.balanced()) {
        return unclear();
    }
    const Token& before = label.last();
    if (before.kind == Token::Kind::number ||
        (!colon && before.kind == Token::Kind::word && among_bare(spoils_before, before.text)) ||
        (before.kind == Token::Kind::mark && !Span::is_quiet(before))) {
        return unclear();
    }
    const bool general = span.any(delay_nouns) && !opens_case(label);
    if (general && (!colon || !only_names(span) || !pairs_hold(span))) {
        return unclear();  // it speaks of the delay itself, in words that are not all known
    }
    // Without a colon or an opener a few words part the cases of several delays; of one delay they
    // are unknown words. A verb at the head tells what happens, no case.
    const bool opener = opens_case(label);
    if (!colon && !opener &&
        (!several || label.to - label.from > 8 || among("يسلم تسلم يتم تتم يبت تبت", label.first().text))) {
        return unclear();
    }
    if (!opener && !several && phrase.unit == TimeUnit::year) {
        return unclear();  // "رخصة الصيد: سنة": rather how long it is valid
    }
    Rest rest = as_case(text, label);
    rest.general = rest.kind == Rest::Kind::when && general;
    if (rest.kind == Rest::Kind::when && !colon && !opener && !phrase.at_once &&
        label.any("لا غير ليس ليست بدون")) {
        rest.kind = Rest::Kind::unclear;
    }
    return rest;
}

Rest read_suffix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to,
                 bool last) {
    Span span{tokens, from, to};
    // A sign directly behind the quantity: "-", "+", "/", "%".
    if (!span.empty() && span.first().kind == Token::Kind::mark && !Span::is_quiet(span.first()) &&
        !(!last && span.first().is_mark('/'))) {
        return unclear();
    }
    bool delimited = false;  // ":" or "-" or a bracket parts the delay from its case
    while (!span.empty() && Span::is_quiet(span.first()) && !span.first().is_mark('(')) {
        delimited = delimited || span.first().is_mark(':') || span.first().is_mark('-') ||
                    span.first().kind == Token::Kind::line;
        ++span.from;
    }
    if (!last) {
        drop_introduction(span);
        if (!pairs_hold({tokens, span.to, to})) {
            return unclear();
        }
    }
    if (span.only({stresses})) {
        return {};
    }
    if (is_start(span)) {
        return {Rest::Kind::start, {}};
    }
    if (const auto off = days_off(span)) {
        return *off;
    }
    if (is_law(span) || (last && span.word(span.from) == "من" && span.word(span.from + 1) == "اجل" &&
                         Span{tokens, span.from + 2, span.to}.only({acts, names_delay, papers}))) {
        return {};  // "30 يوما من أجل دراسة الملف"
    }
    if (span.first().is_mark('(')) {
        Span inner{tokens, span.from + 1, span.to};
        inner.strip_quiet_back();
        if (!inner.empty() && inner.last().is_mark(')')) {
            --inner.to;
        }
        if (inner.only({stresses}) || is_law(inner)) {
            return {};
        }
        if (is_start(inner)) {
            return {Rest::Kind::start, {}};
        }
        if (inner.first().kind != Token::Kind::word || among(spoils_after_first, inner.first().text)) {
            return unclear();
        }
    } else if (span.first().kind != Token::Kind::word ||
               (among(spoils_after_first, span.first().text) && !opens_case(span))) {
        return unclear();
    }
    if (!delimited && !opens_case(span)) {
        return unclear();
    }
    Rest rest = as_case(text, span);
    // "30 يوما لمعالجة الطلب" names what the delay is for.
    rest.general = rest.kind == Rest::Kind::when && span.only({acts, names_delay, papers});
    return rest;
}

}  // namespace wasl::catalogue::sheet
