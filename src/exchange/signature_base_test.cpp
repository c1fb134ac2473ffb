#include "exchange/signature_base.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

Message request(std::string target) {
    Message out;
    out.method = "POST";
    out.scheme = "https";
    out.authority = "www.Example.com:443";
    out.target = std::move(target);
    return out;
}

// Value of a component written as in Signature-Input; the key of the error when there is none.
std::string value(const Message& message, std::string_view written, const FieldTypes& types = {}) {
    const auto result = component_value(message, sf::parse_item(written).value(), types);
    return result ? *result : result.error().key.substr(std::string_view("exchange.component-").size());
}

Message with_fields() {
    Message out = request("/");
    out.headers = {
        {"Host", "www.example.com"},
        {"Date", "Tue, 20 Apr 2021 02:07:56 GMT"},
        {"X-OWS-Header", "   Leading and trailing whitespace.   "},
        {"X-Obs-Fold-Header", "Obsolete\r\n    line folding."},
        {"Cache-Control", "max-age=60"},
        {"Cache-Control", "   must-revalidate"},
        {"Example-Dict", "  a=1,    b=2;x=1;y=2,   c=(a   b   c), d"},
        {"X-Empty-Header", ""},
        {"Example-Header", "value, with, lots"},
        {"Example-Header", "of, commas"},
        {"X-Raw", "caf\xC3\xA9"},
        {"X-Break", "a\nb"},
    };
    out.trailers = {{"Expires", "Wed, 9 Nov 2022 07:28:00 GMT"}};
    return out;
}

}  // namespace

TEST_CASE("RFC 9421 section 2.2: method, target, authority, scheme, path and query") {
    const Message of = request("/path?param=value&foo=bar&baz=batman");
    CHECK(value(of, R"("@method")") == "POST");
    CHECK(value(of, R"("@target-uri")") == "https://www.example.com/path?param=value&foo=bar&baz=batman");
    CHECK(value(of, R"("@authority")") == "www.example.com");
    CHECK(value(of, R"("@scheme")") == "https");
    CHECK(value(of, R"("@request-target")") == "/path?param=value&foo=bar&baz=batman");
    CHECK(value(of, R"("@path")") == "/path");
    CHECK(value(of, R"("@query")") == "?param=value&foo=bar&baz=batman");
}

TEST_CASE("RFC 9421 section 2.2: the other forms of a request target") {
    const Message absolute = request("http://Www.example.org:80/a%2Fb?q");
    CHECK(value(absolute, R"("@request-target")") == "http://Www.example.org:80/a%2Fb?q");
    CHECK(value(absolute, R"("@authority")") == "www.example.org");
    CHECK(value(absolute, R"("@scheme")") == "http");
    CHECK(value(absolute, R"("@path")") == "/a%2Fb");
    CHECK(value(absolute, R"("@target-uri")") == "http://www.example.org/a%2Fb?q");
    CHECK(value(request("https://www.example.com"), R"("@path")") == "/");
    CHECK(value(request("*"), R"("@request-target")") == "*");
    CHECK(value(request("www.example.com:80"), R"("@request-target")") == "www.example.com:80");
    Message other_port = request("/");
    other_port.authority = "www.example.com:8443";
    CHECK(value(other_port, R"("@authority")") == "www.example.com:8443");
    // A URI in the query does not make the target absolute.
    CHECK(value(request("/go?to=http://evil.example/x"), R"("@authority")") == "www.example.com");
    CHECK(value(request("/go?to=http://evil.example/x"), R"("@path")") == "/go");
}

TEST_CASE("RFC 9421 section 2.2.7: a query that is absent and one that is empty") {
    CHECK(value(request("/path"), R"("@query")") == "?");
    CHECK(value(request("/path?"), R"("@query")") == "?");
    CHECK(value(request("/path?queryString"), R"("@query")") == "?queryString");
    CHECK(value(request("/path"), R"("@target-uri")") == "https://www.example.com/path");
    CHECK(value(request("/path?"), R"("@target-uri")") == "https://www.example.com/path?");
}

TEST_CASE("RFC 9421 section 2.2.8: query parameters are decoded and encoded again") {
    const Message of = request("/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something");
    CHECK(value(of, R"("@query-param";name="var")") == "this%20is%20a%20big%0Amultiline%20value");
    CHECK(value(of, R"("@query-param";name="bar")") == "with%20plus%20whitespace");
    CHECK(value(of, R"("@query-param";name="fa%C3%A7ade%22%3A%20")") == "something");
    const Message simple = request("/path?param=value&foo=bar&baz=batman&qux=");
    CHECK(value(simple, R"("@query-param";name="baz")") == "batman");
    CHECK(value(simple, R"("@query-param";name="qux")") == "");
    CHECK(value(simple, R"("@query-param";name="none")") == "missing");
    CHECK(value(request("/?a=1&a=2"), R"("@query-param";name="a")") == "missing");
    CHECK(value(request("/?a=%zz"), R"("@query-param";name="a")") == "malformed");
    CHECK(value(simple, R"("@query-param")") == "unknown");
    CHECK(value(simple, R"("@query-param";name=foo)") == "unknown");
}

TEST_CASE("RFC 9421 section 2.1: field values are joined, trimmed, unfolded") {
    const Message of = with_fields();
    CHECK(value(of, R"("host")") == "www.example.com");
    CHECK(value(of, R"("x-ows-header")") == "Leading and trailing whitespace.");
    CHECK(value(of, R"("x-obs-fold-header")") == "Obsolete line folding.");
    CHECK(value(of, R"("cache-control")") == "max-age=60, must-revalidate");
    CHECK(value(of, R"("example-dict")") == "a=1,    b=2;x=1;y=2,   c=(a   b   c), d");
    CHECK(value(of, R"("x-empty-header")") == "");
    CHECK(value(of, R"("no-such-header")") == "missing");
}

