#include "grid/sample.hpp"

#include "grid/impl/energy_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace wasl::grid {

namespace {

constexpr double medium_kv = 20, low_kv = 0.4, base_mva = 10;

double thousandths(std::mt19937_64& random, std::uint64_t most) { return static_cast<double>(random() % most) / 1000; }

// A district as it grows, post by post.
class Builder {
public:
    Builder() {
        auto& network = out_.network;
        network.name = "quartier-modele";
        network.base_mva = base_mva;
        add_bus(medium_kv, "Poste source");
        network.buses[0].kind = BusKind::reference;
        network.generators.push_back({.bus = 0, .voltage_pu = 1.02});
    }

    void breaker(std::uint32_t feeder) {
        end_ = add_bus(medium_kv, fmt::format("Départ {}", feeder + 1));
        out_.network.branches.push_back({.from = 0, .to = end_, .kind = BranchKind::switching, .name = fmt::format("D{}", feeder + 1)});
    }

    // The next post of the feeder: a cable, a transformer, its meter and what is behind it. `aside`: at the end of a cable of its own.
    void post(std::uint32_t number, std::uint32_t households, bool aside) {
        const auto medium = add_bus(medium_kv, fmt::format("P{:02}", number));
        line(end_, medium, 0.4 + thousandths(random_, 900), 0.206, 0.122, medium_kv, fmt::format("L{:02}", number));
        if (!aside) end_ = medium;
        const auto low = add_bus(low_kv, fmt::format("P{:02} BT", number));
        out_.network.branches.push_back({.from = medium, .to = low, .kind = BranchKind::transformer, .r = 0.0125 * base_mva / 0.4,
                                         .x = 0.0375 * base_mva / 0.4, .ratio = 1, .rating_mva = 0.4, .name = fmt::format("T{:02}", number)});
        out_.meters.push_back({.id = fmt::format("T{:02}", number), .bus = low, .role = MeterRole::transformer, .customers = 0});
        for (std::uint32_t cable = 0; cable < 2; ++cable) {
            const auto street = add_bus(low_kv, fmt::format("P{:02} rue {}", number, cable + 1));
            line(low, street, 0.08 + thousandths(random_, 80), 0.2, 0.075, low_kv, {});
            for (std::uint32_t i = cable; i < households; i += 2) household(street);
        }
    }

    void tie(std::uint32_t from, std::uint32_t to) {
        out_.network.branches.push_back({.from = from, .to = to, .kind = BranchKind::switching, .in_service = false, .name = "N1"});
    }

    [[nodiscard]] std::uint32_t end() const noexcept { return end_; }
    MeteredNetwork take() {
        std::ranges::sort(out_.meters, {}, &Meter::id);
        out_.network = canonical(std::move(out_.network));  // buses stand in order already: meters keep their places
        return std::move(out_);
    }

private:
    std::uint32_t add_bus(double kv, std::string name) {
        auto& buses = out_.network.buses;
        buses.push_back({.number = static_cast<std::int64_t>(buses.size()) + 1, .name = std::move(name), .base_kv = kv});
        return static_cast<std::uint32_t>(buses.size() - 1);
    }
    void line(std::uint32_t from, std::uint32_t to, double km, double r_ohm, double x_ohm, double kv, std::string name) {
        const double ohms = kv * kv / base_mva;
        out_.network.branches.push_back({.from = from, .to = to, .r = r_ohm * km / ohms, .x = x_ohm * km / ohms, .name = std::move(name)});
    }
    void household(std::uint32_t street) {
        auto& bus = out_.network.buses[street];
        const double kw = 1.2 + thousandths(random_, 2600);
        bus.load_mw += kw / 1e3;
        bus.load_mvar += kw * 0.4 / 1e3;
        Meter meter{.id = fmt::format("C{:04}", ++households_), .bus = street};
        meter.language = households_ % 3 == 0 ? "fr" : "ar";
        if (households_ % 4 != 0) meter.phone = fmt::format("+2126000{:05}", households_);
        out_.meters.push_back(std::move(meter));
    }

