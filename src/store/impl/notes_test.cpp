// What was noted is on disk before its group, and stands in the journal once.
#include "store/impl/notes.hpp"
#include "store/notes.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <set>
#include <thread>

namespace wasl::store {

namespace {

using impl::Notes;

JournalEntry entry_of(int number, std::size_t bytes = 500) {
    return {.chain = "chain " + std::to_string(number % 3), .kind = "noted", .content = std::to_string(number) + std::string(bytes, ' ')};
}

SqliteOptions with_notes(const std::filesystem::path& folder) {
    auto options = testing::options_at(folder);
    options.notes = true;
    return options;
}

std::vector<int> noted_rows(Store& store) {
    std::vector<int> out;
    const auto rows = store.read().value()->journal(0, 100'000).value();
    for (const auto& row : rows) {
        if (row.kind == "noted") { out.push_back(std::stoi(row.content)); }
    }
    return out;
}

Result<void> nothing(Transaction&) { return {}; }

}  // namespace

TEST_CASE("a note reads back as it was written; one that is cut or changed anywhere is none") {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        std::string content(random() % 9'000, '\0');
        for (char& c : content) { c = static_cast<char>(random()); }
        const JournalEntry entry{.chain = std::string(random() % 70, 'c'), .kind = "k", .content = content};
        std::string bytes = impl::write_note(5, 77, entry);
        CHECK(bytes.size() % Notes::slot_bytes == 0);
        const auto notes = impl::read_notes(bytes, 5);
        REQUIRE(notes.size() == 1);
        CHECK(notes[0].number == 77);
        CHECK(notes[0].entry.chain == entry.chain);
        CHECK(notes[0].entry.kind == "k");
        CHECK(notes[0].entry.content == content);
        CHECK(impl::read_notes(bytes, 6).empty());  // of another store
        const std::size_t used = 8 + 24 + 32 + 16 + entry.chain.size() + 1 + content.size();
        CHECK(impl::read_notes(std::string_view(bytes).substr(0, random() % used), 5).empty());
        bytes[random() % used] ^= static_cast<char>(1U << random() % 8);
        CHECK(impl::read_notes(bytes, 5).empty());
    }
}

TEST_CASE("the file takes what it has room for, and nothing is written over before a group has taken it") {
    const testing::TemporaryFolder folder;
    const auto file = folder.path() / "notes";
    auto notes = Notes::create(file, 9).value();
    std::uint64_t last = 0;
    while (auto written = notes->write(entry_of(static_cast<int>(last)))) { last = *written; }
    CHECK(last == Notes::slots);
    std::vector<impl::Note> left;
    REQUIRE(Notes::open(file, 9, 60, left));
    REQUIRE(left.size() == 4);
    CHECK(left.front().number == 61);
    notes->taken(10);
    CHECK(notes->write(entry_of(1, 9 * Notes::slot_bytes)));
    CHECK(notes->write(entry_of(2)).error().key == "store.notes-full");
    left.clear();
    REQUIRE(Notes::open(file, 9, 10, left));
    CHECK(left.size() == 55);
    left.clear();
    REQUIRE(Notes::open(file, 9, 65, left));  // all taken: what the journal has does not stay here
    CHECK(impl::read_notes(std::string(std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}), 9).empty());
}

TEST_CASE("a noted row goes with the next group, before its commands") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    const auto store = open_sqlite(with_notes(folder.path()), writers).value();
    const auto place = note(*store, entry_of(1)).value();
    CHECK(place->seq == NotedRow::none);
    REQUIRE(store->run([&](Transaction& tx) -> Result<void> {
        CHECK(place->seq == 0);
        CHECK(tx.append({"other", "command", "x"}).value() == 1);
        return {};
    }));
    CHECK(noted_rows(*store) == std::vector<int>{1});
    CHECK(note(*store, {.chain = "c", .kind = "k", .content = "", .seal_key = "s"}).error().key == "store.not-noted");
}

TEST_CASE("a store that is closed, settled or not, has what was noted; one without notes refuses them") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    for (int i = 0; i < 3; ++i) {
        const auto store = open_sqlite(with_notes(folder.path()), writers).value();
        REQUIRE(store->settle());
        CHECK(noted_rows(*store).size() == static_cast<std::size_t>(i));
        REQUIRE(note(*store, entry_of(i)));
        CHECK_FALSE(store->rest());
    }
    const auto store = open_sqlite(testing::options_at(folder.path()), writers).value();
    CHECK(noted_rows(*store) == std::vector<int>{0, 1, 2});
    CHECK(note(*store, entry_of(9)).error().key == "store.not-noted");
}

TEST_CASE("with little room on the disk nothing is noted") {
    const testing::TemporaryFolder folder;
    Writers writers(1);
    auto options = with_notes(folder.path());
    options.low_below_bytes = INT64_MAX;
    const auto store = open_sqlite(options, writers).value();
    CHECK(note(*store, entry_of(1)).error().key == "store.not-noted");
    REQUIRE(store->run(nothing));
    CHECK(noted_rows(*store).empty());
}

TEST_CASE("kill -9 at random moments: what was acknowledged as noted stands in the journal, each once (20 rounds)") {
    const testing::TemporaryFolder folder;
    std::mt19937 random(std::random_device{}());
    int next = 0;
    for (int round = 0; round < 20; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::close(ends[0]);
            Writers writers(1);
            const auto store = open_sqlite(with_notes(folder.path()), writers).value();
            for (int i = next;; ++i) {
                if (!note(*store, entry_of(i, 200 + static_cast<std::size_t>(i) % 9'000))) {
                    static_cast<void>(store->run(nothing));
                    --i;
                } else {
                    static_cast<void>(::write(ends[1], &i, sizeof i));
                    if (i % 5 == 0) { store->submit(nothing, [](const Result<void>&) {}); }
                }
            }
        }
        ::close(ends[1]);
        int last = next - 1;
        std::thread collect([&] { for (int value = 0; ::read(ends[0], &value, sizeof value) == sizeof value;) { last = value; } });
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 100));
        ::kill(pid, SIGKILL);
        REQUIRE(::waitpid(pid, nullptr, 0) == pid);
        collect.join();
        ::close(ends[0]);
        Writers writers(1);
        const auto store = open_sqlite(with_notes(folder.path()), writers).value();
        REQUIRE(store->settle());
        const auto rows = noted_rows(*store);
        CHECK(static_cast<int>(rows.size()) > last);
        for (std::size_t i = 0; i < rows.size(); ++i) { REQUIRE(rows[i] == static_cast<int>(i)); }
        next = static_cast<int>(rows.size());
    }
    CHECK(next > 20);
}

}  // namespace wasl::store
