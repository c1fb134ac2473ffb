// What meters read over one period, what is wrong with the readings, and where energy is lost: what each transformer's own
// meter handed out, less what was billed behind it, beside the losses that the lines must have by the laws of physics. Pure.
#pragma once

#include "grid/csv_table.hpp"
#include "grid/network_csv.hpp"

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

struct Reading {
    std::string meter;
    Date from, until;           // until is exclusive
    double kwh = 0;
    std::uint32_t line = 0;     // of the file

    bool operator==(const Reading&) const = default;
};

// readings.csv: meter, from, until (ISO dates; until exclusive), energy_kwh or energy_mwh. Keys of csv_table.hpp and csv_columns.hpp.
// An empty cell of energy is no reading: the row is passed over, its meter is missing.
Result<std::vector<Reading>> read_readings(std::string_view file, std::string_view text);

// What may be wrong with a reading. One that is wrong counts for nothing in the balance.
enum class AnomalyKind : std::uint8_t {
    unknown_meter,   // not in the network
    twice,           // a second reading of the same meter for the period: the first one counts
    other_period,    // not the period of the file's most
    negative,        // energy below zero
    impossible,      // more than its place can carry: the smallest rating on the way to it, for the whole period
    missing,         // a meter of the network without a reading
    stopped,         // exactly zero: the meter may stand still; it counts as zero
};
inline constexpr std::size_t anomaly_kinds = 7;
std::string_view to_string(AnomalyKind kind) noexcept;  // "unknown-meter" …

struct Anomaly {
    AnomalyKind kind = AnomalyKind::missing;
    std::string meter;
    std::int64_t bus = 0;      // number; 0: unknown
    std::uint32_t line = 0;    // of the file; 0: not in it
    double kwh = 0;
    double most_kwh = 0;       // of impossible: what its place can carry

    bool operator==(const Anomaly&) const = default;
};

// The energy of one transformer meter's part of the network, up to the next transformer meter below it.
struct EnergyBalance {
    std::string meter;           // the transformer's own
    std::int64_t bus = 0;
    std::string called;          // the transformer above it, or empty
    std::size_t customers = 0;   // meters billed
    std::size_t missing = 0;     // meters of which nothing usable was read: the loss may be theirs
    double injected_kwh = 0;
    double billed_kwh = 0;       // behind it, and handed on to transformer meters below it
    std::optional<double> technical_kwh;  // of the lines of this part; none where no power flow was found
    bool readable = false;       // its own reading counts; else there is no balance

    [[nodiscard]] double lost_kwh() const noexcept { return injected_kwh - billed_kwh; }
    [[nodiscard]] double unexplained_kwh() const noexcept { return lost_kwh() - technical_kwh.value_or(0); }
    // Of what was injected; nothing where nothing was.
    [[nodiscard]] std::optional<double> lost_share() const noexcept;
};

struct EnergyReport {
    Date from, until;                    // the period
    std::vector<EnergyBalance> balances; // the most unexplained energy first; those without a balance last
    std::vector<Anomaly> anomalies;      // by kind, then by meter
    std::size_t readings = 0;            // that count
    double injected_kwh = 0, billed_kwh = 0;  // of the balances that are readable
    std::optional<double> technical_kwh;
    std::string technical_left_out;      // a key: why the power flow gave no answer
};

// Technical losses: the network solved with each bus drawing the mean power of what was billed there, at the power factor of
// its load in the books (0.9 without one); times the hours. Losses grow with the square of the load, so that the true
// ones are somewhat greater: it is the least that physics takes.
// Key "grid.no-readings": none of the readings is for a meter of this network.
Result<EnergyReport> energy_report(const MeteredNetwork& metered, const std::vector<Reading>& readings);

// For machines: all of it, numbers with all their digits.
std::string energy_json(const EnergyReport& report);
// For spreadsheets: one line a balance; RFC 4180.
std::string energy_csv(const EnergyReport& report);

}  // namespace wasl::grid
