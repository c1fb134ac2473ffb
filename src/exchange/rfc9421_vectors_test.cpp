// The cases of RFC 9421 appendix B.2, from the project's shared data when it is there.
#include "base/text.hpp"
#include "exchange/digest_fields.hpp"
#include "exchange/signatures.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::exchange;
using enum SignatureAlgorithm;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(WASL_SOURCE_DIR) / "../shared/data/http-signatures";

bool absent() {
    if (fs::exists(folder / "README.md")) { return false; }
    MESSAGE("skipped: no shared data");
    return true;
}

std::string read(const std::string& name) {
    std::ifstream in(folder / name, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

struct Sent {
    Message message;
    std::string body;
};

Sent parse(const std::string& name) {
    const std::string text = read(name);
    const std::size_t end = text.find("\n\n");
    const auto lines = split(std::string_view(text).substr(0, end), '\n');
    Sent out;
    const auto start = split(lines[0], ' ');
    if (lines[0].starts_with("HTTP/")) {
        out.message.status = static_cast<int>(to_integer(start[1]).value());
    } else {
        out.message.method = start[0];
        out.message.target = start[1];
        out.message.scheme = "https";
    }
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(':');
        out.message.headers.push_back({std::string(lines[i].substr(0, colon)), std::string(trim(lines[i].substr(colon + 1)))});
    }
    out.message.authority = combined_field(out.message.headers, "host").value_or("");
    const auto length = static_cast<std::size_t>(to_integer(combined_field(out.message.headers, "content-length").value()).value());
    out.body = text.substr(end + 2, length);
    return out;
}

struct Vector {
    std::string file;  // without _signed.txt, _sigbase.txt
    std::string label;
    SignatureAlgorithm algorithm;
    std::string key_file;
    std::vector<sf::Item> covered;
    SignatureParameters parameters;
};

std::vector<Vector> vectors() {
    constexpr std::int64_t created = 1'618'884'473;
    std::vector<sf::Item> b22 = components({"@authority", "content-digest"});
    b22.push_back(component("@query-param", {{"name", std::string("Pet")}}));
    return {
        {"b21_request", "sig-b21", rsa_pss_sha512, "test-key-rsa-pss.pub", {},
         {.created = created, .keyid = "test-key-rsa-pss", .nonce = "b3k2pp5k7z-50gnwp.yemd"}},
        {"b22_request", "sig-b22", rsa_pss_sha512, "test-key-rsa-pss.pub", b22,
         {.created = created, .keyid = "test-key-rsa-pss", .tag = "header-example"}},
        {"b23_request", "sig-b23", rsa_pss_sha512, "test-key-rsa-pss.pub",
         components({"date", "@method", "@path", "@query", "@authority", "content-type", "content-digest", "content-length"}),
         {.created = created, .keyid = "test-key-rsa-pss"}},
        {"b24_response", "sig-b24", ecdsa_p256_sha256, "test-key-ecc-p256.pub",
         components({"@status", "content-type", "content-digest", "content-length"}), {.created = created, .keyid = "test-key-ecc-p256"}},
        {"b25_request", "sig-b25", hmac_sha256, "test-shared-secret", components({"date", "@authority", "content-type"}),
         {.created = created, .keyid = "test-shared-secret"}},
        {"b26_request", "sig-b26", ed25519, "test-key-ed25519.pub",
         components({"date", "@method", "@path", "@authority", "content-type", "content-length"}), {.created = created, .keyid = "test-key-ed25519"}},
    };
}

VerifyingKey key_of(const Vector& vector) {
    const std::string text = read(vector.key_file);
    return vector.algorithm == hmac_sha256 ? VerifyingKey::from_secret(from_base64(text).value()).value()
                                           : VerifyingKey::from_pem(text, vector.algorithm).value();
}

const SignaturePolicy any_age = {.lifetime_seconds = std::nullopt, .needs_expires = false, .needs_nonce = false};

std::string outcome(const Message& message, const Vector& vector, const VerifyingKey& key) {
    const auto find = [&](const SignatureParameters& parameters) {
        return parameters.keyid == vector.parameters.keyid ? std::optional(key) : std::nullopt;
    };
    const auto verified = verify_signature(message, vector.label, find, any_age);
    return verified ? "good" : verified.error().key;
}

}  // namespace

TEST_CASE("RFC 9421 appendix B.2: the signature bases are reproduced byte for byte") {
    if (absent()) { return; }
    for (const Vector& vector : vectors()) {
        CAPTURE(vector.file);
        const std::string expected = read(vector.file + "_sigbase.txt");
        const Sent sent = parse(vector.file + "_signed.txt");
        const auto found = signatures_of(sent.message).value().at(0);
        CHECK(signature_base(sent.message, found.input).value() == expected);
        // And from the unsigned message, with what we would write ourselves.
        const Sent unsigned_message = parse(sent.message.is_request() ? "rfc-test-request.txt" : "rfc-test-response.txt");
        CHECK(signature_base(unsigned_message.message, signature_input(vector.covered, vector.parameters)).value() == expected);
    }
}

