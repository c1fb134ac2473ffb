// Tokens of other makers: RFC 7515 and RFC 8037 examples, and everything that must not pass.
#include "trust/jose.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace wasl;
using namespace wasl::trust;

namespace {

constexpr std::array all{JwsAlgorithm::es256, JwsAlgorithm::rs256, JwsAlgorithm::eddsa};

// RFC 7515 appendix A.2 (RS256) and A.3 (ES256); the payload is the same.
const std::string payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const std::string rs256_token =
    "eyJhbGciOiJSUzI1NiJ9." + payload +
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const std::string es256_token =
    "eyJhbGciOiJFUzI1NiJ9." + payload +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const std::string rsa_n =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
    "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k"
    "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const std::string rsa_jwk = R"({"kty":"RSA","n":")" + rsa_n + R"(","e":"AQAB"})";
const std::string ec_jwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
// RFC 8037 appendix A.
const std::string ed_jwk =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
const std::string ed_token =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

JwkSet set_of(const std::string& keys) {
    return JwkSet::parse(R"({"keys":[)" + keys + "]}").value();
}
std::string key_of(const auto& result) {
    return result ? "" : result.error().key;
}
std::string token_with(std::string_view header, std::string_view body = payload) {
    return to_base64url(header) + "." + std::string(body) + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6";
}

}  // namespace

TEST_CASE(
    "the examples of RFC 7515 A.2 and A.3 and of RFC 8037 A verify, each under its own key only") {
    const auto keys = set_of(rsa_jwk + "," + ec_jwk + "," + ed_jwk);
    CHECK(keys.size() == 3);
    for (const auto& token : {rs256_token, es256_token, ed_token})
        CHECK(keys.verify(read_jws(token, all).value()));
    CHECK(read_jws(ed_token, all).value().payload == "Example of Ed25519 signing");
    CHECK(key_of(set_of(ec_jwk).verify(read_jws(rs256_token, all).value())) ==
          "trust.jws-key-unknown");
}

TEST_CASE("a token with one changed byte of its header, payload or signature is refused") {
    const auto keys = set_of(rsa_jwk + "," + ec_jwk + "," + ed_jwk);
    for (const auto& whole : {rs256_token, es256_token, ed_token}) {
        for (std::size_t i = 0; i < whole.size(); i += 7) {
            auto token = whole;
            token[i] = token[i] == 'A' ? 'B' : 'A';
            if (token == whole) continue;
            const auto read = read_jws(token, all);
            CHECK_MESSAGE(!(read && keys.verify(*read)), i);
        }
    }
}

TEST_CASE("algorithms: none and keyed hashes do not exist, and what was not allowed is not taken") {
    for (const auto* name : {"none", "None", "HS256", "HS512", "RS1", "ES384", ""}) {
        CHECK(key_of(read_jws(token_with(R"({"alg":")" + std::string(name) + "\"}"), all)) ==
              "trust.jws-algorithm");
    }
    constexpr std::array only{JwsAlgorithm::es256};
    CHECK(key_of(read_jws(rs256_token, only)) == "trust.jws-algorithm");
    CHECK(read_jws(es256_token, only));
}

TEST_CASE("a header is strict: no extension that must be understood, no duplicate, no wrong type") {
    CHECK(key_of(read_jws(token_with(R"({"alg":"ES256","crit":["b64"],"b64":false})"), all)) ==
          "trust.jws-critical");
    for (const auto* header : {R"({"alg":"ES256","alg":"ES256"})", R"(["ES256"])",
                               R"({"alg":"ES256","kid":7})", R"({"alg":"ES256"} x)", ""}) {
        CHECK_MESSAGE(key_of(read_jws(token_with(header), all)) == "trust.jws-malformed", header);
    }
    for (const auto& token : {std::string("a.b"), payload, es256_token + ".x", es256_token + "=",
                              "." + payload + ".", std::string()}) {
        CHECK_MESSAGE(key_of(read_jws(token, all)) == "trust.jws-malformed", token);
    }
    CHECK(key_of(read_jws(std::string(most_jws_bytes + 1, 'a'), all)) == "trust.jws-too-large");
}

TEST_CASE("keys of other kinds and uses are passed over, broken and weak ones are not") {
    CHECK(
        set_of(
            R"({"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-521","x":"AA","y":"AA"},{"kty":"RSA","use":"enc","n":"AQ","e":"AQAB"})")
            .size() == 0);
    CHECK(
        set_of(
            R"({"kty":"RSA","alg":"PS256","n":"AQ","e":"AQAB"},{"kty":"RSA","key_ops":["sign"],"n":"AQ","e":"AQAB"})")
            .size() == 0);
    for (const std::string broken :
         {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
          R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", R"({"kty":"OKP","crv":"Ed25519"})"}) {
        CHECK_MESSAGE(
            key_of(JwkSet::parse(R"({"keys":[)" + broken + "]}")) == "trust.jwks-malformed",
            broken);
    }
    CHECK(key_of(JwkSet::parse("{}")) == "trust.jwks-malformed");
    CHECK(key_of(JwkSet::parse("not json")) == "trust.jwks-malformed");
}

TEST_CASE("a key is chosen by its name; a token that names another one asks for newer keys") {
    const auto signer = generate_signer(Curve::p256).value();
    const auto token = sign_jws(*signer, "JWT", R"({"sub":"x"})").value();
    const auto keys = JwkSet::parse(public_jwk_set(signer->public_key())).value();
    const auto read = read_jws(token, all).value();
    CHECK(keys.verify(read));
    CHECK(read.key_id == signer->public_key().thumbprint());
    CHECK(read.type == "JWT");
    CHECK(key_of(set_of(ec_jwk).verify(read)) == "trust.jws-key-unknown");
    const auto other = generate_signer(Curve::p256).value();
    auto posing = public_jwk_set(other->public_key());
    posing =
        replace_all(posing, other->public_key().thumbprint(), signer->public_key().thumbprint());
    CHECK(key_of(JwkSet::parse(posing).value().verify(read)) == "trust.jws-signature");
}
