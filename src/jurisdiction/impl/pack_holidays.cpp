// holidays.toml: fixed days, Hijri days with their forecast flag, days added by decision.
#include "jurisdiction/impl/pack_reader.hpp"

namespace wasl::jurisdiction {
namespace {

constexpr int first_year = 1956, last_year = 2100;  // fixed days are spread over these years

}  // namespace

void PackReader::read_fixed(Fields& table) {
    const std::string code = table.text("code");
    const Names name = table.names("name");
    const int month = table.integer("month", 1, 12);
    const int day = table.integer("day", 1, 31);
    const int from = table.integer("from", first_year, last_year);
    const int to = table.any("to", true) == nullptr ? last_year : table.integer("to", from, last_year);
    const bool confirmed = table.boolean("confirmed", true);
    if (!confirmed) {
        unconfirmed_.push_back(findings_.file + ":" + code);
    }
    if (day > days_in_month(2024, month)) {
        table.problem("day", "does not exist in that month");
        return;
    }
    for (int year = from; year <= to; ++year) {
        const Date date{year, month, day};
        if (date.valid()) {
            calendar_.holidays.push_back({date, code, name, !confirmed});
        }
    }
}

void PackReader::read_hijri(Fields& table) {
    const std::string code = table.text("code");
    const Names name = table.names("name");
    const int days = table.integer("days", 1, 5);
    std::optional<Date> before;
    table.tables("dates", [&](const toml_text::Node& node) {
        Fields row(findings_, node, "a row of dates");
        const Date first = row.date("date");
        const bool forecast = row.choice("status", {"proclaimed", "forecast"}) == "forecast";
        // A Hijri year has 354 or 355 days: anything else is a slip of the pen.
        if (before && first < before->plus_days(340)) {
            row.problem("date", "comes less than a Hijri year after the one before");
        }
        before = first;
        for (int day = 0; day < days; ++day) {
            calendar_.holidays.push_back({first.plus_days(day), code, name, forecast});
        }
    });
}

void PackReader::read_holidays(Fields& root) {
    calendar_.known_until = root.date("known_until");
    root.tables("fixed", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[fixed]]");
        read_fixed(table);
    });
    root.tables("hijri", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[hijri]]");
        read_hijri(table);
    }, true);
    root.tables("extra", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[extra]]");
        const Date date = table.date("date");
        const Names name = table.names("name");
        table.text("decision");
        calendar_.holidays.push_back({date, "extra", name, false});
    }, true);
}

}  // namespace wasl::jurisdiction
