#include "grid/connection.hpp"

#include "grid/impl/feeder.hpp"
#include "grid/network_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::grid {

namespace {

constexpr int bisection_limit = 64;

bool is_amount(double value) { return std::isfinite(value) && value >= 0; }

Result<void> check_request(const ConnectionRequest& request, const ConnectionRules& rules) {
    const bool amounts = is_amount(request.load_kw) && is_amount(request.solar_kw);
    const bool one = (request.load_kw > 0) != (request.solar_kw > 0);
    if (!amounts || !one || request.asked_kw() > rules.largest_kw)
        return fail(Code::unprocessable, "grid.request-power",
                    fmt::format("load {} kW, solar {} kW; at most {} kW", request.load_kw, request.solar_kw, rules.largest_kw));
    if (!(request.power_factor >= 0.1 && request.power_factor <= 1))
        return fail(Code::unprocessable, "grid.power-factor", fmt::format("{}", request.power_factor));
    return {};
}

// Reactive power of a load of one kilowatt.
double kvar_per_kw(double power_factor) { return std::sqrt(1 / (power_factor * power_factor) - 1); }

// One request walked through the hours of its feeder.
class Checking {
public:
    Checking(const FeederModel& feeder, const ConnectionModel& model, const ConnectionRequest& request, std::span<const HeldCapacity> held)
        : rules_(model.rules()), request_(request), node_(feeder.node_of(request.bus)), work_(feeder, model.network(), rules_, held),
          kvar_per_kw_(request.load_kw > 0 ? kvar_per_kw(request.power_factor) : 0) {}

    // Every hour with `kw` of the request.
    std::vector<HourState> at(double kw) {
        std::vector<HourState> out;
        for (const auto& hour : rules_.hours) out.push_back(work_.solve(hour, node_, power_in(hour, kw)));
        return out;
    }
    // Only the hours in which it acts, up to the first that breaks a limit.
    std::vector<HourState> tried(double kw, Beside beside) {
        std::vector<HourState> out;
        for (const auto& hour : rules_.hours) {
            out.push_back(acts_in(hour) ? work_.solve(hour, node_, power_in(hour, kw), beside) : HourState{});
            if (breaks(hour, out.back())) break;
        }
        return out;
    }
    [[nodiscard]] bool holds(const std::vector<HourState>& states) const {
        for (std::size_t i = 0; i < states.size(); ++i) {
            if (breaks(rules_.hours[i], states[i])) return false;
        }
        return true;
    }
    // The worst limit that is broken in an hour in which the request acts.
    [[nodiscard]] std::optional<BindingElement> binding(const std::vector<HourState>& states) const {
        const HourState* worst = nullptr;
        for (std::size_t i = 0; i < states.size(); ++i) {
            if (!breaks(rules_.hours[i], states[i])) continue;
            if (worst == nullptr || worst->excess < states[i].excess) worst = &states[i];
        }
        return worst == nullptr ? std::nullopt : worst->broken;
    }
    [[nodiscard]] double kvar(double kw) const { return kw * kvar_per_kw_; }
    [[nodiscard]] int power_flows() const noexcept { return work_.power_flows(); }

private:
    // In kW and kvar drawn; what is fed in is negative.
    [[nodiscard]] Complex power_in(const WorstHour& hour, double kw) const {
        if (request_.load_kw > 0) return Complex(kw, kw * kvar_per_kw_) * hour.new_load;
        return Complex(-kw, 0) * hour.sun;
    }
    [[nodiscard]] bool acts_in(const WorstHour& hour) const { return (request_.load_kw > 0 ? hour.new_load : hour.sun) > 0; }
    [[nodiscard]] bool breaks(const WorstHour& hour, const HourState& state) const { return state.broken.has_value() && acts_in(hour); }

    const ConnectionRules& rules_;
    const ConnectionRequest& request_;
    std::uint32_t node_;
    FeederWork work_;
    double kvar_per_kw_;
};

std::vector<HourFound> found_in(std::vector<HourState> states) {
    std::vector<HourFound> out;
    for (auto& state : states) out.push_back(std::move(state.found));
    return out;
}

// Largest count of steps that holds, and the states one step beyond: 0 holds, `beyond` does not.
std::int64_t bisect(Checking& checking, double step, std::int64_t beyond, std::vector<HourState>& states_beyond, Beside beside) {
    std::int64_t below = 0;
    for (int i = 0; i < bisection_limit && beyond - below > 1; ++i) {
        const auto middle = below + (beyond - below) / 2;
        auto states = checking.tried(static_cast<double>(middle) * step, beside);
        if (checking.holds(states)) {
            below = middle;
        } else {
            beyond = middle;
            states_beyond = std::move(states);
        }
    }
    return below;
}

struct Largest {
    std::int64_t steps = 0;
    std::vector<HourState> at, beyond;  // with so many, and one step beyond; the request itself where that is less than a step
};

// Looked for with all that is held, and lowered where a branch could carry more with part of it.
Largest largest_grant(Checking& checking, double step, double asked, std::vector<HourState> refused) {
    Largest out{.steps = 0, .at = {}, .beyond = std::move(refused)};
    out.steps = bisect(checking, step, static_cast<std::int64_t>(std::ceil(asked / step)), out.beyond, Beside::all);
    const auto states = [&] { return checking.at(static_cast<double>(out.steps) * step); };
    if (out.steps == 0) return out;
    out.at = states();
    if (checking.holds(out.at)) return out;
    out.beyond = std::move(out.at);
    out.steps = bisect(checking, step, out.steps, out.beyond, Beside::any_part);
    out.at = states();
    return out;
}

}  // namespace

