// Raw routes: what the server leaves alone, and what it still refuses.
#include "http/server.hpp"

#include "base/digest.hpp"
#include "http/body.hpp"
#include "http/impl/test_client.hpp"
#include "http/testing.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <thread>

using namespace wasl;
using namespace wasl::http;
using namespace std::chrono_literals;

namespace {

Server raw_server() {
    Router router;
    router.raw("/r1/", [](Request& request) {
        Response response;
        response.status = 299;
        response.reason = "So It Was Given";
        response.headers = {{"x-b", "1"}, {"X-A", "2"}, {"x-b", "3"}, {"Date", "yesterday"},
                            {"content-length", "77"}, {"Connection", "upgrade"}};
        response.body = std::string(request.method_text()) + " " + std::string(request.raw_target()) + " " +
                        request.path();
        return response;
    });
    router.raw("/digest/", [](Request& request) { return Response::text(to_hex(request.body_sha512())); },
               {.body_limit = 200'000, .sha512 = true, .error_page = [](const Request&, const Error& error) {
                    return Response::text("own " + error.key, 500);
                }});
    router.raw("/late/", [](Request&) {
        return Later([](Responder responder) {
            std::thread([held = std::move(responder)]() mutable { std::this_thread::sleep_for(500ms); }).detach();
        });
    }, {.later = 50ms});
    router.get("/plain", [](Request&) { return Response::text("plain"); });
    Options options;
    options.port = 0;
    options.threads = 1;
    auto made = Server::create(std::move(options), std::move(router));
    REQUIRE(made);
    made->start();
    return std::move(*made);
}

std::string with_host(const std::string& line, const std::string& more = {}) {
    return line + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

}  // namespace

TEST_CASE("a raw route gets any method and the target as it was sent, and its response leaves as given") {
    const Server server = raw_server();
    TestClient client(server.port());
    for (const std::string line : {"TRACE /r1/a%2Fb/../c", "BREW /r1/", "GET /r1/%zz?%", "DELETE /r1/\xC3\xA9;x\\y"}) {
        const TestReply reply = client.ask(with_host(line));
        CHECK(reply.head.starts_with("HTTP/1.1 299 So It Was Given\r\nx-b: 1\r\nX-A: 2\r\nx-b: 3\r\nDate: yesterday\r\n"
                                     "Content-Length: "));
        CHECK(reply.head.find("77") == std::string::npos);
        CHECK(reply.head.find("Security") == std::string::npos);
        CHECK(reply.body == line + " /r1/");
    }
    const TestReply head = [&] {
        client.send(with_host("HEAD /r1/x"));
        return client.reply(true);
    }();
    CHECK(head.status == 299);
}

TEST_CASE("a raw route gets an absolute target from its path on, with any method, and Host is still wanted") {
    const Server server = raw_server();
    TestClient client(server.port());
    CHECK(client.ask(with_host("TRACE http://elsewhere:80/r1/a%2Fb?c=%zz")).body == "TRACE /r1/a%2Fb?c=%zz /r1/");
    CHECK(client.ask("GET http://a/r1/ HTTP/1.1\r\n\r\n").status == 400);
    CHECK(TestClient(server.port()).ask(with_host("GET http://u@a/r1/")).status == 400);
}

