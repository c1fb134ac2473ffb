// The write-ahead log: what is moved when, by whom, and that it stays short.
#include "store/impl/log_mover.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <random>
#include <semaphore>
#include <thread>

namespace wasl::store::impl {

namespace {

using Step = LogPlan::Step;
using namespace std::chrono_literals;

constexpr std::int64_t ten_frames = 10 * (4'096 + 24);

std::int64_t log_bytes(const std::filesystem::path& folder) {
    std::error_code error;
    const auto size = std::filesystem::file_size(folder / "store.db-wal", error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

// Documents of 20 KB, several commands under way.
void write_much(Store& store, int count) {
    std::counting_semaphore<> room(8);
    std::atomic<int> failed{0};
    for (int i = 0; i < count; ++i) {
        room.acquire();
        store.submit([i](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", std::to_string(i % 200), Transaction::any_version, std::string(20'000, static_cast<char>('a' + i % 26))));
            return {};
        }, [&](Result<void> done) {
            failed += done ? 0 : 1;
            room.release();
        });
    }
    for (int i = 0; i < 8; ++i) {
        room.acquire();
    }
    CHECK(failed == 0);
}

}  // namespace

TEST_CASE("a short log is left alone, a longer one moved beside the writer, a long one begun anew") {
    LogPlan plan(ten_frames);
    CHECK(plan.next(5, false) == Step::nothing);
    CHECK(plan.next(10, false) == Step::nothing);
    CHECK(plan.next(11, false) == Step::move_beside);
    CHECK(plan.next(14, true) == Step::nothing);
    plan.done({11, 11, false});
    CHECK(plan.next(16, false) == Step::nothing);
    CHECK(plan.next(22, false) == Step::move_beside);
    plan.done({22, 22, false});
    CHECK(plan.next(41, false) == Step::move_beside);  // so much would hold the writer up
    plan.done({41, 41, false});
    CHECK(plan.next(45, false) == Step::move_here);
    plan.done({45, 45, false});
    CHECK(plan.next(45, false) == Step::nothing);
    CHECK(plan.next(3, false) == Step::nothing);  // it began anew
    CHECK(plan.next(14, false) == Step::move_beside);
}

TEST_CASE("beyond the longest log the writer does not wait for the thread beside it") {
    LogPlan plan(ten_frames);
    CHECK(plan.next(11, false) == Step::move_beside);
    CHECK(plan.next(160, true) == Step::nothing);
    CHECK(plan.next(161, true) == Step::move_now);
    plan.done({161, 161, true});  // moved, but a view stays: the log does not begin anew
    CHECK(plan.next(171, false) == Step::nothing);
    CHECK(plan.next(172, false) == Step::move_now);
}

TEST_CASE("a view of old holds the log: tried again when as much has come") {
    LogPlan plan(ten_frames);
    CHECK(plan.next(20, false) == Step::move_beside);
    plan.done({20, 5, true});
    CHECK(plan.next(30, false) == Step::nothing);
    CHECK(plan.next(31, false) == Step::move_beside);
    plan.done({31, 31, false});
    CHECK(plan.next(2, false) == Step::nothing);  // anew: nothing of it holds
    CHECK(plan.next(12, false) == Step::move_beside);
    plan.failed();
    CHECK(plan.next(22, false) == Step::nothing);
    CHECK(plan.next(23, false) == Step::move_beside);
}

TEST_CASE("a move beside the writer is never asked for on a log that was moved wholly, nor beside another") {
    std::mt19937 random(20'261'122);
    for (int round = 0; round < 200; ++round) {
        LogPlan plan(ten_frames);
        int frames = 0;
        int moved = 0;  // what is true
        int seen = 0;   // of the move under way
        bool busy = false;
        for (int group = 0; group < 400; ++group) {
            if (!busy && moved == frames && random() % 2 == 0) {
                frames = moved = 0;  // the writer begins the log anew
            }
            frames += static_cast<int>(random() % 30);
            if (busy && random() % 3 == 0) {
                busy = false;
                moved = random() % 4 == 0 ? moved + (seen - moved) / 2 : seen;
                plan.done({seen, moved, moved < seen});
            }
            switch (plan.next(frames, busy)) {
                case Step::nothing: break;
                case Step::move_beside:
                    REQUIRE_FALSE(busy);
                    REQUIRE(moved < frames);
                    busy = true;
                    seen = frames;
                    break;
                case Step::move_here: REQUIRE_FALSE(busy); [[fallthrough]];
                case Step::move_now:
                    if (busy) {
                        plan.done({seen, seen, false});
                        busy = false;
                    }
                    moved = frames;
                    plan.done({frames, moved, false});
                    break;
            }
        }
    }
}

TEST_CASE("under constant writing, with a view always open, the log stays bounded") {
    const testing::TemporaryFolder folder;
    Writers writers(2);
    auto options = testing::options_at(folder.path());
    options.checkpoint_above_bytes = 128 << 10;
    const auto store = open_sqlite(options, writers).value();
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> longest{0};
    std::thread readers([&] {  // each view is taken before the one before goes
        auto view = store->read().value();
        while (!stop) {
            std::this_thread::sleep_for(2ms);
            auto next = store->read().value();
            view = std::move(next);
            longest = std::max(longest.load(), log_bytes(folder.path()));
        }
    });
    write_much(*store, 3'000);  // 60 MB
    stop = true;
    readers.join();
    CHECK(longest < 2 * 16 * options.checkpoint_above_bytes);
    CHECK(store->read().value()->get("note", "199").value().has_value());
}

TEST_CASE("a view of old lets the log grow; when it goes the log begins anew") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = testing::options_at(folder.path());
    options.checkpoint_above_bytes = 64 << 10;
    const auto store = open_sqlite(options, writers).value();
    write_much(*store, 10);
    {
        const auto view = store->read().value();
        const auto before = view->get("note", "9").value()->body;
        write_much(*store, 300);
        CHECK(view->get("note", "9").value()->body == before);
    }
    const auto grown = log_bytes(folder.path());
    CHECK(grown > 3'000'000);
    write_much(*store, 1'000);  // three times as much again
    CHECK(log_bytes(folder.path()) < grown + 3'000'000);
}

TEST_CASE("stores that rest or close end what runs beside, and leave no log") {
    const testing::TemporaryFolder folder;
    Writers writers(2);
    for (int round = 0; round < 25; ++round) {
        std::vector<std::thread> members;
        for (int member = 0; member < 3; ++member) {
            members.emplace_back([&, member] {
                auto options = testing::options_at(folder.path() / std::to_string(member));
                options.checkpoint_above_bytes = 32 << 10;
                const auto store = open_sqlite(options, writers).value();
                write_much(*store, 12 + round);
                if (round % 2 == 0) {
                    CHECK(store->settle());
                    CHECK(store->rest());
                    CHECK(log_bytes(options.folder) == 0);
                    write_much(*store, 5);
                }
            });
        }
        for (auto& member : members) {
            member.join();
        }
        for (int member = 0; member < 3; ++member) {
            CHECK(log_bytes(folder.path() / std::to_string(member)) == 0);
        }
    }
}

TEST_CASE("a backup taken while the log is moved is whole") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = testing::options_at(folder.path() / "store");
    options.checkpoint_above_bytes = 32 << 10;
    const auto store = open_sqlite(options, writers).value();
    std::thread writing([&] { write_much(*store, 600); });
    for (int i = 0; i < 5; ++i) {
        const auto to = folder.path() / fmt::format("backup{}", i);
        REQUIRE(store->backup(to).has_value());
        auto copy = Connection::open(to / "store.db", {Connection::Role::reader, 2'048}).value();
        auto check = copy.use("PRAGMA integrity_check").value();
        REQUIRE(check.step().value());
        CHECK(check.bytes_at(0) == "ok");
    }
    writing.join();
}

TEST_CASE("beside the writers runs one worker after the other; what has not begun can be taken back") {
    struct Waiting final : Writers::Worker {
        std::binary_semaphore begun{0};
        std::binary_semaphore go{0};
        bool work() noexcept override {
            begun.release();
            go.acquire();
            return false;
        }
    };
    Waiting first;
    Waiting second;
    Writers writers(1);
    writers.schedule_beside(first);
    first.begun.acquire();
    writers.schedule_beside(second);
    CHECK_FALSE(second.begun.try_acquire_for(20ms));
    CHECK(writers.withdraw(second));
    CHECK_FALSE(writers.withdraw(first));
    CHECK_FALSE(writers.withdraw(second));
    first.go.release();
    CHECK_FALSE(second.begun.try_acquire_for(20ms));
}

}  // namespace wasl::store::impl
