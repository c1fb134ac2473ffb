// Two nodes and the information systems on both sides, over real sockets, TLS, stores.
#include "exchange/node_test_country.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/head.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";

std::string fault_of(const Answer& answer) { return answer.header("X-Road-Error"); }

}  // namespace

TEST_CASE("a call goes through two nodes and comes back with the five headers") {
    Country country;
    const Answer answer = country.get(quitus + "/persons/42?full=1", {{"X-Road-Id", "id-1"}, {"X-Custom", "kept"}});
    CHECK(answer.status == 200);
    CHECK(answer.reason == "Very Well");
    CHECK(answer.body == R"({"path":"/base/persons/42?full=1","method":"GET","body":""})");
    CHECK(answer.header("x-road-id") == "id-1");
    CHECK(answer.header("x-road-client") == Country::client());
    CHECK(answer.header("x-road-service") == "MA/GOV/tax/register/quitus");
    const std::string request_id = answer.header("x-road-request-id");
    CHECK(request_id.size() == 36);
    const std::vector<HeaderLine> head = {{"X-Road-Id", "id-1"}, {"X-Custom", "kept"}, {"X-Road-Client", Country::client()}, {"x-road-request-id", request_id}};
    CHECK(answer.header("x-road-request-hash") == request_hash(request_head("GET", quitus + "/persons/42?full=1", head), std::nullopt));
    CHECK(answer.header("Signature") == "");
    CHECK(answer.header("Content-Digest") == "");
    CHECK(rows_of(country.commune).size() == 2);
    CHECK(rows_of(country.tax).size() == 2);
}

TEST_CASE("a body of any size arrives as it was sent, and its hash counts") {
    Country country;
    for (const std::size_t size : {1U, 5'000U, 200'000U}) {
        const std::string body(size, 'x');
        const Answer answer = country.post(quitus + "/persons", body);
        CHECK(answer.status == 200);
        CHECK(answer.body.contains("\"body\":\"" + body + "\""));
        CHECK(answer.header("x-road-id").starts_with("MA-"));
        const std::vector<HeaderLine> head = {{"X-Road-Client", Country::client()}, {"Content-Type", "application/json"},
                                              {"x-road-request-id", answer.header("x-road-request-id")}, {"x-road-id", answer.header("x-road-id")}};
        CHECK(answer.header("x-road-request-hash") == request_hash(request_head("POST", quitus + "/persons", head), sha512(body)));
    }
}

TEST_CASE("members of one node meet through the same signed and journaled path") {
    Country country({.one_node = true});
    const Answer answer = country.get(quitus + "/persons/42");
    CHECK(answer.status == 200);
    CHECK(answer.header("x-road-request-hash").size() == 88);
    for (const Member* member : {&country.commune, &country.tax}) {
        const auto rows = rows_of(*member);
        REQUIRE(rows.size() == 2);
        CHECK(rows[0].kind == "exchange.request");
        CHECK(rows[0].content.contains("wasl-1"));
        CHECK(rows[1].kind == "exchange.response");
    }
}

