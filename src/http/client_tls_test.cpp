// TLS with certificates of both sides: who is let in, who is believed, and what an error says.
#include "http/client.hpp"

#include "http/impl/test_client.hpp"
#include "http/impl/test_peer.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::http;
using namespace std::chrono_literals;

namespace {

struct Country {
    TestFolder folder{"http-mtls"};
    TestIdentity authority = make_identity({.common_name = "authority", .authority = true});
    TestIdentity node = make_identity({.common_name = "node", .issuer = &authority});
    TestIdentity peer = make_identity({.common_name = "peer", .issuer = &authority});
    TestIdentity stranger = make_identity({.common_name = "stranger"});
    TestIdentity expired = make_identity({.common_name = "expired", .valid_from = -7200, .valid_until = -3600,
                                          .issuer = &authority});

    Country() {
        authority.write(folder.path(), "authority");
        node.write(folder.path(), "node");
        peer.write(folder.path(), "peer");
        stranger.write(folder.path(), "stranger");
        expired.write(folder.path(), "expired");
    }
    [[nodiscard]] Tls tls(const std::string& name, ClientCertificates asked = ClientCertificates::none) const {
        return {.certificate_file = folder.file(name + ".pem"), .key_file = folder.file(name + ".key"),
                .client_certificates = asked};
    }
    [[nodiscard]] static Server serve(Tls tls) {
        Options options;
        options.port = 0;
        options.threads = 1;
        options.tls = {std::move(tls)};
        Router router;
        router.raw("/who", [](Request& request) {
            const auto& certificate = request.client_certificate();
            return Response::text(certificate ? certificate->subject + " " + certificate->fingerprint.hex() : "nobody");
        });
        auto made = Server::create(std::move(options), std::move(router));
        REQUIRE(made);
        made->start();
        return std::move(*made);
    }
    [[nodiscard]] std::shared_ptr<const TlsContext> context(const std::string& own, TlsSettings settings) const {
        if (!own.empty()) {
            settings.certificate_file = folder.file(own + ".pem");
            settings.key_file = folder.file(own + ".key");
        }
        auto made = load_tls_context(settings);
        REQUIRE(made);
        return *made;
    }
};

Outgoing who(const Server& server, std::shared_ptr<const TlsContext> tls) {
    return {.host = "127.0.0.1", .port = server.port(), .tls = std::move(tls), .target = "/who"};
}

Client make_client() { return std::move(*Client::create({})); }

}  // namespace

TEST_CASE("both sides show their certificate and know each other by fingerprint") {
    const Country country;
    Tls tls = country.tls("peer", ClientCertificates::required);
    tls.only_tls13 = true;
    const Server server = Country::serve(tls);
    Client client = make_client();
    const auto context = country.context("node", {.peers = {country.peer.fingerprint}, .only_tls13 = true});
    CHECK(own_certificate(*context)->fingerprint == country.node.fingerprint);
    const auto answer = ask(client, who(server, context));
    REQUIRE(answer);
    CHECK(answer->bytes() == "CN=node " + country.node.fingerprint.hex());
    REQUIRE(answer->peer);
    CHECK(answer->peer->fingerprint == country.peer.fingerprint);
    CHECK(answer->peer->der == country.peer.der);
    CHECK(answer->peer->issuer == "CN=authority");
    CHECK(answer->peer->valid_until - answer->peer->valid_from == 3660);
    const auto again = ask(client, who(server, context));
    REQUIRE(again);
    CHECK(again->reused);
    CHECK(again->bytes() == answer->bytes());
}

TEST_CASE("a server that asks for certificates: none, its own idea of whom, an expired one") {
    const Country country;
    Client client = make_client();
    const TlsSettings pinned{.peers = {country.peer.fingerprint}};
    {
        const Server required = Country::serve(country.tls("peer", ClientCertificates::required));
        const auto none = ask(client, who(required, country.context("", pinned)));
        CHECK(key_of(none) == "http.client.tls");
        CHECK(none.error().detail.find("certificate required") != std::string::npos);
        // Without authorities whoever holds the key is let in: the handler decides, even about an expired one.
        CHECK(ask(client, who(required, country.context("stranger", pinned)))->bytes().starts_with("CN=stranger "));
        CHECK(ask(client, who(required, country.context("expired", pinned)))->bytes().starts_with("CN=expired "));
    }
    {
        const Server optional = Country::serve(country.tls("peer", ClientCertificates::optional));
        CHECK(ask(client, who(optional, country.context("", pinned)))->bytes() == "nobody");
        CHECK(ask(client, who(optional, country.context("node", pinned)))->bytes().starts_with("CN=node "));
    }
    Tls strict = country.tls("peer", ClientCertificates::required);
    strict.client_ca_file = country.folder.file("authority.pem");
    const Server server = Country::serve(strict);
    CHECK(ask(client, who(server, country.context("node", pinned)))->bytes().starts_with("CN=node "));
    const auto stranger = ask(client, who(server, country.context("stranger", pinned)));
    CHECK(key_of(stranger) == "http.client.tls");
    const auto expired = ask(client, who(server, country.context("expired", pinned)));
    CHECK(key_of(expired) == "http.client.tls");
    CHECK(expired.error().detail.find("certificate expired") != std::string::npos);
}

