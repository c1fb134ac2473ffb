// The client over real sockets on 127.0.0.1: what is sent, what is read, and what goes wrong.
#include "http/client.hpp"

#include "base/digest.hpp"
#include "http/impl/test_peer.hpp"
#include "http/server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>

using namespace wasl;
using namespace wasl::http;
using namespace std::chrono_literals;

namespace {

Client make_client(ClientOptions options = {}) { return std::move(*Client::create(std::move(options))); }

// What came, line by line, so that the other side sees what was sent.
Reply mirror(Request& request) {
    std::string seen = std::string(request.method_text()) + " " + std::string(request.raw_target()) + "\n";
    for (const HeaderView& header : request.headers()) {
        seen += std::string(header.name) + ": " + std::string(header.value) + "\n";
    }
    return Response::text(seen + "\n" + std::string(request.body()));
}

Reply send_back(Request& request) {
    Response response;
    response.body = request.shared_body();
    return response;
}

struct Echo {
    explicit Echo(Options options = {}) : server(make(std::move(options))) { server.start(); }
    static Server make(Options options) {
        options.port = 0;
        options.threads = 1;
        Router router;
        router.raw("/r1/", mirror, {.body_limit = 64U << 20U, .sha512 = true});
        router.raw("/back/", send_back, {.body_limit = 64U << 20U, .sha512 = true});
        router.post("/small", [](Request& r) { return Response::text(std::string(r.body())); });
        return std::move(*Server::create(std::move(options), std::move(router)));
    }
    [[nodiscard]] Outgoing to(std::string target = "/r1/x", std::string method = "GET") const {
        return {.host = "127.0.0.1", .port = server.port(), .method = std::move(method), .target = std::move(target)};
    }
    Server server;
};

std::string big_body(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<char>(i * 31 % 251);
    }
    return out;
}

std::size_t private_kilobytes() {
    std::ifstream rollup("/proc/self/smaps_rollup");
    std::size_t all = 0;
    for (std::string line; std::getline(rollup, line);) {
        if (line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:")) {
            all += std::stoul(line.substr(line.find(':') + 1));
        }
    }
    return all;
}

}  // namespace

TEST_CASE("a request goes out as it was given: method, target, order and letter case of the headers") {
    const Echo echo;
    Client client = make_client();
    Outgoing request = echo.to("/r1/a%2Fb//../c;d?x=%zz", "BREW");
    request.headers = {{"X-Road-Client", "MA/GOV/1"}, {"x-road-id", "7"}, {"X-ROAD-ID", "8"}};
    const auto answer = ask(client, std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->reason == "OK");
    CHECK(answer->bytes() == "BREW /r1/a%2Fb//../c;d?x=%zz\nHost: 127.0.0.1:" + std::to_string(echo.server.port()) +
                                 "\nX-Road-Client: MA/GOV/1\nx-road-id: 7\nX-ROAD-ID: 8\n\n");
    CHECK(answer->peer == nullptr);
}

TEST_CASE("every method passes, HEAD and empty bodies too") {
    const Echo echo;
    Client client = make_client();
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "x-own"}) {
        Outgoing request = echo.to("/r1/m", method);
        request.body = std::string("body of " + method);
        const auto answer = ask(client, std::move(request));
        REQUIRE(answer);
        CHECK(answer->bytes().starts_with(method + " /r1/m\n"));
        CHECK(answer->bytes().ends_with("\n\nbody of " + method));
    }
    const auto head = ask(client, echo.to("/r1/m", "HEAD"));
    REQUIRE(head);
    CHECK(head->bytes().empty());
    const auto post = ask(client, echo.to("/r1/m", "POST"));
    REQUIRE(post);
    CHECK(post->bytes().find("Content-Length: 0\n") != std::string_view::npos);
    CHECK(client.counts().connections == 1);
    CHECK(client.counts().reused == 9);
}

TEST_CASE("what can not be sent safely is refused before anything is sent") {
    Client client = make_client();
    const Outgoing good{.host = "127.0.0.1", .port = 9};
    std::vector<Outgoing> bad(9, good);
    bad[0].method = "GE T";
    bad[1].target = "/a b";
    bad[2].target = "/a\r\nX: y";
    bad[3].headers = {{"X", "a\r\nY: b"}};
    bad[4].headers = {{"X y", "a"}};
    bad[5].headers = {{"content-length", "7"}};
    bad[6].headers = {{"Transfer-Encoding", "chunked"}};
    bad[7].host = "a/b";
    bad[8].port = 0;
    for (Outgoing& request : bad) {
        CHECK(key_of(ask(client, std::move(request))) == "http.client.request");
    }
    CHECK(client.counts().connections == 0);
}

