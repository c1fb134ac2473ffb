// Whether a network can carry a new load, or take in what a roof produces, beside what it carries already and what is
// reserved for others: asked of the two worst hours, answered by the radial sweep, or by Newton's method where loops or
// generators that hold their voltage leave no tree. Pure, and the same every time.
//
// The hours: a peak evening without sun, and a midday of low load with full sun. Between them lies every hour of a radial
// network that matters: voltage falls furthest in the first, rises furthest in the second, and a branch carries most in one
// of them. In a ring loads of two places can relieve the branch between them; an hour in which only one of them is there
// has to be named in the rules. Of what is granted and reserved, no part is ever counted on to relieve another.
#pragma once

#include "grid/circuit.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

// One hour to be asked, as shares of what stands in the books.
struct WorstHour {
    std::string name;     // "evening"
    double load = 1;      // of the loads of the network as it is
    double new_load = 1;  // of loads granted or asked for: 0 where their absence is the worse case
    double sun = 0;       // of solar power granted or asked for
    double generation = 1;  // of what the network's tables feed in: generators, and loads below zero

    bool operator==(const WorstHour&) const = default;
};

// What the keepers of a network hold to; beside its tables in connection.toml. The numbers here are the usual ones:
// the band of EN 50160 is 10 % around the nominal voltage.
struct ConnectionRules {
    double lowest_pu = 0.9, highest_pu = 1.1;  // of the nominal voltage, at every bus
    double loading = 1;                        // of the rating of a branch that states one
    double step_kw = 1;                        // a smaller grant is a multiple of it
    double smallest_kw = 1;                    // less than this is no use to anybody: an engineer looks
    double largest_kw = 100'000;               // more is a mistake of typing
    std::vector<WorstHour> hours = {{"evening", 1, 1, 0, 0}, {"midday", 0.3, 0, 1, 1}};
    int reserved_days = 60;                    // a capacity is kept for a request that is examined
    int taken_up_days = 365;                   // … and after its grant, until it is connected
    int most_open = 5;                         // reserved or granted for one person and not yet connected; no part of a check's record

    bool operator==(const ConnectionRules&) const = default;
};
// Key "grid.connection-rules": a number outside its sense (the detail names it).
Result<void> check_rules(const ConnectionRules& rules);

// A load or solar panels, never both: exactly one of the two is positive.
struct ConnectionRequest {
    std::int64_t bus = 0;     // its number
    double load_kw = 0;
    double power_factor = 0.9;  // of the load, lagging
    double solar_kw = 0;        // largest feed-in, at unity power factor

    [[nodiscard]] double asked_kw() const noexcept { return load_kw > 0 ? load_kw : solar_kw; }
    bool operator==(const ConnectionRequest&) const = default;
};

// What others hold already, at full power, beside the loads of the network itself.
struct HeldCapacity {
    std::int64_t bus = 0;
    double load_kw = 0, load_kvar = 0, solar_kw = 0;

    bool operator==(const HeldCapacity&) const = default;
};

// What hangs together without going through a source, so that nothing outside it feels what happens inside: in a radial
// network the tree behind one branch of a source, else all that loops join, behind as many branches and sources as it has.
struct Feeder {
    std::string id;           // number of the first bus behind its first branch
    std::uint32_t buses = 0;
    bool meshed = false;      // a loop, or a generator besides the sources that holds its voltage: solved by Newton's method
};

// A network made ready for connection checks. Cheap to share between threads; a check does not change it.
class ConnectionModel {
public:
    // Keys: those of make_circuit and check_rules.
    static Result<std::shared_ptr<const ConnectionModel>> prepare(Network network, ConnectionRules rules);
    ~ConnectionModel();
    ConnectionModel(const ConnectionModel&) = delete;
    ConnectionModel& operator=(const ConnectionModel&) = delete;

    [[nodiscard]] const Network& network() const noexcept;
    [[nodiscard]] const ConnectionRules& rules() const noexcept;
    [[nodiscard]] const std::string& hash() const noexcept;  // network_hash of the network
    [[nodiscard]] const std::vector<Feeder>& feeders() const noexcept;
    // The feeder of a bus. Keys: "grid.point-unknown" no such bus, "grid.point-not-fed" a bus that nothing feeds (isolated in the
    // books), "grid.at-source" the source itself, where the model knows no limit; the detail is the number.
    [[nodiscard]] Result<std::string> feeder_of(std::int64_t bus) const;

    struct Parts;
    [[nodiscard]] const Parts& parts() const noexcept { return *parts_; }

private:
    explicit ConnectionModel(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

enum class ConnectionOutcome : std::uint8_t { granted, granted_up_to, study };
std::string_view to_string(ConnectionOutcome outcome) noexcept;  // "granted", "granted-up-to", "study"

// What stands in the way of more.
enum class LimitKind : std::uint8_t { voltage_low, voltage_high, line, transformer, no_balance, no_convergence };
// "voltage-low" …; "no-balance": the sweep finds no solution; "no-convergence": nor does Newton's method within its bound.
std::string_view to_string(LimitKind kind) noexcept;

struct BindingElement {
    LimitKind kind = LimitKind::voltage_low;
    std::string hour;
    std::int64_t bus = 0;             // of a voltage
    std::int64_t from = 0, to = 0;    // buses of a branch
    std::string name;                 // of the bus or branch; may be empty
    double value = 0, limit = 0;      // per unit of voltage, or MVA; as they stand one step beyond what is granted
};

// One hour with what is granted in it (with nothing, where an engineer has to look).
struct HourFound {
    std::string hour;
    bool within = false;              // every limit holds
    double lowest_pu = 0, highest_pu = 0;
    std::int64_t lowest_bus = 0, highest_bus = 0;
    double loading = 0;               // largest share of a rating; 0 where no branch states one. Where the feeder is
                                      // meshed, with that part of what others hold by which a branch carries most
    std::int64_t loaded_from = 0, loaded_to = 0;
};

struct ConnectionCheck {
    ConnectionOutcome outcome = ConnectionOutcome::study;
    double granted_kw = 0;
    double granted_kvar = 0;                // of a load
    std::string feeder;
    bool meshed = false;                    // that feeder, and so by Newton's method
    std::optional<BindingElement> binding;  // none with `granted`
    bool beyond_already = false;            // the limit is broken before anything is added
    std::vector<HourFound> hours;
    int power_flows = 0;                    // solved on the way
};

// The answer; nothing is ever refused by it. A request is granted when every limit holds in every hour in which it
// acts; else the largest multiple of rules.step_kw that is (found by bisection, each step a power flow of each hour), or a
// study. A limit that is broken without it in an hour in which it does not act is not held against it. Where Newton's
// method finds nothing one step beyond what holds, nobody knows which limit binds: a study.
// Keys, nothing having been looked at: "grid.request-power" no power, both kinds, negative, not finite or beyond
// rules.largest_kw; "grid.power-factor" outside [0.1, 1]; "grid.held" a held capacity that is negative or not finite;
// those of feeder_of. Held capacity on other feeders is passed over.
Result<ConnectionCheck> check_connection(const ConnectionModel& model, const ConnectionRequest& request, std::span<const HeldCapacity> held);

// Whether every limit of a feeder holds in every hour with what is held. For audits and tests.
Result<bool> holds_within_limits(const ConnectionModel& model, std::string_view feeder, std::span<const HeldCapacity> held);

}  // namespace wasl::grid
