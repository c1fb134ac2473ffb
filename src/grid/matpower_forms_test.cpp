// The forms in which published feeders come: ohms, kW, kVA with a power factor, converted by lines at the end of the file.
// Whatever their spelling, the network is the same; a statement that is not understood is never passed over.
#include "grid/matpower.hpp"
#include "grid/testing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

struct Line {
    int from, to;
    double r_ohm, x_ohm;
    bool closed = true;
};
struct Load {
    int bus;
    double kw, kvar;
};
struct Feeders {
    double kv, base_mva;
    std::vector<int> sources;
    std::vector<Load> loads;
    std::vector<Line> lines;
};

const char* indices = R"([PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X, BR_B, RATE_A, RATE_B, RATE_C, ...
    TAP, SHIFT, BR_STATUS, PF, QF, PT, QT, MU_SF, MU_ST, ...
    ANGMIN, ANGMAX, MU_ANGMIN, MU_ANGMAX] = idx_brch;
)";
const char* ohms = R"(Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
)";
const char* kilowatts = "mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;\n";

std::string tables_of(const Feeders& f, std::string_view between = "\t", std::string_view end_of_row = ";\n") {
    const auto row = [&](std::initializer_list<double> numbers) {
        std::string out;
        for (const double number : numbers) out += fmt::format("{}{}", between, number);
        return out + std::string(end_of_row);
    };
    std::string out = fmt::format("function mpc = feeders\n%FEEDERS  an own case\nmpc.version = '2';\nmpc.baseMVA = {};\n%% bus data\nmpc.bus = [  %% kW and kvar\n", f.base_mva);
    for (const int source : f.sources) out += row({double(source), 3, 0, 0, 0, 0, 1, 1, 0, f.kv, 1, 1, 1});
    for (const auto& load : f.loads) out += row({double(load.bus), 1, load.kw, load.kvar, 0, 0, 1, 1, 0, f.kv, 1, 1.1, 0.9});
    out += "];\nmpc.gen = [\n";
    for (const int source : f.sources) out += row({double(source), 0, 0, 10, -10, 1, 100, 1, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    out += "];\nmpc.branch = [  %% ohms\n";
    for (const auto& line : f.lines) out += row({double(line.from), double(line.to), line.r_ohm, line.x_ohm, 0, 0, 0, 0, 0, 0, line.closed ? 1.0 : 0.0, -360, 360});
    return out + "];\nmpc.gencost = [\n 2 0 0 3 0 20 0;\n];\n";
}

Feeders chain(double kv, double base_mva, const std::vector<std::pair<double, double>>& lines, const std::vector<std::pair<double, double>>& loads) {
    Feeders out{.kv = kv, .base_mva = base_mva, .sources = {1}, .loads = {}, .lines = {}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const int bus = static_cast<int>(i) + 1;
        out.lines.push_back({bus, bus + 1, lines[i].first, lines[i].second});
        out.loads.push_back({bus + 1, loads[i].first, loads[i].second});
    }
    return out;
}

// Y. Baghzouz, S. Ertem, IEEE Trans. Power Delivery 5(2), 1990.
Feeders baghzouz_ertem() {
    return chain(23, 100, {{0.1233, 0.4127}, {0.0140, 0.6051}, {0.7463, 1.2050}, {0.6984, 0.6084}, {1.9831, 1.7276}, {0.9053, 0.7886}, {2.0552, 1.1640}, {4.7953, 2.7160}, {5.3434, 3.0264}},
                 {{1840, 460}, {980, 340}, {1790, 446}, {1598, 1840}, {1610, 600}, {780, 110}, {1150, 60}, {980, 130}, {1640, 200}});
}

// D. Das, H. S. Nagi, D. P. Kothari, IEE Proc. Gener. Transm. Distrib. 141(4), 1994.
Feeders das_twelve() {
    return chain(11, 10, {{1.093, 0.455}, {1.184, 0.494}, {2.095, 0.873}, {3.188, 1.329}, {1.093, 0.455}, {1.002, 0.417}, {4.403, 1.215}, {5.642, 1.597}, {2.890, 0.818}, {1.514, 0.428}, {1.238, 0.351}},
                 {{60, 60}, {40, 30}, {55, 55}, {30, 30}, {20, 15}, {55, 55}, {45, 45}, {40, 40}, {35, 30}, {40, 30}, {15, 15}});
}

// D. Das, D. P. Kothari, A. Kalam, Electrical Power & Energy Systems 17(5), 1995: loads in kVA at a power factor of 0.7.
Feeders das_fifteen() {
    Feeders out{.kv = 11, .base_mva = 10, .sources = {1}, .loads = {}, .lines = {}};
    const double kva[] = {63, 100, 200, 63, 200, 200, 100, 100, 63, 200, 100, 63, 100, 200};
    for (int i = 0; i < 14; ++i) out.loads.push_back({i + 2, kva[i], 0});
    out.lines = {{1, 2, 1.35309, 1.32349}, {2, 3, 1.17024, 1.14464}, {3, 4, 0.84111, 0.82271}, {4, 5, 1.52348, 1.02760}, {2, 9, 2.01317, 1.35790},
                 {9, 10, 1.68671, 1.13770}, {2, 6, 2.55727, 1.72490}, {6, 7, 1.08820, 0.73400}, {6, 8, 1.25143, 0.84410}, {3, 11, 1.79553, 1.21110},
                 {11, 12, 2.44845, 1.65150}, {12, 13, 2.01317, 1.35790}, {4, 14, 2.23081, 1.50470}, {4, 15, 1.19702, 0.80740}};
    return out;
}

void holds(const std::string& text, double losses_kw, double lowest_pu, std::int64_t bus, double within_kw) {
    const auto network = must(read_matpower(text));
    const auto solved = must(study(network));
    CHECK(std::abs(solved.losses.mw * 1e3 - losses_kw) < within_kw);
    CHECK(std::abs(solved.buses[solved.lowest].magnitude_pu - lowest_pu) < 6e-5);
    CHECK(network.buses[solved.lowest].number == bus);
    REQUIRE(solved.difference.has_value());
    CHECK(*solved.difference < agreement_limit);
}

// One way of spelling the same conversion lines.
class Spelling {
public:
    explicit Spelling(std::mt19937& random) : random_(random) {}

    std::string tail(bool power_factor) {
        const bool named = chance() < 0.6;
        std::vector<std::string> lines;
        std::string out;
        if (named) {
            out += chance() < 0.5 ? indices : "define_constants" + end();
        }
        const auto column = [&](const char* name, int number) { return named ? std::string(name) : std::to_string(number); };
        const auto r = column("BR_R", 3), x = column("BR_X", 4), p = column("PD", 3), q = column("QD", 4), kv = column("BASE_KV", 10);
        auto impedances = impedance_lines(r, x, kv), loads = load_lines(p, q);
        if (power_factor) {
            const auto factor = pick({"pf", "fp", "cosphi", "power_factor_2"});
            loads += factor + eq() + "0.7" + end() + table("mpc.bus", q) + eq() + table("mpc.bus", p) + times() + "sin(acos(" + factor + "))" + end() +
                     table("mpc.bus", p) + eq() + table("mpc.bus", p) + times() + factor + end();
        }
        return out + (chance() < 0.5 ? impedances + loads : loads + impedances);
    }

private:
    double chance() { return std::uniform_real_distribution(0.0, 1.0)(random_); }
    std::string pick(std::initializer_list<const char*> of) { return of.begin()[random_() % of.size()]; }
    std::string blank() { return pick({"", "", " ", "  ", "\t", " ...  next line\n   "}); }
    std::string eq() { return blank() + "=" + blank(); }
    std::string times() { return blank() + pick({"*", ".*"}) + blank(); }
    std::string over() { return blank() + pick({"/", "./"}) + blank(); }
    std::string end() { return pick({";\n", "\n", ";", " ; % in volts; not = 3\n", ",\n", ";\n\n%% kW / MW\n", ";\r\n", ";\n%{\nnot = this\n%}\n"}) ; }
    std::string table(const std::string& name, const std::string& columns) {
        return name + "(" + blank() + pick({":", "1:end", ": "}) + "," + blank() + columns + blank() + ")";
    }
    std::string both(const std::string& a, const std::string& b) { return "[" + blank() + a + pick({" ", ",", ", ", " , "}) + b + pick({"", " "}) + "]"; }

    std::string impedance_lines(const std::string& r, const std::string& x, const std::string& kv) {
        const auto volts = pick({"Vbase", "Vb", "V_base", "base_volts1"}), power = pick({"Sbase", "Sb", "S", "VAbase"}), ohm = pick({"Zbase", "Zb", "Z0"});
        const auto columns = both(r, x);
        std::string out;
        if (chance() < 0.5) {
            out += volts + eq() + "mpc.bus(1," + blank() + kv + ")" + times() + "1e3" + end() + power + eq() + "mpc.baseMVA" + times() + pick({"1e6", "1.0E+6", "10^6", "1000000"}) + end();
            const auto base = "(" + volts + pick({"^2", " ^ 2", ".^2"}) + over() + power + ")";
            out += table("mpc.branch", columns) + eq() + table("mpc.branch", columns) + over() + base + end();
            return out;
        }
        out += ohm + eq() + "mpc.bus(1," + kv + ")^2" + over() + "mpc.baseMVA" + end();
        for (const auto& one : {r, x}) out += table("mpc.branch", one) + eq() + table("mpc.branch", one) + pick({" / ", "/"}) + ohm + end();
        return out;
    }
    std::string load_lines(const std::string& p, const std::string& q) {
        const auto scaled = [&](const std::string& columns) {
            return table("mpc.bus", columns) + eq() + table("mpc.bus", columns) + (chance() < 0.5 ? over() + pick({"1e3", "1000", "1.e3"}) : times() + pick({"1e-3", ".001", "0.001"})) + end();
        };
        return chance() < 0.5 ? scaled(both(p, q)) : scaled(p) + scaled(q);
    }

    std::mt19937& random_;
};

}  // namespace

TEST_CASE("grid.number: a status that is neither on nor off passes for neither") {
    const std::string head = "function mpc = c\nmpc.version = '2';\nmpc.baseMVA = 10;\n"
                             "mpc.bus = [1 3 0 0 0 0 1 1 0 20 1 1.1 0.9; 2 1 1 0.5 0 0 1 1 0 20 1 1.1 0.9];\n";
    const auto with = [&](const std::string& source, const std::string& line) {
        const auto read = read_matpower(head + "mpc.gen = [1 0 0 10 -10 1 10 " + source + " 10 0];\nmpc.branch = [1 2 0.02 0.04 0 0 0 0 0 0 " + line + " -360 360];\n");
        return read ? std::string("read") : read.error().key + " " + read.error().detail;
    };
    CHECK(with("1", "1") == "read");
    CHECK(with("NaN", "1") == "grid.number row 1 of mpc.gen: status nan");
    CHECK(with("1", "NaN") == "grid.number row 1 of mpc.branch: status nan");
    CHECK(with("1", "Inf") == "grid.number row 1 of mpc.branch: status inf");
}

TEST_CASE("published results: feeders of ten, twelve and fifteen buses, in ohms, kW and kVA") {
    holds(tables_of(baghzouz_ertem()) + indices + ohms + kilowatts, 783.77, 0.8375, 10, 0.02);
    holds(tables_of(das_twelve()) + indices + ohms + kilowatts, 20.71, 0.9434, 12, 0.01);
    const std::string factor = "pf = 0.7;\nmpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));\nmpc.bus(:, PD) = mpc.bus(:, PD) * pf;\n";
    holds(tables_of(das_fifteen()) + indices + ohms + kilowatts + factor, 61.79, 0.9445, 13, 0.05);
}

TEST_CASE("property: however the conversion is spelt, the network is the same") {
    std::mt19937 random(33);
    for (int round = 0; round < 400; ++round) {
        auto feeders = round % 2 == 0 ? das_twelve() : das_fifteen();
        const bool factor = round % 2 == 1;
        if (round % 5 == 0) std::ranges::reverse(feeders.loads);
        const auto between = std::array{"\t", " ", ", ", "  , \t"}[random() % 4];
        const auto end_of_row = std::array{";\n", "\n", " ; % a bus\n", ";\r\n"}[random() % 4];
        const auto text = tables_of(feeders, between, end_of_row) + Spelling(random).tail(factor);
        const auto read = read_matpower(text);
        REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().key + " " + read.error().detail + "\n" + text));
        const double base_ohm = feeders.kv * feeders.kv / feeders.base_mva;
        for (std::size_t i = 0; i < feeders.loads.size(); ++i) {
            const auto& bus = read->buses[i + 1];
            const double mw = feeders.loads[i].kw / 1e3 * (factor ? 0.7 : 1);
            const double mvar = factor ? feeders.loads[i].kw / 1e3 * std::sqrt(1 - 0.49) : feeders.loads[i].kvar / 1e3;
            CHECK(bus.number == feeders.loads[i].bus);
            REQUIRE_MESSAGE(std::abs(bus.load_mw - mw) < 1e-14, text);
            REQUIRE_MESSAGE(std::abs(bus.load_mvar - mvar) < 1e-14, text);
        }
        for (std::size_t i = 0; i < feeders.lines.size(); ++i) {
            REQUIRE_MESSAGE(std::abs(read->branches[i].r * base_ohm - feeders.lines[i].r_ohm) < 1e-12, text);
            REQUIRE_MESSAGE(std::abs(read->branches[i].x * base_ohm - feeders.lines[i].x_ohm) < 1e-12, text);
        }
    }
}

