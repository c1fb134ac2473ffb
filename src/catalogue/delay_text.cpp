#include "catalogue/delay_text.hpp"

#include "catalogue/impl/delay_cases.hpp"
#include "catalogue/impl/delay_phrase.hpp"
#include "catalogue/impl/delay_rest.hpp"

#include <algorithm>
#include <optional>

namespace wasl::catalogue {
namespace {

using namespace sheet;

constexpr std::size_t longest_text = 4000;

DelayReading needs_human(std::string why) { return {{}, std::move(why)}; }

std::optional<DelayRow> row_of(const TimePhrase& phrase) {
    DelayRow row;
    row.working = phrase.working;
    if (phrase.at_once) {
        return row;
    }
    switch (phrase.unit) {
        case TimeUnit::minute:
            if (phrase.n > 1440 && phrase.n % 1440 != 0) {
                return std::nullopt;
            }
            row.n = static_cast<int>(phrase.n == 0 ? 0 : std::max<std::int64_t>(1, phrase.n / 1440));
            return row;
        case TimeUnit::hour:  // up to 24 hours is one day; 36 hours are no number of days
            if (phrase.n > 24 && phrase.n % 24 != 0) {
                return std::nullopt;
            }
            row.n = static_cast<int>(phrase.n == 0 ? 0 : std::max<std::int64_t>(1, phrase.n / 24));
            return row;
        case TimeUnit::day: row.n = static_cast<int>(phrase.n); return row;
        case TimeUnit::week: row.n = static_cast<int>(phrase.n * 7); return row;
        case TimeUnit::month: row.n = static_cast<int>(phrase.n); break;
        case TimeUnit::year: row.n = static_cast<int>(phrase.n * 12); break;
    }
    row.unit = DelayUnit::month;
    return row;
}

struct Item {
    std::size_t from = 0, to = 0;      // tokens
    std::vector<TimePhrase> phrases;   // inside
};

class DelayReader {
public:
    explicit DelayReader(std::string_view text) : text_(text), tokens_(tokenise(text)) {}

    DelayReading read() {
        phrases_ = find_times(tokens_);
        if (tokens_.empty()) {
            return needs_human("delay.absent");
        }
        if (phrases_.empty()) {
            return needs_human("delay.unclear");
        }
        if (!merge_glosses()) {
            return needs_human("delay.contradiction");
        }
        for (const auto& phrase : phrases_) {
            if (phrase.broken) {
                return needs_human("delay.contradiction");
            }
        }
        split_items();
        if (!join_headings()) {
            return needs_human("delay.unclear");
        }
        for (const auto& item : items_) {
            if (!read_item(item)) {
                return needs_human("delay.unclear");
            }
        }
        return settle();
    }

private:
    [[nodiscard]] bool is_gloss_sign(std::size_t from, std::size_t to) const {
        if (to - from != 1) {
            return false;
        }
        const Token& sign = tokens_[from];
        return sign.is_mark('/') || sign.is_mark('=') || sign.is_mark(',') || sign.is_mark('-') || sign.is("اي") ||
               sign.is("soit");
    }

    // "48 ساعة (يومان)" says one delay twice; "30 يوما (شهر)" says two, which differ.
    bool merge_glosses() {
        std::vector<TimePhrase> merged;
        for (const auto& phrase : phrases_) {
            if (merged.empty()) {
                merged.push_back(phrase);
                continue;
            }
            TimePhrase& last = merged.back();
            const bool in_parentheses = phrase.from == last.to + 1 && tokens_[last.to].is_mark('(') &&
                                        phrase.to < tokens_.size() && tokens_[phrase.to].is_mark(')');
            if (in_parentheses || is_gloss_sign(last.to, phrase.from)) {
                const bool sign_of_list = !in_parentheses && (tokens_[last.to].is_mark(',') || tokens_[last.to].is_mark('-'));
                if (same_time(last, phrase)) {
                    last.to = phrase.to + (in_parentheses ? 1 : 0);
                    continue;
                }
                if (!sign_of_list) {
                    return false;
                }
            }
            merged.push_back(phrase);
        }
        phrases_ = std::move(merged);
        return true;
    }

    // Lines, bullets and semicolons part the items; "1-", "2-" at the head of lines are dropped.
    void split_items() {
        std::vector<std::size_t> starts{0};
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            const bool inside = std::any_of(phrases_.begin(), phrases_.end(),
                                            [&](const TimePhrase& p) { return i >= p.from && i < p.to; });
            if (!inside && (token.kind == Token::Kind::line || token.is_mark(';') || token.is_mark('*'))) {
                starts.push_back(i + 1);
            }
        }
        starts.push_back(tokens_.size() + 1);
        for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
            const Item item{starts[i], starts[i + 1] - 1, {}};
            if (has_words(item)) {
                items_.push_back(item);
            }
        }
        drop_enumerators();
        for (auto& item : items_) {
            for (const auto& phrase : phrases_) {
                if (phrase.from >= item.from && phrase.to <= item.to) {
                    item.phrases.push_back(phrase);
                }
            }
        }
    }

    [[nodiscard]] bool has_words(const Item& item) const {
        for (std::size_t i = item.from; i < item.to; ++i) {
            if (tokens_[i].kind != Token::Kind::mark) {
                return true;
            }
        }
        return false;
    }

