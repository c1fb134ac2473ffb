#include "catalogue/impl/delay_rest.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>

namespace wasl::catalogue::sheet {
namespace {

// All lists are in folded spelling: ta for tha, ha for ta marbuta, no hamza.
using Words = std::string_view;

bool among(Words list, std::string_view word) {
    std::size_t at = 0;
    while (!word.empty() && (at = list.find(word, at)) != Words::npos) {
        const bool begins = at == 0 || list[at - 1] == ' ';
        const std::size_t end = at + word.size();
        if (begins && (end == list.size() || list[end] == ' ')) {
            return true;
        }
        at = end;
    }
    return false;
}

// Words before a delay that only introduce it.
constexpr Words introduces =
    "في خلال داخل ظرف غضون اجل باجل الاجل اجال الاجال مده المده مهله المهله فتره اقصاه اقصاها اقصي الاقصي القصوي قصوي "
    "لا يتجاوز تتجاوز يتعدي تتعدي يتعدا يفوق تفوق يزيد تزيد عن الي غايه محدد محدده المحدد المحدده يحدد تحدد حدد هو هي "
    "قدره قدرها زمني زمنيه ال و وذلك "
    "delai delais de dans un une sous maximum maximal maxi max legal en au plus tard le la du l within in of from the";
// Words that name the delay: what is handled, given or answered.
constexpr Words names_delay =
    "المعالجه معالجه لمعالجه للمعالجه التسليم تسليم لتسليم للتسليم الانجاز انجاز لانجاز الخدمه الجواب للجواب الرد للرد رد "
    "البت للبت الدراسه دراسه لدراسه الطلب الطلبات طلب الملف الملفات ملف القرار الاداري الاداريه الوتيقه الوتايق الشهاده "
    "الرخصه الترخيص الاذن البطاقه القانوني القانونيه المعمول الجاري به بها العمل العادي المتوسط يسلم تسلم يتم تتم تبت يبت "
    "الاداره المصلحه من طرف قبل علي المعني بالامر المرتفق المقرر الحصول للحصول المسطره "
    "traitement reponse delivrance traiter dossier demande est d";
// Words behind a delay that only stress it.
constexpr Words stresses =
    "كحد اقصي حد كاجل اجل كاقصي علي الاكتر اكتر تقدير ابعد الاقصي كاقصاه علي اقصاه "
    "maximum max maxi au plus tard le franc francs calendaires calendaire";
// When a delay starts: the filing of a complete request, which is when the legal clock starts.
constexpr Words start_words =
    "ابتدا ابتداا انطلاقا اعتبارا بدا تحتسب يحتسب تبتدي يبتدي تسري يسري من بعد تاريخ يوم لتاريخ ايداع الايداع لايداع تقديم "
    "وضع استلام تسلم توصل التوصل لتوصل استقبال تسجيل استكمال استيفا اكتمال تلقي الاداره المصالح المصلحه المختصه المعنيه "
    "بالطلب الطلب طلب طلبه الملف ملف ملفه بالملف لملف للملف الوتايق وتايق المطلوبه كامل الكامل كاملا كامله مكتمل المكتمل "
    "مستوف مستوفيا المستوفي للشروط لجميع لكافه جميع كافه القانونيه الوصل وصل لدي الي علي طرف المرتفق المعني بالامر صاحب "
    "الشروط و قبل هذه ه به لها له اللازمه الضروريه "
    "a compter de la date du depot reception d une demande dossier complet complete l administration partir apres le "
    "after filing receipt the of";
constexpr Words start_nouns =
    "ايداع الايداع لايداع تقديم وضع استلام تسلم توصل التوصل لتوصل استقبال استكمال استيفا اكتمال تلقي تسجيل depot reception "
    "filing receipt";
constexpr Words law_openers =
    "طبقا وفقا وفق حسب بموجب بمقتضي تطبيقا استنادا المنصوص conformement selon";
constexpr Words law_nouns =
    "القانون للقانون قانون الماده للماده المرسوم للمرسوم مرسوم النصوص للنصوص المقتضيات للمقتضيات التشريع القرار للقرار loi "
    "article decret";
// Openers of a case.
constexpr Words case_openers =
    "بالنسبه وبالنسبه فيما اذا واذا عندما حاله حالات لفايده لحاله عند وعند pour si lorsque for if cas";
constexpr Words no_case =  // begin with lam, and open no case
    "لا لكن لكل لم لن ليس لمده لغايه لان لو له لها للتمديد لمره لكون";
// Words directly before a quantity that make it a range, an estimate, a minimum or a period.
constexpr Words spoils_before =
    "من بين بعد قبل كل حوالي تقريبا نحو قرابه زها اقل اكتر ازيد الي او عن بمعدل متوسط بضعه عده نصف ربع تلت الاقل الادني "
    "ادناه ادني ناقص زايد ابتدا منها بزياده غير ليس ليست حدود entre environ plus moins par chaque apres avant et ou a between about at least";
// Words that spoil a case wherever they stand in it.
constexpr Words spoils_case =
    "منها صلاحيه الصلاحيه صالحه صالح قابله قابل تقريبا يضاف تضاف اضافه زايد فاكتر نصف ونصف ربع وربع الاقل يمكن امكانيه "
    "مع تم قابلا للتمديد ابتدا ابتداا انطلاقا اعتبارا بعد renouvelable prorogeable valable";
constexpr Words spoils_after_first =
    "الي حتي او كل عن قبل بعد سنويا شهريا اسبوعيا الا ناقص الاولي والنصف نصف ونصف و et ou a demi";
// Stages of the work.
constexpr Words stages =
    "دراسه معالجه بت البت فحص تحقق التحقق معاينه مصادقه المصادقه توقيع اعداد احاله تقييم مراقبه نشر جواب "
    "المعالجه الدراسه الفحص المعاينه التوقيع الاعداد المراقبه التقييم";

std::string_view bare(std::string_view word) {
    for (const std::string_view clitic : {std::string_view("لل"), std::string_view("ل"), std::string_view("ب")}) {
        if (word.starts_with(clitic) && word.size() > clitic.size() + 4) {
            return word.substr(clitic.size());
        }
    }
    return word;
}

struct Span {
    const Tokens& tokens;
    std::size_t from, to;

