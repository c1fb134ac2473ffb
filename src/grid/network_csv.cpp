#include "grid/network_csv.hpp"

#include "grid/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace wasl::grid {

namespace {

using Places = std::unordered_map<std::int64_t, std::uint32_t>;

Places places_of(const Network& network) {
    Places out;
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) out.emplace(network.buses[i].number, i);
    return out;
}

Result<std::int64_t> bus_number(const CsvTable& table, const CsvTable::CsvCell& cell) {
    const auto number = TRY(table.integer(cell));
    if (number < 1) return table.bad(cell, "a bus number that is not positive");
    return number;
}

Result<std::uint32_t> known_bus(const CsvTable& table, const CsvTable::CsvCell& cell, const Places& places) {
    const auto found = places.find(TRY(bus_number(table, cell)));
    if (found == places.end()) {
        return fail(Code::unprocessable, "grid.bus-unknown", table.where(cell, "a bus that is not in buses.csv"));
    }
    return found->second;
}

Result<void> read_network_row(const CsvTable& table, Network& network) {
    CsvColumns columns(table);
    const auto name = columns.optional("name");
    const auto base = TRY(columns.quantity({{"base_mva"}, {"base_kva", 1e3}}, 100));
    TRY(columns.refuse_others());
    if (table.rows() != 1) {
        return fail(Code::unprocessable, "grid.csv-syntax", table.where(table.columns().front(), "one row is expected"));
    }
    network.name = name.text(0);
    network.base_mva = TRY(base.at(0));
    return {};
}

Result<void> read_bus_rows(const CsvTable& table, Network& network) {
    CsvColumns columns(table);
    const auto number = TRY(columns.required("bus"));
    const auto name = columns.optional("name"), kind = columns.optional("kind");
    const auto base = TRY(columns.quantity({{"base_kv"}, {"base_v", 1e3}}, 0));
    const auto load = TRY(columns.quantity({{"load_mw"}, {"load_kw", 1e3}}, 0));
    const auto reactive = TRY(columns.quantity({{"load_mvar"}, {"load_kvar", 1e3}}, 0));
    const auto shunt = TRY(columns.quantity({{"shunt_mw"}, {"shunt_kw", 1e3}}, 0));
    const auto susceptance = TRY(columns.quantity({{"shunt_mvar"}, {"shunt_kvar", 1e3}}, 0));
    const auto start = TRY(columns.quantity({{"start_pu"}}, 1)), angle = TRY(columns.quantity({{"start_degrees"}}, 0));
    TRY(columns.refuse_others());
    Places seen;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Bus bus;
        bus.number = TRY(bus_number(table, number.cell(row)));
        if (!seen.emplace(bus.number, 0).second) {
            return fail(Code::unprocessable, "grid.bus-twice", table.where(number.cell(row), "a bus that is there twice"));
        }
        bus.name = name.text(row);
        bus.kind = static_cast<BusKind>(TRY(kind.word(row, {"load", "generator", "reference", "isolated"}, 0)));
        bus.base_kv = TRY(base.at(row));
        bus.load_mw = TRY(load.at(row));
        bus.load_mvar = TRY(reactive.at(row));
        bus.shunt_mw = TRY(shunt.at(row));
        bus.shunt_mvar = TRY(susceptance.at(row));
        bus.start_pu = TRY(start.at(row));
        bus.start_degrees = TRY(angle.at(row));
        network.buses.push_back(std::move(bus));
    }
    return {};
}

// The columns that lines, transformers and switches share.
struct Ends {
    CsvText from, to, name, state;

    static Result<Ends> of(CsvColumns& columns, std::string_view state) {
        auto from = TRY(columns.required("from_bus")), to = TRY(columns.required("to_bus"));
        return Ends{from, to, columns.optional("name"), columns.optional(state)};
    }
    [[nodiscard]] Result<Branch> branch(const CsvTable& table, std::size_t row, const Places& places, BranchKind kind) const {
        Branch out;
        out.kind = kind;
        out.from = TRY(known_bus(table, from.cell(row), places));
        out.to = TRY(known_bus(table, to.cell(row), places));
        out.name = name.text(row);
        out.in_service = TRY(state.truth(row, true));
        return out;
    }
};

// Ohms and siemens of lines, on the base of the voltage where the line begins.
struct LineBase {
    const CsvTable& table;
    const Network& network;

