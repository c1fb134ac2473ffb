// Requests without sockets, for the tests of every room above.
#pragma once

#include "http/certificate.hpp"
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
    std::string method_text = {};  // any token, in place of `method`: for raw routes
    std::shared_ptr<const Certificate> client_certificate = {};
};

// Through the same reading as on the wire; what the wire would refuse throws std::logic_error.
// With a router its raw routes are known and served.
Request make_request(TestRequest what, const Router* router = nullptr);
// Routes it and waits for a Later (at most 30 s). Errors become plain responses.
Response call(const Router& router, Request request);
// Bytes of a response's body, streams pulled to the end.
std::string body_of(Response& response);

// Certificates made on the spot, P-256.
struct TestIdentity {
    std::string certificate_pem;
    std::string key_pem;
    std::string der;
    Digest fingerprint;  // SHA-256 of the DER

    // Files NAME.pem and NAME.key in the folder, the key readable by its owner alone.
    void write(const std::string& folder, const std::string& name) const;
};
struct TestIdentityOptions {
    std::string common_name = "localhost";
    std::vector<std::string> names = {"localhost", "127.0.0.1"};  // subject alternative names
    std::int64_t valid_from = -60;    // seconds from now
    std::int64_t valid_until = 3600;  // seconds from now; in the past: expired
    const TestIdentity* issuer = nullptr;  // null: self-signed
    bool authority = false;           // may issue others
};
TestIdentity make_identity(const TestIdentityOptions& what = {});

}  // namespace wasl::http
