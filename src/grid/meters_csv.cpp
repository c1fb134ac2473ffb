// meters.csv: where meters stand, how many customers are behind them, and where these are told.
#include "grid/csv_columns.hpp"
#include "grid/network_csv.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace wasl::grid {

namespace {

constexpr std::int64_t most_customers = 1'000'000;

bool is_phone(std::string_view text) {  // E.164
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+' &&
           std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_mailbox(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           text.size() <= 254 && text.find_first_of(" \t\r\n<>,;:\"") == std::string_view::npos;
}

// The bus of a meter: stated, or the low side (to_bus) of the transformer that is named.
class MeterPlaces {
public:
    explicit MeterPlaces(const Network& network) {
        for (std::uint32_t i = 0; i < network.buses.size(); ++i) buses_.emplace(network.buses[i].number, i);
        for (const auto& branch : network.branches) {
            if (branch.kind == BranchKind::transformer && !branch.name.empty()) transformers_.emplace(branch.name, branch.to);
        }
    }
    [[nodiscard]] Result<std::uint32_t> at(const CsvTable& table, std::size_t row, const CsvText& bus, const CsvText& transformer) const {
        if (bus.stated() && !bus.text(row).empty()) {
            const auto found = buses_.find(TRY(table.integer(bus.cell(row))));
            if (found != buses_.end()) return found->second;
            return fail(Code::unprocessable, "grid.bus-unknown", table.where(bus.cell(row), "a bus that is not in buses.csv"));
        }
        if (transformer.stated() && !transformer.text(row).empty()) {
            const auto found = transformers_.find(transformer.text(row));
            if (found != transformers_.end()) return found->second;
            return fail(Code::unprocessable, "grid.bus-unknown", table.where(transformer.cell(row), "no transformer of that name"));
        }
        return table.bad(table.at(row, 0), "neither a bus nor a transformer");
    }

private:
    std::unordered_map<std::int64_t, std::uint32_t> buses_;
    std::unordered_map<std::string, std::uint32_t> transformers_;
};

}  // namespace

Result<std::vector<Meter>> read_meters(const CsvTable& table, const Network& network) {
    CsvColumns columns(table);
    const auto id = TRY(columns.required("meter"));
    const auto bus = columns.optional("bus"), transformer = columns.optional("transformer"), role = columns.optional("role"),
               customers = columns.optional("customers"), language = columns.optional("language"), phone = columns.optional("phone"),
               email = columns.optional("email");
    TRY(columns.refuse_others());
    const MeterPlaces places(network);
    std::unordered_set<std::string> seen;
    std::vector<Meter> out;
    out.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Meter meter;
        meter.id = id.text(row);
        if (meter.id.empty() || meter.id.size() > 100) return table.bad(id.cell(row), "a meter without an id, or with one beyond 100 bytes");
        if (!seen.insert(meter.id).second) {
            return fail(Code::unprocessable, "grid.meter-twice", table.where(id.cell(row), "a meter that is there twice"));
        }
        meter.bus = TRY(places.at(table, row, bus, transformer));
        meter.role = static_cast<MeterRole>(TRY(role.word(row, {"customer", "transformer"}, 0)));
        meter.customers = meter.role == MeterRole::customer ? 1 : 0;
        if (!customers.text(row).empty()) {
            const auto count = TRY(table.integer(customers.cell(row)));
            if (count < 0 || count > most_customers) return table.bad(customers.cell(row), "a count from 0 to 1000000 is expected");
            meter.customers = static_cast<std::uint32_t>(count);
        }
        TRY(language.word(row, {"ar", "fr", "en", "zgh"}, 0));
        meter.language = language.text(row);
        meter.phone = phone.text(row);
        meter.email = email.text(row);
        if (!meter.phone.empty() && !is_phone(meter.phone)) return table.bad(phone.cell(row), "a telephone number as +212612345678 is expected");
        if (!meter.email.empty() && !is_mailbox(meter.email)) return table.bad(email.cell(row), "no address of e-mail");
        out.push_back(std::move(meter));
    }
    std::ranges::sort(out, {}, &Meter::id);
    return out;
}

}  // namespace wasl::grid
