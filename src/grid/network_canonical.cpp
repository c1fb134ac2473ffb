// The canonical form: order, text, hash.
#include "grid/network_csv.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <initializer_list>
#include <numeric>
#include <tuple>

namespace wasl::grid {

namespace {

constexpr std::array kinds = {"load", "generator", "reference", "isolated"};

void clear_sign_of_zero(std::initializer_list<double*> values) {
    for (double* value : values) {
        if (*value == 0) *value = 0;
    }
}

// RFC 4180: quoted when it holds a comma, a quote or a line end.
std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string_view yes_no(bool value) { return value ? "yes" : "no"; }

// Numbers compared by their bits: a total order, whatever they are.
std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

auto place_of(const Network& network, const Branch& branch) {
    return std::tuple(branch.kind, network.buses[branch.from].number, network.buses[branch.to].number,
                      std::string_view(branch.name), !branch.in_service, bits(branch.r), bits(branch.x), bits(branch.b),
                      bits(branch.ratio), bits(branch.shift_degrees), bits(branch.rating_mva));
}

std::vector<std::uint32_t> counted(std::size_t size) {
    std::vector<std::uint32_t> out(size);
    std::iota(out.begin(), out.end(), 0U);
    return out;
}

std::string network_text(const Network& network) {
    return fmt::format("name,base_mva\r\n{},{}\r\n", csv_cell(network.name), network.base_mva);
}

std::string buses_text(const Network& network) {
    std::string out = "bus,name,kind,base_kv,load_mw,load_mvar,shunt_mw,shunt_mvar,start_pu,start_degrees\r\n";
    for (const auto& bus : network.buses) {
        out += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", bus.number, csv_cell(bus.name),
                           kinds[static_cast<std::size_t>(bus.kind)], bus.base_kv, bus.load_mw, bus.load_mvar, bus.shunt_mw,
                           bus.shunt_mvar, bus.start_pu, bus.start_degrees);
    }
    return out;
}

std::string branches_text(const Network& network, BranchKind kind) {
    std::string out = kind == BranchKind::line          ? "from_bus,to_bus,name,in_service,r_pu,x_pu,b_pu,rating_mva\r\n"
                      : kind == BranchKind::transformer ? "from_bus,to_bus,name,in_service,r_pu,x_pu,b_pu,ratio,"
                                                          "shift_degrees,rating_mva\r\n"
                                                        : "from_bus,to_bus,name,closed,rating_mva\r\n";
    for (const auto& branch : network.branches) {
        if (branch.kind != kind) continue;
        out += fmt::format("{},{},{},{}", network.buses[branch.from].number, network.buses[branch.to].number,
                           csv_cell(branch.name), yes_no(branch.in_service));
        if (kind != BranchKind::switching) out += fmt::format(",{},{},{}", branch.r, branch.x, branch.b);
        if (kind == BranchKind::transformer) out += fmt::format(",{},{}", branch.ratio, branch.shift_degrees);
        out += fmt::format(",{}\r\n", branch.rating_mva);
    }
    return out;
}

std::string sources_text(const Network& network) {
    std::string out = "bus,in_service,p_mw,q_mvar,voltage_pu\r\n";
    for (const auto& source : network.generators) {
        out += fmt::format("{},{},{},{},{}\r\n", network.buses[source.bus].number, yes_no(source.in_service), source.p_mw,
                           source.q_mvar, source.voltage_pu);
    }
    return out;
}

std::string meters_text(const Network& network, std::span<const Meter> meters) {
    std::string out = "meter,bus,role,customers,language,phone,email\r\n";
    std::vector<const Meter*> order;
    for (const auto& meter : meters) order.push_back(&meter);
    std::ranges::sort(order, {}, [](const Meter* meter) { return std::string_view(meter->id); });
    for (const auto* meter : order) {
        out += fmt::format("{},{},{},{},{},{},{}\r\n", csv_cell(meter->id), network.buses[meter->bus].number,
                           meter->role == MeterRole::customer ? "customer" : "transformer", meter->customers,
                           csv_cell(meter->language), csv_cell(meter->phone), csv_cell(meter->email));
    }
    return out;
}

std::vector<CsvFile> electrical(const Network& ordered) {
    return {{"network.csv", network_text(ordered)},
            {"buses.csv", buses_text(ordered)},
            {"lines.csv", branches_text(ordered, BranchKind::line)},
            {"transformers.csv", branches_text(ordered, BranchKind::transformer)},
            {"switches.csv", branches_text(ordered, BranchKind::switching)},
            {"sources.csv", sources_text(ordered)}};
}

}  // namespace

Network canonical(Network network) {
    auto order = counted(network.buses.size()), place = order;
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(network.buses[i].number, i); });
    std::vector<Bus> buses;
    buses.reserve(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        auto& bus = buses.emplace_back(std::move(network.buses[order[i]]));
        clear_sign_of_zero({&bus.load_mw, &bus.load_mvar, &bus.shunt_mw, &bus.shunt_mvar, &bus.base_kv, &bus.start_pu,
                            &bus.start_degrees});
    }
    network.buses = std::move(buses);
    for (auto& branch : network.branches) {
        branch.from = place[branch.from];
        branch.to = place[branch.to];
        clear_sign_of_zero({&branch.r, &branch.x, &branch.b, &branch.shift_degrees, &branch.rating_mva});
        if (branch.kind == BranchKind::switching) {  // has no impedance: whatever was written there says nothing
            branch.r = branch.x = branch.b = branch.shift_degrees = 0;
            branch.ratio = 1;
        } else if (branch.ratio != 1 || branch.shift_degrees != 0) {
            branch.kind = BranchKind::transformer;
        }
    }
    for (auto& source : network.generators) {
        source.bus = place[source.bus];
        clear_sign_of_zero({&source.p_mw, &source.q_mvar});
    }
    std::ranges::sort(network.branches,
                      [&](const Branch& a, const Branch& b) { return place_of(network, a) < place_of(network, b); });
    // Of several sources at one bus the last one is obeyed: their order stays.
    auto sources = counted(network.generators.size());
    std::ranges::sort(sources, {}, [&](std::uint32_t i) { return std::pair(network.generators[i].bus, i); });
    std::vector<Generator> generators;
    for (const auto i : sources) generators.push_back(network.generators[i]);
    network.generators = std::move(generators);
    return network;
}

std::vector<CsvFile> write_network_csv(const Network& network, std::span<const Meter> meters) {
    const auto ordered = canonical(network);
    auto files = electrical(ordered);
    if (meters.empty()) return files;
    // Meters name places in the network as it was given.
    files.push_back({"meters.csv", meters_text(network, meters)});
    return files;
}

std::string network_hash(const Network& network) {
    Sha256 hash;
    for (const auto& file : electrical(canonical(network))) hash.update(file.text);
    return hash.finish().hex();
}

}  // namespace wasl::grid
