#include "grid/meters.hpp"

#include "grid/csv_columns.hpp"
#include "grid/impl/energy_parts.hpp"
#include "grid/losses.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

namespace wasl::grid {

namespace {

constexpr double hours_a_day = 24, usual_tan_phi = 0.484;  // of a power factor of 0.9
constexpr std::array<std::string_view, anomaly_kinds> kind_words = {"unknown-meter", "twice",   "other-period", "negative",
                                                                    "impossible",    "missing", "stopped"};

using Period = std::pair<Date, Date>;

Period usual_period(const std::vector<Reading>& readings) {
    std::map<Period, std::size_t> counts;
    for (const auto& reading : readings) ++counts[{reading.from, reading.until}];
    const auto most = std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    return most == counts.end() ? Period{} : most->first;
}

// The readings that count, by meter, and what is wrong with the others.
class Sieve {
public:
    Sieve(const MeteredNetwork& metered, const EnergyParts& parts, Period period) : metered_(metered), parts_(parts), period_(period) {
        for (const auto& meter : metered.meters) meters_.emplace(meter.id, &meter);
        hours_ = static_cast<double>(period.second.days_since_epoch() - period.first.days_since_epoch()) * hours_a_day;
    }
    [[nodiscard]] double hours() const noexcept { return hours_; }
    void take(const Reading& reading) {
        const auto found = meters_.find(reading.meter);
        if (found == meters_.end()) return tell(AnomalyKind::unknown_meter, reading, nullptr);
        const auto& meter = *found->second;
        if (Period(reading.from, reading.until) != period_) return tell(AnomalyKind::other_period, reading, &meter);
        if (seen_.contains(reading.meter)) return tell(AnomalyKind::twice, reading, &meter);
        seen_.insert(reading.meter);
        if (reading.kwh < 0) return tell(AnomalyKind::negative, reading, &meter);
        const double most = parts_.most_mva(meter.bus) * kw_of_mw * hours_;
        if (most > 0 && reading.kwh > most) return tell(AnomalyKind::impossible, reading, &meter, most);
        if (reading.kwh == 0) tell(AnomalyKind::stopped, reading, &meter);
        good_.emplace(reading.meter, reading.kwh);
    }
    void miss() {
        for (const auto& meter : metered_.meters) {
            if (!seen_.contains(meter.id)) tell(AnomalyKind::missing, {.meter = meter.id, .from = {}, .until = {}}, &meter);
        }
    }
    [[nodiscard]] std::optional<double> of(const Meter& meter) const {
        const auto found = good_.find(meter.id);
        return found == good_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::size_t count() const noexcept { return good_.size(); }
    std::vector<Anomaly> anomalies() {
        std::ranges::sort(anomalies_, {}, [](const Anomaly& one) { return std::tuple(one.kind, std::string_view(one.meter), one.line); });
        return std::move(anomalies_);
    }

private:
    void tell(AnomalyKind kind, const Reading& reading, const Meter* meter, double most = 0) {
        const auto bus = meter == nullptr ? 0 : metered_.network.buses[meter->bus].number;
        anomalies_.push_back({kind, reading.meter, bus, reading.line, reading.kwh, most});
    }
    const MeteredNetwork& metered_;
    const EnergyParts& parts_;
    Period period_;
    double hours_ = 0;
    std::unordered_map<std::string_view, const Meter*> meters_;
    std::set<std::string> seen_;
    std::unordered_map<std::string, double> good_;
    std::vector<Anomaly> anomalies_;
};

// The network drawing what was billed.
Network drawing(const MeteredNetwork& metered, const Sieve& sieve) {
    auto out = metered.network;
    std::vector<double> kwh(out.buses.size());
    for (const auto& meter : metered.meters) {
        if (meter.role == MeterRole::customer) kwh[meter.bus] += sieve.of(meter).value_or(0);
    }
    for (std::size_t i = 0; i < kwh.size(); ++i) {
        auto& bus = out.buses[i];
        const double tan_phi = bus.load_mw > 0 ? bus.load_mvar / bus.load_mw : usual_tan_phi;
        bus.load_mw = kwh[i] / sieve.hours() / kw_of_mw;
        bus.load_mvar = bus.load_mw * tan_phi;
    }
    return out;
}

// The losses of the branches of each part, in kWh.
Result<std::vector<double>> technical_losses(const MeteredNetwork& metered, const EnergyParts& parts, const Sieve& sieve) {
    const auto network = drawing(metered, sieve);
    const auto solved = TRY(study(network, Method::newton));
    const auto flows = branch_flows(network, solved);
    std::vector<double> out(parts.count() + 1);
    for (std::size_t i = 0; i < flows.size(); ++i) out[parts.part_of_branch(i)] += flows[i].loss_kw * sieve.hours();
    return out;
}

void fill_balances(const MeteredNetwork& metered, const EnergyParts& parts, const Sieve& sieve, EnergyReport& report) {
    report.balances.resize(parts.count());
    for (std::size_t i = 0; i < parts.count(); ++i) {
        const auto& meter = metered.meters[parts.meter(i)];
        auto& balance = report.balances[i];
        balance.meter = meter.id;
        balance.bus = metered.network.buses[meter.bus].number;
        balance.called = parts.called(i);
        const auto own = sieve.of(meter);
        balance.readable = own.has_value();
        balance.injected_kwh = own.value_or(0);
    }
    for (const auto& meter : metered.meters) {
        const auto part = meter.role == MeterRole::customer ? parts.part_of_bus(meter.bus) : parts.part_above(meter.bus);
        if (part == EnergyParts::none) continue;
        auto& balance = report.balances[part];
        const auto value = sieve.of(meter);
        if (meter.role == MeterRole::customer) ++(value ? balance.customers : balance.missing);
        balance.billed_kwh += value.value_or(0);
    }
}

}  // namespace

std::string_view to_string(AnomalyKind kind) noexcept { return kind_words[static_cast<std::size_t>(kind)]; }

std::optional<double> EnergyBalance::lost_share() const noexcept {
    if (!readable || injected_kwh <= 0) return std::nullopt;
    return lost_kwh() / injected_kwh;
}

Result<std::vector<Reading>> read_readings(std::string_view file, std::string_view text) {
    const auto table = TRY(CsvTable::read(file, text));
    CsvColumns columns(table);
    const auto meter = TRY(columns.required("meter")), from = TRY(columns.required("from")), until = TRY(columns.required("until"));
    const auto energy = TRY(columns.quantity({{"energy_kwh"}, {"energy_mwh", 1e-3}}));
    TRY(columns.refuse_others());
    const auto column = *table.column(energy.spelling());
    std::vector<Reading> out;
    out.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.at(row, column).text.empty()) continue;
        Reading reading;
        reading.meter = meter.text(row);
        reading.line = meter.cell(row).line;
        const auto begin = parse_date(from.text(row)), end = parse_date(until.text(row));
        if (!begin) return table.bad(from.cell(row), "a date as 2026-11-01 is expected");
        if (!end) return table.bad(until.cell(row), "a date as 2026-12-01 is expected");
        if (*end <= *begin) return table.bad(until.cell(row), "a period that ends before it begins");
        reading.from = *begin;
        reading.until = *end;
        reading.kwh = TRY(energy.at(row));
        out.push_back(std::move(reading));
    }
    return out;
}

