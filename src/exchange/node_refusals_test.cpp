// What a node must refuse from other nodes, sent by a hand that knows how messages are made: refused in the
// documented words, journaled, never forwarded.
#include "exchange/node_test_country.hpp"
#include "exchange/node_wire.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

// A forger with the commune's own key and certificate unless said otherwise.
class Hand {
public:
    explicit Hand(Country& country) : country_(country) {
        request.method = "POST";
        request.target = "/r1/MA/GOV/tax/register/quitus/persons";
        request.headers = {{"X-Road-Client", Country::client()}, {"Content-Type", "application/json"}, {"X-Road-Id", "id-1"}, {"x-road-request-id", entropy_id()}};
        key = SigningKey::of(country.commune.signer).value();
        key_id = country.commune.signer->public_key().thumbprint();
        tls = country.here.tls;
        now = country.system_clock.now();
        nonce = entropy_id();
    }
    Hand& sealed() {
        request.body_sha512 = sha512(body);
        const std::string head = head_sha512(request);
        REQUIRE(seal(request, head, {&*key, key_id, now, nonce}));
        return *this;
    }
    Answer send() {
        http::Outgoing out{.host = "127.0.0.1", .port = country_.there.peer->port(), .tls = tls, .method = request.method, .target = request.target};
        out.body = body;
        out.peers = {country_.there.identity.fingerprint};
        for (const auto& [name, value] : request.headers) { out.headers.push_back({name, value}); }
        return ask(*country_.here.client, std::move(out));
    }
    HeaderLine& header(std::string_view name) {
        for (HeaderLine& line : request.headers) {
            if (equals_ignoring_ascii_case(line.name, name)) { return line; }
        }
        request.headers.push_back({std::string(name), ""});
        return request.headers.back();
    }
    void with_certificate(const http::TestIdentity& identity) {
        identity.write(country_.folder.path().string(), "forged");
        tls = http::load_tls_context({.certificate_file = country_.folder.path() / "forged.pem", .key_file = country_.folder.path() / "forged.key"}).value();
    }

    WireRequest request;
    std::string body = "{\"id\":42}", key_id, nonce;
    std::optional<SigningKey> key;
    std::shared_ptr<const http::TlsContext> tls;
    Instant now;

private:
    static std::string entropy_id() {
        SystemEntropy entropy;
        return to_hex(entropy.bytes(16));
    }
    Country& country_;
};

// Refused with that type; in the provider's journal with that reason; nothing was called.
void refused(Country& country, const Answer& answer, std::string_view type, std::string_view reason) {
    INFO(answer.body);
    const int calls = country.provider_calls;
    CHECK(answer.status == 500);
    CHECK(answer.header("X-Road-Error") == type);
    const auto rows = rows_of(country.tax);
    const auto last = std::find_if(rows.rbegin(), rows.rend(), [](const Row& row) { return row.kind == "exchange.refused"; });
    REQUIRE(last != rows.rend());
    INFO(last->content);
    CHECK(last->content.contains("\"reason\":\"" + std::string(reason) + "\""));
    CHECK(country.provider_calls == calls);
}

constexpr std::string_view bad_signature = "Server.ServerProxy.InvalidSignatureValue";
constexpr std::string_view not_authenticated = "Server.ServerProxy.SslAuthenticationFailed";

}  // namespace

TEST_CASE("a message as it should be is answered: the hand that forges below can do it right") {
    Country country;
    const Answer answer = Hand(country).sealed().send();
    CHECK(answer.status == 200);
    CHECK(answer.header("X-Road-Error") == "");
    CHECK(answer.header("Signature").starts_with("wasl-1=:"));
    CHECK(country.provider_calls == 1);
}

TEST_CASE("an altered body is refused") {
    Country country;
    Hand hand(country);
    hand.sealed();
    hand.body = "{\"id\":43}";
    refused(country, hand.send(), bad_signature, "exchange.digest-mismatch");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a method that the protocol has not is refused also when it is signed") {
    Country country;
    for (const char* method : {"BREW", "get"}) {
        Hand hand(country);
        hand.request.method = method;
        CHECK(hand.sealed().send().header("X-Road-Error") == "Server.ServerProxy.InvalidRequest");
    }
    CHECK(country.provider_calls == 0);
}