    [[nodiscard]] Result<double> ohms(const CsvTable::CsvCell& cell, const Branch& branch) const {
        const double kv = network.buses[branch.from].base_kv;
        if (!(kv > 0)) return table.bad(cell, "ohms, siemens or amperes at a bus without base_kv");
        return kv * kv / network.base_mva;
    }
};

// One quantity of a line in whichever unit the table states it; `per_unit` is then what it is.
Result<double> line_value(const CsvQuantity& value, const CsvQuantity& length, std::size_t row, double ohms, bool admittance) {
    const double stated = TRY(value.at(row));
    if (value.spelling() == "r_pu" || value.spelling() == "x_pu" || value.spelling() == "b_pu" || stated == 0) return stated;
    const double whole = value.spelling().ends_with("_per_km") ? stated * TRY(length.at(row)) : stated;
    return admittance ? whole * ohms : whole / ohms;
}

Result<void> read_line_rows(const CsvTable& table, const Places& places, Network& network) {
    CsvColumns columns(table);
    const auto ends = TRY(Ends::of(columns, "in_service"));
    const auto length = TRY(columns.quantity({{"length_km"}, {"length_m", 1e3}}, 1));
    const auto r = TRY(columns.quantity({{"r_pu"}, {"r_ohm"}, {"r_ohm_per_km"}}));
    const auto x = TRY(columns.quantity({{"x_pu"}, {"x_ohm"}, {"x_ohm_per_km"}}));
    const auto b = TRY(columns.quantity({{"b_pu"}, {"b_us", 1e6}, {"b_us_per_km", 1e6}}, 0));
    const auto rating = TRY(columns.quantity({{"rating_mva"}, {"rating_kva", 1e3}, {"rating_a"}}, 0));
    TRY(columns.refuse_others());
    if (!length.stated()) TRY(columns.refuse_per_km());
    const LineBase base{table, network};
    const auto in_per_unit = [](const CsvQuantity& value, std::string_view unit) { return !value.stated() || value.spelling() == unit; };
    const bool plain = in_per_unit(r, "r_pu") && in_per_unit(x, "x_pu") && in_per_unit(b, "b_pu") && rating.spelling() != "rating_a";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto branch = TRY(ends.branch(table, row, places, BranchKind::line));
        const double ohms = plain ? 1 : TRY(base.ohms(ends.from.cell(row), branch));
        branch.r = TRY(line_value(r, length, row, ohms, false));
        branch.x = TRY(line_value(x, length, row, ohms, false));
        branch.b = TRY(line_value(b, length, row, ohms, true));
        branch.rating_mva = TRY(rating.at(row));
        if (rating.spelling() == "rating_a") branch.rating_mva *= std::numbers::sqrt3 * network.buses[branch.from].base_kv / 1e3;
        network.branches.push_back(std::move(branch));
    }
    return {};
}

Result<void> read_transformer_rows(const CsvTable& table, const Places& places, Network& network) {
    CsvColumns columns(table);
    const auto ends = TRY(Ends::of(columns, "in_service"));
    const auto r = TRY(columns.quantity({{"r_pu"}, {"r_percent", 100}})), x = TRY(columns.quantity({{"x_pu"}, {"x_percent", 100}}));
    const auto b = TRY(columns.quantity({{"b_pu"}}, 0)), ratio = TRY(columns.quantity({{"ratio"}}, 1));
    const auto shift = TRY(columns.quantity({{"shift_degrees"}}, 0));
    const auto rating = TRY(columns.quantity({{"rating_mva"}, {"rating_kva", 1e3}}, 0));
    TRY(columns.refuse_others());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto branch = TRY(ends.branch(table, row, places, BranchKind::transformer));
        branch.rating_mva = TRY(rating.at(row));
        const bool percent = r.spelling() == "r_percent" || x.spelling() == "x_percent";
        if (percent && !(branch.rating_mva > 0)) return table.bad(ends.from.cell(row), "percent of a rating that is not stated");
        branch.r = TRY(r.at(row)) * (r.spelling() == "r_percent" ? network.base_mva / branch.rating_mva : 1);
        branch.x = TRY(x.at(row)) * (x.spelling() == "x_percent" ? network.base_mva / branch.rating_mva : 1);
        branch.b = TRY(b.at(row));
        branch.ratio = TRY(ratio.at(row));
        branch.shift_degrees = TRY(shift.at(row));
        network.branches.push_back(std::move(branch));
    }
    return {};
}

