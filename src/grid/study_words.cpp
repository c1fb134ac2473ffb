#include "base/json.hpp"
#include "grid/study.hpp"

#include <fmt/format.h>

#include <cmath>

namespace wasl::grid {

namespace {

// Shortest text that reads back as the same number.
json::Value number(double value) {
    return std::isfinite(value) ? json::Value(json::Number{fmt::format("{}", value)}) : json::Value();
}

std::string_view name_of(Method method) { return method == Method::sweep ? "sweep" : "newton"; }

}  // namespace

std::string study_json(const Network& network, const Study& study) {
    const auto& lowest = network.buses[study.lowest];
    const auto& highest = network.buses[study.highest];
    json::Object out{
        {"case", network.name},
        {"converged", true},
        {"method", name_of(study.method)},
        {"iterations", study.iterations},
        {"sweep_iterations", study.sweep_iterations ? json::Value(*study.sweep_iterations) : json::Value()},
        {"methods_differ_by_pu", study.difference ? number(*study.difference) : json::Value()},
        {"methods_agree", study.difference ? json::Value(*study.difference <= agreement_limit) : json::Value()},
        {"sweep_left_out", study.sweep_left_out.empty() ? json::Value() : json::Value(study.sweep_left_out)},
        {"losses_kw", number(study.losses.mw * 1e3)},
        {"losses_kvar", number(study.losses.mvar * 1e3)},
        {"lowest_voltage_pu", number(study.buses[study.lowest].magnitude_pu)},
        {"lowest_voltage_bus", lowest.number},
        {"highest_voltage_pu", number(study.buses[study.highest].magnitude_pu)},
        {"highest_voltage_bus", highest.number},
        {"load_kw", number(study.load.mw * 1e3)},
        {"load_kvar", number(study.load.mvar * 1e3)},
        {"generation_kw", number(study.generation.mw * 1e3)},
        {"generation_kvar", number(study.generation.mvar * 1e3)},
    };
    json::Array profile;
    for (std::size_t i = 0; i < network.buses.size(); ++i) {
        const auto& bus = study.buses[i];
        json::Object row{{"bus", network.buses[i].number}, {"energised", bus.energised}};
        if (bus.energised) {
            row.set("voltage_pu", number(bus.magnitude_pu));
            row.set("angle_degrees", number(bus.angle_degrees));
        }
        profile.emplace_back(std::move(row));
    }
    out.set("buses", std::move(profile));
    return json::write_pretty(out);
}

std::string study_text(const Network& network, const Study& study) {
    std::string out = fmt::format("{}: {} buses, {} branches, {} generators\n", network.name.empty() ? "network" : network.name,
                                  network.buses.size(), network.branches.size(), network.generators.size());
    out += fmt::format("losses           {:.3f} kW, {:.3f} kvar\n", study.losses.mw * 1e3, study.losses.mvar * 1e3);
    out += fmt::format("lowest voltage   {:.5f} per unit at bus {}\n", study.buses[study.lowest].magnitude_pu, network.buses[study.lowest].number);
    out += fmt::format("highest voltage  {:.5f} per unit at bus {}\n", study.buses[study.highest].magnitude_pu, network.buses[study.highest].number);
    out += fmt::format("load             {:.3f} kW, {:.3f} kvar\n", study.load.mw * 1e3, study.load.mvar * 1e3);
    out += fmt::format("generation       {:.3f} kW, {:.3f} kvar\n", study.generation.mw * 1e3, study.generation.mvar * 1e3);
    out += study.method == Method::sweep ? fmt::format("method           sweep, {} iterations", study.iterations)
                                         : fmt::format("method           Newton, {} iterations", study.iterations);
    if (study.difference) {
        out += fmt::format("; sweep, {} iterations: the voltages differ by {:.1e} per unit at most", *study.sweep_iterations, *study.difference);
    } else if (!study.sweep_left_out.empty()) {
        out += fmt::format("; no sweep: {} ({})", study.sweep_detail, study.sweep_left_out);
    }
    return out + "\n";
}

}  // namespace wasl::grid
