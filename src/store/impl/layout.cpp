#include "store/impl/layout.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wasl::store::impl {

namespace {

bool is_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    // Two underscores stand between collection and index in SQL names.
    return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
           std::ranges::all_of(name, plain) && name.find("__") == std::string_view::npos && name.back() != '_';
}

Error bad(std::string detail) {
    return {Code::internal, "store.bad-schema", std::move(detail)};
}

void write_statements(Table& table) {
    std::string columns;
    std::string marks;
    std::string sets;
    for (const auto& field : table.spec.fields) {
        columns += fmt::format("f_{},", field.name);
        marks += "?,";
        sets += fmt::format("f_{}=?,", field.name);
    }
    if (table.spec.searchable) {
        columns += "search,";
        marks += "?,";
        sets += "search=?,";
    }
    std::string located = columns;
    if (!located.empty()) {
        located.pop_back();
        located.insert(0, ",");
    }
    table.insert = fmt::format("INSERT INTO {}(version,key,{}body) VALUES(1,?,{}?)", table.name, columns, marks);
    table.update = fmt::format("UPDATE {} SET version=version+1,{}body=? WHERE id=?", table.name, sets);
    table.update_body = fmt::format("UPDATE {} SET version=version+1,body=? WHERE id=?", table.name);
    table.locate = fmt::format("SELECT id,version{} FROM {} WHERE key=?", located, table.name);
    table.select = fmt::format("SELECT key,version,body FROM {} WHERE key=?", table.name);
    table.erase = fmt::format("DELETE FROM {} WHERE id=?", table.name);
}

Result<Index> make_index(const Table& table, const IndexSpec& spec) {
    if (!is_name(spec.name) || spec.fields.empty()) {
        return std::unexpected(bad(fmt::format("index '{}' of {}", spec.name, table.spec.name)));
    }
    Index index{spec, fmt::format("i_{}__{}", table.spec.name, spec.name), {}, {}};
    for (const auto& name : spec.fields) {
        const std::size_t at = table.field(name);
        if (at == table.spec.fields.size()) {
            return std::unexpected(bad(fmt::format("index {} of {}: no field '{}'", spec.name, table.spec.name, name)));
        }
        index.fields.push_back(at);
        index.present += fmt::format("{}f_{} IS NOT NULL", index.present.empty() ? "" : " AND ", name);
    }
    return index;
}

Result<Table> make_table(const CollectionSpec& spec) {
    if (!is_name(spec.name)) {
        return std::unexpected(bad(fmt::format("collection '{}'", spec.name)));
    }
    Table table;
    table.spec = spec;
    table.name = "d_" + spec.name;
    table.text_name = "t_" + spec.name;
    std::set<std::string_view> names;
    for (const auto& field : spec.fields) {
        if (!is_name(field.name) || !names.insert(field.name).second) {
            return std::unexpected(bad(fmt::format("field '{}' of {}", field.name, spec.name)));
        }
    }
    names.clear();
    for (const auto& index : spec.indexes) {
        if (!names.insert(index.name).second) {
            return std::unexpected(bad(fmt::format("index '{}' of {} twice", index.name, spec.name)));
        }
        table.indexes.push_back(TRY(make_index(table, index)));
    }
    write_statements(table);
    return table;
}

}  // namespace

const Index* Table::index(std::string_view index_name) const {
    const auto found = std::ranges::find(indexes, index_name, [](const Index& i) { return std::string_view(i.spec.name); });
    return found == indexes.end() ? nullptr : &*found;
}

std::size_t Table::field(std::string_view field_name) const {
    std::size_t at = 0;
    while (at < spec.fields.size() && spec.fields[at].name != field_name) {
        ++at;
    }
    return at;
}

Result<Layout> Layout::of(const std::vector<CollectionSpec>& collections) {
    Layout layout;
    for (const auto& spec : collections) {
        auto table = TRY(make_table(spec));
        if (!layout.by_name_.emplace(spec.name, layout.tables_.size()).second) {
            return std::unexpected(bad(fmt::format("collection '{}' twice", spec.name)));
        }
        layout.tables_.push_back(std::move(table));
    }
    return layout;
}

Result<const Table*> Layout::table(std::string_view collection) const {
    const auto found = by_name_.find(collection);
    if (found == by_name_.end()) {
        return fail(Code::internal, "store.unknown-collection", std::string(collection));
    }
    return &tables_[found->second];
}

void Layout::number(std::string_view collection, int number) {
    tables_[by_name_.find(collection)->second].number = number;
}

std::string write_spec(const CollectionSpec& spec) {
    json::Array fields;
    for (const auto& field : spec.fields) {
        fields.emplace_back(json::Object{{"name", field.name}, {"integer", field.type == FieldType::integer}});
    }
    json::Array indexes;
    for (const auto& index : spec.indexes) {
        json::Array names(index.fields.begin(), index.fields.end());
        indexes.emplace_back(json::Object{{"name", index.name}, {"fields", std::move(names)}, {"unique", index.unique}});
    }
    return json::write(json::Object{{"name", spec.name},
                                    {"fields", std::move(fields)},
                                    {"indexes", std::move(indexes)},
                                    {"searchable", spec.searchable}});
}

Result<CollectionSpec> parse_spec(std::string_view text) {
    const auto value = TRY(json::parse(text));
    const auto* fields = value["fields"].array();
    const auto* indexes = value["indexes"].array();
    if (fields == nullptr || indexes == nullptr) {
        return fail(Code::internal, "store.damaged", "spec of a collection");
    }
    CollectionSpec spec{std::string(value["name"].text_or("")), {}, {}, value["searchable"].bool_or(false)};
    for (const auto& field : *fields) {
        spec.fields.push_back({std::string(field["name"].text_or("")),
                               field["integer"].bool_or(false) ? FieldType::integer : FieldType::text});
    }
    for (const auto& index : *indexes) {
        IndexSpec made{std::string(index["name"].text_or("")), {}, index["unique"].bool_or(false)};
        if (const auto* names = index["fields"].array()) {
            for (const auto& name : *names) {
                made.fields.emplace_back(name.text_or(""));
            }
        }
        spec.indexes.push_back(std::move(made));
    }
    return spec;
}

}  // namespace wasl::store::impl
