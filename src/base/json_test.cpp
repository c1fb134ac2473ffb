#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("JSON: numbers keep their text") {
    const auto text = R"({"fee":25.10,"big":123456789012345678901234567890.5e-3,"list":[1,-0,true,null,"é"]})";
    CHECK(json::write(json::parse(text).value()) == text);
}

TEST_CASE("JSON: lookups chain without checks") {
    const auto value = json::parse(R"({"a":{"b":"c","n":7,"yes":true}})").value();
    CHECK(value["a"]["b"].text_or("") == "c");
    CHECK(value["a"]["n"].integer_or(0) == 7);
    CHECK(value["a"]["yes"].bool_or(false));
    CHECK(value["x"]["y"]["z"].is_null());
}

TEST_CASE("JSON: long strings and numbers arrive in one piece") {
    const std::string longer(5000, 'x');
    CHECK(json::parse("\"" + longer + "\"").value().text_or("") == longer);
    const std::string digits(300, '7');
    CHECK(json::parse(digits).value().number()->text == digits);
}

TEST_CASE("JSON: malformed, too deep, too large, duplicate keys") {
    for (const char* bad : {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "\"\xC0\x80\"", "1 2", "nul", "{\"a\" 1}", "'a'", "[1] x"}) {
        const auto result = json::parse(bad);
        REQUIRE_FALSE(result);
        CHECK(result.error().key == "json.malformed");
    }
    CHECK(json::parse(std::string(70, '[') + std::string(70, ']')).error().key == "json.too-deep");
    CHECK(json::parse("[1,2,3]", {.bytes = 3}).error().key == "json.too-large");
}

TEST_CASE("JSON: control characters and what HTML must not see are escaped") {
    CHECK(json::write(json::Value("a\"\\\n\x01")) == R"("a\"\\\n\u0001")");
    CHECK(json::write_for_html(json::Value("</script>&\xE2\x80\xA8")) == R"("\u003c/script\u003e\u0026\u2028")");
}

TEST_CASE("JSON: what is written can be read back, also when the text was cut inside a character") {
    const std::string cut = std::string("م").substr(0, 1);
    for (const auto& text : {std::string("a") + cut, cut + "b", std::string("\xFF"), std::string("é") + cut + "وصل"}) {
        const auto written = json::write(json::Value(json::Object{{text, text}}));
        REQUIRE(json::parse(written).has_value());
    }
    CHECK(json::write(json::Value("وصل ⵡⴰⵚⵍ 😀")) == "\"وصل ⵡⴰⵚⵍ 😀\"");
    CHECK(json::write(json::Value("a" + cut)) == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("JSON: an object keeps its order and replaces in place") {
    json::Object object{{"b", 1}, {"a", 2}};
    object.set("b", "x");
    CHECK(json::write(json::Value(object)) == R"({"b":"x","a":2})");
    CHECK(object.erase("b"));
    CHECK_FALSE(object.erase("b"));
}
