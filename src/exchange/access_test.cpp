#include "exchange/access.hpp"

#include <chrono>
#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

bool matches(std::string_view pattern, std::string_view path) { return PathPattern::parse(pattern).value().matches(path); }

const ClientId portal{"MA", "GOV", "2002", "portal"};
const ClientId stranger{"MA", "GOV", "3003", "portal"};
const ServiceId civil{{"MA", "GOV", "1001", "registry"}, "civil"};
constexpr Instant now{1'763'809'200'000'000};

AccessRight right(Subject subject, std::string_view method, std::string_view pattern) {
    return {"right-1", std::move(subject), civil, make_endpoint(method, pattern).value(), "permit to occupy", "law 55-19, article 5",
            now.plus_seconds(-10), now.plus_seconds(10)};
}

std::string asked(const AccessRights& rights, std::string method, std::string path, const ClientId& client = portal,
                  std::vector<GroupId> groups = {}, Instant at = now) {
    const auto allowed = rights.allow({client, std::move(groups), civil, std::move(method), std::move(path)}, at);
    return allowed ? "allowed" : allowed.error().key.substr(std::string_view("exchange.access-").size());
}

}  // namespace

TEST_CASE("one star stays inside a segment, two cross the slashes") {
    CHECK(matches("/v1/persons/*", "/v1/persons/42"));
    CHECK(matches("/v1/persons/*", "/v1/persons/"));
    CHECK(!matches("/v1/persons/*", "/v1/persons"));
    CHECK(!matches("/v1/persons/*", "/v1/persons/42/acts"));
    CHECK(matches("/v1/persons/*/acts", "/v1/persons/42/acts"));
    CHECK(matches("/v1/p*s/x", "/v1/persons/x"));
    CHECK(matches("/v1/**", "/v1/a/b/c"));
    CHECK(matches("/v1/**", "/v1/"));
    CHECK(!matches("/v1/**", "/v1"));
    CHECK(matches("/v1/**/acts", "/v1/a/b/acts"));
    CHECK(matches("/v1***x", "/v1/a/x"));
    CHECK(matches("**", ""));
    CHECK(matches("**", "/anything/at/all"));
    CHECK(!matches("*", "/a"));
    CHECK(matches("*", ""));
}

TEST_CASE("every other character stands for itself") {
    CHECK(!matches("/a.c", "/abc"));
    CHECK(!matches("/ab?", "/a"));
    CHECK(!matches("/ab?", "/ab"));
    CHECK(matches("/ab?", "/ab?"));
    CHECK(matches("/[a]+(b)|^$", "/[a]+(b)|^$"));
    CHECK(!matches("/A", "/a"));
    CHECK(!matches("/a/", "/a"));
    CHECK(!matches("/a", "/a/"));
    CHECK(matches("/a\\*", "/a*"));
    CHECK(!matches("/a\\*", "/ab"));
    CHECK(matches("/a\\\\*", "/a\\b"));
    CHECK(matches("/a\\b", "/a\\b"));
    CHECK(matches("/a\\", "/a\\"));
    CHECK(matches("/سجل/*", "/سجل/١"));
    CHECK(PathPattern::parse("").error().key == "exchange.pattern-malformed");
    CHECK(PathPattern::parse(std::string(1025, 'a')).error().key == "exchange.pattern-malformed");
    CHECK(PathPattern::parse("/\xFF").error().key == "exchange.pattern-malformed");
}

TEST_CASE("a hostile pattern and path take no long time") {
    std::string pattern;
    for (int i = 0; i < 500; ++i) { pattern += i % 2 == 0 ? "a*" : "**"; }
    const std::string path = "/" + std::string(4000, 'a') + "b";
    const auto before = std::chrono::steady_clock::now();
    CHECK(!matches(pattern.substr(0, 1000) + "c", path));
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(20));  // sanitizers, a busy machine
}

