#include "catalogue/forbidden.hpp"

#include "base/text.hpp"
#include "catalogue/impl/sheet_words.hpp"
#include "jurisdiction/law.hpp"

#include <algorithm>
#include <initializer_list>

namespace wasl::catalogue {
namespace {

using namespace sheet;
using Roots = std::initializer_list<std::string_view>;

// Behind "and", "with", "for" and the article: "والمصادق", "بالمصادقة".
std::string_view root_of(std::string_view word) {
    for (const std::string_view clitic : {std::string_view("و"), std::string_view("ف")}) {
        if (word.starts_with(clitic) && word.size() > clitic.size() + 6) {
            word.remove_prefix(clitic.size());
        }
    }
    for (const std::string_view clitic : {std::string_view("بال"), std::string_view("لل"), std::string_view("ال"), std::string_view("ب"), std::string_view("ل")}) {
        if (word.starts_with(clitic) && word.size() > clitic.size() + 4) {
            return word.substr(clitic.size());
        }
    }
    return word;
}

bool begins(const Token& token, Roots roots) {
    if (token.kind != Token::Kind::word) {
        return false;
    }
    const std::string_view root = root_of(token.text);
    return std::any_of(roots.begin(), roots.end(), [&](std::string_view r) { return root.starts_with(r) || token.text.starts_with(r); });
}

bool is(const Token& token, Roots words) {
    if (token.kind != Token::Kind::word) {
        return false;
    }
    const std::string_view root = root_of(token.text);
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return root == w || token.text == w; });
}

// Words that may stand between a denial and the formality it denies: "لا يجوز طلب نسخة مصادق عليها",
// "aucune signature légalisée ni copie certifiée". Any other word breaks the bond: in "carte non périmée,
// copie certifiée" only the age of the card is denied.
const Roots bridge = {
    "يجوز", "تطلب", "يطلب", "طلب", "يشترط", "تشترط", "حاجه", "داعي", "الي", "ل", "ان", "تكون", "يكون", "اي", "نسخه", "نسخ",
    "صوره", "صور", "توقيع", "امضا", "ضروره", "ضروري", "ضروريه", "لازم", "لازمه", "يلزم", "تلزم", "مطلوب", "مطلوبه", "من", "علي",
    "عليها", "عليه", "تصحيح", "مصادقه", "مصادق", "مصدق", "مصحح", "مصححه", "اشهاد", "مطابقه", "مطابق", "طبق", "اصل", "بعد", "و",
    "او", "copie", "copies", "photocopie", "photocopies", "signature", "signatures", "exemplaire", "exemplaires", "second", "seconde",
    "d", "de", "des", "la", "le", "les", "une", "un", "l", "est", "n", "pas", "ni", "ou", "et", "plus", "necessaire", "fournir",
    "demander", "demande", "demandee", "demandees", "exigee", "exige", "requise", "requis", "besoin", "etre", "peut", "peuvent",
    "legalisee", "legalisees", "legalise", "legalisation", "certifiee", "certifiees", "conforme", "conformes", "any", "a", "an",
    "copy", "certified", "legalised", "legalized", "true", "or", "nor", "is", "are", "be", "need", "needed", "to", "of"};
// Behind the formality and a denial: "copie certifiée non exigée", "النسخة المصادق عليها غير مطلوبة".
const Roots asked = {"مطلوب", "مطلوبه", "ضروري", "ضروريه", "لازم", "لازمه", "الزامي", "الزاميه", "تطلب", "يطلب", "تشترط", "يشترط",
                         "exigee", "exigees", "exige", "requise", "requis", "demandee", "demandees", "demande", "necessaire",
                         "obligatoire", "required", "needed", "asked"};
const Roots denial = {"لا", "ولا", "بدون", "دون", "ليس", "ليست", "لن", "لم", "غير", "بلا", "ne", "n", "pas", "sans", "aucun", "aucune",
                          "ni", "non", "jamais", "not", "no", "without", "never", "ⵓⵔ"};

class Search {
public:
    explicit Search(const Tokens& tokens, std::size_t from, std::size_t to) : t_(tokens), from_(from), to_(to) {}

