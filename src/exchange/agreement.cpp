#include "exchange/agreement.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::string_view agreement_format = "exchange-agreement-1";
constexpr std::size_t longest_words = 1'000;
constexpr std::int64_t clocks_apart = 300;  // seconds

std::unexpected<Error> bad_agreement(std::string why) { return fail(Code::invalid, "exchange.agreement-malformed", std::move(why)); }

std::string_view jose_name(SignatureAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case SignatureAlgorithm::rsa_pss_sha512: return "PS512";
        case SignatureAlgorithm::rsa_v1_5_sha256: return "RS256";
        case SignatureAlgorithm::hmac_sha256: return "";  // a shared secret proves nothing to a third
        case SignatureAlgorithm::ecdsa_p256_sha256: return "ES256";
        case SignatureAlgorithm::ecdsa_p384_sha384: return "ES384";
        case SignatureAlgorithm::ed25519: return "EdDSA";
    }
    return "";
}

bool is_agreement_id(std::string_view id) {
    return !id.empty() && id.size() <= 80 && std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<std::string> words_in(const json::Value& value, const char* name) {
    const auto* text = value[name].string();
    if (text == nullptr || trim(*text).empty() || text->size() > longest_words) { return bad_agreement(std::string(name) + ": 1 to 1000 bytes of text"); }
    return *text;
}

std::string protected_of(SignatureAlgorithm algorithm, std::string_view key_id, AgreementSide side, Instant at) {
    const json::Object header{{"alg", jose_name(algorithm)}, {"iat", at.seconds()}, {"kid", key_id}, {"side", to_string(side)}};
    return to_base64url(json::write(header));
}

Result<AgreementSignature> parse_signature(const json::Value& value) {
    const auto* text = value["protected"].string();
    const auto* signature = value["signature"].string();
    if (value.object() == nullptr || value.object()->size() != 2 || text == nullptr || signature == nullptr) { return bad_agreement("signature"); }
    const auto bytes = from_base64url(*text);
    const auto header = bytes ? json::parse(*bytes, {.bytes = 4'096, .depth = 2}) : std::unexpected(bytes.error());
    const auto raw = from_base64url(*signature);
    if (!header || !raw || header->object() == nullptr || header->object()->size() != 4) { return bad_agreement("signature"); }
    const auto side = (*header)["side"].text_or(""), key_id = (*header)["kid"].text_or("");
    const auto at = (*header)["iat"].integer();
    if ((side != "consumer" && side != "provider") || key_id.empty() || !at || *at < 0 || *at > (1LL << 40)) { return bad_agreement("signature"); }
    return AgreementSignature{side == "consumer" ? AgreementSide::consumer : AgreementSide::provider, std::string(key_id), *text, *raw, Instant{*at * 1'000'000}};
}

std::string signing_input(std::string_view header, std::string_view text) { return std::string(header) + "." + to_base64url(text); }

}  // namespace

std::string_view to_string(AgreementSide side) noexcept { return side == AgreementSide::consumer ? "consumer" : "provider"; }

ClientId member_of(const Agreement& agreement, AgreementSide side) {
    return (side == AgreementSide::consumer ? agreement.client : agreement.service.provider).member();
}

std::string write_agreement(const Agreement& one) {
    return json::write(json::Object{{"wasl", agreement_format}, {"id", one.id}, {"client", one.client.text()}, {"service", one.service.text()},
                                    {"method", one.endpoint.method}, {"path", one.endpoint.path.text()}, {"purpose", one.purpose},
                                    {"legal_basis", one.legal_basis}, {"valid_from", one.valid_from.iso()}, {"valid_until", one.valid_until.iso()}});
}

Result<Agreement> parse_agreement(std::string_view text) {
    const auto value = json::parse(text, {.bytes = 16'384, .depth = 2});
    if (!value) { return bad_agreement(value.error().detail); }
    const auto word = [&](const char* name) { return (*value)[name].text_or(""); };
    const auto from = parse_date(word("valid_from")), until = parse_date(word("valid_until"));
    if (word("wasl") != agreement_format || !is_agreement_id(word("id"))) { return bad_agreement("id: 1 to 80 of a-z, 0-9 and -"); }
    if (!from || !until || *until < *from) { return bad_agreement("valid_from and valid_until"); }
    Agreement out{.id = std::string(word("id")), .client = TRY(parse_client_id(word("client"))), .service = TRY(parse_service_id(word("service"))),
                  .endpoint = TRY(make_endpoint(word("method"), word("path"))), .purpose = TRY(words_in(*value, "purpose")),
                  .legal_basis = TRY(words_in(*value, "legal_basis")), .valid_from = *from, .valid_until = *until};
    if (out.client.subsystem_code.empty()) { return bad_agreement("client: a subsystem"); }
    // Both sides read the same words: one agreement has one text.
    if (write_agreement(out) != text) { return bad_agreement("another spelling"); }
    return out;
}

const AgreementSignature* SignedAgreement::by(AgreementSide side) const noexcept {
    const auto found = std::ranges::find(signatures, side, &AgreementSignature::side);
    return found == signatures.end() ? nullptr : &*found;
}

std::string write_signed_agreement(const SignedAgreement& agreement) {
    json::Array signatures;
    for (const auto& one : agreement.signatures) {
        signatures.emplace_back(json::Object{{"protected", one.protected_header}, {"signature", to_base64url(one.signature)}});
    }
    return json::write(json::Object{{"payload", to_base64url(agreement.text)}, {"signatures", std::move(signatures)}});
}

Result<SignedAgreement> parse_signed_agreement(std::string_view jws) {
    const auto value = json::parse(jws, {.bytes = 65'536, .depth = 4});
    if (!value || (*value)["payload"].string() == nullptr || (*value)["signatures"].array() == nullptr) { return bad_agreement("no JWS"); }
    const auto text = from_base64url(*(*value)["payload"].string());
    if (!text) { return bad_agreement("payload"); }
    SignedAgreement out{TRY(parse_agreement(*text)), *text, {}};
    for (const auto& one : *(*value)["signatures"].array()) { out.signatures.push_back(TRY(parse_signature(one))); }
    const bool twice = out.signatures.size() > 2 || (out.signatures.size() == 2 && out.signatures[0].side == out.signatures[1].side);
    if (twice) { return bad_agreement("one signature a side"); }
    std::ranges::sort(out.signatures, {}, &AgreementSignature::side);
    return out;
}

Result<void> sign_agreement(SignedAgreement& agreement, AgreementSide side, std::string_view key_id, const SigningKey& key, Instant now) {
    if (jose_name(key.algorithm()).empty()) { return bad_agreement("a shared secret signs no agreement"); }
    agreement.text = write_agreement(agreement.agreement);
    AgreementSignature out{.side = side, .key_id = std::string(key_id), .protected_header = protected_of(key.algorithm(), key_id, side, now),
                           .signature = {}, .at = Instant{now.seconds() * 1'000'000}};
    out.signature = TRY(key.sign(signing_input(out.protected_header, agreement.text)));
    std::erase_if(agreement.signatures, [side](const AgreementSignature& one) { return one.side == side; });
    agreement.signatures.push_back(std::move(out));
    std::ranges::sort(agreement.signatures, {}, &AgreementSignature::side);
    return {};
}

Result<void> check_agreement_side(const SignedAgreement& agreement, AgreementSide side, const Snapshot& snapshot, Instant now) {
    const auto wrong = [side](std::string why) { return fail(Code::forbidden, "exchange.agreement-signature", std::string(to_string(side)) + ": " + std::move(why)); };
    const AgreementSignature* signature = agreement.by(side);
    if (signature == nullptr) { return fail(Code::forbidden, "exchange.agreement-unsigned", std::string(to_string(side))); }
    if (signature->at > now.plus_seconds(clocks_apart)) { return wrong("signed in the future"); }
    const ClientId member = member_of(agreement.agreement, side);
    const MemberKey* key = snapshot.key(member, signature->key_id, signature->at);
    if (key == nullptr) { return wrong(signature->key_id + " is no message key of " + member.text() + " at that time"); }
    // A key that was revoked since could have signed for any day before.
    if (snapshot.revoked(signature->key_id, now)) { return wrong(signature->key_id + " is revoked"); }
    if (signature->protected_header != protected_of(key->algorithm, signature->key_id, side, signature->at)) { return wrong("header"); }
    const auto known = VerifyingKey::from_spki(key->spki, key->algorithm);
    if (!known || !known->verify(signing_input(signature->protected_header, agreement.text), signature->signature)) { return wrong(member.text() + " did not sign this"); }
    return {};
}

Result<void> check_given_signatures(const SignedAgreement& agreement, const Snapshot& snapshot, Instant now) {
    for (const auto& one : agreement.signatures) { TRY(check_agreement_side(agreement, one.side, snapshot, now)); }
    return {};
}

bool binds(const SignedAgreement& standing, const Snapshot& snapshot, Instant now) {
    return !standing.signatures.empty() && check_given_signatures(standing, snapshot, now).has_value();
}

Result<SignedAgreement> join_agreement(const SignedAgreement* standing, const SignedAgreement& come, AgreementSide theirs) {
    if (standing != nullptr && standing->text != come.text) {
        return fail(Code::conflict, "exchange.agreement-differs", come.agreement.id + " stands here in other words");
    }
    SignedAgreement out = standing != nullptr ? *standing : SignedAgreement{come.agreement, come.text, {}};
    const AgreementSignature* signature = come.by(theirs);
    if (signature == nullptr) { return fail(Code::forbidden, "exchange.agreement-unsigned", std::string(to_string(theirs))); }
    std::erase_if(out.signatures, [theirs](const AgreementSignature& one) { return one.side == theirs; });
    out.signatures.push_back(*signature);
    std::ranges::sort(out.signatures, {}, &AgreementSignature::side);
    return out;
}

Result<void> check_agreement(const SignedAgreement& agreement, const Snapshot& snapshot, Instant now) {
    for (const auto side : {AgreementSide::consumer, AgreementSide::provider}) { TRY(check_agreement_side(agreement, side, snapshot, now)); }
    return {};
}

AccessRight right_of(const Agreement& one, const Zone& zone) {
    return {.id = one.id, .subject = Subject(one.client), .service = one.service, .endpoint = one.endpoint, .purpose = one.purpose,
            .legal_basis = one.legal_basis, .valid_from = zone.start_of_day(one.valid_from), .valid_to = zone.start_of_day(one.valid_until.plus_days(1))};
}

}  // namespace wasl::exchange
