#include "store/conformance.hpp"
#include "store/inspect.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace wasl::store::conformance {

namespace {

std::string keys(const Page& page) {
    std::string out;
    for (const auto& document : page.documents) {
        out += out.empty() ? "" : " ";
        out += document.key;
    }
    return out;
}

// a–f in office o1 (two with the same day, one without), g in o2, h nowhere.
Result<void> fill(Transaction& tx) {
    TRY(tx.put("request", "a", 0, "A", {{"office", "o1"}, {"state", "open"}, {"due", 30}, {"number", "n1"}}));
    TRY(tx.put("request", "b", 0, "B", {{"office", "o1"}, {"state", "open"}, {"due", 10}, {"number", "n2"}}));
    TRY(tx.put("request", "c", 0, "C", {{"office", "o1"}, {"state", "done"}, {"due", 20}, {"number", "n3"}}));
    TRY(tx.put("request", "d", 0, "D", {{"office", "o1"}, {"state", "open"}, {"due", 20}, {"number", ""}}));
    TRY(tx.put("request", "e", 0, "E", {{"office", "o1"}, {"state", "open"}}));
    TRY(tx.put("request", "f", 0, "F", {{"office", "o1"}, {"due", -5}}));
    TRY(tx.put("request", "g", 0, "G", {{"office", "o2"}, {"state", "open"}, {"due", 1}, {"number", std::nullopt}}));
    TRY(tx.put("request", "h", 0, "H"));
    return {};
}

}  // namespace

void indexes(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    REQUIRE(store.run(fill));
    const auto reader = store.read().value();
    const auto standing = index_values(*reader, "request", "c").value();
    CHECK(standing == NamedValues{{"office", "o1"}, {"state", "done"}, {"due", 20}, {"number", "n3"}});
    CHECK(index_values(*reader, "request", "g").value().size() == 3);  // an absent one is left out
    CHECK(index_values(*reader, "request", "nobody").value().empty());

    struct Asked { std::string index; std::vector<Value> equal; std::optional<Value> from, to; bool descending; std::string found; };
    const std::vector<Asked> table{
        {"queue", {"o1"}, {}, {}, false, "f b c d a"},
        {"queue", {"o1"}, {}, {}, true, "a d c b f"},
        {"queue", {"o1"}, 10, {}, false, "b c d a"},
        {"queue", {"o1"}, {}, 20, false, "f b"},
        {"queue", {"o1"}, 10, 21, true, "d c b"},
        {"queue", {"o1", 20}, {}, {}, false, "c d"},
        {"queue", {"o3"}, {}, {}, false, ""},
        {"queue", {}, {}, {}, false, "f b c d a g"},
        {"queue", {}, "o2", {}, false, "g"},
        {"state_due", {"open"}, {}, {}, false, "g b d a"},
        {"number", {"n2"}, {}, {}, false, "b"},
        {"number", {}, {}, {}, false, "d a b c"},
        {"", {}, {}, {}, false, "a b c d e f g h"},
        {"", {}, {}, {}, true, "h g f e d c b a"},
    };
    const auto view = store.read().value();
    for (const auto& asked : table) {
        const Query query{.collection = "request", .index = asked.index, .equal = asked.equal, .from = asked.from,
                          .to = asked.to, .descending = asked.descending};
        CAPTURE(asked.index);
        CAPTURE(asked.found);
        CHECK(keys(view->find(query).value()) == asked.found);
        const auto size = static_cast<std::int64_t>((asked.found.size() + 1) / 2);
        CHECK(view->count(query, 100).value() == size);
        CHECK(view->count(query, 2).value() == std::min<std::int64_t>(size, 2));
    }
    CHECK(view->get_by("request", "queue", {"o1", 20}).value()->key == "c");
    CHECK(view->get_by("request", "number", {"n3"}).value()->key == "c");
    CHECK_FALSE(view->get_by("request", "number", {"n9"}).value().has_value());
    CHECK(view->get_by("request", "absent", {"n9"}).error().key == "store.unknown-index");
    CHECK(view->get_by("request", "queue", {"o1"}).error().key == "store.unknown-index");

    SUBCASE("a unique index refuses a second document, but not many without a value") {
        const auto twice = store.run([](Transaction& tx) -> Result<void> {
            TRY(tx.put("request", "i", 0, "I", {{"number", "n1"}}));
            return {};
        });
        CHECK(twice.error().key == "store.duplicate");
        CHECK(twice.error().code == Code::conflict);
        const auto moved = store.run([](Transaction& tx) -> Result<void> {
            TRY(tx.put("request", "b", 1, "B", {{"number", "n1"}}));
            return {};
        });
        CHECK(moved.error().key == "store.duplicate");
    }
    SUBCASE("a put replaces all index values: a field left out leaves its indexes") {
        REQUIRE(store.run([](Transaction& tx) -> Result<void> {
            TRY(tx.put("request", "b", 1, "B", {{"office", "o2"}, {"due", 10}}));
            return {};
        }));
        const auto now = store.read().value();
        CHECK(keys(now->find({.collection = "request", .index = "queue", .equal = {"o2"}}).value()) == "g b");
        CHECK(keys(now->find({.collection = "request", .index = "state_due", .equal = {"open"}}).value()) == "g d a");
        CHECK_FALSE(now->get_by("request", "number", {"n2"}).value().has_value());
        // The view that was open before still shows what stood then.
        CHECK(keys(view->find({.collection = "request", .index = "queue", .equal = {"o2"}}).value()) == "g");
    }
    SUBCASE("unknown fields and wrong types are defects") {
        for (const Field& field : {Field{"colour", "red"}, Field{"due", "soon"}, Field{"office", 3}}) {
            const auto done = store.run([&](Transaction& tx) -> Result<void> {
                TRY(tx.put("request", "z", 0, "Z", {field}));
                return {};
            });
            CHECK(done.error().key == "store.unknown-field");
        }
    }
}