TEST_CASE("a peer that is not the expected one, has expired or has the wrong name is not talked to") {
    const Country country;
    Client client = make_client();
    const Server server = Country::serve(country.tls("peer"));
    const TlsSettings authorities{.ca_files = {country.folder.file("authority.pem")}};

    const auto wrong = ask(client, who(server, country.context("", {.peers = {country.node.fingerprint}})));
    CHECK(key_of(wrong) == "http.client.tls-peer");
    CHECK(wrong.error().detail.find("CN=peer") != std::string::npos);
    CHECK(wrong.error().detail.find(country.peer.fingerprint.hex()) != std::string::npos);

    CHECK(ask(client, who(server, country.context("", authorities))));
    Outgoing named = who(server, country.context("", authorities));
    named.server_name = "another.example";
    const auto misnamed = ask(client, std::move(named));
    CHECK(key_of(misnamed) == "http.client.tls-peer");
    CHECK(misnamed.error().detail.find("mismatch") != std::string::npos);

    Outgoing bound = who(server, country.context("", authorities));
    bound.peers = {country.node.fingerprint};
    CHECK(key_of(ask(client, std::move(bound))) == "http.client.tls-peer");

    const Server unknown = Country::serve(country.tls("stranger"));
    CHECK(key_of(ask(client, who(unknown, country.context("", authorities)))) == "http.client.tls-peer");
    CHECK(ask(client, who(unknown, country.context("", {.verify = false}))));
    CHECK(key_of(ask(client, who(unknown, country.context("", {})))) == "http.client.tls");

    const Server old = Country::serve(country.tls("expired"));
    const auto pinned = ask(client, who(old, country.context("", {.peers = {country.expired.fingerprint}})));
    CHECK(key_of(pinned) == "http.client.tls-peer");
    CHECK(pinned.error().detail.find("the certificate has expired") != std::string::npos);
    const auto chained = ask(client, who(old, country.context("", authorities)));
    CHECK(key_of(chained) == "http.client.tls-peer");
    CHECK(chained.error().detail.find("certificate has expired: CN=expired") != std::string::npos);
}

TEST_CASE("a pooled connection serves only requests that expect its certificate; sessions are resumed") {
    const Country country;
    Client client = make_client();
    const Server server = Country::serve(country.tls("peer", ClientCertificates::required));
    const auto context = country.context("node", {});
    const auto ask_for = [&](const TestIdentity& expected) {
        Outgoing request = who(server, context);
        request.peers = {expected.fingerprint};
        return ask(client, std::move(request));
    };
    CHECK(ask_for(country.peer));
    CHECK(ask_for(country.peer)->reused);
    CHECK(key_of(ask_for(country.stranger)) == "http.client.tls-peer");
    const auto after = ask_for(country.peer);
    REQUIRE(after);
    CHECK_FALSE(after->reused);
    CHECK(after->bytes().starts_with("CN=node "));  // also known when the session is resumed
    CHECK(after->peer->fingerprint == country.peer.fingerprint);
    CHECK(client.counts().resumed >= 1);
}

TEST_CASE("TLS 1.3 alone, and one that does not speak TLS") {
    const Country country;
    Client client = make_client();
    Tls modern = country.tls("peer");
    modern.only_tls13 = true;
    const Server server = Country::serve(modern);
    CHECK(ask(client, who(server, country.context("", {.peers = {country.peer.fingerprint}, .only_tls13 = true}))));
    const ScriptedPeer plain([](int connection, int) {
        ScriptedPeer::write(connection, "HTTP/1.1 400 Bad Request\r\n\r\n");
        ScriptedPeer::read_head(connection);
    });
    Outgoing request{.host = "127.0.0.1", .port = plain.port(), .tls = country.context("", {.verify = false})};
    request.timeouts.connect = 500ms;
    CHECK(key_of(ask(client, std::move(request))) == "http.client.tls");
    const ScriptedPeer silent([](int connection, int) { ScriptedPeer::read_head(connection); });
    Outgoing waiting{.host = "127.0.0.1", .port = silent.port(), .tls = country.context("", {.verify = false})};
    waiting.timeouts.connect = 200ms;
    const auto late = ask(client, std::move(waiting));
    CHECK(key_of(late) == "http.client.timeout");
    CHECK(late.error().detail.ends_with("TLS handshake"));
}

TEST_CASE("files of TLS that are missing or do not belong together are named") {
    const Country country;
    const auto key = [](const TlsSettings& settings) {
        const auto made = load_tls_context(settings);
        return made ? std::string("none") : made.error().key + " " + made.error().detail;
    };
    CHECK(key({.ca_files = {"/does/not/exist.pem"}}).starts_with("http.client.tls /does/not/exist.pem"));
    CHECK(key({.certificate_file = country.folder.file("node.pem"), .key_file = country.folder.file("peer.key")})
              .find("peer.key") != std::string::npos);
    CHECK(load_certificate(country.folder.file("node.pem"))->fingerprint == country.node.fingerprint);
    CHECK(read_certificate(country.node.der)->subject == "CN=node");
    CHECK(read_certificate(country.node.der + "x").error().key == "http.certificate");
    Tls wrong = country.tls("peer", ClientCertificates::required);
    wrong.client_ca_file = country.folder.file("node.key");
    Options options;
    options.port = 0;
    options.tls = {wrong};
    CHECK(Server::create(options, Router()).error().key == "http.tls");
}
