// Documents by key and by index.
#include "store/impl/cursor.hpp"
#include "store/impl/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::store::impl {

namespace {

constexpr std::size_t largest_page = 10'000;

// A query made SQL: the conditions with their values in order, and the fields that order it.
struct Plan {
    const Table* table = nullptr;
    std::string from;                 // table and index
    std::string where;                // " WHERE …" or empty
    std::vector<Value> values;
    std::vector<std::string> order;   // columns after the equal ones, then id
};

std::string column(const Table& table, std::size_t field) {
    return "f_" + table.spec.fields[field].name;
}

void add(Plan& plan, std::string_view condition) {
    plan.where += plan.where.empty() ? " WHERE " : " AND ";
    plan.where += condition;
}

Result<const Index*> index_of(const Table& table, std::string_view name) {
    const auto* index = table.index(name);
    if (index == nullptr) {
        return fail(Code::internal, "store.unknown-index", fmt::format("{}.{}", table.spec.name, name));
    }
    return index;
}

Result<Plan> plan_of(View view, const Query& query) {
    Plan plan;
    plan.table = TRY(view.layout.table(query.collection));
    plan.from = plan.table->name;
    if (query.index.empty()) {
        plan.order.emplace_back("id");
        return plan;
    }
    const auto* index = TRY(index_of(*plan.table, query.index));
    plan.from += " INDEXED BY " + index->sql_name;
    add(plan, index->present);
    const std::size_t equal = query.equal.size();
    const bool ranged = query.from || query.to;
    if (equal + (ranged ? 1U : 0U) > index->fields.size()) {
        return fail(Code::internal, "store.unknown-index", fmt::format("{}: too many values", index->sql_name));
    }
    for (std::size_t i = 0; i < equal; ++i) {
        add(plan, column(*plan.table, index->fields[i]) + "=?");
        plan.values.push_back(query.equal[i]);
    }
    if (query.from) {
        add(plan, column(*plan.table, index->fields[equal]) + ">=?");
        plan.values.push_back(*query.from);
    }
    if (query.to) {
        add(plan, column(*plan.table, index->fields[equal]) + "<?");
        plan.values.push_back(*query.to);
    }
    for (std::size_t i = equal; i < index->fields.size(); ++i) {
        plan.order.push_back(column(*plan.table, index->fields[i]));
    }
    plan.order.emplace_back("id");
    return plan;
}

Result<void> add_cursor(Plan& plan, const Query& query) {
    if (query.after.empty()) {
        return {};
    }
    auto cursor = TRY(parse_cursor(query.after, plan.order.size() - 1));
    std::string marks;
    for (std::size_t i = 0; i < plan.order.size(); ++i) {
        marks += i == 0 ? "?" : ",?";
    }
    add(plan, fmt::format("({}){}({})", fmt::join(plan.order, ","), query.descending ? "<" : ">", marks));
    std::ranges::move(cursor.values, std::back_inserter(plan.values));
    plan.values.emplace_back(cursor.id);
    return {};
}

void bind(Statement& statement, const Plan& plan) {
    for (const auto& value : plan.values) {
        statement.scalar(value.view());
    }
}

Document document_at(const Statement& row, int first) {
    return {std::string(row.bytes_at(first)), row.integer_at(first + 1), std::string(row.bytes_at(first + 2))};
}

}  // namespace

Result<std::optional<Document>> get(View view, std::string_view collection, std::string_view key) {
    const auto* table = TRY(view.layout.table(collection));
    auto row = TRY(view.connection.use(table->select));
    if (!TRY(row.text(key).step())) {
        return std::nullopt;
    }
    return document_at(row, 0);
}

Result<std::optional<Document>> get_by(View view, std::string_view collection, std::string_view index_name,
                                       std::span<const Scalar> values) {
    const auto* table = TRY(view.layout.table(collection));
    const auto* index = TRY(index_of(*table, index_name));
    if (values.size() != index->fields.size()) {
        return fail(Code::internal, "store.unknown-index", fmt::format("{}: wants every field", index->sql_name));
    }
    std::string sql = fmt::format("SELECT key,version,body FROM {} INDEXED BY {} WHERE {}", table->name,
                                  index->sql_name, index->present);
    for (const auto field : index->fields) {
        sql += " AND " + column(*table, field) + "=?";
    }
    auto row = TRY(view.connection.use(sql + " ORDER BY id LIMIT 1"));
    for (const auto& value : values) {
        row.scalar(value);
    }
    if (!TRY(row.step())) {
        return std::nullopt;
    }
    return document_at(row, 0);
}

Result<NamedValues> index_values(View view, std::string_view collection, std::string_view key) {
    const auto* table = TRY(view.layout.table(collection));
    NamedValues out;
    auto row = TRY(view.connection.use(table->locate));
    if (!TRY(row.text(key).step())) {
        return out;
    }
    for (int at = 2; const auto& field : table->spec.fields) {  // after id and version
        if (auto value = row.value_at(at++); !value.view().absent()) {
            out.emplace_back(field.name, std::move(value));
        }
    }
    return out;
}

Result<Page> find(View view, const Query& query) {
    auto plan = TRY(plan_of(view, query));
    TRY(add_cursor(plan, query));
    const std::string_view direction = query.descending ? " DESC" : "";
    const auto sql = fmt::format("SELECT key,version,body,{} FROM {}{} ORDER BY {}{} LIMIT ?", fmt::join(plan.order, ","),
                                 plan.from, plan.where, fmt::join(plan.order, fmt::format("{},", direction)), direction);
    const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, largest_page);
    auto row = TRY(view.connection.use(sql));
    bind(row, plan);
    row.integer(static_cast<std::int64_t>(limit) + 1);
    Page page;
    Cursor last;
    while (TRY(row.step())) {
        if (page.documents.size() == limit) {
            page.next = write_cursor(last);
            break;
        }
        page.documents.push_back(document_at(row, 0));
        if (page.documents.size() == limit) {
            const int columns = static_cast<int>(plan.order.size());
            for (int i = 0; i + 1 < columns; ++i) {
                last.values.push_back(row.value_at(3 + i));
            }
            last.id = row.integer_at(3 + columns - 1);
        }
    }
    return page;
}

Result<std::int64_t> count(View view, const Query& query, std::int64_t at_most) {
    const auto plan = TRY(plan_of(view, query));
    auto row = TRY(view.connection.use(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {}{} LIMIT ?)", plan.from, plan.where)));
    bind(row, plan);
    row.integer(at_most);
    return TRY(row.step()) ? row.integer_at(0) : 0;
}

}  // namespace wasl::store::impl
