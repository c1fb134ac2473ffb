#include "identity/oidc_provider.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"
#include "identity/actor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::identity {

namespace {

constexpr std::size_t most_discovery_bytes = 256U << 10U;
constexpr std::size_t most_attested = 200;
constexpr std::size_t longest_word = 200;

std::unexpected<Error> bad_provider(std::string_view key, std::string detail) {
    return fail(Code::unavailable, std::string(key), std::move(detail));
}
std::unexpected<Error> bad_claim(std::string_view key, std::string detail) {
    return fail(Code::unauthenticated, std::string(key), std::move(detail));
}

// Whether a list of the document names the word; an absent list means its default (OpenID Connect
// Discovery §3).
bool offers(const json::Value& document, std::string_view list, std::string_view word,
            bool when_absent) {
    const auto* named = document[list].array();
    if (named == nullptr) return when_absent;
    return std::ranges::any_of(*named, [&](const auto& one) { return one.text_or("") == word; });
}

Result<std::string> endpoint(const json::Value& document, std::string_view name, bool required) {
    const auto url = document[name].text_or("");
    if (url.empty() && !required) return std::string();
    // An endpoint may have a query of its own; what we add begins after it.
    if (!acceptable_provider_url(url.substr(0, url.find('?'))))
        return bad_provider("oidc.discovery-endpoint", std::string(name));
    return std::string(url);
}

// Text of a claim, whole characters, at most 200 bytes; anything else than text is refused.
Result<std::string> claim_word(const json::Object& claims, const std::string& name,
                               std::string_view key) {
    const auto* value = name.empty() ? nullptr : claims.find(name);
    if (value == nullptr || value->is_null()) return std::string();
    if (value->string() == nullptr) return bad_claim(key, name);
    const auto text = trim(*value->string());
    const bool clean = text.size() <= longest_word && std::ranges::none_of(text, [](char c) {
                           return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
                       });
    if (!clean) return bad_claim(key, name);
    return std::string(text);
}

// ISO 8601 as OpenID Connect Core §5.1 has it; "0000-05-12" hides the year and says nothing to us.
Result<std::string> birth_of(const json::Object& claims, const OidcConfig& config) {
    auto birth = TRY(claim_word(claims, config.claims.birth, "oidc.claim-birth"));
    if (birth.starts_with("0000")) return std::string();
    if (!acceptable_birth(birth)) return bad_claim("oidc.claim-birth", config.claims.birth);
    return birth;
}

Result<std::string> normal_document(const jurisdiction::Identifiers& identifiers,
                                    const std::string& kind, const std::string& typed) {
    if (typed.empty()) return std::string();
    auto read = identifiers.read(kind == "residence" ? "residence-card" : kind, typed);
    // A number of an unusual shape is the provider's word all the same; one that leaves nothing to
    // compare is not.
    if (read.normal.empty() || read.normal.size() > longest_word)
        return bad_claim("oidc.claim-document", read.code);
    return read.normal;
}

class MandateReader {
public:
    MandateReader(const OidcConfig& config, const jurisdiction::Identifiers& identifiers,
                  Date today)
        : config_(&config), identifiers_(&identifiers), today_(today) {}

    // {"id", "kind", "principal": {"name", "ice" | "document"}, "procedures": […], "from", "until"}
    Result<AttestedMandate> read(const json::Value& value) const {
        const auto* object = value.object();
        if (object == nullptr) return wrong("a mandate is an object");
        AttestedMandate out;
        out.reference = TRY(word(*object, "id"));
        out.kind = TRY(kind(*object));
        const auto* principal = value["principal"].object();
        if (principal == nullptr || out.reference.empty())
            return wrong("a mandate needs id and principal");
        out.name = TRY(word(*principal, "name"));
        const auto ice = TRY(word(*principal, "ice"));
        const auto document = TRY(word(*principal, "document"));
        const bool company = out.kind == MandateKind::company;
        if (out.name.empty() || company == ice.empty() || company != document.empty())
            return wrong("principal needs a name and its number");
        if (company) {
            const auto number = identifiers_->read("ice", ice);
            if (number.normal.size() != 15) return wrong("ice");
            out.ice = number.normal;
        } else {
            out.document =
                TRY(normal_document(*identifiers_, config_->claims.document_kind, document));
        }
        TRY(scope(value, out));
        return out;
    }

private:
    static std::unexpected<Error> wrong(std::string_view why) {
        return bad_claim("oidc.claim-mandate", std::string(why));
    }
    static Result<std::string> word(const json::Object& object, const std::string& name) {
        return claim_word(object, name, "oidc.claim-mandate");
    }

    static Result<MandateKind> kind(const json::Object& object) {
        const auto known = mandate_kind_from(TRY(word(object, "kind")));
        if (!known) return wrong("kind");
        return *known;
    }

    // Nothing is for ever: a scope and an end, or no mandate. "*" means every procedure and is
    // said, not supposed.
    Result<void> scope(const json::Value& value, AttestedMandate& out) const {
        const auto* procedures = value["procedures"].array();
        if (procedures == nullptr || procedures->empty() || procedures->size() > most_attested)
            return wrong("procedures");
        for (const auto& one : *procedures) {
            if (one.string() == nullptr || one.string()->empty() ||
                one.string()->size() > longest_word)
                return wrong("procedures");
            out.procedures.push_back(*one.string());
        }
        if (std::ranges::find(out.procedures, "*") != out.procedures.end()) out.procedures.clear();
        const auto until = parse_date(value["until"].text_or(""));
        const auto from =
            value["from"].is_null() ? Result<Date>(today_) : parse_date(value["from"].text_or(""));
        if (!until || !from || *until < *from) return wrong("from, until");
        out.from = *from;
        out.until = *until;
        return {};
    }