Result<EnergyReport> energy_report(const MeteredNetwork& metered, const std::vector<Reading>& readings) {
    const EnergyParts parts(metered);
    const auto period = usual_period(readings);
    Sieve sieve(metered, parts, period);
    for (const auto& reading : readings) sieve.take(reading);
    if (sieve.count() == 0) return fail(Code::unprocessable, "grid.no-readings", "none is for a meter of this network");
    sieve.miss();
    EnergyReport out;
    out.from = period.first;
    out.until = period.second;
    out.readings = sieve.count();
    fill_balances(metered, parts, sieve, out);
    if (const auto technical = technical_losses(metered, parts, sieve)) {
        out.technical_kwh = 0;
        for (std::size_t i = 0; i < parts.count(); ++i) {
            out.balances[i].technical_kwh = (*technical)[i];
            if (out.balances[i].readable) *out.technical_kwh += (*technical)[i];
        }
    } else {
        out.technical_left_out = technical.error().key;
    }
    for (const auto& balance : out.balances) {
        if (!balance.readable) continue;
        out.injected_kwh += balance.injected_kwh;
        out.billed_kwh += balance.billed_kwh;
    }
    std::ranges::sort(out.balances, {}, [](const EnergyBalance& one) {
        return std::tuple(!one.readable, -one.unexplained_kwh(), std::string_view(one.meter));
    });
    out.anomalies = sieve.anomalies();
    return out;
}

}  // namespace wasl::grid
