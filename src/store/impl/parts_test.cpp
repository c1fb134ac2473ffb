// The small parts: cursors, tokens, blobs on disk.
#include "store/impl/blobs.hpp"
#include "store/impl/cursor.hpp"
#include "store/impl/layout.hpp"
#include "store/impl/tokens.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace wasl::store::impl {

TEST_CASE("a cursor comes back as it was, and nothing else is taken for one") {
    for (const auto& cursor : {Cursor{{}, 1}, Cursor{{Value(-5), Value("a:b;c"), Value("")}, INT64_MAX},
                               Cursor{{Value(INT64_MIN), Value(std::string("\0\xff", 2))}, 0}}) {
        CHECK(parse_cursor(write_cursor(cursor), cursor.values.size()).value() == cursor);
        CHECK_FALSE(parse_cursor(write_cursor(cursor), cursor.values.size() + 1).has_value());
        CHECK_FALSE(parse_cursor(write_cursor(cursor) + "AA", cursor.values.size()).has_value());
    }
    CHECK_FALSE(parse_cursor(std::string(10'000, 'a'), 0).has_value());
}

TEST_CASE("wanted tokens, as a query and as a test of a text") {
    const auto asked = wanted({"two words", "be*"}, {"o_1"});
    CHECK(asked.match() == R"("two" AND "words" AND "o_1" AND "be"*)");
    CHECK(asked.in("words o_1 beginning two"));
    CHECK_FALSE(asked.in("words o_12 beginning two"));
    CHECK_FALSE(asked.in("words o_1 obey two"));
    CHECK(wanted({"*", "  "}, {}).empty());
    CHECK(wanted({"say\"so"}, {}).match() == R"("say""so")");
}

TEST_CASE("a spec is written beside its table and read back") {
    const CollectionSpec spec{"x", {{"a", FieldType::integer}, {"b"}}, {{"i", {"b", "a"}, true}}, true};
    const auto back = parse_spec(write_spec(spec)).value();
    CHECK(write_spec(back) == write_spec(spec));
    CHECK_FALSE(parse_spec("{}").has_value());
}

TEST_CASE("blobs: an altered file is found, a nameless one is swept after a day, a young or named one stays") {
    const testing::TemporaryFolder folder;
    Blobs blobs(folder.path());
    const auto named = blobs.write("named").value();
    const auto nameless = blobs.write("nameless").value();
    const auto young = blobs.write("young").value();
    const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(25);
    for (const auto& digest : {named, nameless}) {
        std::filesystem::last_write_time(blobs.path_of(digest), long_ago);
    }
    const auto sweep_all = [&] {
        for (unsigned i = 0; i < 256; ++i) {
            blobs.sweep(i, [&](const Digest& digest) { return digest == named; });
        }
    };
    {
        const Blobs::Hold backup(blobs);
        sweep_all();
        CHECK(blobs.there(nameless));
    }
    sweep_all();
    CHECK(blobs.there(named));
    CHECK(blobs.there(young));
    CHECK_FALSE(blobs.there(nameless));
    blobs.discard(young);  // written a moment ago: somebody may be about to name it
    CHECK(blobs.there(young));
    std::ofstream(blobs.path_of(named)) << "other";
    CHECK(blobs.read(named).error().key == "store.damaged");
    CHECK(blobs.read(nameless).error().key == "store.damaged");
}

}  // namespace wasl::store::impl
