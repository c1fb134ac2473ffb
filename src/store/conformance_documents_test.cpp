#include "store/conformance.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace wasl::store::conformance {

Schema sample_schema() {
    Schema schema;
    schema.collections = {
        {"request",
         {{"office", FieldType::text}, {"state", FieldType::text}, {"due", FieldType::integer}, {"number", FieldType::text}},
         {{"queue", {"office", "due"}}, {"state_due", {"state", "due"}}, {"number", {"number"}, true}},
         true},
        {"note", {}, {}, false},
    };
    return schema;
}

void documents(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    std::int64_t version = 0;
    const auto put = [&](std::int64_t expected, std::string_view body) {
        return store.run([&, expected, body](Transaction& tx) -> Result<void> {
            version = TRY(tx.put("note", "a", expected, body));
            return {};
        });
    };
    const auto key_of = [](const Result<void>& result) { return result ? std::string("ok") : result.error().key; };
    const std::string bytes("\0\xff binary", 9);

    struct Step { std::int64_t expected; std::string_view body; std::string key; std::int64_t version; };
    for (const auto& step : {Step{1, "no", "store.version", 0}, Step{0, "one", "ok", 1}, Step{0, "again", "store.version", 1},
                             Step{2, "early", "store.version", 1}, Step{1, bytes, "ok", 2}, Step{1, "late", "store.version", 2},
                             Step{Transaction::any_version, "", "ok", 3}, Step{3, bytes, "ok", 4}}) {
        CAPTURE(step.body);
        const auto done = put(step.expected, step.body);
        CHECK(key_of(done) == step.key);
        if (!done) {
            CHECK(done.error().code == Code::conflict);
        }
        const auto found = store.read().value()->get("note", "a").value();
        CHECK((found ? found->version : 0) == step.version);
    }
    CHECK(version == 4);
    subject->reopen();
    const auto found = subject->store().read().value()->get("note", "a").value();
    REQUIRE(found.has_value());
    CHECK(found->key == "a");
    CHECK(found->body == bytes);

    const auto erase = [&](std::int64_t expected) {
        return key_of(subject->store().run([=](Transaction& tx) { return tx.erase("note", "a", expected); }));
    };
    CHECK(erase(3) == "store.version");
    CHECK(erase(4) == "ok");
    CHECK(erase(4) == "store.version");
    CHECK(erase(Transaction::any_version) == "ok");
    CHECK_FALSE(subject->store().read().value()->get("note", "a").value().has_value());
    CHECK(subject->store().read().value()->get("nothing", "a").error().key == "store.unknown-collection");
}