TEST_CASE("nothing is allowed until granted") {
    CHECK(asked(AccessRights(), "GET", "/v1") == "denied");
    const AccessRights rights({right(portal, "GET", "/v1/persons/*")});
    CHECK(asked(rights, "GET", "/v1/persons/42") == "allowed");
    CHECK(asked(rights, "get", "/v1/persons/42") == "allowed");
    CHECK(asked(rights, "HEAD", "/v1/persons/42") == "denied");
    CHECK(asked(rights, "DELETE", "/v1/persons/42") == "denied");
    CHECK(asked(rights, "GET", "/v1/persons/42/acts") == "denied");
    CHECK(asked(rights, "GET", "") == "denied");
    CHECK(asked(rights, "GET", "/v1/persons/42", stranger) == "denied");
    CHECK(asked(rights, "GET", "/v1/persons/42", ClientId{"MA", "GOV", "2002", {}}) == "denied");
    ServiceId other = civil;
    other.service_code = "land";
    CHECK(!rights.allow({portal, {}, other, "GET", "/v1/persons/42"}, now));
}

TEST_CASE("a right on the base endpoint is a right on the whole service; rights add up") {
    const AccessRights whole({right(portal, "*", "**")});
    CHECK(whole.all()[0].endpoint.is_base());
    CHECK(asked(whole, "DELETE", "") == "allowed");
    CHECK(asked(whole, "TRACE", "/any/thing") == "allowed");
    const AccessRights two({right(portal, "GET", "/a"), right(portal, "POST", "/b")});
    CHECK(asked(two, "GET", "/a") == "allowed");
    CHECK(asked(two, "POST", "/b") == "allowed");
    CHECK(asked(two, "POST", "/a") == "denied");
    CHECK(two.held(portal, {}, civil, now).size() == 2);
    CHECK(two.held(stranger, {}, civil, now).empty());
}

TEST_CASE("a right ends; that is told from a right that never was") {
    const AccessRights rights({right(portal, "*", "**")});
    CHECK(asked(rights, "GET", "", portal, {}, now.plus_seconds(-11)) == "expired");
    CHECK(asked(rights, "GET", "", portal, {}, now.plus_seconds(-10)) == "allowed");
    CHECK(asked(rights, "GET", "", portal, {}, now.plus_seconds(10)) == "expired");
    CHECK(asked(rights, "GET", "", stranger, {}, now.plus_seconds(10)) == "denied");
}

TEST_CASE("groups of the registry and of the provider, not of another provider") {
    const GroupId global{std::nullopt, "communes"};
    const GroupId local{civil.provider, "communes"};
    const GroupId foreign{stranger, "communes"};
    CHECK(asked(AccessRights({right(global, "*", "**")}), "GET", "", portal, {global}) == "allowed");
    CHECK(asked(AccessRights({right(global, "*", "**")}), "GET", "", portal, {local}) == "denied");
    CHECK(asked(AccessRights({right(local, "*", "**")}), "GET", "", portal, {local}) == "allowed");
    CHECK(asked(AccessRights({right(local, "*", "**")}), "GET", "", portal, {global}) == "denied");
    CHECK(asked(AccessRights({right(foreign, "*", "**")}), "GET", "", portal, {foreign}) == "denied");
    CHECK(asked(AccessRights({right(global, "*", "**")}), "GET", "", portal) == "denied");
}

TEST_CASE("encoded traversal never widens access") {
    const AccessRights rights({right(portal, "GET", "/public/**")});
    const auto call = [&](const std::string& raw) {
        const auto address = parse_service_address("/r1/MA/GOV/1001/registry/civil" + raw);
        return address ? asked(rights, "GET", address->path) : address.error().key;
    };
    CHECK(call("/public/list") == "allowed");
    CHECK(call("/%70ublic/list") == "allowed");
    CHECK(call("/secret") == "denied");
    for (const char* bad : {"/public/../secret", "/public/%2e%2e/secret", "/public/..%2fsecret", "/public/%2e%2e%2fsecret", "/public/..;/secret",
                            "/public/..%5csecret", "/public/%252e%252e/secret", "/public//../secret", "/public/%c0%ae%c0%ae/secret", "//secret",
                            "/public/.%00./secret"}) {
        CAPTURE(bad);
        CHECK(call(bad) == "exchange.path-ambiguous");
    }
}

TEST_CASE("an endpoint's method is a word or a star") {
    CHECK(make_endpoint("get", "/a").value().method == "GET");
    for (const char* bad : {"", "GET POST", "G*T", "**"}) {
        CHECK(make_endpoint(bad, "/a").error().key == "exchange.method-malformed");
    }
}
