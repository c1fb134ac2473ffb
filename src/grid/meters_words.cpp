// Energy reports for machines and spreadsheets.
#include "grid/meters.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

namespace wasl::grid {

namespace {

json::Value energy(double value) { return json::Number{fmt::format("{}", value)}; }
json::Value energy(const std::optional<double>& value) { return value ? energy(*value) : json::Value(); }

std::string quoted_cell(std::string_view text) {
    std::string out = "\"";
    // A cell that a spreadsheet would take for a formula begins with an apostrophe.
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

}  // namespace

std::string energy_json(const EnergyReport& report) {
    json::Array balances, anomalies;
    for (const auto& one : report.balances) {
        balances.emplace_back(json::Object{{"meter", one.meter}, {"bus", one.bus}, {"transformer", one.called}, {"readable", one.readable},
                                           {"customers", static_cast<std::uint64_t>(one.customers)}, {"missing", static_cast<std::uint64_t>(one.missing)},
                                           {"injected_kwh", energy(one.injected_kwh)}, {"billed_kwh", energy(one.billed_kwh)},
                                           {"lost_kwh", one.readable ? energy(one.lost_kwh()) : json::Value()}, {"technical_kwh", energy(one.technical_kwh)},
                                           {"lost_share", energy(one.lost_share())}});
    }
    for (const auto& one : report.anomalies) {
        anomalies.emplace_back(json::Object{{"kind", to_string(one.kind)}, {"meter", one.meter}, {"bus", one.bus},
                                            {"line", static_cast<std::int64_t>(one.line)}, {"kwh", energy(one.kwh)}, {"most_kwh", energy(one.most_kwh)}});
    }
    return json::write_pretty(json::Object{{"from", report.from.iso()}, {"until", report.until.iso()},
                                           {"readings", static_cast<std::uint64_t>(report.readings)}, {"injected_kwh", energy(report.injected_kwh)},
                                           {"billed_kwh", energy(report.billed_kwh)}, {"technical_kwh", energy(report.technical_kwh)},
                                           {"technical_left_out", report.technical_left_out}, {"balances", std::move(balances)},
                                           {"anomalies", std::move(anomalies)}});
}

std::string energy_csv(const EnergyReport& report) {
    std::string out = "meter,transformer,bus,from,until,customers,missing,injected_kwh,billed_kwh,lost_kwh,technical_kwh,unexplained_kwh\r\n";
    for (const auto& one : report.balances) {
        out += fmt::format("{},{},{},{},{},{},{},", quoted_cell(one.meter), quoted_cell(one.called), one.bus, report.from.iso(), report.until.iso(),
                           one.customers, one.missing);
        if (one.readable) {
            const auto technical = one.technical_kwh ? fmt::format("{:.3f}", *one.technical_kwh) : std::string();
            const auto unexplained = one.technical_kwh ? fmt::format("{:.3f}", one.unexplained_kwh()) : std::string();
            out += fmt::format("{:.3f},{:.3f},{:.3f},{},{}\r\n", one.injected_kwh, one.billed_kwh, one.lost_kwh(), technical, unexplained);
        } else {
            out += fmt::format(",{:.3f},,,\r\n", one.billed_kwh);
        }
    }
    return out;
}

}  // namespace wasl::grid
