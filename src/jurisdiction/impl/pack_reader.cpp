#include "jurisdiction/impl/pack_reader.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::jurisdiction {

Entry PackReader::dated(Fields& table, std::string what, const Source& source) {
    Entry entry{table.date("from"), table.optional_date("to"), std::move(what), findings_.file, table.line(), {}};
    if (entry.to && *entry.to < entry.from) {
        table.problem("to", "is before 'from'");
    }
    note_unconfirmed(source, entry.what);
    return entry;
}

void PackReader::note_unconfirmed(const Source& source, const std::string& what) {
    if (!source.confirmed) {
        unconfirmed_.push_back(findings_.file + ":" + what);
    }
}

void PackReader::read_file(const PackFile& file) {
    findings_.file = file.name;
    if (file.name == "divisions.csv") {
        read_divisions(file.text);
        return;
    }
    static const std::vector<std::pair<std::string_view, void (PackReader::*)(Fields&)>> readers = {
        {"pack.toml", &PackReader::read_pack},
        {"delays.toml", &PackReader::read_delays},
        {"silence.toml", &PackReader::read_silence},
        {"extension.toml", &PackReader::read_extension},
        {"investment.toml", &PackReader::read_investment},
        {"formalities.toml", &PackReader::read_formalities},
        {"evidence.toml", &PackReader::read_evidence},  // may be absent
        {"money.toml", &PackReader::read_money},
        {"self-generation.toml", &PackReader::read_self_generation},  // may be absent
        {"identifiers.toml", &PackReader::read_identifiers},
        {"holidays.toml", &PackReader::read_holidays},
    };
    const auto found = std::ranges::find(readers, file.name, [](const auto& reader) { return reader.first; });
    if (found == readers.end()) {
        findings_.add(0, "no file of a pack has this name");
        return;
    }
    if (!is_utf8(file.text)) {
        findings_.add(0, "is not UTF-8 text");
        return;
    }
    const auto root = toml_text::parse(file.text);
    if (!root) {
        findings_.add(root.error().line, root.error().message);
        return;
    }
    Fields fields(findings_, *root, "the file");
    (this->*found->second)(fields);
}

void PackReader::read_currency(Fields& root) {
    const toml_text::Node* node = root.any("currency");
    if (node == nullptr) {
        return;
    }
    Fields table(findings_, *node, "[currency]");
    currency_.code = table.text("code");
    currency_.digits = table.integer("digits", 0, 4);
    currency_.symbol = table.names("symbol");
}

