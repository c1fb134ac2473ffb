#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace wasl::store {

namespace {

void flip_byte(const std::filesystem::path& file, std::streamoff at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const auto byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(byte);
}

}  // namespace

TEST_CASE("a backup made while writing goes on is consistent, verified at restore, and opens") {
    const testing::TemporaryFolder folder;
    Writers writers(2);
    const auto store = open_sqlite(testing::options_at(folder.path() / "live"), writers).value();
    const auto blob = store->write_blob("an attachment").value();
    REQUIRE(store->run([&](Transaction& tx) { return tx.name_blob(blob); }));
    std::atomic<bool> stop{false};
    std::thread busy([&] {
        for (int i = 0; !stop; ++i) {
            const auto attached = store->write_blob("attachment " + std::to_string(i)).value();
            CHECK(store->run([&](Transaction& tx) -> Result<void> {
                TRY(tx.put("note", std::to_string(i), 0, std::string(3'000, 'x')));
                TRY(tx.append({"c", "k", "x"}));
                TRY(tx.name_blob(attached));
                TRY(tx.bump("n", 1));
                return {};
            }));
            if (i % 3 == 2) {
                CHECK(store->run([&](Transaction& tx) { return tx.release_blob(attached); }));
            }
        }
    });
    while (store->read().value()->counter("n").value() < 20) {
        std::this_thread::yield();
    }
    const auto copy = folder.path() / "stick" / "backup";
    const auto report = store->backup(copy);
    stop = true;
    busy.join();
    REQUIRE(report.has_value());
    CHECK(report->journal_size >= 20);
    CHECK(report->files >= 10);
    CHECK(store->backup(copy).error().key == "store.not-empty");
    CHECK_FALSE(std::filesystem::exists(copy / "store.lock"));

    const auto restored = folder.path() / "restored";
    SUBCASE("restored") {
        const auto done = restore_sqlite(copy, restored);
        REQUIRE(done.has_value());
        CHECK(done->bytes == report->bytes);
        const auto again = open_sqlite(testing::options_at(restored), writers).value();
        const auto view = again->read().value();
        CHECK(view->blob(blob).value() == "an attachment");
        CHECK(view->journal_size().value() == report->journal_size);
        CHECK(static_cast<std::uint64_t>(view->counter("n").value()) == report->journal_size);
        CHECK(static_cast<std::uint64_t>(view->count(Query{.collection = "note"}, 1'000'000).value()) == report->journal_size);
        CHECK(testing::put_note(*again, "new", "x"));
        CHECK(restore_sqlite(copy, restored).error().key == "store.not-empty");
    }
    SUBCASE("an altered database is refused") {
        flip_byte(copy / "store.db", 5'000);
        CHECK(restore_sqlite(copy, restored).error().key == "store.backup-altered");
        CHECK_FALSE(std::filesystem::exists(restored));
    }
    SUBCASE("an altered blob is refused") {
        const auto hex = blob.hex();
        flip_byte(copy / "blobs" / hex.substr(0, 2) / hex.substr(2), 3);
        CHECK(restore_sqlite(copy, restored).error().key == "store.backup-altered");
    }
    SUBCASE("a missing blob, a missing manifest, a manifest that names files elsewhere") {
        const auto hex = blob.hex();
        std::filesystem::remove(copy / "blobs" / hex.substr(0, 2) / hex.substr(2));
        CHECK(restore_sqlite(copy, restored).error().key == "store.backup-altered");
        std::ofstream(copy / "MANIFEST.json") << R"({"format":1,"journal_size":1,"files":[{"name":"../../etc/passwd","size":1,"sha256":"00"}]})";
        CHECK(restore_sqlite(copy, restored).error().key == "store.backup-altered");
        std::filesystem::remove(copy / "MANIFEST.json");
        CHECK(restore_sqlite(copy, restored).error().key == "store.backup-altered");
    }
}

}  // namespace wasl::store