TEST_CASE("several sources, open ties between them, buses in no order: each feeder by itself, as three cases would be") {
    Feeders all{.kv = 23, .base_mva = 100, .sources = {901, 7, 55}, .loads = {}, .lines = {}};
    double apart = 0;
    int next = 300;
    for (const int source : all.sources) {
        auto one = chain(23, 100, {{0.2, 0.4}, {0.5, 0.7}, {0.9, 0.6}}, {{900.0 + source, 300}, {500, 250}, {1200, 400}});
        apart += must(study(must(read_matpower(tables_of(one) + indices + ohms + kilowatts)))).losses.mw;
        int before = source;
        for (std::size_t i = 0; i < one.lines.size(); ++i) {
            next -= 7;
            all.loads.push_back({next, one.loads[i].kw, one.loads[i].kvar});
            all.lines.push_back({i % 2 == 0 ? before : next, i % 2 == 0 ? next : before, one.lines[i].r_ohm, one.lines[i].x_ohm});
            before = next;
        }
        if (all.loads.size() > 3) all.lines.push_back({next, all.loads[1].bus, 0.01, 0.02, false});
    }
    std::mt19937 random(5);
    std::ranges::shuffle(all.loads, random);
    std::ranges::shuffle(all.lines, random);
    const auto network = must(read_matpower(tables_of(all) + indices + ohms + kilowatts));
    const auto solved = must(study(network));
    CHECK(std::abs(solved.losses.mw - apart) < 1e-9);
    REQUIRE(solved.difference.has_value());
    CHECK(*solved.difference < agreement_limit);
    // Closed, the tie joins two sources: Newton's method alone, and it says why.
    auto joined = all;
    for (auto& line : joined.lines) line.closed = true;
    CHECK(must(study(must(read_matpower(tables_of(joined) + indices + ohms + kilowatts)))).sweep_left_out == "grid.not-radial");
}

