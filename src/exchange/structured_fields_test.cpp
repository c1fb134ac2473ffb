#include "exchange/structured_fields.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace wasl;
using namespace wasl::exchange;

namespace {

// What is written for a field that was read; "refused" when it is not one.
std::string item(std::string_view text) {
    const auto parsed = sf::parse_item(text);
    return parsed ? sf::serialize(*parsed).value() : "refused";
}
std::string list(std::string_view text) {
    const auto parsed = sf::parse_list(text);
    return parsed ? sf::serialize(*parsed).value() : "refused";
}
std::string dictionary(std::string_view text) {
    const auto parsed = sf::parse_dictionary(text);
    return parsed ? sf::serialize(*parsed).value() : "refused";
}

}  // namespace

TEST_CASE("an integer has at most fifteen digits") {
    CHECK(item("42") == "42");
    CHECK(item(" 42  ") == "42");
    CHECK(item("-0") == "0");
    CHECK(item("007") == "7");
    CHECK(item("999999999999999") == "999999999999999");
    CHECK(item("-999999999999999") == "-999999999999999");
    for (const char* bad : {"1000000000000000", "--1", "-", "+1", "1 2", "\t1", "1\t", "", " ", "-a"}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("a decimal has at most twelve digits, a point, and one to three more") {
    CHECK(item("4.50") == "4.5");
    CHECK(item("1.0") == "1.0");
    CHECK(item("-0.0") == "0.0");
    CHECK(item("-0.125") == "-0.125");
    CHECK(item("999999999999.999") == "999999999999.999");
    for (const char* bad : {"1.", ".5", "1.2345", "1234567890123.0", "1..2", "1.2.3", "-.5"}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("a string is printable ASCII with two escapes") {
    CHECK(item(R"("a \"b\" \\c")") == R"("a \"b\" \\c")");
    CHECK(item(R"("")") == R"("")");
    for (const char* bad : {R"("a)", R"("a\n")", "\"a\tb\"", "\"\xC3\xA9\"", "\"\x7F\"", R"('a')", R"("a" b)", "\"\\"}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("a token begins with a letter or a star") {
    CHECK(item("text/html") == "text/html");
    CHECK(item("*a:b%c") == "*a:b%c");
    CHECK(item("a\"") == "refused");
    CHECK(item("!a") == "refused");
}

TEST_CASE("a byte sequence is padded base64 between colons, and has one text only") {
    CHECK(item(":aGVsbG8=:") == ":aGVsbG8=:");
    CHECK(item("::") == "::");
    for (const char* bad : {":aGVsbG8:", ":aGVsbG9=:", ":aGVsbG8=", ":aGV sbG8=:", ":_-==:", ":a:"}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("a boolean, a date, a display string") {
    CHECK(item("?1") == "?1");
    CHECK(item("?0") == "?0");
    CHECK(item("?2") == "refused");
    CHECK(item("?") == "refused");
    CHECK(item("@1659578233") == "@1659578233");
    CHECK(item("@-1") == "@-1");
    CHECK(item("@1.5") == "refused");
    CHECK(item("@") == "refused");
    CHECK(item("%\"f%c3%bc%c3%bc\"") == "%\"f%c3%bc%c3%bc\"");
    CHECK(item("%\"100%25 %22x%22\"") == "%\"100%25 %22x%22\"");
    for (const char* bad : {"%\"%C3%BC\"", "%\"%c3\"", "%\"%c\"", "%\"a", "%a", "%\"\xC3\xBC\"", "%\"%zz\""}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("parameters keep their order; the last value of a key stands in the first place") {
    CHECK(item("a;b=1;c;d=?0") == "a;b=1;c;d=?0");
    CHECK(item("a;  b=1") == "a;b=1");
    CHECK(item("a;b=1;c=2;b=3") == "a;b=3;c=2");
    CHECK(item("a;b=?1") == "a;b");
    for (const char* bad : {"a;", "a;B=1", "a;b=", "a; =1", "a;b =1", "a ;b", "a;b=(1)"}) {
        CAPTURE(bad);
        CHECK(item(bad) == "refused");
    }
}

TEST_CASE("lists and inner lists") {
    CHECK(list("a,b ,\tc") == "a, b, c");
    CHECK(list("") == "");
    CHECK(list("(a  b );x, ();y=1 , c;z") == "(a b);x, ();y=1, c;z");
    CHECK(list("(\"foo\";a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1") == "(\"foo\";a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1");
    for (const char* bad : {"a,", ",a", "a,,b", "a b", "(a", "(a,b)", "(a\tb)", "((a))", "a)", "(a b"}) {
        CAPTURE(bad);
        CHECK(list(bad) == "refused");
    }
}

TEST_CASE("dictionaries: a key alone is true, the last value of a key stands in the first place") {
    CHECK(dictionary("a=1, b;x, c=(1 2);y") == "a=1, b;x, c=(1 2);y");
    CHECK(dictionary("a=1,b=2,a=3") == "a=3, b=2");
    CHECK(dictionary("a=?1;x=1") == "a;x=1");
    CHECK(dictionary("") == "");
    for (const char* bad : {"A=1", "a=", "a =1", "a= 1", "a=1,", "=1", "1=a", "a=1 b=2"}) {
        CAPTURE(bad);
        CHECK(dictionary(bad) == "refused");
    }
}

TEST_CASE("sizes are bounded, and what RFC 9651 wants of every reader is taken") {
    const auto times = [](std::string_view text, int n) {
        std::string out;
        for (int i = 0; i < n; ++i) { out += text; }
        return out;
    };
    CHECK(list(times("a,", 1023) + "a") != "refused");
    CHECK(list(times("a,", 1024) + "a") == "refused");
    CHECK(dictionary(times("a,", 1024) + "a") == "refused");
    CHECK(list("(" + times("1 ", 256) + ")") != "refused");
    CHECK(list("(" + times("1 ", 257) + ")") == "refused");
    CHECK(item("\"" + times("x", 1024) + "\"") != "refused");
    CHECK(item("\"" + times("x", 1025) + "\"") == "refused");
    CHECK(item(times("x", 512)) != "refused");
    CHECK(item(times("x", 513)) == "refused");
    CHECK(item("a;" + times("k", 64)) != "refused");
    CHECK(item("a;" + times("k", 65)) == "refused");
    CHECK(item(":" + times("AAAA", 5461) + "AA==:") != "refused");  // 16,384 bytes
    CHECK(item(":" + times("AAAA", 5462) + ":") == "refused");
    CHECK(list(times(" ", 64 * 1024) + "a") == "refused");
}

TEST_CASE("what has no text is not written") {
    CHECK(!sf::serialize(sf::Item{std::int64_t{1'000'000'000'000'000}}));
    CHECK(!sf::serialize(sf::Item{sf::Fraction{1'000'000'000'000'000}}));
    CHECK(!sf::serialize(sf::Item{std::string("a\n")}));
    CHECK(!sf::serialize(sf::Item{sf::Token{"1a"}}));
    CHECK(!sf::serialize(sf::Item{sf::Token{""}}));
    CHECK(!sf::serialize(sf::Item{sf::DisplayString{"\xFF"}}));
    CHECK(!sf::serialize(sf::Item{true, {{"Upper", true}}}));
}

TEST_CASE("property: whatever is read, written and read again is the same value") {
    std::mt19937 dice(9651);  // NOLINT: the same texts on every run
    const std::string_view alphabet = "ab*AZ01-.9\"\\:?@%;=(), \tc3=/~_";
    int read = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        for (std::size_t n = dice() % 14; n > 0; --n) { text += alphabet[dice() % alphabet.size()]; }
        const auto dict = sf::parse_dictionary(text);
        const auto lst = sf::parse_list(text);
        if (dict) {
            CHECK(sf::parse_dictionary(sf::serialize(*dict).value()) == dict);
            ++read;
        }
        if (lst) {
            CHECK(sf::parse_list(sf::serialize(*lst).value()) == lst);
            ++read;
        }
    }
    CHECK(read > 1000);
}