TEST_CASE("bodies of any kind and size come back the same, with their SHA-512 on both sides") {
    const Echo echo;
    Client client = make_client();
    const TestFolder folder("http-client");
    for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 131'072U, 1'000'003U, 10'000'000U}) {
        CAPTURE(size);
        const std::string body = big_body(size);
        std::ofstream(folder.file("body"), std::ios::binary) << "front" << body << "back";
        Outgoing as_text = echo.to("/back/", "POST");
        as_text.sha512 = true;
        Outgoing as_file = as_text;
        as_text.body = body;
        as_file.body = FileRange{folder.file("body"), 5, size};
        const auto first = ask(client, std::move(as_text));
        REQUIRE(first);
        CHECK((first->bytes() == body));
        CHECK(first->body->in_file() == (size > 65'536));
        CHECK(first->body->sha512() == sha512(body));
        const auto second = ask(client, std::move(as_file));
        REQUIRE(second);
        CHECK((second->bytes() == body));
        Outgoing again = echo.to("/back/", "POST");
        again.body = second->body;
        const auto third = ask(client, std::move(again));
        REQUIRE(third);
        CHECK((third->bytes() == body));
    }
    CHECK(client.counts().connections == 1);
}

TEST_CASE("connections are pooled, at most as many as allowed, and go after their idle time") {
    const Echo echo;
    Client client = make_client({.connections = 3, .keep_idle = 150ms});
    std::vector<std::future<Result<Incoming>>> running;
    for (int i = 0; i < 200; ++i) {
        running.push_back(begin(client, echo.to()));
    }
    for (auto& one : running) {
        CHECK(one.get());
    }
    CHECK(client.counts().connections == 3);
    CHECK(client.counts().reused == 197);
    std::this_thread::sleep_for(400ms);
    CHECK(ask(client, echo.to()));
    CHECK(client.counts().connections == 4);
    Outgoing alone = echo.to();
    alone.fresh = true;
    const auto answer = ask(client, std::move(alone));
    REQUIRE(answer);
    CHECK_FALSE(answer->reused);
    CHECK(answer->bytes().find("Connection: close") != std::string_view::npos);
    CHECK(client.counts().connections == 5);
}

TEST_CASE("a response larger than asked for is refused, in memory and in a file") {
    const Echo echo;
    Client client = make_client();
    for (const std::size_t limit : {1'000U, 500'000U}) {
        Outgoing request = echo.to("/back/", "POST");
        request.body = big_body(limit + 1);
        request.limits.body = limit;
        CHECK(key_of(ask(client, std::move(request))) == "http.client.too-large");
    }
}

TEST_CASE("the server refuses a large body while it is being sent, and the reason arrives") {
    const Echo echo;
    Client client = make_client();
    Outgoing request = echo.to("/small", "POST");
    request.body = big_body(20'000'000);
    const auto answer = ask(client, std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 413);
    CHECK(ask(client, echo.to()));
}

TEST_CASE("a peer that breaks off, stays silent or talks nonsense: the error names the step") {
    const ScriptedPeer peer([](int connection, int) {
        const std::string head = ScriptedPeer::read_head(connection);
        if (head.starts_with("GET /half")) {
            ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        } else if (head.starts_with("GET /nonsense")) {
            ScriptedPeer::write(connection, "220 mail.example ESMTP\r\n\r\n");
        } else if (head.starts_with("GET /two-lengths")) {
            ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        } else if (head.starts_with("GET /slow")) {
            std::this_thread::sleep_for(600ms);
        } else if (head.starts_with("GET /drip")) {
            ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            for (int i = 0; i < 20; ++i) {
                std::this_thread::sleep_for(50ms);
                ScriptedPeer::write(connection, "x");
            }
        } else if (head.starts_with("GET /surplus")) {
            ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n");
        }
    });
    Client client = make_client();
    const auto to = [&](std::string target) {
        Outgoing request{.host = "127.0.0.1", .port = peer.port(), .target = std::move(target)};
        request.timeouts = {.connect = 300ms, .idle = 200ms, .whole = 500ms};
        return request;
    };
    CHECK(key_of(ask(client, to("/half"))) == "http.client.closed");
    CHECK(key_of(ask(client, to("/nothing"))) == "http.client.closed");
    CHECK(key_of(ask(client, to("/nonsense"))) == "http.client.malformed");
    CHECK(key_of(ask(client, to("/two-lengths"))) == "http.client.malformed");
    const auto surplus = ask(client, to("/surplus"));
    REQUIRE(surplus);
    CHECK(surplus->bytes() == "ok");
    const auto slow = ask(client, to("/slow"));
    CHECK(key_of(slow) == "http.client.timeout");
    CHECK(slow.error().detail.ends_with("waiting for the response"));
    CHECK(key_of(ask(client, to("/drip"))) == "http.client.timeout");
    CHECK(client.counts().reused == 0);
}

TEST_CASE("nobody listens, no such name: connect and resolve") {
    Client client = make_client();
    std::uint16_t closed = 0;
    {
        const ScriptedPeer gone([](int, int) {});
        closed = gone.port();
    }
    CHECK(key_of(ask(client, {.host = "127.0.0.1", .port = closed})) == "http.client.connect");
    const auto name = ask(client, {.host = "does-not-exist.invalid", .port = 80, .timeouts = {.connect = 3s}});
    const bool right = key_of(name) == "http.client.resolve" || key_of(name) == "http.client.timeout";
    CHECK(right);
}

TEST_CASE("a pooled connection that died is replaced once; what may have had an effect is not sent twice") {
    std::atomic<int> heads{0};
    const ScriptedPeer peer([&](int connection, int) {
        if (!ScriptedPeer::read_head(connection).empty()) {
            ++heads;
            ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
        // The next request is taken and the connection broken off without an answer.
        if (!ScriptedPeer::read_head(connection).empty()) {
            ++heads;
        }
    });
    Client client = make_client();
    const auto to = [&](std::string method) {
        return Outgoing{.host = "127.0.0.1", .port = peer.port(), .method = std::move(method)};
    };
    CHECK(ask(client, to("GET")));
    CHECK(ask(client, to("GET")));  // broken off on the old connection, answered on a new one
    CHECK(heads == 3);
    CHECK(client.counts().retried == 1);
    CHECK(key_of(ask(client, to("POST"))) == "http.client.closed");
    CHECK(heads == 4);
    CHECK(client.counts().retried == 1);
}

TEST_CASE("an idle connection that the other side has closed is noticed before it is used") {
    const ScriptedPeer peer([](int connection, int) {
        ScriptedPeer::read_head(connection);
        ScriptedPeer::write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    Client client = make_client();
    for (int i = 0; i < 5; ++i) {
        CHECK(ask(client, {.host = "127.0.0.1", .port = peer.port(), .method = "POST"}));
        std::this_thread::sleep_for(20ms);
    }
    CHECK(client.counts().connections == 5);
    CHECK(client.counts().retried == 0);
}

TEST_CASE("stopping ends what runs, and what comes later, exactly once") {
    const ScriptedPeer peer([](int connection, int) {
        ScriptedPeer::read_head(connection);
        ScriptedPeer::read_head(connection);  // until the client goes
    });
    Client client = make_client({.connections = 1});
    auto running = begin(client, {.host = "127.0.0.1", .port = peer.port()});
    auto waiting = begin(client, {.host = "127.0.0.1", .port = peer.port()});
    std::this_thread::sleep_for(50ms);
    client.stop();
    CHECK(key_of(running.get()) == "http.client.stopped");
    CHECK(key_of(waiting.get()) == "http.client.stopped");
    CHECK(key_of(ask(client, {.host = "127.0.0.1", .port = peer.port()})) == "http.client.stopped");
}

TEST_CASE("bodies of 10 MB pass in both directions in constant memory") {
    const Echo echo;
    Client client = make_client();
    const TestFolder folder("http-memory");
    std::ofstream(folder.file("body"), std::ios::binary) << big_body(10'000'000);
    const auto round = [&](int count) {
        std::vector<std::future<Result<Incoming>>> running;
        for (int i = 0; i < count; ++i) {
            Outgoing request = echo.to("/back/", "POST");
            request.body = FileRange{folder.file("body"), 0, 10'000'000};
            request.sha512 = true;
            running.push_back(begin(client, std::move(request)));
        }
        std::size_t most = 0;
        for (auto& one : running) {
            const auto answer = one.get();
            REQUIRE(answer);
            CHECK(answer->body->size() == 10'000'000);
            most = std::max(most, private_kilobytes());
        }
        return most;
    };
    const std::size_t before = round(1);
    // Eight bodies are 80 MB, twice; what a sanitizer keeps of freed memory is in the figure too.
    CHECK(round(8) < before + 40'000);
}

TEST_CASE("many threads send at once") {
    const Echo echo({.limits = {.connections_per_address = 1'000}});
    Client client = make_client({.threads = 2, .connections = 32});
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                Outgoing request = echo.to("/back/", "POST");
                request.body = std::to_string(t * 1000 + i);
                const auto answer = ask(client, std::move(request));
                good += answer && answer->bytes() == std::to_string(t * 1000 + i) ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(good == 800);
}
