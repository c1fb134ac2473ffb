#include "web/kept.hpp"

#include "store/sqlite.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace wasl::web {

namespace {

std::string all_bytes(const std::filesystem::path& folder) {
    std::string out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out;
}

}  // namespace

TEST_CASE("a form kept while its session is over lies sealed in the store, and its token alone opens it") {
    const store::testing::TemporaryFolder folder;
    store::SqliteOptions options;
    options.folder = folder.path() / "host";
    options.schema.collections = {kept_collection()};
    options.reserve_bytes = 0;
    options.full_below_bytes = 0;
    options.low_below_bytes = 0;
    store::Writers writers(1);
    const auto store = store::open_sqlite(options, writers).value();
    SeededEntropy entropy{7};
    http::Form form;
    form.fields = {{"csrf", "t"}, {"illness", "diabetes-of-type-two"}, {"path", "مرض"}};
    const auto token = keep_form(*store, entropy, "/fr/draft/sensitive-path", form).value();

    const auto bytes = all_bytes(folder.path());
    REQUIRE(bytes.find("kept_form") != std::string::npos);
    for (const auto* secret : {"diabetes-of-type-two", "illness", "مرض", "sensitive-path"}) {
        CHECK(bytes.find(secret) == std::string::npos);
    }
    CHECK(bytes.find(token) == std::string::npos);

    const auto now = SystemClock().now();
    const auto kept = find_kept(*store, token, now).value();
    REQUIRE(kept.has_value());
    CHECK(kept->path == "/fr/draft/sensitive-path");
    CHECK(kept->form.fields.size() == 2);
    CHECK(kept->form.text("illness") == "diabetes-of-type-two");
    CHECK_FALSE(find_kept(*store, token + "x", now).value().has_value());
    CHECK_FALSE(find_kept(*store, token, now.plus_seconds(3'601)).value().has_value());
    REQUIRE(drop_kept(*store, token));
    CHECK_FALSE(find_kept(*store, token, now).value().has_value());
}

}  // namespace wasl::web
