#include "http/head.hpp"

#include "http/impl/body_reader.hpp"

#include <doctest/doctest.h>

using namespace wasl::http;

namespace {

struct Case {
    const char* why;
    std::string bytes;
    int status;
    std::string_view key;
};

std::string with(std::string_view lines) {
    return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

}  // namespace

TEST_CASE("a plain head is read") {
    const auto head = parse_head("GET /a?b=c HTTP/1.1\r\nHost: tamri.ma:8080\r\nAccept: */*\r\n\r\n");
    REQUIRE(head);
    CHECK(head->method == Method::get);
    CHECK(head->target == "/a?b=c");
    CHECK(head->host == "tamri.ma:8080");
    CHECK(head->keep_alive);
    CHECK(head->headers.size() == 2);
    CHECK_FALSE(head->content_length);
}

TEST_CASE("keep-alive follows version and Connection") {
    CHECK_FALSE(parse_head("GET / HTTP/1.0\r\nHost: a\r\n\r\n")->keep_alive);
    CHECK(parse_head("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
    CHECK_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n")->keep_alive);
}

TEST_CASE("malformed and smuggling heads are refused, each with its code") {
    // The cases of published request-smuggling work (CL.TE, TE.CL, TE.TE, obfuscated TE, line folding,
    // white space before the colon, bare CR and LF) and of RFC 9112's "MUST reject".
    const Case cases[] = {
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400, "http.host-missing"},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "http.host"},
        {"same Host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "http.host"},
        {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "http.host"},
        {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "http.host"},
        {"Host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400, "http.host"},
        {"CL and TE", with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"), 400, "http.transfer-encoding"},
        {"TE and CL", with("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), 400, "http.transfer-encoding"},
        {"two CL", with("Content-Length: 4\r\nContent-Length: 5\r\n"), 400, "http.content-length"},
        {"same CL twice", with("Content-Length: 4\r\nContent-Length: 4\r\n"), 400, "http.content-length"},
        {"CL list", with("Content-Length: 3, 3\r\n"), 400, "http.content-length"},
        {"CL with sign", with("Content-Length: +3\r\n"), 400, "http.content-length"},
        {"CL negative", with("Content-Length: -3\r\n"), 400, "http.content-length"},
        {"CL hex", with("Content-Length: 0x3\r\n"), 400, "http.content-length"},
        {"CL empty", with("Content-Length: \r\n"), 400, "http.content-length"},
        {"CL overflow", with("Content-Length: 99999999999999999999\r\n"), 400, "http.content-length"},
        {"TE xchunked", with("Transfer-Encoding: xchunked\r\n"), 400, "http.transfer-encoding"},
        {"TE quoted", with("Transfer-Encoding: \"chunked\"\r\n"), 400, "http.transfer-encoding"},
        {"TE upper case", with("Transfer-Encoding: CHUNKED\r\n"), 400, "http.transfer-encoding"},
        {"TE list", with("Transfer-Encoding: gzip, chunked\r\n"), 400, "http.transfer-encoding"},
        {"TE identity", with("Transfer-Encoding: identity\r\n"), 400, "http.transfer-encoding"},
        {"TE twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400, "http.transfer-encoding"},
        {"TE vertical tab", with("Transfer-Encoding: \x0b" "chunked\r\n"), 400, "http.header"},
        {"TE on 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "http.transfer-encoding"},
        {"space before colon", with("Transfer-Encoding : chunked\r\n"), 400, "http.header"},
        {"tab before colon", with("Content-Length\t: 4\r\n"), 400, "http.header"},
        {"folded line", with("X: a\r\n b\r\n"), 400, "http.folded-line"},
        {"folded TE", with("Transfer-Encoding:\r\n chunked\r\n"), 400, "http.folded-line"},
        {"first header folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "http.folded-line"},
        {"bare CR in value", with("X: a\rTransfer-Encoding: chunked\r\n"), 400, "http.header"},
        {"bare LF in value", with("X: a\nTransfer-Encoding: chunked\r\n"), 400, "http.header"},
        {"NUL in value", with(std::string_view("X: a\0b\r\n", 8)), 400, "http.header"},
        {"NUL in name", with(std::string_view("X\0Y: a\r\n", 8)), 400, "http.header"},
        {"no colon", with("Nonsense\r\n"), 400, "http.header"},
        {"empty name", with(": a\r\n"), 400, "http.header"},
        {"name with brackets", with("X[]: a\r\n"), 400, "http.header"},
        {"HTTP/0.9", "GET /\r\n\r\n", 400, "http.request-line"},
        {"HTTP/2.0 line", "PRI * HTTP/2.0\r\n\r\n", 505, "http.version"},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, "http.version"},
        {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, "http.request-line"},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.request-line"},
        {"space in target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.request-line"},
        {"raw UTF-8 target", "GET /\xd8\xb7 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.target"},
        {"control in target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.target"},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "http.method"},
        {"lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "http.method"},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "http.method"},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "http.method"},
        {"other expectation", with("Expect: 200-ok\r\n"), 417, "http.expect"},
        {"target too long", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414, "http.target-too-long"},
        {"head too large", with("X: " + std::string(17000, 'a') + "\r\n"), 431, "http.head-too-large"},
        {"two heads", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.head"},
        {"no end", "GET / HTTP/1.1\r\nHost: a\r\n", 400, "http.head"},
        {"nothing", "", 400, "http.head"},
    };
    for (const Case& one : cases) {
        CAPTURE(std::string(one.why));
        const auto head = parse_head(one.bytes);
        REQUIRE_FALSE(head);
        CHECK(head.error().status == one.status);
        CHECK(head.error().key == one.key);
    }
}

TEST_CASE("more than a hundred headers are refused") {
    std::string lines;
    for (int i = 0; i < 100; ++i) {
        lines += "X-" + std::to_string(i) + ": a\r\n";
    }
    const auto head = parse_head(with(lines));
    REQUIRE_FALSE(head);
    CHECK(head.error() == HeadError{431, "http.too-many-headers"});
}

TEST_CASE("head_length finds the end wherever the bytes were cut") {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
    for (std::size_t from = 0; from < bytes.size() - 4; ++from) {
        CHECK(head_length(bytes, from) == bytes.size() - 4);
    }
    CHECK(head_length("GET / HTTP/1.1\r\nHost: a\r\n\r") == 0);
}

namespace {

struct Read {
    std::string body;
    std::string left;
    std::string error;
    bool complete = false;
};

// Feeds the bytes in steps of `step`.
Read read_chunked(std::string_view bytes, std::size_t step, std::size_t limit = 1000) {
    Head head;
    head.chunked = true;
    BodyReader reader(head, limit, std::make_unique<Body>(8, "/tmp"));
    std::string pending;
    Read out;
    while (reader.needs_more() && !(bytes.empty() && pending.empty())) {
        pending += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        std::string_view input = pending;
        reader.take(input);
        pending = std::string(input);
        if (bytes.empty()) {
            break;
        }
    }
    out.left = pending + std::string(bytes);
    out.complete = !reader.needs_more() && !reader.error();
    if (reader.error()) {
        out.error = reader.error()->key;
    } else if (out.complete) {
        auto body = reader.finish();
        out.body = std::string((*body)->view());
    }
    return out;
}

}  // namespace

TEST_CASE("chunked bodies are joined, however they arrive") {
    const std::string bytes = "4\r\nWasl\r\nA\r\n 012345678\r\n0\r\nTrailer: x\r\n\r\nNEXT";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Read read = read_chunked(bytes, step);
        CAPTURE(step);
        CHECK(read.complete);
        CHECK(read.body == "Wasl 012345678");
        CHECK(std::string("NEXT").ends_with(read.left.substr(0, 4)));
    }
}

TEST_CASE("malformed chunks are refused") {
    for (const std::string_view bytes :
         {"x\r\n", "\r\n", "4 \r\nWasl\r\n0\r\n\r\n", "0x4\r\nWasl\r\n", "-1\r\n",
          "4\nWasl\r\n0\r\n\r\n", "4\r\nWaslX\r\n0\r\n\r\n", "123456789\r\n", "4\r\nWasl\n0\r\n\r\n",
          "0\r\nX: a\nY: b\r\n\r\n"}) {
        CAPTURE(bytes);
        CHECK(read_chunked(bytes, 100).error == "http.chunk");
    }
}

TEST_CASE("extensions of chunks are read over, wherever their bytes are cut") {
    const std::string bytes = "4;a=1\r\nWasl\r\n1 ; b\t= \"x;\\\"\xC3\xA9\t\" ;c;d=e\r\n!\r\n0;last\r\nTrailer: x\r\n\r\nNEXT";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Read read = read_chunked(bytes, step);
        CAPTURE(step);
        CHECK(read.complete);
        CHECK(read.body == "Wasl!");
        CHECK(std::string("NEXT").ends_with(read.left.substr(0, 4)));
    }
    CHECK(read_chunked("4;" + std::string(255, 'a') + "\r\nWasl\r\n0\r\n\r\n", 100).complete);
}

TEST_CASE("a chunk's extension that two readers may end at different places is refused, and one without end") {
    for (const std::string_view bytes :
         {"4;\r\n", "4;=1\r\n", "4;a=\r\n", "4;a=1 \r\n", "4;a b\r\n", "4;a=b=c\r\n", "4;a=\"x\r\n", "4;a=\"x\"y\r\n",
          "4;a\nWasl\r\n0\r\n\r\n", "4;a\rWasl\r\n", "4;a=\"\n\"\r\n", "4;a=\"\r\n\"\r\n", "4;a=\"\\\n\"\r\n", ";a\r\n", " 4\r\n", "4;a=\xC3\r\n",
          "4;a=\"\x7F\"\r\n"}) {
        CAPTURE(bytes);
        CHECK(read_chunked(std::string(bytes) + "Wasl\r\n0\r\n\r\n", 100).error == "http.chunk");
    }
    CHECK(read_chunked(std::string_view("4;a=\"\0\"\r\n", 9), 100).error == "http.chunk");
    CHECK(read_chunked("4;" + std::string(256, 'a') + "\r\nWasl\r\n0\r\n\r\n", 100).error == "http.chunk");
    std::string many;
    for (int i = 0; i < 300; ++i) {
        many += "1;" + std::string(250, 'a') + "\r\nx\r\n";
    }
    CHECK(read_chunked(many, 1000).error == "http.chunk");
}

TEST_CASE("a chunked body over the limit is refused while it arrives") {
    CHECK(read_chunked("5\r\nabcde\r\n0\r\n\r\n", 100, 4).error == "http.body-too-large");
    CHECK(read_chunked("5\r\nabcde\r\n0\r\n\r\n", 100, 5).complete);
}

TEST_CASE("a body beyond the memory bound is a mapped file with the same bytes") {
    Body body(10, "/tmp");
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(body.append("piece " + std::to_string(i)));
        expected += "piece " + std::to_string(i);
    }
    REQUIRE(body.finish());
    CHECK(body.view() == expected);
}
