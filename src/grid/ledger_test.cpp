#include "grid/ledger.hpp"
#include "grid/testing.hpp"
#include "store/testing.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

constexpr std::int64_t day = 86'400;

class Books {
public:
    Books() {
        store::SqliteOptions options;
        options.folder = folder_.path();
        options.reserve_bytes = options.full_below_bytes = options.low_below_bytes = 0;
        options.schema.collections = ledger_collections();
        options.clock = &clock;
        store_ = must(store::open_sqlite(std::move(options), writers_));
    }
    template <class F>
    Result<void> run(F&& body) {
        return store_->run([&](store::Transaction& tx) -> Result<void> { return body(tx); });
    }
    Result<void> put(const std::string& dossier, const std::string& feeder, double kw, HoldState state, std::int64_t days) {
        return run([&](store::Transaction& tx) -> Result<void> {
            Holding holding{.dossier = dossier, .reference = "R/" + dossier, .bus = 3, .feeder = feeder, .state = state, .load_kw = kw,
                            .load_kvar = kw / 2, .solar_kw = 0, .since = tx.now(), .until = tx.now().plus_seconds(days * day), .network = "h", .by = "a", .why = "w"};
            if (state == HoldState::connected) holding.until.reset();
            return write_holding(tx, holding);
        });
    }
    double sum(const std::string& feeder, std::string_view except = {}) {
        double out = 0;
        const auto reader = must(store_->read());
        for (const auto& one : must(counted(*reader, feeder, clock.now(), except))) out += one.load_kw;
        return out;
    }
    Holding row(const std::string& dossier) { return *must(holding_of(*must(store_->read()), dossier)); }
    std::string audit() {
        const auto reader = must(store_->read());
        auto recheck = ledger_recheck(*reader);
        for (std::uint64_t first = 0;; first += 100) {
            const auto rows = must(reader->journal(first, 100));
            if (rows.empty()) break;
            for (const auto& entry : rows) {
                if (const auto same = recheck.visit(entry); !same) return same.error().key;
            }
        }
        const auto rest = recheck.finish();
        return rest ? "" : rest.error().key;
    }
    store::Store& store() { return *store_; }

