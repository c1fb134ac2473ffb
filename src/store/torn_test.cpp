// A power cut in the middle of a write: the log cut or garbled at every place, the database torn at every page.
#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

namespace wasl::store {

namespace {

constexpr int groups_written = 12;
constexpr std::size_t page_size = 4'096, frame_size = page_size + 24, sector = 512;

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// The files of a store of so many groups as a crash leaves them: one kept whole in `log`, the database before and
// after the log was moved into it.
struct Crashed {
    std::string log, before, after;
};

Crashed crashed_store(const std::filesystem::path& folder) {
    Crashed out;
    Writers writers(1);
    const auto store = open_sqlite(testing::options_at(folder), writers).value();
    for (int i = 0; i < groups_written; ++i) {
        REQUIRE(store->run([i](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", std::to_string(i), 0, std::string(300, 'n')));
            TRY(tx.append({"c", "k", "x"}));
            TRY(tx.bump("n", 1));
            return {};
        }));
    }
    REQUIRE(store->settle());
    out.log = bytes_of(folder / "store.db-wal");
    out.before = bytes_of(folder / "store.db");
    REQUIRE(store->rest());
    out.after = bytes_of(folder / "store.db");
    return out;
}

// Opens what is left: whole groups only, and it goes on. How many groups are there.
std::int64_t groups_left(const std::filesystem::path& folder, const std::string& database, const std::string& log) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    write_bytes(folder / "store.db", database);
    write_bytes(folder / "store.db-wal", log);
    Writers writers(1);
    const auto store = open_sqlite(testing::options_at(folder), writers).value();
    const auto view = store->read().value();
    const auto groups = view->counter("n").value();
    CHECK(view->journal_size().value() == static_cast<std::uint64_t>(groups));
    CHECK(view->count(Query{.collection = "note"}, 100).value() == groups);
    CHECK(view->chain("c").value().size() == static_cast<std::size_t>(groups));
    CHECK(testing::put_note(*store, "after", "x"));
    return groups;
}

}  // namespace

TEST_CASE("the log cut at every sector: whole groups up to the cut, never half of one") {
    const testing::TemporaryFolder folder;
    const auto crashed = crashed_store(folder.path() / "data");
    REQUIRE(crashed.log.size() > 10 * frame_size);
    std::int64_t last = 0;
    for (std::size_t at = 32; at <= crashed.log.size(); at += sector) {
        const auto groups = groups_left(folder.path() / "torn", crashed.before, crashed.log.substr(0, at));
        CHECK(groups >= last);  // a longer log never holds less
        last = groups;
    }
    CHECK(groups_left(folder.path() / "torn", crashed.before, crashed.log) == groups_written);
}

TEST_CASE("a sector of the log that was never written: whole groups before it") {
    const testing::TemporaryFolder folder;
    const auto crashed = crashed_store(folder.path() / "data");
    const auto from = crashed.log.size() > 12 * frame_size ? crashed.log.size() - 12 * frame_size : 32;
    for (std::size_t at = from; at + sector <= crashed.log.size(); at += sector) {
        auto log = crashed.log;
        std::fill_n(log.begin() + static_cast<std::ptrdiff_t>(at), sector, static_cast<char>(at / sector));
        CHECK(groups_left(folder.path() / "torn", crashed.before, log) <= groups_written);
    }
}

TEST_CASE("a database page torn while the log moves: the log gives everything back") {
    const testing::TemporaryFolder folder;
    const auto crashed = crashed_store(folder.path() / "data");
    REQUIRE(crashed.after.size() % page_size == 0);
    for (std::size_t page = 0; page < crashed.after.size() / page_size; ++page) {
        // Pages before it are moved, this one is half old (or blank) and half new, those after it are not there yet.
        for (const std::size_t cut : {sector, page_size / 2, page_size - sector}) {
            auto torn = crashed.after.substr(0, page * page_size + cut);
            if (crashed.before.size() > torn.size()) torn += crashed.before.substr(torn.size());
            torn.resize(std::max(torn.size(), (page + 1) * page_size), '\0');
            CHECK(groups_left(folder.path() / "torn", torn, crashed.log) == groups_written);
        }
    }
}

}  // namespace wasl::store
