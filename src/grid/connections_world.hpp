// For tests: a utility with its network, ledger and requests, on a real store in a folder that goes away.
#pragma once

#include "dossier/testing.hpp"
#include "grid/connections.hpp"
#include "grid/testing.hpp"

#include <atomic>

namespace wasl::grid::test {

struct Want {
    std::string point, load_kw, solar_kw, power_factor, once;
};

// The utility's own checker, that dies once in a while after it has written.
class MortalChecks final : public dossier::Checks {
public:
    MortalChecks(dossier::Checks& checks, std::function<bool()> dies) : checks_(checks), dies_(std::move(dies)) {}
    Result<std::optional<dossier::Checked>> check(store::Transaction& tx, const dossier::State& state, const json::Object& wish) override {
        auto found = checks_.check(tx, state, wish);
        if (dies_()) return fail(Code::internal, "test.crash");
        return found;
    }

private:
    dossier::Checks& checks_;
    std::function<bool()> dies_;
};

class Utility {
public:
    explicit Utility(const Network& network_, bool by_rule = false, ConnectionRules rules_ = {})
        : m(dossier::test::at(dossier::test::tuesday), ledger_collections()), rules(std::move(rules_)),
          connections({.network = [this] { return network; },
                       .regime = [](double kw, Instant) { return kw < 11 ? SolarRegime::declaration : kw < 5'000 ? SolarRegime::agreement : SolarRegime::authorisation; }}),
          checks(connections, [this] { return crash_next.exchange(false); }) {
        if (rules.most_open == ConnectionRules{}.most_open) rules.most_open = 10'000;  // one person files all of most tests
        set(network_);
        service = std::make_unique<dossier::Service>(dossier::ServicePorts{.member = "commune-tamri", .store = m.store.get(), .pack = dossier::test::morocco(),
                                                                           .entropy = &m.entropy, .clock = &m.clock, .acts = &connections, .checks = &checks,
                                                                           .fields = &m.fields});
        revision_ = request(by_rule);
    }

    void set(const Network& now) {
        auto out = std::make_shared<NetworkInForce>();
        auto named = now;
        if (named.buses.size() > 3) named.buses[3].name = "kiosk nord";
        out->model = must(ConnectionModel::prepare(named, rules));
        out->points = {{"M-77", 9}};
        network = out;
    }

    dossier::Filing filing(const Want& want) {
        dossier::Filing out = m.filing();
        out.revision = revision_;
        out.pieces.clear();
        out.answers = {{"connection_point", want.point}};
        for (const auto& [name, text] : {std::pair("load_kw", &want.load_kw), std::pair("solar_kw", &want.solar_kw), std::pair("power_factor", &want.power_factor)}) {
            if (!text->empty()) out.answers.set(name, json::Number{*text});
        }
        out.answers.set("kind", want.solar_kw.empty() ? "load" : "solar");
        out.once = want.once;
        return out;
    }
    Result<std::string> try_file(const Want& want) { return TRY(service->file(filing(want), person)).dossier; }
    std::string file(const Want& want) { return must(try_file(want)); }
    Result<dossier::Done> ask(const std::string& id, dossier::Command command, const dossier::Actor& actor) {
        return service->run({.dossier = id, .command = std::move(command), .actor = actor, .rights = {dossier::test::authority()}});
    }
    Result<dossier::Done> sign(const std::string& id) { return ask(id, dossier::Sign{"the court"}, dossier::test::nadia); }
    Result<dossier::Done> grant(const std::string& id) {
        TRY(ask(id, dossier::Propose{dossier::Outcome::granted, "", {}, {}}, agent));
        return sign(id);
    }
    dossier::State state(const std::string& id) { return must(service->get(id))->state; }
    Holding holding(const std::string& id) { return *must(holding_of(*must(m.store->read()), id)); }

    // Everything that counts now.
    std::vector<HeldCapacity> counted_now() {
        std::vector<HeldCapacity> out;
        const auto reader = must(m.store->read());
        for (const auto& one : must(all_holdings(*reader))) {
            if (one.counts(m.clock.now())) out.push_back({one.bus, one.load_kw, one.load_kvar, one.solar_kw});
        }
        return out;
    }
    double counted_kw() {
        double out = 0;
        for (const auto& one : counted_now()) out += one.load_kw + one.solar_kw;
        return out;
    }
    double margin() { return test::margin(network->model->network(), rules, counted_now()); }

    dossier::test::Member m;
    ConnectionRules rules;
    std::shared_ptr<const NetworkInForce> network;
    std::atomic<bool> crash_next = false;
    Connections connections;
    MortalChecks checks;
    std::unique_ptr<dossier::Service> service;
    dossier::Actor person = dossier::test::fatima, agent = dossier::test::said;

private:
    static std::shared_ptr<const catalogue::Revision> request(bool by_rule) {
        auto out = std::make_shared<catalogue::Revision>();
        out->id = by_rule ? "connection-by-rule" : "connection";
        out->hash = sha256(out->id);
        out->kind = dossier::Kind::contract;
        out->title = form::Text::of("ar", "الربط بالشبكة");
        out->delay.cases = {{.n = 30, .unit = catalogue::DelayUnit::day}};
        const auto number = [](const char* id, const char* needed) {
            form::Field field{.id = id, .type = form::FieldType::number, .label = form::Text::of("ar", id)};
            if (*needed != '\0') field.required_when = form::Condition::compile(needed).value();
            return field;
        };
        const form::Field point{.id = "connection_point", .type = form::FieldType::text, .label = form::Text::of("ar", "النقطة"), .required = true};
        const form::Field kind{.id = "kind", .type = form::FieldType::text, .label = form::Text::of("ar", "النوع"), .required = true};
        out->form.pages = {{.id = "supply", .title = form::Text::of("ar", "الربط"),
                            .fields = {point, kind, number("load_kw", "kind = \"load\""), number("power_factor", ""), number("solar_kw", "kind = \"solar\"")}}};
        if (by_rule) {
            out->automatic_grant = catalogue::AutomaticGrant{.basis = catalogue::GrantBasis::declaration_enough,
                                                             .condition = form::Condition::compile("kind = \"load\"").value(), .inputs = {"kind"}, .article = "art. 3"};
        }
        return out;
    }

    std::shared_ptr<const catalogue::Revision> revision_;
};

}  // namespace wasl::grid::test
