#include "exchange/signatures.hpp"

#include "base/text.hpp"
#include "exchange/digest_fields.hpp"
#include "trust/keys.hpp"

#include <array>
#include <doctest/doctest.h>
#include <openssl/err.h>

using namespace wasl;
using namespace wasl::exchange;
using enum SignatureAlgorithm;

namespace {

constexpr std::int64_t noon = 1'763'809'200;
constexpr std::array all_algorithms = {rsa_pss_sha512, rsa_v1_5_sha256, SignatureAlgorithm::hmac_sha256, ecdsa_p256_sha256, ecdsa_p384_sha384, ed25519};

Message question() {
    Message out;
    out.method = "POST";
    out.scheme = "https";
    out.authority = "node.province.example";
    out.target = "/r1/MA/GOV/1001/registry/civil/v1/persons";
    out.headers = {{"X-Road-Client", "MA/GOV/2002/portal"}, {"Content-Type", "application/json"},
                   {"Content-Digest", digest_field(digests_of("{\"id\":42}"))}};
    return out;
}

std::vector<sf::Item> usual() { return components({"@method", "@target-uri", "x-road-client", "content-type", "content-digest"}); }

SignatureParameters at_noon() {
    return {.created = noon, .expires = noon + 60, .keyid = "k1", .nonce = "b3k2pp5k7z", .tag = "wasl-1"};
}

SignaturePolicy policy() {
    return {.now = Instant{noon * 1'000'000}, .tag = "wasl-1", .covered = usual()};
}

const SigningKey& key() {
    static const SigningKey made = SigningKey::generate(ecdsa_p256_sha256).value();
    return made;
}

FindKey known(const SigningKey& signing) {
    return [verifying = signing.verifying_key()](const SignatureParameters&) { return std::optional(verifying); };
}

Message signed_with(const SignatureParameters& parameters, std::vector<sf::Item> covered = usual()) {
    Message out = question();
    REQUIRE(add_signature(out, "wasl", signature_input(std::move(covered), parameters), key()));
    return out;
}

std::string outcome(const Message& message, const SignaturePolicy& wanted = policy(), const SigningKey& by = key()) {
    const auto result = verify_signature(message, "wasl", known(by), wanted);
    return result ? "good" : result.error().key.substr(std::string_view("exchange.").size());
}

std::string& header(Message& message, std::string_view name) {
    for (HeaderLine& line : message.headers) {
        if (equals_ignoring_ascii_case(line.name, name)) { return line.value; }
    }
    throw std::out_of_range("header");
}

}  // namespace

TEST_CASE("each algorithm signs and verifies, and a flipped bit of signature or message is refused") {
    for (const SignatureAlgorithm algorithm : all_algorithms) {
        CAPTURE(to_string(algorithm));
        CHECK(parse_signature_algorithm(to_string(algorithm)) == algorithm);
        const SigningKey made = SigningKey::generate(algorithm).value();
        const std::string signature = made.sign("a message").value();
        CHECK(made.verifying_key().verify("a message", signature));
        CHECK(!made.verifying_key().verify("a messagf", signature));
        CHECK(!SigningKey::generate(algorithm).value().verifying_key().verify("a message", signature));
        for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
            std::string altered = signature;
            altered[at] = static_cast<char>(altered[at] ^ 1);
            CHECK(!made.verifying_key().verify("a message", altered));
        }
        CHECK(!made.verifying_key().verify("a message", signature.substr(1)));
        CHECK(!made.verifying_key().verify("a message", signature + '\0'));
        CHECK(!made.verifying_key().verify("a message", ""));
    }
    CHECK(!parse_signature_algorithm("none"));
}

TEST_CASE("signatures of elliptic curves travel as raw halves, not as DER") {
    CHECK(SigningKey::generate(ecdsa_p256_sha256).value().sign("m").value().size() == 64);
    CHECK(SigningKey::generate(ecdsa_p384_sha384).value().sign("m").value().size() == 96);
}

TEST_CASE("the key of a member signs, P-256 and Ed25519") {
    for (const auto curve : {trust::Curve::p256, trust::Curve::ed25519}) {
        const std::shared_ptr<const trust::Signer> signer = trust::generate_signer(curve).value();
        const SigningKey made = SigningKey::of(signer).value();
        Message message = question();
        REQUIRE(add_signature(message, "wasl", signature_input(usual(), at_noon()), made));
        CHECK(outcome(message, policy(), made) == "good");
        CHECK(VerifyingKey::of(signer->public_key()).value().algorithm() == made.algorithm());
    }
}

TEST_CASE("a key serves the algorithm of its kind only") {
    const auto p256 = trust::generate_signer(trust::Curve::p256).value();
    for (const SignatureAlgorithm algorithm : all_algorithms) {
        CHECK(VerifyingKey::from_spki(p256->public_key().spki(), algorithm).has_value() == (algorithm == ecdsa_p256_sha256));
    }
    CHECK(VerifyingKey::from_spki("junk", ed25519).error().key == "exchange.key-malformed");
    CHECK(VerifyingKey::from_pem("junk", ed25519).error().key == "exchange.key-malformed");
    CHECK(SigningKey::from_pem("junk", ed25519).error().key == "exchange.key-malformed");
    CHECK(VerifyingKey::from_secret("short").error().key == "exchange.key-malformed");
}

