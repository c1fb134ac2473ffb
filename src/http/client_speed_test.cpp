// How fast: not part of the tests, run by hand with --no-skip -tc='speed*'.
#include "http/client.hpp"

#include "http/impl/test_peer.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>

using namespace wasl;
using namespace wasl::http;

namespace {

struct Track {
    TestFolder folder{"http-speed"};
    TestIdentity identity = make_identity();
    Server server = make();
    Client client = std::move(*Client::create({}));

    Server make() {
        identity.write(folder.path(), "node");
        Options options;
        options.port = 0;
        options.threads = 1;
        options.tls = {{.certificate_file = folder.file("node.pem"), .key_file = folder.file("node.key"),
                        .client_certificates = ClientCertificates::required, .only_tls13 = true}};
        Router router;
        router.raw("/take/", [](Request& r) { return Response::text(std::to_string(r.shared_body()->size())); },
                   {.body_limit = 64U << 20U, .sha512 = true});
        auto held = std::make_shared<Body>(0, folder.path());
        REQUIRE(held->append(std::string(10'000'000, 'd')));
        REQUIRE(held->finish());
        router.raw("/give/", [held](Request&) {
            Response response;
            response.body = SharedBody(held);
            return response;
        });
        auto made = Server::create(std::move(options), std::move(router));
        REQUIRE(made);
        made->start();
        return std::move(*made);
    }

    // `lanes` requests at a time, `count` in all; seconds taken.
    double run(int lanes, int count, const Outgoing& request) {
        std::atomic<int> left{count};
        std::atomic<int> good{0};
        std::latch done(lanes);
        std::function<void()> next = [&] {
            if (left.fetch_sub(1) <= 0) {
                done.count_down();
                return;
            }
            client.send(request, [&](const Result<Incoming>& answer) {
                good += answer && answer->status == 200 ? 1 : 0;
                next();
            });
        };
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < lanes; ++i) {
            next();
        }
        done.wait();
        CHECK(good == count);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    }
};

}  // namespace

TEST_CASE("speed over TLS with both certificates" * doctest::skip()) {
    Track track;
    Outgoing request{.host = "127.0.0.1", .port = track.server.port(), .method = "POST", .target = "/take/"};
    request.tls = *load_tls_context({.certificate_file = track.folder.file("node.pem"),
                                     .key_file = track.folder.file("node.key"), .verify = false});
    request.body = std::string(120, 'x');
    (void)track.run(64, 2'000, request);
    fmt::print("120 bytes, 64 connections: {:.0f} requests/s\n", 30'000 / track.run(64, 30'000, request));
    fmt::print("120 bytes, 1 connection: {:.1f} us each\n", track.run(1, 3'000, request) / 3'000 * 1e6);
    request.body = std::make_shared<const std::string>(10'000'000, 'u');
    fmt::print("10 MB up, 8 connections: {:.0f} MB/s\n", 80 * 10 / track.run(8, 80, request));
    request.body = {};
    request.method = "GET";
    request.target = "/give/";
    request.sha512 = true;
    fmt::print("10 MB down, 8 connections: {:.0f} MB/s\n", 80 * 10 / track.run(8, 80, request));
}