void paging(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    REQUIRE(store.run([](Transaction& tx) -> Result<void> {
        for (int i = 0; i < 100; ++i) {  // days 0–9, ten documents each; office with quotes and bytes
            TRY(tx.put("request", fmt::format("k{:02}", i), 0, "body", {{"office", "o'1\";--"}, {"due", i % 10}}));
        }
        return {};
    }));
    struct Walk { std::string index; std::vector<Value> equal; std::optional<Value> from; std::size_t limit; std::size_t expected; };
    const auto view = store.read().value();
    for (const auto& walk : {Walk{"queue", {"o'1\";--"}, {}, 7, 100}, Walk{"queue", {}, {}, 9, 100}, Walk{"", {}, {}, 33, 100},
                             Walk{"queue", {"o'1\";--", 3}, {}, 3, 10}, Walk{"queue", {"o'1\";--"}, 5, 50, 50}}) {
        for (const bool descending : {false, true}) {
            Query query{.collection = "request", .index = walk.index, .equal = walk.equal, .from = walk.from,
                        .descending = descending, .limit = walk.limit};
            auto whole = query;
            whole.limit = 1'000;
            std::vector<std::string> in_pages;
            do {
                auto page = view->find(query).value();
                CHECK(page.documents.size() <= walk.limit);
                for (auto& document : page.documents) {
                    in_pages.push_back(document.key);
                }
                query.after = page.next;
            } while (!query.after.empty());
            std::vector<std::string> at_once;
            for (auto& document : view->find(whole).value().documents) {
                at_once.push_back(document.key);
            }
            CAPTURE(walk.index);
            CHECK(in_pages.size() == walk.expected);
            CHECK(in_pages == at_once);
        }
    }
    for (const std::string bad : {"x", "!!", "aTE7", "dDk5OTphYmM7", "aWk"}) {
        CAPTURE(bad);
        const auto page = view->find({.collection = "request", .index = "queue", .equal = {"o"}, .after = bad});
        CHECK(page.error().key == "store.cursor");
        CHECK(page.error().code == Code::invalid);
    }
}

