// uses: base feel
// Compiling and evaluating typical expressions, and decimals against native integers.
// Targets: compile < 20 µs, evaluate < 1 µs, a decimal sum about 1 ns; the ratio says how much of it is used.
#include "base/decimal.hpp"
#include "feel/expression.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdint>

using namespace wasl;
using namespace wasl::feel;

namespace {

// Nanoseconds a call: the best of five runs.
template <class Work>
double measure(std::uint64_t rounds, Work work) {
    double best = 1e18;
    for (int run = 0; run < 5; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint64_t i = 0; i < rounds; ++i) work(i);
        const auto spent = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
        best = std::min(best, spent / static_cast<double>(rounds));
    }
    return best;
}

void print(const char* what, double nanoseconds, double target) {
    fmt::print("{:<58} {:>10.1f} ns   {:>6.2f} of the target\n", what, nanoseconds, nanoseconds / target);
}

template <class T>
void keep(const T& value) {
    asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace

int main() {
    Scope scope;
    scope.add("age", Type::Kind::number).add("date of birth", Type::Kind::date).add("resident", Type::Kind::boolean);
    scope.add("monthly income", Type::Kind::number).add("children", Type::list_of(Type::context_of({{"age", Type::Kind::number}})));
    const Bindings bindings{{"age", 34}, {"date of birth", Date{1992, 5, 3}}, {"resident", true}, {"monthly income", 4200},
                            {"children", List{Context{{"age", 4}}, Context{{"age", 9}}, Context{{"age", 20}}}}};
    static constexpr const char* texts[] = {"age >= 18 and resident", "monthly income * 12 / 100 + 25.10",
                                            "if age < 18 then \"minor\" else if age >= 60 then \"senior\" else \"adult\"",
                                            "date of birth + duration(\"P18Y\") <= date(\"2026-11-21\")", "age in [18..60] and monthly income < 5000",
                                            "count(children[age < 18]) >= 2", "upper case(substring(\"tamri\", 1, 3))"};
    for (const auto* text : texts) {
        fmt::print("{}\n", text);
        print("  compile", measure(20'000, [&](std::uint64_t) { keep(Expression::compile(text, scope)); }), 20'000);
        const auto expression = Expression::compile(text, scope);
        print("  evaluate", measure(200'000, [&](std::uint64_t) { keep(expression->evaluate(bindings)); }), 1000);
    }
    const auto tests = UnaryTests::compile("[18..60), > 65", scope);
    print("unary tests [18..60), > 65", measure(200'000, [&](std::uint64_t i) { keep(tests->matches(static_cast<int>(i % 90), bindings)); }), 1000);

    const auto price = Decimal::of(2510, -2);
    print("decimal sum", measure(10'000'000, [&](std::uint64_t i) { keep(price.plus(Decimal::of(static_cast<int>(i & 0xFFFF), -2))); }), 1);
    print("decimal product", measure(10'000'000, [&](std::uint64_t i) { keep(price.times(Decimal::from_integer(static_cast<int>(i & 0xFF)))); }), 1);
    print("decimal quotient, exact", measure(1'000'000, [&](std::uint64_t) { keep(price.divided_by(Decimal::from_integer(8))); }), 30);
    print("decimal quotient, 34 digits", measure(1'000'000, [&](std::uint64_t) { keep(price.divided_by(Decimal::from_integer(7))); }), 100);
    return 0;
}
