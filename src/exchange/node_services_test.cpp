// Services answered in this process, services about services, records of what went on.
#include "exchange/meta.hpp"
#include "exchange/monitoring.hpp"
#include "exchange/node_test_country.hpp"
#include "exchange/nonces.hpp"
#include "exchange/services.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";

OwnAnswer wait_for(Node& node, OwnCall call) {
    std::promise<OwnAnswer> told;
    node.call(std::move(call), [&told](OwnAnswer answer) { told.set_value(std::move(answer)); });
    return told.get_future().get();
}

}  // namespace

TEST_CASE("a service answered in process sees who asks, why it may, and the body") {
    LocalCall seen;
    Country country({.configure_tax = [&seen](NodeConfiguration& all) {
        for (auto& [id, service] : all.services) {
            service.local = [&seen](LocalCall call, LocalDone done) {
                seen = std::move(call);
                done(LocalAnswer{201, {{"Content-Type", "text/plain"}}, "written"});
            };
        }
    }});
    const Answer answer = country.post(quitus + "/persons", "hello", {{"X-Road-Issue", "D-1"}, {"X-Road-UserId", "MA123"}});
    CHECK(answer.status == 201);
    CHECK(answer.body == "written");
    CHECK(answer.header("Content-Type") == "text/plain");
    CHECK(seen.words.client.text() == Country::client());
    CHECK(seen.words.issue == "D-1");
    CHECK(seen.words.user_id == "MA123");
    CHECK(seen.path == "/persons");
    CHECK(seen.body->view() == "hello");
    CHECK(seen.right_id == "r2");
    CHECK(seen.legal_basis == "law 1, article 2");
    CHECK(seen.request_id == answer.header("x-road-request-id"));
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a service in process that fails is ServiceFailed, and a refusal of its own is an answer") {
    Country country({.configure_tax = [](NodeConfiguration& all) {
        for (auto& [id, service] : all.services) {
            service.local = [](const LocalCall& call, LocalDone done) {
                if (call.path == "/persons/1") { return done(fail(Code::internal, "register.broken", "inner words")); }
                done(LocalAnswer{404, {}, "none"});
            };
        }
    }});
    const Answer broken = country.get(quitus + "/persons/1");
    CHECK(broken.header("X-Road-Error") == "Server.ServerProxy.ServiceFailed");
    CHECK_FALSE(broken.body.contains("inner words"));
    CHECK(country.get(quitus + "/persons/2").status == 404);
}

TEST_CASE("this process calls for its own member, by the same signed path") {
    Country country;
    OwnCall call{.client = country.commune.subsystem("desk"), .service = {country.tax.subsystem("register"), "quitus"}, .method = "POST", .path = "/persons",
                 .headers = {{"Content-Type", "application/json"}}, .body = "{}", .issue = "D-9"};
    const OwnAnswer answer = wait_for(*country.here.node, call);
    CHECK(answer.status == 200);
    CHECK(answer.body.contains("\"body\":\"{}\""));
    CHECK(answer.request_id.size() == 36);
    CHECK_FALSE(answer.fault);
    CHECK(rows_of(country.commune).size() == 2);
    call.path = "/elsewhere";
    const OwnAnswer denied = wait_for(*country.here.node, call);
    REQUIRE(denied.fault);
    CHECK(denied.fault->kind == FaultKind::access_denied);
    call.client.subsystem_code = "cellar";
    CHECK(wait_for(*country.here.node, call).fault->kind == FaultKind::unknown_member);
}

