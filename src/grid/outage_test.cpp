// Outages written down, told and ended; and what IEEE 1366 makes of them.
#include "grid/outage.hpp"
#include "grid/sample.hpp"
#include "grid/testing.hpp"
#include "store/testing.hpp"

#include <functional>
#include <set>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

constexpr std::int64_t minute = 60, hour = 3600;

class Room {
public:
    Room() {
        store::SqliteOptions options;
        options.folder = folder_.path();
        options.reserve_bytes = options.full_below_bytes = options.low_below_bytes = 0;
        options.schema.collections = outage_collections();
        options.clock = &clock;
        store_ = must(store::open_sqlite(std::move(options), writers_));
    }
    Result<Outage> begin(std::vector<std::string> opened, std::int64_t seconds_ago = 0, OutageCause cause = OutageCause::equipment) {
        Result<Outage> out = Outage{};
        const auto done = store_->run([&](store::Transaction& tx) -> Result<void> {
            out = begin_outage(tx, entropy_, metered, {.opened = opened, .cause = cause, .began = tx.now().plus_seconds(-seconds_ago), .expected = {}, .by = "agent"});
            if (!out) return std::unexpected(out.error());
            return {};
        });
        return done ? out : Result<Outage>(std::unexpected(done.error()));
    }
    Result<Outage> restore(const std::string& id, std::vector<std::string> closed = {}, std::int64_t seconds_ago = 0) {
        Result<Outage> out = Outage{};
        const auto done = store_->run([&](store::Transaction& tx) -> Result<void> {
            out = restore_supply(tx, entropy_, metered, {.id = id, .closed = closed, .at = tx.now().plus_seconds(-seconds_ago), .by = "agent"});
            if (!out) return std::unexpected(out.error());
            return {};
        });
        return done ? out : Result<Outage>(std::unexpected(done.error()));
    }
    std::vector<GridMessage> messages() { return must(waiting_messages(*must(store_->read()), 10'000)); }
    void forget_all() {
        must(store_->run([&](store::Transaction& tx) -> Result<void> {
            for (const auto& message : TRY(waiting_messages(tx, 10'000))) TRY(forget_message(tx, message.id, true));
            return {};
        }));
    }
    void write(const std::function<Result<void>(store::Transaction&)>& change) { must(store_->run(change)); }
    std::unique_ptr<store::Reader> read() { return must(store_->read()); }

    MeteredNetwork metered = sample_district({.feeders = 2, .posts = 6, .households = 4});
    ManualClock clock{Instant{1'790'000'000'000'000}};

private:
    SystemEntropy entropy_;
    store::testing::TemporaryFolder folder_;
    store::Writers writers_{1};
    std::unique_ptr<store::Store> store_;
};

}  // namespace

TEST_CASE("a breaker opens: its customers are in the record and in the outbox, each in their language, once") {
    Room room;
    const auto outage = must(room.begin({"D1"}));
    CHECK(outage.customers() == 12);
    CHECK(outage.customers_off() == 12);
    REQUIRE(outage.feeders().size() == 1);
    const auto messages = room.messages();
    CHECK(static_cast<std::int64_t>(messages.size()) == outage.told);
    CHECK(messages.size() == 9);  // one in four has no address
    std::set<std::string> to;
    for (const auto& message : messages) {
        CHECK(to.insert(message.to).second);
        CHECK(message.channel == "sms");
        CHECK(message.key == "post.grid-outage");
        CHECK((message.language == "ar" || message.language == "fr"));
        CHECK(message.since == outage.began);
    }
    const auto kept = must(outage_of(*room.read(), outage.id));
    REQUIRE(kept.has_value());
    CHECK(*kept == outage);
    CHECK(must(room.read()->chain(chain_of_outage(outage.id))).size() == 1);
}

TEST_CASE("an announced outage says so; addresses are forgotten once told") {
    Room room;
    must(room.begin({"T01"}, 0, OutageCause::planned));
    CHECK(room.messages().front().key == "post.grid-planned");
    room.forget_all();
    CHECK(room.messages().empty());
    CHECK(must(room.read()->counter("grid-messages-sent")) == 3);
}

TEST_CASE("supply comes back step by step: who is fed again is told, the rest stays dark") {
    Room room;
    room.clock.advance_seconds(4 * hour);
    const auto outage = must(room.begin({"L02", "T01"}, 2 * hour));
    room.forget_all();
    const auto half = must(room.restore(outage.id, {"T01"}, hour));
    CHECK(half.customers_off() == outage.customers() - 4);
    CHECK_FALSE(half.ended.has_value());
    CHECK(half.closed == std::vector<std::string>{"T01"});
    const auto told = room.messages();
    CHECK(told.size() == 3);
    CHECK(told.front().key == "post.grid-restored");
    const auto whole = must(room.restore(outage.id));
    CHECK(whole.ended.has_value());
    CHECK(whole.customers_off() == 0);
    const auto lost = supply_lost(whole);
    REQUIRE(lost.size() == 2);
    std::int64_t customers = 0;
    for (const auto& one : lost) customers += one.customers;
    CHECK(customers == outage.customers());
    CHECK(must(open_outages(*room.read())).empty());
    CHECK(must(room.read()->chain(chain_of_outage(outage.id))).size() == 3);
}

TEST_CASE("two outages at once: nobody is counted twice, who waits for both is lit by the second") {
    Room room;
    const auto post = must(room.begin({"T02"}));
    const auto feeder = must(room.begin({"D1"}));
    CHECK(post.customers() + feeder.customers() == 12);
    const auto still = must(room.restore(post.id));
    CHECK(still.opened.empty());
    CHECK(still.customers_off() == 4);
    CHECK_FALSE(still.ended.has_value());
    must(room.restore(feeder.id));
    CHECK(must(outage_of(*room.read(), post.id))->ended.has_value());
    CHECK(must(open_outages(*room.read())).empty());
}

TEST_CASE("each refusal of an outage has its key, and writes nothing") {
    Room room;
    CHECK(key_of(room.begin({})) == "grid.no-branch");
    CHECK(key_of(room.begin({"D9"})) == "grid.no-branch");
    CHECK(key_of(room.begin({"N1"})) == "grid.branch-open");
    CHECK(key_of(room.begin({"D1"}, -minute)) == "grid.outage-time");
    CHECK(key_of(room.begin({"D1"}, 400 * 24 * hour)) == "grid.outage-time");
    const auto outage = must(room.begin({"D1"}));
    CHECK(key_of(room.begin({"D1"})) == "grid.branch-open");
    CHECK(key_of(room.begin({"T01"})) == "grid.nothing-interrupted");
    CHECK(key_of(room.restore("nothing")) == "grid.no-outage");
    CHECK(key_of(room.restore(outage.id, {"T01"})) == "grid.not-opened");
    CHECK(key_of(room.restore(outage.id, {}, minute)) == "grid.outage-time");
    CHECK(key_of(room.restore(outage.id, {}, -minute)) == "grid.outage-time");
    must(room.restore(outage.id));
    CHECK(key_of(room.restore(outage.id)) == "grid.outage-over");
    CHECK(must(outages_between(*room.read(), Instant{0}, room.clock.now().plus_seconds(1))).size() == 1);
    CHECK(must(outages_between(*room.read(), room.clock.now().plus_seconds(1), room.clock.now().plus_seconds(2))).empty());
}

TEST_CASE("a record of an outage reads back as it was written; one that is damaged is told") {
    Room room;
    auto outage = must(room.begin({"D1", "D2"}));
    outage.expected = outage.began.plus_seconds(hour);
    outage.buses.front().ended = outage.expected;
    CHECK(must(decode_outage(encode_outage(outage))) == outage);
    for (const std::string_view bad : {"", "{}", R"({"id":3})", R"({"id":"a","network":"n","by":"b","cause":"ghosts"})"})
        CHECK(key_of(decode_outage(bad)) == "grid.outage-malformed");
}

TEST_CASE("property: whatever is opened and closed, who is dark has no path, who is lit has one, and customers are kept") {
    std::mt19937 random(77);
    for (int round = 0; round < 6; ++round) {
        Room room;
        std::vector<std::string> names;
        for (std::uint32_t i = 0; i < room.metered.network.branches.size(); ++i) {
            if (room.metered.network.branches[i].in_service) names.push_back(branch_called(room.metered.network, i));
        }
        for (int step = 0; step < 25; ++step) {
            room.clock.advance_seconds(minute);
            const auto open = must(open_outages(*room.read()));
            if (random() % 3 != 0 || open.empty()) {
                static_cast<void>(room.begin({names[random() % names.size()]}));
            } else {
                static_cast<void>(room.restore(open[random() % open.size()].id));
            }
            std::vector<std::uint32_t> opened;
            std::set<std::int64_t> dark;
            for (const auto& outage : must(open_outages(*room.read()))) {
                for (const auto& name : outage.opened) opened.push_back(must(find_branch(room.metered.network, name)));
                for (const auto& bus : outage.buses) {
                    if (!bus.ended) CHECK(dark.insert(bus.bus).second);
                }
            }
            const auto fed = Trace(room.metered.network).fed(opened);
            for (std::size_t i = 0; i < fed.size(); ++i) CHECK(fed[i] != dark.contains(room.metered.network.buses[i].number));
        }
    }
}

TEST_CASE("IEEE 1366 on the standard's own arithmetic: SAIFI, SAIDI, CAIDI and what they leave out") {
    const Instant begin{1'790'000'000'000'000};
    ReliabilitySums sums;
    sums.add({"1", 200, begin, begin.plus_seconds(90 * minute), false}, begin.plus_seconds(hour * 9));
    sums.add({"1", 600, begin, begin.plus_seconds(20 * minute), false}, begin.plus_seconds(hour * 9));
    sums.add({"2", 50, begin, begin.plus_seconds(5 * minute), false}, begin.plus_seconds(hour * 9));  // momentary
    CHECK(sums.interrupted == 800);
    CHECK(sums.customer_seconds == (200 * 90 + 600 * 20) * minute);
    CHECK(sums.momentary == 50);
    const auto indices = indices_of(sums, 2000);
    CHECK(indices.saifi->text() == "0.4");
    CHECK(indices.saidi->text() == "15");
    CHECK(indices.caidi->text() == "37.5");
}

TEST_CASE("IEEE 1366: customers served are those of the time, not those of today") {
    const Instant begin{1'790'000'000'000'000};
    const auto now = begin.plus_seconds(400 * 24 * hour);
    const auto zone = Zone::utc();
    // A thousand customers in the first month, two thousand in the second: half an hour for a hundred of them each time.
    const std::vector<SupplyLost> lost{{"1", 100, begin, begin.plus_seconds(30 * minute), false, 1000},
                                       {"1", 100, begin.plus_seconds(40 * 24 * hour), begin.plus_seconds(40 * 24 * hour + 30 * minute), false, 2000}};
    ReliabilitySums all;
    std::vector<std::string> months;
    for (const auto& [key, sums] : reliability_by_month(lost, zone, now)) {
        if (!key.feeder.empty()) continue;
        months.push_back(indices_of(sums, 50'000).saidi->text());
        all += sums;
    }
    CHECK(months == std::vector<std::string>{"3", "1.5"});
    CHECK(indices_of(all, 50'000).saidi->text() == "4.5");
    CHECK(indices_of(all, 50'000).saifi->text() == "0.15");
    CHECK(indices_of(all, 50'000).caidi->text() == "30");
    // One month has one number: the last that was written down in it, for its older records too.
    const std::vector<SupplyLost> mixed{{"1", 100, begin, begin.plus_seconds(30 * minute), false, 0},
                                        {"2", 100, begin.plus_seconds(hour), begin.plus_seconds(hour + 30 * minute), false, 500}};
    CHECK(indices_of(reliability_by_month(mixed, zone, now).begin()->second, 50'000).saidi->text() == "12");
    Room room;
    const auto outage = must(room.begin({"D1"}, hour));
    CHECK(outage.served == 24);
    CHECK(must(decode_outage(encode_outage(outage))) == outage);
}

TEST_CASE("the audit finds an outage that was changed beside the journal, one that is gone, and one without entries") {
    Room room;
    const auto first = must(room.begin({"D1"}, hour));
    must(room.restore(first.id));
    const auto second = must(room.begin({"D2"}));
    const auto audited = [&]() -> std::string {
        const auto reader = room.read();
        auto recheck = outage_recheck(*reader);
        for (const auto& row : must(reader->journal(0, 1'000))) {
            if (const auto seen = recheck.visit(row); !seen) return seen.error().key;
        }
        const auto rest = recheck.finish();
        return rest ? std::to_string(recheck.chains()) : rest.error().key;
    };
    CHECK(audited() == "2");
    const auto put = [&](const std::string& id, const std::string& body) {
        return [=](store::Transaction& tx) -> Result<void> {
            TRY(tx.put("grid_outage", id, store::Transaction::any_version, body, {{"state", "open"}, {"began", std::int64_t{1}}}));
            return {};
        };
    };
    auto fewer = second;
    fewer.buses.pop_back();
    room.write(put(second.id, encode_outage(fewer)));
    CHECK(audited() == "recheck.outage-differs");
    room.write(put(second.id, encode_outage(second)));
    room.write(put("x", encode_outage(second)));
    CHECK(audited() == "recheck.outages-without-journal");
    room.write([](store::Transaction& tx) -> Result<void> { return tx.erase("grid_outage", "x"); });
    CHECK(audited() == "2");
    room.write([&](store::Transaction& tx) -> Result<void> { return tx.erase("grid_outage", second.id); });
    CHECK(audited() == "recheck.outage-differs");
}

TEST_CASE("zero denominators: no customers, no interruption; one that goes on counts until now") {
    ReliabilitySums none;
    CHECK_FALSE(indices_of(none, 0).saidi.has_value());
    CHECK_FALSE(indices_of(none, 0).saifi.has_value());
    CHECK_FALSE(indices_of(none, 100).caidi.has_value());
    CHECK(indices_of(none, 100).saidi->text() == "0");
    const Instant begin{1'790'000'000'000'000};
    ReliabilitySums going;
    going.add({"1", 10, begin, std::nullopt, false}, begin.plus_seconds(3 * minute));
    CHECK(going == ReliabilitySums{});
    going.add({"1", 10, begin, std::nullopt, false}, begin.plus_seconds(hour));
    CHECK(going.customer_seconds == 10 * hour);
}

TEST_CASE("months are local: an interruption stands whole in the month in which it began") {
    const auto zone = must(Zone::load("Africa/Casablanca"));
    const auto begin = zone.instant_at({2026, 10, 31}, 23, 30, 0);
    const std::vector<SupplyLost> lost{{"7", 3, begin, begin.plus_seconds(2 * hour), false}, {"", 2, begin.plus_seconds(hour), begin.plus_seconds(2 * hour), true}};
    const auto months = reliability_by_month(lost, zone, begin.plus_seconds(9 * hour));
    CHECK(months.size() == 3);
    CHECK(months.at({2026, 10, ""}).customer_seconds == 6 * hour);
    CHECK(months.at({2026, 10, "7"}).interrupted == 3);
    CHECK(months.at({2026, 11, ""}).interrupted == 2);
}

TEST_CASE("property: by feeder or by month, the parts sum up to the whole") {
    std::mt19937 random(3);
    const auto zone = Zone::utc();
    for (int round = 0; round < 50; ++round) {
        std::vector<SupplyLost> lost;
        ReliabilitySums whole;
        const Instant now{1'790'000'000'000'000};
        for (unsigned i = random() % 40; i > 0; --i) {
            const auto begin = now.plus_seconds(-static_cast<std::int64_t>(random() % 20'000'000));
            lost.push_back({std::to_string(1 + random() % 4), static_cast<std::int64_t>(random() % 500), begin, begin.plus_seconds(random() % 20'000), false});
            if (random() % 5 == 0) lost.back().ended.reset();
            whole.add(lost.back(), now);
        }
        ReliabilitySums months, feeders;
        for (const auto& [key, sums] : reliability_by_month(lost, zone, now)) (key.feeder.empty() ? months : feeders) += sums;
        CHECK(months == whole);
        CHECK(feeders == whole);
    }
}
