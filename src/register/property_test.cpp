// Any sequence of acts, corrections and withdrawals: at any (valid, known) the register says exactly what a
// plain calendar says, on which every act paints its days.
#include "register/record.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace wasl;
using namespace wasl::reg;

namespace {

constexpr Date first{2026, 1, 1};
constexpr int days = 60;

// One square a day: what was last painted on it. A new sheet for every act, so that earlier knowledge stays.
using Sheet = std::vector<std::optional<std::string>>;

struct Plain {
    std::vector<std::pair<Instant, Sheet>> sheets;
    void paint(Instant at, Date from, std::optional<Date> until, std::optional<std::string> what) {
        Sheet sheet = sheets.empty() ? Sheet(days) : sheets.back().second;
        for (int d = 0; d < days; ++d) {
            const Date day = first.plus_days(d);
            if (day >= from && (!until || day < *until)) sheet[static_cast<std::size_t>(d)] = what;
        }
        sheets.emplace_back(at, std::move(sheet));
    }
    [[nodiscard]] std::optional<std::string> on(int d, Instant known) const {
        std::optional<std::string> out;
        for (const auto& [at, sheet] : sheets) {
            if (at <= known) out = sheet[static_cast<std::size_t>(d)];
        }
        return out;
    }
};

}  // namespace

TEST_CASE("two times: every answer at every (valid, known) is that of a plain calendar, over 400 histories") {
    std::mt19937 random(20'261'122);
    const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    for (int history = 0; history < 400; ++history) {
        Record record{"land-titles", "T-1", "land-title", {}};
        Plain plain;
        Instant now{1'000'000};
        for (int act = 0; act < 1 + pick(9); ++act) {
            now = now.plus_micros(pick(3));  // two acts may come in the same instant
            Version version{.effect = static_cast<Effect>(pick(3)), .recorded = now, .from = first.plus_days(pick(days)), .until = {},
                            .subject = "cnie:A1", .facts = {{"owner", history * 100 + act}}, .act = {}};
            if (pick(2) == 0) version.until = version.from.plus_days(1 + pick(20));
            const bool closes = version.effect == Effect::closed;
            plain.paint(now, version.from, version.until, closes ? std::nullopt : std::optional(json::write(json::Value(version.facts))));
            record.versions.push_back(std::move(version));
        }
        for (int d = 0; d < days; ++d) {
            for (Instant known{999'999}; known <= now.plus_micros(1); known = known.plus_micros(1)) {
                const auto* said = as_of(record, first.plus_days(d), known);
                const auto expected = plain.on(d, known);
                REQUIRE((said != nullptr) == expected.has_value());
                if (said != nullptr) REQUIRE(json::write(json::Value(said->facts)) == *expected);
            }
        }
        const auto back = decode_record(encode(record));
        REQUIRE(back.has_value());
        REQUIRE(*back == record);
    }
}

TEST_CASE("a version is read back from its journal entry, and one of another record is refused") {
    Record record{"land-titles", "T-1", "land-title", {}};
    record.versions.push_back({.effect = Effect::recorded, .recorded = Instant{7}, .from = first, .until = first.plus_days(3), .subject = "cnie:A1",
                               .facts = {{"owner", "x"}}, .act = {.dossier = "d", .reference = "r", .event = "signed", .entry = 4, .by = "b", .office = "o"}});
    Record again;
    REQUIRE(take_version(again, encode_version(record, record.versions.front())).has_value());
    CHECK(again == record);
    Record other{"land-titles", "T-2", "land-title", record.versions};
    CHECK(take_version(other, encode_version(record, record.versions.front())).error().key == "register.malformed");
}
