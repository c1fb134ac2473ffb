// The daily map from the one before is, byte for byte, the map of every chain read again.
#include "dossier/day_lines.hpp"

#include "base/digest.hpp"
#include "trust/memory_journal.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl;
using namespace wasl::dossier;

namespace {

constexpr Date first_day{2026, 3, 1};

Instant midnight(int day) { return Zone::utc().start_of_day(first_day.plus_days(day)); }

// A journal of dossiers, staff and the clock, with references for the dossiers.
struct Journal {
    trust::testing::MemoryJournal at;
    int read = 0;  // chains asked for

    void add(const std::string& chain, const std::string& kind, Instant when) {
        store::JournalRow row;
        row.seq = at.rows.size();
        row.chain = chain;
        row.position = static_cast<std::uint64_t>(std::ranges::count(at.rows, chain, &store::JournalRow::chain));
        row.kind = kind;
        row.at = when;
        row.leaf = std::to_string(row.seq) + chain + kind;
        at.rows.push_back(std::move(row));
    }
    DayLinesOf of() {
        return {"secret", [this](std::string_view chain) -> Result<std::optional<std::string>> {
                    ++read;
                    return std::optional("commune/" + std::string(chain));
                }};
    }
    trust::DailyMap map(int day, Instant made, std::vector<trust::MapLine> lines) const {
        const trust::Checkpoint tie{"", at.rows.size(), sha256(std::to_string(at.rows.size())), made, "commune"};
        auto out = trust::DailyMap::build("commune", first_day.plus_days(day), midnight(day + 1), made, tie, std::move(lines));
        REQUIRE(out.has_value());
        return std::move(*out);
    }
    trust::DailyMap in_full(int day, Instant made) { return map(day, made, day_lines(at, of(), midnight(day + 1)).value()); }
};

}  // namespace

TEST_CASE("property: the map made from an earlier one is the map of every chain, byte for byte") {
    static const std::vector<std::string> kinds = {"dossier.message-sent", "dossier.looked-at", "dossier.signed", "dossier.lapsed", "dossier.completed"};
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 random(seed);
        Journal journal;
        std::optional<trust::DailyMap> before;
        Instant now = midnight(0);
        int dossiers = 0;
        for (int day = 0; day < 12; ++day) {
            // Also after the end of the day, before its map is made.
            const Instant made = midnight(day + 1).plus_seconds(3'600);
            while (now < made) {
                const auto which = random() % 10;
                if (which < 3) {
                    journal.add("d" + std::to_string(dossiers++), "dossier.filed", now);
                } else if (which < 8 && dossiers > 0) {
                    journal.add("d" + std::to_string(random() % static_cast<unsigned>(dossiers)),
                                kinds[random() % kinds.size()], now);
                } else {
                    journal.add(which == 8 ? "staff:" + std::to_string(random() % 3) : "keys", "keys.rotated", now);
                }
                now = now.plus_seconds(static_cast<std::int64_t>(random() % 20'000));
            }
            const auto full = journal.in_full(day, made);
            if (before) {
                const auto lines = day_lines_after(journal.at, journal.of(), *before, midnight(day + 1)).value();
                REQUIRE(lines);
                CHECK(journal.map(day, made, *lines).write_lines() == full.write_lines());
            }
            if (random() % 4 != 0) before = full;  // some days no map was made
        }
    }
}

TEST_CASE("only chains that moved are read again") {
    Journal journal;
    for (int i = 0; i < 500; ++i) journal.add("d" + std::to_string(i), "dossier.filed", midnight(0).plus_seconds(i));
    const auto before = journal.in_full(0, midnight(1));
    journal.add("d7", "dossier.lapsed", midnight(1).plus_seconds(5));
    journal.add("new", "dossier.filed", midnight(1).plus_seconds(6));
    journal.read = 0;
    const auto lines = day_lines_after(journal.at, journal.of(), before, midnight(2)).value();
    REQUIRE(lines);
    CHECK(lines->size() == 501);
    CHECK(journal.read == 2);
    CHECK(std::ranges::count(*lines, true, &trust::MapLine::decided) == 1);
}

TEST_CASE("after a clock that ran ahead was put back, every chain is read until its days have passed") {
    Journal journal;
    journal.add("a", "dossier.filed", midnight(0).plus_seconds(60));
    journal.add("b", "dossier.filed", midnight(5).plus_seconds(60));  // the clock had run ahead
    journal.add("clock", "clock.accepted", midnight(0).plus_seconds(120));
    journal.add("c", "dossier.filed", midnight(0).plus_seconds(180));
    auto before = journal.in_full(0, midnight(1));
    CHECK(before.lines().size() == 2);
    for (int day = 1; day < 9; ++day) {
        journal.add("c", "dossier.message-sent", midnight(day).plus_seconds(60));
        const auto full = journal.in_full(day, midnight(day + 1));
        const auto lines = day_lines_after(journal.at, journal.of(), before, midnight(day + 1)).value();
        CHECK(lines.has_value() == (day > 5));
        if (lines) CHECK(journal.map(day, midnight(day + 1), *lines).write_lines() == full.write_lines());
        before = full;
    }
    CHECK(before.lines().size() == 3);
}
