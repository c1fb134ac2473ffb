// Cookies, compression, validators, assets, rate limits, metrics.
#include "http/assets.hpp"
#include "http/compression.hpp"
#include "http/cookies.hpp"
#include "http/impl/writer.hpp"
#include "http/metrics.hpp"
#include "http/pool.hpp"
#include "http/rate_limit.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"

#include <doctest/doctest.h>

#include <atomic>

using namespace wasl;
using namespace wasl::http;

TEST_CASE("Set-Cookie is HttpOnly and SameSite always, __Host- and Secure over TLS") {
    CHECK(set_cookie({"session", "abc", {}}, false) == "session=abc; Path=/; HttpOnly; SameSite=Lax");
    CHECK(set_cookie({"session", "abc", 60}, true) ==
          "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
    CHECK_THROWS(set_cookie({"session", "a;b", {}}, true));
    CHECK_THROWS(set_cookie({"ses sion", "a", {}}, true));
    CHECK_THROWS(set_cookie({"session", "a\r\nX: y", {}}, true));
}

TEST_CASE("over TLS only the __Host- cookie counts") {
    const Request planted = make_request({Method::get, "/", {{"Cookie", "session=evil"}}, {}, "127.0.0.1", true});
    CHECK_FALSE(own_cookie(planted, "session"));
    const Request own = make_request({Method::get, "/", {{"Cookie", "session=evil; __Host-session=mine"}}, {}, "127.0.0.1", true});
    CHECK(own_cookie(own, "session") == "mine");
}

TEST_CASE("cookies are read leniently but never wrongly") {
    CHECK(parse_cookies("a=1;b=2;  c = 3; =x; d; e=\x01; f=g=h") ==
          std::vector<Parameter>{{"a", "1"}, {"b", "2"}, {"f", "g=h"}});
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += "c" + std::to_string(i) + "=1; ";
    }
    CHECK(parse_cookies(many).size() == 64);
}

TEST_CASE("Accept-Encoding is weighed") {
    CHECK(accepts_gzip("gzip, deflate, br"));
    CHECK(accepts_gzip("deflate, GZIP;q=0.5"));
    CHECK(accepts_gzip("*"));
    CHECK_FALSE(accepts_gzip("gzip;q=0"));
    CHECK_FALSE(accepts_gzip("gzip; q=0.000, *"));
    CHECK_FALSE(accepts_gzip("br"));
    CHECK_FALSE(accepts_gzip(""));
}

