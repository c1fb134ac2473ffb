#include "catalogue/fee_text.hpp"

#include "base/text.hpp"
#include "catalogue/impl/amounts.hpp"
#include "catalogue/impl/delay_span.hpp"
#include "catalogue/impl/fee_words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue {
namespace {

using namespace sheet;

constexpr std::size_t longest_fee_text = 20000;

using words::among;
using namespace fee_words;

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
        const bool free = mark_free();
        if (free && denied()) {
            return human("fee.unclear");
        }
        for (const Amount& amount : amounts_) {
            std::fill(used_.begin() + static_cast<std::ptrdiff_t>(amount.from),
                      used_.begin() + static_cast<std::ptrdiff_t>(amount.to), true);
        }
        if (free) {
            return amounts_.empty() && only_quiet(0, tokens_.size())
                       ? FeeReading{FeeKind::free, {}, {}, {}} : rule();
        }
        if (amounts_.empty()) {
            return without_amount();
        }
        return amounts_.size() == 1 ? single(amounts_[0]) : rule();
    }

private:
    static FeeReading human(std::string why) { return {FeeKind::needs_human, {}, {}, std::move(why)}; }
    [[nodiscard]] FeeReading rule() const { return {FeeKind::rule, {}, std::string(trim(text_)), {}}; }

    // Marks the words of "free", the longest phrase at each place.
    bool mark_free() {
        bool found = false;
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
            // "بدون" by itself is "none"; before a word it denies that word
            if (longest == 1 && tokens_[at].is("بدون") && !word_at(tokens_, at + 1).empty()) {
                longest = 0;
            }
            if (longest > 0) {
                found = true;
                std::fill_n(used_.begin() + static_cast<std::ptrdiff_t>(at), longest, true);
                at += longest - 1;
            }
        }
        return found;
    }

    // "لا تقدم الخدمة بالمجان", "غير مجاني", "non gratuit"; "لا غير" says "only".
    [[nodiscard]] bool denied() const {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].is("لا") && word_at(tokens_, i + 1) == "غير") {
                ++i;
            } else if (!used_[i] && among(denials, word_at(tokens_, i))) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] static bool is_quiet_mark(const Token& token) { return Span::is_quiet(token); }

    // Behind a law's name all that follows is the citation.
    [[nodiscard]] bool only_quiet(std::size_t from, std::size_t to, bool behind_amount = false) const {
        for (std::size_t i = from; i < to; ++i) {
            const std::string_view word = word_at(tokens_, i);
            if (used_[i] || is_quiet_mark(tokens_[i])) {
                // "100 درهم. تنبر": a new sentence may name something else that is due
                behind_amount = behind_amount && !std::string_view(".;\n").contains(tokens_[i].text[0]);
                continue;
            }
            if (among(citations, word)) {
                return true;
            }
            if (word == "لا" && word_at(tokens_, i + 1) == "غير") {
                ++i;
                continue;
            }
            if (!among(quiet, word) && !(behind_amount && among(behind, word))) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] bool any(words::Words list) const {
        return Span{tokens_, 0, tokens_.size()}.any(list);
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
        const bool decimals_alone =  // ",25": perhaps a quarter
            amount.from > 0 && tokens_[amount.from].glued &&
            std::string_view(",.\x01").contains(tokens_[amount.from - 1].text[0]);
        const bool number_beside =
            (amount.from > 0 && tokens_[amount.from - 1].kind == Token::Kind::number) ||
            starts_number_word(word_at(tokens_, amount.to));
        if (amount.malformed || number_beside || decimals_alone ||
            Span{tokens_, 0, tokens_.size()}.any_bare(estimates)) {
            return human("fee.unclear");
        }
        for (std::size_t i = 0; i < tokens_.size() && !cites(i, amount); ++i) {
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

    // Behind the amount the law is named; its number and year are no money.
    [[nodiscard]] bool cites(std::size_t i, const Amount& amount) const {
        return i >= amount.to && among(citations, word_at(tokens_, i));
    }

    // Before the amount: nothing, or the name of the fee in words that are all known.
    [[nodiscard]] bool plain_label(std::size_t to) const {
        bool named = false, words = false;
        for (std::size_t i = 0; i < to; ++i) {
            const std::string_view word = word_at(tokens_, i);
            if ((tokens_[i].kind == Token::Kind::line || tokens_[i].is_mark(';')) && words && i + 1 < to) {
                return false;  // something else stands on its own line
            }
            if (is_quiet_mark(tokens_[i])) {
                continue;
            }
            const bool of_class = word == "من" && word_at(tokens_, i + 1) == "فيه";
            if (!among(openers, word) && !among(label, word) && !of_class) {
                return false;
            }
            named = named || among(openers, word);
            words = true;
        }
        return named || !words;
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