void searching(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    REQUIRE(store.run([](Transaction& tx) -> Result<void> {
        TRY(tx.put("request", "a", 0, "", {}, "building permit fatima o_1"));
        TRY(tx.put("request", "b", 0, "", {}, "رخصه بناء o_1 o_12"));
        TRY(tx.put("request", "c", 0, "", {}, "building works hassan o_2 2026-000123"));
        TRY(tx.put("request", "d", 0, "", {}, "birth extract fatima o_1 \"quoted\" a*b"));
        TRY(tx.put("request", "e", 0, "", {}, ""));
        return {};
    }));
    struct Asked { std::vector<std::string> words, filters; std::string found; };
    const std::vector<Asked> table{
        {{"building"}, {}, "c a"},        {{"building", "fatima"}, {}, "a"}, {{"fatima"}, {"o_1"}, "d a"},
        {{"بناء"}, {}, "b"},              {{"build"}, {}, ""},               {{"build*"}, {}, "c a"},
        {{}, {"o_1"}, "d b a"},           {{}, {"o_12"}, "b"},               {{"building"}, {"o_12"}, ""},
        {{"\"quoted\""}, {}, "d"},        {{"2026-000123"}, {}, "c"},        {{"2026-*"}, {"o_2"}, "c"},
        {{"building permit"}, {}, "a"},   {{"NOT", "building"}, {}, ""},     {{"*"}, {}, "e d c b a"},
        {{}, {}, "e d c b a"},            {{"o_1 OR o_2"}, {}, ""},          {{"a*b"}, {}, "d"},
    };
    const auto check = [&](std::string_view when) {
        const auto view = store.read().value();
        for (const auto& asked : table) {
            const Search search{"request", asked.words, asked.filters};
            CAPTURE(when);
            CAPTURE(asked.found);
            CHECK(keys(view->search(search).value()) == asked.found);
            const auto size = static_cast<std::int64_t>((asked.found.size() + 1) / 2);
            CHECK(view->count(search, 1'000).value() == size);
            CHECK(view->count(search, 1).value() == std::min<std::int64_t>(size, 1));
        }
    };
    check("perhaps before the index has caught up");
    REQUIRE(store.settle());
    check("after");

    REQUIRE(store.run([](Transaction& tx) -> Result<void> {
        TRY(tx.put("request", "a", 1, "new body", {}, "building permit fatima o_1"));  // same words
        TRY(tx.put("request", "c", 1, "", {}, "demolition o_2"));
        TRY(tx.erase("request", "d"));
        TRY(tx.put("request", "f", 0, "", {}, "building late o_1"));
        return {};
    }));
    for (int round = 0; round < 2; ++round) {
        const auto view = store.read().value();
        CHECK(keys(view->search({"request", {"building"}, {}}).value()) == "f a");
        CHECK(keys(view->search({"request", {"demolition"}, {}}).value()) == "c");
        CHECK(keys(view->search({"request", {"fatima"}, {}}).value()) == "a");
        CHECK(view->search({"request", {"fatima"}, {}}).value().documents[0].body == "new body");
        REQUIRE(store.settle());
    }

    REQUIRE(store.run([](Transaction& tx) -> Result<void> {
        for (int i = 0; i < 1'200; ++i) {
            TRY(tx.put("request", fmt::format("m{:04}", i), 0, "", {}, i % 3 == 0 ? "many third" : "many"));
        }
        return {};
    }));
    for (int round = 0; round < 2; ++round) {
        const auto view = store.read().value();
        Search search{"request", {"many"}, {"third"}, 90};
        std::vector<std::string> found;
        do {
            auto page = view->search(search).value();
            for (auto& document : page.documents) {
                found.push_back(document.key);
            }
            search.before = page.next;
        } while (!search.before.empty());
        CHECK(found.size() == 400);
        CHECK(std::ranges::is_sorted(found, std::ranges::greater{}));
        CHECK(view->count(search, 1'000).value() == 400);
        CHECK(view->count(Search{"request", {"many"}, {}}, 1'000).value() == 1'000);
        REQUIRE(store.settle());
    }
    CHECK(store.read().value()->search({"note", {"x"}, {}}).error().key == "store.unknown-index");
    CHECK(store.read().value()->search({"request", {"x"}, {}, 20, "???"}).error().key == "store.cursor");
}

}  // namespace wasl::store::conformance
