#include "identity/mandate_keys.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/jose.hpp"
#include "trust/keys.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

constexpr std::string_view keys_of_mandates = "mandate_key";
constexpr std::size_t keys_a_mandate = 5;
constexpr std::size_t longest_key_name = 100;

json::Object object_of_key(const MandateKey& key) {
    return {{"kid", key.kid},   {"mandate", key.mandate}, {"ice", key.ice}, {"person", key.person},
            {"name", key.name}, {"jwks", key.jwks},       {"added", key.added.micros},
            {"revoked", key.revoked ? json::Value(key.revoked->micros) : json::Value()}};
}

Result<MandateKey> read_key(std::string_view body) {
    const auto value = TRY(json::parse(body));
    const auto word = [&](std::string_view name) { return std::string(value[name].text_or("")); };
    MandateKey out{word("kid"), word("mandate"), word("ice"), word("person"), word("name"), word("jwks"), Instant{value["added"].integer_or(0)}, {}};
    if (const auto revoked = value["revoked"].integer()) out.revoked = Instant{*revoked};
    return out;
}

Result<trust::PublicKey> key_of_pem(std::string_view pem) {
    constexpr std::string_view begin = "-----BEGIN PUBLIC KEY-----", end = "-----END PUBLIC KEY-----";
    const auto malformed = [] { return fail(Code::unprocessable, "identity.key-malformed"); };
    pem = trim(pem);
    if (pem.size() > 4'096 || !pem.starts_with(begin) || !pem.ends_with(end)) return malformed();
    std::string base64;
    for (const char c : pem.substr(begin.size(), pem.size() - begin.size() - end.size())) {
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') base64 += c;
    }
    const auto der = from_base64(base64);
    if (!der) return malformed();
    auto key = trust::PublicKey::from_spki(*der);
    if (!key) return malformed();
    return key;
}

Result<void> keep_key(store::Transaction& tx, const MandateKey& key, std::string_view event, std::string_view by) {
    auto content = object_of_key(key);
    TRY(tx.put(keys_of_mandates, key.kid + "/" + key.mandate, store::Transaction::any_version, json::write(content),
               {{"kid", key.kid}, {"mandate", key.mandate}}));
    content.set("by", by);
    for (auto chain : {"person:" + key.person, "company:" + key.ice}) {
        TRY(tx.append({.chain = std::move(chain), .kind = "identity." + std::string(event), .content = json::write(content)}));
    }
    return {};
}

}  // namespace

Result<MandateKey> MandateKeys::add(const Mandate& mandate, std::string_view pem, std::string_view name) {
    name = trim(name);
    if (name.empty() || name.size() > longest_key_name) return fail(Code::unprocessable, "identity.key-name");
    const auto key = TRY(key_of_pem(pem));
    MandateKey out{key.thumbprint(), mandate.id, mandate.ice, mandate.actor, std::string(name), trust::public_jwk_set(key), {}, {}};
    std::size_t standing = 0;
    for (const auto& other : TRY(of_mandate(mandate.id))) {
        if (other.revoked) continue;
        if (other.kid == out.kid) return fail(Code::conflict, "identity.key-known");
        ++standing;
    }
    if (standing >= keys_a_mandate) return fail(Code::conflict, "identity.key-limit");
    TRY(store_->run([&](store::Transaction& tx) {
        out.added = tx.now();
        return keep_key(tx, out, "key-added", mandate.actor);
    }));
    return out;
}

Result<void> MandateKeys::revoke(const std::string& kid, const std::string& mandate, const std::string& by) {
    return store_->run([&](store::Transaction& tx) -> Result<void> {
        const auto found = TRY(tx.get(keys_of_mandates, kid + "/" + mandate));
        if (!found) return fail(Code::not_found, "identity.no-key");
        auto key = TRY(read_key(found->body));
        if (key.revoked) return {};
        key.revoked = tx.now();
        return keep_key(tx, key, "key-withdrawn", by);
    });
}

Result<MandateKey> MandateKeys::find(std::string_view kid, std::string_view ice) const {
    for (auto& key : TRY(by("kid", kid))) {
        if (key.ice == ice && !key.revoked) return std::move(key);
    }
    return fail(Code::unauthenticated, "identity.no-key");
}

Result<std::vector<MandateKey>> MandateKeys::of_mandate(std::string_view mandate) const { return by("mandate", mandate); }

Result<std::vector<MandateKey>> MandateKeys::by(const char* index, std::string_view value) const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = keys_of_mandates;
    query.index = index;
    query.equal = {store::Value(std::string(value))};
    query.limit = 1'000;
    std::vector<MandateKey> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(read_key(document.body)));
    return out;
}

}  // namespace wasl::identity
