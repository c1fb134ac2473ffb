// TLS with a certificate made on the spot, changed while the server runs.
#include "http/server.hpp"

#include "http/impl/test_client.hpp"

#include <doctest/doctest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

using namespace wasl;
using namespace wasl::http;

namespace {

// Self-signed, P-256, for `name`.
void write_pair(const std::filesystem::path& folder, const char* name) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* out = std::fopen((folder / "cert.pem").c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fclose(out);
    out = std::fopen((folder / "key.pem").c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

struct Folder {
    Folder() : path(std::filesystem::temp_directory_path() / ("http-tls-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path;
};

struct Answer {
    std::string common_name;
    std::string bytes;
    std::string version;
};

Answer ask(std::uint16_t port, int most = TLS1_3_VERSION) {
    const TestClient client(port);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, most);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, client.descriptor());
    Answer out;
    if (SSL_connect(ssl) == 1) {
        out.version = SSL_get_version(ssl);
        char name[100] = {};
        X509* const certificate = SSL_get1_peer_certificate(ssl);
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
        X509_free(certificate);
        out.common_name = name;
        const std::string request = "GET /secure HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        SSL_write(ssl, request.data(), static_cast<int>(request.size()));
        char buffer[4096];
        for (int got = 0; (got = SSL_read(ssl, buffer, sizeof buffer)) > 0;) {
            out.bytes.append(buffer, static_cast<std::size_t>(got));
        }
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    return out;
}

}  // namespace

TEST_CASE("TLS serves, adds HSTS, takes a new certificate, keeps the old one when the new is bad") {
    const Folder folder;
    write_pair(folder.path, "first");
    Options options;
    options.port = 0;
    options.threads = 1;
    options.tls = {{folder.path / "cert.pem", folder.path / "key.pem"}};
    Router router;
    router.get("/secure", [](Request& request) { return Response::text(request.secure() ? "secure" : "plain"); });
    auto made = Server::create(options, std::move(router));
    REQUIRE(made);
    Server server = std::move(*made);
    server.start();

    const Answer first = ask(server.port());
    CHECK(first.common_name == "first");
    CHECK(first.version == "TLSv1.3");
    CHECK(first.bytes.find("Strict-Transport-Security: max-age=31536000\r\n") != std::string::npos);
    CHECK(first.bytes.ends_with("\r\n\r\nsecure"));
    CHECK(ask(server.port(), TLS1_2_VERSION).version == "TLSv1.2");
    CHECK(ask(server.port(), TLS1_1_VERSION).version.empty());

    write_pair(folder.path, "second");
    REQUIRE(server.reload_tls());
    CHECK(ask(server.port()).common_name == "second");

    std::filesystem::resize_file(folder.path / "key.pem", 10);
    CHECK(server.reload_tls().error().key == "http.tls");
    CHECK(ask(server.port()).common_name == "second");

    TestClient plain(server.port());
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(plain.reply().status == 0);
}

TEST_CASE("a certificate that is missing or not of the key stops the start") {
    const Folder folder;
    Options options;
    options.port = 0;
    options.tls = {{folder.path / "cert.pem", folder.path / "key.pem"}};
    CHECK(Server::create(options, Router()).error().key == "http.tls");
    write_pair(folder.path, "one");
    const std::string certificate = folder.path / "cert.pem";
    std::filesystem::copy_file(certificate, folder.path / "other.pem");
    write_pair(folder.path, "two");
    options.tls = {{folder.path / "other.pem", folder.path / "key.pem"}};
    CHECK(Server::create(options, Router()).error().key == "http.tls");
}
