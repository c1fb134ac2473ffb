// Nothing acknowledged is lost: a process killed at any moment, a log torn at any byte.
#include "store/testing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

namespace wasl::store {

namespace {

// Files one after the other, acknowledging each through the pipe; never returns.
[[noreturn]] void child(const std::filesystem::path& folder, int pipe, int first, std::int64_t checkpoint_above_bytes) {
    Writers writers(2);
    auto options = testing::options_at(folder);
    options.checkpoint_above_bytes = checkpoint_above_bytes;
    auto store = open_sqlite(options, writers);
    if (!store) {
        ::_exit(3);
    }
    for (int i = first;; ++i) {
        (*store)->submit([i](Transaction& tx) -> Result<void> {
            const auto text = std::to_string(i);
            TRY(tx.put("request", text, 0, std::string(700, 'b'), {{"office", "o"}, {"due", i}, {"number", text}}, "word w" + text));
            TRY(tx.put("note", text, 0, "side"));
            TRY(tx.append({"chain " + text, "filed", "content"}));
            TRY(tx.append({"chain " + text, "receipt", "content"}));
            TRY(tx.bump("filed", 1));
            return {};
        }, [i, pipe](Result<void> done) {
            if (done) {
                static_cast<void>(::write(pipe, &i, sizeof i));
            }
        });
        if (i % 64 == 0) {
            static_cast<void>((*store)->run([](Transaction&) -> Result<void> { return {}; }));
        }
    }
}

int last_acknowledged(int pipe) {
    int last = -1;
    for (int value = 0; ::read(pipe, &value, sizeof value) == sizeof value;) {
        last = std::max(last, value);
    }
    return last;
}

// Everything up to `acknowledged`, and every trace of each filing or none. The next number.
int check_whole(const std::filesystem::path& folder, int acknowledged) {
    Writers writers(1);
    const auto store = open_sqlite(testing::options_at(folder), writers).value();
    REQUIRE(store->settle());
    const auto view = store->read().value();
    const auto filed = static_cast<int>(view->counter("filed").value());
    CHECK(filed > acknowledged);
    CHECK(view->journal_size().value() == static_cast<std::uint64_t>(filed) * 2);
    CHECK(view->count(Query{.collection = "request", .index = "queue"}, 1'000'000).value() == filed);
    CHECK(view->count(Query{.collection = "note"}, 1'000'000).value() == filed);
    CHECK(view->count(Search{"request", {"word"}, {}}, 1'000'000).value() == filed);
    for (int i = std::max(0, filed - 100); i < filed; ++i) {
        CHECK(view->get_by("request", "number", {std::to_string(i)}).value().has_value());
        CHECK(view->chain(fmt::format("chain {}", i)).value().size() == 2);
    }
    return filed;
}

// Fills one store from process after process, each killed.
void kill_again_and_again(int rounds, std::int64_t checkpoint_above_bytes) {
    const testing::TemporaryFolder folder;
    std::mt19937 random(std::random_device{}());
    int next = 0;
    for (int round = 0; round < rounds; ++round) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::close(ends[0]);
            child(folder.path(), ends[1], next, checkpoint_above_bytes);
        }
        ::close(ends[1]);
        int acknowledged = -1;
        std::thread collect([&] { acknowledged = last_acknowledged(ends[0]); });
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 180));
        ::kill(pid, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(pid, &status, 0) == pid);
        collect.join();
        ::close(ends[0]);
        CHECK(WIFSIGNALED(status));
        next = check_whole(folder.path(), std::max(acknowledged, next - 1));
    }
    CHECK(next > rounds);
}

}  // namespace

TEST_CASE("kill -9 at random moments: everything acknowledged is there, nothing is there by half (20 rounds)") {
    kill_again_and_again(20, 128 << 10);
}

TEST_CASE("kill -9 while pages of the log are moved beside the writer all the time (10 rounds)") {
    kill_again_and_again(10, 8 << 10);
}

TEST_CASE("a write that fails for another reason than room: the group fails as unavailable, the store goes on") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const auto store = open_sqlite(testing::options_at(folder.path()), writers).value();
    REQUIRE(testing::put_note(*store, "before", "x"));
    // A limit on the size of files is an error of the disk to SQLite.
    const auto size = std::filesystem::file_size(folder.path() / "store.db-wal");
    struct rlimit usual {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
    ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small {size + 20'000, usual.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto failed = testing::put_note(*store, "large", std::string(200'000, 'x'));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
    ::signal(SIGXFSZ, SIG_DFL);
    CHECK(failed.error().key == "store.io");
    CHECK(failed.error().code == Code::unavailable);
    CHECK(testing::put_note(*store, "after", "x"));
    const auto view = store->read().value();
    CHECK(view->get("note", "before").value().has_value());
    CHECK(view->get("note", "after").value().has_value());
    CHECK_FALSE(view->get("note", "large").value().has_value());
}

TEST_CASE("a log torn at any place gives back a store as it was after some whole group") {
    const testing::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    std::mt19937 random(7);
    {
        Writers writers(1);
        auto store = open_sqlite(testing::options_at(data), writers).value();
        for (int i = 0; i < 40; ++i) {
            REQUIRE(store->run([i](Transaction& tx) -> Result<void> {
                TRY(tx.put("note", std::to_string(i), 0, std::string(500, 'n')));
                TRY(tx.append({"c", "k", "x"}));
                TRY(tx.bump("n", 1));
                return {};
            }));
        }
        // The files as a crash would leave them: copied while the store is open and still.
        std::filesystem::copy(data, folder.path() / "crashed", std::filesystem::copy_options::recursive);
    }
    const auto log = folder.path() / "crashed" / "store.db-wal";
    const auto size = std::filesystem::file_size(log);
    REQUIRE(size > 100'000);
    for (int round = 0; round < 25; ++round) {
        const auto torn = folder.path() / "torn";
        std::filesystem::remove_all(torn);
        std::filesystem::copy(folder.path() / "crashed", torn, std::filesystem::copy_options::recursive);
        std::filesystem::remove(torn / "store.db-shm");
        const auto at = size * 3 / 4 + random() % (size / 4);
        if (round % 2 == 0) {
            std::filesystem::resize_file(torn / "store.db-wal", at);
        } else {  // old or random bytes where a sector should have been
            std::fstream file(torn / "store.db-wal", std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(static_cast<std::streamoff>(at));
            file << std::string(512, static_cast<char>(random()));
        }
        Writers writers(1);
        const auto store = open_sqlite(testing::options_at(torn), writers).value();
        const auto view = store->read().value();
        const auto groups = view->counter("n").value();
        CHECK(groups > 0);
        CHECK(groups <= 40);
        CHECK(view->journal_size().value() == static_cast<std::uint64_t>(groups));
        CHECK(view->count(Query{.collection = "note"}, 100).value() == groups);
        CHECK(view->chain("c").value().size() == static_cast<std::size_t>(groups));
        CHECK(testing::put_note(*store, "after", "x"));
    }
}

}  // namespace wasl::store