std::string_view to_string(ConnectionOutcome outcome) noexcept {
    switch (outcome) {
        case ConnectionOutcome::granted: return "granted";
        case ConnectionOutcome::granted_up_to: return "granted-up-to";
        case ConnectionOutcome::study: return "study";
    }
    return "study";
}

std::string_view to_string(LimitKind kind) noexcept {
    switch (kind) {
        case LimitKind::voltage_low: return "voltage-low";
        case LimitKind::voltage_high: return "voltage-high";
        case LimitKind::line: return "line";
        case LimitKind::transformer: return "transformer";
        case LimitKind::no_balance: return "no-balance";
        case LimitKind::no_convergence: return "no-convergence";
    }
    return "no-balance";
}

Result<void> check_rules(const ConnectionRules& rules) {
    const auto bad = [](std::string_view what) { return fail(Code::unprocessable, "grid.connection-rules", std::string(what)); };
    if (!(rules.lowest_pu > 0.5 && rules.lowest_pu < 1)) return bad("lowest_pu is not between 0.5 and 1");
    if (!(rules.highest_pu > 1 && rules.highest_pu < 1.5)) return bad("highest_pu is not between 1 and 1.5");
    if (!(rules.loading > 0 && rules.loading <= 2)) return bad("loading is not between 0 and 2");
    if (!(rules.largest_kw > 0 && rules.largest_kw <= 1e7)) return bad("largest_kw is not between 0 and 10,000,000");
    if (!(rules.step_kw >= 0.001 && rules.step_kw <= rules.largest_kw)) return bad("step_kw is not between 0.001 and largest_kw");
    if (!(rules.smallest_kw > 0 && rules.smallest_kw <= rules.largest_kw)) return bad("smallest_kw is not between 0 and largest_kw");
    if (rules.reserved_days < 1 || rules.reserved_days > 3'660) return bad("reserved_days is not between 1 and 3660");
    if (rules.taken_up_days < 1 || rules.taken_up_days > 3'660) return bad("taken_up_days is not between 1 and 3660");
    if (rules.most_open < 1 || rules.most_open > 10'000) return bad("most_open is not between 1 and 10000");
    if (rules.hours.empty() || rules.hours.size() > 24) return bad("no hours, or more than a day has");
    for (const auto& hour : rules.hours) {
        if (hour.name.empty()) return bad("an hour without a name");
        for (const double share : {hour.load, hour.new_load, hour.sun, hour.generation}) {
            if (!(share >= 0 && share <= 10)) return bad(hour.name + ": a share that is not between 0 and 10");
        }
    }
    return {};
}

Result<ConnectionCheck> check_connection(const ConnectionModel& model, const ConnectionRequest& request, std::span<const HeldCapacity> held) {
    const auto& rules = model.rules();
    TRY(check_request(request, rules));
    TRY(check_held(held));
    ConnectionCheck out;
    out.feeder = TRY(model.feeder_of(request.bus));
    const auto& feeder = *model.parts().feeder(out.feeder);
    out.meshed = feeder.feeder.meshed;
    Checking checking(feeder, model, request, held);
    const double asked = request.asked_kw();
    auto states = checking.at(asked);
    if (checking.holds(states)) {
        out.outcome = ConnectionOutcome::granted;
        out.granted_kw = asked;
    } else {
        auto without = checking.at(0);
        out.beyond_already = !checking.holds(without);
        auto largest = out.beyond_already ? Largest{.beyond = without} : largest_grant(checking, rules.step_kw, asked, std::move(states));
        const double most = static_cast<double>(largest.steps) * rules.step_kw;
        out.binding = checking.binding(largest.beyond);
        const bool known = out.binding && out.binding->kind != LimitKind::no_convergence;
        const bool useful = largest.steps > 0 && most >= rules.smallest_kw;
        if (known && useful) {
            out.outcome = ConnectionOutcome::granted_up_to;
            out.granted_kw = most;
        }
        states = known && useful ? std::move(largest.at) : std::move(without);
    }
    out.granted_kvar = checking.kvar(out.granted_kw);
    out.hours = found_in(std::move(states));
    out.power_flows = checking.power_flows();
    return out;
}

Result<bool> holds_within_limits(const ConnectionModel& model, std::string_view feeder, std::span<const HeldCapacity> held) {
    TRY(check_held(held));
    const auto* found = model.parts().feeder(feeder);
    if (found == nullptr) return fail(Code::not_found, "grid.point-unknown", std::string(feeder));
    FeederWork work(*found, model.network(), model.rules(), held);
    for (const auto& hour : model.rules().hours) {
        if (work.solve(hour, 0, {}).broken) return false;
    }
    return true;
}

}  // namespace wasl::grid
