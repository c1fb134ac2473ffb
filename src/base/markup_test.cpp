#include "base/markup.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("text in markup: five characters become references, every other byte stays") {
    CHECK(escaped("") == "");
    CHECK(escaped("a < b && \"c\" > 'd'") == "a &lt; b &amp;&amp; &quot;c&quot; &gt; &#39;d&#39;");
    CHECK(escaped("&amp;") == "&amp;amp;");  // never guessed to be escaped already
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one(1, static_cast<char>(byte));
        CHECK((escaped(one) == one) == (one.find_first_of("&<>\"'") == std::string::npos));
    }
    std::string out = "<p>";
    append_escaped(out, "وصل <3");
    CHECK(out == "<p>وصل &lt;3");
}
