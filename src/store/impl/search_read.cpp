// Full-text search: the index of tokens, merged with the few documents it has not caught up with.
#include "store/impl/cursor.hpp"
#include "store/impl/reading.hpp"
#include "store/impl/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::store::impl {

namespace {

constexpr std::size_t largest_page = 1'000;

struct Hit {
    std::int64_t id = 0;
    Document document;
};

Hit hit_at(const Statement& row) {
    return {row.integer_at(0), {std::string(row.bytes_at(1)), row.integer_at(2), std::string(row.bytes_at(3))}};
}

// Documents in the index, but for those that changed since.
Result<std::vector<Hit>> indexed(View view, const Table& table, const std::string& match, std::int64_t before,
                                 std::size_t limit) {
    // CROSS JOIN keeps the order: tokens first (by descending rowid), then the document.
    auto row = TRY(view.connection.use(fmt::format(
        "SELECT d.id,d.key,d.version,d.body FROM {0} CROSS JOIN {1} d ON d.id={0}.rowid WHERE {0} MATCH ? AND {0}.rowid<? "
        "AND NOT EXISTS(SELECT 1 FROM search_pending WHERE collection=? AND id={0}.rowid) ORDER BY {0}.rowid DESC LIMIT ?",
        table.text_name, table.name)));
    row.text(match).integer(before).integer(table.number).integer(static_cast<std::int64_t>(limit));
    std::vector<Hit> hits;
    while (TRY(row.step())) {
        hits.push_back(hit_at(row));
    }
    return hits;
}

Result<std::vector<Hit>> pending(View view, const Table& table, const Wanted& asked, std::int64_t before,
                                 std::size_t limit) {
    auto row = TRY(view.connection.use(fmt::format(
        "SELECT d.id,d.key,d.version,d.body,d.search FROM search_pending p CROSS JOIN {} d ON d.id=p.id "
        "WHERE p.collection=? AND p.id<? ORDER BY p.id DESC", table.name)));
    row.integer(table.number).integer(before);
    std::vector<Hit> hits;
    while (hits.size() < limit && TRY(row.step())) {
        if (asked.in(row.bytes_at(4))) {
            hits.push_back(hit_at(row));
        }
    }
    return hits;
}

Result<const Table*> searchable(View view, const Search& search) {
    const auto* table = TRY(view.layout.table(search.collection));
    if (!table->spec.searchable) {
        return fail(Code::internal, "store.unknown-index", fmt::format("{} is not searchable", search.collection));
    }
    return table;
}

Query newest_first(const Search& search) {
    Query query;
    query.collection = search.collection;
    query.descending = true;
    query.limit = search.limit;
    query.after = search.before;
    return query;
}

}  // namespace

Result<Page> search(View view, const Search& search) {
    const auto* table = TRY(searchable(view, search));
    const auto asked = wanted(search.words, search.filters);
    if (asked.empty()) {
        return find(view, newest_first(search));
    }
    std::int64_t before = INT64_MAX;
    if (!search.before.empty()) {
        before = TRY(parse_cursor(search.before, 0)).id;
    }
    const std::size_t limit = std::clamp<std::size_t>(search.limit, 1, largest_page);
    auto hits = TRY(indexed(view, *table, asked.match(), before, limit + 1));
    auto late = TRY(pending(view, *table, asked, before, limit + 1));
    std::ranges::move(late, std::back_inserter(hits));
    std::ranges::sort(hits, std::ranges::greater{}, &Hit::id);
    Page page;
    if (hits.size() > limit) {
        hits.resize(limit);
        page.next = write_cursor({{}, hits.back().id});
    }
    for (auto& hit : hits) {
        page.documents.push_back(std::move(hit.document));
    }
    return page;
}

Result<std::int64_t> count(View view, const Search& search, std::int64_t at_most) {
    const auto* table = TRY(searchable(view, search));
    const auto asked = wanted(search.words, search.filters);
    if (asked.empty()) {
        return count(view, newest_first(search), at_most);
    }
    auto row = TRY(view.connection.use(fmt::format(
        "SELECT count(*) FROM (SELECT 1 FROM {0} WHERE {0} MATCH ? AND NOT EXISTS("
        "SELECT 1 FROM search_pending WHERE collection=? AND id={0}.rowid) LIMIT ?)", table->text_name)));
    const auto match = asked.match();
    row.text(match).integer(table->number).integer(at_most);
    const std::int64_t found = TRY(row.step()) ? row.integer_at(0) : 0;
    if (found >= at_most) {
        return at_most;
    }
    const auto late = TRY(pending(view, *table, asked, INT64_MAX, static_cast<std::size_t>(at_most - found)));
    return found + static_cast<std::int64_t>(late.size());
}

}  // namespace wasl::store::impl
