// Case files: their tables, their lines, and what is wrong in them told with its line.
#include "grid/matpower.hpp"
#include "grid/study.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::grid;

namespace {

const std::string head = "function mpc = small\nmpc.version = '2';\nmpc.baseMVA = 10;\n";
const std::string tables = R"(mpc.bus = [
	1	3	0	0	0	0	1	1	0	12.66	1	1	1;
	20	1	100	60	0	0	1	1	0	12.66	1	1.1	0.9;  % kW
];
mpc.gen = [ 1 0 0 10 -10 1 100 1 10 0 ];
mpc.branch = [
	1	20	0.0922	0.0470	0	0	0	0	0	0	1	-360	360;
];
)";

std::string key_of(const std::string& text) {
    const auto network = read_matpower(text);
    return network ? "read" : network.error().key + " " + network.error().detail;
}

// The reactive load of bus 20 after these lines.
double load_after(const std::string& lines) {
    const auto network = read_matpower(head + tables + "define_constants\n" + lines);
    if (!network) FAIL(network.error().key, " ", network.error().detail);
    return network->buses[1].load_mvar;
}

// The 14-bus test system of the American Electric Power (1962), University of Washington's archive.
const char* fourteen = R"(function mpc = fourteen
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
 1 3 0    0    0 0  1 1.06  0 0 1 1.06 0.94; 2 2 21.7 12.7 0 0 1 1.045 -4.98 0 1 1.06 0.94
 3 2 94.2 19   0 0  1 1.01  -12.72 0 1 1.06 0.94
 4 1 47.8 -3.9 0 0  1 1.019 -10.33 0 1 1.06 0.94
 5 1 7.6  1.6  0 0  1 1.02  -8.78  0 1 1.06 0.94
 6 2 11.2 7.5  0 0  1 1.07  -14.22 0 1 1.06 0.94
 7 1 0    0    0 0  1 1.062 -13.37 0 1 1.06 0.94
 8 2 0    0    0 0  1 1.09  -13.36 0 1 1.06 0.94
 9 1 29.5 16.6 0 19 1 1.056 -14.94 0 1 1.06 0.94
 10 1 9   5.8  0 0  1 1.051 -15.1  0 1 1.06 0.94
 11 1 3.5 1.8  0 0  1 1.057 -14.79 0 1 1.06 0.94
 12 1 6.1 1.6  0 0  1 1.055 -15.07 0 1 1.06 0.94
 13 1 13.5 5.8 0 0  1 1.05  -15.16 0 1 1.06 0.94
 14 1 14.9 5   0 0  1 1.036 -16.04 0 1 1.06 0.94
];
mpc.gen = [
 1 232.4 -16.9 10 0 1.06 100 1 332.4 0
 2 40 42.4 50 -40 1.045 100 1 140 0
 3 0 23.4 40 0 1.01 100 1 100 0
 6 0 12.2 24 -6 1.07 100 1 100 0
 8 0 17.4 24 -6 1.09 100 1 100 0
];
mpc.branch = [
 1 2 0.01938 0.05917 0.0528 0 0 0 0 0 1
 1 5 0.05403 0.22304 0.0492 0 0 0 0 0 1
 2 3 0.04699 0.19797 0.0438 0 0 0 0 0 1
 2 4 0.05811 0.17632 0.034 0 0 0 0 0 1
 2 5 0.05695 0.17388 0.0346 0 0 0 0 0 1
 3 4 0.06701 0.17103 0.0128 0 0 0 0 0 1
 4 5 0.01335 0.04211 0 0 0 0 0 0 1
 4 7 0 0.20912 0 0 0 0 0.978 0 1
 4 9 0 0.55618 0 0 0 0 0.969 0 1
 5 6 0 0.25202 0 0 0 0 0.932 0 1
 6 11 0.09498 0.1989 0 0 0 0 0 0 1
 6 12 0.12291 0.25581 0 0 0 0 0 0 1
 6 13 0.06615 0.13027 0 0 0 0 0 0 1
 7 8 0 0.17615 0 0 0 0 0 0 1
 7 9 0 0.11001 0 0 0 0 0 0 1
 9 10 0.03181 0.0845 0 0 0 0 0 0 1
 9 14 0.12711 0.27038 0 0 0 0 0 0 1
 10 11 0.08205 0.19207 0 0 0 0 0 0 1
 12 13 0.22092 0.19988 0 0 0 0 0 0 1
 13 14 0.17093 0.34802 0 0 0 0 0 0 1
];
)";

}  // namespace

