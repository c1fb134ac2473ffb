// What only the store on SQLite does: pragmas, locks, other processes, migrations, rest.
#include "store/impl/awake.hpp"
#include "store/stores.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace wasl::store {

namespace {

using testing::options_at;
using testing::put_note;

std::string error_key(const auto& result) {
    return result ? "ok" : result.error().key;
}

}  // namespace

TEST_CASE("every connection leaves the log alone; the writer's is durable at commit") {
    const testing::TemporaryFolder folder;
    const auto file = folder.path() / "x.db";
    for (const auto role : {impl::Connection::Role::writer, impl::Connection::Role::reader}) {
        auto connection = impl::Connection::open(file, {role, 2'048}).value();
        REQUIRE(connection.execute("CREATE TABLE IF NOT EXISTS x(y)").has_value());
        CHECK(connection.integer("PRAGMA wal_autocheckpoint").value() == 0);
        int no_checkpoint_on_close = 0;
        sqlite3_db_config(connection.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &no_checkpoint_on_close);
        CHECK(no_checkpoint_on_close == 1);
        auto mode = connection.use("PRAGMA journal_mode").value();
        REQUIRE(mode.step().value());
        CHECK(mode.bytes_at(0) == "wal");
        if (role == impl::Connection::Role::writer) {
            CHECK(connection.integer("PRAGMA synchronous").value() == 2);  // FULL
            CHECK(connection.integer("PRAGMA secure_delete").value() == 1);
        } else {
            CHECK_FALSE(connection.execute("CREATE TABLE z(y)").has_value());
        }
    }
}

TEST_CASE("the log is moved between groups above its limit, and wholly when the store rests") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = options_at(folder.path());
    options.checkpoint_above_bytes = 64 << 10;
    const auto store = open_sqlite(options, writers).value();
    const auto log = folder.path() / "store.db-wal";
    std::uintmax_t longest = 0;
    for (int i = 0; i < 300; ++i) {
        REQUIRE(put_note(*store, std::to_string(i), std::string(20'000, 'x')));
        longest = std::max(longest, std::filesystem::file_size(log));
    }
    CHECK(longest < 16 * options.checkpoint_above_bytes + 200'000);
    {
        const auto view = store->read().value();
        CHECK_FALSE(store->rest());
        for (int i = 0; i < 100; ++i) {  // an old view keeps the log: it grows, nothing waits
            REQUIRE(put_note(*store, std::to_string(i), std::string(20'000, 'y')));
        }
        CHECK(view->get("note", "0").value()->body[0] == 'x');
    }
    REQUIRE(store->settle());
    CHECK(store->rest());
    CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
    CHECK(store->read().value()->get("note", "0").value()->body[0] == 'y');
    CHECK(put_note(*store, "after", "rest"));
}

TEST_CASE("one process writes; others read beside it") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const auto store = open_sqlite(options_at(folder.path()), writers).value();
    CHECK(open_sqlite(options_at(folder.path()), writers).error().key == "store.locked");
    REQUIRE(put_note(*store, "a", "1"));
    const auto beside = open_sqlite_read_only(folder.path()).value();
    CHECK(beside->read().value()->get("note", "a").value()->body == "1");
    REQUIRE(put_note(*store, "a", "2"));
    CHECK(beside->read().value()->get("note", "a").value()->body == "2");
    CHECK(beside->read().value()->find({.collection = "request", .index = "queue"}).value().documents.empty());
    CHECK_FALSE(open_sqlite_read_only(folder.path() / "nothing").has_value());
}

TEST_CASE("waiting on a writer's thread for itself is refused") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const auto store = open_sqlite(options_at(folder.path()), writers).value();
    Result<void> inner;
    REQUIRE(store->run([&](Transaction&) -> Result<void> {
        inner = put_note(*store, "a", "1");
        return {};
    }));
    CHECK(error_key(inner) == "store.busy");
}

TEST_CASE("completions run after the group is on disk, in order") {
    const testing::TemporaryFolder folder;
    Writers writers(2);
    const auto store = open_sqlite(options_at(folder.path()), writers).value();
    std::vector<int> order;
    std::atomic<int> missing{0};
    for (int i = 0; i < 500; ++i) {
        store->submit([i](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", std::to_string(i), 0, "x"));
            return {};
        }, [&, i](Result<void> done) {
            order.push_back(i);
            missing += !done || !store->read().value()->get("note", std::to_string(i)).value() ? 1 : 0;
        });
    }
    REQUIRE(store->settle());
    CHECK(missing == 0);
    CHECK(order.size() == 500);
    CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("schema: an older store goes forward in one transaction, a newer one is refused") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = options_at(folder.path());
    options.schema = {1, {{"thing", {{"colour", FieldType::text}}, {}, false}}, {}};
    {
        const auto store = open_sqlite(options, writers).value();
        REQUIRE(store->run([](Transaction& tx) -> Result<void> {
            TRY(tx.put("thing", "a", 0, "7", {{"colour", "red"}}));
            TRY(tx.put("thing", "b", 0, "8", {{"colour", "blue"}}));
            return {};
        }));
    }
    auto next = options;
    next.schema.version = 3;
    next.schema.collections = {
        {"thing", {{"colour", FieldType::text}, {"size", FieldType::integer}}, {{"by_colour", {"colour"}}, {"by_size", {"size"}}}, true},
        {"other", {}, {}, false}};
    std::vector<int> ran;
    next.schema.migrations = {
        {3, "count", [&](Transaction& tx) -> Result<void> { ran.push_back(3); TRY(tx.bump("things", 2)); return {}; }},
        {1, "long ago", [&](Transaction&) -> Result<void> { ran.push_back(1); return {}; }},
        {2, "fill size", [&](Transaction& tx) -> Result<void> {
             ran.push_back(2);
             for (const auto& thing : TRY(tx.find({.collection = "thing"})).documents) {
                 const std::int64_t size = thing.body[0] - '0';
                 TRY(tx.put("thing", thing.key, thing.version, thing.body, {{"colour", "red"}, {"size", size}}, "word"));
             }
             return {};
         }}};

    SUBCASE("forward") {
        {
            const auto store = open_sqlite(next, writers).value();
            CHECK(ran == std::vector<int>{2, 3});
            const auto view = store->read().value();
            CHECK(view->get_by("thing", "by_size", {8}).value()->key == "b");
            CHECK(view->count(Query{.collection = "thing", .index = "by_colour", .equal = {"red"}}, 9).value() == 2);
            CHECK(view->search({"thing", {"word"}, {}}).value().documents.size() == 2);
            CHECK(view->counter("things").value() == 2);
            CHECK_FALSE(view->get("other", "x").value().has_value());
        }
        CHECK(open_sqlite(options, writers).error().key == "store.newer-schema");
        CHECK(open_sqlite(next, writers).has_value());
        CHECK(ran.size() == 2);
        next.schema.collections[0].indexes.erase(next.schema.collections[0].indexes.begin());
        CHECK(open_sqlite(next, writers).value()->read().value()->get_by("thing", "by_colour", {"red"}).error().key == "store.unknown-index");
    }
    SUBCASE("an index over stored fields is filled") {
        next.schema.migrations.clear();
        const auto store = open_sqlite(next, writers).value();
        CHECK(store->read().value()->get_by("thing", "by_colour", {"blue"}).value()->key == "b");
    }
    SUBCASE("a step that fails leaves the old store") {
        next.schema.migrations[0].step = [](Transaction&) { return Result<void>(fail(Code::internal, "test.step")); };
        CHECK(open_sqlite(next, writers).error().key == "test.step");
        CHECK(open_sqlite(options, writers).value()->read().value()->get("thing", "a").value()->version == 1);
    }
    SUBCASE("a field does not change its type") {
        next.schema.collections[0].fields[0].type = FieldType::integer;
        CHECK(open_sqlite(next, writers).error().key == "store.schema-changed");
    }
}

TEST_CASE("a schema that makes no sense is a defect") {
    Writers writers(1);
    const testing::TemporaryFolder folder;
    const std::vector<CollectionSpec> table{
        {"", {}, {}},      {"Thing", {}, {}}, {"a b", {}, {}},   {"a__b", {}, {}},  {"a_", {}, {}},
        {"drop;--", {}, {}}, {"x", {{"f"}, {"f"}}, {}}, {"x", {{"f-g"}}, {}}, {"x", {{"f"}}, {{"i", {"g"}}}},
        {"x", {{"f"}}, {{"i", {}}}}, {"x", {{"f"}}, {{"i", {"f"}}, {"i", {"f"}}}},
    };
    for (const auto& spec : table) {
        auto options = options_at(folder.path());
        options.schema.collections = {spec};
        CHECK(open_sqlite(options, writers).error().key == "store.bad-schema");
    }
}

TEST_CASE("index pages are read from the index, not sorted") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const auto store = open_sqlite(options_at(folder.path()), writers).value();
    auto connection = impl::Connection::open(folder.path() / "store.db", {}).value();
    for (const std::string direction : {"", " DESC"}) {
        auto plan = connection.use(fmt::format(
            "EXPLAIN QUERY PLAN SELECT key FROM d_request INDEXED BY i_request__queue WHERE f_office IS NOT NULL AND f_due IS NOT NULL "
            "AND f_office='o' AND f_due>=1 AND (f_due,id)>(1,2) ORDER BY f_due{0},id{0} LIMIT 9", direction)).value();
        while (plan.step().value()) {
            CHECK(plan.bytes_at(3).find("TEMP B-TREE") == std::string_view::npos);
        }
    }
}

TEST_CASE("stores of many members open on first use and rest when idle") {
    const testing::TemporaryFolder folder;
    Writers writers(2);
    std::atomic<int> asked{0};
    Stores stores(writers, [&](std::string_view member) -> Result<SqliteOptions> {
        ++asked;
        if (member == "nobody") {
            return fail(Code::not_found, "test.no-member");
        }
        return options_at(folder.path() / member);
    });
    CHECK(stores.at("nobody").error().key == "test.no-member");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                auto* store = stores.at(fmt::format("m{}", i)).value();
                CHECK(put_note(*store, fmt::format("{}-{}", t, i), "x"));
                stores.rest_idle(0);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(asked == 21);
    CHECK(stores.at("m3").value() == stores.at("m3").value());
    CHECK(stores.rest_idle(3'600) <= 20);
    for (int i = 0; i < 20; ++i) {
        REQUIRE(stores.at(fmt::format("m{}", i)).value()->settle());
    }
    CHECK(stores.rest_idle(0) == 20);
    for (int i = 0; i < 20; ++i) {
        const auto view = stores.at(fmt::format("m{}", i)).value()->read().value();
        CHECK(view->count(Query{.collection = "note"}, 10).value() == 4);
    }
}

TEST_CASE("of many stores in use only so many stay awake") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    Stores stores(writers, [&](std::string_view member) -> Result<SqliteOptions> { return options_at(folder.path() / member); }, 5);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 12; ++i) {
            auto* store = stores.at(fmt::format("m{}", i)).value();
            REQUIRE(put_note(*store, std::to_string(round), "x"));
            REQUIRE(store->settle());
            CHECK(stores.awake() <= 5);
        }
    }
    CHECK(stores.at("m0").value()->read().value()->count(Query{.collection = "note"}, 9).value() == 2);
}

TEST_CASE("what was erased leaves no bytes in the database") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const std::string secret = "BK123456-secret-of-a-person";
    {
        const auto store = open_sqlite(options_at(folder.path()), writers).value();
        REQUIRE(store->run([&](Transaction& tx) -> Result<void> {
            TRY(tx.append({"c", "k", secret}));
            TRY(tx.put("note", "a", 0, secret));
            TRY(tx.append({"d", "k", "stays"}));
            return {};
        }));
        REQUIRE(store->run([&](Transaction& tx) -> Result<void> {
            TRY(tx.erase_chain("c"));
            return tx.erase("note", "a");
        }));
        REQUIRE(store->settle());
        REQUIRE(store->rest());
    }
    std::ifstream file(folder.path() / "store.db", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    CHECK(bytes.find("stays") != std::string::npos);
    CHECK(bytes.find(secret) == std::string::npos);
}

}  // namespace wasl::store
