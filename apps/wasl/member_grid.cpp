#include "member_grid.hpp"

#include "toml_table.hpp"
#include "tool.hpp"

#include "base/log.hpp"
#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

namespace wasl::app {

namespace {

constexpr std::string_view rules_key = "grid.connection-rules";

Result<std::vector<grid::WorstHour>> read_hours(const Table& root) {
    std::vector<grid::WorstHour> out;
    for (const auto& one : TRY(root.tables("hour"))) {
        TRY(one.only({"name", "load", "new_load", "sun", "generation"}));
        out.push_back({TRY(one.text("name")), TRY(one.quantity_or("load", 1)), TRY(one.quantity_or("new_load", 1)), TRY(one.quantity_or("sun", 0)),
                       TRY(one.quantity_or("generation", 1))});
    }
    return out;
}

// The regime of law 82-21 on the day of the request; where the law of that day says nothing, the utility agrees itself.
grid::SolarRegime regime_of(const jurisdiction::Pack& pack, double kw, Instant at) {
    const auto& rule = pack.law_on(pack.zone().date_at(at)).self_generation;
    if (!rule) return grid::SolarRegime::agreement;
    if (kw < rule->declaration_below_kw) return grid::SolarRegime::declaration;
    return kw < rule->agreement_below_kw ? grid::SolarRegime::agreement : grid::SolarRegime::authorisation;
}

}  // namespace

Result<grid::ConnectionRules> read_connection_rules(std::string_view text, std::string_view file) {
    const auto parsed = toml_text::parse(text);
    if (!parsed) return fail(Code::invalid, std::string(rules_key), fmt::format("{}:{}: {}", file, parsed.error().line, parsed.error().message));
    const Table root(*parsed, file, rules_key);
    TRY(root.only({"lowest_pu", "highest_pu", "loading", "step_kw", "smallest_kw", "largest_kw", "reserved_days", "taken_up_days", "most_open", "hour"}));
    grid::ConnectionRules out;
    for (const auto& [name, value] : {std::pair("lowest_pu", &out.lowest_pu), std::pair("highest_pu", &out.highest_pu), std::pair("loading", &out.loading),
                                      std::pair("step_kw", &out.step_kw), std::pair("smallest_kw", &out.smallest_kw), std::pair("largest_kw", &out.largest_kw)}) {
        *value = TRY(root.quantity_or(name, *value));
    }
    out.reserved_days = static_cast<int>(TRY(root.number_or("reserved_days", out.reserved_days, 1, 3'660)));
    out.taken_up_days = static_cast<int>(TRY(root.number_or("taken_up_days", out.taken_up_days, 1, 3'660)));
    out.most_open = static_cast<int>(TRY(root.number_or("most_open", out.most_open, 1, 10'000)));
    auto hours = TRY(read_hours(root));
    if (!hours.empty()) out.hours = std::move(hours);
    if (const auto sound = grid::check_rules(out); !sound) return root.problem(root.line(), sound.error().detail);
    return out;
}

Result<grid::ConnectionRules> connection_rules_of(const std::filesystem::path& folder) {
    const auto file = folder / "connection.toml";
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) return grid::ConnectionRules{};
    return read_connection_rules(TRY(read_file(file)), file.string());
}

MemberGrid::MemberGrid(std::filesystem::path folder, std::shared_ptr<const jurisdiction::Pack> pack)
    : folder_(std::move(folder)), pack_(std::move(pack)),
      connections_({.network = [this] { return in_force(); }, .regime = [this](double kw, Instant at) { return regime_of(*pack_, kw, at); }}) {}

std::shared_ptr<const grid::NetworkInForce> MemberGrid::in_force() {
    const auto kept = folder_.now();
    const std::lock_guard lock(guard_);
    if (!kept) {
        if (hash_ != kept.error().key) log::warning("grid.network", {{"folder", folder_.folder().string()}, {"key", kept.error().key}, {"detail", kept.error().detail}});
        hash_ = kept.error().key;
        prepared_.reset();
        kept_.reset();
        return nullptr;
    }
    if (*kept == nullptr) return nullptr;
    std::error_code problem;
    const auto written = std::filesystem::last_write_time(folder_.folder() / "connection.toml", problem);
    const auto rules_written = problem ? std::filesystem::file_time_type{} : written;
    if (*kept == kept_ && rules_written == rules_written_) return prepared_;
    kept_ = *kept;
    rules_written_ = rules_written;
    hash_ = kept_->hash;
    prepared_ = prepare(*kept_);
    return prepared_;
}

std::shared_ptr<const grid::NetworkInForce> MemberGrid::prepare(const grid::KeptNetwork& kept) {
    const auto refuse = [&](const Error& error) {
        log::warning("grid.connections", {{"folder", folder_.folder().string()}, {"key", error.key}, {"detail", error.detail}});
        return grid::NetworkInForce::unfit(error);
    };
    auto rules = connection_rules_of(folder_.folder());
    if (!rules) return refuse(rules.error());
    auto model = grid::ConnectionModel::prepare(kept.metered.network, std::move(*rules));
    if (!model) return refuse(model.error());
    auto out = std::make_shared<grid::NetworkInForce>();
    out->model = std::move(*model);
    for (const auto& meter : kept.metered.meters) out->points.emplace(meter.id, kept.metered.network.buses[meter.bus].number);
    return out;
}

}  // namespace wasl::app