TEST_CASE("an altered head is refused: a header more, one less, another value, method or target") {
    Country country;
    const auto alter = [&](const std::function<void(Hand&)>& change) {
        Hand hand(country);
        hand.header("X-Custom").value = "as sent";
        hand.sealed();
        change(hand);
        refused(country, hand.send(), bad_signature, "exchange.head-digest");
    };
    alter([](Hand& hand) { hand.header("X-Custom").value = "altered"; });
    alter([](Hand& hand) { hand.header("X-More").value = "x"; });
    alter([](Hand& hand) { std::erase_if(hand.request.headers, [](const HeaderLine& line) { return line.name == "X-Custom"; }); });
    alter([](Hand& hand) { hand.request.method = "PUT"; });
    alter([](Hand& hand) { hand.request.target += "?all=1"; });
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a head digest made to fit an altered head is refused by the signature") {
    Country country;
    Hand hand(country);
    hand.sealed();
    auto plain = unsealed_headers(hand.request.headers);
    plain.push_back({"X-More", "x"});
    hand.request.headers.push_back({"X-More", "x"});
    hand.header("Wasl-Head-Digest").value = "sha-512=:" + to_base64(head_sha512({hand.request.method, hand.request.target, plain, nullptr, {}})) + ":";
    refused(country, hand.send(), bad_signature, "exchange.signature-wrong");
}

TEST_CASE("an altered, missing or second signature is refused") {
    Country country;
    {
        Hand hand(country);
        hand.sealed();
        auto& value = hand.header("Signature").value;
        value[20] = value[20] == 'A' ? 'B' : 'A';
        refused(country, hand.send(), bad_signature, "exchange.signature-wrong");
    }
    {
        Hand hand(country);
        hand.sealed();
        std::erase_if(hand.request.headers, [](const HeaderLine& line) { return line.name.starts_with("Signature"); });
        refused(country, hand.send(), "Server.ServerProxy.MissingSignature", "exchange.signature-missing");
    }
    {
        Hand hand(country);
        hand.sealed();
        hand.request.headers.push_back({"Signature", hand.header("Signature").value});
        refused(country, hand.send(), bad_signature, "exchange.seal-malformed");
    }
    CHECK(country.provider_calls == 0);
}

TEST_CASE("malformed structured fields are refused") {
    Country country;
    const auto put = [&](const char* name, std::string value, std::string_view reason) {
        Hand hand(country);
        hand.sealed();
        hand.header(name).value = std::move(value);
        refused(country, hand.send(), bad_signature, reason);
    };
    put("Signature-Input", "wasl-1=(\"@method\"", "exchange.signature-malformed");
    put("Signature-Input", "WASL=();created=1", "exchange.signature-malformed");
    put("Signature", "wasl-1=:no base64:", "exchange.signature-malformed");
    put("Signature", "wasl-1=\"text\"", "exchange.signature-malformed");
    put("Content-Digest", "sha-512=:AAAA:", "exchange.digest-malformed");
    put("Content-Digest", "md5=:AAAAAAAAAAAAAAAAAAAAAA==:", "exchange.digest-unsupported");
    put("Wasl-Head-Digest", ";;", "exchange.digest-malformed");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a message is taken once, also by a node started anew") {
    Country country;
    Hand hand(country);
    hand.sealed();
    CHECK(hand.send().status == 200);
    refused(country, hand.send(), bad_signature, "exchange.replayed");
    REQUIRE(country.tax.node->settle());
    // What another process would read from the same journal.
    auto again = Node::create({.id = country.there.id, .registry = [&] { return country.view(); }, .client = country.there.client}, country.there.configuration);
    REQUIRE(again);
    CHECK((*again)->status().nonces == 1);
    CHECK(country.provider_calls == 1);
}

TEST_CASE("clocks two minutes apart are refused, either way; within a minute they are not") {
    Country country;
    for (const std::int64_t apart : {-50, 50}) {
        Hand hand(country);
        hand.now = hand.now.plus_seconds(apart);
        CHECK(hand.sealed().send().status == 200);
    }
    Hand early(country);
    early.now = early.now.plus_seconds(120);
    refused(country, early.sealed().send(), bad_signature, "exchange.signature-too-early");
    Hand late(country);
    late.now = late.now.plus_seconds(-121);
    refused(country, late.sealed().send(), bad_signature, "exchange.signature-expired");
    CHECK(country.provider_calls == 2);
}