TEST_CASE("tables are read as they stand: types, taps, what is out of service, names") {
    const auto network = read_matpower(head + R"(mpc.bus = [ 7 3 0 0 0 0 1 1.02 5 20 1 1.1 .9
8, 4, 1.5, -.5, 1, 2, 1, 1, 0, 20, 1, 1.1, 0.9 ; ];
mpc.gen = [7 1 2 Inf -Inf 1.02 100 0; 7 3 4 9 -9 1.03 100 1];
mpc.branch = [8 7 .1 1e-1 0.02 5 0 0 0.98 -30 0];
mpc.bus_name = { 'Souk'; 'l''usine' };
mpc.gencost = [2 0 0 3 0 20 0];
)");
    REQUIRE(network.has_value());
    CHECK(network->name == "small");
    CHECK(network->base_mva == 10);
    REQUIRE(network->buses.size() == 2);
    CHECK(network->buses[0].kind == BusKind::reference);
    CHECK(network->buses[1].kind == BusKind::isolated);
    CHECK(network->buses[1].load_mvar == -0.5);
    CHECK(network->buses[1].shunt_mvar == 2);
    CHECK(network->buses[1].name == "l'usine");
    CHECK_FALSE(network->generators[0].in_service);
    CHECK(network->generators[1].voltage_pu == 1.03);
    REQUIRE(network->branches.size() == 1);
    CHECK(network->branches[0].from == 1);
    CHECK(network->branches[0].kind == BranchKind::transformer);
    CHECK(network->branches[0].ratio == 0.98);
    CHECK(network->branches[0].shift_degrees == -30);
    CHECK_FALSE(network->branches[0].in_service);
}

TEST_CASE("the lines at the end are carried out: ohms, kW, power factors") {
    const auto network = read_matpower(head + tables + R"(
%% convert branch impedances from Ohms to p.u.
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
)");
    REQUIRE(network.has_value());
    CHECK(network->branches[0].r == doctest::Approx(0.0922 / 16.02756));
    CHECK(network->buses[1].load_mw == doctest::Approx(0.1));
    CHECK(network->buses[1].load_mvar == doctest::Approx(0.06));
    CHECK(load_after("pf = 0.8; mpc.bus(:, QD) = mpc.bus(:, PD) .* sin(acos(pf));") == doctest::Approx(60));
    CHECK(load_after("mpc.bus(:, [PD QD]) = mpc.bus(:, PD) * [0.85, sqrt(1 - .85^2)]") == doctest::Approx(52.678));
}

TEST_CASE("MATLAB's own ways: blanks in lists, ranges, end, conditions, precedence, transposes") {
    CHECK(load_after("a = [1 -2; 3 - 1, 4]; mpc.bus(2, QD) = a(1, 2) + a(end, 1);") == 0);
    CHECK(load_after("mpc.bus(end, QD) = -2^2 + 2^-1;") == -3.5);
    CHECK(load_after("x = [1:4]'; mpc.bus(2, QD) = sum(x(2:end));") == 9);
    CHECK(load_after("k = find(mpc.bus(:, PD) > 50 & mpc.bus(:, BUS_TYPE) == PQ); mpc.bus(k, QD) = 7;") == 7);
    CHECK(load_after("mpc.bus(mpc.bus(:, PD) > 50, QD) = 8;") == 8);
    CHECK(load_after("a = 2./[4 8]; mpc.bus(2, QD) = a(2);") == 0.25);
    CHECK(load_after("%{\nmpc.bus = 3\n%}\nmpc.bus(2, 4) = (1 + ...\n 2) * 2 % six") == 6);
    CHECK(load_after("mpc.bus(2, QD) = [1 2] * [3; 4];") == 11);
    CHECK(load_after("mpc.bus(end+1, :) = [30 4 zeros(1, 11)]; mpc.bus(2, QD) = size(mpc.bus, 1);") == 3);
    CHECK(load_after("mpc.branch(1, :) = []; mpc.bus(2, QD) = isempty(mpc.branch);") == 1);
    CHECK(load_after("s.a.b = 4; mpc.bus(2, QD) = s.a.b;") == 4);
}

TEST_CASE("grid.case-statement: what is not understood is named with its line, never passed over") {
    CHECK(key_of(head + tables + "system('rm');").starts_with("grid.case-statement line 12: "));
    CHECK(key_of(head + "if 1\nend").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "for k = 1:3, end").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "x = fopen('secret')").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "x = load(1)").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "mpc.branch(1, 2) = 3").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "x = PD").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "x = [1 2] / [3 4]").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "x = 2i").starts_with("grid.case-statement line 4: "));
    CHECK(key_of(head + "end\nfunction y = other").starts_with("grid.case-statement line 5: "));
}

