#include "lingua/formats.hpp"

#include "lingua/messages.hpp"

#include <unicode/decimfmt.h>
#include <unicode/dtfmtsym.h>
#include <unicode/dtptngen.h>

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

namespace wasl::lingua {

namespace {

// What CLDR says for a language, read once from ICU; formatting itself needs no ICU object, holds no lock
// and knows 64-bit years.
struct Conventions {
    std::string long_pattern, full_pattern;  // CLDR date patterns: d, MMMM, y, EEEE and literals
    std::array<std::string, 12> months;
    std::array<std::string, 7> weekdays;  // 0 = Sunday, as ICU counts
    std::string decimal_mark, group_mark, minus;
};

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

Conventions read_conventions(const char* locale_name) {
    const icu::Locale locale(locale_name);
    UErrorCode status = U_ZERO_ERROR;
    Conventions found;
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(locale, status));
    const icu::DateFormatSymbols names(locale, status);
    const icu::DecimalFormatSymbols marks(locale, status);
    if (U_FAILURE(status)) {
        throw std::logic_error("ICU has no formats: is its data installed?");
    }
    found.long_pattern = utf8(patterns->getBestPattern(u"yMMMMd", status));
    found.full_pattern = utf8(patterns->getBestPattern(u"yMMMMEEEEd", status));
    int32_t count = 0;
    const auto* months = names.getMonths(count, icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::WIDE);
    for (std::size_t i = 0; i < 12; ++i) {
        found.months[i] = utf8(months[i]);
    }
    const auto* days = names.getWeekdays(count, icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::WIDE);
    for (std::size_t i = 0; i < 7; ++i) {
        found.weekdays[i] = utf8(days[i + 1]);
    }
    found.decimal_mark = utf8(marks.getConstSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol));
    found.group_mark = utf8(marks.getConstSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol));
    found.minus = utf8(marks.getConstSymbol(icu::DecimalFormatSymbols::kMinusSignSymbol));
    return found;
}

const Conventions& conventions(Language language) {
    static const std::array<Conventions, language_count> all{
        read_conventions("ar_MA"), read_conventions("fr_MA"), read_conventions("en_GB"), read_conventions("zgh_MA")};
    return all[index(language)];
}

// UTS 35 date patterns, the fields that the two patterns above use.
std::string write_date(Language language, const Conventions& c, const std::string& pattern, const Date& date) {
    std::string out;
    bool quoted = false;
    for (std::size_t at = 0; at < pattern.size();) {
        const char letter = pattern[at];
        if (letter == '\'') {
            quoted = !quoted;
            ++at;
            continue;
        }
        const bool is_field = !quoted && (letter == 'd' || letter == 'M' || letter == 'y' || letter == 'E');
        if (!is_field) {
            out += letter;
            ++at;
            continue;
        }
        while (at < pattern.size() && pattern[at] == letter) {
            ++at;
        }
        switch (letter) {
            case 'd':
                out += fmt::format_int(date.day).c_str();
                // The first of a month is an ordinal in French.
                out += language == Language::fr && date.day == 1 ? "er" : "";
                break;
            case 'M': out += c.months[static_cast<std::size_t>(date.month - 1)]; break;
            case 'y': out += fmt::format_int(date.year).c_str(); break;
            default: out += c.weekdays[static_cast<std::size_t>(date.weekday() % 7)];
        }
    }
    return out;
}

// Digits with a group mark every three, counted from the end.
void append_grouped(std::string& out, std::string_view digits, std::string_view mark) {
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) {
            out += mark;
        }
        out += digits[i];
    }
}

// Localises plain notation: "-1234.5" → "-1.234,5".
std::string localised(const Conventions& c, std::string_view plain) {
    std::string out;
    if (plain.starts_with('-')) {
        out += c.minus;
        plain.remove_prefix(1);
    }
    const auto point = plain.find('.');
    append_grouped(out, plain.substr(0, point), c.group_mark);
    if (point != std::string_view::npos) {
        out += c.decimal_mark;
        out += plain.substr(point + 1);
    }
    return out;
}

}  // namespace