TEST_CASE("refusals leave no error behind that a connection of the same thread would take for its own") {
    ERR_clear_error();
    for (const SignatureAlgorithm algorithm : all_algorithms) {
        const SigningKey made = SigningKey::generate(algorithm).value();
        CHECK(!made.verifying_key().verify("m", std::string(made.sign("m").value().size(), '\x7F')));
        CHECK(!VerifyingKey::from_spki("junk", algorithm));
        CHECK(!SigningKey::from_pem("junk", algorithm));
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a key in a file signs, and the public half of it verifies") {
    constexpr std::string_view pem =  // the test key of RFC 8032 section 7.1, test 1
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    const SigningKey made = SigningKey::from_pem(pem, ed25519).value();
    CHECK(to_hex(made.sign("").value()) ==
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    CHECK(!SigningKey::from_pem(pem, ecdsa_p256_sha256));
}

TEST_CASE("a signed question verifies, and says what was signed") {
    const Message message = signed_with(at_noon());
    const auto verified = verify_signature(message, "wasl", known(key()), policy());
    REQUIRE(verified);
    CHECK(verified->parameters == at_noon());
    CHECK(verified->base.starts_with("\"@method\": POST\n\"@target-uri\": https://node.province.example/r1/MA/"));
    CHECK(key().verifying_key().verify(verified->base, verified->signature));
    CHECK(label_with_tag(message, "wasl-1").value() == "wasl");
    CHECK(label_with_tag(message, "other").error().key == "exchange.signature-missing");
}

TEST_CASE("any covered part that is altered is refused") {
    const Message good = signed_with(at_noon());
    REQUIRE(outcome(good) == "good");
    const auto altered = [&good](const auto& change) {
        Message message = good;
        change(message);
        return outcome(message);
    };
    CHECK(altered([](Message& m) { m.method = "PUT"; }) == "signature-wrong");
    CHECK(altered([](Message& m) { m.target += "/1"; }) == "signature-wrong");
    CHECK(altered([](Message& m) { m.target += "?"; }) == "signature-wrong");
    CHECK(altered([](Message& m) { m.authority = "other.example"; }) == "signature-wrong");
    CHECK(altered([](Message& m) { header(m, "x-road-client") = "MA/GOV/2002/tax"; }) == "signature-wrong");
    CHECK(altered([](Message& m) { m.headers.push_back({"X-Road-Client", "MA/GOV/2002/tax"}); }) == "signature-wrong");
    CHECK(altered([](Message& m) { header(m, "content-digest") = digest_field(digests_of("{}")); }) == "signature-wrong");
    CHECK(altered([](Message& m) { std::erase_if(m.headers, [](const HeaderLine& l) { return l.name == "Content-Type"; }); }) == "component-missing");
    CHECK(altered([](Message& m) { header(m, "signature-input").replace(header(m, "signature-input").find("b3k2"), 4, "b3k3"); }) == "signature-wrong");
    CHECK(altered([](Message& m) { m.headers.push_back({"X-Unsigned", "may change"}); }) == "good");
}

TEST_CASE("created and expires: a minute of skew is allowed, more is not") {
    const auto at = [](std::int64_t seconds) {
        SignaturePolicy wanted = policy();
        wanted.now = Instant{(noon + seconds) * 1'000'000};
        return outcome(signed_with(at_noon()), wanted);
    };
    CHECK(at(-61) == "signature-too-early");
    CHECK(at(-60) == "good");
    CHECK(at(59) == "good");
    CHECK(at(119) == "good");
    CHECK(at(120) == "signature-expired");
    CHECK(at(-120) == "signature-too-early");  // a clock two minutes off, either way
    SignatureParameters longer = at_noon();
    longer.expires = noon + 61;
    CHECK(outcome(signed_with(longer)) == "signature-too-long");
    longer.expires = noon - 1;
    CHECK(outcome(signed_with(longer)) == "signature-too-long");
}

TEST_CASE("a signature without expires grows old all the same") {
    SignatureParameters open = at_noon();
    open.expires.reset();
    SignaturePolicy wanted = policy();
    wanted.needs_expires = false;
    CHECK(outcome(signed_with(open), wanted) == "good");
    wanted.now = Instant{(noon + 121) * 1'000'000};
    CHECK(outcome(signed_with(open), wanted) == "signature-expired");
    wanted.now.reset();  // evidence of the past
    CHECK(outcome(signed_with(open), wanted) == "good");
}

TEST_CASE("what a signature must carry and cover is asked for by name") {
    SignatureParameters bare = at_noon();
    bare.nonce.reset();
    CHECK(outcome(signed_with(bare)) == "signature-parameter-missing");
    bare = at_noon();
    bare.created.reset();
    CHECK(outcome(signed_with(bare)) == "signature-parameter-missing");
    bare = at_noon();
    bare.expires.reset();
    CHECK(outcome(signed_with(bare)) == "signature-parameter-missing");
    bare = at_noon();
    bare.tag = "other";
    CHECK(outcome(signed_with(bare)) == "signature-tag");
    bare.tag.reset();
    CHECK(outcome(signed_with(bare)) == "signature-tag");
    CHECK(outcome(signed_with(at_noon(), components({"@method", "@target-uri", "x-road-client", "content-type"}))) == "signature-uncovered");
    CHECK(outcome(question()) == "signature-missing");
}

TEST_CASE("alg can only agree with the key") {
    SignatureParameters named = at_noon();
    named.alg = "ecdsa-p256-sha256";
    CHECK(outcome(signed_with(named)) == "good");
    CHECK(outcome(signed_with(named), policy(), SigningKey::generate(SignatureAlgorithm::hmac_sha256).value()) == "signature-algorithm");
    named.alg = "hmac-sha256";
    Message message = question();
    CHECK(add_signature(message, "wasl", signature_input(usual(), named), key()).error().key == "exchange.signature-malformed");
}

TEST_CASE("a wrong key is told from an unknown key") {
    const Message message = signed_with(at_noon());
    CHECK(outcome(message, policy(), SigningKey::generate(ecdsa_p256_sha256).value()) == "signature-wrong");
    const auto nobody = [](const SignatureParameters&) { return std::optional<VerifyingKey>(); };
    CHECK(verify_signature(message, "wasl", nobody, policy()).error().key == "exchange.key-unknown");
}

TEST_CASE("several signatures stand side by side, one may cover another") {
    Message message = signed_with(at_noon());
    const SigningKey proxy = SigningKey::generate(ed25519).value();
    std::vector<sf::Item> covered = components({"@authority"});
    covered.push_back(component("signature", {{"key", std::string("wasl")}}));
    SignatureParameters parameters = at_noon();
    parameters.tag = "proxy";
    REQUIRE(add_signature(message, "proxy", signature_input(covered, parameters), proxy));
    CHECK(signatures_of(message).value().size() == 2);
    CHECK(outcome(message) == "good");
    SignaturePolicy wanted = policy();
    wanted.tag = "proxy";
    wanted.covered = covered;
    CHECK(verify_signature(message, "proxy", known(proxy), wanted).has_value());
    CHECK(verify_signature(message, "proxy", known(key()), wanted).error().key == "exchange.signature-wrong");
    CHECK(add_signature(message, "wasl", signature_input(usual(), at_noon()), key()).error().key == "exchange.signature-malformed");
    CHECK(add_signature(message, "Bad Label", signature_input(usual(), at_noon()), key()).error().key == "exchange.signature-malformed");
    REQUIRE(add_signature(message, "again", signature_input(usual(), at_noon()), key()));
    CHECK(label_with_tag(message, "wasl-1").error().key == "exchange.signature-malformed");
}

TEST_CASE("the answer is bound to its question") {
    const Message asked = signed_with(at_noon());
    Message answer;
    answer.status = 200;
    answer.request = &asked;
    answer.headers = {{"Content-Digest", digest_field(digests_of(""))}};
    std::vector<sf::Item> covered = components({"@status", "content-digest"});
    covered.push_back(component("@method", {{"req", true}}));
    covered.push_back(component("@target-uri", {{"req", true}}));
    covered.push_back(component("signature", {{"req", true}, {"key", std::string("wasl")}}));
    REQUIRE(add_signature(answer, "wasl", signature_input(covered, at_noon()), key()));
    SignaturePolicy wanted = policy();
    wanted.covered = covered;
    CHECK(outcome(answer, wanted) == "good");
    const Message other = signed_with(at_noon());  // the same words, another signature
    answer.request = &other;
    CHECK(outcome(answer, wanted) == "signature-wrong");
    answer.request = nullptr;
    CHECK(outcome(answer, wanted) == "component-missing");
}

TEST_CASE("signature fields that do not belong together are malformed") {
    const auto read = [](std::string input, std::string signature) {
        Message message = question();
        if (!input.empty()) { message.headers.push_back({"Signature-Input", std::move(input)}); }
        if (!signature.empty()) { message.headers.push_back({"Signature", std::move(signature)}); }
        const auto found = signatures_of(message);
        return found ? std::to_string(found->size()) : found.error().key;
    };
    const std::string malformed = "exchange.signature-malformed";
    CHECK(read("", "") == "0");
    CHECK(read("a=();created=1", "a=:AA==:") == "1");
    CHECK(read("a=()", "") == malformed);
    CHECK(read("", "a=:AA==:") == malformed);
    CHECK(read("a=()", "b=:AA==:") == malformed);
    CHECK(read("a=(), b=()", "a=:AA==:") == malformed);
    CHECK(read("a=()", "a=:AA==:, b=:AA==:") == malformed);
    CHECK(read("a=1", "a=:AA==:") == malformed);
    CHECK(read("a=()", "a=text") == malformed);
    CHECK(read("a=();created=x", "a=:AA==:") == malformed);
    CHECK(read("a=(", "a=:AA==:") == malformed);
}
