#include "store/conformance.hpp"
#include "store/retire.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <map>
#include <thread>

namespace wasl::store::conformance {

namespace {

// Leaves that say what the hook saw; one checkpoint a group, a document, a tile.
class Proving final : public CommitHook {
public:
    Result<void> before_commit(Transaction& transaction, std::span<JournalRow> rows) override {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            link_previous(rows, i);
            rows[i].leaf = fmt::format("leaf {} of {} after ", rows[i].seq, rows[i].chain) + rows[i].previous;
            if (rows[i].seal_key) {
                TRY(transaction.put("note", *rows[i].seal_key, 0, "seal over " + rows[i].seal_claims));
            }
        }
        CHECK(transaction.append({"x", "y", "z"}).error().key == "store.append-in-hook");
        if (refuse) {
            return fail(Code::unavailable, "test.no-key");
        }
        const auto size = rows.back().seq + 1;
        TRY(transaction.put_tile(0, 0, std::string(32 * std::min<std::size_t>(size, 256), 't')));
        ++groups;
        return transaction.put_checkpoint({size, transaction.now(), fmt::format("tree of {}", size)});
    }
    void after_commit(bool committed) noexcept override { (committed ? committed_ : failed_)++; }

    std::atomic<bool> refuse{false};
    std::atomic<int> groups{0};
    std::atomic<int> committed_{0};
    std::atomic<int> failed_{0};
};

void check_chains(Reader& view) {
    std::map<std::string, std::pair<std::uint64_t, std::string>> heads;
    std::uint64_t seq = 0;
    Instant last;
    for (const auto& row : view.journal(0, 100'000).value()) {
        CHECK(row.seq == seq++);
        CHECK(row.at >= last);
        last = row.at;
        auto& [position, previous] = heads[row.chain];
        CHECK(row.position == position++);
        CHECK(row.previous == previous);
        previous = leaf_hash(row.leaf).view();
        CHECK(row.salt.size() == 32);
    }
    CHECK(view.journal_size().value() == seq);
}

}  // namespace

void journal(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    CHECK(store.read().value()->journal_size().value() == 0);
    for (int round = 0; round < 3; ++round) {
        REQUIRE(store.run([&](Transaction& tx) -> Result<void> {
            const auto first = static_cast<std::uint64_t>(round) * 3;
            CHECK(TRY(tx.append({"one", "filed", fmt::format("1/{}", round)})) == first);
            CHECK(TRY(tx.append({"two", "filed", fmt::format("2/{}", round)})) == first + 1);
            CHECK(TRY(tx.append({"one", "noted", "again"})) == first + 2);
            CHECK(TRY(tx.chain("one", 1)).size() == static_cast<std::size_t>(round) * 2 + 1);
            CHECK(TRY(tx.chain_head("one"))->length == static_cast<std::uint64_t>(round) * 2 + 2);
            CHECK(TRY(tx.journal(first + 1, 10)).size() == 2);
            return {};
        }));
        subject->clock().advance_seconds(1);
    }
    subject->reopen();
    auto& again = subject->store();
    auto view = again.read().value();
    check_chains(*view);
    CHECK(view->chain("one").value().size() == 6);
    CHECK(view->chain("one", 4, 1).value().at(0).content == "1/2");
    CHECK(view->chain_head("one").value()->length == 6);
    CHECK(view->chain_head("one").value()->seq == 8);
    CHECK_FALSE(view->chain_head("three").value().has_value());
    CHECK(view->chains("", 10).value() == std::vector<std::string>{"one", "two"});
    CHECK(view->chains("one", 10).value() == std::vector<std::string>{"two"});
    CHECK(view->journal(7, 1).value().at(0).kind == "filed");
    const auto row = view->journal(0, 1).value().at(0);
    CHECK(row.leaf == sha256(row.salt, row.content).view());  // without a hook

    std::int64_t erased = 0;
    REQUIRE(again.run([&](Transaction& tx) -> Result<void> {
        erased = TRY(tx.erase_chain("one"));
        return {};
    }));
    CHECK(erased == 6);
    view = again.read().value();
    for (const auto& one : view->chain("one").value()) {
        CHECK(one.erased);
        CHECK(one.content.empty());
        CHECK(one.salt.empty());
        CHECK(one.leaf.size() == 32);
    }
    CHECK_FALSE(view->chain("two").value().at(0).erased);
}

void journal_hook(const Factory& make) {
    Proving hook;
    const auto subject = make(sample_schema(), &hook);
    auto& store = subject->store();
    const auto file = [&](std::string chain, std::optional<std::string> seal) {
        return subject->store().run([chain = std::move(chain), seal = std::move(seal)](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", "of " + chain, Transaction::any_version, "x"));
            TRY(tx.append({chain, "filed", "content", seal, "claims"}));
            TRY(tx.append({chain, "checked", "content"}));
            return {};
        });
    };
    REQUIRE(file("one", "seal/1"));
    REQUIRE(file("two", std::nullopt));
    REQUIRE(file("one", std::nullopt));
    check_chains(*store.read().value());
    auto view = store.read().value();
    CHECK(view->get("note", "seal/1").value()->body == "seal over claims");
    CHECK(hook.groups == 3);
    CHECK(hook.committed_ == 3);
    CHECK(view->checkpoint().value()->tree_size == 6);
    CHECK(view->checkpoint().value()->text == "tree of 6");
    CHECK(view->checkpoint(5).value()->tree_size == 4);
    CHECK_FALSE(view->checkpoint(1).value().has_value());
    CHECK(view->checkpoint_covering(3).value()->tree_size == 4);
    CHECK_FALSE(view->checkpoint_covering(7).value().has_value());
    CHECK(view->checkpoints(6, 10).value().size() == 2);
    CHECK(view->checkpoints(100, 1).value().at(0).tree_size == 6);
    CHECK(view->tile(0, 0).value()->size() == 6 * 32);
    CHECK_FALSE(view->tile(1, 0).value().has_value());

    hook.refuse = true;
    const auto refused = file("three", "seal/3");
    CHECK(refused.error().key == "test.no-key");
    CHECK(hook.failed_ == 1);
    view = store.read().value();
    CHECK(view->journal_size().value() == 6);
    CHECK_FALSE(view->get("note", "of three").value().has_value());
    CHECK_FALSE(view->get("note", "seal/3").value().has_value());
    hook.refuse = false;
    REQUIRE(file("three", "seal/3"));
    REQUIRE(store.run([](Transaction& tx) -> Result<void> {  // no rows, no hook
        TRY(tx.bump("n", 1));
        return {};
    }));
    CHECK(hook.groups == 4);
    view.reset();
    subject->reopen();
    REQUIRE(file("three", std::nullopt));
    check_chains(*subject->store().read().value());
}

void journal_leaves_the_store(const Factory& make) {
    Proving hook;
    const auto subject = make(sample_schema(), &hook);
    const auto file = [&](const std::string& chain) {
        subject->clock().advance_seconds(1);
        return subject->store().run([&](Transaction& tx) -> Result<void> {
            TRY(tx.append({chain, "filed", "content"}));
            return {};
        });
    };
    const auto drop = [&](std::uint64_t below, Instant finished = {}) {
        return subject->store().run([=](Transaction& tx) { return drop_rows(tx, below, finished); });
    };
    for (const auto* chain : {"one", "two", "one", "three", "two"}) REQUIRE(file(chain));
    const auto before = subject->store().read().value()->journal(0, 10).value();
    CHECK(drop(5).error().key == "store.rows-needed");
    REQUIRE(drop(4));
    subject->reopen();
    auto view = subject->store().read().value();
    CHECK(view->journal_size().value() == 5);
    CHECK(view->journal(0, 10).value().size() == 1);
    CHECK(view->journal(0, 10).value().at(0).seq == 4);
    CHECK(view->checkpoint_covering(0).value()->tree_size == 5);
    CHECK(view->tile(0, 0).value().has_value());
    CHECK(view->chain_head("one").value()->seq == 2);
    CHECK(view->chain_head("one").value()->length == 2);
    CHECK(view->chain_head("two").value()->seq == 4);  // a row that is here goes before one that left
    view.reset();
    REQUIRE(file("one"));
    REQUIRE(file("two"));
    view = subject->store().read().value();
    auto rows = view->journal(4, 10).value();
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].seq == 5);
    CHECK(rows[1].position == 2);
    CHECK(rows[1].previous == leaf_hash(before[2].leaf).view());
    CHECK(rows[2].position == 2);
    CHECK(rows[2].previous == leaf_hash(before[4].leaf).view());
    view.reset();

    // A chain that is over is forgotten; its name begins anew.
    REQUIRE(drop(6, before[3].at.plus_seconds(1)));
    view = subject->store().read().value();
    CHECK_FALSE(view->chain_head("three").value().has_value());
    CHECK(view->chain_head("one").value()->length == 3);
    view.reset();
    // A command that fails leaves them all.
    CHECK_FALSE(subject->store().run([](Transaction& tx) -> Result<void> {
        TRY(tx.append({"four", "filed", "content"}));
        TRY(drop_rows(tx, 6, {}));
        return fail(Code::invalid, "test.no");
    }));
    CHECK(subject->store().read().value()->journal(0, 10).value().size() == 1);
}

