#include "grid/connections.hpp"

#include "base/text.hpp"
#include "dossier/of_person.hpp"
#include "grid/connection_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wasl::grid {

namespace {

using dossier::Checked;
using dossier::EventType;

constexpr std::int64_t seconds_a_day = 86'400;

// A number as an answer has it, or as an agent typed it. Not a number: not there.
std::optional<double> answered_number(const json::Value& value) {
    const std::string text = value.number() != nullptr ? value.number()->text : std::string(trim(value.text_or("")));
    double out = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || bad != std::errc() || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
    return out;
}

// What is asked, by the answers and what stands in their place.
struct Asked {
    std::string point;
    ConnectionRequest request;
};

Asked asked_of(const json::Object& answers, const json::Object& wish) {
    const auto answer = [&](std::string_view name) -> const json::Value& {
        static const json::Value none;
        const auto* instead = wish.find(name);
        const auto* given = instead != nullptr ? instead : answers.find(name);
        return given == nullptr ? none : *given;
    };
    Asked out;
    const auto& point = answer("connection_point");
    out.point = point.number() != nullptr ? point.number()->text : std::string(trim(point.text_or("")));
    out.request.load_kw = answered_number(answer("load_kw")).value_or(0);
    out.request.solar_kw = answered_number(answer("solar_kw")).value_or(0);
    out.request.power_factor = answered_number(answer("power_factor")).value_or(out.request.power_factor);
    return out;
}

json::Value plain(double value) { return json::Number{fmt::format("{}", value)}; }

// Nothing could be computed: an engineer looks, and reads why.
Checked problem(const Asked& asked, const Error& error) {
    Checked out{.subject = std::string(connection_subject), .outcome = std::string(to_string(ConnectionOutcome::study)), .satisfied = false, .details = {}, .record = {}};
    out.record = {{"problem", error.key}, {"detail", error.detail}, {"point", asked.point}, {"load_kw", plain(asked.request.load_kw)}, {"solar_kw", plain(asked.request.solar_kw)}};
    return out;
}

bool listed(const dossier::State& state, std::string_view field) { return std::ranges::find(state.file.listed, field) != state.file.listed.end(); }

// What a grant says: how much, of what, where.
json::Object capacity_of(const Holding& holding) {
    return {{"kind", holding.load_kw > 0 ? "load" : "solar"}, {"kw", plain(holding.kw())}, {"bus", holding.bus}, {"feeder", holding.feeder}};
}

Holding holding_for(const dossier::State& state, const CheckRecord& record, Instant now) {
    const bool load = record.request.load_kw > 0;
    Holding out;
    out.dossier = state.id;
    out.reference = state.file.reference;
    out.bus = record.request.bus;
    out.feeder = record.check.feeder;
    out.load_kw = load ? record.check.granted_kw : 0;
    out.load_kvar = load ? record.check.granted_kvar : 0;
    out.solar_kw = load ? 0 : record.check.granted_kw;
    out.since = now;
    out.until = now.plus_seconds(record.rules.reserved_days * seconds_a_day);
    out.network = record.hash;
    out.by = "system";
    out.why = std::string(to_string(record.check.outcome));
    return out;
}

// Events after which a request needs no capacity any more, with the word for it.
std::string_view gives_back(const dossier::Event& event) {
    switch (event.type()) {
        case EventType::withdrawn: return "withdrawn";
        case EventType::lapsed: return "lapsed";
        case EventType::transferred: return "transferred";
        case EventType::document_withdrawn: return "document-withdrawn";
        case EventType::signed_by_authority: {
            const auto* decided = std::get_if<dossier::Signed>(&event.body);
            return decided->outcome == dossier::Outcome::granted ? std::string_view() : "refused";
        }
        default: return {};
    }
}

bool grants(const dossier::Event& event) {
    const auto* decided = std::get_if<dossier::Signed>(&event.body);
    return event.type() == EventType::granted_automatically || (decided != nullptr && decided->outcome == dossier::Outcome::granted);
}

}  // namespace

std::string_view to_string(SolarRegime regime) noexcept {
    switch (regime) {
        case SolarRegime::declaration: return "declaration";
        case SolarRegime::agreement: return "agreement";
        case SolarRegime::authorisation: return "authorisation";
    }
    return "agreement";
}

std::shared_ptr<const NetworkInForce> NetworkInForce::unfit(Error why) {
    auto out = std::make_shared<NetworkInForce>();
    out->problem = std::move(why);
    return out;
}

Result<std::int64_t> NetworkInForce::bus_at(std::string_view typed) const {
    const auto wanted = std::string(trim(typed));
    if (const auto point = points.find(wanted); point != points.end()) return point->second;
    for (const auto& bus : model->network().buses) {
        if (!wanted.empty() && bus.name == wanted) return bus.number;
    }
    if (const auto number = to_integer(wanted)) {
        const auto& buses = model->network().buses;  // by number
        const auto found = std::ranges::lower_bound(buses, *number, {}, &Bus::number);
        if (found != buses.end() && found->number == *number) return *number;
    }
    return fail(Code::unprocessable, "grid.point-unknown", wanted);
}

bool Connections::is_request(const dossier::State& state) {
    return listed(state, "connection_point") && (listed(state, "load_kw") || listed(state, "solar_kw"));
}