    // "1- … 2- …" at the heads of lines only count them. A lone "1-" counts nothing: "1-3 أيام" and
    // "1 - 3 أيام" are from one to three days.
    void drop_enumerators() {
        std::vector<Item*> counted;
        for (auto& item : items_) {
            if (is_enumerated(item, counted.size() + 1)) {
                counted.push_back(&item);
            }
        }
        for (Item* item : counted) {
            item->from += counted.size() > 1 ? 2 : 0;
        }
    }

    [[nodiscard]] bool is_enumerated(const Item& item, std::size_t number) const {
        if (item.to - item.from < 3 || tokens_[item.from].text != std::to_string(number)) {
            return false;
        }
        const Token& sign = tokens_[item.from + 1];
        const Token& next = tokens_[item.from + 2];
        const bool in_phrase = std::any_of(phrases_.begin(), phrases_.end(), [&](const TimePhrase& p) {
            return p.from == item.from;
        });
        return !in_phrase && sign.glued && !(next.kind == Token::Kind::number && next.glued) &&
               (sign.is_mark('-') || sign.is_mark(')') || sign.is_mark('.'));
    }

    // A line without a delay is the heading of the next line, or continues the one before.
    bool join_headings() {
        std::vector<Item> joined;
        const bool heading_first = items_.front().phrases.empty();
        bool pending = false;
        for (const auto& item : items_) {
            if (!item.phrases.empty()) {
                if (pending) {
                    joined.back().to = item.to;
                    joined.back().phrases = item.phrases;
                } else {
                    joined.push_back(item);
                }
                pending = false;
            } else if (heading_first) {
                if (pending) {
                    return false;
                }
                joined.push_back(item);
                pending = true;
            } else {
                joined.back().to = item.to;
            }
        }
        items_ = std::move(joined);
        return !pending;
    }

    bool read_item(const Item& item) {
        return item.phrases.size() == 1 ? read_single(item) : read_several(item);
    }

    bool read_single(const Item& item) {
        const TimePhrase& phrase = item.phrases[0];
        Rest head = read_prefix(text_, tokens_, item.from, phrase.from, phrase, phrases_.size() > 1);
        Rest tail = read_suffix(text_, tokens_, phrase.to, item.to, true);
        if (head.kind == Rest::Kind::unclear || tail.kind == Rest::Kind::unclear) {
            return false;
        }
        if (head.kind == Rest::Kind::when && tail.kind == Rest::Kind::when) {
            return false;
        }
        if (tokens_[phrase.from].is("اليوم") && tail.kind == Rest::Kind::when) {
            return false;  // "اليوم الموالي للأداء": the day after something else than the filing
        }
        if (phrase.needs_start && tail.kind != Rest::Kind::start) {
            return false;
        }
        if (head.kind == Rest::Kind::when && tail.kind == Rest::Kind::working) {
            head.kind = Rest::Kind::unclear;
        }
        return add(phrase, head.kind == Rest::Kind::when ? std::move(head) : std::move(tail));
    }

    bool read_several(const Item& item) {
        std::vector<Rest> cases;
        if (!read_cases(text_, tokens_, {item.from, item.to, item.phrases}, cases)) {
            return false;
        }
        for (std::size_t i = 0; i < item.phrases.size(); ++i) {
            if (!add(item.phrases[i], std::move(cases[i]))) {
                return false;
            }
        }
        return true;
    }

    bool add(const TimePhrase& phrase, Rest rest) {
        auto row = row_of(phrase);
        if (!row) {
            return false;
        }
        if (rest.kind == Rest::Kind::working) {
            if (row->unit != DelayUnit::day || phrase.at_once) {
                return false;
            }
            row->working = true;
        }
        row->when = std::move(rest.when);
        drafts_.push_back({std::move(*row), rest.step, rest.counts, rest.general});
        return true;
    }

    DelayReading settle() {
        if (drafts_.size() == 1) {
            if (drafts_[0].general) {
                drafts_[0].row.when.clear();  // "أجل تسليم الرخصة: 30 يوما" names the delay, not a case
            }
            return {{std::move(drafts_[0].row)}, {}};
        }
        if (std::all_of(drafts_.begin(), drafts_.end(), [](const Draft& d) { return d.counts; })) {
            return needs_human("delay.unclear");
        }
        std::vector<DelayRow> rows;
        for (auto& draft : drafts_) {
            if (draft.step) {
                return needs_human("delay.unclear");  // stages might add up
            }
            for (const auto& row : rows) {
                if (row.when == draft.row.when && row != draft.row) {
                    return needs_human("delay.contradiction");
                }
            }
            if (std::find(rows.begin(), rows.end(), draft.row) == rows.end()) {
                rows.push_back(std::move(draft.row));
            }
        }
        return {std::move(rows), {}};
    }

    struct Draft {
        DelayRow row;
        bool step = false;     // the case names a stage of the work, so that the rows might add up
        bool counts = false;   // the case only says first, second …
        bool general = false;  // the case only names the delay
    };

    std::string_view text_;
    Tokens tokens_;
    std::vector<TimePhrase> phrases_;
    std::vector<Item> items_;
    std::vector<Draft> drafts_;
};

}  // namespace

DelayReading read_delay(std::string_view published) {
    if (published.size() > longest_text) {
        return needs_human("delay.unclear");
    }
    return DelayReader(published).read();
}

}  // namespace wasl::catalogue