    const OidcConfig* config_;
    const jurisdiction::Identifiers* identifiers_;
    Date today_;
};

Result<void> add_mandates(NationalIdentity& out, const OidcConfig& config,
                          const jurisdiction::Identifiers& identifiers, const json::Object& claims,
                          Date today) {
    const auto* claim =
        config.claims.mandates.empty() ? nullptr : claims.find(config.claims.mandates);
    if (claim == nullptr) return {};
    if (claim->array() == nullptr || claim->array()->size() > most_attested)
        return bad_claim("oidc.claim-mandate", "a list of at most 200");
    out.says_mandates = true;
    const MandateReader reader(config, identifiers, today);
    for (const auto& value : *claim->array()) {
        auto mandate = TRY(reader.read(value));
        if (std::ranges::find(out.mandates, mandate.reference, &AttestedMandate::reference) !=
            out.mandates.end()) {
            return bad_claim("oidc.claim-mandate", "an id stands twice");
        }
        out.mandates.push_back(std::move(mandate));
    }
    return {};
}

}  // namespace

Result<OidcProvider> read_discovery(std::string_view document, const OidcConfig& config) {
    const auto value = json::parse(document, {.bytes = most_discovery_bytes, .depth = 16});
    if (!value || value->object() == nullptr)
        return bad_provider("oidc.discovery-malformed", value ? "no object" : value.error().detail);
    if ((*value)["issuer"].text_or("") != config.issuer)
        return bad_provider("oidc.discovery-issuer",
                            std::string((*value)["issuer"].text_or("")).substr(0, 200));
    OidcProvider out;
    out.authorization_endpoint = TRY(endpoint(*value, "authorization_endpoint", true));
    out.token_endpoint = TRY(endpoint(*value, "token_endpoint", true));
    out.jwks_uri = TRY(endpoint(*value, "jwks_uri", true));
    out.userinfo_endpoint = TRY(endpoint(*value, "userinfo_endpoint", false));
    out.end_session_endpoint = TRY(endpoint(*value, "end_session_endpoint", false));
    out.says_issuer = (*value)["authorization_response_iss_parameter_supported"].bool_or(false);
    out.takes_claims = (*value)["claims_parameter_supported"].bool_or(false);
    const auto wrong = [](std::string_view what) {
        return bad_provider("oidc.discovery-method", std::string(what));
    };
    if (!offers(*value, "response_types_supported", "code", false))
        return wrong("response_types_supported");
    if (!offers(*value, "grant_types_supported", "authorization_code", true))
        return wrong("grant_types_supported");
    if (!offers(*value, "code_challenge_methods_supported", "S256", false))
        return wrong("code_challenge_methods_supported");
    const auto signs = [&](trust::JwsAlgorithm one) {
        return offers(*value, "id_token_signing_alg_values_supported", trust::to_string(one),
                      false);
    };
    if (std::ranges::none_of(config.algorithms, signs))
        return wrong("id_token_signing_alg_values_supported");
    constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
    if (config.secret_file.empty()) {
        const bool ours =
            offers(*value, methods, "private_key_jwt", false) &&
            offers(*value, "token_endpoint_auth_signing_alg_values_supported", "ES256", true);
        if (!ours) return wrong(methods);
        return out;
    }
    out.secret_in_body = !offers(*value, methods, "client_secret_basic", true);
    if (out.secret_in_body && !offers(*value, methods, "client_secret_post", false))
        return wrong(methods);
    return out;
}

bool wants_more_claims(const OidcConfig& config, const json::Object& claims) {
    const auto& names = config.claims;
    return std::ranges::any_of(
        std::array{&names.document, &names.given_arabic, &names.family_arabic, &names.given_latin,
                   &names.family_latin, &names.birth, &names.mandates},
        [&](const std::string* name) { return !name->empty() && claims.find(*name) == nullptr; });
}

Result<NationalIdentity> read_national(const OidcConfig& config,
                                       const jurisdiction::Identifiers& identifiers,
                                       const IdToken& token, const json::Object& claims,
                                       Date today) {
    NationalIdentity out;
    out.issuer = config.issuer;
    out.subject = token.subject;
    out.session = token.session;
    out.acr = token.acr;
    out.level = token.level;
    const auto& names = config.claims;
    for (const auto& [name, to] : {std::pair(&names.given_arabic, &out.name.given_arabic),
                                   std::pair(&names.family_arabic, &out.name.family_arabic),
                                   std::pair(&names.given_latin, &out.name.given_latin),
                                   std::pair(&names.family_latin, &out.name.family_latin)}) {
        *to = TRY(claim_word(claims, *name, "oidc.claim-name"));
    }
    out.birth = TRY(birth_of(claims, config));
    const auto number = TRY(claim_word(claims, names.document, "oidc.claim-document"));
    out.document_number = TRY(normal_document(identifiers, names.document_kind, number));
    if (!out.document_number.empty()) out.document_kind = names.document_kind;
    if (out.level >= level_counter_verified &&
        (out.document_number.empty() || (out.name.arabic().empty() && out.name.latin().empty()))) {
        return bad_claim("oidc.claim-document",
                         "this level needs a name and the number of the card");
    }
    TRY(add_mandates(out, config, identifiers, claims, today));
    return out;
}

}  // namespace wasl::identity
