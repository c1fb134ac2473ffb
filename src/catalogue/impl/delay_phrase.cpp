#include "catalogue/impl/delay_phrase.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

namespace wasl::catalogue::sheet {
namespace {

// How a unit noun counts by itself: Arabic has singular (one), dual (two) and forms that need a number.
enum class Form { needs_number, one, two };
struct UnitWord {
    std::string_view word;
    TimeUnit unit;
    Form form;
};
using enum TimeUnit;
constexpr UnitWord unit_words[] = {
    {"يوم", day, Form::one}, {"يوما", day, Form::needs_number}, {"يومان", day, Form::two},
    {"يومين", day, Form::two}, {"ايام", day, Form::needs_number},
    {"jour", day, Form::one}, {"jours", day, Form::needs_number}, {"j", day, Form::needs_number},
    {"jrs", day, Form::needs_number}, {"journee", day, Form::one}, {"day", day, Form::one},
    {"days", day, Form::needs_number},
    {"اسبوع", week, Form::one}, {"اسبوعا", week, Form::needs_number}, {"اسبوعان", week, Form::two},
    {"اسبوعين", week, Form::two}, {"اسابيع", week, Form::needs_number}, {"semaine", week, Form::one},
    {"semaines", week, Form::needs_number}, {"week", week, Form::one}, {"weeks", week, Form::needs_number},
    {"شهر", month, Form::one}, {"شهرا", month, Form::needs_number}, {"شهران", month, Form::two},
    {"شهرين", month, Form::two}, {"اشهر", month, Form::needs_number}, {"شهور", month, Form::needs_number},
    {"mois", month, Form::needs_number}, {"month", month, Form::one}, {"months", month, Form::needs_number},
    {"سنه", year, Form::one}, {"سنتان", year, Form::two}, {"سنتين", year, Form::two},
    {"سنوات", year, Form::needs_number}, {"سنين", year, Form::needs_number}, {"عام", year, Form::needs_number},
    {"عامان", year, Form::two}, {"عامين", year, Form::two}, {"اعوام", year, Form::needs_number},
    {"an", year, Form::needs_number}, {"ans", year, Form::needs_number}, {"year", year, Form::one},
    {"years", year, Form::needs_number},
    {"ساعه", hour, Form::one}, {"ساعتان", hour, Form::two}, {"ساعتين", hour, Form::two},
    {"ساعات", hour, Form::needs_number}, {"سا", hour, Form::needs_number}, {"س", hour, Form::needs_number},
    {"h", hour, Form::needs_number}, {"heure", hour, Form::one}, {"heures", hour, Form::needs_number},
    {"hour", hour, Form::one}, {"hours", hour, Form::needs_number},
    {"دقيقه", minute, Form::one}, {"دقيقتان", minute, Form::two}, {"دقيقتين", minute, Form::two},
    {"دقايق", minute, Form::needs_number}, {"minute", minute, Form::one}, {"minutes", minute, Form::needs_number},
    {"min", minute, Form::needs_number}, {"mn", minute, Form::needs_number},
};

const UnitWord* find_unit(std::string_view word) {
    for (const auto& unit : unit_words) {
        if (unit.word == word) {
            return &unit;
        }
    }
    return nullptr;
}

// A unit, also behind a clitic: "بيومين", "وشهر".
const UnitWord* unit_at(const Tokens& tokens, std::size_t at) {
    const std::string_view word = word_at(tokens, at);
    if (word == "week" && (word_at(tokens, at + 1) == "end" || word_at(tokens, at + 2) == "end")) {
        return nullptr;  // "week-end"
    }
    if (const UnitWord* unit = find_unit(word)) {
        return unit;
    }
    for (const std::string_view clitic : {std::string_view("و"), std::string_view("ب")}) {
        if (word.starts_with(clitic) && (at == 0 || tokens[at - 1].kind != Token::Kind::number)) {
            if (const UnitWord* unit = find_unit(word.substr(clitic.size())); unit && word.size() > clitic.size() + 2) {
                return unit;
            }
        }
    }
    return nullptr;
}

bool is_work_word(std::string_view word) {
    static constexpr std::array<std::string_view, 13> words = {
        "عمل", "العمل", "شغل", "الشغل", "مفتوح", "مفتوحه", "مفتوحا", "ouvrable", "ouvrables", "ouvre", "ouvres",
        "working", "business"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

struct Reader {
    const Tokens& tokens;
    TimePhrase phrase;
    std::vector<std::int64_t> before, after;
    bool fraction = false;
    bool work_days = false;  // "من أيام العمل": the days are named, also behind hours

    // A number in digits or words at `at`, inside parentheses or not.
    // With `article`, also "الثلاثين": never after a noun, where "أيام الاثنين" are Mondays.
    std::optional<std::int64_t> number(std::size_t& at, bool article) {
        std::size_t here = at;
        const bool open = mark_at(tokens, here, '(');
        here += open ? 1 : 0;
        std::optional<std::int64_t> value;
        if (here < tokens.size() && tokens[here].kind == Token::Kind::number) {
            value = to_integer(tokens[here].text);
            ++here;
            if (here + 1 < tokens.size() && tokens[here].kind == Token::Kind::mark && tokens[here].glued &&
                std::string_view(".,\x01").find(tokens[here].text[0]) != std::string_view::npos &&
                tokens[here + 1].kind == Token::Kind::number && tokens[here + 1].glued) {
                fraction = true;
                here += 2;
            }
            if (!value) {
                fraction = true;  // more digits than any delay has
                value = 0;
            }
        } else if (here < tokens.size() && tokens[here].kind == Token::Kind::word) {
            value = words(here, article);
        }
        if (!value) {
            return std::nullopt;
        }
        if (open) {
            if (!mark_at(tokens, here, ')')) {
                return std::nullopt;
            }
            ++here;
        }
        at = here;
        return value;
    }

    std::optional<std::int64_t> words(std::size_t& here, bool article) const {
        if (auto value = number_in_words(tokens, here)) {
            return value;
        }
        const std::string_view word = word_at(tokens, here);
        for (const std::string_view clitic : {std::string_view("و"), std::string_view("ب"), std::string_view("ال")}) {
            if ((article || clitic != "ال") && word.starts_with(clitic) && starts_number_word(word.substr(clitic.size()))) {
                Tokens tail(tokens.begin() + static_cast<std::ptrdiff_t>(here),
                            tokens.begin() + static_cast<std::ptrdiff_t>(std::min(tokens.size(), here + 6)));
                tail[0].text = std::string(word.substr(clitic.size()));
                std::size_t used = 0;
                if (auto value = number_in_words(tail, used)) {
                    here += used;
                    return value;
                }
            }
        }
        return std::nullopt;
    }

    // "عمل", "من أيام العمل", "(أيام عمل)", "jours ouvrables"
    bool work(std::size_t& at) {
        std::size_t here = at;
        const bool open = mark_at(tokens, here, '(');
        here += open ? 1 : 0;
        bool days = false;
        if (word_at(tokens, here) == "من") {
            ++here;
        }
        if (here > at || open) {
            if (word_at(tokens, here) == "ايام" || word_at(tokens, here) == "jours") {
                ++here;
                days = true;
            }
        }
        if (!is_work_word(word_at(tokens, here))) {
            return false;
        }
        ++here;
        if (open && !mark_at(tokens, here++, ')')) {
            return false;
        }
        work_days = work_days || days;
        at = here;
        return true;
    }

    bool read(std::size_t at) {
        std::size_t here = at;
        for (int i = 0; i < 3; ++i) {
            const auto value = number(here, true);
            if (!value) {
                break;
            }
            before.push_back(*value);
        }
        if (!before.empty() && is_work_word(word_at(tokens, here))) {  // "5 working days"
            phrase.working = true;
            ++here;
        }
        bool dash = false;
        if (!before.empty() && mark_at(tokens, here, '-')) {
            dash = true;
            ++here;
        }
        const UnitWord* unit = unit_at(tokens, here);
        const bool construct = before.empty() && dual_construct(here);
        if (!unit && !construct) {
            return false;
        }
        if (dash && unit && unit->form != Form::needs_number) {
            return false;  // "2- شهر": the number counts the line, not the months
        }
        ++here;
        phrase.unit = construct ? TimeUnit::day : unit->unit;
        read_after(here, unit);
        phrase.from = at;
        phrase.to = here;
        return settle(construct ? Form::two : behind_exceeds(at) ? Form::one : unit->form);
    }

    // "لا يتجاوز شهرا": the accusative of one.
    [[nodiscard]] bool behind_exceeds(std::size_t at) const {
        const std::string_view previous = at > 0 ? word_at(tokens, at - 1) : std::string_view();
        const std::string_view word = word_at(tokens, at);
        return before.empty() && after.empty() && (word == "شهرا" || word == "يوما" || word == "اسبوعا") &&
               (previous == "يتجاوز" || previous == "تتجاوز" || previous == "يتعدي" || previous == "تتعدي");
    }

    // "يومي عمل", "يوما عمل": a dual that lost its nun before "of work".
    [[nodiscard]] bool dual_construct(std::size_t at) const {
        const std::string_view word = word_at(tokens, at);
        return (word == "يومي" || word == "يوما") && (word_at(tokens, at + 1) == "عمل" || word_at(tokens, at + 1) == "شغل");
    }

    void read_after(std::size_t& here, const UnitWord* unit) {
        for (int i = 0; i < 4; ++i) {
            std::size_t look = here;
            if (work(look)) {
                phrase.working = true;
                here = look;
                continue;
            }
            // "يوما 30", "أيام 5": typed from the wrong side. "عام 2020" is a date.
            const bool reversed = unit && unit->form == Form::needs_number && unit->unit == TimeUnit::day &&
                                  before.empty() && after.empty();
            const bool bare_digits = look < tokens.size() && tokens[look].kind == Token::Kind::number;
            if (bare_digits && !reversed) {
                break;  // the number belongs to what follows
            }
            // A number in words after the noun belongs to what follows when a unit stands behind it.
            if (const auto value = number(look, false); value && (mark_at(tokens, here, '(') || !unit_at(tokens, look))) {
                after.push_back(*value);
                here = look;
                continue;
            }
            break;
        }
    }

    bool settle(Form form) {
        std::vector<std::int64_t> all = before;
        all.insert(all.end(), after.begin(), after.end());
        if (form == Form::two) {
            all.push_back(2);
        }
        if (all.empty()) {
            if (form == Form::needs_number) {
                return false;
            }
            all.push_back(1);
        }
        phrase.n = all[0];
        phrase.broken = fraction || phrase.n < 0 || phrase.n > 9999;
        for (const std::int64_t value : all) {
            phrase.broken = phrase.broken || value != phrase.n;
        }
        const bool whole_days = phrase.unit == TimeUnit::hour && work_days && phrase.n % 24 == 0;
        phrase.broken = phrase.broken ||
                        (phrase.working && phrase.unit != TimeUnit::day && !whole_days);
        return true;
    }
};

// A bare singular is a date or a frequency, not a delay, behind these: "من يوم", "كل شهر".
bool bare_noun_is_no_delay(const Tokens& tokens, std::size_t at) {
    const std::string_view word = word_at(tokens, at);
    if (!find_unit(word) || find_unit(word)->form != Form::one || at == 0) {
        return false;
    }
    const std::string_view previous = word_at(tokens, at - 1);
    static constexpr std::array<std::string_view, 12> words = {"من", "منذ", "كل", "نفس", "نصف", "ربع", "بعد",
                                                               "قبل", "عن", "par", "chaque", "demi"};
    return std::find(words.begin(), words.end(), previous) != words.end();
}

struct AtOnce {
    std::string_view words;
    bool needs_start = false;
};
constexpr AtOnce at_once_phrases[] = {
    {"علي الفور"}, {"الفور"}, {"فورا"}, {"فوريا"}, {"فوري"}, {"فوريه"}, {"الفوري"}, {"الفوريه"}, {"في الحين"}, {"بالحين"},
    {"في حينه"}, {"حينا"}, {"حيني"}, {"حينيا"}, {"حينيه"}, {"انيا"}, {"اني"}, {"انيه"}, {"الاني"}, {"حالا"},
    {"في الحال"}, {"لحظيا"}, {"لحظي"}, {"لحظيه"}, {"علي التو"}, {"توا"}, {"مباشره"}, {"بعين المكان"},
    {"في عين المكان"}, {"في نفس اليوم"}, {"نفس اليوم"}, {"في اليوم نفسه"}, {"اليوم نفسه"}, {"في يومه"},
    {"بدون انتظار"}, {"دون انتظار"}, {"فور", true}, {"في نفس يوم", true}, {"نفس يوم", true}, {"في يوم الايداع"},
    {"يوم الايداع"}, {"immediat"}, {"immediate"}, {"immediatement"},
    {"immediately"}, {"instantane"}, {"instantanee"}, {"instantanement"}, {"sur place"}, {"sur le champ"},
    {"sur - le - champ"}, {"seance tenante"}, {"le jour meme"}, {"meme jour"}, {"at once"}, {"on the spot"},
    {"same day"}, {"the same day"}, {"en temps reel"},
};

std::optional<TimePhrase> at_once(const Tokens& tokens, std::size_t at) {
    std::optional<TimePhrase> best;
    for (const auto& entry : at_once_phrases) {
        std::size_t here = at;
        bool same = true;
        for (const std::string_view word : split(entry.words, ' ')) {
            same = same && here < tokens.size() && tokens[here].text == word;
            ++here;
        }
        if (same && (!best || here > best->to)) {
            best = TimePhrase{at, here, 0, TimeUnit::day, false, true, false, entry.needs_start};
        }
    }
    return best;
}

// "اليوم الموالي": the next day.
std::optional<TimePhrase> next_day(const Tokens& tokens, std::size_t at) {
    const std::string_view second = word_at(tokens, at + 1);
    if (word_at(tokens, at) == "اليوم" && (second == "الموالي" || second == "التالي")) {
        return TimePhrase{at, at + 2, 1, TimeUnit::day};
    }
    return std::nullopt;
}

// Minutes, hours, days and weeks in minutes; months and years in months; negative for the other class.
std::pair<std::int64_t, std::int64_t> measure(const TimePhrase& phrase) {
    switch (phrase.unit) {
        case TimeUnit::minute: return {phrase.n, -1};
        case TimeUnit::hour: return {phrase.n * 60, -1};
        case TimeUnit::day: return {phrase.n * 1440, -1};
        case TimeUnit::week: return {phrase.n * 7 * 1440, -1};
        case TimeUnit::month: return {-1, phrase.n};
        case TimeUnit::year: return {-1, phrase.n * 12};
    }
    return {-1, -1};
}

}  // namespace

bool same_time(const TimePhrase& a, const TimePhrase& b) {
    return !a.broken && !b.broken && a.at_once == b.at_once && a.working == b.working && measure(a) == measure(b);
}

std::vector<TimePhrase> find_times(const Tokens& tokens) {
    std::vector<TimePhrase> out;
    std::size_t at = 0;
    while (at < tokens.size()) {
        std::optional<TimePhrase> found = at_once(tokens, at);
        if (!found) {
            found = next_day(tokens, at);
        }
        if (!found && !bare_noun_is_no_delay(tokens, at)) {
            Reader reader{tokens, {}, {}, {}};
            if (reader.read(at)) {
                found = reader.phrase;
            }
        }
        if (found) {
            at = found->to;
            out.push_back(*found);
        } else {
            ++at;
        }
    }
    return out;
}

}  // namespace wasl::catalogue::sheet