TEST_CASE("listMethods, allowedMethods and getOpenAPI go through both nodes without a right") {
    Country country;
    const std::string provider = "/r1/MA/GOV/tax/register/";
    const Answer all = country.get(provider + "listMethods");
    CHECK(all.status == 200);
    const auto listed = json::parse(all.body).value();
    REQUIRE(listed["service"].array() != nullptr);
    CHECK(listed["service"].array()->size() == 2);
    CHECK((*listed["service"].array())[1]["service_type"].text_or("") == "OPENAPI");
    CHECK((*listed["service"].array())[1]["endpoint_list"].array()->size() == 2);
    const auto allowed = json::parse(country.get(provider + "allowedMethods").body).value();
    REQUIRE(allowed["service"].array()->size() == 1);
    CHECK((*allowed["service"].array())[0]["service_code"].text_or("") == "quitus");
    const Answer description = country.get(provider + "getOpenAPI?serviceCode=quitus");
    CHECK(description.status == 200);
    CHECK_FALSE(description.body.contains("10.0.0.9"));
    CHECK(description.body.contains("/r1/MA/GOV/tax/register/quitus"));
    CHECK(country.get(provider + "getOpenAPI").header("X-Road-Error") == "Server.ServerProxy.InvalidRequest");
    CHECK(country.get(provider + "getOpenAPI?serviceCode=closed").header("X-Road-Error") == "Server.ServerProxy.InternalError");
    CHECK(country.get(provider + "getOpenAPI?serviceCode=x").header("X-Road-Error") == "Server.ServerProxy.InternalError");
    CHECK(country.post(provider + "listMethods", "{}").header("X-Road-Error") == "Server.ServerProxy.UnknownService");
    CHECK(rows_of(country.tax).front().kind == "exchange.request");
}

TEST_CASE("listClients tells members and subsystems, JSON only when asked") {
    Country country;
    const auto listed = json::parse(country.call({.target = "/listClients", .headers = {{"Accept", "application/json"}}}).body).value();
    REQUIRE(listed["member"].array()->size() == 4);
    CHECK((*listed["member"].array())[1]["id"]["subsystem_code"].text_or("") == "desk");
    CHECK((*listed["member"].array())[1]["subsystem_name"].text_or("") == "desk");
    const Answer xml = country.call({.target = "/listClients"});
    CHECK(xml.header("Content-Type") == "text/xml;charset=utf-8");
    CHECK(xml.body.contains("<id:subsystemCode>register</id:subsystemCode>"));
    CHECK_FALSE(country.call({.target = "/listClients?xRoadInstance=XX"}).body.contains("member>"));
}

TEST_CASE("several lines of Accept are one list, for members, for what is no call and for what is denied further on") {
    Country country;
    const std::vector<http::Header> lines = {{"Accept", "text/plain"}, {"accept", "image/png, text/xml;q=0.5"}};
    CHECK(country.get("/v1/evidence", lines).header("Content-Type") == "text/xml;charset=utf-8");
    CHECK(country.get("/r1/MA/GOV/tax/register/closed", lines).header("Content-Type") == "text/xml;charset=utf-8");
    CHECK(country.get("/listClients", {{"Accept", "text/plain"}, {"Accept", "application/json"}}).header("Content-Type").starts_with("application/json"));
}

TEST_CASE("server addresses of a description are replaced wherever they may stand, and nothing else") {
    const auto json_text = with_server(R"({"openapi":"3.1.0","servers":[{"url":"http://in"}],"paths":{"/a":{"servers":[{"url":"http://in"}],"get":{"servers":[{"url":"http://in"}],"x":1}}},)"
                                       R"("components":{"schemas":{"servers":{"type":"object"}}}})", "/r1/x").value();
    CHECK_FALSE(json_text.contains("http://in"));
    CHECK(json_text.contains(R"("schemas":{"servers":{"type":"object"}})"));
    const std::string yaml = "openapi: 3.1.0\nservers:\n- url: http://in\n  description: inner\n# note\ninfo:\n  title: T\npaths:\n  /a:\n    servers:\n      - url: http://in\n    get:\n"
                             "      servers:\n        - url: http://in\n      summary: S\ncomponents:\n  schemas:\n    servers:\n      type: object\n";
    CHECK(with_server(yaml, "/r1/x").value() ==
          "openapi: 3.1.0\nservers:\n  - url: \"/r1/x\"\ninfo:\n  title: T\npaths:\n  /a:\n    get:\n      summary: S\ncomponents:\n  schemas:\n    servers:\n      type: object\n");
    CHECK(with_server("openapi: 3.1.0\n", "/r1/x").value() == "openapi: 3.1.0\nservers:\n  - url: \"/r1/x\"\n");
}

