#include "exchange/timestamp.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

constexpr Instant now{1'763'809'200'000'000};

struct Trial {
    ManualClock clock{now};
    SystemEntropy entropy;
    CertificateAuthority roots = CertificateAuthority::create("Test roots", now.plus_seconds(-60), now.plus_seconds(86'400)).value();
    TlsIdentity identity = roots.issue_timestamper("Test timestamps", now.plus_seconds(-60), now.plus_seconds(3'600)).value();
    std::unique_ptr<TimestampAuthority> authority = TimestampAuthority::create(identity, clock).value();
    Digest digest = sha256("the head of a journal");

    std::string token() {
        const auto query = timestamp_query(digest, entropy).value();
        return timestamp_token(authority->answer(query).value(), query, roots.certificate_pem()).value();
    }
};

}  // namespace

TEST_CASE("a timestamp says when a digest existed and who says so") {
    Trial trial;
    const auto stamp = verify_timestamp(trial.token(), trial.digest, trial.roots.certificate_pem());
    REQUIRE(stamp);
    CHECK(stamp->at == now);
    CHECK(stamp->authority == "CN=Test timestamps,O=Wasl");
}

TEST_CASE("a timestamp of another digest, of other roots, or altered, is refused") {
    Trial trial;
    const auto token = trial.token();
    CHECK(verify_timestamp(token, sha256("another"), trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
    CHECK(verify_timestamp(token, trial.digest, Trial().roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
    CHECK(verify_timestamp(token, trial.digest, "").error().key == "exchange.timestamp-wrong");
    CHECK(verify_timestamp(token + "x", trial.digest, trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
    CHECK(verify_timestamp("", trial.digest, trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
    auto altered = token;
    altered[altered.size() - 3] = static_cast<char>(altered[altered.size() - 3] ^ 1);
    CHECK(verify_timestamp(altered, trial.digest, trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
}

TEST_CASE("an answer to another query is refused: its nonce is not ours") {
    Trial trial;
    const auto ours = timestamp_query(trial.digest, trial.entropy).value();
    const auto theirs = timestamp_query(trial.digest, trial.entropy).value();
    const auto reply = trial.authority->answer(theirs).value();
    CHECK(timestamp_token(reply, theirs, trial.roots.certificate_pem()));
    CHECK(timestamp_token(reply, ours, trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
}

TEST_CASE("an authority that refuses says why; a node's certificate stamps nothing") {
    Trial trial;
    const auto query = timestamp_query(trial.digest, trial.entropy).value();
    const auto refusal = trial.authority->answer("no query").value();
    CHECK(timestamp_token(refusal, query, trial.roots.certificate_pem()).error().key == "exchange.timestamp-refused");
    const auto node = trial.roots.issue_node("node", {"localhost"}, now, now.plus_seconds(60)).value();
    CHECK(TimestampAuthority::create(node, trial.clock).error().key == "exchange.timestamp-wrong");
}

TEST_CASE("a kept timestamp stays good after the certificates have ended, not one that was made after") {
    Trial trial;
    const auto token = trial.token();
    CHECK(verify_timestamp(token, trial.digest, trial.roots.certificate_pem()));
    trial.clock.advance_seconds(3'601);
    const auto query = timestamp_query(trial.digest, trial.entropy).value();
    const auto late = trial.authority->answer(query).value();
    CHECK(timestamp_token(late, query, trial.roots.certificate_pem()).error().key == "exchange.timestamp-wrong");
}

TEST_CASE("a node's certificate names its hosts and its digest is what the registry lists") {
    const Trial trial;
    const auto node = trial.roots.issue_node("taxes-1", {"localhost", "127.0.0.1"}, now, now.plus_seconds(60)).value();
    const auto facts = certificate_facts(node.certificate_pem).value();
    CHECK(facts.sha256 == node.sha256);
    CHECK(facts.subject == "CN=taxes-1,O=Wasl");
    CHECK(facts.issuer == "CN=Test roots,O=Wasl");
    CHECK(facts.valid_from == now);
    CHECK(facts.valid_to == now.plus_seconds(60));
    CHECK(trial.roots.issue_node("x", {}, now, now).error().key == "exchange.certificate-failed");
    CHECK(trial.roots.issue_node("x", {"a,DNS:b"}, now, now).error().key == "exchange.certificate-failed");
    CHECK(certificate_facts("nothing").error().key == "exchange.certificate-malformed");
}
