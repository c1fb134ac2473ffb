// Conditions of published rules as people read them.
#include "web/condition_words.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::web;

namespace {

ConditionNames bare_names() {
    return {.title = [](const std::string& name) { return "«" + name + "»"; }, .value = [](const std::string&, const feel::Value& value) { return feel::to_text(value); }};
}

std::string told(lingua::Language language, std::string_view condition) {
    const auto compiled = form::Condition::compile(std::string(condition));
    auto out = compiled ? say_condition(language, *compiled, bare_names()).value_or("nothing") : "nothing";
    for (const auto* mark : {"\u2066", "\u2067", "\u2068", "\u2069"}) out = replace_all(out, mark, "");
    return out;
}

}  // namespace

TEST_CASE("comparisons, and, or, in and parentheses are told in each language") {
    using lingua::Language;
    CHECK(told(Language::en, "kw < 11 and fits = true") == "«kw»: less than 11; «fits»: true");
    CHECK(told(Language::fr, "kw >= 11") == "«kw» : au moins 11");
    CHECK(told(Language::ar, "kw <= 11") == "«kw»: 11 على الأكثر");
    CHECK(told(Language::zgh, "kw > 11").contains("11"));
    CHECK(told(Language::en, "a = \"x\" or (b != 2 and c)") == "«a»: \"x\" or («b»: not 2; «c»: true)");
    CHECK(told(Language::en, "((a = \"\\u00e9\"))") == "«a»: \"é\"");
    CHECK(told(Language::en, "a in (\"x\", \"y\", 3)") == "«a»: \"x\" or \"y\" or 3");
}

TEST_CASE("what says more than that has no words, whatever it is") {
    for (const std::string_view odd : {"", "not(a)", "a +1 = 2", "count(a) > 3", "a <", "a in ()", "(a", "a)", "\"x", "a and", "a = b", "3 > a", "if a then b else c", "a[1] = 2", "a between 1 and 2", "a in (< 3)", "a in [1..2]"}) {
        CAPTURE(odd);
        CHECK(told(lingua::Language::fr, odd) == "nothing");
    }
}