    // The first formality that the sentence asks for; `denied` when one of them is denied.
    [[nodiscard]] std::optional<std::string> find(bool& denied) const {
        for (std::size_t i = from_; i < to_; ++i) {
            const std::string_view code = legalised(i)     ? "legalised-signature"
                                          : certified(i)   ? "certified-copy"
                                          : second_copy(i) ? "second-copy" : "";
            if (code.empty()) {
                continue;
            }
            if (!denied_at(i)) {
                return std::string(code);
            }
            denied = true;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] bool denied_at(std::size_t hit) const {
        for (std::size_t at = hit; at-- > from_;) {
            if (is(t_[at], denial)) {
                return true;
            }
            if (!is(t_[at], bridge) && !t_[at].is_mark(',') && !t_[at].is_mark('\'')) {
                break;
            }
        }
        for (std::size_t at = hit + 1; at + 1 < to_; ++at) {
            if (is(t_[at], denial)) {
                std::size_t next = at + 1;
                while (next < to_ && (is(t_[next], denial) || is(t_[next], {"est", "sont", "is"}) || t_[next].is_mark('\''))) {
                    ++next;
                }
                return next < to_ && is(t_[next], asked);
            }
            if (!is(t_[at], bridge) && !t_[at].is_mark('\'')) {
                return false;
            }
        }
        return false;
    }

    // Some token of [a, b), cut to the sentence, begins with a root.
    [[nodiscard]] bool near(std::size_t a, std::size_t b, Roots roots) const {
        for (std::size_t i = std::max(a, from_); i < std::min(b, to_); ++i) {
            if (begins(t_[i], roots)) {
                return true;
            }
        }
        return false;
    }

    // "مصحح الإمضاء", "توقيع مصادق عليه", "عقد كراء مصادق عليه", "signature légalisée"
    [[nodiscard]] bool legalised(std::size_t i) const {
        const Token& token = t_[i];
        if (begins(token, {"legalis", "legaliz"}) ||
            (begins(token, {"authentifi"}) && near(i < from_ + 3 ? from_ : i - 3, i, {"signature"}))) {
            return true;
        }
        if (is(token, {"مصحح", "مصححه", "مصححا", "تصحيح", "مصححين"}) && near(i + 1, i + 4, {"امضا", "توقيع", "توقيعات", "امضاات"})) {
            return true;
        }
        if (is(token, {"مصادق", "مصادقا", "مصادقه", "مصدق", "مصدقا"})) {
            return near(i + 1, i + 4, {"امضا", "توقيع"}) ||
                   (near(i + 1, i + 2, {"علي"}) && near(i < from_ + 5 ? from_ : i - 5, i, {"توقيع", "امضا", "عقد", "وكاله", "التزام", "تعهد", "تصريح", "اقرار", "توكيل", "اشهاد"}));
        }
        return false;
    }

    // "نسخة مصادق عليها", "مطابقة للأصل", "copie certifiée conforme"
    [[nodiscard]] bool certified(std::size_t i) const {
        const Token& token = t_[i];
        if (begins(token, {"مطابق", "طبق"}) && near(i + 1, i + 3, {"اصل", "للاصل", "الاصل"})) {
            return true;
        }
        if (is(token, {"مصادق", "مشهود", "مصدق"}) && near(i < from_ + 8 ? from_ : i - 8, i, {"نسخه", "نسخ", "صوره", "صور", "نظير"})) {
            return true;
        }
        // "نسخة مصدقة", "نسخة مصورة مصادقة"; "نسخة من قرار المصادقة" speaks of an approval
        if (among_texts(token, {"مصدقه", "مصادقه", "مصدقا", "المصدقه"}) &&
            near(i < from_ + 2 ? from_ : i - 2, i, {"نسخه", "نسخ", "صوره", "صور", "نظير"})) {
            return true;
        }
        if (is(token, {"مشهود"}) && near(i + 1, i + 2, {"بمطابق", "مطابق"})) {
            return true;
        }
        if (begins(token, {"certifi"}) && (near(i + 1, i + 3, {"conforme"}) || near(i < from_ + 4 ? from_ : i - 4, i, {"copie"}) ||
                                          near(i + 1, i + 4, {"copy", "copies", "true"}))) {
            return !is(token, {"certificat", "certificats", "certificate", "certificates", "certification"});
        }
        return begins(token, {"copie"}) && near(i + 1, i + 2, {"conforme"});
    }

    // "نسختان", "في 3 نسخ", "في نظيرين", "2 exemplaires", "en double exemplaire"
    [[nodiscard]] bool second_copy(std::size_t i) const {
        const Token& token = t_[i];
        if (is(token, {"نسختان", "نسختين", "نظيران", "نظيرين", "نظيرتان"})) {
            return true;
        }
        if (is(token, {"نسخه", "نظير", "copie", "exemplaire", "copy"}) &&
            (near(i + 1, i + 2, {"تانيه", "تان", "اضافيه", "اضافي", "supplementaire", "additionnel"}) ||
             (i > from_ && among_texts(t_[i - 1], {"second", "seconde", "deuxieme", "autre", "additional"})))) {
            return true;
        }
        if ((begins(token, {"copie", "photocopie"}) || is(token, {"نسخه"})) && counted_behind(i)) {
            return true;
        }
        if (begins(token, {"exemplaire", "copies", "photocopies", "duplicate"}) || is(token, {"نسخ", "نظاير", "نسخه", "نظيرا"})) {
            return several_before(i);
        }
        return false;
    }

    // The word itself, without looking behind its article.
    static bool among_texts(const Token& token, Roots words) {
        return token.kind == Token::Kind::word && std::find(words.begin(), words.end(), token.text) != words.end();
    }

    // "Photocopie (x2) de la carte", "نسخة من البطاقة (2)": a small number in brackets counts the copies; without
    // "x" only at the end, where it is no number of something named before it.
    [[nodiscard]] bool counted_behind(std::size_t i) const {
        for (std::size_t open = i + 1; open + 2 < to_ && open < i + 6; ++open) {
            const std::size_t number = open + (t_[open + 1].is("x") ? 2 : 1);
            if (!t_[open].is_mark('(') || number + 1 >= to_ || t_[number].kind != Token::Kind::number ||
                !t_[number + 1].is_mark(')') || (number == open + 1 && number + 2 != to_)) {
                continue;
            }
            const auto value = to_integer(t_[number].text);
            return value && *value >= 2 && *value <= 9;
        }
        return false;
    }

    [[nodiscard]] bool several_before(std::size_t i) const {
        if (i == from_) {
            return false;
        }
        std::size_t at = i - 1;
        if (t_[at].is_mark(')') && at > from_ + 1) {
            --at;
        }
        if (t_[at].kind == Token::Kind::number) {
            const auto value = to_integer(t_[at].text);
            return value && *value >= 2 && *value <= 50;
        }
        if (is(t_[at], {"double", "triple"})) {
            return true;
        }
        std::size_t end = at;
        const auto value = number_in_words(t_, end);
        return value && end == at + 1 && *value >= 2;
    }

    const Tokens& t_;
    std::size_t from_, to_;
};

}  // namespace

std::optional<std::string> forbidden_formality(std::string_view text, const jurisdiction::Law* law) {
    const Tokens tokens = tokenise(text);
    std::size_t from = 0;
    std::string rest;  // what denies nothing, for the words of the pack
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        const bool end = i == tokens.size() || tokens[i].kind == Token::Kind::line ||
                         (tokens[i].kind == Token::Kind::mark && std::string_view(".;*?!").contains(tokens[i].text[0]));
        if (!end) {
            continue;
        }
        bool denied = false;
        if (auto found = Search(tokens, from, i).find(denied)) {
            return found;
        }
        if (!denied && i > from) {
            rest += std::string(text.substr(tokens[from].begin, tokens[i - 1].end - tokens[from].begin)) + "\n";
        }
        from = i + 1;
    }
    const jurisdiction::ForbiddenFormality* listed = law ? law->forbidden_in(rest) : nullptr;
    return listed ? std::optional(listed->code) : std::nullopt;
}

}  // namespace wasl::catalogue
