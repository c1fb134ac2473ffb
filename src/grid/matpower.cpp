#include "grid/matpower.hpp"

#include "grid/impl/matlab.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

namespace wasl::grid {

namespace {

using matlab::Value;

const Value* field(const Value& record, std::string_view name) {
    const auto found = record.fields.find(name);
    return found == record.fields.end() ? nullptr : &found->second;
}

// One table, with the number of columns a power flow needs.
class Table {
public:
    static Result<Table> of(const Value& record, const char* name, std::size_t columns) {
        const auto* value = field(record, name);
        if (value == nullptr || !value->is_matrix()) return fail(Code::unprocessable, "grid.case-field", fmt::format("mpc.{}", name));
        if (value->rows > 0 && value->columns < columns)
            return fail(Code::unprocessable, "grid.case-field", fmt::format("mpc.{} with {} columns of {}", name, value->columns, columns));
        return Table(*value);
    }
    [[nodiscard]] std::size_t rows() const noexcept { return value_->columns == 0 ? 0 : value_->rows; }
    // Columns as the manual counts them, from 1.
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return value_->numbers[row * value_->columns + column - 1]; }

private:
    explicit Table(const Value& value) : value_(&value) {}
    const Value* value_;
};

Result<void> check_version(const Value& record) {
    const auto* version = field(record, "version");
    if (version == nullptr) return fail(Code::unprocessable, "grid.case-version", "mpc.version is missing");
    const bool second = version->kind == Value::Kind::text ? version->text == "2" : version->is_scalar() && version->numbers[0] == 2;
    if (!second) return fail(Code::unprocessable, "grid.case-version", fmt::format("mpc.version is \"{}\"", version->text));
    return {};
}

using Index = std::unordered_map<std::int64_t, std::uint32_t>;

Result<Index> read_buses(const Value& record, Network& network) {
    const auto table = TRY(Table::of(record, "bus", 13));
    const auto* names = field(record, "bus_name");
    Index index;
    index.reserve(table.rows());
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const double number = table.at(i, 1), kind = table.at(i, 2);
        if (!(number >= 1) || number > 9e15 || number != std::floor(number))
            return fail(Code::unprocessable, "grid.bus-number", fmt::format("row {} of mpc.bus: {}", i + 1, number));
        if (kind != 1 && kind != 2 && kind != 3 && kind != 4)
            return fail(Code::unprocessable, "grid.bus-kind", fmt::format("bus {}: type {}", number, kind));
        Bus bus;
        bus.number = static_cast<std::int64_t>(number);
        bus.kind = static_cast<BusKind>(static_cast<int>(kind) - 1);
        bus.load_mw = table.at(i, 3);
        bus.load_mvar = table.at(i, 4);
        bus.shunt_mw = table.at(i, 5);
        bus.shunt_mvar = table.at(i, 6);
        bus.start_pu = table.at(i, 8);
        bus.start_degrees = table.at(i, 9);
        bus.base_kv = table.at(i, 10);
        if (names != nullptr && i < names->items.size()) bus.name = names->items[i].text;
        if (!index.emplace(bus.number, static_cast<std::uint32_t>(i)).second)
            return fail(Code::unprocessable, "grid.bus-twice", fmt::format("bus {}", bus.number));
        network.buses.push_back(std::move(bus));
    }
    return index;
}

Result<std::uint32_t> bus_at(const Index& index, double number, const char* table, std::size_t row) {
    const bool whole = number >= 1 && number <= 9e15 && number == std::floor(number);
    const auto found = whole ? index.find(static_cast<std::int64_t>(number)) : index.end();
    if (found == index.end()) return fail(Code::unprocessable, "grid.bus-unknown", fmt::format("row {} of mpc.{}: bus {}", row + 1, table, number));
    return found->second;
}

// In service or not: what is neither must not pass for one of them.
Result<void> check_status(double status, const char* table, std::size_t row) {
    if (std::isfinite(status)) return {};
    return fail(Code::unprocessable, "grid.number", fmt::format("row {} of mpc.{}: status {}", row + 1, table, status));
}

Result<void> read_branches(const Value& record, const Index& index, Network& network) {
    const auto table = TRY(Table::of(record, "branch", 11));
    for (std::size_t i = 0; i < table.rows(); ++i) {
        TRY(check_status(table.at(i, 11), "branch", i));
        Branch branch;
        branch.from = TRY(bus_at(index, table.at(i, 1), "branch", i));
        branch.to = TRY(bus_at(index, table.at(i, 2), "branch", i));
        branch.r = table.at(i, 3);
        branch.x = table.at(i, 4);
        branch.b = table.at(i, 5);
        branch.rating_mva = table.at(i, 6);
        const double ratio = table.at(i, 9);  // 0: no transformer
        branch.ratio = ratio == 0 ? 1 : ratio;
        branch.shift_degrees = table.at(i, 10);
        branch.kind = ratio != 0 || branch.shift_degrees != 0 ? BranchKind::transformer : BranchKind::line;
        branch.in_service = table.at(i, 11) != 0;
        network.branches.push_back(branch);
    }
    return {};
}

Result<void> read_generators(const Value& record, const Index& index, Network& network) {
    const auto table = TRY(Table::of(record, "gen", 8));
    for (std::size_t i = 0; i < table.rows(); ++i) {
        TRY(check_status(table.at(i, 8), "gen", i));
        Generator generator;
        generator.bus = TRY(bus_at(index, table.at(i, 1), "gen", i));
        generator.p_mw = table.at(i, 2);
        generator.q_mvar = table.at(i, 3);
        generator.voltage_pu = table.at(i, 6);
        generator.in_service = table.at(i, 8) > 0;
        network.generators.push_back(generator);
    }
    return {};
}

}  // namespace

Result<Network> read_matpower(std::string_view text, CaseLimits limits) {
    if (text.size() > limits.bytes) return fail(Code::too_large, "grid.too-large", fmt::format("{} bytes", text.size()));
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto program = TRY(matlab::run(text, limits.elements));
    TRY(check_version(program.output));
    Network network;
    network.name = program.name;
    const auto* base = field(program.output, "baseMVA");
    if (base == nullptr || !base->is_scalar()) return fail(Code::unprocessable, "grid.case-field", "mpc.baseMVA");
    network.base_mva = base->numbers[0];
    const auto index = TRY(read_buses(program.output, network));
    TRY(read_branches(program.output, index, network));
    TRY(read_generators(program.output, index, network));
    return network;
}

}  // namespace wasl::grid
