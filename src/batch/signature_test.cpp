#include "batch/signature.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/keys.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::batch;

namespace {

constexpr std::string_view here = "https://guichet.example.ma";
constexpr std::string_view body = "member,procedure\r\nm,p\r\n";
const Instant now = parse_instant("2026-11-21T09:00:00Z").value();

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

struct Program {
    std::unique_ptr<trust::Signer> signer = trust::generate_signer(trust::Curve::ed25519).value();
    json::Object header{{"alg", "EdDSA"}, {"kid", signer->public_key().thumbprint()}, {"ice", "001561191000066"}, {"batch", "2026-11"},
                        {"aud", here}, {"iat", now.seconds()}};

    [[nodiscard]] std::string field(std::string_view content) const {
        const auto first = to_base64url(json::write(header));
        return first + ".." + to_base64url(signer->sign(first + "." + to_base64url(content)).value());
    }
    [[nodiscard]] std::string jwks() const { return trust::public_jwk_set(signer->public_key()); }
};

}  // namespace

TEST_CASE("a signed batch: the key, the company, the batch and the content hold together") {
    const Program program;
    const auto signature = read_signature(program.field(body), body).value();
    CHECK(signature.kid == program.signer->public_key().thumbprint());
    CHECK(signature.batch == "2026-11");
    CHECK(key_of(verify(signature, program.jwks(), here, now, false)) == "good");
    CHECK(key_of(verify(signature, program.jwks(), here, now.plus_seconds(86'400), false)) == "good");  // it counts once
    const auto large = std::string(1U << 20U, 'x');
    CHECK(key_of(verify(read_signature(program.field(large), large).value(), program.jwks(), here, now, false)) == "good");
}

TEST_CASE("batch.signature-wrong: another content, another key, another header") {
    const Program program, other;
    const auto field = program.field(body);
    CHECK(key_of(verify(read_signature(field, "another").value(), program.jwks(), here, now, false)) == "batch.signature-wrong");
    CHECK(key_of(verify(read_signature(field, body).value(), other.jwks(), here, now, false)) == "batch.signature-wrong");
    auto forged = Program{};
    forged.header.set("batch", "2026-12");
    const auto cut = field.substr(field.find(".."));
    CHECK(key_of(verify(read_signature(to_base64url(json::write(forged.header)) + cut, body).value(), program.jwks(), here, now, false)) ==
          "batch.signature-wrong");
}

TEST_CASE("batch.signature-audience, batch.signature-old: for another server; a question of yesterday") {
    Program program;
    CHECK(key_of(verify(read_signature(program.field(body), body).value(), program.jwks(), "https://other.example.ma", now, false)) ==
          "batch.signature-audience");
    const auto question = read_signature(program.field(""), "").value();
    CHECK(key_of(verify(question, program.jwks(), here, now.plus_seconds(299), true)) == "good");
    CHECK(key_of(verify(question, program.jwks(), here, now.plus_seconds(301), true)) == "batch.signature-old");
    CHECK(key_of(verify(question, program.jwks(), here, now.plus_seconds(-301), true)) == "batch.signature-old");
}

TEST_CASE("batch.signature-time: a filing signed over a day ago, ahead of our clock, or without a time") {
    Program program;
    const auto at = [&](std::int64_t issued) {
        program.header.set("iat", issued);
        return key_of(verify(read_signature(program.field(body), body).value(), program.jwks(), here, now, false));
    };
    CHECK(at(now.seconds() - 86'400) == "good");
    CHECK(at(now.seconds() - 86'401) == "batch.signature-time");
    CHECK(at(now.seconds() - 400 * 86'400) == "batch.signature-time");
    CHECK(at(now.seconds() + 60) == "good");
    CHECK(at(now.seconds() + 61) == "batch.signature-time");
    CHECK(at(now.seconds() + 30 * 86'400) == "batch.signature-time");
    program.header.erase("iat");
    CHECK(key_of(verify(read_signature(program.field(body), body).value(), program.jwks(), here, now, false)) == "batch.signature-time");
}

TEST_CASE("batch.signature-missing, batch.signature-malformed") {
    Program program;
    CHECK(key_of(read_signature("", body)) == "batch.signature-missing");
    for (const auto* wrong : {"a", "a.b.c", "..", "e30..e30", "a..b..c"}) CHECK_MESSAGE(key_of(read_signature(wrong, body)) == "batch.signature-malformed", wrong);
    for (const auto* name : {"kid", "ice", "batch", "aud", "alg"}) {
        Program without;
        without.header.erase(name);
        CHECK_MESSAGE(key_of(read_signature(without.field(body), body)) == "batch.signature-malformed", name);
    }
    for (const auto* algorithm : {"none", "HS256", "RS256"}) {
        program.header.set("alg", algorithm);
        CHECK(key_of(read_signature(program.field(body), body)) == "batch.signature-malformed");
    }
    for (const auto* id : {"", "a/b", "..", "a b"}) CHECK_FALSE(is_batch_id(id));
}
