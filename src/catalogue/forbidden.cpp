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

class Search {
public:
    explicit Search(const Tokens& tokens, std::size_t from, std::size_t to) : t_(tokens), from_(from), to_(to) {}

    [[nodiscard]] std::optional<std::string> find() const {
        for (std::size_t i = from_; i < to_; ++i) {
            if (legalised(i)) {
                return "legalised-signature";
            }
            if (certified(i)) {
                return "certified-copy";
            }
            if (second_copy(i)) {
                return "second-copy";
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] bool denied() const {
        for (std::size_t i = from_; i < to_; ++i) {
            if (is(t_[i], {"لا", "بدون", "دون", "ليس", "ليست", "لن", "لم", "غير", "ne", "pas", "sans", "aucun", "aucune", "ni", "not",
                           "no", "without", "never", "ⵓⵔ"})) {
                return true;
            }
        }
        return false;
    }

private:
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
        if (begins(token, {"legalis", "legaliz"})) {
            return true;
        }
        if (is(token, {"مصحح", "مصححه", "مصححا", "تصحيح", "مصححين"}) && near(i + 1, i + 4, {"امضا", "توقيع", "توقيعات", "امضاات"})) {
            return true;
        }
        if (is(token, {"مصادق", "مصادقا", "مصادقه", "مصدق", "مصدقا"})) {
            return near(i + 1, i + 4, {"امضا", "توقيع"}) ||
                   (near(i + 1, i + 2, {"علي"}) && near(i < from_ + 5 ? from_ : i - 5, i, {"توقيع", "امضا", "عقد", "وكاله", "التزام", "تعهد"}));
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
        if (begins(token, {"exemplaire", "copies", "duplicate"}) || is(token, {"نسخ", "نظاير", "نسخه", "نظيرا"})) {
            return several_before(i);
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
    bool denied = false;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        const bool end = i == tokens.size() || tokens[i].kind == Token::Kind::line ||
                         (tokens[i].kind == Token::Kind::mark && std::string_view(".;*?!").find(tokens[i].text[0]) != std::string_view::npos);
        if (!end) {
            continue;
        }
        const Search sentence(tokens, from, i);
        if (sentence.denied()) {
            denied = true;
        } else if (auto found = sentence.find()) {
            return found;
        }
        from = i + 1;
    }
    const jurisdiction::ForbiddenFormality* listed = law && !denied ? law->forbidden_in(text) : nullptr;
    return listed ? std::optional(listed->code) : std::nullopt;
}

}  // namespace wasl::catalogue