void journal_clock(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    const auto file = [&] {
        Instant at;
        auto done = subject->store().run([&](Transaction& tx) -> Result<void> {
            at = tx.now();
            TRY(tx.append({"c", "k", "x"}));
            return {};
        });
        return done ? Result<Instant>(at) : Result<Instant>(std::unexpected(done.error()));
    };
    auto& clock = subject->clock();
    const auto start = file().value();
    CHECK(start == clock.now());

    SUBCASE("up to 5 s back the last entry's instant is used") {
        clock.jump_wall_only(-5);
        CHECK(file().value() == start);
        clock.advance_seconds(6);
        CHECK(file().value() == start.plus_seconds(1));
    }
    SUBCASE("more than 5 s back: nothing is written until the clock is accepted") {
        clock.jump_wall_only(-6);
        const auto refused = file();
        CHECK(refused.error().key == "store.clock-jumped");
        CHECK(refused.error().code == Code::unavailable);
        CHECK_FALSE(subject->store().clock().accepted);
        clock.advance_seconds(60);  // waiting does not help: somebody has to look
        CHECK_FALSE(file().has_value());
        CHECK(subject->store().read().value()->journal_size().value() == 1);
        REQUIRE(subject->store().accept_clock());
        CHECK(file().value() == clock.now());
    }
    SUBCASE("5 min forward against the monotonic clock") {
        clock.jump_wall_only(299);
        CHECK(file().has_value());
        clock.jump_wall_only(301);
        CHECK(file().error().key == "store.clock-jumped");
        REQUIRE(subject->store().accept_clock());
        CHECK(file().value() == clock.now());
        clock.advance_seconds(86'400);  // a day that really passed
        CHECK(file().has_value());
    }
    SUBCASE("accepted after it went back: rows go on at the true time") {
        clock.jump_wall_only(-3'600);
        CHECK_FALSE(file().has_value());
        REQUIRE(subject->store().accept_clock());
        CHECK(file().value() == start.plus_seconds(-3'600));
        subject->reopen();
        CHECK(file().has_value());
    }
    SUBCASE("at opening: the last entry lies in the future") {
        clock.jump_wall_only(-10);
        subject->reopen();
        CHECK_FALSE(subject->store().clock().accepted);
        CHECK(subject->store().clock().last_entry == start);
        CHECK(file().error().key == "store.clock-jumped");
        CHECK(subject->store().read().value()->journal_size().value() == 1);
        REQUIRE(subject->store().accept_clock());
        CHECK(file().has_value());
    }
}

void views(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    const auto write = [&](int value) {
        return store.run([=](Transaction& tx) -> Result<void> {
            const auto text = std::to_string(value);
            TRY(tx.put("note", "left", Transaction::any_version, text));
            TRY(tx.put("note", "right", Transaction::any_version, text));
            TRY(tx.append({"c", "k", text}));
            return {};
        });
    };
    REQUIRE(write(1));
    const auto before = store.read().value();
    for (int i = 2; i < 50; ++i) {
        REQUIRE(write(i));  // never waits for the view
    }
    CHECK(before->get("note", "left").value()->body == "1");
    CHECK(before->journal_size().value() == 1);
    CHECK(store.read().value()->get("note", "left").value()->body == "49");
}

void many_threads(const Factory& make) {
    Proving hook;
    const auto subject = make(sample_schema(), &hook);
    auto& store = subject->store();
    constexpr int writers = 6;
    constexpr int each = 60;
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> threads;
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&store, w] {
            for (int i = 0; i < each; ++i) {
                const auto done = store.run([=](Transaction& tx) -> Result<void> {
                    const auto all = TRY(tx.bump("all", 1));
                    TRY(tx.put("note", "total", Transaction::any_version, std::to_string(all)));
                    TRY(tx.put("request", fmt::format("{}-{}", w, i), 0, "x", {{"office", "o"}, {"due", i}}, "word"));
                    TRY(tx.append({fmt::format("chain {}", w), "k", "c"}));
                    return {};
                });
                CHECK(done.has_value());
            }
        });
    }
    std::vector<std::thread> readers;
    for (int r = 0; r < 2; ++r) {
        readers.emplace_back([&] {
            while (!stop) {
                const auto view = store.read().value();
                const auto total = view->get("note", "total").value();
                const auto rows = static_cast<std::int64_t>(view->journal_size().value());
                torn += (total ? total->body : "0") != std::to_string(view->counter("all").value()) ? 1 : 0;
                torn += view->count(Query{.collection = "request"}, 10'000).value() != rows ? 1 : 0;
                torn += view->count(Search{"request", {"word"}, {}}, 10'000).value() != rows ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    stop = true;
    for (auto& thread : readers) {
        thread.join();
    }
    CHECK(torn == 0);
    REQUIRE(store.settle());
    const auto view = store.read().value();
    CHECK(view->counter("all").value() == writers * each);
    check_chains(*view);
    CHECK(view->chain("chain 3").value().size() == each);
    CHECK(hook.groups <= writers * each);
}

}  // namespace wasl::store::conformance
