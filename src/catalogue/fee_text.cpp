#include "catalogue/fee_text.hpp"

#include "base/text.hpp"
#include "catalogue/impl/amounts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue {
namespace {

using namespace sheet;

constexpr std::size_t longest_fee_text = 20000;

// Folded spellings throughout.
constexpr std::string_view free_phrases[] = {
    "مجانا", "مجاني", "مجانيه", "مجان", "بالمجان", "المجان", "المجانيه", "بالمجانيه", "بالمجاني", "مجانيا", "gratuit",
    "gratuite", "gratuits", "gratuitement", "gratis", "free", "free of charge", "neant", "aucun", "aucune", "aucun frais",
    "sans frais", "no fee", "no fees", "لا شي", "لاشي", "لا شيي", "لا يوجد", "لا توجد", "لا توجد رسوم", "لا يوجد رسوم",
    "لا رسوم", "بدون مقابل", "دون مقابل", "بلا مقابل", "بدون رسوم", "دون رسوم", "بدون اي رسوم", "بدون مصاريف",
    "دون مصاريف", "بدون ادا", "دون ادا", "بدون تكلفه", "بدون كلفه", "بدون واجبات", "بدون واجب", "دون اي مقابل",
    "بدون اي مقابل", "معفي", "معفاه", "معفيه", "معفي من الرسوم", "معفاه من الرسوم", "معفي من الادا", "معفاه من الادا",
    "معفاه من كل رسم", "لا يودي عنها", "لا يودي عنه", "الا شي", "بدون",
};
constexpr std::string_view quiet_words[] = {
    "خدمه", "الخدمه", "خدمات", "المسطره", "مسطره", "هي", "هذه", "تتم", "يتم", "تسلم", "يسلم", "تقدم", "مقدمه", "رسوم",
    "الرسوم", "المصاريف", "مصاريف", "الواجبات", "التكلفه", "الكلفه", "تكلفه", "رسم", "الرسم", "التعريفه", "واجب", "واجبات",
    "الوجيبه", "الوجيبات", "الادا", "ادا", "مستحقات", "الوتيقه", "الشهاده", "فقط", "غير", "لا", "رمزي", "رمزيا", "كلها", "service",
    "frais", "le", "la", "les", "est", "seulement", "only", "tarif", "cout", "fee",
};
constexpr std::string_view fee_openers[] = {
    "رسوم", "الرسوم", "رسم", "الرسم", "واجب", "واجبات", "الواجب", "الواجبات", "وجيبه", "الوجيبه", "وجيبات", "مصاريف",
    "المصاريف", "تعريفه", "التعريفه", "تعرفه", "التعرفه", "تمن", "التمن", "سعر", "السعر", "مبلغ", "المبلغ", "قيمه", "ادا",
    "الادا", "تكلفه", "التكلفه", "كلفه", "الكلفه", "طابع", "تنبر", "التنبر", "تمبر", "التمبر", "حقوق", "اتعاب", "مستحقات",
    "اجره", "frais", "droit", "droits", "timbre", "tarif", "prix", "montant", "taxe", "cout", "redevance", "fee",
};
// A sentence with one of these says how the fee is made, or what else is due.
constexpr std::string_view makes_rule[] = {
    "بالنسبه", "حسب", "بحسب", "اذا", "حاله", "حال", "لكل", "كل", "نسبه", "سنويا", "شهريا", "سنوي", "سنويه", "السنه",
    "الشهر", "متر", "المتر", "هكتار", "الهكتار", "طن", "صفحه", "اقل", "اكتر", "يتجاوز", "تتجاوز", "الاقصي", "اقصي",
    "الادني", "ادني", "الاقل", "ابتدا", "او", "زايد", "يضاف", "تضاف", "اضافه", "بالاضافه", "باستتنا", "عدا", "تخفيض",
    "خصم", "للواحد", "للشخص", "تنبرين", "تنبران", "تنبرات", "طابعين", "طابعان", "طوابع", "نسختين", "المايه", "بالمايه",
    "عند", "عندما", "selon", "par", "pour", "ou", "plus", "si", "chaque", "annuel", "an", "mois", "page", "timbres", "per", "and",
};
// Words of a fee that stands in a text of law or a scale, without an amount on the sheet.
constexpr std::string_view names_rule[] = {
    "حسب", "بحسب", "طبقا", "وفق", "وفقا", "يحدد", "تحدد", "يحتسب", "تحتسب", "رسم", "رسوم", "الرسوم", "تعريفه", "التعريفه",
    "تعرفه", "التعرفه", "واجب", "واجبات", "الواجبات", "مصاريف", "وجيبه", "وجيبات", "الوجيبه", "سعر", "السعر", "تمن", "نسبه",
    "تنبر", "التنبر", "التمبر", "تمبر", "طابع", "قرار", "القرار", "مرسوم", "المرسوم", "قانون", "القانون", "للقانون", "للمرسوم",
    "للقرار", "للتعريفه", "الملحق", "بموجب", "بمقتضي", "المنصوص", "اتاوه", "المايه", "tarif", "selon", "bareme", "droit",
    "droits", "timbre", "arrete", "decret", "loi", "frais", "taxe",
};
// Behind an amount these only say what it is.
constexpr std::string_view fee_names[] = {"تنبر", "التنبر", "تمبر", "التمبر", "طابع", "كتنبر", "مالي", "جبايي", "كرسم", "كواجب", "timbre", "fiscal"};
constexpr std::string_view estimates[] = {"حوالي", "تقريبا", "نحو", "قرابه", "زها", "environ", "about"};
constexpr std::string_view other_money[] = {"اورو", "يورو", "الاورو", "دولار", "دولارا", "دولارات", "euro", "euros", "eur",
                                            "usd", "دينار", "جنيه", "ريال", "فرنك", "سنتيم", "سنتيما", "سنتيمات"};

template <std::size_t N>
bool among(const std::string_view (&list)[N], std::string_view word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

class FeeReader {
public:
    explicit FeeReader(std::string_view text) : text_(text), tokens_(tokenise(text)) {}

    FeeReading read() {
        if (std::none_of(tokens_.begin(), tokens_.end(), [](const Token& t) {
                return t.kind == Token::Kind::word || t.kind == Token::Kind::number;
            })) {
            return human("fee.absent");
        }
        used_.assign(tokens_.size(), false);
        amounts_ = find_amounts(tokens_);
        const bool negated = mark_free();
        const bool free = std::find(used_.begin(), used_.end(), true) != used_.end();
        for (const Amount& amount : amounts_) {
            std::fill(used_.begin() + static_cast<std::ptrdiff_t>(amount.from),
                      used_.begin() + static_cast<std::ptrdiff_t>(amount.to), true);
        }
        if (negated) {
            return human("fee.unclear");
        }
        if (free) {
            return amounts_.empty() && only_quiet(0, tokens_.size()) ? FeeReading{FeeKind::free, {}, {}, {}} : rule();
        }
        if (amounts_.empty()) {
            return without_amount();
        }
        return amounts_.size() == 1 ? single(amounts_[0]) : rule();
    }

private:
    static FeeReading human(std::string why) { return {FeeKind::needs_human, {}, {}, std::move(why)}; }
    [[nodiscard]] FeeReading rule() const { return {FeeKind::rule, {}, std::string(trim(text_)), {}}; }

    // Marks the words of "free"; true when one of them is denied ("غير مجاني").
    bool mark_free() {
        bool negated = false;
        for (std::size_t at = 0; at < tokens_.size(); ++at) {
            std::size_t longest = 0;
            for (const std::string_view phrase : free_phrases) {
                std::size_t here = at;
                bool same = true;
                for (const std::string_view word : split(phrase, ' ')) {
                    same = same && here < tokens_.size() && tokens_[here].text == word;
                    ++here;
                }
                longest = same ? std::max(longest, here - at) : longest;
            }
            if (longest == 0) {
                continue;
            }
            const std::string_view before = at > 0 ? std::string_view(tokens_[at - 1].text) : std::string_view();
            negated = negated || before == "غير" || before == "ليس" || before == "ليست" || before == "non" || before == "pas";
            std::fill_n(used_.begin() + static_cast<std::ptrdiff_t>(at), longest, true);
            at += longest - 1;
        }
        return negated;
    }

    [[nodiscard]] static bool is_quiet_mark(const Token& token) {
        return token.kind == Token::Kind::line ||
               (token.kind == Token::Kind::mark && std::string_view("().,:;*-\"'").find(token.text[0]) != std::string_view::npos);
    }

    // Behind a law's name all that follows is the citation.
    [[nodiscard]] bool only_quiet(std::size_t from, std::size_t to, bool behind_amount = false) const {
        for (std::size_t i = from; i < to; ++i) {
            const Token& token = tokens_[i];
            if (used_[i] || is_quiet_mark(token)) {
                continue;
            }
            if (token.kind == Token::Kind::word && (token.is("طبقا") || token.is("وفقا") || token.is("بموجب"))) {
                return true;
            }
            const bool named = behind_amount && among(fee_names, token.text);
            if (token.kind != Token::Kind::word || !(named || among(quiet_words, token.text))) {
                return false;
            }
        }
        return true;
    }

    template <std::size_t N>
    [[nodiscard]] bool any(const std::string_view (&list)[N]) const {
        return std::any_of(tokens_.begin(), tokens_.end(),
                           [&](const Token& t) { return t.kind == Token::Kind::word && among(list, t.text); });
    }

    [[nodiscard]] bool any_mark(std::string_view marks) const {
        return std::any_of(tokens_.begin(), tokens_.end(), [&](const Token& t) {
            return t.kind == Token::Kind::mark && marks.find(t.text[0]) != std::string_view::npos;
        });
    }

    [[nodiscard]] FeeReading without_amount() const {
        if (tokens_[0].kind == Token::Kind::number) {
            const Figure figure = read_figure(tokens_, 0);
            if (figure.to == tokens_.size() && !figure.malformed && figure.centimes == 0) {
                return {FeeKind::free, {}, {}, {}};
            }
        }
        if (tokens_.size() == 1 && tokens_[0].is("صفر")) {
            return {FeeKind::free, {}, {}, {}};
        }
        const bool words = std::any_of(tokens_.begin(), tokens_.end(),
                                       [](const Token& t) { return t.kind == Token::Kind::word; });
        const bool numbers = std::any_of(tokens_.begin(), tokens_.end(),
                                         [](const Token& t) { return t.kind == Token::Kind::number; });
        if (numbers && (any_mark("%\x05$") || any(other_money))) {
            return rule();
        }
        return words && any(names_rule) ? rule() : human("fee.unclear");
    }

    [[nodiscard]] FeeReading single(const Amount& amount) const {
        if (amount.contradiction) {
            return human("fee.contradiction");
        }
        const bool number_beside = amount.from > 0 && tokens_[amount.from - 1].kind == Token::Kind::number;
        if (amount.malformed || number_beside) {
            return human("fee.unclear");
        }
        if (any(estimates)) {
            return human("fee.unclear");
        }
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (!used_[i] && tokens_[i].kind == Token::Kind::number) {
                return rule();
            }
        }
        if (any(makes_rule) || any(other_money) || any_mark("%+/\x03\x04\x05$<>=")) {
            return rule();
        }
        if (!only_quiet(amount.to, tokens_.size(), true) || !plain_label(amount.from)) {
            return rule();
        }
        if (amount.centimes == 0) {
            return {FeeKind::free, {}, {}, {}};
        }
        return {FeeKind::amount, fmt::format("{}.{:02}", amount.centimes / 100, amount.centimes % 100), {}, {}};
    }

    // Before the amount: nothing, or the name of the fee.
    [[nodiscard]] bool plain_label(std::size_t to) const {
        std::size_t from = 0;
        while (from < to && is_quiet_mark(tokens_[from])) {
            ++from;
        }
        if (from == to) {
            return true;
        }
        for (std::size_t i = from; i + 1 < to; ++i) {
            if (tokens_[i].kind == Token::Kind::line || tokens_[i].is_mark(';')) {
                return false;  // something else stands on its own line
            }
        }
        return tokens_[from].kind == Token::Kind::word && among(fee_openers, tokens_[from].text);
    }

    std::string_view text_;
    Tokens tokens_;
    std::vector<Amount> amounts_;
    std::vector<bool> used_;
};

}  // namespace

FeeReading read_fee(std::string_view published) {
    if (published.size() > longest_fee_text) {
        return {FeeKind::needs_human, {}, {}, "fee.unclear"};
    }
    return FeeReader(published).read();
}

}  // namespace wasl::catalogue