Result<std::optional<Checked>> Connections::check(store::Transaction& tx, const dossier::State& state, const json::Object& wish) {
    if (!is_request(state)) return std::nullopt;
    auto found = TRY(checked(tx, state, wish));
    if (found.details.empty()) TRY(release(tx, state.id, "system", "study"));
    return found;
}

// Whether who files holds all that one person may, beside this request. What it holds already it keeps.
Result<bool> Connections::holds_many(store::Transaction& tx, const dossier::State& state, int most) {
    constexpr std::size_t newest = 500;  // of a person's dossiers
    if (state.file.channel == "counter") return false;
    if (const auto own = TRY(holding_of(tx, state.id)); own && own->counts(tx.now())) return false;
    const auto& who = state.file.representative ? state.file.representative->party : state.file.applicant;
    int open = 0;
    for (const auto& id : TRY(dossier::dossiers_of(tx, who.person, newest))) {
        const auto other = id == state.id ? std::nullopt : TRY(holding_of(tx, id));
        if (other && other->state != HoldState::connected && other->counts(tx.now())) ++open;
        if (open >= most) return true;
    }
    return false;
}

Result<Checked> Connections::checked(store::Transaction& tx, const dossier::State& state, const json::Object& wish) {
    auto asked = asked_of(state.file.answers, wish);
    const auto net = ports_.network ? ports_.network() : nullptr;
    if (net == nullptr) return problem(asked, Error{Code::unavailable, "grid.no-network", {}});
    if (net->model == nullptr) return problem(asked, *net->problem);
    const auto& model = *net->model;
    TRY(expire(tx));
    TRY(follow_network(tx, model));
    const auto bus = net->bus_at(asked.point);
    if (!bus) return problem(asked, bus.error());
    asked.request.bus = *bus;
    const auto regime = asked.request.solar_kw > 0 && ports_.regime ? ports_.regime(asked.request.solar_kw, state.filed_at) : SolarRegime::agreement;
    if (regime == SolarRegime::authorisation) return problem(asked, Error{Code::unprocessable, "grid.solar-authorisation", fmt::format("{} kW", asked.request.solar_kw)});
    const auto feeder = model.feeder_of(*bus);
    if (!feeder) return problem(asked, feeder.error());
    // An agent who settles an amount answers for it himself.
    if (wish.empty() && TRY(holds_many(tx, state, model.rules().most_open))) return problem(asked, Error{Code::conflict, "grid.open-many", {}});
    const auto held = TRY(counted(tx, *feeder, tx.now(), state.id));
    const auto record = recorded_check(model, asked.request, held, tx.now());
    if (!record) return problem(asked, record.error());
    Checked out{.subject = std::string(connection_subject), .outcome = std::string(to_string(record->check.outcome)), .satisfied = false,
                .details = {}, .record = record_json(*record)};
    out.satisfied = record->check.outcome == ConnectionOutcome::granted && wish.empty();
    if (asked.request.solar_kw > 0) out.record.set("regime", to_string(regime));
    if (record->check.outcome == ConnectionOutcome::study) return out;
    const auto holding = holding_for(state, *record, tx.now());
    TRY(write_holding(tx, holding));
    out.record.set("reserved_until", holding.until->iso());
    out.details = {{"capacity", capacity_of(holding)}};
    return out;
}

Result<void> Connections::done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) {
    if (!is_request(after)) return {};
    for (const auto& event : events) {
        if (const auto why = gives_back(event); !why.empty()) TRY(release(tx, after.id, event.by.id, why));
        if (grants(event)) TRY(grant(tx, after, event.by.id));
    }
    return {};
}

// What was reserved is granted. Where its time ran out meanwhile it must still be there.
Result<void> Connections::grant(store::Transaction& tx, const dossier::State& after, std::string_view by) {
    const auto net = ports_.network ? ports_.network() : nullptr;
    if (net == nullptr || net->model == nullptr) return {};  // engineers keep their books elsewhere
    auto holding = TRY(holding_of(tx, after.id));
    if (!after.check || after.check->details.empty() || !holding) return fail(Code::conflict, "grid.no-capacity", after.file.reference);
    if (!holding->counts(tx.now())) return reserve_again(tx, after, by, std::move(*holding));
    holding->state = HoldState::granted;
    holding->since = tx.now();
    holding->until = tx.now().plus_seconds(net->model->rules().taken_up_days * seconds_a_day);
    holding->by = by;
    holding->why = "granted";
    return write_holding(tx, *holding);
}

Result<void> Connections::reserve_again(store::Transaction& tx, const dossier::State& after, std::string_view by, Holding holding) {
    const auto net = ports_.network();
    const auto& model = *net->model;
    if (holding.state == HoldState::released) return fail(Code::conflict, "grid.no-capacity", after.file.reference);
    const auto gone = [&] { return fail(Code::conflict, "grid.capacity-gone", after.file.reference); };
    const auto feeder = model.feeder_of(holding.bus);
    if (!feeder) return gone();
    auto held = TRY(counted(tx, *feeder, tx.now(), after.id));
    held.push_back({holding.bus, holding.load_kw, holding.load_kvar, holding.solar_kw});
    if (!TRY(holds_within_limits(model, *feeder, held))) return gone();
    holding.feeder = *feeder;
    holding.state = HoldState::granted;
    holding.since = tx.now();
    holding.until = tx.now().plus_seconds(model.rules().taken_up_days * seconds_a_day);
    holding.by = by;
    holding.why = "granted-late";
    return write_holding(tx, holding);
}

}  // namespace wasl::grid