TEST_CASE("gzip round trip, and a bomb stays small") {
    const std::string text(100'000, 'a');
    const std::string packed = gzip(text);
    CHECK(packed.size() < 1000);
    CHECK(*gunzip(packed, 100'000) == text);
    CHECK_FALSE(gunzip(packed, 50'000));
    CHECK_FALSE(gunzip("nonsense", 100));
    CHECK_FALSE(gunzip(packed.substr(0, packed.size() - 4), 100'000));
}

namespace {

std::string head_for(Response response, const Request& request, std::string* body = nullptr) {
    WriteContext context;
    context.request = &request;
    context.date = "D";
    Rendered out;
    prepare(std::move(response), context, out);
    if (body != nullptr) {
        *body = std::string(out.bytes);
    }
    return out.head;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("a precompressed body is served as gzip, identity or 304") {
    const auto page = precompress(std::string(5000, 'x'), "text/html; charset=utf-8");
    std::string body;
    std::string head = head_for(Response::shared(page), make_request({Method::get, "/", {{"Accept-Encoding", "gzip"}}, {}}), &body);
    CHECK(has(head, "Content-Encoding: gzip\r\n"));
    CHECK(has(head, "Vary: Accept-Encoding\r\n"));
    CHECK(has(head, "-gz\"\r\n"));
    CHECK(*gunzip(body, 10'000) == page->identity);
    head = head_for(Response::shared(page), make_request({}), &body);
    CHECK(has(head, "Content-Length: 5000\r\n"));
    CHECK(body == page->identity);
    head = head_for(Response::shared(page), make_request({Method::get, "/", {{"If-None-Match", "\"x\", W/" + page->etag}}, {}}), &body);
    CHECK(has(head, "HTTP/1.1 304 Not Modified\r\n"));
    CHECK_FALSE(has(head, "Content-Length"));
    CHECK(body.empty());
}

TEST_CASE("a value cannot split a response") {
    Response response = Response::redirect("/x\r\nSet-Cookie: a=b");
    CHECK_FALSE(has(head_for(std::move(response), make_request({})), "\r\nSet-Cookie"));
    Response other = Response::empty();
    other.set("X-Note", "a\r\nSet-Cookie: a=b");
    CHECK_FALSE(has(head_for(std::move(other), make_request({})), "\r\nSet-Cookie"));
}

TEST_CASE("an Arabic Location is percent-encoded") {
    CHECK(Response::redirect("/طلب?a=b").header("Location") == "/%D8%B7%D9%84%D8%A8?a=b");
}

TEST_CASE("with_etag answers 304 to who has the page") {
    const Response first = with_etag(make_request({}), Response::html("<p>page"));
    const std::string etag(first.header("ETag"));
    CHECK(first.status == 200);
    CHECK(first.header("Cache-Control") == "no-cache");
    CHECK(with_etag(make_request({Method::get, "/", {{"If-None-Match", etag}}, {}}), Response::html("<p>page")).status == 304);
    CHECK(with_etag(make_request({Method::get, "/", {{"If-None-Match", etag}}, {}}), Response::html("<p>other")).status == 200);
}

TEST_CASE("assets have immutable names") {
    Assets assets;
    assets.add("site.css", "body{}");
    assets.add("icons/check.svg", "<svg/>");
    Router router;
    assets.mount(router);
    CHECK(assets.path("icons/check.svg").starts_with("/assets/icons/check."));
    CHECK(assets.path("icons/check.svg").ends_with(".svg"));
    CHECK_THROWS(static_cast<void>(assets.path("missing.css")));
    Response immutable = call(router, make_request({Method::get, assets.path("site.css"), {}, {}}));
    CHECK(has(immutable.header("Cache-Control"), "immutable"));
    CHECK(body_of(immutable) == "body{}");
    CHECK(has(call(router, make_request({Method::get, "/assets/site.css", {}, {}})).header("Cache-Control"), "no-cache"));
    CHECK(call(router, make_request({Method::get, "/assets/other.css", {}, {}})).status == 404);
}

TEST_CASE("a download keeps an Arabic name") {
    CHECK(attachment_disposition("وصل 1.pdf") ==
          "attachment; filename=\"_______1.pdf\"; filename*=UTF-8''%D9%88%D8%B5%D9%84%201.pdf");
}

TEST_CASE("a token bucket empties, refills and forgets in bounded memory") {
    RateLimit limit({3, 1}, 2);
    CHECK(limit.allow("a", 0));
    CHECK(limit.allow("a", 0));
    CHECK(limit.allow("a", 0));
    CHECK_FALSE(limit.allow("a", 0));
    CHECK(limit.retry_after_seconds("a", 0) == 1);
    CHECK(limit.allow("b", 0));
    CHECK_FALSE(limit.allow("a", 900'000));
    CHECK(limit.allow("a", 1'000'000));
    CHECK_FALSE(limit.allow("a", 500'000));  // a clock that went back gives nothing
    CHECK(limit.allow("c", 0, 3));           // forgets b, the least recently used
    CHECK(limit.allow("b", 0, 3));
}

TEST_CASE("an IPv6 household is one key") {
    CHECK(address_key("192.0.2.1") == "192.0.2.1");
    CHECK(address_key("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
    CHECK(address_key("2001:db8:1:2:ffff::1") == address_key("2001:db8:1:2::9"));
    CHECK(address_key("::ffff:192.0.2.1") == "192.0.2.1");
}

TEST_CASE("metrics are exposed as text") {
    Metrics metrics;
    metrics.counter("wasl_filings_total", "Filed", {{"member", "a\"b"}}).add(3);
    metrics.histogram("wasl_seconds", "Time").observe(700);
    metrics.gauge("wasl_open", "Open", [] { return 2.0; });
    const std::string text = metrics.exposition();
    CHECK(has(text, "# TYPE wasl_filings_total counter\nwasl_filings_total{member=\"a\\\"b\"} 3\n"));
    CHECK(has(text, "wasl_seconds_bucket{le=\"0.0005\"} 0\n"));
    CHECK(has(text, "wasl_seconds_bucket{le=\"0.001\"} 1\n"));
    CHECK(has(text, "wasl_seconds_bucket{le=\"+Inf\"} 1\n"));
    CHECK(has(text, "wasl_seconds_sum 0.0007\nwasl_seconds_count 1\n"));
    CHECK(has(text, "wasl_open 2\n"));
}

TEST_CASE("the pool finishes its jobs, survives a defect, and refuses when full") {
    std::atomic<int> done = 0;
    {
        Pool pool(2);
        for (int i = 0; i < 100; ++i) {
            REQUIRE(pool.submit([&] { ++done; }));
        }
        REQUIRE(pool.submit([] { throw std::runtime_error("defect"); }));
    }
    CHECK(done == 100);
    std::atomic<bool> go = false;
    Pool small(1, 1);
    REQUIRE(small.submit([&] { go.wait(false); }));
    while (small.waiting() > 0) {
    }
    CHECK(small.submit([] {}));
    CHECK_FALSE(small.submit([] {}));
    go = true;
    go.notify_all();
}

TEST_CASE("an access line names the route, not the path, and cuts the address") {
    CHECK(access_line({"id1", "GET", "/r/{code}", "192.0.2.7", 200, 12, 80}) ==
          "id=id1 method=GET route=/r/{code} status=200 bytes=12 micros=80 peer=192.0.2.x");
}

TEST_CASE("dates are RFC 9110") {
    CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}
