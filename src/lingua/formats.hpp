// Dates, times, numbers, money and sizes as each language writes them (CLDR: ar-MA, fr-MA, en-GB, zgh-MA).
// All digits are Latin, as Moroccan offices write them. Results are not isolated; a message does that.
#pragma once

#include "base/decimal.hpp"
#include "base/time.hpp"
#include "lingua/language.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl::lingua {

std::string long_date(Language language, const Date& date);      // "21 نونبر 2026", "1er mai 2026"
std::string full_date(Language language, const Date& date);      // with its weekday: "samedi 21 novembre 2026"
std::string short_date(const Date& date);                        // "21/11/2026", the same in all four
std::string month_name(Language language, int month);            // 1–12
std::string weekday_name(Language language, int iso_weekday);    // 1 = Monday
std::string time_of_day(const LocalTime& time);                  // "09:05"
std::string date_and_time(Language language, const LocalTime& time);  // "21 novembre 2026, 09:05"

std::string number(Language language, std::int64_t value);       // "1.234.567", "1,234,567"
void append_number(std::string& out, Language language, std::int64_t value);
std::string number(Language language, const Decimal& value);     // as many decimals as it has
std::string money(Language language, const Decimal& dirhams);    // "25,00 درهم", "25,00 DH", two decimals always
std::string file_size(Language language, std::int64_t bytes);    // "1,4 Mo"; units of 1,000
// "today", "tomorrow", "in 12 days", "3 days ago".
std::string relative_day(Language language, const Date& day, const Date& today);

}  // namespace wasl::lingua
