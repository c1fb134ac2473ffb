#include "store/conformance.hpp"
#include "store/testing.hpp"

#include <doctest/doctest.h>

namespace wasl::store {

namespace {

class SqliteSubject final : public conformance::Subject {
public:
    SqliteSubject(Schema schema, CommitHook* hook) : options_(testing::options_at(folder_.path() / "data" / "member")) {
        options_.schema = std::move(schema);
        options_.hook = hook;
        options_.clock = &clock_;
        options_.checkpoint_above_bytes = 64 << 10;
        options_.search_backlog = 100;
        reopen();
    }
    Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        store_ = open_sqlite(options_, writers_).value();
    }
    ManualClock& clock() override { return clock_; }

private:
    testing::TemporaryFolder folder_;
    ManualClock clock_{Instant{1'790'000'000'000'000}};
    Writers writers_{2};
    SqliteOptions options_;
    std::unique_ptr<Store> store_;
};

std::unique_ptr<conformance::Subject> make(Schema schema, CommitHook* hook) {
    return std::make_unique<SqliteSubject>(std::move(schema), hook);
}

}  // namespace

TEST_CASE("documents carry versions, and only the version that was seen can be replaced") { conformance::documents(make); }
TEST_CASE("a command that fails or throws leaves nothing, and the others of its group stand") { conformance::commands_fail_alone(make); }
TEST_CASE("indexes: equal values, ranges, order, absent values, unique") { conformance::indexes(make); }
TEST_CASE("pages follow each other without gap or repetition, also among equal values") { conformance::paging(make); }
TEST_CASE("search: newest first, all words and filters, before and after indexing") { conformance::searching(make); }
TEST_CASE("counters are kept, not counted") { conformance::counters(make); }
TEST_CASE("blobs are on disk before they are named, and go with their last name") { conformance::blobs(make); }
TEST_CASE("journal rows are dense, chained, and erasable but for their leaves") { conformance::journal(make); }
TEST_CASE("the hook proves the rows of a group in the group's own transaction") { conformance::journal_hook(make); }
TEST_CASE("rows that stand elsewhere leave the store; numbers and chains go on") { conformance::journal_leaves_the_store(make); }
TEST_CASE("the clock guard") { conformance::journal_clock(make); }
TEST_CASE("a view stays as it was while writing goes on") { conformance::views(make); }
TEST_CASE("many writers and readers at once") { conformance::many_threads(make); }

}  // namespace wasl::store