TEST_CASE("keys that do not count are refused: unknown, another member's, revoked") {
    Country country;
    {
        Hand hand(country);
        const auto fresh = std::shared_ptr<const trust::Signer>(trust::generate_signer(trust::Curve::p256).value());
        hand.key = SigningKey::of(fresh).value();
        hand.key_id = fresh->public_key().thumbprint();
        refused(country, hand.sealed().send(), bad_signature, "exchange.key-unknown");
    }
    {
        Hand hand(country);
        hand.key = SigningKey::of(country.tax.signer).value();
        hand.key_id = country.tax.signer->public_key().thumbprint();
        refused(country, hand.sealed().send(), bad_signature, "exchange.key-unknown");
    }
    country.publish([&](Snapshot& rows) { rows.revocations.push_back({country.commune.signer->public_key().thumbprint(), country.system_clock.now().plus_seconds(-1), "lost"}); });
    refused(country, Hand(country).sealed().send(), bad_signature, "exchange.key-unknown");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("certificates that do not count are refused: a stranger's, a revoked one, one past its time, one of another node") {
    Country country;
    {
        Hand hand(country);
        hand.with_certificate(country.stranger);
        refused(country, hand.sealed().send(), not_authenticated, "exchange.certificate-unknown");
    }
    {
        Hand hand(country);
        hand.tls = country.there.tls;  // the tax office's node speaks for the commune's desk
        refused(country, hand.sealed().send(), not_authenticated, "exchange.certificate-of-another");
    }
    const Instant now = country.system_clock.now();
    country.publish([&](Snapshot& rows) { rows.nodes[0].certificates[0].valid_to = now.plus_seconds(-1); });
    refused(country, Hand(country).sealed().send(), not_authenticated, "exchange.certificate-expired");
    country.publish([&](Snapshot& rows) {
        rows.nodes[0].certificates[0].valid_to = now.plus_seconds(3'600);
        rows.revocations.push_back({rows.nodes[0].certificates[0].sha256, now.plus_seconds(-1), "stolen"});
    });
    refused(country, Hand(country).sealed().send(), not_authenticated, "exchange.certificate-revoked");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a connection without certificate is not taken at all") {
    Country country;
    Hand hand(country);
    hand.tls = http::load_tls_context({.peers = {country.there.identity.fingerprint}}).value();
    CHECK(hand.sealed().send().status == 0);
    CHECK(country.provider_calls == 0);
}

TEST_CASE("an oversized body is refused at both ends") {
    Country country({.body_limit = 100'000});
    const Answer answer = country.post("/r1/MA/GOV/tax/register/quitus/persons", std::string(100'001, 'x'));
    CHECK(answer.status == 400);
    CHECK(answer.header("X-Road-Error") == "Client.BadRequest");
    CHECK(rows_of(country.commune).back().content.contains("exchange.refused") == false);
    CHECK(rows_of(country.commune).back().kind == "exchange.refused");
    Hand hand(country);
    hand.body = std::string(100'001, 'x');
    const Answer peer = hand.sealed().send();
    CHECK(peer.header("X-Road-Error") == "Server.ServerProxy.BadRequest");
    CHECK(rows_of(country.tax).back().kind == "exchange.refused");
    CHECK(country.provider_calls == 0);
}

TEST_CASE("a head that is too large is refused to another node as a call is, and journaled") {
    Country country;
    Hand hand(country);
    hand.header("X-Long").value = std::string(40'000, 'x');
    const Answer answer = hand.sealed().send();
    refused(country, answer, "Server.ServerProxy.BadRequest", "http.head-too-large");
    const auto told = json::parse(answer.body);
    REQUIRE(told);
    CHECK((*told)["type"].text_or("") == "Server.ServerProxy.BadRequest");
    CHECK((*told)["message"].text_or("") == "The head is too large");
    CHECK(rows_of(country.tax).back().content.contains((*told)["detail"].text_or("no incident")));
    CHECK(rows_of(country.tax).back().content.contains("\"side\":\"provider\""));
    CHECK(country.provider_calls == 0);
}
