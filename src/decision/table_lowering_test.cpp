// The masks of a table against its cells: the same meaning over random tables and values, and no
// allocation on the typed path.
#include "decision/table_testing.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

using namespace wasl;
using namespace wasl::decision;
using TypeKind = feel::Type::Kind;

namespace {

std::atomic<std::uint64_t> allocations{0};

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

template <std::size_t N>
std::string one_of(Random& random, const char* const (&texts)[N]) {
    return texts[below(random, N)];
}

// Texts of constants of every kind, drawn from few values so that inputs hit the points.
std::string constant(Random& random, std::size_t kind) {
    switch (kind) {
        case 0: return one_of(random, {"0", "1", "2", "2.0", "2.5", "-3", "10", "100", "1e30", "0.001", "12345678901234567890.5"});
        case 1: return one_of(random, {"\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"zz\"", "\"ش\"", "\"a\\u0000\"", "\"c\"", "\"d\"", "\"e\"", "\"f\""});
        case 2: return one_of(random, {"true", "false"});
        case 3: return one_of(random, {"@\"2026-01-01\"", "@\"2026-01-02\"", "@\"2024-02-29\"", "@\"-0044-03-15\""});
        case 4: return one_of(random, {"@\"P1D\"", "@\"PT0S\"", "@\"-PT1H\"", "@\"P1DT0.000000001S\""});
        case 5: return one_of(random, {"@\"P1Y\"", "@\"P13M\"", "@\"-P1M\""});
        case 6: return one_of(random, {"@\"10:00:00\"", "@\"10:00:00.5\"", "@\"10:00:00Z\"", "@\"2026-01-01T10:00:00\""});
        default: return one_of(random, {"null", "[1, 2]", "[\"a\"]", "{a: 1}"});
    }
}

std::string test(Random& random, std::size_t kind) {
    const auto value = constant(random, kind);
    switch (below(random, 10)) {
        case 0: return "< " + value;
        case 1: return ">= " + value;
        case 2: return "!= " + value;
        case 3: return "= " + value;
        case 4: return "[" + value + ".." + constant(random, kind) + ")";
        case 5: return "(" + value + ".." + constant(random, kind) + "]";
        case 6: return "[" + value + ", " + constant(random, kind) + "]";
        case 7: return "list contains(?, " + value + ")";
        default: return value;
    }
}

// A cell: dash, some tests, a negation, or something that only the evaluator can tell.
std::string cell(Random& random, std::size_t kind) {
    // Now and then a constant of another kind.
    if (below(random, 12) == 0) kind = below(random, 8);
    switch (below(random, 12)) {
        case 0:
        case 1: return "-";
        case 2: return "not(" + test(random, kind) + ", " + test(random, kind) + ")";
        case 3: return test(random, kind) + ", " + test(random, kind) + ", " + test(random, kind);
        case 4: return one_of(random, {"? = other", "< other", "? in [other..100]", "not(other)", "1 / 0"});
        default: return test(random, kind);
    }
}

feel::Value value(Random& random, std::size_t kind) {
    if (below(random, 15) == 0) kind = below(random, 8);
    if (below(random, 15) == 0) return {};
    if (kind == 1 && below(random, 4) == 0) {
        feel::List list;
        for (auto n = below(random, 4); n > 0; --n) list.push_back(value(random, below(random, 10) == 0 ? 0 : 1));
        return list;
    }
    if (kind == 0 && below(random, 2) == 0) return Decimal::of(static_cast<std::int64_t>(below(random, 2100)) - 900, -2);
    return feel::Expression::compile(constant(random, kind), {})->evaluate({});
}

struct Drawn {
    TableDescription description;
    feel::Scope scope;
    std::vector<std::size_t> kinds;
};

Drawn draw(Random& random) {
    Drawn out;
    out.scope.add("other", TypeKind::number);
    const char* const policies[] = {"U", "A", "P", "F", "C", "R", "O"};
    out.description.policy = *hit_policy(one_of(random, policies));
    static const feel::Type types[] = {TypeKind::number, TypeKind::string, TypeKind::boolean, TypeKind::date, TypeKind::days_duration,
                                       TypeKind::months_duration, TypeKind::time, TypeKind::any};
    for (auto n = below(random, 4); n > 0; --n) {
        const auto kind = below(random, 8);
        const auto name = "i" + std::to_string(out.kinds.size());
        out.kinds.push_back(kind);
        const bool typed = below(random, 2) == 0;
        out.scope.add(name, typed ? types[kind] : feel::Type{});
        auto type = typed ? types[kind] : feel::Type{};
        if (typed && kind == 1 && below(random, 3) == 0) type = feel::Type::list_of(TypeKind::string);
        out.description.inputs.push_back({name, type, below(random, 6) == 0 ? test(random, kind) + ", " + test(random, kind) : "", ""});
    }
    out.description.outputs.push_back({"out", {}, "1, 2, 3", below(random, 3) == 0 ? "3" : "", ""});
    const auto rows = below(random, 8) == 0 ? 60 + below(random, 80) : 1 + below(random, 8);
    for (std::size_t row = 0; row < rows; ++row) {
        TableRule rule;
        for (const auto kind : out.kinds) rule.inputs.push_back(cell(random, kind));
        rule.outputs.push_back(std::to_string(1 + below(random, 3)));
        out.description.rules.push_back(std::move(rule));
    }
    return out;
}

std::string shown(const Drawn& drawn, const std::vector<feel::Value>& values) {
    std::string out(to_string(drawn.description.policy));
    for (const auto& input : drawn.description.inputs) out += " [" + input.type.text() + " : " + input.allowed + "]";
    for (const auto& rule : drawn.description.rules) {
        out += "\n";
        for (const auto& entry : rule.inputs) out += " | " + entry;
        out += " -> " + rule.outputs[0];
    }
    out += "\n(";
    for (const auto& item : values) out += " " + to_text(item);
    return out + ")";
}

// What decide() answered, put together as evaluate() would.
feel::Value answer(const Table& table, const TypedDecision& decision, std::span<const std::uint32_t> rows) {
    if (decision.value != nullptr) return *decision.value;
    if (decision.status != TypedDecision::Status::decided) return {};
    feel::List list;
    for (std::size_t i = 0; i < decision.matched; ++i) list.push_back(*Decimal::parse(table.description().rules[rows[i]].outputs[0]));
    return list;
}

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("property: masks, plain cells and the typed path agree on random tables and values") {
    Random random(20261122);
    std::size_t typed = 0;
    std::size_t matched = 0;
    for (int round = 0; round < 700; ++round) {
        const auto drawn = draw(random);
        const auto lowered = Table::compile(drawn.description, drawn.scope);
        const auto plain = Table::compile(drawn.description, drawn.scope, {}, Table::Lowering::off);
        for (int sample = 0; sample < 25; ++sample) {
            feel::Bindings bindings{{"other", Decimal::from_integer(static_cast<std::int64_t>(below(random, 12)))}};
            std::vector<feel::Value> values;
            std::vector<TypedInput> inputs;
            values.reserve(drawn.kinds.size());
            for (const auto kind : drawn.kinds) {
                values.push_back(value(random, kind));
                bindings.set("i" + std::to_string(values.size() - 1), values.back());
            }
            for (const auto& item : values) inputs.emplace_back(item);
            feel::Evaluation first;
            feel::Evaluation second;
            const auto expected = plain.evaluate(bindings, first);
            const auto text = shown(drawn, values);
            CAPTURE(text);
            matched += expected.is_null() ? 0 : 1;
            REQUIRE(to_text(lowered.evaluate(bindings, second)) == to_text(expected));
            if (!lowered.typed()) continue;
            ++typed;
            std::vector<std::uint32_t> rows(drawn.description.rules.size());
            REQUIRE(to_text(answer(lowered, lowered.decide(inputs, rows), rows)) == to_text(expected));
        }
    }
    CHECK(typed > 3000);
    CHECK(matched > 3000);
}

TEST_CASE("property: lists of texts on the typed path, text by text") {
    Random random(7);
    const char* const cells[] = {"-", "list contains(?, \"a\")", "not(list contains(?, \"b\"))", "list contains(?, \"c\"), list contains(?, \"a\")",
                                 "not(list contains(?, \"d\"), list contains(?, \"e\"))", "list contains(?, \"f\")"};
    const std::string_view texts[] = {"a", "b", "c", "d", "e", "f", "x", ""};
    for (int round = 0; round < 200; ++round) {
        testing::Sketch sketch{"C", {{"kinds", feel::Type::list_of(TypeKind::string)}}, {{"out", ""}}, {}};
        for (std::size_t row = 0; row < 1 + below(random, 90); ++row) sketch.rows.push_back({one_of(random, cells), std::to_string(row)});
        const auto table = Table::compile(sketch.description(), sketch.scope());
        REQUIRE(table.typed());
        for (int sample = 0; sample < 10; ++sample) {
            std::vector<std::string_view> list;
            feel::List values;
            for (auto n = below(random, 4); n > 0; --n) {
                list.push_back(texts[below(random, std::size(texts))]);
                values.emplace_back(list.back());
            }
            std::vector<std::uint32_t> rows(sketch.rows.size());
            const TypedInput inputs[] = {std::span<const std::string_view>(list)};
            const auto decision = table.decide(inputs, rows);
            feel::Evaluation evaluation;
            const auto expected = table.evaluate({{"kinds", feel::Value(values)}}, evaluation);
            REQUIRE(to_text(answer(table, decision, rows)) == to_text(expected));
        }
    }
}

TEST_CASE("the typed path allocates nothing") {
    testing::Sketch sketch{"U", {{"age", TypeKind::number}, {"income", TypeKind::number}, {"kind", TypeKind::string},
                                 {"tags", feel::Type::list_of(TypeKind::string)}, {"resident", TypeKind::boolean}, {"day", TypeKind::date}},
                           {{"fee", ""}, {"note", ""}}, {}};
    for (int row = 0; row < 90; ++row) {
        sketch.rows.push_back({"[" + std::to_string(row) + ".." + std::to_string(row + 1) + ")", "> 1000.50",
                               "\"a\", \"b\", \"c\", \"d\", \"a rather long name of a kind\"", "list contains(?, \"x\")", "true", ">= @\"2026-01-01\"",
                               std::to_string(row), "\"a text longer than any inline buffer of a string\""});
    }
    const auto table = Table::compile(sketch.description(), sketch.scope());
    REQUIRE(table.typed());
    const std::string_view tags[] = {"w", "a text longer than any inline buffer of a string", "x"};
    std::uint64_t matched = 0;
    const auto before = allocations.load();
    for (int age = -5; age < 100; ++age) {
        const TypedInput inputs[] = {Decimal::of(age * 10 + 5, -1), Decimal::of(100051, -2), std::string_view("a rather long name of a kind"),
                                     std::span<const std::string_view>(tags), true, Date{2026, 11, 22}};
        std::uint32_t rows[4];
        matched += table.decide(inputs, rows).matched;
    }
    CHECK(allocations.load() == before);
    CHECK(matched == 90);
    // The counter counts.
    const auto* kept = new std::string(100, 'x');
    CHECK(allocations.load() > before);
    delete kept;
}