TEST_CASE("the eight methods of the protocol pass, others and other spellings are refused whatever the right") {
    Country country;
    const auto with = [&](const char* method) { return country.call({.method = method, .target = quitus + "/persons/1", .headers = {{"X-Road-Client", Country::client()}}}); };
    for (const char* method : {"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}) {
        const Answer answer = with(method);
        CHECK(answer.status == 200);
        CHECK(answer.body.contains(std::string("\"method\":\"") + method));
    }
    CHECK(with("HEAD").status == 200);
    const int calls = country.provider_calls;
    for (const char* method : {"PURGE", "BREW", "PROPFIND", "get", "Post"}) {
        CAPTURE(method);
        const Answer answer = with(method);
        CHECK(answer.status == 400);
        CHECK(fault_of(answer) == "Client.BadRequest");
        const auto told = json::parse(answer.body).value();
        const auto rows = rows_of(country.commune);
        CHECK(std::ranges::any_of(rows, [&](const Row& row) { return row.content.contains("exchange.method") && row.content.contains(told["detail"].text_or("no incident")); }));
    }
    CHECK(country.provider_calls == calls);
}

TEST_CASE("an answer of the provider passes whatever its status, and redirects are not followed") {
    Country country;
    for (const int status : {201, 204, 302, 404, 500}) {
        country.answer = [status](http::Request&) {
            http::Response out = status == 204 ? http::Response::empty() : http::Response::text("as it is");
            out.status = status;
            out.headers.push_back({"Location", "http://elsewhere.invalid/"});
            out.headers.push_back({"X-Road-Error", "Server.ServerProxy.Lie"});
            return out;
        };
        const Answer answer = country.get(quitus + "/persons/42");
        CHECK(answer.status == status);
        CHECK(answer.header("Location") == "http://elsewhere.invalid/");
        CHECK(fault_of(answer) == "");
        CHECK(answer.header("x-road-request-id").size() == 36);
    }
}

TEST_CASE("fields of the caller that look like the seal pass unharmed") {
    Country country;
    std::string seen;
    country.answer = [&seen](http::Request& request) {
        seen = std::string(request.header("Signature")) + "|" + std::string(request.header("Content-Digest")) + "|" + std::string(request.header("Wasl-Note"));
        http::Response out = http::Response::text("well");
        out.headers.push_back({"Content-Digest", "sha-256=:AAAA:"});
        return out;
    };
    const Answer answer = country.get(quitus + "/persons/1", {{"Signature", "keyId=\"old\",signature=\"x\""}, {"Content-Digest", "md5=:AA==:"}, {"Wasl-Note", "mine"}});
    CHECK(answer.status == 200);
    CHECK(seen == "keyId=\"old\",signature=\"x\"|md5=:AA==:|mine");
    CHECK(answer.header("Content-Digest") == "sha-256=:AAAA:");
}

TEST_CASE("what a caller gets wrong is said in the documented words, journaled, and goes no further") {
    Country country;
    const auto refused = [&](const Answer& answer, int status, const char* type) {
        CHECK(answer.status == status);
        CHECK(fault_of(answer) == type);
        const auto told = json::parse(answer.body);
        REQUIRE(told);
        CHECK((*told)["type"].text_or("") == type);
        const std::string incident((*told)["detail"].text_or(""));
        CHECK(incident.size() == 36);
        const auto rows = rows_of(country.commune);
        const auto others = rows_of(country.tax);
        const auto tells = [&incident](const Row& row) { return row.content.contains(incident); };
        CHECK((std::ranges::any_of(rows, tells) || std::ranges::any_of(others, tells)));
    };
    refused(country.call({.target = quitus}), 400, "Client.BadRequest");
    refused(country.get("/r1/MA/GOV/tax"), 400, "Client.BadRequest");
    refused(country.get(quitus + "/a/../b"), 400, "Client.BadRequest");
    refused(country.get(quitus, {{"X-Road-Security-Server", "MA"}}), 400, "Client.BadRequest");
    refused(country.call({.target = quitus, .headers = {{"X-Road-Client", "MA/COM/other/desk"}}}), 500, "Server.ClientProxy.UnknownMember");
    refused(country.call({.target = quitus, .headers = {{"X-Road-Client", "MA/COM/tamri/cellar"}}}), 500, "Server.ClientProxy.UnknownMember");
    refused(country.get("/r1/MA/GOV/nobody/register/x"), 500, "Server.ClientProxy.UnknownMember");
    refused(country.get(quitus + "/persons/1", {{"X-Road-Security-Server", "MA/GOV/tax/node-9"}}), 500, "Server.ClientProxy.InvalidSecurityServer");
    refused(country.get("/r1/MA/GOV/tax/register/nothing"), 500, "Server.ServerProxy.UnknownService");
    refused(country.get("/r1/MA/GOV/tax/register/closed"), 500, "Server.ServerProxy.AccessDenied");
    refused(country.get(quitus + "/other"), 500, "Server.ServerProxy.AccessDenied");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("faults in the newer spelling, and as XML") {
    Country country;
    auto configuration = country.here.configuration;
    configuration.spelling = FaultSpelling::newer;
    REQUIRE(country.here.node->configure(configuration));
    CHECK(fault_of(country.call({.target = quitus})) == "server.clientproxy.bad_request");
    const Answer denied = country.get(quitus + "/other", {{"Accept", "text/xml"}});
    CHECK(fault_of(denied) == "server.serverproxy.access_denied");
    CHECK(denied.body.contains("<type>server.serverproxy.access_denied</type>"));
    CHECK(denied.header("Content-Type") == "text/xml;charset=utf-8");
}