    [[nodiscard]] bool empty() const { return from >= to; }
    [[nodiscard]] const Token& first() const { return tokens[from]; }
    [[nodiscard]] const Token& last() const { return tokens[to - 1]; }
    [[nodiscard]] bool any(Words list) const {
        for (std::size_t i = from; i < to; ++i) {
            if (tokens[i].kind == Token::Kind::word && among(list, tokens[i].text)) {
                return true;
            }
        }
        return false;
    }
    // Every token is a word of the lists or punctuation that says nothing.
    [[nodiscard]] bool only(Words a, Words b = {}) const {
        for (std::size_t i = from; i < to; ++i) {
            const Token& token = tokens[i];
            const bool word = token.kind == Token::Kind::word && (among(a, token.text) || (!b.empty() && among(b, token.text)));
            if (!word && !is_quiet(token)) {
                return false;
            }
        }
        return true;
    }
    static bool is_quiet(const Token& token) {
        return token.kind == Token::Kind::line ||
               (token.kind == Token::Kind::mark && std::string_view("().,:;*-\"'").find(token.text[0]) != std::string_view::npos);
    }
    void strip_quiet_front() {
        while (!empty() && is_quiet(first()) && !first().is_mark('(')) {
            ++from;
        }
    }
    void strip_quiet_back() {
        while (!empty() && is_quiet(last()) && !last().is_mark(')')) {
            --to;
        }
    }
    [[nodiscard]] bool balanced() const {
        int depth = 0;
        for (std::size_t i = from; i < to; ++i) {
            depth += tokens[i].is_mark('(') ? 1 : tokens[i].is_mark(')') ? -1 : 0;
            if (depth < 0) {
                return false;
            }
        }
        return depth == 0;
    }
};

// "لا" only in "لا يتجاوز", and "يتجاوز" only behind "لا"; "إلى" only in "إلى غاية".
bool pairs_hold(const Span& span) {
    for (std::size_t i = span.from; i < span.to; ++i) {
        const std::string& word = span.tokens[i].text;
        const std::string_view next = i + 1 < span.to ? std::string_view(span.tokens[i + 1].text) : std::string_view();
        const std::string_view previous = i > span.from ? std::string_view(span.tokens[i - 1].text) : std::string_view();
        const bool exceeds = among("يتجاوز تتجاوز يتعدي تتعدي يتعدا يفوق تفوق يزيد تزيد", word);
        if ((word == "لا" && !among("يتجاوز تتجاوز يتعدي تتعدي يتعدا يفوق تفوق يزيد تزيد", next)) ||
            (exceeds && previous != "لا") || (word == "الي" && next != "غايه") ||
            (word == "عن" && !among("يزيد تزيد", previous)) || (word == "من" && next != "طرف" && next != "قبل") ||
            (word == "قبل" && previous != "من") || word == "متوسط" || word == "المتوسط") {
            return false;
        }
    }
    return true;
}

bool opens_case(const Span& span) {
    if (span.empty()) {
        return false;
    }
    if (span.first().is_mark('(')) {
        return true;
    }
    if (span.first().kind != Token::Kind::word) {
        return false;
    }
    std::string_view word = span.first().text;
    const std::string_view next = span.from + 1 < span.to ? std::string_view(span.tokens[span.from + 1].text) : "";
    if (word == "و" && span.from + 1 < span.to) {
        return opens_case({span.tokens, span.from + 1, span.to});
    }
    if ((word == "في" || word == "وفي") && among("حاله حال حالات الحالات الحاله", next)) {
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

bool names_stage(const Span& span) {
    for (std::size_t i = span.from; i < std::min(span.to, span.from + 3); ++i) {
        if (span.tokens[i].kind == Token::Kind::word && among(stages, bare(span.tokens[i].text))) {
            return true;
        }
    }
    return false;
}

bool is_start(const Span& span) {
    for (std::size_t i = span.from; i < span.to; ++i) {  // "قبل إيداع الطلب" is before, "من قبل الإدارة" is by
        if (span.tokens[i].is("قبل") && (i == span.from || !span.tokens[i - 1].is("من"))) {
            return false;
        }
    }
    return span.only(start_words, stresses) && span.any(start_nouns);
}

// "للتسجيل ابتداء من تاريخ إيداع الطلب": the case ends where the start of the clock is told.
void drop_start(Span& span) {
    for (std::size_t i = span.from + 1; i < span.to; ++i) {
        if (span.tokens[i].kind == Token::Kind::word && among("ابتدا ابتداا انطلاقا اعتبارا من بعد", span.tokens[i].text) &&
            is_start({span.tokens, i, span.to})) {
            span.to = i;
            return;
        }
    }
}

Rest as_case(std::string_view text, Span span) {
    drop_start(span);
    span.strip_quiet_back();
    if (!span.empty() && span.first().kind == Token::Kind::word && span.first().text == "و") {
        ++span.from;
    }
    if (span.empty() || !span.balanced() || span.any(spoils_case)) {
        return {Rest::Kind::unclear, {}};
    }
    for (std::size_t i = span.from; i < span.to; ++i) {
        if (span.tokens[i].is_mark('+')) {
            return {Rest::Kind::unclear, {}};
        }
    }
    Rest rest{Rest::Kind::when, source_of(text, span.tokens, span.from, span.to)};
    rest.step = names_stage(span);
    if (rest.when.empty()) {
        rest.kind = Rest::Kind::unclear;
    }
    return rest;
}

// Drops from the end the words that introduce the following quantity, and the comma or "and" before them.
void drop_introduction(Span& span) {
    for (;;) {
        span.strip_quiet_back();
        if (!span.empty() && span.last().is_mark('/')) {
            --span.to;
            continue;
        }
        if (span.empty() || span.last().kind != Token::Kind::word || !among(introduces, span.last().text)) {
            return;
        }
        --span.to;
    }
}

bool is_law(const Span& span) {
    return !span.empty() && span.first().kind == Token::Kind::word && among(law_openers, span.first().text) &&
           span.any(law_nouns);
}

bool only_less_than_a_day(const Span& span, const TimePhrase& phrase) {
    const std::string line = folded_line(span.tokens, span.from, span.to);
    return phrase.unit == TimeUnit::hour && phrase.n <= 24 && !phrase.at_once &&
           (line == " اقل من " || line == " في اقل من " || line == " خلال اقل من " || line == " في ظرف اقل من " ||
            line == " en moins de " || line == " moins de ");
}

}  // namespace

Rest read_prefix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to,
                 const TimePhrase& phrase, bool several) {
    Span span{tokens, from, to};
    span.strip_quiet_front();
    if (!span.empty() && span.first().is_mark('/') && several) {
        ++span.from;
    }
    if (only_less_than_a_day(span, phrase)) {
        return {};
    }
    // Of several delays, words such as "delivery:" part the cases; of one, they only name it.
    if (several ? span.only(introduces) : span.only(introduces, names_delay)) {
        return pairs_hold(span) ? Rest{} : Rest{Rest::Kind::unclear, {}};
    }
    const bool colon = span.last().is_mark(':');
    const bool general = span.first().kind == Token::Kind::word &&
                         among("اجل الاجل اجال مده المده مهله delai delais", span.first().text);
    Span label = span;
    drop_introduction(label);
    Span introduction{tokens, label.to, to};
    if (label.empty() || !pairs_hold(introduction) || !label.balanced()) {
        return {Rest::Kind::unclear, {}};
    }
    const Token& before = label.last();
    if (before.kind == Token::Kind::number || (!colon && before.kind == Token::Kind::word && among(spoils_before, before.text))) {
        return {Rest::Kind::unclear, {}};
    }
    if (before.kind == Token::Kind::mark && !Span::is_quiet(before)) {
        return {Rest::Kind::unclear, {}};
    }
    Span bullets = label;
    // Without a colon or an opener a few words part the cases of several delays; of one delay they are unknown words.
    if (!colon && !opens_case(bullets) && (!several || label.to - label.from > 8)) {
        return {Rest::Kind::unclear, {}};
    }
    Rest rest = as_case(text, label);
    rest.general = rest.kind == Rest::Kind::when && general && colon;
    if (rest.kind == Rest::Kind::when && !colon && !opens_case(label) && phrase.at_once == false &&
        label.any("لا غير ليس ليست بدون")) {
        rest.kind = Rest::Kind::unclear;
    }
    return rest;
}

Rest read_suffix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to, bool last) {
    Span span{tokens, from, to};
    // A sign directly behind the quantity: "-", "+", "/", "%".
    if (!span.empty() && span.first().kind == Token::Kind::mark && !Span::is_quiet(span.first())) {
        return {Rest::Kind::unclear, {}};
    }
    bool delimited = false;  // ":" or "-" or a bracket parts the delay from its case
    while (!span.empty() && Span::is_quiet(span.first()) && !span.first().is_mark('(')) {
        delimited = delimited || span.first().is_mark(':') || span.first().is_mark('-') ||
                    span.first().kind == Token::Kind::line;
        ++span.from;
    }
    if (!last) {
        drop_introduction(span);
        Span introduction{tokens, span.to, to};
        if (!pairs_hold(introduction)) {
            return {Rest::Kind::unclear, {}};
        }
    }
    if (span.only(stresses)) {
        return {};
    }
    if (is_start(span)) {
        return {Rest::Kind::start, {}};
    }
    if (is_law(span) || (last && span.to - span.from > 2 && span.tokens[span.from].is("من") && span.tokens[span.from + 1].is("اجل") &&
                         Span{tokens, span.from + 2, span.to}.only(names_delay))) {
        return {};  // "30 يوما من أجل دراسة الملف"
    }
    Span content = span;
    if (content.first().is_mark('(')) {
        Span inner{tokens, content.from + 1, content.to};
        inner.strip_quiet_back();
        if (!inner.empty() && inner.last().is_mark(')')) {
            --inner.to;
        }
        if (inner.only(stresses)) {
            return {};
        }
        if (is_start(inner)) {
            return {Rest::Kind::start, {}};
        }
        if (is_law(inner)) {
            return {};
        }
        if (inner.first().kind != Token::Kind::word || among(spoils_after_first, inner.first().text)) {
            return {Rest::Kind::unclear, {}};
        }
    } else if (content.first().kind != Token::Kind::word ||
               (among(spoils_after_first, content.first().text) && !opens_case(content))) {
        return {Rest::Kind::unclear, {}};
    }
    if (!delimited && !opens_case(content)) {
        return {Rest::Kind::unclear, {}};
    }
    Rest rest = as_case(text, content);
    // "30 يوما لمعالجة الطلب" names what the delay is for.
    rest.general = rest.kind == Rest::Kind::when && content.only(names_delay);
    return rest;
}

}  // namespace wasl::catalogue::sheet