    MeteredNetwork out_;
    std::mt19937_64 random_{20261122};
    std::uint32_t end_ = 0, households_ = 0;
};

}  // namespace

Network sample_city(std::uint32_t size) {
    constexpr std::uint32_t a_feeder = 500;
    std::mt19937_64 random(size);
    Network network{.name = "city", .base_mva = base_mva};
    network.buses.push_back({.number = 1, .kind = BusKind::reference});
    network.generators.push_back({.bus = 0});
    std::uint32_t trunk = 0;
    for (std::uint32_t i = 1; i < size; ++i) {
        const bool leaves_station = i % a_feeder == 1;
        if (leaves_station) trunk = 0;
        const bool lateral = random() % 4 == 0;
        const auto up = lateral ? std::max(trunk, i - 1) : trunk;
        const double length = 0.5 + thousandths(random, 1000);
        network.buses.push_back({.number = static_cast<std::int64_t>(i) + 1, .load_mw = 0.01 * length, .load_mvar = 0.004 * length});
        network.branches.push_back({.from = leaves_station ? 0 : up, .to = i, .r = 0.0004 * length, .x = 0.0003 * length});
        if (!lateral) trunk = i;
    }
    return network;
}

MeteredNetwork sample_district(SampleDistrict size) {
    Builder builder;
    std::vector<std::uint32_t> ends;
    std::uint32_t number = 0;
    for (std::uint32_t feeder = 0; feeder < size.feeders; ++feeder) {
        builder.breaker(feeder);
        const auto last = size.posts * (feeder + 1) / size.feeders;
        for (std::uint32_t place = 0; number < last; ++place) builder.post(++number, size.households, place % 4 == 2);
        ends.push_back(builder.end());
    }
    if (ends.size() > 1) builder.tie(ends[0], ends[1]);
    return builder.take();
}

std::string sample_readings(const MeteredNetwork& metered, const Date& from, const Date& until) {
    std::mt19937_64 random(static_cast<std::uint64_t>(from.days_since_epoch()));
    const auto days = static_cast<double>(until.days_since_epoch() - from.days_since_epoch());
    const auto row = [&](std::string_view meter, double kwh) { return fmt::format("{},{},{},{:.1f}\r\n", meter, from.iso(), until.iso(), kwh); };
    std::string out = "meter,from,until,energy_kwh\r\n";
    const EnergyParts parts(metered);
    std::vector<double> behind(parts.count());
    std::size_t place = 0;
    for (const auto& meter : metered.meters) {
        if (meter.role != MeterRole::customer) continue;
        const double kwh = days * std::max(1U, meter.customers) * (4 + thousandths(random, 9000));
        if (const auto part = parts.part_of_bus(meter.bus); part != EnergyParts::none) behind[part] += kwh;
        switch (++place % 97) {
            case 3: out += row(meter.id, -kwh); break;        // a meter read backwards
            case 14: out += row(meter.id, kwh * 1e4); break;  // a comma that was lost
            case 22: break;                                   // nobody was at home
            case 31: out += row(meter.id, 0); break;
            default: out += row(meter.id, kwh);
        }
    }
    // From the ends to the source: what one hands out, the one above it has handed on.
    const Trace trace(metered.network);
    std::vector<std::size_t> own(metered.network.buses.size(), EnergyParts::none);
    for (std::size_t part = 0; part < parts.count(); ++part) own[metered.meters[parts.meter(part)].bus] = part;
    const std::size_t loses_most = parts.count() > 6 ? 6 : 1;
    for (auto bus = trace.order().rbegin(); bus != trace.order().rend(); ++bus) {
        const auto part = own[*bus];
        if (part == EnergyParts::none) continue;
        const double handed_out = behind[part] * (part == loses_most ? 1.6 : 1.02 + thousandths(random, 30));
        out += row(metered.meters[parts.meter(part)].id, handed_out);
        if (const auto above = parts.part_above(*bus); above != EnergyParts::none) behind[above] += handed_out;
    }
    out += row("C9999", 120);  // a meter that no table has
    return out;
}

}  // namespace wasl::grid