void commands_fail_alone(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    const auto touch_everything = [](Transaction& tx) -> Result<void> {
        TRY(tx.put("note", "new", 0, "left behind"));
        TRY(tx.put("note", "old", 1, "changed"));
        TRY(tx.put("request", "r", 1, "x", {{"office", "o2"}, {"number", "2"}}, "other words"));
        TRY(tx.bump("filed", 5));
        TRY(tx.bump("fresh", 1));
        TRY(tx.append({"chain", "kind", "content"}));
        TRY(tx.append({"second", "kind", "content"}));
        return {};
    };
    REQUIRE(store.run([](Transaction& tx) -> Result<void> {
        TRY(tx.put("note", "old", 0, "as it was"));
        TRY(tx.put("request", "r", 0, "x", {{"office", "o1"}, {"number", "1"}}, "first words"));
        TRY(tx.bump("filed", 1));
        TRY(tx.append({"chain", "kind", "content"}));
        return {};
    }));

    // One group: a first command holds the writer while the others are queued behind it.
    Result<void> refused;
    Result<void> thrown;
    Result<void> after;
    std::int64_t seen = 0;
    store.submit([&](Transaction&) -> Result<void> {
        store.submit([&](Transaction& tx) -> Result<void> {
            TRY(touch_everything(tx));
            return fail(Code::unprocessable, "test.refused");
        }, [&](Result<void> done) { refused = std::move(done); });
        store.submit([&](Transaction& tx) -> Result<void> {
            TRY(touch_everything(tx));
            throw std::runtime_error("defect");
        }, [&](Result<void> done) { thrown = std::move(done); });
        store.submit([&](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", "mine", 0, "1"));
            seen = TRY(tx.bump("filed", 1));
            TRY(tx.append({"chain", "kind", "after"}));
            return {};
        }, [](Result<void>) {});
        store.submit([&](Transaction& tx) -> Result<void> {
            CHECK(TRY(tx.get("note", "mine")).has_value());
            CHECK(TRY(tx.counter("filed")) == 2);
            CHECK(TRY(tx.chain("chain")).size() == 2);
            CHECK(TRY(tx.journal_size()) == 2);
            return {};
        }, [&](Result<void> done) { after = std::move(done); });
        return {};
    }, [](Result<void>) {});
    REQUIRE(store.settle());

    CHECK(refused.error().key == "test.refused");
    CHECK(thrown.error().key == "store.command-threw");
    CHECK(after.has_value());
    CHECK(seen == 2);
    const auto view = store.read().value();
    CHECK_FALSE(view->get("note", "new").value().has_value());
    CHECK(view->get("note", "old").value()->body == "as it was");
    CHECK(view->get_by("request", "number", {"1"}).value().has_value());
    CHECK_FALSE(view->get_by("request", "number", {"2"}).value().has_value());
    CHECK(view->counter("filed").value() == 2);
    CHECK(view->counter("fresh").value() == 0);
    CHECK(view->chain("second").value().empty());
    CHECK(view->search({"request", {"first"}, {}}).value().documents.size() == 1);
    CHECK(view->search({"request", {"other"}, {}}).value().documents.empty());
}

void counters(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    REQUIRE(subject->store().run([](Transaction& tx) -> Result<void> {
        CHECK(TRY(tx.bump("open.o1", 2)) == 2);
        CHECK(TRY(tx.bump("open.o1", -1)) == 1);
        TRY(tx.bump("open.o2", 7));
        TRY(tx.bump("openness", 1));
        TRY(tx.bump("closed.o1", 1));
        CHECK(TRY(tx.counters("open.")).size() == 2);
        return {};
    }));
    subject->reopen();
    const auto view = subject->store().read().value();
    const auto open = view->counters("open.").value();
    REQUIRE(open.size() == 2);
    CHECK(open[0].name == "open.o1");
    CHECK(open[0].value == 1);
    CHECK(open[1].value == 7);
    CHECK(view->counters("").value().size() == 4);
    CHECK(view->counter("never").value() == 0);
}

void blobs(const Factory& make) {
    const auto subject = make(sample_schema(), nullptr);
    auto& store = subject->store();
    const std::string bytes(300'000, 'b');
    const auto digest = store.write_blob(bytes).value();
    CHECK(digest == sha256(bytes));
    CHECK(store.write_blob(bytes).value() == digest);
    CHECK_FALSE(store.read().value()->has_blob(digest).value());
    CHECK(store.read().value()->blob(digest).error().key == "store.no-blob");
    const auto name = [&](const Digest& which) {
        return subject->store().run([&](Transaction& tx) { return tx.name_blob(which); });
    };
    const auto release = [&] { return subject->store().run([&](Transaction& tx) { return tx.release_blob(digest); }); };
    CHECK(name(sha256("never written")).error().key == "store.no-blob");
    REQUIRE(name(digest));
    REQUIRE(name(digest));
    subject->reopen();
    CHECK(subject->store().read().value()->blob(digest).value() == bytes);
    REQUIRE(release());
    CHECK(subject->store().read().value()->has_blob(digest).value());
    REQUIRE(release());
    CHECK_FALSE(subject->store().read().value()->has_blob(digest).value());
    CHECK(release().error().key == "store.no-blob");
}

}  // namespace wasl::store::conformance
