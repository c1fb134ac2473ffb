// Responses read strictly: whole, cut at every place, and broken one by one.
#include "http/impl/response_reader.hpp"

#include "base/digest.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::http;

namespace {

struct Read {
    Result<Incoming> incoming;
    bool keep_alive = false;
    std::string rest;
};

Read read_cut(std::string_view bytes, std::size_t step, ResponseReader::Settings settings = {}) {
    ResponseReader reader(std::move(settings));
    while (!bytes.empty() && !reader.done() && !reader.error()) {
        std::string_view piece = bytes.substr(0, step);
        const std::size_t before = piece.size();
        reader.take(piece);
        bytes.remove_prefix(before - piece.size());
    }
    reader.end(true);
    const bool keep = reader.keep_alive();
    return {reader.error() ? std::unexpected(*reader.error()) : reader.finish(), keep, std::string(bytes)};
}

Read read_all(std::string_view bytes, ResponseReader::Settings settings = {}) {
    return read_cut(bytes, bytes.size(), std::move(settings));
}

std::string key_of_broken(std::string_view bytes, const ResponseReader::Settings& settings = {}) {
    const Read whole = read_all(bytes, settings);
    const Read cut = read_cut(bytes, 1, settings);
    REQUIRE_FALSE(whole.incoming);
    REQUIRE_FALSE(cut.incoming);
    CHECK(whole.incoming.error().key == cut.incoming.error().key);
    return whole.incoming.error().key;
}

}  // namespace

TEST_CASE("a response keeps its reason, the order and the letter case of its headers") {
    const std::string_view bytes = "HTTP/1.1 404 Rien ici\r\nx-b: 1\r\nX-A:  two words \r\nX-B: 3\r\n"
                                   "Content-Length: 5\r\n\r\nhelloHTTP/1.1 200";
    for (std::size_t step = 1; step < bytes.size(); ++step) {
        const Read read = read_cut(bytes, step);
        REQUIRE(read.incoming);
        CHECK(read.incoming->status == 404);
        CHECK(read.incoming->reason == "Rien ici");
        REQUIRE(read.incoming->headers.size() == 4);
        CHECK(read.incoming->headers[0].name == "x-b");
        CHECK(read.incoming->headers[1].value == "two words");
        CHECK(read.incoming->header("x-B") == "1");
        CHECK(read.incoming->bytes() == "hello");
        CHECK(read.keep_alive);
        CHECK(read.rest == "HTTP/1.1 200");
    }
}

TEST_CASE("bodies by length, in chunks, to the end, or none") {
    CHECK(read_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
              .incoming->bytes() == "abcde");
    CHECK(read_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=1\r\nabc\r\n0;b=\"c d\"\r\n\r\n")
              .incoming->bytes() == "abc");
    const Read until_end = read_all("HTTP/1.0 200 OK\r\n\r\nall that comes");
    CHECK(until_end.incoming->bytes() == "all that comes");
    CHECK_FALSE(until_end.keep_alive);
    CHECK(read_all("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").incoming->reason.empty());
    CHECK(read_all("HTTP/1.1 204 No Content\r\n\r\n").incoming->bytes().empty());
    CHECK(read_all("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n").keep_alive);
    const Read head = read_all("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", {.head_method = true});
    REQUIRE(head.incoming);
    CHECK(head.incoming->bytes().empty());
    CHECK(head.keep_alive);
    CHECK_FALSE(read_all("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").keep_alive);
    CHECK(read_all("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keep_alive);
}

TEST_CASE("interim responses are passed over, a switch of protocols is not ours") {
    CHECK(read_all("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
              .incoming->bytes() == "ok");
    CHECK(key_of_broken("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") == "http.client.malformed");
    std::string endless;
    for (int i = 0; i < 20; ++i) {
        endless += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    CHECK(key_of_broken(endless) == "http.client.malformed");
}

TEST_CASE("the SHA-512 of a body is known when its last byte is, also of none") {
    const auto digest_of = [](std::string_view bytes) {
        return read_cut(bytes, 2, {.sha512 = true}).incoming->body->sha512();
    };
    CHECK(digest_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n") == sha512("abc"));
    CHECK(digest_of("HTTP/1.1 204 No Content\r\n\r\n") == sha512(""));
    CHECK(read_all("HTTP/1.1 204 No Content\r\n\r\n").incoming->body->sha512().empty());
}

TEST_CASE("malformed responses are refused, one by one") {
    for (const std::string_view bytes : {
             "HTTP/2 200 OK\r\n\r\n",
             "HTTP/1.2 200 OK\r\n\r\n",
             "http/1.1 200 OK\r\n\r\n",
             "HTTP/1.1  200 OK\r\n\r\n",
             "HTTP/1.1 20 OK\r\n\r\n",
             "HTTP/1.1 2000 OK\r\n\r\n",
             "HTTP/1.1 600 OK\r\n\r\n",
             "HTTP/1.1 099 OK\r\n\r\n",
             "HTTP/1.1 200 O\001K\r\n\r\n",
             "\r\nHTTP/1.1 200 OK\r\n\r\n",
             "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
             "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nA: b\r c\r\n\r\n",
             "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
             "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
             "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\na",
             "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
             "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
             "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\r\nabc\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ng\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
         }) {
        CAPTURE(bytes);
        CHECK(key_of_broken(bytes) == "http.client.malformed");
    }
}

TEST_CASE("limits of head, headers and body are kept, and a response cut short is told from a whole one") {
    ResponseReader::Settings small{.limits = {.head_bytes = 100, .header_count = 2, .body = 4}};
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\nA: " + std::string(200, 'a'), small) == "http.client.too-large");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n", small) == "http.client.too-large");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", small) == "http.client.too-large");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", small) ==
          "http.client.too-large");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\n\r\nabcde", small) == "http.client.too-large");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc") == "http.client.closed");
    CHECK(key_of_broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n") == "http.client.closed");
    CHECK(key_of_broken("HTTP/1.1 200 O") == "http.client.closed");
    ResponseReader torn({});
    std::string_view bytes = "HTTP/1.1 200 OK\r\n\r\nnobody knows whether this is all";
    torn.take(bytes);
    torn.end(false);
    REQUIRE(torn.error());
    CHECK(torn.error()->key == "http.client.closed");
}
