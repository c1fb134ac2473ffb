#include "store/impl/indexer.hpp"

#include <fmt/format.h>

#include <optional>

namespace wasl::store::impl {

namespace {

struct Change {
    std::int64_t collection = 0;
    std::int64_t id = 0;
    std::optional<std::string> indexed;
};

Result<std::vector<Change>> next_changes(Connection& writer, std::size_t limit) {
    auto row = TRY(writer.use("SELECT collection,id,indexed FROM search_pending ORDER BY collection,id LIMIT ?"));
    row.integer(static_cast<std::int64_t>(limit));
    std::vector<Change> out;
    while (TRY(row.step())) {
        Change change{row.integer_at(0), row.integer_at(1), std::nullopt};
        if (!row.null_at(2)) {
            change.indexed = row.bytes_at(2);
        }
        out.push_back(std::move(change));
    }
    return out;
}

Result<void> index_one(Connection& writer, const Table& table, const Change& change) {
    if (change.indexed) {
        auto remove = TRY(writer.use(fmt::format("INSERT INTO {0}({0},rowid,search) VALUES('delete',?,?)", table.text_name)));
        TRY(remove.integer(change.id).text(*change.indexed).run());
    }
    auto insert = TRY(writer.use(fmt::format(
        "INSERT INTO {}(rowid,search) SELECT id,search FROM {} WHERE id=? AND search<>''", table.text_name, table.name)));
    return insert.integer(change.id).run();
}

Result<std::size_t> index_changes(Connection& writer, const Layout& layout, std::size_t limit) {
    const auto changes = TRY(next_changes(writer, limit));
    for (const auto& change : changes) {
        for (const auto& table : layout.tables()) {
            if (table.number == change.collection && table.spec.searchable) {
                TRY(index_one(writer, table, change));
            }
        }
        auto done = TRY(writer.use("DELETE FROM search_pending WHERE collection=? AND id=?"));
        TRY(done.integer(change.collection).integer(change.id).run());
    }
    return changes.size();
}

}  // namespace

Result<std::int64_t> backlog(Connection& writer) {
    return writer.integer("SELECT count(*) FROM search_pending");
}

Result<std::size_t> index_some(Connection& writer, const Layout& layout, std::size_t limit) {
    TRY(writer.execute("BEGIN IMMEDIATE"));
    auto done = index_changes(writer, layout, limit);
    if (done) {
        if (auto committed = writer.execute("COMMIT"); !committed) {
            done = std::unexpected(std::move(committed).error());
        }
    }
    if (!done && writer.in_transaction()) {
        static_cast<void>(writer.execute("ROLLBACK"));
    }
    return done;
}

}  // namespace wasl::store::impl