std::string long_date(Language language, const Date& date) {
    const auto& c = conventions(language);
    return write_date(language, c, c.long_pattern, date);
}

std::string full_date(Language language, const Date& date) {
    const auto& c = conventions(language);
    return write_date(language, c, c.full_pattern, date);
}

std::string short_date(const Date& date) { return fmt::format("{:02}/{:02}/{}", date.day, date.month, date.year); }

std::string month_name(Language language, int month) {
    return conventions(language).months.at(static_cast<std::size_t>(month - 1));
}

std::string weekday_name(Language language, int iso_weekday) {
    return conventions(language).weekdays.at(static_cast<std::size_t>(iso_weekday % 7));
}

std::string time_of_day(const LocalTime& time) { return fmt::format("{:02}:{:02}", time.hour, time.minute); }

std::string date_and_time(Language language, const LocalTime& time) {
    return long_date(language, time.date) + (language == Language::ar ? "، " : ", ") + time_of_day(time);
}

void append_number(std::string& out, Language language, std::int64_t value) {
    const fmt::format_int digits(value);
    const std::string_view plain(digits.data(), digits.size());
    if (value >= 0 && value < 1000) {
        out += plain;
        return;
    }
    out += localised(conventions(language), plain);
}

std::string number(Language language, std::int64_t value) {
    std::string out;
    append_number(out, language, value);
    return out;
}

std::string number(Language language, const Decimal& value) {
    return localised(conventions(language), value.text());
}

std::string money(Language language, const Decimal& dirhams) {
    static constexpr std::array<std::string_view, language_count> unit{"درهم", "DH", "dirhams", "ⴰⴷⵔⵉⵎ"};
    std::string out = localised(conventions(language), dirhams.fixed(2));
    // A no-break space, so that an amount never loses its unit at the end of a line.
    return ((out += "\u00A0") += unit[index(language)]);
}

std::string file_size(Language language, std::int64_t bytes) {
    static constexpr std::array<std::array<std::string_view, 4>, language_count> units{{
        {"بايت", "كيلوبايت", "ميغابايت", "جيغابايت"},
        {"octets", "ko", "Mo", "Go"},
        {"bytes", "kB", "MB", "GB"},
        {"ⵉⵓⴽⵟⵏ", "ⴽⵓ", "ⵎⵓ", "ⴳⵓ"},
    }};
    std::size_t unit = 0;
    std::int64_t divisor = 1;
    // 999,950 bytes round to 1 MB, not to 1,000 kB.
    while (unit < 3 && bytes >= divisor * 1000 - (unit == 0 ? 0 : divisor / 20)) {
        divisor *= 1000;
        ++unit;
    }
    const auto& c = conventions(language);
    std::string out;
    if (unit == 0) {
        out = localised(c, fmt::format_int(bytes).c_str());
    } else {
        const std::int64_t tenths = (bytes * 10 + divisor / 2) / divisor;
        const auto plain = tenths % 10 == 0 ? fmt::format("{}", tenths / 10) : fmt::format("{}.{}", tenths / 10, tenths % 10);
        out = localised(c, plain);
    }
    return ((out += "\u00A0") += units[index(language)][unit]);
}

std::string relative_day(Language language, const Date& day, const Date& today) {
    static const Key is_today = key("common.relative.today"), tomorrow = key("common.relative.tomorrow"),
                     yesterday = key("common.relative.yesterday"), future = key("common.relative.in-days"),
                     past = key("common.relative.days-ago");
    const std::int64_t days = day.days_since_epoch() - today.days_since_epoch();
    switch (days) {
        case 0: return std::string(text(language, is_today));
        case 1: return std::string(text(language, tomorrow));
        case -1: return std::string(text(language, yesterday));
        default: return say(language, days > 0 ? future : past, {{"days", days > 0 ? days : -days}});
    }
}

}  // namespace wasl::lingua
