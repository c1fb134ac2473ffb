// Requests for a connection to the network, checked when they are filed: the capacity they are granted is reserved in the
// very transaction that files them, and follows them from there to the grant, the connection, or back.
//
// A request is a dossier whose form asks for `connection_point` and for `load_kw` (with `power_factor`, optional) or
// `solar_kw`. Nothing here refuses: what can not be granted at once goes to an engineer, with the reason.
//
// Words of the checked outcome: "granted", "granted-up-to", "study". Its record is that of connection_record.hpp
// with "reserved_until" and, of solar power, "regime"; or, where nothing could be computed, "problem" with a key:
//   grid.no-network   the member keeps none
//   grid.meshed       in records of before meshed networks were checked: a loop, or a generator that holds its voltage
//   those of ConnectionModel::prepare   for a network, or rules, that are wrong otherwise
//   grid.point-unknown, grid.point-not-fed, grid.at-source, grid.request-power, grid.power-factor   as check_connection says
//   grid.solar-authorisation   beyond what the utility may agree to itself (law 82-21)
//   grid.open-many    who asks holds `most_open` of other requests that are not connected; the counter and the desk are not bound by it
// Error keys of acts: "grid.no-capacity" [conflict] a grant without a capacity that was found possible;
// "grid.capacity-gone" [conflict] it fell back, and is not there any more.
#pragma once

#include "dossier/acts.hpp"
#include "dossier/check.hpp"
#include "grid/ledger.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace wasl::grid {

inline constexpr std::string_view connection_subject = "grid-connection";

// The network that counts now, and where people are on it.
struct NetworkInForce {
    std::shared_ptr<const ConnectionModel> model;             // null: no connection can be checked on it
    std::optional<Error> problem;                             // why not; there when the model is null
    std::map<std::string, std::int64_t, std::less<>> points;  // meter or other point of delivery: number of its bus

    // One on which nothing can be checked, said as requests have it.
    static std::shared_ptr<const NetworkInForce> unfit(Error why);
    // With a model: a point, the name of a bus, or its number. Key "grid.point-unknown".
    [[nodiscard]] Result<std::int64_t> bus_at(std::string_view typed) const;
};

// Which rule of the law a solar plant of that power falls under.
enum class SolarRegime : std::uint8_t { declaration, agreement, authorisation };
std::string_view to_string(SolarRegime regime) noexcept;

struct ConnectionPorts {
    std::function<std::shared_ptr<const NetworkInForce>()> network;       // null: none is kept
    std::function<SolarRegime(double kw, Instant at)> regime;             // none: agreement
};

// One member's. Thread-safe: it keeps nothing between two calls.
class Connections final : public dossier::Acts, public dossier::Checks {
public:
    explicit Connections(ConnectionPorts ports) : ports_(std::move(ports)) {}

    static bool is_request(const dossier::State& state);
    Result<std::optional<dossier::Checked>> check(store::Transaction& tx, const dossier::State& state, const json::Object& wish) override;
    Result<void> done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) override;

private:
    Result<bool> holds_many(store::Transaction& tx, const dossier::State& state, int most);
    Result<dossier::Checked> checked(store::Transaction& tx, const dossier::State& state, const json::Object& wish);
    Result<void> grant(store::Transaction& tx, const dossier::State& after, std::string_view by);
    Result<void> reserve_again(store::Transaction& tx, const dossier::State& after, std::string_view by, Holding holding);

    ConnectionPorts ports_;
};

}  // namespace wasl::grid
