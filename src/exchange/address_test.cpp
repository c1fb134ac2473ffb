#include "exchange/address.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const std::string service = "/r1/MA/GOV/1001/registry/civil";

std::string path_of(std::string_view target) {
    const auto address = parse_service_address(target);
    return address ? address->path : address.error().key;
}

template <class T>
std::string again(const Result<T>& parsed) {
    return parsed ? parsed->text() : parsed.error().key;
}

const std::string ambiguous = "exchange.path-ambiguous";
const std::string malformed = "exchange.address-malformed";
const std::string bad_identifier = "exchange.identifier-malformed";

}  // namespace

TEST_CASE("an address names a service, and keeps path and query as they were sent") {
    const auto address = parse_service_address(service + "/v1/persons/4%32?full=1&x=%zz?/[a]");
    REQUIRE(address);
    CHECK(address->service == ServiceId{{"MA", "GOV", "1001", "registry"}, "civil"});
    CHECK(address->raw_path == "/v1/persons/4%32");
    CHECK(address->path == "/v1/persons/42");
    CHECK(address->query == "full=1&x=%zz?/[a]");
    CHECK(address->target() == service + "/v1/persons/4%32?full=1&x=%zz?/[a]");
    CHECK(parse_service_address(service)->path == "");
    CHECK(parse_service_address(service + "/")->path == "/");
    CHECK(!parse_service_address(service)->query);
    CHECK(parse_service_address(service + "?")->query == "");
}

TEST_CASE("identifiers are encoded each on its own; an encoded slash belongs to the identifier") {
    const auto address = parse_service_address("/r1/MA/GOV/a%2Fb/%D8%B3%D8%AC%D9%84/civil%20status/x");
    REQUIRE(address);
    CHECK(address->service.provider.member_code == "a/b");
    CHECK(address->service.provider.subsystem_code == "سجل");
    CHECK(address->service.service_code == "civil status");
    CHECK(address->path == "/x");
    CHECK(address->service.text() == "MA/GOV/a%2Fb/%D8%B3%D8%AC%D9%84/civil%20status");
    CHECK(parse_service_address(address->target())->service == address->service);
    CHECK(parse_service_address("/r1/MA/GOV/10%301/registry/civil")->service.provider.member_code == "1001");
}

TEST_CASE("a malformed address is told from an ambiguous path") {
    for (const char* bad : {"", "/", "/r1", "/r1/", "/r2/MA/GOV/1001/registry/civil", "/v1/MA/GOV/1001/registry/civil",
                            "/R1/MA/GOV/1001/registry/civil", "/r1/MA/GOV/1001/registry", "/r1/MA/GOV/1001/registry?civil/x",
                            "r1/MA/GOV/1001/registry/civil", "/r1/MA/GOV/1001/registry/civil/a%2", "/r1/MA/GOV/1001/registry/civil/a%zz",
                            "/r1/MA/GOV/1001/registry/civil/a b", "/r1/MA/GOV/1001/registry/civil/\xC3\xA9",
                            "/r1/MA/GOV/1001/registry/civil/a\\b", "/r1/MA/GOV/1001/registry/civil#x", "/r1/MA/GOV/1001/registry/civil?a b",
                            "/r1/MA/GOV/1001/registry/civil?a\nb", "/r1/MA/GOV/1001/registry/civil/{id}"}) {
        CAPTURE(bad);
        CHECK(path_of(bad) == malformed);
    }
    for (const char* bad : {"/r1/MA/GOV//registry/civil", "/r1//MA/GOV/1001/registry/civil", "/r1/MA/GOV/../registry/civil",
                            "/r1/MA/GOV/%2e%2e/registry/civil", "/r1/MA/GOV/%00/registry/civil", "/r1/MA/GOV/%FF/registry/civil",
                            "/r1/MA/GOV/1001/registry/", "/r1/MA/GOV/1001/registry//x", "/r1/MA/GOV/%0D%0Ax/registry/civil"}) {
        CAPTURE(bad);
        CHECK(path_of(bad) == bad_identifier);
    }
    CHECK(path_of(service + "/" + std::string(8200, 'a')) == malformed);
}