TEST_CASE("grid.case-syntax and grid.case-table: cut short, uneven, out of range") {
    CHECK(key_of(head + "mpc.bus = [1 2\n3 4").starts_with("grid.case-syntax line 5: "));
    CHECK(key_of(head + "x = (1 + 2").starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = 'open").starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = 1 2").starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = " + std::string(5000, '(')).starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = " + std::string(5000, '[')).starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = " + std::string(5000, '-') + "1").starts_with("grid.case-syntax line 4: "));
    CHECK(key_of(head + "x = [1 2\n3\n4 5]").starts_with("grid.case-table line 5: "));
    CHECK(key_of(head + "x = [1 2]; y = x(3)").starts_with("grid.case-table line 4: "));
    CHECK(key_of(head + "x = [1 2]; y = x(0)").starts_with("grid.case-table line 4: "));
    CHECK(key_of(head + "x = [1 2] + [1 2 3]").starts_with("grid.case-table line 4: "));
    CHECK(key_of(head + "x = 1:0:5").starts_with("grid.case-table line 4: "));
}

TEST_CASE("grid.too-large: small texts that ask for much") {
    CHECK(key_of(head + "x = zeros(90000, 90000);").starts_with("grid.too-large line 4: "));
    CHECK(key_of(head + "x = 1:900000000;").starts_with("grid.too-large line 4: "));
    std::string doubling = head + "x = [1 2];\n";
    for (int i = 0; i < 60; ++i) doubling += "x = [x x];\n";
    CHECK(key_of(doubling).starts_with("grid.too-large"));
}

TEST_CASE("cases that are none: version, fields, numbers of buses") {
    CHECK(key_of("").starts_with("grid.case-version"));
    CHECK(key_of("function [baseMVA, bus] = old\n").starts_with("grid.case-version line 1: "));
    CHECK(key_of("mpc.version = '1';").starts_with("grid.case-version"));
    CHECK(key_of("mpc.version = '2';").starts_with("grid.case-field"));
    CHECK(key_of(head).starts_with("grid.case-field mpc.bus"));
    CHECK(key_of(head + tables + "mpc.bus(2, 1) = 1;") == "grid.bus-twice bus 1");
    CHECK(key_of(head + tables + "mpc.bus(2, 1) = 1.5;").starts_with("grid.bus-number"));
    CHECK(key_of(head + tables + "mpc.bus(2, 2) = 5;").starts_with("grid.bus-kind"));
    CHECK(key_of(head + tables + "mpc.branch(1, 2) = 99;").starts_with("grid.bus-unknown row 1 of mpc.branch"));
    CHECK(key_of(head + tables + "mpc.gen(1, 1) = NaN;").starts_with("grid.bus-unknown row 1 of mpc.gen"));
    CHECK(key_of(head + tables + "mpc.branch = [1 2 3];").starts_with("grid.case-field"));
}

TEST_CASE("a transmission network: taps, charging, a capacitor, five generators") {
    const auto network = read_matpower(fourteen);
    REQUIRE(network.has_value());
    const auto solved = study(*network);
    REQUIRE(solved.has_value());
    CHECK(std::abs(solved->losses.mw - 13.393) < 0.001);
    CHECK(std::abs(solved->buses[13].magnitude_pu - 1.036) < 0.001);
    CHECK(std::abs(solved->buses[13].angle_degrees + 16.04) < 0.02);
    CHECK(solved->lowest == 2);
    CHECK(std::abs(solved->generation.mw - 272.393) < 0.001);
    CHECK(solved->sweep_left_out == "grid.held-voltage");
}

TEST_CASE("published results: the feeders of Baran and Wu") {
    const auto folder = std::filesystem::path(WASL_SOURCE_DIR).parent_path() / "shared" / "data" / "grid";
    struct Published {
        const char* file;
        double losses_kw, lowest_pu;
        std::int64_t lowest_bus;
    };
    for (const auto& published : {Published{"case33bw.m", 202.677, 0.91309, 18}, Published{"case69.m", 224.992, 0.90919, 65}}) {
        std::ifstream in(folder / published.file);
        if (!in) {
            MESSAGE("skipped: ", published.file, " is not beside the source");
            continue;
        }
        std::ostringstream text;
        text << in.rdbuf();
        const auto network = read_matpower(text.str());
        REQUIRE_MESSAGE(network.has_value(), network.error().detail);
        const auto solved = study(*network);
        REQUIRE(solved.has_value());
        CHECK(std::abs(solved->losses.mw * 1e3 - published.losses_kw) < 5.1e-4);
        CHECK(std::abs(solved->buses[solved->lowest].magnitude_pu - published.lowest_pu) < 5.1e-6);
        CHECK(network->buses[solved->lowest].number == published.lowest_bus);
        REQUIRE(solved->difference.has_value());
        CHECK(*solved->difference < agreement_limit);
        CHECK(study_json(*network, *solved).find("\"losses_kw\": ") != std::string::npos);
        MESSAGE(study_text(*network, *solved));
    }
}