TEST_CASE("one record an exchange and side, in X-Road's names, without the path of the call") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/AB123456", {{"X-Road-Id", "m-1"}, {"X-Road-UserId", "MA1"}}).status == 200);
    static_cast<void>(country.get(quitus + "/other"));
    const Answer told = country.call({.target = "/exchange/records"});
    CHECK(told.header("Content-Type") == "application/x-ndjson");
    const auto lines = split(told.body, '\n');
    REQUIRE(lines.size() == 3);
    const auto first = json::parse(lines[0]).value();
    CHECK(first["securityServerType"].text_or("") == "Client");
    CHECK(first["messageId"].text_or("") == "m-1");
    CHECK(first["serviceCode"].text_or("") == "quitus");
    CHECK(first["succeeded"].bool_or(false));
    CHECK(first["statusCode"].integer_or(0) == 200);
    CHECK(first["requestInTs"].integer_or(0) <= first["responseOutTs"].integer_or(0));
    CHECK(json::parse(lines[1]).value()["faultCode"].text_or("") == "Server.ServerProxy.AccessDenied");
    CHECK(split(country.call({.target = "/exchange/records?after=1"}).body, '\n').size() == 2);
    CHECK(country.call({.target = "/exchange/records?after=x"}).status == 400);
    const auto produced = country.there.node->monitoring().since(0, 10);
    REQUIRE(produced.size() == 2);
    CHECK(produced[0]->path_pattern == "/persons/**");
    CHECK_FALSE(told.body.contains("AB123456"));
    const auto health = json::parse(country.call({.target = "/exchange/health"}).body).value();
    CHECK((*health["services"].array())[0]["succeeded"].integer_or(0) == 1);
    CHECK((*health["services"].array())[0]["failed"].integer_or(0) == 1);
}

TEST_CASE("records are kept up to a number, and a sample's figures are those of the rules") {
    Monitoring all(3);
    for (int i = 1; i <= 5; ++i) {
        MonitoringRecord record;
        record.response_out_ms = i;
        record.succeeded = true;
        all.add(std::move(record));
    }
    const auto kept = all.since(0, 10);
    REQUIRE(kept.size() == 3);
    CHECK(kept[0]->number == 3);
    CHECK(all.since(4, 10).size() == 1);
    Sample sample;
    for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) { sample.add(value); }
    CHECK(sample.mean == doctest::Approx(5));
    CHECK(sample.deviation() == doctest::Approx(2.138).epsilon(0.001));
    CHECK(sample.least == 2);
    CHECK(sample.greatest == 9);
}

TEST_CASE("nonces are remembered until their message can count no longer, and not without end") {
    SeededEntropy entropy(7);
    Nonces nonces(entropy, 1'000);
    const Instant now{1'700'000'000'000'000};
    CHECK(nonces.remember("k", "a", now.plus_seconds(120), now) == Nonces::Seen::fresh);
    CHECK(nonces.remember("k", "a", now.plus_seconds(120), now) == Nonces::Seen::replayed);
    CHECK(nonces.remember("k", "a", now.plus_seconds(60), now) == Nonces::Seen::replayed);
    CHECK(nonces.remember("other", "a", now.plus_seconds(120), now) == Nonces::Seen::fresh);
    CHECK(nonces.remember("k", "a", now.plus_seconds(300), now.plus_seconds(119)) == Nonces::Seen::replayed);
    CHECK(nonces.remember("k", "a", now.plus_seconds(300), now.plus_seconds(140)) == Nonces::Seen::fresh);
    int taken = 0;
    for (int i = 0; i < 2'000; ++i) { taken += nonces.remember("k", std::to_string(i), now.plus_seconds(260), now.plus_seconds(141)) == Nonces::Seen::fresh ? 1 : 0; }
    CHECK(taken == 999);
    CHECK(nonces.remember("k", "more", now.plus_seconds(260), now.plus_seconds(142)) == Nonces::Seen::full);
    CHECK(nonces.count() == 1'000);
    CHECK(nonces.remember("k", "more", now.plus_seconds(900), now.plus_seconds(800)) == Nonces::Seen::fresh);
    CHECK(nonces.count() == 1);
}

TEST_CASE("addresses of services are read in one way") {
    const auto url = parse_http_url("https://[::1]:8443/base?x=1").value();
    CHECK(url.tls);
    CHECK(url.host == "::1");
    CHECK(url.port == 8443);
    CHECK(url.target == "/base?x=1");
    CHECK(parse_http_url("http://host").value().target == "/");
    CHECK(parse_http_url("http://host?q").value().target == "/?q");
    for (const char* bad : {"", "host", "ftp://host", "http://", "http://a@b", "http://a:0", "http://a:99999", "http://a:b", "http://a b", "http://a#f", "http://[::1", "http://\xC3\xA9"}) {
        CHECK(parse_http_url(bad).error().key == "exchange.url-malformed");
    }
}
