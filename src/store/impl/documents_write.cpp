// Documents: put and erase.
#include "store/impl/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::store::impl {

namespace {

std::unexpected<Error> other_version(std::string_view key, std::int64_t expected, std::int64_t stands) {
    return fail(Code::conflict, "store.version", fmt::format("{}: expected {}, stands at {}", key, expected, stands));
}

bool same(const Scalar& a, const Value& stored) {
    const auto b = stored.view();
    if (a.absent() || b.absent()) {
        return a.absent() && b.absent();
    }
    if (a.integer() != nullptr && b.integer() != nullptr) {
        return *a.integer() == *b.integer();
    }
    return a.text() != nullptr && b.text() != nullptr && *a.text() == *b.text();
}

// Values in the order of the table's fields.
Result<std::vector<Scalar>> in_order(const Table& table, std::span<const Field> fields) {
    std::vector<Scalar> values(table.spec.fields.size());
    for (const auto& field : fields) {
        const std::size_t at = table.field(field.name);
        if (at == values.size()) {
            return fail(Code::internal, "store.unknown-field", fmt::format("{}.{}", table.spec.name, field.name));
        }
        const bool integer = table.spec.fields[at].type == FieldType::integer;
        if (!field.value.absent() && (field.value.integer() != nullptr) != integer) {
            return fail(Code::internal, "store.unknown-field", fmt::format("{}.{}: wrong type", table.spec.name, field.name));
        }
        values[at] = field.value;
    }
    return values;
}

// "UNIQUE constraint failed: d_person.key" is the key; anything else a unique index.
Error duplicate(Error error, const Table& table) {
    if (error.key == "store.duplicate" && error.detail.ends_with(table.name + ".key")) {
        error.key = "store.version";
    }
    return error;
}

}  // namespace

Result<std::int64_t> GroupTransaction::put(std::string_view collection, std::string_view key, std::int64_t expected,
                                           std::string_view body, std::span<const Field> fields,
                                           std::string_view search_text) {
    TRY(write());
    return noted(write_document(collection, key, expected, body, fields, search_text));
}

Result<std::int64_t> GroupTransaction::write_document(std::string_view collection, std::string_view key,
                                                      std::int64_t expected, std::string_view body,
                                                      std::span<const Field> fields, std::string_view search_text) {
    const auto* table = TRY(view().layout.table(collection));
    const auto values = TRY(in_order(*table, fields));
    if (expected == must_not_exist) {
        return insert(*table, key, body, values, search_text);
    }
    const auto at = TRY(locate(*table, key, values));
    if (expected != any_version && (!at || at->version != expected)) {
        return other_version(key, expected, at ? at->version : 0);
    }
    return at ? update(*table, *at, body, values, search_text) : insert(*table, key, body, values, search_text);
}

Result<std::optional<GroupTransaction::Located>> GroupTransaction::locate(const Table& table, std::string_view key,
                                                                          const Scalars& values) {
    auto row = TRY(view().connection.use(table.locate));
    if (!TRY(row.text(key).step())) {
        return std::nullopt;
    }
    Located at{row.integer_at(0), row.integer_at(1), true, {}};
    int column = 2;
    for (const auto& value : values) {
        at.same_fields = at.same_fields && same(value, row.value_at(column));
        ++column;
    }
    if (table.spec.searchable) {
        at.indexed_text = row.bytes_at(column);
    }
    return at;
}

Result<std::int64_t> GroupTransaction::insert(const Table& table, std::string_view key, std::string_view body,
                                              const Scalars& values, std::string_view search_text) {
    {
        auto row = TRY(view().connection.use(table.insert));
        row.text(key);
        for (const auto& value : values) {
            row.scalar(value);
        }
        if (table.spec.searchable) {
            row.text(search_text);
        }
        if (auto done = row.blob(body).run(); !done) {
            return std::unexpected(duplicate(std::move(done).error(), table));
        }
    }
    if (table.spec.searchable && !search_text.empty()) {
        TRY(index_later(table, view().connection.last_id(), std::nullopt));
    }
    return 1;
}

Result<std::int64_t> GroupTransaction::update(const Table& table, const Located& at, std::string_view body,
                                              const Scalars& values, std::string_view search_text) {
    const bool same_text = !table.spec.searchable || at.indexed_text == search_text;
    if (at.same_fields && same_text) {  // no index entry moves
        auto row = TRY(view().connection.use(table.update_body));
        TRY(row.blob(body).integer(at.id).run());
        return at.version + 1;
    }
    auto row = TRY(view().connection.use(table.update));
    for (const auto& value : values) {
        row.scalar(value);
    }
    if (table.spec.searchable) {
        row.text(search_text);
    }
    if (auto done = row.blob(body).integer(at.id).run(); !done) {
        return std::unexpected(duplicate(std::move(done).error(), table));
    }
    if (!same_text) {
        TRY(index_later(table, at.id, at.indexed_text));
    }
    return at.version + 1;
}

Result<void> GroupTransaction::erase(std::string_view collection, std::string_view key, std::int64_t expected) {
    TRY(write());
    const auto* table = TRY(view().layout.table(collection));
    return noted(erase_document(*table, key, expected));
}

Result<void> GroupTransaction::erase_document(const Table& table, std::string_view key, std::int64_t expected) {
    const auto at = TRY(locate(table, key, Scalars(table.spec.fields.size())));
    if (expected != any_version && (at ? at->version : 0) != expected) {
        return other_version(key, expected, at ? at->version : 0);
    }
    if (!at) {
        return {};
    }
    if (!at->indexed_text.empty()) {
        TRY(index_later(table, at->id, at->indexed_text));
    }
    auto row = TRY(view().connection.use(table.erase));
    return row.integer(at->id).run();
}

// The search index catches up between groups (impl/indexer.hpp). It needs the text it holds now,
// which only the first change since then knows.
Result<void> GroupTransaction::index_later(const Table& table, std::int64_t id, std::optional<std::string_view> indexed) {
    auto row = TRY(view().connection.use(
        "INSERT INTO search_pending(collection,id,indexed) VALUES(?,?,?) ON CONFLICT DO NOTHING"));
    row.integer(table.number).integer(id);
    if (indexed && !indexed->empty()) {
        row.text(*indexed);
    } else {
        row.null();
    }
    TRY(row.run());
    pending_ += static_cast<std::size_t>(view().connection.changes());
    return {};
}

}  // namespace wasl::store::impl
