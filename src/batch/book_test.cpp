#include "batch/book.hpp"

#include "base/text.hpp"
#include "store/sqlite.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <random>

using namespace wasl;
using namespace wasl::batch;

namespace {

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

class Shelf {
public:
    Shelf() : folder_(std::filesystem::temp_directory_path() / ("wasl-batch-" + to_hex(SystemEntropy().bytes(8)))) {
        store::SqliteOptions options;
        options.folder = folder_;
        options.schema.collections = batch_collections();
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = 0;
        options.full_below_bytes = 0;
        options.low_below_bytes = 0;
        store_ = store::open_sqlite(std::move(options), writers_).value();
    }
    ~Shelf() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;

    [[nodiscard]] BatchBook book() const { return BatchBook(*store_); }
    [[nodiscard]] std::vector<std::string> journal(const std::string& chain) const {
        std::vector<std::string> out;
        for (const auto& row : store_->read().value()->chain(chain).value()) out.push_back(row.kind);
        return out;
    }

    ManualClock clock{parse_instant("2026-11-21T09:00:00Z").value()};
    SeededEntropy entropy{7};

private:
    std::filesystem::path folder_;
    store::Writers writers_{1};
    std::unique_ptr<store::Store> store_;
};

constexpr const char* ice = "001561191000066";

Batch sent(std::size_t lines, Stage stage = Stage::running, std::string id = "b1") {
    Batch out;
    out.ice = ice;
    out.id = std::move(id);
    out.actor = "accountant";
    out.mandate = "m1";
    out.lines = lines;
    out.stage = stage;
    return out;
}

LineResult filed(std::size_t number) {
    LineResult out;
    out.number = number;
    out.id = std::to_string(number);
    out.filed = true;
    out.reference = "m/0/2026/00000" + std::to_string(number);
    out.received = parse_instant("2026-11-21T09:00:00Z").value();
    out.missing = {"plan"};
    return out;
}

LineResult refused(std::size_t number) {
    LineResult out;
    out.number = number;
    out.id = std::to_string(number);
    out.code = "identity.mandate-narrow";
    out.flaws = {{"/procedure", "identity.mandate-narrow"}};
    return out;
}

}  // namespace

TEST_CASE("batch.reused: the same id with the same content is the same batch, with another content nothing") {
    Shelf shelf;
    auto book = shelf.book();
    const auto first = book.take(sent(2), "content").value();
    CHECK_FALSE(first.repeated);
    const auto again = book.take(sent(2), "content").value();
    CHECK(again.repeated);
    CHECK(again.batch == first.batch);
    CHECK(key_of(book.take(sent(2), "other")) == "batch.reused");
    auto elsewhere = sent(2);
    elsewhere.ice = "002136093000040";
    CHECK_FALSE(book.take(elsewhere, "other")->repeated);  // another company's ids are its own
    CHECK(shelf.journal("company:" + std::string(ice)) == std::vector<std::string>{"batch.received"});
}

TEST_CASE("lines are counted once, whatever is told twice; the last one ends the batch") {
    Shelf shelf;
    auto book = shelf.book();
    const auto batch = book.take(sent(3), "content")->batch;
    CHECK(book.running()->size() == 1);
    CHECK(book.open_lines(batch).value() == std::vector<std::size_t>{1, 2, 3});
    CHECK(book.record(batch, {filed(1), refused(3)})->stage == Stage::running);
    CHECK(book.record(batch, {filed(1)})->filed == 1);
    CHECK(book.open_lines(batch).value() == std::vector<std::size_t>{2});
    CHECK(book.content(batch).value() == "content");
    const auto done = book.record(batch, {filed(2)}).value();
    CHECK(done.stage == Stage::done);
    CHECK(done.filed == 2);
    CHECK(done.refused == 1);
    CHECK(done.finished.has_value());
    CHECK(book.running()->empty());
    CHECK(key_of(book.content(batch)) == "batch.unknown");
    CHECK(book.results(done).value() == std::vector<LineResult>{filed(1), filed(2), refused(3)});
    CHECK(book.find(ice, "b1").value() == done);
    CHECK(shelf.journal("person:accountant").back() == "batch.done");
}

TEST_CASE("batch.not-waiting, batch.unknown: a batch of a page is confirmed or dropped, once") {
    Shelf shelf;
    auto book = shelf.book();
    REQUIRE(book.take(sent(1, Stage::waiting), "content"));
    CHECK(book.running()->empty());
    CHECK(book.confirm(ice, "b1", "accountant")->stage == Stage::running);
    CHECK(book.confirm(ice, "b1", "accountant")->stage == Stage::running);
    CHECK(key_of(book.drop(ice, "b1", "accountant")) == "batch.not-waiting");
    REQUIRE(book.take(sent(1, Stage::waiting, "b2"), "content"));
    REQUIRE(book.drop(ice, "b2", "accountant"));
    CHECK(key_of(book.confirm(ice, "b2", "accountant")) == "batch.not-waiting");
    CHECK(key_of(book.confirm(ice, "none", "accountant")) == "batch.unknown");
    CHECK(book.of_company(ice, 10)->size() == 2);
    CHECK(book.of_company("002136093000040", 10)->empty());
}

TEST_CASE("an archive is kept as it was sent until its last line has a result, or it is dropped") {
    Shelf shelf;
    auto book = shelf.book();
    const std::string content = "PK\x03\x04 not read here";
    auto with_papers = sent(1);
    with_papers.archive = true;
    const auto batch = book.take(with_papers, content)->batch;
    CHECK(book.find(ice, "b1")->archive);
    CHECK(book.content(batch).value() == content);
    auto same = with_papers;
    same.id = "b2";
    same.stage = Stage::waiting;
    const auto second = book.take(same, content)->batch;
    REQUIRE(book.record(batch, {filed(1)}));
    CHECK(key_of(book.content(batch)) == "batch.unknown");
    CHECK(book.content(second).value() == content);  // the other batch still needs the same bytes
    REQUIRE(book.drop(ice, "b2", "accountant"));
    CHECK(key_of(book.content(second)) == "batch.unknown");
}

TEST_CASE("property: stopped anywhere and told again in any order, sums and results are those of one run") {
    std::mt19937 chance(3);
    for (int round = 0; round < 20; ++round) {
        Shelf shelf;
        auto book = shelf.book();
        const std::size_t lines = 1 + chance() % 12;
        auto batch = book.take(sent(lines), "content")->batch;
        std::vector<LineResult> truth;
        for (std::size_t n = 1; n <= lines; ++n) truth.push_back(chance() % 3 == 0 ? refused(n) : filed(n));
        while (batch.stage == Stage::running) {
            std::vector<LineResult> told;
            for (const auto number : book.open_lines(batch).value()) {
                if (chance() % 2 == 0) told.push_back(truth[number - 1]);
            }
            if (!told.empty() && chance() % 2 == 0) told.push_back(told.front());
            batch = book.record(batch, told).value();
        }
        CHECK(book.results(batch).value() == truth);
        CHECK(batch.filed + batch.refused == lines);
        CHECK(batch.filed == static_cast<std::size_t>(std::ranges::count(truth, true, &LineResult::filed)));
    }
}
