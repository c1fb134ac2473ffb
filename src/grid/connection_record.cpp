#include "grid/connection_record.hpp"

#include "grid/impl/feeder.hpp"
#include "grid/network_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace wasl::grid {

namespace {

constexpr std::int64_t record_format = 1;
constexpr std::string_view record_sweep = "radial backward/forward sweep";
constexpr std::string_view record_newton = "Newton-Raphson";
constexpr std::string_view record_search = "bisection over multiples of step_kw";
constexpr double same_number = 1e-6;

json::Value exact(double value) { return std::isfinite(value) ? json::Value(json::Number{fmt::format("{}", value)}) : json::Value(); }

json::Object held_json(const HeldCapacity& one) {
    return {{"bus", one.bus}, {"load_kw", exact(one.load_kw)}, {"load_kvar", exact(one.load_kvar)}, {"solar_kw", exact(one.solar_kw)}};
}

json::Value binding_json(const std::optional<BindingElement>& binding) {
    if (!binding) return {};
    json::Object out{{"limit", to_string(binding->kind)}, {"hour", binding->hour}};
    if (binding->bus != 0) out.set("bus", binding->bus);
    if (binding->from != 0) {
        out.set("from_bus", binding->from);
        out.set("to_bus", binding->to);
    }
    if (!binding->name.empty()) out.set("name", binding->name);
    if (binding->bus == 0 && binding->from == 0) return out;  // no solution, no number
    out.set("value", exact(binding->value));
    out.set("allowed", exact(binding->limit));
    return out;
}

json::Object hour_json(const HourFound& hour) {
    json::Object out{{"hour", hour.hour}, {"within_limits", hour.within}};
    if (hour.lowest_bus == 0) return out;  // no balance: there is nothing to tell
    out.set("lowest_voltage_pu", exact(hour.lowest_pu));
    out.set("lowest_voltage_bus", hour.lowest_bus);
    out.set("highest_voltage_pu", exact(hour.highest_pu));
    out.set("highest_voltage_bus", hour.highest_bus);
    out.set("largest_loading", exact(hour.loading));
    if (hour.loaded_from != 0) {
        out.set("loaded_from_bus", hour.loaded_from);
        out.set("loaded_to_bus", hour.loaded_to);
    }
    return out;
}

// By which anyone can do it again.
json::Object method_json(const CheckRecord& record) {
    json::Object out{{"power_flow", record.check.meshed ? record_newton : record_sweep}};
    if (record.check.meshed) {
        out.set("largest_imbalance_mva", exact(mesh_imbalance_mva));
        out.set("most_iterations", mesh_iterations);
        out.set("held_capacity", "of each branch, that part by which it carries most");
    }
    out.set("largest_grant", record_search);
    out.set("step_kw", exact(record.rules.step_kw));
    out.set("power_flows", record.check.power_flows);
    out.set("same_within", exact(same_number));
    return out;
}

// Reads members of an object and remembers the first that is not there or is something else.
class RecordReader {
public:
    double number(const json::Value& value, std::string_view name, double otherwise = 0) {
        const auto& member = value[name];
        if (member.is_null()) return otherwise;
        double out = 0;
        if (member.number() == nullptr) return miss(name), otherwise;
        const auto& text = member.number()->text;
        const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (bad != std::errc() || end != text.data() + text.size() || !std::isfinite(out)) return miss(name), otherwise;
        return out;
    }
    double needed(const json::Value& value, std::string_view name) {
        if (value[name].is_null()) miss(name);
        return number(value, name);
    }
    std::int64_t integer(const json::Value& value, std::string_view name, bool needed = true) {
        const auto out = value[name].integer();
        if (!out && (needed || !value[name].is_null())) miss(name);
        return out.value_or(0);
    }
    std::string text(const json::Value& value, std::string_view name, bool needed = true) {
        const auto* out = value[name].string();
        if (out == nullptr && (needed || !value[name].is_null())) miss(name);
        return out == nullptr ? std::string() : *out;
    }
    bool flag(const json::Value& value, std::string_view name) {
        const auto* out = value[name].boolean();
        if (out == nullptr) miss(name);
        return out != nullptr && *out;
    }
    const json::Array& list(const json::Value& value, std::string_view name) {
        static const json::Array none;
        const auto* out = value[name].array();
        if (out == nullptr) miss(name);
        return out == nullptr ? none : *out;
    }
    void miss(std::string_view name) {
        if (missed_.empty()) missed_ = name;
    }
    [[nodiscard]] Result<void> done() const {
        if (missed_.empty()) return {};
        return fail(Code::invalid, "grid.record-malformed", missed_);
    }

private:
    std::string missed_;
};

ConnectionRules rules_from(RecordReader& reader, const json::Value& value) {
    ConnectionRules out;
    out.lowest_pu = reader.needed(value, "lowest_pu");
    out.highest_pu = reader.needed(value, "highest_pu");
    out.loading = reader.needed(value, "loading");
    out.step_kw = reader.needed(value, "step_kw");
    out.smallest_kw = reader.needed(value, "smallest_kw");
    out.largest_kw = reader.needed(value, "largest_kw");
    out.reserved_days = static_cast<int>(std::clamp<std::int64_t>(reader.integer(value, "reserved_days"), -1, 100'000));
    out.taken_up_days = static_cast<int>(std::clamp<std::int64_t>(reader.integer(value, "taken_up_days"), -1, 100'000));
    out.hours.clear();
    for (const auto& hour : reader.list(value, "hours")) {
        out.hours.push_back({reader.text(hour, "name"), reader.needed(hour, "load"), reader.needed(hour, "new_load"), reader.needed(hour, "sun"),
                             reader.number(hour, "generation", 1)});
    }
    return out;
}

std::vector<HeldCapacity> held_in(RecordReader& reader, const json::Array& list) {
    std::vector<HeldCapacity> out;
    for (const auto& one : list) {
        out.push_back({reader.integer(one, "bus"), reader.needed(one, "load_kw"), reader.needed(one, "load_kvar"), reader.needed(one, "solar_kw")});
    }
    return out;
}

std::optional<BindingElement> binding_from(RecordReader& reader, const json::Value& value) {
    if (value.is_null()) return std::nullopt;
    BindingElement out;
    const auto word = reader.text(value, "limit");
    constexpr std::array kinds{LimitKind::voltage_low, LimitKind::voltage_high, LimitKind::line, LimitKind::transformer, LimitKind::no_balance,
                               LimitKind::no_convergence};
    const auto kind = std::ranges::find(kinds, word, [](LimitKind one) { return to_string(one); });
    if (kind == kinds.end()) reader.miss("limit");
    if (kind != kinds.end()) out.kind = *kind;
    out.hour = reader.text(value, "hour");
    out.bus = reader.integer(value, "bus", false);
    out.from = reader.integer(value, "from_bus", false);
    out.to = reader.integer(value, "to_bus", false);
    out.name = reader.text(value, "name", false);
    out.value = reader.number(value, "value");
    out.limit = reader.number(value, "allowed");
    return out;
}

HourFound hour_from(RecordReader& reader, const json::Value& value) {
    HourFound out;
    out.hour = reader.text(value, "hour");
    out.within = reader.flag(value, "within_limits");
    out.lowest_pu = reader.number(value, "lowest_voltage_pu");
    out.highest_pu = reader.number(value, "highest_voltage_pu");
    out.lowest_bus = reader.integer(value, "lowest_voltage_bus", false);
    out.highest_bus = reader.integer(value, "highest_voltage_bus", false);
    out.loading = reader.number(value, "largest_loading");
    out.loaded_from = reader.integer(value, "loaded_from_bus", false);
    out.loaded_to = reader.integer(value, "loaded_to_bus", false);
    return out;
}

bool near(double a, double b) { return std::abs(a - b) <= same_number * std::max(1.0, std::max(std::abs(a), std::abs(b))); }

bool same_binding(const std::optional<BindingElement>& a, const std::optional<BindingElement>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->kind == b->kind && a->hour == b->hour && a->bus == b->bus && a->from == b->from && a->to == b->to && near(a->value, b->value) &&
           near(a->limit, b->limit);
}

bool same_hour(const HourFound& a, const HourFound& b) {
    return a.hour == b.hour && a.within == b.within && near(a.lowest_pu, b.lowest_pu) && near(a.highest_pu, b.highest_pu) && near(a.loading, b.loading);
}

}  // namespace

std::vector<HeldCapacity> held_by_bus(const ConnectionModel& model, std::string_view feeder, std::span<const HeldCapacity> held) {
    std::map<std::int64_t, HeldCapacity> sums;
    for (const auto& one : held) {
        const auto of = model.feeder_of(one.bus);
        if (!of || *of != feeder) continue;
        auto& sum = sums[one.bus];
        sum.bus = one.bus;
        sum.load_kw += one.load_kw;
        sum.load_kvar += one.load_kvar;
        sum.solar_kw += one.solar_kw;
    }
    std::vector<HeldCapacity> out;
    for (const auto& [bus, sum] : sums) out.push_back(sum);
    return out;
}

Result<CheckRecord> recorded_check(const ConnectionModel& model, const ConnectionRequest& request, std::span<const HeldCapacity> held, Instant at) {
    CheckRecord out{.network = model.network().name, .hash = model.hash(), .at = at, .request = request, .held = {}, .rules = model.rules(), .check = {}};
    // Counted as the record keeps it: sums in another order would differ in their last digits.
    if (const auto feeder = model.feeder_of(request.bus)) out.held = held_by_bus(model, *feeder, held);
    out.check = TRY(check_connection(model, request, out.held));
    return out;
}

json::Object rules_json(const ConnectionRules& rules) {
    json::Array hours;
    for (const auto& hour : rules.hours) {
        hours.emplace_back(json::Object{{"name", hour.name}, {"load", exact(hour.load)}, {"new_load", exact(hour.new_load)}, {"sun", exact(hour.sun)}, {"generation", exact(hour.generation)}});
    }
    return {{"lowest_pu", exact(rules.lowest_pu)},
            {"highest_pu", exact(rules.highest_pu)},
            {"loading", exact(rules.loading)},
            {"step_kw", exact(rules.step_kw)},
            {"smallest_kw", exact(rules.smallest_kw)},
            {"largest_kw", exact(rules.largest_kw)},
            {"reserved_days", rules.reserved_days},
            {"taken_up_days", rules.taken_up_days},
            {"hours", std::move(hours)}};
}

json::Object record_json(const CheckRecord& record) {
    const auto& check = record.check;
    json::Array held, hours;
    for (const auto& one : record.held) held.emplace_back(held_json(one));
    for (const auto& hour : check.hours) hours.emplace_back(hour_json(hour));
    json::Object request{{"bus", record.request.bus}, {"load_kw", exact(record.request.load_kw)}};
    if (record.request.load_kw > 0) request.set("power_factor", exact(record.request.power_factor));
    request.set("solar_kw", exact(record.request.solar_kw));
    return {{"format", record_format},
            {"network", json::Object{{"name", record.network}, {"hash", record.hash}}},
            {"at", record.at.iso()},
            {"request", std::move(request)},
            {"feeder", check.feeder},
            {"held", std::move(held)},
            {"rules", rules_json(record.rules)},
            {"method", method_json(record)},
            {"outcome", to_string(check.outcome)},
            {"granted_kw", exact(check.granted_kw)},
            {"granted_kvar", exact(check.granted_kvar)},
            {"binding", binding_json(check.binding)},
            {"beyond_already", check.beyond_already},
            {"hours", std::move(hours)}};
}

Result<CheckRecord> record_from(const json::Value& value) {
    RecordReader reader;
    CheckRecord out;
    if (value["format"].integer() != record_format) reader.miss("format");
    out.network = reader.text(value["network"], "name");
    out.hash = reader.text(value["network"], "hash");
    const auto at = parse_instant(reader.text(value, "at"));
    if (!at) reader.miss("at");
    if (at) out.at = *at;
    const auto& request = value["request"];
    out.request = {reader.integer(request, "bus"), reader.needed(request, "load_kw"), reader.number(request, "power_factor", ConnectionRequest{}.power_factor),
                   reader.needed(request, "solar_kw")};
    out.held = held_in(reader, reader.list(value, "held"));
    out.rules = rules_from(reader, value["rules"]);
    constexpr std::array outcomes{ConnectionOutcome::granted, ConnectionOutcome::granted_up_to, ConnectionOutcome::study};
    const auto outcome = std::ranges::find(outcomes, reader.text(value, "outcome"), [](ConnectionOutcome one) { return to_string(one); });
    if (outcome == outcomes.end()) reader.miss("outcome");
    if (outcome != outcomes.end()) out.check.outcome = *outcome;
    out.check.feeder = reader.text(value, "feeder");
    out.check.granted_kw = reader.needed(value, "granted_kw");
    out.check.granted_kvar = reader.needed(value, "granted_kvar");
    out.check.binding = binding_from(reader, value["binding"]);
    out.check.beyond_already = reader.flag(value, "beyond_already");
    for (const auto& hour : reader.list(value, "hours")) out.check.hours.push_back(hour_from(reader, hour));
    out.check.power_flows = static_cast<int>(std::clamp<std::int64_t>(reader.integer(value["method"], "power_flows"), 0, 1'000'000));
    const auto flow = reader.text(value["method"], "power_flow");
    if (flow != record_sweep && flow != record_newton) reader.miss("power_flow");
    out.check.meshed = flow == record_newton;
    TRY(reader.done());
    return out;
}

Result<std::vector<HeldCapacity>> held_from(const json::Value& list) {
    if (list.array() == nullptr) return fail(Code::invalid, "grid.record-malformed", "held");
    RecordReader reader;
    auto out = held_in(reader, *list.array());
    TRY(reader.done());
    return out;
}

Result<Rechecked> recheck(const CheckRecord& record, Network network) {
    const auto model = TRY(ConnectionModel::prepare(std::move(network), record.rules));
    Rechecked out{.differences = {}, .again = TRY(recorded_check(*model, record.request, record.held, record.at))};
    const auto differ = [&](bool same, std::string_view what) {
        if (!same) out.differences.emplace_back(what);
    };
    const auto &was = record.check, &is = out.again.check;
    differ(record.hash == out.again.hash, "network.hash");
    differ(record.held == out.again.held, "held");
    differ(was.feeder == is.feeder, "feeder");
    differ(was.meshed == is.meshed, "method");
    differ(was.outcome == is.outcome, "outcome");
    differ(near(was.granted_kw, is.granted_kw), "granted_kw");
    differ(near(was.granted_kvar, is.granted_kvar), "granted_kvar");
    differ(same_binding(was.binding, is.binding), "binding");
    differ(was.beyond_already == is.beyond_already, "beyond_already");
    differ(std::ranges::equal(was.hours, is.hours, same_hour), "hours");
    return out;
}

std::string check_text(const CheckRecord& record) {
    const auto& check = record.check;
    const bool load = record.request.load_kw > 0;
    std::string out = fmt::format("asked            {} kW of {} at bus {}, feeder {}\n", record.request.asked_kw(), load ? "load" : "solar power",
                                  record.request.bus, check.feeder);
    out += fmt::format("outcome          {}\n", check.outcome == ConnectionOutcome::granted         ? "granted"
                                               : check.outcome == ConnectionOutcome::granted_up_to ? fmt::format("granted up to {} kW", check.granted_kw)
                                                                                                   : "an engineer has to study it");
    if (check.binding) {
        const auto& b = *check.binding;
        const auto what = b.kind == LimitKind::no_balance       ? std::string("the power flow has no solution")
                          : b.kind == LimitKind::no_convergence ? fmt::format("Newton's method finds none in {} iterations", mesh_iterations)
                          : b.bus != 0 ? fmt::format("voltage at bus {}: {:.7g} per unit, {} allowed", b.bus, b.value, b.limit)
                                       : fmt::format("{} from bus {} to bus {}: {:.7g} MVA, {} allowed", to_string(b.kind), b.from, b.to, b.value, b.limit);
        out += fmt::format("binding          {} ({}){}\n", what, b.hour, check.beyond_already ? "; already so today" : "");
    }
    for (const auto& hour : check.hours) {
        out += fmt::format("{:<16} {}: voltages {:.5f} (bus {}) to {:.5f} (bus {}), largest loading {:.1f} %\n", hour.hour,
                           hour.within ? "within limits" : "beyond limits", hour.lowest_pu, hour.lowest_bus, hour.highest_pu, hour.highest_bus,
                           hour.loading * 100);
    }
    out += fmt::format("method           {}\n", check.meshed ? record_newton : record_sweep);
    return out + fmt::format("network          {} {}\n", record.network, record.hash);
}

}  // namespace wasl::grid
