// Room: what is refused when, the reserve, a quota that is really hit.
#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <atomic>

namespace wasl::store {

namespace {

using testing::put_note;

class Room final : public Space {
public:
    [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::filesystem::path&) const override { return bytes.load(); }
    std::atomic<std::int64_t> bytes{1LL << 30U};
};

std::string outcome(const Result<void>& result) {
    if (!result && result.error().key == "store.disk-full") {
        CHECK(result.error().code == Code::insufficient_storage);
        CHECK(http_status(result.error().code) == 507);
    }
    return result ? "ok" : result.error().key;
}

constexpr std::int64_t mb = 1LL << 20U;

}  // namespace

TEST_CASE("disk full: new work is refused, looks and due events use the reserve, then all is refused, then all is well") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    Room room;
    auto options = testing::options_at(folder.path());
    options.disk = &room;
    options.reserve_bytes = 2 * mb;
    options.full_below_bytes = 32 * mb;
    options.low_below_bytes = 100 * mb;
    const auto store = open_sqlite(options, writers).value();
    const auto reserve = folder.path() / "reserve";
    struct Step { std::string what; std::int64_t free; Priority priority; std::string key; SpaceState state; bool reserve; bool low; };
    for (const auto& step : {
             Step{"room", 1'000 * mb, Priority::ordinary, "ok", SpaceState::open, true, false},
             Step{"little room: a warning, work goes on", 90 * mb, Priority::ordinary, "ok", SpaceState::open, true, true},
             Step{"full", 31 * mb, Priority::ordinary, "store.disk-full", SpaceState::full, true, true},
             Step{"a look takes the reserve", 31 * mb, Priority::looks, "ok", SpaceState::full, false, true},
             Step{"new work stays refused", 33 * mb, Priority::ordinary, "store.disk-full", SpaceState::full, false, true},
             Step{"a due event", 12 * mb, Priority::due, "ok", SpaceState::full, false, true},
             Step{"the reserve is spent", 7 * mb, Priority::looks, "store.disk-full", SpaceState::exhausted, false, true},
             Step{"also for due events", 7 * mb, Priority::due, "store.disk-full", SpaceState::exhausted, false, true},
             Step{"room again: the reserve is set aside again", 200 * mb, Priority::ordinary, "ok", SpaceState::open, true, false}}) {
        CAPTURE(step.what);
        room.bytes = step.free;
        CHECK(outcome(put_note(*store, "a", step.what, step.priority)) == step.key);
        const auto report = store->space();
        CHECK(report.state == step.state);
        CHECK(report.reserve_held == step.reserve);
        CHECK(report.low == step.low);
        CHECK(report.free_bytes == step.free);
        CHECK(std::filesystem::exists(reserve) == step.reserve);
        CHECK(store->read().has_value());  // public pages and a person's own dossiers stay
    }
}

TEST_CASE("stores of one disk share one reserve") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    Room room;
    Reserve reserve(folder.path(), mb);
    std::vector<std::unique_ptr<Store>> stores;
    for (const std::string member : {"one", "two"}) {
        auto options = testing::options_at(folder.path() / member);
        options.disk = &room;
        options.reserve = &reserve;
        options.full_below_bytes = 32 * mb;
        stores.push_back(open_sqlite(options, writers).value());
        CHECK_FALSE(std::filesystem::exists(folder.path() / member / "reserve"));
    }
    CHECK(std::filesystem::file_size(folder.path() / "reserve") == static_cast<std::uintmax_t>(mb));
    room.bytes = 20 * mb;
    CHECK(outcome(put_note(*stores[0], "a", "x")) == "store.disk-full");
    CHECK(outcome(put_note(*stores[0], "a", "x", Priority::looks)) == "ok");
    CHECK_FALSE(stores[1]->space().reserve_held);
    CHECK(outcome(put_note(*stores[1], "a", "x")) == "store.disk-full");
    CHECK(outcome(put_note(*stores[1], "a", "x", Priority::due)) == "ok");
    room.bytes = 100 * mb;
    CHECK(outcome(put_note(*stores[1], "a", "x")) == "ok");
    CHECK(reserve.held());
    CHECK(Reserve(folder.path(), mb).held());
}