Result<void> read_switch_rows(const CsvTable& table, const Places& places, Network& network) {
    CsvColumns columns(table);
    const auto ends = TRY(Ends::of(columns, "closed"));
    const auto rating = TRY(columns.quantity({{"rating_mva"}, {"rating_kva", 1e3}}, 0));
    TRY(columns.refuse_others());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto branch = TRY(ends.branch(table, row, places, BranchKind::switching));
        branch.rating_mva = TRY(rating.at(row));
        network.branches.push_back(std::move(branch));
    }
    return {};
}

Result<void> read_source_rows(const CsvTable& table, const Places& places, Network& network) {
    CsvColumns columns(table);
    const auto bus = TRY(columns.required("bus"));
    const auto state = columns.optional("in_service");
    const auto p = TRY(columns.quantity({{"p_mw"}, {"p_kw", 1e3}}, 0)), q = TRY(columns.quantity({{"q_mvar"}, {"q_kvar", 1e3}}, 0));
    const auto voltage = TRY(columns.quantity({{"voltage_pu"}}, 1));
    TRY(columns.refuse_others());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Generator source;
        source.bus = TRY(known_bus(table, bus.cell(row), places));
        source.in_service = TRY(state.truth(row, true));
        source.p_mw = TRY(p.at(row));
        source.q_mvar = TRY(q.at(row));
        source.voltage_pu = TRY(voltage.at(row));
        network.generators.push_back(source);
    }
    return {};
}

constexpr std::array known_files = {"network.csv",  "buses.csv",   "lines.csv", "transformers.csv",
                                    "switches.csv", "sources.csv", "meters.csv"};

// The files by name: each at most once, buses.csv always.
class Folder {
public:
    static Result<Folder> of(std::span<const CsvFile> files, NetworkCsvLimits limits) {
        Folder out;
        std::size_t bytes = 0;
        for (const auto& file : files) {
            if (std::ranges::find(known_files, file.name) == known_files.end()) return fail(Code::unprocessable, "grid.csv-file", file.name);
            if (out.find(file.name) != nullptr) return fail(Code::unprocessable, "grid.csv-file", file.name + " is there twice");
            if (file.text.size() > limits.bytes - bytes) return fail(Code::too_large, "grid.too-large", file.name);
            bytes += file.text.size();
            out.files_.push_back(&file);
        }
        if (out.find("buses.csv") == nullptr) return fail(Code::unprocessable, "grid.csv-file", "buses.csv is missing");
        return out;
    }
    // Reads a table that may be absent, and says whether it was there.
    template <class Read>
    Result<bool> with(std::string_view name, Read read) const {
        const auto* file = find(name);
        if (file == nullptr) return false;
        const auto table = TRY(CsvTable::read(name, file->text));
        TRY(read(table));
        return true;
    }

private:
    [[nodiscard]] const CsvFile* find(std::string_view name) const noexcept {
        const auto found = std::ranges::find(files_, name, [](const CsvFile* file) { return std::string_view(file->name); });
        return found == files_.end() ? nullptr : *found;
    }
    std::vector<const CsvFile*> files_;
};

// Without a table of sources each reference bus has one.
void place_default_sources(Network& network) {
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
        if (network.buses[i].kind == BusKind::reference) network.generators.push_back({.bus = i});
    }
}

}  // namespace

Result<MeteredNetwork> read_network_csv(std::span<const CsvFile> files, NetworkCsvLimits limits) {
    const auto folder = TRY(Folder::of(files, limits));
    Network network;
    TRY(folder.with("network.csv", [&](const CsvTable& table) { return read_network_row(table, network); }));
    TRY(folder.with("buses.csv", [&](const CsvTable& table) { return read_bus_rows(table, network); }));
    const auto places = places_of(network);
    TRY(folder.with("lines.csv", [&](const CsvTable& table) { return read_line_rows(table, places, network); }));
    TRY(folder.with("transformers.csv", [&](const CsvTable& table) { return read_transformer_rows(table, places, network); }));
    TRY(folder.with("switches.csv", [&](const CsvTable& table) { return read_switch_rows(table, places, network); }));
    const bool stated = TRY(folder.with("sources.csv", [&](const CsvTable& table) { return read_source_rows(table, places, network); }));
    if (!stated) place_default_sources(network);
    MeteredNetwork out{.network = canonical(std::move(network)), .meters = {}};
    TRY(folder.with("meters.csv", [&](const CsvTable& table) -> Result<void> {
        out.meters = TRY(read_meters(table, out.network));
        return {};
    }));
    return out;
}

}  // namespace wasl::grid
