#include "identity/oidc_config.hpp"

#include "identity/actor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::identity {

namespace {

using toml_text::Node;

constexpr std::array<std::pair<std::string_view, int>, 3> level_names{{
    {"self-declared", level_self_declared},
    {"code-verified", level_code_verified},
    {"counter-verified", level_counter_verified},
}};
constexpr std::int64_t most_skew_seconds = 300;

// Authority of a URL: what stands between "://" and the next '/', '?' or '#'.
std::string_view authority_of(std::string_view url, std::string_view scheme) {
    url.remove_prefix(scheme.size());
    return url.substr(0, url.find_first_of("/?#"));
}

bool is_loopback_host(std::string_view authority) {
    const auto host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                                 : authority.substr(0, authority.find(':'));
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

class OidcTable {
public:
    explicit OidcTable(const Node& table) : table_(&table) {}

    OidcReading read() {
        known();
        out_.issuer = word(*table_, "issuer", true);
        if (!out_.issuer.empty() && !acceptable_provider_url(out_.issuer)) {
            problem(*table_->find("issuer"),
                    "issuer must be an https address (http on loopback only), without query");
        }
        out_.client_id = word(*table_, "client_id", true);
        out_.secret_file = file_name("secret_file");
        out_.ca_file = word(*table_, "ca_file", false);
        scopes();
        algorithms();
        levels();
        claims();
        names();
        out_.max_age_seconds = number("max_age", 0, 86'400, 0);
        out_.skew_seconds = number("clock_skew", 0, most_skew_seconds, out_.skew_seconds);
        std::ranges::sort(problems_, {}, &toml_text::Problem::line);
        OidcReading done;
        done.problems = std::move(problems_);
        if (done.problems.empty()) done.config = std::move(out_);
        return done;
    }

private:
    void problem(const Node& node, std::string why) {
        problems_.push_back({node.line, std::move(why)});
    }

    void only(const Node& table, std::string_view in,
              std::initializer_list<std::string_view> names) {
        for (const auto& [key, value] : *table.table()) {
            if (std::ranges::find(names, key) == names.end())
                problem(value, fmt::format("{} is not known in [{}]", key, in));
        }
    }

    void known() {
        only(*table_, "oidc",
             {"issuer", "client_id", "secret_file", "ca_file", "scopes", "algorithms", "levels",
              "claims", "name", "max_age", "clock_skew"});
    }

    std::string word(const Node& table, std::string_view key, bool required) {
        const auto* node = table.find(key);
        if (node == nullptr) {
            if (required) problem(table, fmt::format("{} is missing in [oidc]", key));
            return {};
        }
        if (node->string() == nullptr) {
            problem(*node, fmt::format("{} must be text in quotes, not {}", key, node->kind()));
            return {};
        }
        if (node->string()->empty() && required) problem(*node, fmt::format("{} is empty", key));
        return *node->string();
    }

    // The secret stands beside the keys, never in node.toml, which a backup copies.
    std::string file_name(std::string_view key) {
        const auto text = word(*table_, key, false);
        const bool plain = text.find('/') == std::string::npos && text != "." && text != "..";
        if (!plain)
            problem(
                *table_->find(key),
                fmt::format("{} is the name of a file in the folder of keys, without a path", key));
        return text;
    }

    std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t otherwise) {
        const auto* node = table_->find(key);
        if (node == nullptr) return otherwise;
        const auto* value = node->integer();
        if (value == nullptr || *value < least || *value > most) {
            problem(*node, fmt::format("{} must be a whole number of seconds from {} to {}", key,
                                       least, most));
            return otherwise;
        }
        return *value;
    }

    std::vector<std::pair<const Node*, std::string>> list(std::string_view key) {
        std::vector<std::pair<const Node*, std::string>> out;
        const auto* node = table_->find(key);
        if (node == nullptr) return out;
        if (node->array() == nullptr || node->array()->empty()) {
            problem(*node, fmt::format("{} must be a list of words", key));
            return out;
        }
        for (const auto& item : *node->array()) {
            if (item.string() == nullptr || item.string()->empty()) {
                problem(item, fmt::format("{} must be a list of words", key));
            } else {
                out.emplace_back(&item, *item.string());
            }
        }
        return out;
    }

    void scopes() {
        const auto named = list("scopes");
        if (named.empty()) return;
        out_.scopes.clear();
        for (const auto& [node, scope] : named) {
            if (scope.find_first_of(" \"\\") != std::string::npos)
                problem(*node, fmt::format("scope \"{}\": one word each", scope));
            out_.scopes.push_back(scope);
        }
        if (std::ranges::find(out_.scopes, "openid") == out_.scopes.end())
            problem(*table_->find("scopes"), "scopes must name openid");
    }

    void algorithms() {
        const auto named = list("algorithms");
        if (named.empty()) return;
        out_.algorithms.clear();
        for (const auto& [node, name] : named) {
            const auto algorithm = trust::jws_algorithm_from(name);
            if (!algorithm) {
                problem(*node,
                        fmt::format("algorithm \"{}\" is not taken: ES256, RS256 or EdDSA", name));
            } else {
                out_.algorithms.push_back(*algorithm);
            }
        }
    }

    void levels() {
        const auto* node = table_->find("levels");
        if (node == nullptr || node->table() == nullptr || node->table()->empty()) {
            problem(node == nullptr ? *table_ : *node,
                    "[oidc.levels] says what each acr is worth: \"ACR\" = \"counter-verified\"");
            return;
        }
        for (const auto& [acr, value] : *node->table()) {
            const auto* text = value.string();
            const auto found = std::ranges::find(
                level_names, text == nullptr ? std::string_view() : std::string_view(*text),
                [](const auto& pair) { return pair.first; });
            if (found == level_names.end()) {
                problem(
                    value,
                    fmt::format(
                        "acr \"{}\": the level is self-declared, code-verified or counter-verified",
                        acr));
            } else if (acr.empty() || acr.find(' ') != std::string::npos) {
                problem(value, fmt::format("acr \"{}\": a name without blanks", acr));
            } else {
                out_.levels.push_back({acr, found->second});
            }
        }
    }

    void claims() {
        const auto* node = table_->find("claims");
        if (node == nullptr) return;
        if (node->table() == nullptr) return problem(*node, "claims is a table: [oidc.claims]");
        only(*node, "oidc.claims",
             {"document", "document_kind", "given_arabic", "family_arabic", "given_latin",
              "family_latin", "birth", "mandates"});
        auto& names = out_.claims;
        for (const auto& [key, to] :
             {std::pair("document", &names.document),
              std::pair("document_kind", &names.document_kind),
              std::pair("given_arabic", &names.given_arabic),
              std::pair("family_arabic", &names.family_arabic),
              std::pair("given_latin", &names.given_latin),
              std::pair("family_latin", &names.family_latin), std::pair("birth", &names.birth),
              std::pair("mandates", &names.mandates)}) {
            if (node->find(key) != nullptr) *to = word(*node, key, false);
        }
        if (const auto* kind = node->find("document_kind")) {
            constexpr std::array kinds{std::string_view("cnie"), std::string_view("passport"),
                                       std::string_view("residence")};
            if (std::ranges::find(kinds, names.document_kind) == kinds.end())
                problem(*kind, "document_kind is cnie, passport or residence");
        }
    }

    void names() {
        const auto* node = table_->find("name");
        if (node == nullptr) return;
        if (node->table() == nullptr)
            return problem(*node, "write name = { ar = \"…\", fr = \"…\" }");
        for (const auto& [language, value] : *node->table()) {
            if (value.string() == nullptr || value.string()->empty()) {
                problem(value, "a name must be text in quotes");
            } else {
                out_.name.emplace(language, *value.string());
            }
        }
        if (!out_.name.contains("ar") || !out_.name.contains("fr"))
            problem(*node, "a name needs ar and fr");
    }

    const Node* table_;
    OidcConfig out_;
    std::vector<toml_text::Problem> problems_;
};

}  // namespace

int OidcConfig::level_of(std::string_view acr) const noexcept {
    const auto found = std::ranges::find(levels, acr, &OidcLevel::acr);
    return found == levels.end() ? 0 : found->level;
}

std::vector<std::string> OidcConfig::acrs_of(int level) const {
    std::vector<std::string> out;
    for (int worth = level_counter_verified; worth >= std::max(level, 1); --worth) {
        for (const auto& one : levels) {
            if (one.level == worth) out.push_back(one.acr);
        }
    }
    return out;
}

int OidcConfig::best_level() const noexcept {
    int best = 0;
    for (const auto& one : levels) best = std::max(best, one.level);
    return best;
}

bool acceptable_provider_url(std::string_view url) noexcept {
    constexpr std::string_view secure = "https://", plain = "http://";
    const bool https = url.starts_with(secure);
    if (!https && !url.starts_with(plain)) return false;
    const auto authority = authority_of(url, https ? secure : plain);
    const bool clean = std::ranges::all_of(url, [](char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>';
    });
    if (!clean || url.size() > 500 || authority.empty() ||
        authority.find('@') != std::string_view::npos)
        return false;
    if (url.find_first_of("?#") != std::string_view::npos) return false;
    return https || is_loopback_host(authority);
}

OidcReading read_oidc(const toml_text::Node& table) {
    if (table.table() == nullptr) return {{}, {{table.line, "oidc is a table: [oidc]"}}};
    return OidcTable(table).read();
}

}  // namespace wasl::identity
