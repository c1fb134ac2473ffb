#include "base/text.hpp"

#include "base/clock.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("UTF-8: well-formed sequences only, RFC 3629") {
    CHECK(is_utf8("وصل ⵡⴰⵚⵍ é 😀"));
    CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong NUL
    CHECK_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong slash
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    CHECK_FALSE(is_utf8("\xE2\x82"));          // cut short
    CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("code points: decoding is the inverse of encoding") {
    for (const char32_t c : {U'a', U'é', U'و', U'ⵡ', U'\U0001F600', char32_t{0x10FFFF}}) {
        std::string text;
        append_utf8(text, c);
        std::size_t at = 0;
        CHECK(next_code_point(text, at) == c);
        CHECK(at == text.size());
    }
    CHECK(count_code_points("وصل") == 3);
}

TEST_CASE("encodings: every byte string comes back") {
    SeededEntropy entropy(7);
    for (std::size_t length = 0; length < 70; ++length) {
        const auto bytes = entropy.bytes(length);
        CHECK(from_hex(to_hex(bytes)).value() == bytes);
        CHECK(from_base64(to_base64(bytes)).value() == bytes);
        CHECK(from_base64url(to_base64url(bytes)).value() == bytes);
        CHECK(from_base45(to_base45(bytes)).value() == bytes);
        CHECK(from_base32(to_base32(bytes)).value() == bytes);
        CHECK(percent_decode(percent_encode(bytes)).value() == bytes);
    }
}

TEST_CASE("encodings: the examples of the standards") {
    CHECK(to_base64("foob") == "Zm9vYg==");       // RFC 4648 section 10
    CHECK(to_base32("foobar") == "MZXW6YTBOI");   // RFC 4648 section 10, unpadded
    CHECK(to_base45("AB") == "BB8");              // RFC 9285 section 4.3
    CHECK(to_base45("base-45") == "UJCLQE7W581");
    CHECK(from_base45("QED8WEX0").value() == "ietf!");
}

TEST_CASE("encodings: malformed text is refused, never repaired") {
    CHECK_FALSE(from_hex("abc"));
    CHECK_FALSE(from_hex("zz"));
    CHECK_FALSE(from_base64("Zg="));
    CHECK_FALSE(from_base64("Zh=="));  // left-over bits
    CHECK_FALSE(from_base64("Z"));
    CHECK_FALSE(from_base45("GGW"));   // 65536
    CHECK_FALSE(from_base45("A"));
    CHECK_FALSE(from_base45("ab"));
    CHECK_FALSE(percent_decode("%2"));
    CHECK_FALSE(percent_decode("%zz"));
}

TEST_CASE("integers: the whole text or nothing") {
    CHECK(to_integer("-42") == -42);
    CHECK_FALSE(to_integer("42 "));
    CHECK_FALSE(to_integer("+42"));
    CHECK_FALSE(to_integer(""));
    CHECK_FALSE(to_integer("9223372036854775808"));
}

TEST_CASE("split keeps empty parts; trim takes blanks from both ends") {
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split("", ',').size() == 1);
    CHECK(trim(" \t x \n") == "x");
    CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
}