TEST_CASE("a query holds what RFC 3986 lets stand there, brackets and loose percent signs; the rest has to be encoded") {
    const std::string good = "full=1&x=a-._~!$&'()*+,;=:@/?[0]&y=%zz%&z=%22%3C";
    CHECK(parse_service_address(service + "?" + good)->query == good);
    for (const char bad : std::string_view("\"<>\\`{}|^#\x01 \x7F\xC3")) {
        CAPTURE(bad);
        CHECK(path_of(service + "/x?a=" + bad + "b") == malformed);
    }
}

TEST_CASE("encoded traversal: a path that can be read in two ways is refused") {
    for (const char* bad : {"/a/../b", "/..", "/../", "/.", "/a/./b", "/%2e%2e/b", "/%2E./b", "/.%2e", "/a/%2e", "/a%2Fb", "/a%2fb",
                            "/..%2Fb", "/a%5Cb", "/a%5cb", "/%5c%2e%2e", "/a;x=1/b", "/..;/b", "/a%3Bx", "/a%3bx", "/a//b", "//a", "/a//",
                            "/a%00b", "/a%0Ab", "/a%7F", "/a%252Fb", "/a%252e%252e", "/a%25%32%66", "/a%2541", "/%FF", "/%C0%AF", "/%C0%AE%C0%AE/"}) {
        CAPTURE(bad);
        CHECK(path_of(service + bad) == ambiguous);
    }
}

TEST_CASE("harmless names are not refused for looking like others") {
    CHECK(path_of(service + "/a..b/...") == "/a..b/...");
    CHECK(path_of(service + "/.well-known/x") == "/.well-known/x");
    CHECK(path_of(service + "/100%25/x%20y") == "/100%/x y");
    CHECK(path_of(service + "/%E2%82%AC:@!$&'()*+,=~") == "/€:@!$&'()*+,=~");
    CHECK(path_of(service + "/a%3Fb") == "/a?b");
    CHECK(path_of(service + "/a/") == "/a/");
}

TEST_CASE("client, service, node and represented party: read and written") {
    CHECK(again(parse_client_id("MA/GOV/2002/portal")) == "MA/GOV/2002/portal");
    CHECK(again(parse_client_id(" MA/GOV/2002 ")) == "MA/GOV/2002");
    CHECK(parse_client_id("MA/GOV/2002")->subsystem_code.empty());
    CHECK(again(parse_client_id("MA/GOV/a%2fb")) == "MA/GOV/a%2Fb");
    CHECK(again(parse_service_id("MA/GOV/1001/registry/civil")) == "MA/GOV/1001/registry/civil");
    CHECK(again(parse_node_id("MA/GOV/1001/node-1")) == "MA/GOV/1001/node-1");
    CHECK(again(parse_represented_party("COM/77")) == "COM/77");
    CHECK(again(parse_represented_party("77")) == "77");
    for (const char* bad : {"", "MA", "MA/GOV", "MA/GOV/1/2/3", "MA//1", "MA/GOV/1/", "/MA/GOV/1", "MA/GOV/a b", "MA/GOV/%", "MA/GOV/\xC3\xA9", "MA/GOV/a?b"}) {
        CAPTURE(bad);
        CHECK(again(parse_client_id(bad)) == bad_identifier);
    }
    CHECK(again(parse_service_id("MA/GOV/1001/registry")) == bad_identifier);
    CHECK(again(parse_node_id("MA/GOV/1001")) == bad_identifier);
    CHECK(again(parse_represented_party("a/b/c")) == bad_identifier);
    CHECK(again(parse_client_id("MA/GOV/" + std::string(256, 'a'))) == bad_identifier);
}

TEST_CASE("the provider is called with exactly the path that was decided on") {
    const auto url = [](std::string_view base, const std::string& rest) {
        return provider_url(base, parse_service_address(service + rest).value());
    };
    CHECK(url("https://is.example/api", "/v1/x%20y?a=1") == "https://is.example/api/v1/x%20y?a=1");
    CHECK(url("https://is.example/api/", "/v1") == "https://is.example/api/v1");
    CHECK(url("https://is.example/api/", "") == "https://is.example/api/");
    CHECK(url("https://is.example/api", "?a") == "https://is.example/api?a");
}
