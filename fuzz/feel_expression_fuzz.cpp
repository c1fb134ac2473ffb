// uses: base feel
// Any text: compiling, printing, compiling again, checking and evaluating neither crash nor run away.
#include "feel/expression.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl::feel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto scope = Scope().add("a").add("a-b").add("date of birth", Type::Kind::date).add(
        "people", Type::list_of(Type::context_of({{"full name", Type::Kind::string}, {"age", Type::Kind::number}})));
    static const Bindings bindings{{"a", 3}, {"people", List{Context{{"full name", "x"}, {"age", 7}}}}};
    Limits limits;
    limits.steps = 200'000;
    limits.string_bytes = 1U << 20U;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto expression = Expression::compile(text, scope, limits)) {
        if (!Expression::compile(expression->print(), scope, limits) && size < 200) std::abort();
        static_cast<void>(expression->check(scope));
        static_cast<void>(to_text(expression->evaluate(bindings)));
    }
    if (const auto tests = UnaryTests::compile(text, scope, {}, limits)) {
        static_cast<void>(tests->check(scope, Type::Kind::number));
        static_cast<void>(tests->matches(5, bindings));
    }
    return 0;
}
