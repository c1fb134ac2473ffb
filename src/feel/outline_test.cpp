#include "feel/outline.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::feel;
using Says = Outline::Kind;

namespace {

std::optional<Outline> outline(std::string_view text) {
    Scope scope;
    for (const char* name : {"age", "kind", "fits"}) { scope.add(name); }
    return outline_of(Expression::compile(text, scope).value());
}

}  // namespace

TEST_CASE("the outline of a condition: names, comparisons and what joins them, without the parentheses") {
    const auto read = outline("(age >= 18 and (kind in (\"a\", \"b\") or fits)) and kind != \"c\"");
    REQUIRE(read);
    CHECK(read->kind == Says::all);
    const auto& last = read->parts.back();
    CHECK(last.kind == Says::not_equal);
    CHECK(last.name == "kind");
    CHECK(last.values == List{Value("c")});
    const Outline& first = read->parts.front();
    const Outline& age = first.kind == Says::all ? first.parts.at(0) : first;
    CHECK(age.kind == Says::greater_equal);
    CHECK(age.values == List{Value(18)});
    const Outline& either = first.kind == Says::all ? first.parts.at(1) : read->parts.at(1);
    REQUIRE(either.kind == Says::any);
    CHECK(either.parts.at(0).kind == Says::one_of);
    CHECK(either.parts.at(0).values == List{Value("a"), Value("b")});
    CHECK(either.parts.at(1).kind == Says::holds);
    CHECK(either.parts.at(1).name == "fits");
}

TEST_CASE("constants below zero are constants, and what is no comparison with one has no outline") {
    CHECK(outline("age = -1")->values == List{Value(-1)});
    for (const char* more : {"age + 1 > 3", "age < 2 * 9", "18 < age", "age = kind", "not(fits)", "age in [1..3]", "age in (< 3, 5)", "age between 1 and 3", "if fits then 1 else 2",
                             "fits and count(kind) > 2", "fits or [1, 2][age] = 2", "unknown > 3", "true"}) {
        CAPTURE(more);
        CHECK_FALSE(outline(more));
    }
}