TEST_CASE("RFC 9421 appendix B.2: the signatures verify, and so do the digests of the bodies") {
    if (absent()) { return; }
    for (const Vector& vector : vectors()) {
        CAPTURE(vector.file);
        const Sent sent = parse(vector.file + "_signed.txt");
        CHECK(outcome(sent.message, vector, key_of(vector)) == "good");
        CHECK(check_digest_field(combined_field(sent.message.headers, "content-digest"), digests_of(sent.body)).has_value());
        CHECK(!check_digest_field(combined_field(sent.message.headers, "content-digest"), digests_of(sent.body + " ")).has_value());
    }
}

TEST_CASE("RFC 9421 appendix B.2.5: the message signed with the shared secret is reproduced byte for byte") {
    if (absent()) { return; }
    const Vector vector = vectors()[4];
    Sent sent = parse("rfc-test-request.txt");
    const SigningKey key = SigningKey::from_secret(from_base64(read(vector.key_file)).value()).value();
    REQUIRE(add_signature(sent.message, vector.label, signature_input(vector.covered, vector.parameters), key));
    CHECK(sent.message.headers == parse("b25_request_signed.txt").message.headers);
}

TEST_CASE("RFC 9421 appendix B.2: every message that we sign ourselves verifies, with keys of all six algorithms") {
    if (absent()) { return; }
    for (const auto algorithm : {rsa_pss_sha512, rsa_v1_5_sha256, hmac_sha256, ecdsa_p256_sha256, ecdsa_p384_sha384, ed25519}) {
        const SigningKey key = SigningKey::generate(algorithm).value();
        for (const Vector& vector : vectors()) {
            CAPTURE(vector.file);
            CAPTURE(to_string(algorithm));
            Sent sent = parse(vector.file.contains("response") ? "rfc-test-response.txt" : "rfc-test-request.txt");
            REQUIRE(add_signature(sent.message, vector.label, signature_input(vector.covered, vector.parameters), key));
            CHECK(outcome(sent.message, vector, key.verifying_key()) == "good");
            CHECK(combined_field(sent.message.headers, "signature-input") ==
                  combined_field(parse(vector.file + "_signed.txt").message.headers, "signature-input"));
        }
    }
}

TEST_CASE("RFC 9421 appendix B.2: altered messages are refused") {
    if (absent()) { return; }
    for (const Vector& vector : vectors()) {
        CAPTURE(vector.file);
        const Sent sent = parse(vector.file + "_signed.txt");
        const VerifyingKey key = key_of(vector);
        const auto altered = [&](std::string_view field, std::string_view from, std::string_view to) {
            Message message = sent.message;
            for (HeaderLine& line : message.headers) {
                if (line.name != field) { continue; }
                const std::size_t at = line.value.find(from);
                REQUIRE(at != std::string::npos);
                line.value.replace(at, from.size(), to);
            }
            return outcome(message, vector, key);
        };
        CHECK(altered("Signature-Input", "1618884473", "1618884474") == "exchange.signature-wrong");
        CHECK(altered("Signature-Input", "created", "created=1;x;created") == "exchange.signature-wrong");
        for (const sf::Item& item : vector.covered) {
            const std::string name = std::get<std::string>(item.value);
            if (name == "content-type") { CHECK(altered("Content-Type", "json", "xml") == "exchange.signature-wrong"); }
            if (name == "date") { CHECK(altered("Date", "2021", "2022") == "exchange.signature-wrong"); }
            if (name == "content-length") { CHECK(altered("Content-Length", sent.message.is_request() ? "18" : "23", "19") == "exchange.signature-wrong"); }
            if (name == "content-digest") { CHECK(altered("Content-Digest", "sha-512", "sha-256") == "exchange.signature-wrong"); }
            Message message = sent.message;
            if (name == "@method") { message.method = "GET"; }
            if (name == "@authority") { message.authority = "example.org"; }
            if (name == "@path") { message.target = "/bar?param=Value&Pet=dog"; }
            if (name == "@query" || name == "@query-param") { message.target = "/foo?param=Value&Pet=cat"; }
            if (name == "@status") { message.status = 201; }
            if (name.starts_with('@')) { CHECK(outcome(message, vector, key) == "exchange.signature-wrong"); }
        }
        for (std::size_t bit = 0; bit < 64; ++bit) {  // any byte of the signature
            const auto found = signatures_of(sent.message).value().at(0);
            std::string bytes = found.signature;
            bytes[bit % bytes.size()] = static_cast<char>(bytes[bit % bytes.size()] ^ (1 << (bit % 7)));
            CHECK(!key.verify(signature_base(sent.message, found.input).value(), bytes));
        }
    }
}

TEST_CASE("RFC 9421 appendix B.1: the printed keys fit their algorithms and no other") {
    if (absent()) { return; }
    CHECK(VerifyingKey::from_pem(read("test-key-rsa.pub"), rsa_v1_5_sha256).has_value());
    CHECK(VerifyingKey::from_pem(read("test-key-ecc-p384.pub"), ecdsa_p384_sha384).has_value());
    CHECK(!VerifyingKey::from_pem(read("test-key-ecc-p384.pub"), ecdsa_p256_sha256).has_value());
    CHECK(!VerifyingKey::from_pem(read("test-key-ecc-p256.pub"), ed25519).has_value());
    CHECK(!VerifyingKey::from_pem(read("test-key-rsa.pub"), ecdsa_p256_sha256).has_value());
    CHECK(!VerifyingKey::from_pem(read("test-key-rsa.pub"), hmac_sha256).has_value());
}