    ManualClock clock{Instant{1'790'000'000'000'000}};

private:
    store::testing::TemporaryFolder folder_;
    store::Writers writers_{1};
    std::unique_ptr<store::Store> store_;
};

}  // namespace

TEST_CASE("a holding reads back as it was written; one that is damaged is told") {
    const Holding holding{.dossier = "d1", .reference = "u/0/2026/1", .bus = 18, .feeder = "2", .state = HoldState::granted, .load_kw = 80.5,
                          .load_kvar = 38.98, .solar_kw = 0, .since = Instant{7}, .until = Instant{99}, .network = "abc", .by = "a-1", .why = "granted"};
    const auto text = encode_holding(holding);
    CHECK(must(decode_holding(text)) == holding);
    for (const auto* member : {"dossier", "feeder", "state", "bus", "load_kw", "since", "by"}) {
        auto value = must(json::parse(text));
        value.object()->set(member, json::Array{});
        CHECK(key_of(decode_holding(json::write(value))) == "grid.ledger-malformed");
    }
    auto value = must(json::parse(text));
    value.object()->set("load_kw", -1);
    CHECK(key_of(decode_holding(json::write(value))) == "grid.ledger-malformed");
}

TEST_CASE("what is kept counts until its time is over, on its feeder, and whatever wakes or sleeps meanwhile") {
    Books books;
    must(books.put("a", "2", 10, HoldState::reserved, 5));
    must(books.put("b", "2", 20, HoldState::granted, 50));
    must(books.put("c", "2", 40, HoldState::connected, 0));
    must(books.put("d", "7", 80, HoldState::reserved, 5));
    CHECK(books.sum("2") == 70);
    CHECK(books.sum("2", "b") == 50);
    CHECK(books.sum("7") == 80);
    books.clock.set(books.clock.now().plus_seconds(5 * day));
    CHECK(books.sum("2") == 60);  // nobody has written it down
    CHECK(books.row("a").state == HoldState::reserved);
    must(books.run([](store::Transaction& tx) -> Result<void> {
        CHECK(must(expire(tx)) == 2);
        CHECK(must(expire(tx)) == 0);
        return {};
    }));
    CHECK(books.row("a").state == HoldState::expired);
    CHECK(books.row("a").since == books.row("b").since.plus_seconds(5 * day));  // when its time was over
    CHECK(books.sum("2") == 60);
    CHECK(books.sum("7") == 0);
    CHECK(must(all_holdings(*must(books.store().read()))).size() == 2);
    CHECK(books.audit() == "");
}

TEST_CASE("only what is granted and still kept is connected; what is given back is given back once") {
    Books books;
    const auto connect = [&](const std::string& dossier) {
        return books.run([&](store::Transaction& tx) -> Result<void> { return take_up(tx, dossier, "a-1"); });
    };
    must(books.put("reserved", "2", 10, HoldState::reserved, 5));
    must(books.put("granted", "2", 20, HoldState::granted, 5));
    must(books.put("late", "2", 40, HoldState::granted, 1));
    CHECK(key_of(connect("nobody")) == "grid.no-holding");
    CHECK(key_of(connect("reserved")) == "grid.not-granted");
    CHECK(key_of(connect("granted")) == "");
    CHECK(key_of(connect("granted")) == "grid.not-granted");
    books.clock.set(books.clock.now().plus_seconds(2 * day));
    CHECK(key_of(connect("late")) == "grid.capacity-gone");
    books.clock.set(books.clock.now().plus_seconds(900 * day));
    CHECK(books.sum("2") == 20);  // connected: without end
    const auto give_back = [&] { return books.run([](store::Transaction& tx) -> Result<void> { return release(tx, "granted", "a-1", "in-network"); }); };
    must(give_back());
    const auto version = books.row("granted").since;
    books.clock.set(books.clock.now().plus_seconds(day));
    must(give_back());
    CHECK(books.row("granted").since == version);
    CHECK(books.sum("2") == 0);
    CHECK(books.audit() == "");
}

TEST_CASE("a command that fails leaves the ledger as it was") {
    Books books;
    must(books.put("a", "2", 10, HoldState::reserved, 5));
    CHECK_FALSE(books.run([](store::Transaction& tx) -> Result<void> {
        TRY(release(tx, "a", "x", "y"));
        return fail(Code::internal, "test.crash");
    }).has_value());
    CHECK(books.sum("2") == 10);
    CHECK(books.audit() == "");
}

TEST_CASE("after a change of network each row is on the feeder of its bus, and none that is gone is forgotten") {
    Books books;
    must(books.put("a", "2", 10, HoldState::reserved, 5));
    auto network = street(5);
    const auto follow = [&](const Network& now) {
        bool changed = false;
        must(books.run([&](store::Transaction& tx) -> Result<void> {
            changed = TRY(follow_network(tx, *must(ConnectionModel::prepare(now, {}))));
            return {};
        }));
        return changed;
    };
    CHECK(follow(network));
    CHECK_FALSE(follow(network));
    CHECK(books.row("a").feeder == "2");
    network.branches[0].to = 2;  // the source feeds bus 3, and bus 2 hangs on it
    network.branches[1].to = 1;
    network.branches[1].from = 2;
    CHECK(follow(network));
    CHECK(books.row("a").feeder == "3");
    for (auto& bus : network.buses) bus.number += 100;
    CHECK(follow(network));
    CHECK(books.row("a").feeder == "?");
    CHECK(must(all_holdings(*must(books.store().read()))).size() == 1);
    CHECK(books.audit() == "");
}

TEST_CASE("a row that was changed beside its chain, or that has none, is found") {
    Books books;
    must(books.put("a", "2", 10, HoldState::reserved, 5));
    auto forged = books.row("a");
    forged.load_kw = 1;
    const auto write = [&](const std::string& key) {
        must(books.run([&](store::Transaction& tx) -> Result<void> {
            TRY(tx.put("capacity", key, store::Transaction::any_version, encode_holding(forged), {{"feeder", "2"}}));
            return {};
        }));
    };
    write("a");
    CHECK(books.audit() == "recheck.holding-differs");
    forged = Holding{.dossier = "b"};
    Books other;
    must(other.run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put("capacity", "b", store::Transaction::any_version, encode_holding(forged), {}));
        return {};
    }));
    CHECK(other.audit() == "recheck.holdings-without-journal");
}
