#include "demo_supply.hpp"

#include "grid/meters.hpp"
#include "grid/network_folder.hpp"
#include "grid/outage.hpp"
#include "grid/readings_kept.hpp"
#include "grid/sample.hpp"

#include <array>

namespace wasl::app {

namespace {

constexpr std::int64_t a_minute = 60, a_day = 86'400;

struct Cut {
    std::int64_t days_ago;
    const char* opened;
    grid::OutageCause cause;
    std::int64_t minutes;
};
// One of them is over within five minutes: momentary, in no index.
constexpr std::array<Cut, 8> told{{{88, "2-19", grid::OutageCause::weather, 95},
                                   {71, "12-13", grid::OutageCause::equipment, 42},
                                   {55, "3-23", grid::OutageCause::third_party, 130},
                                   {40, "6-26", grid::OutageCause::planned, 180},
                                   {24, "2-3", grid::OutageCause::overload, 18},
                                   {17, "30-31", grid::OutageCause::equipment, 4},
                                   {9, "9-10", grid::OutageCause::weather, 66},
                                   {3, "20-21", grid::OutageCause::third_party, 51}}};

Result<void> tell_cuts(Host& host, web::MemberSite& member, const grid::MeteredNetwork& metered, Instant now) {
    auto& entropy = *host.site().entropy;
    return member.store->run([&](store::Transaction& tx) -> Result<void> {
        for (const auto& cut : told) {
            const auto began = now.plus_seconds(-cut.days_ago * a_day);
            const auto outage = TRY(grid::begin_outage(tx, entropy, metered, {.opened = {cut.opened}, .cause = cut.cause, .began = began, .expected = {}, .by = "demonstration", .tell = false}));
            TRY(grid::restore_supply(tx, entropy, metered, {.id = outage.id, .closed = {}, .at = began.plus_seconds(cut.minutes * a_minute), .by = "demonstration", .tell = false}));
        }
        TRY(grid::begin_outage(tx, entropy, metered, {.opened = {"27-28"}, .cause = grid::OutageCause::third_party, .began = now.plus_seconds(-40 * a_minute),
                                                      .expected = now.plus_seconds(90 * a_minute), .by = "demonstration"}));
        return {};
    });
}

Result<void> tell_readings(Host& host, web::MemberSite& member, const grid::MeteredNetwork& metered, Instant now) {
    auto until = host.site().pack->zone().date_at(now);
    until.day = 1;
    grid::KeptReadings kept;
    kept.from = until.plus_months(-1);
    kept.until = until;
    const auto text = grid::sample_readings(metered, kept.from, kept.until);
    kept.rows = static_cast<std::int64_t>(TRY(grid::read_readings("releves.csv", text)).size());
    kept.file = TRY(member.store->write_blob(text));
    kept.name = "releves.csv";
    kept.by = "demonstration";
    kept.at = now;
    return member.store->run([&](store::Transaction& tx) { return grid::keep_readings(tx, kept); });
}

}  // namespace

Result<void> tell_supply(Host& host, std::string_view id, Instant now) {
    auto* member = TRY(host.at(id));
    if (member->network == nullptr) return {};
    const auto kept = TRY(member->network->now());
    if (kept == nullptr) return {};
    TRY(tell_cuts(host, *member, kept->metered, now));
    return tell_readings(host, *member, kept->metered, now);
}

}  // namespace wasl::app