TEST_CASE("what is refused before there is a request can be said by a page of the server's own") {
    Router router;
    router.raw("/r1/", [](Request&) { return Response::text("raw"); });
    Options options;
    options.port = 0;
    options.threads = 1;
    options.refusal_page = [](int status, std::string_view key, std::string_view seen) {
        if (key == "http.method") {
            throw std::runtime_error("a defect of the page");
        }
        Response out = Response::text(std::string("own ") + std::to_string(status) + " " + std::string(key), 418);
        out.set("X-Own", seen.starts_with("GET /r1/x HTTP/") ? "yes" : "no");
        return out;
    };
    auto server = Server::create(std::move(options), std::move(router));
    REQUIRE(server);
    server->start();
    const auto ask = [&](const std::string& bytes) { return TestClient(server->port()).ask(bytes); };
    const TestReply large = ask(with_host("GET /r1/x", "X-Long: " + std::string(20'000, 'x') + "\r\n"));
    CHECK(large.status == 418);
    CHECK(large.header("X-Own") == "yes");
    CHECK(large.body == "own 431 http.head-too-large");
    CHECK(ask("GET /r1/x HTTP/1.1\r\n\r\n").body == "own 400 http.host-missing");
    CHECK(ask("GET /r1/x HTTP/3.1\r\nHost: a\r\n\r\n").body == "own 505 http.version");
    // A page that fails leaves the plain line.
    const TestReply plain = ask(with_host("TRACE /elsewhere"));
    CHECK(plain.status == 501);
    CHECK(plain.body == "501 http.method\n");
    CHECK(ask(with_host("GET /r1/x")).body == "raw");
}

TEST_CASE("beside raw routes the server is as strict as ever, and on them about Host and framing") {
    const Server server = raw_server();
    const auto status = [&](const std::string& bytes) { return TestClient(server.port()).ask(bytes).status; };
    CHECK(status(with_host("TRACE /plain")) == 501);
    CHECK(status(with_host("GET /plain/%zz")) == 400);
    CHECK(status(with_host("GET /\xC3\xA9")) == 400);
    CHECK(status(with_host("GET /plain")) == 200);
    CHECK(status("TRACE /r1/ HTTP/1.1\r\n\r\n") == 400);
    CHECK(status("GET /r1/\x01 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status(with_host("POST /r1/", "Content-Length: 1\r\nContent-Length: 1\r\n")) == 400);
    CHECK(status(with_host("POST /r1/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(status(with_host("POST /r1/", "A: b\r\n c\r\n")) == 400);
}

TEST_CASE("the SHA-512 of a request's body is there when the handler is called") {
    const Server server = raw_server();
    for (const std::size_t size : {0U, 10U, 150'000U}) {
        const std::string body(size, 'x');
        TestClient client(server.port());
        const TestReply reply =
            client.ask(with_host("POST /digest/", "Content-Length: " + std::to_string(size) + "\r\n") + body);
        CHECK(reply.body == to_hex(sha512(body)));
    }
}

TEST_CASE("errors of the server on a raw route wear the route's own dress; a late reply has its own patience") {
    const Server server = raw_server();
    TestClient client(server.port());
    CHECK(client.ask(with_host("POST /digest/", "Content-Length: 200001\r\n")).body == "own http.body-too-large");
    TestClient other(server.port());
    const auto begun = std::chrono::steady_clock::now();
    CHECK(other.ask(with_host("GET /late/")).status == 503);
    CHECK(std::chrono::steady_clock::now() - begun < 400ms);
}

TEST_CASE("Expect: 100-continue is answered on raw routes") {
    const Server server = raw_server();
    TestClient client(server.port());
    client.send(with_host("POST /digest/", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    CHECK(client.reply(true).status == 100);
    client.send("abc");
    CHECK(client.reply().body == to_hex(sha512("abc")));
}

TEST_CASE("raw routes must not overlap, and tests reach them without a socket") {
    Router router;
    const Handler handler = [](Request& request) {
        return Response::text(std::string(request.method_text()) + to_hex(request.body_sha512()).substr(0, 6));
    };
    router.raw("/r1/", handler, {.sha512 = true});
    CHECK_THROWS_AS(router.raw("/r1/x/", handler), std::logic_error);
    CHECK_THROWS_AS(router.raw("/", handler), std::logic_error);
    TestRequest what{.target = "/r1/%zz", .body = "abc"};
    what.method_text = "TRACE";
    Response response = call(router, make_request(what, &router));
    CHECK(body_of(response) == "TRACE" + to_hex(sha512("abc")).substr(0, 6));
}
