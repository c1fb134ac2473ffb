#include "exchange/head.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const std::string request_id = "11111111-2222-4333-8444-555555555555";

std::string names(const std::vector<HeaderLine>& headers) {
    std::string out;
    for (const HeaderLine& line : headers) { out += (out.empty() ? "" : " ") + line.name + "=" + line.value; }
    return out;
}

std::string words(const std::vector<HeaderLine>& headers) {
    const auto read = read_request_words(headers);
    return read ? read->client.text() : read.error().key;
}

Answered answered() {
    return {"MA-0001", parse_client_id("MA/GOV/2002/portal").value(), parse_service_id("MA/GOV/1001/registry/civil").value(), request_id, "hash"};
}

}  // namespace

TEST_CASE("the request hash of the reference's question without a body") {
    const std::string head = request_head("GET", "/r1/MA/GOV/1001/registry/civil/v1/persons/42?full=1",
                                          {{"X-Road-Client", "MA/GOV/2002/portal"}, {"Accept", "application/json"},
                                           {"x-road-request-id", request_id}, {"x-road-id", "MA-0001"}});
    CHECK(head.size() == 192);
    CHECK(request_hash(head, std::nullopt) == "sWFWbYnXXrNyPsQ+cnnuVYxy1quFOY6fBESDzJxk7SqLsXwVrXyn9sBtaGpMLeoA3KQ1ZyAmxTKG4SBRJaZ86w==");
}

TEST_CASE("the request hash of the reference's question with a body") {
    const std::string head = request_head("POST", "/r1/MA/GOV/1001/registry/civil/v1/persons",
                                          {{"X-Road-Client", "MA/GOV/2002/portal"}, {"Content-Type", "application/json"},
                                           {"X-Road-Id", "MA-0002"}, {"x-road-request-id", request_id}});
    CHECK(head.size() == 189);
    CHECK(request_hash(head, sha512("{\"id\":42}")) == "r+Qy4y+2r7m+p4o4WrfDj1kqHyBelg07e5LSY7M54CP7baErMZcWkC6bqxqNp6NtvE8QGqtAF3mDYRjGgt+OCw==");
    CHECK(request_hash(head, std::nullopt) != request_hash(head, sha512("")));
}

TEST_CASE("headers of one connection stay behind in both directions, all others pass in order and as written") {
    const std::vector<HeaderLine> received = {
        {"Host", "h"}, {"ACCEPT", "*/*"}, {"Transfer-Encoding", "chunked"}, {"Keep-Alive", "5"}, {"proxy-authenticate", "x"},
        {"Proxy-Authorization", "x"}, {"TE", "x"}, {"Trailer", "x"}, {"Upgrade", "x"}, {"User-Agent", "x"}, {"Content-Length", "1"},
        {"Server", "x"}, {"Expect", "100-continue"}, {"X-Hop", "1"}, {"Connection", "close, x-hop, X-Road-Client, Content-Type"},
        {"X-Road-Client", "c"}, {"Authorization", "Bearer t"}, {"Cache-Control", "no-store"}, {"accept", "text/plain"}, {"Content-Type", "a/b"},
        {"X-Road-Request-Id", "forged"}, {"x-ROAD-request-hash", "forged"}, {"X-Road-Id", "1"}, {"X-Road-Service", "s"}, {"Date", "d1"}, {"date", "d2"}};
    CHECK(names(pass_request_headers(received)) ==
          "ACCEPT=*/* X-Road-Client=c Authorization=Bearer t Cache-Control=no-store accept=text/plain Content-Type=a/b "
          "X-Road-Id=1 X-Road-Service=s Date=d1 date=d2");
    CHECK(names(pass_response_headers(received)) ==
          "ACCEPT=*/* Authorization=Bearer t Cache-Control=no-store accept=text/plain Content-Type=a/b Date=d1");
}

TEST_CASE("the words of a request; the last client header counts") {
    const auto read = read_request_words({{"X-Road-Client", "MA/GOV/1/a"}, {"x-road-client", "MA/GOV/2002/portal"}, {"X-Road-Id", "7"},
                                          {"X-Road-UserId", "MA123"}, {"X-Road-Issue", "case 9"}, {"X-Road-Security-Server", "MA/GOV/1001/n1"},
                                          {"X-Road-Represented-Party", "COM/77"}});
    REQUIRE(read);
    CHECK(read->client.text() == "MA/GOV/2002/portal");
    CHECK(read->id == "7");
    CHECK(read->user_id == "MA123");
    CHECK(read->issue == "case 9");
    CHECK(read->node->server_code == "n1");
    CHECK(read->represented->party_class == "COM");
    CHECK(words({{"Information-Mediator-Client", "MA/GOV/2002/portal"}}) == "MA/GOV/2002/portal");
    CHECK(words({{"Information-Mediator-Client", "MA/GOV/2002/portal"}, {"X-Road-Client", "MA/GOV/2002/portal"}}) == "MA/GOV/2002/portal");
}

TEST_CASE("a missing client is told from a malformed word") {
    CHECK(words({}) == "exchange.client-missing");
    CHECK(words({{"X-Road-Client", " "}}) == "exchange.client-missing");
    CHECK(words({{"X-Road-Client", "MA/GOV"}}) == "exchange.identifier-malformed");
    CHECK(words({{"X-Road-Client", "MA/GOV/1/a"}, {"Information-Mediator-Client", "MA/GOV/1/b"}}) == "exchange.header-malformed");
    const HeaderLine client{"X-Road-Client", "MA/GOV/1/a"};
    CHECK(words({client, {"X-Road-Security-Server", "MA/GOV/1"}}) == "exchange.identifier-malformed");
    CHECK(words({client, {"X-Road-Represented-Party", "a/b/c"}}) == "exchange.identifier-malformed");
    CHECK(words({client, {"X-Road-Id", std::string(1025, 'x')}}) == "exchange.header-malformed");
    CHECK(words({client, {"X-Road-Issue", "a\nb"}}) == "exchange.header-malformed");
    CHECK(words({client, {"X-Road-UserId", "\xFF"}}) == "exchange.header-malformed");
}

TEST_CASE("an answer names its request in five headers, in order") {
    std::vector<HeaderLine> headers = {{"Content-Type", "a/b"}};
    add_answered(headers, answered());
    CHECK(names(headers) == "Content-Type=a/b x-road-id=MA-0001 x-road-client=MA/GOV/2002/portal x-road-service=MA/GOV/1001/registry/civil "
                            "x-road-request-id=" + request_id + " x-road-request-hash=hash");
    CHECK(check_answered(headers, answered()).has_value());
    for (std::size_t i = 1; i < headers.size(); ++i) {  // any of them missing, twice or different
        auto altered = headers;
        altered[i].value += "x";
        CHECK(check_answered(altered, answered()).error() == Error{Code::unprocessable, "exchange.answer-inconsistent", headers[i].name});
        altered = headers;
        altered.push_back(headers[i]);
        CHECK(!check_answered(altered, answered()));
        altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(i));
        altered.pop_back();
        CHECK(!check_answered(altered, answered()));
    }
    CHECK(response_head(200, "OK", {{"Content-Type", "a/b"}}) == "200\r\nOK\r\nContent-Type:a/b\r\n");
}
