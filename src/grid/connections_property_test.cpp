// Many ask at once, change their minds, are granted, connected, too slow; the program dies in between. At no instant does
// what is held break a limit of the network, and nothing is held twice.
#include "grid/connections_world.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <mutex>
#include <set>
#include <thread>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

// One of several who act at the same time. Everything random comes from its own seed.
class Crowd {
public:
    Crowd(Utility& utility, unsigned seed, std::string name) : u_(utility), random_(seed), name_(std::move(name)) {}

    void act(int times) {
        for (int i = 0; i < times; ++i) step(i);
    }
    std::vector<std::string> mine;    // dossiers filed
    std::vector<std::string> faults;  // what should not have happened

private:
    int pick(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most)); }

    void step(int i) {
        const int choice = pick(10);
        if (choice < 5 || mine.empty()) return file(i);
        const auto& id = mine[static_cast<std::size_t>(pick(static_cast<int>(mine.size())))];
        if (choice == 5) return expect(u_.ask(id, dossier::Withdraw{"enough"}, u_.person));
        if (choice == 6) return expect(u_.grant(id));
        if (choice == 7) return expect(u_.ask(id, dossier::CheckAgain{}, u_.agent));
        if (choice == 8) {
            return expect(u_.m.store->run([&](store::Transaction& tx) -> Result<void> { return take_up(tx, id, name_); }));
        }
        u_.m.clock.advance_seconds(3'600LL * (1 + pick(200)));
    }

    // Sent until it is answered, as a browser does, and once more now and then.
    void file(int i) {
        const auto bus = std::to_string(2 + pick(static_cast<int>(u_.network->model->network().buses.size()) - 1));
        Want want{.point = bus, .once = fmt::format("{}-{}", name_, i)};
        (pick(3) == 0 ? want.solar_kw : want.load_kw) = std::to_string(1 + pick(900));
        for (int attempt = 0; attempt < 20; ++attempt) {
            if (pick(4) == 0) u_.crash_next = true;
            const auto done = u_.try_file(want);
            if (!done && done.error().key == "test.crash") continue;
            if (!done) return faults.push_back(done.error().key + " " + done.error().detail);
            if (mine.empty() || mine.back() != *done) mine.push_back(*done);
            if (pick(3) != 0) return;
        }
    }

    template <class T>
    void expect(const Result<T>& result) {
        static const std::set<std::string> fine{"dossier.wrong-phase", "grid.no-capacity", "grid.capacity-gone", "grid.no-holding", "grid.not-granted", "test.crash"};
        if (!result && !fine.contains(result.error().key)) faults.push_back(result.error().key + " " + result.error().detail);
    }

    Utility& u_;
    std::mt19937 random_;
    std::string name_;
};

// What is held at one instant of the store, whatever is written meanwhile: it must fit into the network.
std::string look(Utility& u) {
    const auto reader = u.m.store->read();
    if (!reader) return reader.error().key;
    const auto now = u.m.clock.now();
    const auto rows = all_holdings(**reader);
    if (!rows) return rows.error().key;
    std::vector<HeldCapacity> held;
    for (const auto& one : *rows) {
        if (one.counts(now)) held.push_back({one.bus, one.load_kw, one.load_kvar, one.solar_kw});
    }
    const double left = margin(u.network->model->network(), u.rules, held);
    return left > -1e-7 ? "" : fmt::format("{} holdings break a limit by {}", held.size(), -left);
}

void ask_all_at_once(const Network& network, unsigned seeds) {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        ConnectionRules rules;
        rules.lowest_pu = 0.95;
        rules.highest_pu = 1.05;
        rules.reserved_days = 20;
        rules.taken_up_days = 90;
        Utility u(network, false, rules);
        REQUIRE(u.margin() > 0);
        std::vector<std::unique_ptr<Crowd>> crowds;
        for (unsigned i = 0; i < 4; ++i) crowds.push_back(std::make_unique<Crowd>(u, seed * 100 + i, fmt::format("t{}", i)));
        std::atomic<bool> over = false;
        std::vector<std::string> seen;
        std::thread watcher([&] {
            while (!over) {
                if (const auto wrong = look(u); !wrong.empty()) seen.push_back(wrong);
            }
        });
        {
            std::vector<std::jthread> threads;
            for (auto& crowd : crowds) threads.emplace_back([&crowd] { crowd->act(40); });
        }
        over = true;
        watcher.join();
        CAPTURE(seed);
        CHECK(seen == std::vector<std::string>{});
        CHECK(look(u) == "");
        std::set<std::string> filed;
        std::size_t answers = 0;
        for (const auto& crowd : crowds) {
            CHECK(crowd->faults == std::vector<std::string>{});
            filed.insert(crowd->mine.begin(), crowd->mine.end());
            answers += crowd->mine.size();
        }
        CHECK(filed.size() == answers);
        // Each holding belongs to one filed request, is no more than it asked for, and rests on what its dossier says.
        for (const auto& holding : must(all_holdings(*must(u.m.store->read())))) {
            CHECK(filed.contains(holding.dossier));
            const auto state = u.state(holding.dossier);
            REQUIRE(state.check.has_value());
            const auto* capacity = state.check->details.find("capacity");
            REQUIRE(capacity != nullptr);
            CHECK((*capacity)["kw"].number()->text == fmt::format("{}", holding.kw()));
        }
        CHECK(u.m.audit() == "");
    }
}

}  // namespace

TEST_CASE("neighbours who ask at once never get the same capacity: threads on one store, with crashes and repetitions") {
    auto network = street(8);
    network.branches[2].rating_mva = 1.2;
    ask_all_at_once(network, 3);
}

TEST_CASE("nor in a mesh, where one load relieves a branch for another until it is given back") {
    auto network = ring(8);
    network.branches[2].rating_mva = 1.2;
    network.branches[4].rating_mva = 0.35;
    network.branches.push_back({.from = 2, .to = 6, .r = 0.06, .x = 0.05, .rating_mva = 0.6});
    ask_all_at_once(network, 3);
}
