// Creating a store and taking it forward. The format of this module has its own number (the
// database's user_version), the caller's schema another (table store_versions).
#include "store/impl/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace wasl::store::impl {

namespace {

constexpr int application_id = 0x5761736C;  // "Wasl"

// Formats of this module, oldest first: entry n takes format n to n + 1. Never change one that
// has been released; add.
constexpr std::array<const char*, 2> formats{R"(
CREATE TABLE store_versions(version INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE collections(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, spec TEXT NOT NULL);
CREATE TABLE journal(seq INTEGER PRIMARY KEY, chain TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
  at INTEGER NOT NULL, salt BLOB, content BLOB, leaf BLOB NOT NULL, previous BLOB NOT NULL);
CREATE UNIQUE INDEX journal_chain ON journal(chain, position);
CREATE TABLE tiles(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
CREATE TABLE checkpoints(tree_size INTEGER PRIMARY KEY, at INTEGER NOT NULL, text BLOB NOT NULL);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE blobs(digest BLOB PRIMARY KEY, names INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE search_pending(collection INTEGER NOT NULL, id INTEGER NOT NULL, indexed TEXT,
  PRIMARY KEY(collection, id)) WITHOUT ROWID;
)",
                                              R"(
CREATE TABLE chain_ends(chain TEXT PRIMARY KEY, position INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  leaf BLOB NOT NULL) WITHOUT ROWID;
)"};

Result<void> bring_format_forward(Connection& writer) {
    const auto has = TRY(writer.integer("PRAGMA user_version"));
    if (has > static_cast<std::int64_t>(formats.size())) {
        return fail(Code::unavailable, "store.newer-schema",
                    fmt::format("store format {}, this program knows up to {}", has, formats.size()));
    }
    if (const auto id = TRY(writer.integer("PRAGMA application_id")); has > 0 && id != application_id) {
        return fail(Code::internal, "store.damaged", "not a store of this program");
    }
    if (has == static_cast<std::int64_t>(formats.size())) {
        return {};
    }
    for (auto at = static_cast<std::size_t>(has); at < formats.size(); ++at) {
        TRY(writer.execute(formats[at]));
    }
    TRY(writer.execute(fmt::format("PRAGMA application_id={}", application_id)));
    return writer.execute(fmt::format("PRAGMA user_version={}", formats.size()));
}

std::string sql_type(FieldType type) {
    return type == FieldType::integer ? "INTEGER" : "TEXT";
}

Result<void> create_table(Connection& writer, const Table& table) {
    std::string sql = fmt::format("CREATE TABLE {}(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL",
                                  table.name);
    for (const auto& field : table.spec.fields) {
        sql += fmt::format(", f_{} {}", field.name, sql_type(field.type));
    }
    if (table.spec.searchable) {
        sql += ", search TEXT";
    }
    return writer.execute(sql + ", body BLOB NOT NULL)");
}

Result<void> create_search(Connection& writer, const Table& table) {
    // Contentless: rows of tokens only; no positions, no column sizes: lists of rowids, which is
    // all that "newest first, all of these words" needs.
    return writer.execute(fmt::format(
        "CREATE VIRTUAL TABLE {} USING fts5(search, content='', detail=none, columnsize=0, tokenize='blanks')",
        table.text_name));
}

Result<void> create_index(Connection& writer, const Table& table, const Index& index) {
    std::string columns;
    for (const auto& field : index.spec.fields) {
        columns += fmt::format("{}f_{}", columns.empty() ? "" : ",", field);
    }
    return writer.execute(fmt::format("CREATE {}INDEX {} ON {}({}) WHERE {}", index.spec.unique ? "UNIQUE " : "",
                                      index.sql_name, table.name, columns, index.present));
}

Result<void> add_fields(Connection& writer, const Table& table, const CollectionSpec& before) {
    for (const auto& field : table.spec.fields) {
        const auto old = std::ranges::find(before.fields, field.name, &FieldSpec::name);
        if (old == before.fields.end()) {
            TRY(writer.execute(fmt::format("ALTER TABLE {} ADD COLUMN f_{} {}", table.name, field.name, sql_type(field.type))));
        } else if (old->type != field.type) {
            return fail(Code::internal, "store.schema-changed", fmt::format("{}.{} has another type", table.name, field.name));
        }
    }
    if (table.spec.searchable && !before.searchable) {
        TRY(writer.execute(fmt::format("ALTER TABLE {} ADD COLUMN search TEXT", table.name)));
        TRY(create_search(writer, table));
    }
    return {};
}

Result<void> change_indexes(Connection& writer, const Table& table, const CollectionSpec& before) {
    const auto same = [](const IndexSpec& a, const IndexSpec& b) {
        return a.name == b.name && a.fields == b.fields && a.unique == b.unique;
    };
    for (const auto& old : before.indexes) {
        if (std::ranges::none_of(table.spec.indexes, [&](const IndexSpec& spec) { return same(spec, old); })) {
            TRY(writer.execute(fmt::format("DROP INDEX i_{}__{}", table.spec.name, old.name)));
        }
    }
    for (const auto& index : table.indexes) {
        if (std::ranges::none_of(before.indexes, [&](const IndexSpec& spec) { return same(spec, index.spec); })) {
            TRY(create_index(writer, table, index));
        }
    }
    return {};
}

// Fields that are no longer named keep their column (old programs of a downgrade never see it,
// and a spec that names them again finds their values).
CollectionSpec merged(const CollectionSpec& now, const CollectionSpec& before) {
    CollectionSpec out = now;
    for (const auto& field : before.fields) {
        if (std::ranges::find(out.fields, field.name, &FieldSpec::name) == out.fields.end()) {
            out.fields.push_back(field);
        }
    }
    out.searchable = now.searchable || before.searchable;
    return out;
}

struct Stored {
    int number = 0;
    CollectionSpec spec;
};

Result<std::map<std::string, Stored>> stored_specs(Connection& connection) {
    std::map<std::string, Stored> out;
    auto rows = TRY(connection.use("SELECT number,name,spec FROM collections ORDER BY number"));
    while (TRY(rows.step())) {
        Stored one{static_cast<int>(rows.integer_at(0)), TRY(parse_spec(rows.bytes_at(2)))};
        // A table of collections in which a name is not that of its own spec was written by nobody's program.
        if (rows.bytes_at(1) != one.spec.name) {
            return fail(Code::internal, "store.damaged", fmt::format("collection '{}' is described as '{}'", rows.bytes_at(1), one.spec.name));
        }
        std::string name = one.spec.name;
        out.emplace(std::move(name), std::move(one));
    }
    return out;
}

Result<void> bring_table_forward(Connection& writer, Layout& layout, const Table& table,
                                 const std::map<std::string, Stored>& stored) {
    const auto before = stored.find(table.spec.name);
    if (before == stored.end()) {
        TRY(create_table(writer, table));
        if (table.spec.searchable) {
            TRY(create_search(writer, table));
        }
        TRY(change_indexes(writer, table, {}));
        auto insert = TRY(writer.use("INSERT INTO collections(name,spec) VALUES(?,?)"));
        const auto spec = write_spec(table.spec);
        TRY(insert.text(table.spec.name).text(spec).run());
        layout.number(table.spec.name, static_cast<int>(writer.last_id()));
        return {};
    }
    layout.number(table.spec.name, before->second.number);
    TRY(add_fields(writer, table, before->second.spec));
    TRY(change_indexes(writer, table, before->second.spec));
    const auto spec = write_spec(merged(table.spec, before->second.spec));
    if (spec != write_spec(before->second.spec)) {
        auto update = TRY(writer.use("UPDATE collections SET spec=? WHERE name=?"));
        TRY(update.text(spec).text(table.spec.name).run());
    }
    return {};
}

Result<void> bring_all_forward(Connection& writer, Layout& layout, int version, Steps& steps, std::int64_t now_micros) {
    TRY(bring_format_forward(writer));
    const auto has = TRY(writer.integer("SELECT max(version) FROM store_versions"));
    if (has > version) {
        return fail(Code::unavailable, "store.newer-schema", fmt::format("schema {}, this program knows {}", has, version));
    }
    const auto stored = TRY(stored_specs(writer));
    for (const auto& table : layout.tables()) {
        TRY(bring_table_forward(writer, layout, table, stored));
    }
    if (has == version) {
        return {};
    }
    if (has > 0) {  // a new store needs no steps
        TRY(steps.run(static_cast<int>(has)));
    }
    auto insert = TRY(writer.use("INSERT INTO store_versions(version,at) VALUES(?,?)"));
    return insert.integer(version).integer(now_micros).run();
}

}  // namespace

Result<void> bring_forward(Connection& writer, Layout& layout, int version, Steps& steps, std::int64_t now_micros) {
    TRY(writer.execute("BEGIN IMMEDIATE"));
    auto done = bring_all_forward(writer, layout, version, steps, now_micros);
    if (done) {
        done = writer.execute("COMMIT");
    }
    if (!done && writer.in_transaction()) {
        static_cast<void>(writer.execute("ROLLBACK"));
    }
    return done;
}

Result<Layout> stored_layout(Connection& reader) {
    // An older format is read as it is: what came later is only asked for by who writes.
    const auto has = TRY(reader.integer("PRAGMA user_version"));
    if (has < 1 || has > static_cast<std::int64_t>(formats.size())) {
        return fail(Code::unavailable, "store.newer-schema", "another format than this program's");
    }
    const auto stored = TRY(stored_specs(reader));
    std::vector<CollectionSpec> specs;
    for (const auto& [name, one] : stored) {
        specs.push_back(one.spec);
    }
    auto layout = TRY(Layout::of(specs));
    for (const auto& [name, one] : stored) {
        layout.number(name, one.number);
    }
    return layout;
}

}  // namespace wasl::store::impl