TEST_CASE("a full database fails its whole group, keeps what was acknowledged, and goes on") {
    const testing::TemporaryFolder folder;
    ManualClock clock(Instant{1'790'000'000'000'000});
    Writers writers(1);
    auto options = testing::options_at(folder.path());
    options.clock = &clock;
    options.quota_bytes = 2 * mb;
    options.reserve_bytes = mb;
    const auto store = open_sqlite(options, writers).value();
    int written = 0;
    Result<void> done;
    for (int i = 0; i < 1'000 && done; ++i) {
        done = put_note(*store, std::to_string(i), std::string(50'000, 'x'));
        written += done ? 1 : 0;
    }
    CHECK(outcome(done) == "store.disk-full");
    CHECK(written > 20);
    CHECK(written < 45);
    CHECK(store->space().state == SpaceState::full);
    CHECK(outcome(put_note(*store, "small", "x")) == "store.disk-full");

    int looks = 0;
    for (done = {}; done && looks < 1'000; ++looks) {
        done = put_note(*store, "look " + std::to_string(looks), std::string(50'000, 'y'), Priority::looks);
    }
    CHECK(outcome(done) == "store.disk-full");
    CHECK(looks > 10);
    CHECK(looks < 30);
    CHECK(store->space().state == SpaceState::exhausted);
    CHECK(outcome(put_note(*store, "late look", "x", Priority::looks)) == "store.disk-full");
    const auto count = [&] { return store->read().value()->count(Query{.collection = "note"}, 10'000).value(); };
    CHECK(count() == written + looks - 1);
}

TEST_CASE("room that is freed in the database opens it again") {
    const testing::TemporaryFolder folder;
    ManualClock clock(Instant{1'790'000'000'000'000});
    Writers writers(1);
    auto options = testing::options_at(folder.path());
    options.clock = &clock;
    options.quota_bytes = 2 * mb;
    options.reserve_bytes = mb;
    const auto store = open_sqlite(options, writers).value();
    int written = 0;
    while (put_note(*store, std::to_string(written), std::string(50'000, 'x'))) {
        ++written;
    }
    REQUIRE(store->run([&](Transaction& tx) -> Result<void> {
        for (int i = 0; i < written; ++i) {
            TRY(tx.erase("note", std::to_string(i)));
        }
        return {};
    }, Priority::due));
    CHECK_FALSE(put_note(*store, "at once", "x"));  // a second must pass after a failed write
    clock.advance_seconds(2);
    CHECK(put_note(*store, "later", "x"));
    CHECK(store->space().state == SpaceState::open);
    CHECK(store->space().reserve_held);
}

TEST_CASE("a group that meets a full disk fails as a whole") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = testing::options_at(folder.path());
    options.quota_bytes = mb;
    const auto store = open_sqlite(options, writers).value();
    std::vector<std::string> results(3);
    store->submit([&](Transaction&) -> Result<void> {
        for (std::size_t i = 0; i < results.size(); ++i) {
            store->submit([i](Transaction& tx) -> Result<void> {
                // A command that swallows the error does not save the group.
                static_cast<void>(tx.put("note", std::to_string(i), 0, std::string(i == 1 ? 3'000'000 : 10, 'x')));
                return {};
            }, [&, i](Result<void> done) { results[i] = outcome(done); });
        }
        return {};
    }, [](Result<void>) {});
    REQUIRE(store->settle());
    for (const auto& result : results) {
        CHECK(result == "store.disk-full");
    }
    CHECK(store->read().value()->count(Query{.collection = "note"}, 10).value() == 0);
}

}  // namespace wasl::store