TEST_CASE("RFC 9421 section 2.1.1 and 2.1.2: structured fields and their members") {
    const Message of = with_fields();
    const FieldTypes types = {{"example-dict", FieldType::dictionary}};
    CHECK(value(of, R"("example-dict";sf)", types) == "a=1, b=2;x=1;y=2, c=(a b c), d");
    CHECK(value(of, R"("example-dict";sf)") == "malformed");  // the type must be known
    CHECK(value(of, R"("example-dict";key="a")") == "1");
    CHECK(value(of, R"("example-dict";key="d")") == "?1");
    CHECK(value(of, R"("example-dict";key="b")") == "2;x=1;y=2");
    CHECK(value(of, R"("example-dict";key="c")") == "(a b c)");
    CHECK(value(of, R"("example-dict";key="e")") == "missing");
    CHECK(value(of, R"("date";key="a")") == "malformed");
}

TEST_CASE("RFC 9421 section 2.1.3 and 2.1.4: wrapped lines and trailers") {
    const Message of = with_fields();
    CHECK(value(of, R"("example-header";bs)") == ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:");
    CHECK(value(of, R"("x-raw";bs)") == ":Y2Fmw6k=:");
    CHECK(value(of, R"("expires";tr)") == "Wed, 9 Nov 2022 07:28:00 GMT");
    CHECK(value(of, R"("expires")") == "missing");
    CHECK(value(of, R"("date";tr)") == "missing");
}

TEST_CASE("a value that could speak for another line, or is no ASCII, is not signed as it is") {
    const Message of = with_fields();
    CHECK(value(of, R"("x-raw")") == "malformed");
    CHECK(value(of, R"("x-break")") == "malformed");
    Message smuggled = request("/");
    smuggled.method = "GET\n\"@path\": /";
    CHECK(value(smuggled, R"("@method")") == "malformed");
}

TEST_CASE("a part of the request that nobody knows is missing, not empty") {
    const Message nothing;
    for (const char* name : {R"("@method")", R"("@request-target")", R"("@authority")", R"("@scheme")", R"("@target-uri")"}) {
        CAPTURE(name);
        CHECK(value(nothing, name) == "missing");
    }
}

TEST_CASE("components and parameters that RFC 9421 does not know are refused") {
    const Message of = with_fields();
    for (const char* bad : {R"("@unknown")", R"("@signature-params")", R"("Date")", R"("date";x)", R"("date";sf=?0)",
                            R"("date";bs;sf)", R"("example-dict";bs;key="a")", R"("@method";sf)", R"("@method";name="a")",
                            R"("date";name="a")", R"("")", R"("a b")", R"(date)", R"("@method";req)", R"("example-dict";key=1)"}) {
        CAPTURE(bad);
        CHECK(value(of, bad) == "unknown");
    }
}

TEST_CASE("a response has a status and can cover its request") {
    const Message asked = request("/path?a=1");
    Message of;
    of.status = 503;
    of.headers = {{"Content-Length", "62"}};
    CHECK(value(of, R"("@status")") == "503");
    CHECK(value(of, R"("@method")") == "missing");
    CHECK(value(of, R"("@method";req)") == "missing");
    of.request = &asked;
    CHECK(value(of, R"("@method";req)") == "POST");
    CHECK(value(of, R"("@query-param";name="a";req)") == "1");
    CHECK(value(of, R"("@status";req)") == "missing");
    CHECK(value(asked, R"("@status")") == "missing");
}

TEST_CASE("RFC 9421 section 2.5: the base names every component, its parameters last") {
    Message of = request("/foo");
    of.authority = "example.com";
    of.headers = {{"X-Empty", ""}};
    const auto input = signature_input({component("@method"), component("@authority"), component("x-empty")},
                                       {.created = 1618884473, .keyid = "test-key-rsa-pss", .nonce = "n", .tag = "wasl-1"});
    CHECK(signature_base(of, input).value() ==
          "\"@method\": POST\n\"@authority\": example.com\n\"x-empty\": \n"
          "\"@signature-params\": (\"@method\" \"@authority\" \"x-empty\");created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"n\";tag=\"wasl-1\"");
    CHECK(signature_base(of, sf::InnerList{}).value() == "\"@signature-params\": ()");
}

TEST_CASE("a component is covered once, whatever the order of its parameters") {
    Message of = request("/?a=1");
    CHECK(signature_base(of, {components({"@method", "@method"}), {}}).error().key == "exchange.component-unknown");
    Message answer;
    answer.status = 200;
    answer.request = &of;
    const auto one = sf::parse_item(R"("@query-param";name="a";req)").value();
    const auto two = sf::parse_item(R"("@query-param";req;name="a")").value();
    CHECK(same_component(one, two));
    CHECK(signature_base(answer, {{one, two}, {}}).error().key == "exchange.component-unknown");
    CHECK(signature_base(answer, {{one}, {}}).has_value());
}

TEST_CASE("parameters of a signature have their types; unknown ones are signed and passed over") {
    const auto read = [](std::string_view text) {
        return parameters_of(std::get<sf::InnerList>(sf::parse_list(text).value().at(0)));
    };
    const auto good = read(R"(();created=1;expires=2;nonce="n";keyid="k";alg="ed25519";tag="t";other=x)");
    CHECK(good.value() == SignatureParameters{1, 2, "k", "ed25519", "n", "t"});
    for (const char* bad : {R"(();created="1")", "();created=1.0", "();expires", "();nonce=n", "();keyid=:AA==:", "();alg=ed25519", "();tag=1"}) {
        CAPTURE(bad);
        CHECK(read(bad).error().key == "exchange.signature-malformed");
    }
}
