#include "catalogue/impl/delay_cases.hpp"

#include <algorithm>

namespace wasl::catalogue::sheet {
namespace {

class CaseReader {
public:
    CaseReader(std::string_view text, const Tokens& tokens, const DelayLine& line, std::vector<Rest>& cases)
        : text_(text), tokens_(tokens), line_(line), cases_(cases) {}

    // Several delays on one line: the case stands before each of them, behind each of them, or only
    // some have one. Between two delays a comma or an "and" tells whose case it is; where it does not,
    // the first and the last delay must.
    bool read() {
        const std::size_t count = line_.phrases.size();
        cases_.assign(count, Rest{});
        const TimePhrase& first = line_.phrases.front();
        Rest head = read_prefix(text_, tokens_, line_.from, first.from, first, true);
        Rest tail = read_suffix(text_, tokens_, line_.phrases.back().to, line_.to, true);
        const bool needs_start = std::any_of(line_.phrases.begin(), line_.phrases.end(),
                                             [](const TimePhrase& p) { return p.needs_start; });
        if (head.kind == Rest::Kind::unclear || tail.kind == Rest::Kind::unclear || needs_start) {
            return false;
        }
        Side side = Side::told;
        if (tail.kind == Rest::Kind::when) {
            // "أجل المعالجة: 30 يوما للمقيمين، 60 يوما لغيرهم": a general heading before the cases
            if (head.kind == Rest::Kind::when && !head.general) {
                return false;
            }
            side = Side::behind;
        } else if (head.kind == Rest::Kind::when) {
            side = Side::before;
            cases_.front() = std::move(head);
        }
        if (tail.kind == Rest::Kind::when || tail.kind == Rest::Kind::working) {
            cases_.back() = std::move(tail);
        }
        for (std::size_t i = 1; i < count; ++i) {
            if (!read_gap(i, side)) {
                return false;
            }
        }
        return true;
    }

private:
    enum class Side { told, before, behind };

    // The words between delay i-1 and delay i.
    bool read_gap(std::size_t i, Side side) {
        const TimePhrase& left = line_.phrases[i - 1];
        const TimePhrase& right = line_.phrases[i];
        Span gap{tokens_, left.to, right.from};
        bool parted_right = drop_introduction(gap);
        parted_right = parted_right || word_at(tokens_, right.from).starts_with("و");
        bool parted_left = false;
        while (!gap.empty() && (Span::is_quiet(gap.first()) || gap.first().is_mark('/')) &&
               !gap.first().is_mark('(')) {
            parted_left = parted_left || !gap.first().is_mark(':');
            ++gap.from;
        }
        if (gap.empty()) {
            if (!has_sign(left.to, right.from)) {
                return false;  // "شهر و15 يوما" is a month and a half
            }
            return set(cases_[i - 1], read_suffix(text_, tokens_, left.to, right.from, false));
        }
        const bool colon = mark_at(tokens_, right.from - 1, ':');
        parted_left = parted_left || joins(gap);
        parted_right = parted_right || gap.last().is_mark(')');
        const std::size_t split = opening_within(gap);
        switch (side) {
            case Side::behind:
                if (colon || (!parted_right && (split != 0 || !safe_unparted(parted_left, right)))) {
                    return false;
                }
                return set(cases_[i - 1], read_suffix(text_, tokens_, left.to, right.from, false));
            case Side::before:
                if (parted_right && !parted_left && !colon) {
                    return false;
                }
                return set(cases_[i], read_prefix(text_, tokens_, left.to, right.from, right, true), true);
            case Side::told: break;
        }
        if (split != 0 && !parted_left && !parted_right) {  // "5 أيام للقرار، للنسخ يومان"
            return set(cases_[i - 1], read_suffix(text_, tokens_, left.to, split, true)) &&
                   set(cases_[i], read_prefix(text_, tokens_, split, right.from, right, true), true);
        }
        if (parted_left == parted_right && !colon) {
            return false;
        }
        if (parted_right && !colon) {
            return set(cases_[i - 1], read_suffix(text_, tokens_, left.to, right.from, false));
        }
        return (colon || opens_case(gap)) &&
               set(cases_[i], read_prefix(text_, tokens_, left.to, right.from, right, true), true);
    }

    // Only what is clear, and one case a delay.
    static bool set(Rest& place, Rest rest, bool must_be_case = false) {
        if (rest.kind == Rest::Kind::unclear || (must_be_case && rest.kind != Rest::Kind::when)) {
            return false;
        }
        const bool says = rest.kind == Rest::Kind::when || rest.kind == Rest::Kind::working;
        if (says && place.kind != Rest::Kind::nothing) {
            return false;
        }
        place = says ? std::move(rest) : std::move(place);
        return true;
    }

    [[nodiscard]] bool has_sign(std::size_t from, std::size_t to) const {
        const Span between{tokens_, from, to};
        for (std::size_t i = from; i < to; ++i) {
            if (Span::is_quiet(between.tokens[i]) || between.tokens[i].is_mark('/')) {
                return true;
            }
        }
        return false;
    }

    // Begins with an "and" that opens a new case: "وفي حالة …", "و بالنسبة ل…".
    static bool joins(const Span& gap) {
        const std::string_view first = gap.word(gap.from);
        return first == "و" || (first.starts_with("و") && first.size() > 4 && opens_case(gap));
    }

    // Where a second case opens behind a comma; 0 when none does.
    [[nodiscard]] std::size_t opening_within(const Span& gap) const {
        for (std::size_t at = gap.to; at-- > gap.from + 1;) {
            const bool comma = tokens_[at - 1].is_mark(',') || tokens_[at].is("و");
            const Span rest{tokens_, at, gap.to};
            if ((comma || joins(rest)) && opens_case(rest)) {
                return at;
            }
        }
        return 0;
    }

    // "60 يوما للتسجيل لأول مرة 30 يوما للحالات الأخرى": no comma, but the next delay is in figures;
    // months and years might belong to the words before them ("لرخصة مدتها 5 سنوات").
    [[nodiscard]] bool safe_unparted(bool parted_left, const TimePhrase& right) const {
        return !parted_left && tokens_[right.from].kind == Token::Kind::number &&
               right.unit != TimeUnit::month && right.unit != TimeUnit::year;
    }

    std::string_view text_;
    const Tokens& tokens_;
    const DelayLine& line_;
    std::vector<Rest>& cases_;
};

}  // namespace

bool read_cases(std::string_view text, const Tokens& tokens, const DelayLine& line,
                std::vector<Rest>& cases) {
    return CaseReader(text, tokens, line, cases).read();
}

}  // namespace wasl::catalogue::sheet
