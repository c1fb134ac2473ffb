// What the edge refuses before a call is read: bodies that break off, heads that are none, what is no call at all.
#include "exchange/node_test_country.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

// Sends these bytes and no more, and reads what comes.
std::string left_after(std::uint16_t port, std::string_view bytes) {
    const int own = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(own >= 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(own, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0);
    REQUIRE(::send(own, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    ::shutdown(own, SHUT_WR);
    std::string out(4'096, ' ');
    std::size_t held = 0;
    for (ssize_t more = 1; more > 0 && held < out.size(); held += static_cast<std::size_t>(std::max<ssize_t>(more, 0))) {
        more = ::recv(own, out.data() + held, out.size() - held, 0);
    }
    ::close(own);
    return out.substr(0, held);
}

}  // namespace

TEST_CASE("a body that breaks off is refused in the documented words, journaled, and goes no further") {
    Country country;
    const std::string answer = left_after(country.here.edge->port(), "POST /r1/MA/GOV/tax/register/quitus/persons HTTP/1.1\r\nHost: x\r\nX-Road-Client: " + Country::client() +
                                                                        "\r\nX-Road-Id: cut-1\r\nContent-Length: 100\r\n\r\n{\"id\":4");
    CHECK(answer.starts_with("HTTP/1.1 400 "));
    CHECK(answer.contains("X-Road-Error: Client.BadRequest"));
    const auto rows = rows_of(country.commune);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().kind == "exchange.refused");
    CHECK(rows.front().content.contains("http.body-truncated"));
    CHECK(rows.front().content.contains("cut-1"));
    CHECK(country.provider_calls == 0);
}

TEST_CASE("what is no call at all is refused at the edge in the documented words too, and journaled") {
    Country country;
    const auto refused = [&](const std::string& bytes, std::string_view reason) {
        INFO(bytes.substr(0, 80));
        const std::string answer = left_after(country.here.edge->port(), bytes);
        INFO(answer);
        CHECK(answer.starts_with("HTTP/1.1 400 "));
        CHECK(answer.contains("\r\nX-Road-Error: Client.BadRequest\r\n"));
        CHECK(answer.contains("\r\nContent-Type: application/json"));
        const auto told = json::parse(std::string_view(answer).substr(answer.find("\r\n\r\n") + 4));
        REQUIRE(told);
        CHECK((*told)["type"].text_or("") == "Client.BadRequest");
        CHECK_FALSE((*told)["message"].text_or("").empty());
        const auto last = rows_of(country.commune).back();
        CHECK(last.kind == "exchange.refused");
        CHECK(last.content.contains((*told)["detail"].text_or("no incident")));
        CHECK(last.content.contains("\"reason\":\"" + std::string(reason) + "\""));
    };
    const std::string rest = " HTTP/1.1\r\nHost: x\r\nX-Road-Client: " + Country::client() + "\r\n";
    for (const char* elsewhere : {"/v1/evidence/land-title/cnie:ZZ100000", "/", "/r1", "/exchange/v1/rights", "/metrics"}) {
        refused("GET " + std::string(elsewhere) + rest + "\r\n", "http.not-found");
    }
    refused("POST /listClients" + rest + "Content-Length: 0\r\n\r\n", "http.method-not-allowed");
    refused("GET /v1/%zz" + rest + "\r\n", "http.path");
    refused("GET /r1/MA/GOV/tax/register/quitus" + rest + "X-Long: " + std::string(20'000, 'x') + "\r\n\r\n", "http.head-too-large");
    refused("GET /r1/" + std::string(9'000, 'x') + rest + "\r\n", "http.target-too-long");
    refused("GET /r1/MA/GOV/tax/register/quitus HTTP/1.1\r\nX-Road-Client: x\r\n\r\n", "http.host-missing");
    refused("GET /r1/MA/GOV/tax/register/quitus" + rest + "no field\r\n\r\n", "http.header");
    refused("GET /r1/MA/GOV/tax/register/quitus" + rest + "Content-Length: 3, 3\r\n\r\n", "http.content-length");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("what is no call is said in XML where it is asked for, and in the newer spelling where that is set") {
    Country country;
    const Answer told = country.get("/v1/evidence", {{"Accept", "application/xml"}});
    CHECK(told.status == 400);
    CHECK(told.body.contains("<type>Client.BadRequest</type>"));
    CHECK(told.header("Content-Type") == "application/xml;charset=utf-8");
    auto configuration = country.here.configuration;
    configuration.spelling = FaultSpelling::newer;
    REQUIRE(country.here.node->configure(configuration));
    CHECK(country.get("/v1/evidence").status == 500);
    CHECK(country.get("/v1/evidence").header("X-Road-Error") == "server.clientproxy.bad_request");
    CHECK(left_after(country.here.edge->port(), "GET / HTTP/1.1\r\n\r\n").contains("X-Road-Error: server.clientproxy.bad_request"));
}

TEST_CASE("a head that is refused is answered as its Accept asks, where its lines can be told apart") {
    Country country;
    const auto told = [&](const std::string& lines) { return left_after(country.here.edge->port(), "GET /r1/MA/GOV/tax/register/quitus HTTP/1.1\r\n" + lines + "\r\n"); };
    constexpr std::string_view xml = "\r\nContent-Type: text/xml;charset=utf-8\r\n", as_json = "\r\nContent-Type: application/json;charset=utf-8\r\n";
    CHECK(told("accept: text/xml\r\n").contains(xml));
    CHECK(told("accept: text/xml\r\n").contains("<type>Client.BadRequest</type>"));
    CHECK(told("Host: x\r\nno field\r\nAccept:image/png\r\nAccept: text/xml;q=0.5\r\n").contains(xml));
    CHECK(told("Host: x\r\nAccept: text/xml\r\nX-Long: " + std::string(20'000, 'x') + "\r\n").contains(xml));
    CHECK(told("Host: x\r\nX-Long: " + std::string(20'000, 'x') + "\r\nAccept: text/xml\r\n").contains(as_json));  // not reached
    CHECK(told("Host: x\r\nno field\r\nX-Accept: text/xml\r\nAccept text/xml\r\n").contains(as_json));
    CHECK(told("\r\nAccept: text/xml\r\n").contains(as_json));  // behind the head
}

TEST_CASE("CONNECT is no method of the protocol; an empty X-Road-Id is none, and gets a new one that is signed in its place") {
    Country country;
    const Answer tunnel = country.call({.method = "OPTIONS", .target = "/r1/MA/GOV/tax/register/quitus/persons/1", .headers = {{"X-Road-Client", Country::client()}}});
    CHECK(tunnel.status == 200);
    const std::string refused = left_after(country.here.edge->port(), "CONNECT /r1/MA/GOV/tax/register/quitus/persons/1 HTTP/1.1\r\nHost: x\r\nX-Road-Client: " + Country::client() + "\r\n\r\n");
    CHECK(refused.starts_with("HTTP/1.1 400 "));
    CHECK(refused.contains("X-Road-Error: Client.BadRequest"));
    const std::string named = left_after(country.here.edge->port(), "GET /r1/MA/GOV/tax/register/quitus/persons/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Road-Id: \r\nX-Road-Client: " + Country::client() + "\r\n\r\n");
    CHECK(named.starts_with("HTTP/1.1 200 "));
    CHECK(named.contains("x-road-id: MA-"));
}