void PackReader::read_pack(Fields& root) {
    country_ = root.text("country");
    name_ = root.names("name");
    languages_ = root.texts("languages");
    if (const std::string zone = root.text("zone"); !zone.empty()) {
        auto loaded = Zone::load(zone);
        if (loaded) {
            zone_ = std::move(*loaded);
        } else {
            root.problem("zone", fmt::format("'{}' is not in the time zone database", zone));
        }
    }
    calendar_.weekend = root.integers("weekend", 1, 7);
    if (std::set<int>(calendar_.weekend.begin(), calendar_.weekend.end()).size() == 7) {
        root.problem("weekend", "leaves no working day");
        calendar_.weekend.clear();
    }
    working_by_default_ = root.boolean("working_by_default", false);
    calendar_.roll_over =
        root.choice("roll_over", {"next_working_day", "none"}) == "none" ? RollOver::none : RollOver::next_working_day;
    read_currency(root);
    root.tables("majority", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[majority]]");
        const Source source = table.source();
        Entry entry = dated(table, "majority", source);
        const int years = table.integer("years", 1, 100);
        entry.apply = [=](Law& law) { law.majority_age = {years, source}; };
        entries_.push_back(std::move(entry));
    });
    root.tables("messages", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[messages]]");
        const Source source = table.source();
        Entry entry = dated(table, "messages", source);
        const MessageLimits limits{.a_day = table.integer("a_day", 1, 1000), .in_all = table.integer("in_all", 1, 10'000)};
        entry.apply = [=](Law& law) { law.messages = {limits, source}; };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_divisions(const std::string& text) {
    static const std::vector<std::pair<std::string_view, DivisionKind>> kinds = {
        {"region", DivisionKind::region},
        {"prefecture", DivisionKind::prefecture},
        {"province", DivisionKind::province},
        {"urban_commune", DivisionKind::urban_commune},
        {"rural_commune", DivisionKind::rural_commune},
    };
    if (!is_utf8(text)) {
        findings_.add(0, "is not UTF-8 text");
        return;
    }
    std::set<std::string, std::less<>> codes;
    int line = 0;
    for (const std::string_view row : split(text, '\n')) {
        ++line;
        if (trim(row).empty() || row.front() == '#') {
            continue;
        }
        const auto cells = split(trim(row), ';');
        if (cells.size() != 5) {
            findings_.add(line, "five cells are expected: code;kind;ar;fr;source id");
            continue;
        }
        const auto kind = std::ranges::find(kinds, cells[1], [](const auto& known) { return known.first; });
        Division division{std::string(cells[0]), {}, DivisionKind::region, {}, std::string(cells[4])};
        division.name.ar = cells[2];
        division.name.fr = cells[3];
        const auto dot = division.code.rfind('.');
        if (dot != std::string::npos) {
            division.parent = division.code.substr(0, dot);
        }
        if (division.code.empty() || !codes.insert(division.code).second) {
            findings_.add(line, fmt::format("the code '{}' is empty or stands twice", division.code));
        } else if (kind == kinds.end()) {
            findings_.add(line, fmt::format("'{}' is no kind of division", cells[1]));
        } else if (!division.parent.empty() && !codes.contains(division.parent)) {
            findings_.add(line, fmt::format("'{}' stands before its parent '{}'", division.code, division.parent));
        } else if (division.name.ar.empty() || division.name.fr.empty()) {
            findings_.add(line, "a division needs its names in ar and fr");
        } else {
            division.kind = kind->second;
            divisions_.push_back(std::move(division));
        }
    }
}

void PackReader::check_overlaps() {
    std::map<std::string, std::vector<const Entry*>> by_what;
    for (const Entry& entry : entries_) {
        auto& same = by_what[entry.what];
        for (const Entry* other : same) {
            if (entry.holds(other->from) || other->holds(entry.from)) {
                findings_.file = entry.file;
                findings_.add(entry.line, fmt::format("'{}' already holds at that time (line {}): end the earlier one with 'to'",
                                                      entry.what, other->line));
                break;
            }
        }
        same.push_back(&entry);
    }
}

std::vector<Law> PackReader::build_states() {
    static constexpr std::string_view needed[] = {"maximum:ordinary", "maximum:investment", "maximum:complaint",
                                                  "clock",            "appeal",             "majority",           "messages"};
    std::set<Date> days;
    for (const Entry& entry : entries_) {
        days.insert(entry.from);
        if (entry.to) {
            days.insert(entry.to->plus_days(1));
        }
    }
    std::vector<Law> states;
    for (const Date day : days) {
        Law law;
        law.from = day;
        std::set<std::string, std::less<>> held;
        for (const Entry& entry : entries_) {
            if (entry.holds(day)) {
                held.insert(entry.what);
                entry.apply(law);
            }
        }
        const auto missing = std::ranges::find_if(needed, [&](std::string_view what) { return !held.contains(what); });
        if (missing != std::end(needed)) {
            // Before the law is complete there is no state; a hole later is a mistake.
            if (!states.empty()) {
                findings_.file = "delays.toml";
                findings_.add(0, fmt::format("'{}' does not hold on {}", *missing, day.iso()));
                return states;
            }
            continue;
        }
        if (!states.empty()) {
            states.back().until = day;
        }
        states.push_back(std::move(law));
    }
    if (states.empty() && findings_.all.empty()) {
        findings_.file = "delays.toml";
        findings_.add(0, fmt::format("on no day do all of {} hold", fmt::join(needed, ", ")));
    }
    return states;
}

std::expected<Pack, std::vector<PackFinding>> PackReader::read(std::span<const PackFile> files) {
    for (const PackFile& file : files) {
        read_file(file);
    }
    for (const std::string_view name : {"pack.toml", "delays.toml", "silence.toml", "extension.toml", "investment.toml",
                                        "formalities.toml", "money.toml", "identifiers.toml", "holidays.toml"}) {
        if (std::ranges::find(files, name, &PackFile::name) == files.end()) {
            findings_.file = std::string(name);
            findings_.add(0, "is missing");
        }
    }
    check_overlaps();
    std::vector<Law> states = build_states();
    auto identifiers = Identifiers::create(rules_, phone_);
    if (!findings_.all.empty() || !identifiers || !zone_) {
        if (findings_.all.empty()) {
            findings_.file = "identifiers.toml";
            findings_.add(0, "a pattern is wrong");
        }
        return std::unexpected(std::move(findings_.all));
    }
    Pack pack(Calendar(*zone_, std::move(calendar_)), std::move(*identifiers));
    pack.country_ = std::move(country_);
    pack.name_ = std::move(name_);
    pack.languages_ = std::move(languages_);
    pack.divisions_ = Divisions(std::move(divisions_));
    pack.currency_ = std::move(currency_);
    pack.working_by_default_ = working_by_default_;
    pack.states_ = std::move(states);
    pack.unconfirmed_ = std::move(unconfirmed_);
    return pack;
}

}  // namespace wasl::jurisdiction
