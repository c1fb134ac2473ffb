// Collections as tables: names, SQL and the checks of a schema.
#pragma once

#include "base/result.hpp"
#include "store/impl/sqlite.hpp"
#include "store/schema.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wasl::store::impl {

struct Index {
    IndexSpec spec;
    std::string sql_name;            // "i_dossier__queue"
    std::vector<std::size_t> fields; // positions in Table::spec.fields
    std::string present;             // "f_a IS NOT NULL AND f_b IS NOT NULL"
};

struct Table {
    CollectionSpec spec;
    int number = 0;          // of the collection in the store, for search_pending
    std::string name;        // "d_dossier"
    std::string text_name;   // "t_dossier", the search index
    std::vector<Index> indexes;

    std::string insert;        // key, fields…, [search], body
    std::string update;        // fields…, [search], body, id
    std::string update_body;   // body, id: when nothing else differs
    std::string locate;        // key → id, version, fields…, [search]
    std::string select;        // key → key, version, body
    std::string erase;         // id

    [[nodiscard]] const Index* index(std::string_view index_name) const;
    [[nodiscard]] std::size_t field(std::string_view field_name) const;  // fields.size() when unknown
};

class Layout {
public:
    // Keys "store.bad-schema" (Code::internal): names, duplicates, unknown fields.
    static Result<Layout> of(const std::vector<CollectionSpec>& collections);
    Result<const Table*> table(std::string_view collection) const;  // "store.unknown-collection"
    [[nodiscard]] const std::vector<Table>& tables() const noexcept { return tables_; }
    void number(std::string_view collection, int number);

private:
    std::vector<Table> tables_;
    std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> by_name_;
};

// The spec as it stands in the store beside its table, and back.
std::string write_spec(const CollectionSpec& spec);
Result<CollectionSpec> parse_spec(std::string_view text);

// Brings a store to the schema: creates it, or takes it forward; one transaction. Fills the
// numbers of the layout. `migrate` runs the caller's own steps above a version.
class Steps {
public:
    virtual ~Steps() = default;
    virtual Result<void> run(int above_version) = 0;
};
Result<void> bring_forward(Connection& writer, Layout& layout, int version, Steps& steps, std::int64_t now_micros);
// The layout of a store written by somebody else.
Result<Layout> stored_layout(Connection& reader);

}  // namespace wasl::store::impl
