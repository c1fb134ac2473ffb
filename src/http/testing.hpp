// Requests without sockets, for the tests of every room above.
#pragma once

#include "http/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

struct TestRequest {
    Method method = Method::get;
    std::string target = "/";
    std::vector<Header> headers;  // Host is added when absent
    std::string body;
    std::string peer = "127.0.0.1";
    bool secure = false;
};

// Through the same reading as on the wire; what the wire would refuse throws std::logic_error.
Request make_request(TestRequest what);
// Routes it and waits for a Later (at most 30 s). Errors become plain responses.
Response call(const Router& router, Request request);
// Bytes of a response's body, streams pulled to the end.
std::string body_of(Response& response);

}  // namespace wasl::http
