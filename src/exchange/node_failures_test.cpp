// When something around a node fails: what the caller is told, what is written, what is not sent.
#include "exchange/exchange_recheck.hpp"
#include "exchange/node_test_country.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/node_wire.hpp"
#include "trust/segment_keeper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <thread>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";

std::size_t rows_of_kind(const Member& member, std::string_view kind) {
    const auto rows = rows_of(member);
    return static_cast<std::size_t>(std::ranges::count(rows, kind, &Row::kind));
}

Answer by_tls(Country& country, const http::TestIdentity* shown, const std::string& client) {
    http::TlsSettings settings{.peers = {country.here.identity.fingerprint}};
    if (shown != nullptr) {
        shown->write(country.folder.path().string(), "caller");
        settings.certificate_file = country.folder.path() / "caller.pem";
        settings.key_file = country.folder.path() / "caller.key";
    }
    http::Outgoing out{.host = "127.0.0.1", .port = country.here.tls_edge->port(), .tls = http::load_tls_context(settings).value(), .target = quitus + "/persons/1",
                       .headers = {{"X-Road-Client", client}}};
    return ask(*country.outside, std::move(out));
}

}  // namespace

TEST_CASE("a full disk at the caller's node: nothing leaves, the caller gets a clear 503; room that comes back opens the way") {
    ToldSpace disk;
    Country country({.disk = &disk});
    REQUIRE(country.get(quitus + "/persons/1").status == 200);
    disk.free = 0;
    Answer answer;
    for (int i = 0; i < 50 && answer.status != 503; ++i) {  // the store looks at the disk now and then
        answer = country.get(quitus + "/persons/1");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    CHECK(answer.status == 503);
    CHECK(answer.header("X-Road-Error") == "Server.ClientProxy.LoggingFailed");
    CHECK(answer.header("Retry-After") != "");
    const int calls = country.provider_calls;
    CHECK(country.get(quitus + "/persons/1").status == 503);
    CHECK(country.provider_calls == calls);
    disk.free = 1LL << 40;
    for (int i = 0; i < 100 && answer.status != 200; ++i) {
        answer = country.get(quitus + "/persons/1");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    CHECK(answer.status == 200);
}

TEST_CASE("a full disk at the provider's node: the service is not called, the caller gets a clear 503") {
    ToldSpace disk;
    Country country({.tax_disk = &disk});
    disk.free = 0;
    Answer answer;
    int calls = 0;
    for (int i = 0; i < 50 && answer.status != 503; ++i) {
        calls = country.provider_calls;
        answer = country.get(quitus + "/persons/1");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    CHECK(answer.status == 503);
    CHECK(answer.header("X-Road-Error") == "Server.ServerProxy.LoggingFailed");
    CHECK(country.provider_calls == calls);
    const auto rows = rows_of(country.commune);
    CHECK(rows.back().kind == "exchange.response");
    CHECK(rows.back().content.contains("LoggingFailed"));
}

TEST_CASE("a registry that is too old stops both sides, as documented") {
    Country country;
    country.state = RegistryState::expired;
    const Answer answer = country.get(quitus + "/persons/1");
    CHECK(answer.status == 500);
    CHECK(answer.header("X-Road-Error") == "Server.ClientProxy.OutdatedGlobalConf");
    country.state = RegistryState::warning;
    CHECK(country.get(quitus + "/persons/1").status == 200);
}

TEST_CASE("the provider's node is down: NetworkError, and the outcome is written") {
    Country country;
    country.there.peer->stop(std::chrono::milliseconds(100));
    const Answer answer = country.get(quitus + "/persons/1");
    CHECK(answer.header("X-Road-Error") == "Server.ClientProxy.NetworkError");
    const auto rows = rows_of(country.commune);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].kind == "exchange.request");
    CHECK(rows[1].content.contains("Server.ClientProxy.NetworkError"));
}

TEST_CASE("of two nodes of the provider the one that can be reached answers; X-Road-Security-Server chooses") {
    Country country;
    country.publish([&](Snapshot& rows) {
        RegisteredNode dead = rows.nodes[1];
        dead.id.server_code = "node-0";
        dead.port = 1;
        dead.certificates[0].sha256 = std::string(64, 'a');
        rows.nodes.push_back(dead);
    });
    for (int i = 0; i < 8; ++i) { CHECK(country.get(quitus + "/persons/1").status == 200); }
    CHECK(country.get(quitus + "/persons/1", {{"X-Road-Security-Server", "MA/GOV/tax/node-0"}}).header("X-Road-Error") == "Server.ClientProxy.NetworkError");
    CHECK(country.get(quitus + "/persons/1", {{"X-Road-Security-Server", "MA/GOV/tax/node-1"}}).status == 200);
}

TEST_CASE("a node with another certificate than the registry's is not spoken to") {
    Country country;
    country.publish([](Snapshot& rows) { rows.nodes[1].certificates[0].sha256 = std::string(64, 'b'); });
    const Answer answer = country.get(quitus + "/persons/1");
    CHECK(answer.header("X-Road-Error") == "Server.ClientProxy.SslAuthenticationFailed");
    CHECK(rows_of(country.tax).empty());
}

TEST_CASE("a certificate is rolled with overlap: both count, then the new one alone") {
    Country country;
    const Instant now = country.system_clock.now();
    const auto next = http::make_identity({.common_name = "there-2"});
    country.publish([&](Snapshot& rows) { rows.nodes[1].certificates.push_back({next.fingerprint.hex(), now.plus_seconds(-60), now.plus_seconds(3'600)}); });
    CHECK(country.get(quitus + "/persons/1").status == 200);
    next.write(country.folder.path().string(), "there");
    REQUIRE(country.there.peer->reload_tls());
    country.publish([&](Snapshot& rows) { rows.nodes[1].certificates.erase(rows.nodes[1].certificates.begin()); });
    CHECK(country.get(quitus + "/persons/1").status == 200);
}

TEST_CASE("the service does not answer, answers late, has no address or a bad one, is switched off or a SOAP service") {
    Country country({.configure_tax = [](NodeConfiguration& all) {
        auto& service = all.services.begin()->second;
        for (auto& [id, one] : all.services) {
            if (id.service_code == "quitus") { one.timeout = std::chrono::milliseconds(400); }
        }
        static_cast<void>(service);
    }});
    const ServiceId id{country.tax.subsystem("register"), "quitus"};
    const auto now_with = [&](const std::function<void(ServiceConfiguration&)>& change) {
        auto configuration = country.there.configuration;
        change(configuration.services[id]);
        REQUIRE(country.there.node->configure(configuration));
        return country.get(quitus + "/persons/1").header("X-Road-Error");
    };
    CHECK(now_with([](auto& service) { service.url = "http://127.0.0.1:1/"; }) == "Server.ServerProxy.NetworkError");
    CHECK(now_with([](auto& service) { service.url = ""; }) == "Server.ServerProxy.ServiceMissingUrl");
    CHECK(now_with([](auto& service) { service.url = "ftp://x"; }) == "Server.ServerProxy.ServiceMalformedUrl");
    CHECK(now_with([](auto& service) { service.disabled_notice = "closed on Fridays"; }) == "Server.ServerProxy.ServiceDisabled");
    CHECK(country.get(quitus + "/persons/1").body.contains("closed on Fridays"));
    CHECK(now_with([](auto& service) { service.soap = true; }) == "Server.ServerProxy.ServiceType");
    country.answer = [](http::Request&) -> http::Reply {
        return http::Later([](http::Responder responder) {
            std::thread([responder = std::move(responder)]() mutable {
                std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
                responder.send(http::Response::text("late"));
            }).detach();
        });
    };
    CHECK(now_with([](auto&) {}) == "Server.ServerProxy.NetworkError");
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
}

TEST_CASE("an answer that was tampered with on the way is not handed to the caller") {
    Country country;
    // A node in the place of the provider's, with its certificate and without its key.
    http::Router router;
    router.raw("/r1/", [&](http::Request& request) -> http::Reply {
        http::Response out = http::Response::json("{\"forged\":true}");
        for (const char* name : {"x-road-client", "x-road-id", "x-road-request-id"}) { out.headers.push_back({name, std::string(request.header(name))}); }
        out.headers.push_back({"x-road-service", "MA/GOV/tax/register/quitus"});
        out.headers.push_back({"x-road-request-hash", "x"});
        if (request.header("X-Forge") == "copy") {
            for (const char* name : {"Signature", "Signature-Input"}) { out.headers.push_back({name, std::string(request.header(name))}); }
            out.headers.push_back({"Content-Digest", "sha-512=:" + to_base64(sha512("{\"forged\":true}")) + ":"});
            out.headers.push_back({"Wasl-Head-Digest", std::string(request.header("Wasl-Head-Digest"))});
        }
        return out;
    });
    http::Options options;
    options.port = 0;
    options.threads = 1;
    options.tls = {{.certificate_file = country.folder.path() / "there.pem", .key_file = country.folder.path() / "there.key", .client_certificates = http::ClientCertificates::required}};
    auto forger = http::Server::create(std::move(options), std::move(router)).value();
    forger.start();
    country.publish([&](Snapshot& rows) { rows.nodes[1].port = forger.port(); });
    CHECK(country.get(quitus + "/persons/1").header("X-Road-Error") == "Server.ClientProxy.MissingSignature");
    const Answer copied = country.get(quitus + "/persons/1", {{"X-Forge", "copy"}});
    CHECK(copied.header("X-Road-Error") == "Server.ClientProxy.InvalidSignatureValue");
    CHECK_FALSE(copied.body.contains("forged"));
    CHECK(rows_of(country.commune).back().content.contains("InvalidSignatureValue"));
    forger.stop(std::chrono::milliseconds(100));
}

TEST_CASE("an exchange whose answer was lost with a process is shown as of unknown outcome, once") {
    Country country;
    std::promise<void> called, go;
    country.answer = [&](http::Request&) -> http::Reply {
        return http::Later([&](http::Responder responder) {
            called.set_value();
            std::thread([&, responder = std::move(responder)]() mutable {
                go.get_future().wait();
                responder.send(http::Response::text("too late"));
            }).detach();
        });
    };
    auto waiting = std::async(std::launch::async, [&] { return country.get(quitus + "/persons/1", {{"X-Road-Id", "lost"}}); });
    called.get_future().wait();
    // What a process started anew would see while the answer is not written yet.
    auto again = Node::create({.id = country.here.id, .registry = [&] { return country.view(); }, .client = country.here.client}, country.here.configuration);
    REQUIRE(again);
    CHECK((*again)->status().unknown_outcomes == 1);
    auto once_more = Node::create({.id = country.here.id, .registry = [&] { return country.view(); }, .client = country.here.client}, country.here.configuration);
    REQUIRE(once_more);
    CHECK((*once_more)->status().unknown_outcomes == 1);
    CHECK(rows_of_kind(country.commune, "exchange.unknown") == 1);
    const auto reader = country.commune.journal->store().read().value();
    const auto unknown = unknown_outcomes(*reader, 10).value();
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].message_id == "lost");
    CHECK(unknown[0].status == 0);
    const Answer told = country.call({.target = "/exchange/unknown"});
    CHECK(told.body.contains("\"message_id\":\"lost\""));
    go.set_value();
    CHECK(waiting.get().status == 200);
}

TEST_CASE("a node that ends the connection instead of answering may have done it: the outcome is unknown, with its fault; where nothing left it is not") {
    Country country;
    // In the place of the provider's node: it takes the request and goes silent.
    http::Router router;
    router.raw("/r1/", [](http::Request&) -> http::Reply {
        return http::Later([](http::Responder responder) {
            std::thread([responder = std::move(responder)]() mutable { std::this_thread::sleep_for(std::chrono::milliseconds(2'000)); }).detach();
        });
    });
    http::Options options;
    options.port = 0;
    options.threads = 1;
    options.tls = {{.certificate_file = country.folder.path() / "there.pem", .key_file = country.folder.path() / "there.key", .client_certificates = http::ClientCertificates::required}};
    auto silent = http::Server::create(std::move(options), std::move(router)).value();
    silent.start();
    country.publish([&](Snapshot& rows) { rows.nodes[1].port = silent.port(); });
    auto waiting = std::async(std::launch::async, [&] { return country.post(quitus + "/persons/1", "pay", {{"X-Road-Id", "perhaps"}}); });
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    silent.stop(std::chrono::milliseconds(1));
    const Answer lost = waiting.get();
    CHECK(lost.header("X-Road-Error") == "Server.ClientProxy.NetworkError");
    CHECK(lost.body.contains("may have been done"));
    const Answer never = country.post(quitus + "/persons/1", "pay", {{"X-Road-Id", "never"}});  // the door is shut by now
    CHECK(never.header("X-Road-Error") == "Server.ClientProxy.NetworkError");
    REQUIRE(country.here.node->settle());

    const auto reader = country.commune.journal->store().read().value();
    const auto unknown = unknown_outcomes(*reader, 10).value();
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].message_id == "perhaps");
    CHECK(unknown[0].fault == "Server.ClientProxy.NetworkError");
    CHECK(unknown[0].outcome_unknown());
    const auto shut = find_exchanges(*reader, {.message_id = "never"}).value();
    REQUIRE(shut.exchanges.size() == 1);
    CHECK_FALSE(shut.exchanges[0].outcome_unknown());
    CHECK(shut.exchanges[0].fault == "Server.ClientProxy.NetworkError");
    // It is said once: a process started anew finds an answer's entry, and adds none.
    auto again = Node::create({.id = country.here.id, .registry = [&] { return country.view(); }, .client = country.here.client}, country.here.configuration);
    REQUIRE(again);
    CHECK((*again)->status().unknown_outcomes == 1);
    CHECK(rows_of_kind(country.commune, "exchange.unknown") == 0);
}

TEST_CASE("a service that was called and did not answer may have done it: unknown at both nodes, with its fault; one that was never reached has not") {
    Country country({.configure_tax = [](NodeConfiguration& all) {
        for (auto& [id, one] : all.services) { one.timeout = std::chrono::milliseconds(400); }
    }});
    country.answer = [](http::Request&) -> http::Reply {
        return http::Later([](http::Responder responder) {
            std::thread([responder = std::move(responder)]() mutable { std::this_thread::sleep_for(std::chrono::milliseconds(1'000)); }).detach();
        });
    };
    const auto pay = [&](const char* id) { return country.post(quitus + "/persons/1", "pay", {{"X-Road-Id", id}}); };
    const Answer late = pay("late");
    auto waiting = std::async(std::launch::async, [&] { return pay("cut"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    country.provider->stop(std::chrono::milliseconds(1));
    const Answer cut = waiting.get(), never = pay("never");
    CHECK(late.body.contains("may have been done"));
    CHECK(cut.body.contains("may have been done"));
    CHECK(never.body.contains("can not be reached"));
    for (const Answer* answer : {&late, &cut, &never}) { CHECK(answer->header("X-Road-Error") == "Server.ServerProxy.NetworkError"); }

    for (const Member* side : {&country.commune, &country.tax}) {
        CAPTURE(side->id.text());
        REQUIRE(side->node->settle());
        const auto reader = side->journal->store().read().value();
        const auto unknown = unknown_outcomes(*reader, 10).value();
        REQUIRE(unknown.size() == 2);
        CHECK(unknown[0].message_id == "late");
        CHECK(unknown[1].message_id == "cut");
        for (const auto& one : unknown) {
            CHECK(one.outcome_unknown());
            CHECK(one.fault == "Server.ServerProxy.NetworkError");
        }
        const auto shut = find_exchanges(*reader, {.message_id = "never"}).value();
        REQUIRE(shut.exchanges.size() == 1);
        CHECK_FALSE(shut.exchanges[0].outcome_unknown());
        ExchangeRecheck recheck(*reader);
        trust::JournalHistory history(*reader);
        for (const auto& row : history.rows(0, 100).value()) { CHECK(recheck.visit(row)); }
        CHECK(recheck.finish());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
}

TEST_CASE("what was sent once over a kept connection may have been done, though the second try found nobody there") {
    Country country;
    const auto put = [&](const char* id) {
        return country.call({.method = "PUT", .target = quitus + "/persons/1", .headers = {{"X-Road-Client", Country::client()}, {"X-Road-Id", id}}, .body = "pay"});
    };
    REQUIRE(put("good").status == 200);
    country.answer = [](http::Request&) -> http::Reply {
        return http::Later([](http::Responder responder) {
            std::thread([responder = std::move(responder)]() mutable { std::this_thread::sleep_for(std::chrono::milliseconds(1'000)); }).detach();
        });
    };
    auto waiting = std::async(std::launch::async, [&] { return put("cut"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    country.provider->stop(std::chrono::milliseconds(1));
    CHECK(waiting.get().body.contains("may have been done"));
    for (const Member* side : {&country.commune, &country.tax}) {
        REQUIRE(side->node->settle());
        const auto found = find_exchanges(*side->journal->store().read().value(), {.message_id = "cut"}).value();
        REQUIRE(found.exchanges.size() == 1);
        CHECK(found.exchanges[0].outcome_unknown());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
}

TEST_CASE("information systems prove who they are as their subsystem asks") {
    Country country;
    const auto caller = http::make_identity({.common_name = "caller"});
    const auto past = http::make_identity({.common_name = "caller", .valid_from = -7'200, .valid_until = -3'600});
    const auto refused = [](const Answer& answer) { return answer.header("X-Road-Error") == "Server.ClientProxy.SslAuthenticationFailed"; };
    const auto prove = [&](ClientAuthentication wanted) {
        auto configuration = country.here.configuration;
        configuration.clients[country.commune.subsystem("desk")] = std::move(wanted);
        REQUIRE(country.here.node->configure(configuration));
    };
    prove({ClientProof::certificate, {caller.fingerprint, past.fingerprint}});
    CHECK(by_tls(country, &caller, Country::client()).status == 200);
    CHECK(refused(by_tls(country, &country.stranger, Country::client())));
    CHECK(refused(by_tls(country, &past, Country::client())));
    CHECK(refused(by_tls(country, nullptr, Country::client())));
    CHECK(refused(country.get(quitus + "/persons/1")));
    prove({ClientProof::tls, {}});
    CHECK(by_tls(country, nullptr, Country::client()).status == 200);
    CHECK(refused(country.get(quitus + "/persons/1")));
    prove({ClientProof::plain, {}});
    CHECK(country.get(quitus + "/persons/1").status == 200);
    auto configuration = country.here.configuration;
    configuration.clients.clear();
    REQUIRE(country.here.node->configure(configuration));
    CHECK(refused(by_tls(country, &caller, Country::client())));
}
