#include "lingua/formats.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::lingua;

namespace {
Decimal decimal(const char* text) { return *Decimal::parse(text); }
}  // namespace

TEST_CASE("dates: Moroccan month names and Latin digits") {
    const Date day{2026, 11, 21};
    CHECK(long_date(Language::ar, day) == "21 نونبر 2026");
    CHECK(long_date(Language::fr, day) == "21 novembre 2026");
    CHECK(long_date(Language::en, day) == "21 November 2026");
    CHECK(long_date(Language::zgh, day) == "21 ⵏⵓⵡⴰⵏⴱⵉⵔ 2026");
    CHECK(long_date(Language::ar, {2026, 7, 1}) == "1 يوليوز 2026");
    CHECK(long_date(Language::ar, {2026, 8, 1}) == "1 غشت 2026");
    CHECK(long_date(Language::fr, {2026, 5, 1}) == "1er mai 2026");
    CHECK(full_date(Language::fr, day) == "samedi 21 novembre 2026");
    CHECK(full_date(Language::ar, day) == "السبت، 21 نونبر 2026");
    CHECK(short_date({2026, 2, 3}) == "03/02/2026");
    CHECK(month_name(Language::ar, 5) == "ماي");
    CHECK(weekday_name(Language::fr, 7) == "dimanche");
}

TEST_CASE("times have two digits and twenty-four hours") {
    CHECK(time_of_day({{2026, 11, 21}, 9, 5, 59, 3600}) == "09:05");
    CHECK(date_and_time(Language::ar, {{2026, 11, 21}, 23, 0, 0, 3600}) == "21 نونبر 2026، 23:00");
}

TEST_CASE("numbers carry the marks of the language") {
    CHECK(number(Language::ar, 1'234'567) == "1.234.567");
    CHECK(number(Language::fr, 1'234) == "1.234");
    CHECK(number(Language::en, 999) == "999");
    CHECK(number(Language::en, -1'000) == "-1,000");
    CHECK(number(Language::zgh, 12'345) == "12\u00A0345");
    CHECK(number(Language::fr, INT64_MIN) == "-9.223.372.036.854.775.808");
    CHECK(number(Language::fr, decimal("1234.5")) == "1.234,5");
    CHECK(number(Language::ar, decimal("-0.5")) == "\u200E-0,5");
}

TEST_CASE("money always has two decimals and keeps its unit on the line") {
    CHECK(money(Language::ar, decimal("25")) == "25,00\u00A0درهم");
    CHECK(money(Language::fr, decimal("1250.5")) == "1.250,50\u00A0DH");
    CHECK(money(Language::en, decimal("25.00")) == "25.00\u00A0dirhams");
}

TEST_CASE("file sizes are in units of a thousand with one decimal") {
    CHECK(file_size(Language::fr, 999) == "999\u00A0octets");
    CHECK(file_size(Language::fr, 1'400'000) == "1,4\u00A0Mo");
    CHECK(file_size(Language::en, 999'960) == "1\u00A0MB");
    CHECK(file_size(Language::ar, 10'000'000) == "10\u00A0ميغابايت");
    CHECK(file_size(Language::en, 5'000'000'000'000) == "5,000\u00A0GB");
}

TEST_CASE("a near day is said in words") {
    const Date today{2026, 11, 21};
    CHECK(relative_day(Language::fr, today, today) == "aujourd’hui");
    CHECK(relative_day(Language::en, today.plus_days(1), today) == "tomorrow");
    CHECK(relative_day(Language::ar, today.plus_days(-1), today) == "أمس");
    CHECK(relative_day(Language::en, today.plus_days(12), today) == "in \u206812\u2069 days");
    CHECK(relative_day(Language::ar, today.plus_days(2), today) == "بعد يومين");
}