TEST_CASE("further tables of case files are read over: areas, costs, names, direct-current lines, kinds of fuel") {
    const std::string more = R"(
mpc.areas = [ 1 1; 2 3 ];
%column_names% bus name
mpc.bus_name = { 'Source'; 'Two'; "Three"; };
mpc.genfuel = { 'hydro' };  mpc.gentype = { 'HY' };
mpc.dcline = [ 1 2 0 10 8.9 0 0 1.01 1 1 10 -10 10 -10 10 0 0; ];
mpc.dclinecost = [ 2 0 0 2 0 0 0 0 ];
mpc.reserves.zones = [ 1 1 ]; mpc.reserves.req = [60; 20]';
mpc.if.map = [ 1 -1; 1 2 ];
)";
    holds(tables_of(das_twelve()) + more + indices + ohms + kilowatts + "end\n", 20.71, 0.9434, 12, 0.01);
    auto bracketed = tables_of(das_twelve()) + indices + ohms + kilowatts;
    bracketed.replace(bracketed.find("mpc = feeders"), 3, "[ mpc ]");
    holds(bracketed, 20.71, 0.9434, 12, 0.01);
}

TEST_CASE("a conversion that is not understood is an error with its line, never a network in wrong units") {
    const auto base = tables_of(das_twelve()) + indices + ohms;
    const auto line = std::ranges::count(base, '\n') + 1;
    for (const auto* statement : {"mpc.bus(:, [PD, QD]) = kw2mw(mpc.bus(:, [PD, QD]));", "mpc.bus(:, [PD QD]) /= 1e3;", "mpc.bus(:, PD) *= 1e-3;", "mpc = scale_load(0.001, mpc);",
                                  "for k = 1:12, mpc.bus(k, PD) = mpc.bus(k, PD) / 1e3; end", "if true mpc.bus(:, PD) = mpc.bus(:, PD) / 1e3; end", "mpc.bus{3} = 4;",
                                  "mpc.bus(:, [PD QD]) = arrayfun(@(v) v / 1e3, mpc.bus(:, [PD QD]));", "eval('mpc.bus(:, PD) = 0;')", "mpc.bus(:, P_D) = 0;",
                                  "mpc.bus(:, PD) = mpc.bus(:, PD) \\ 1e3;", "mpc2 = mpc; mpc2.nothing(1) = 2;", "!rm x", "mpc.bus(:, [PD QD]) = mpc.bus(:, [PD QD]) / [1e3 1e3];"}) {
        const auto read = read_matpower(base + statement + "\n" + kilowatts);
        REQUIRE_MESSAGE(!read.has_value(), statement);
        CHECK_MESSAGE(read.error().key.starts_with("grid.case-"), statement);
        CHECK_MESSAGE(read.error().detail.starts_with(fmt::format("line {}: ", line)), statement, " ", read.error().detail);
    }
}
