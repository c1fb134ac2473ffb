// node.toml: who is hosted here.
#include "host.hpp"

#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace wasl::app {

namespace {

using toml_text::Node;

class Reading {
public:
    explicit Reading(std::string_view file) : file_(file) {}

    std::unexpected<Error> problem(int line, std::string_view why) const {
        return fail(Code::invalid, "node.malformed", fmt::format("{}:{}: {}", file_, line, why));
    }

    Result<std::string> word(const Node& table, std::string_view key, bool required) const {
        const auto* node = table.find(key);
        if (node == nullptr) {
            if (required) return problem(table.line, fmt::format("{} is missing", key));
            return std::string();
        }
        const auto* text = node->string();
        if (text == nullptr) return problem(node->line, fmt::format("{} must be text in quotes, not {}", key, node->kind()));
        return *text;
    }

    Result<std::string> code(const Node& table, std::string_view key) const {
        auto text = TRY(word(table, key, true));
        const bool clean = !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!clean) return problem(table.find(key)->line, fmt::format("{} \"{}\": only a–z, 0–9 and -, at most 40 letters", key, text));
        return text;
    }

    // name = { ar = "…", fr = "…", … }; ar and fr must be there.
    Result<form::Text> name(const Node& table) const {
        const auto* node = table.find("name");
        if (node == nullptr || node->table() == nullptr) {
            return problem(table.line, "name is missing: write name = { ar = \"…\", fr = \"…\" }");
        }
        form::Text out;
        for (const auto& [language, value] : *node->table()) {
            if (value.string() == nullptr) return problem(value.line, "a name must be text in quotes");
            out.set(language, *value.string(), form::TextState::reviewed);
        }
        if (out.find("ar") == nullptr || out.find("fr") == nullptr) return problem(node->line, "a name needs ar and fr");
        return out;
    }

    Result<web::Office> office(const Node& node) const {
        if (node.table() == nullptr) return problem(node.line, "an office is a table: [[member.office]]");
        web::Office out;
        out.code = TRY(code(node, "code"));
        out.name = TRY(name(node));
        out.procedures = TRY(words(node, "procedures"));
        return out;
    }

    // A list of words; left out: none.
    Result<std::vector<std::string>> words(const Node& node, std::string_view key) const {
        std::vector<std::string> out;
        const auto* list = node.find(key);
        if (list == nullptr) return out;
        if (list->array() == nullptr) return problem(list->line, fmt::format("{} must be a list of texts", key));
        for (const auto& item : *list->array()) {
            if (item.string() == nullptr) return problem(item.line, fmt::format("{} must be a list of texts", key));
            out.push_back(*item.string());
        }
        return out;
    }

    Result<web::MemberInfo> member(const Node& node) const {
        if (node.table() == nullptr) return problem(node.line, "a member is a table: [[member]]");
        web::MemberInfo out;
        out.id = TRY(code(node, "id"));
        if (out.id == host_id) return problem(node.line, "the id \"host\" is taken by the host itself");
        out.name = TRY(name(node));
        out.kind = TRY(word(node, "kind", false));
        out.catalogue = node.find("catalogue") != nullptr ? TRY(code(node, "catalogue")) : out.id;
        out.supervisory = TRY(word(node, "supervisory", false));
        out.appeal = TRY(word(node, "appeal", false));
        out.cosigner = TRY(word(node, "cosigner", false));
        out.territory = TRY(words(node, "territory"));
        const auto* offices = node.find("office");
        if (offices == nullptr || offices->array() == nullptr || offices->array()->empty()) {
            return problem(node.line, fmt::format("member {} has no office: add [[member.office]]", out.id));
        }
        for (const auto& item : *offices->array()) {
            auto office_ = TRY(office(item));
            if (out.office(office_.code) != nullptr) return problem(item.line, fmt::format("office {} stands twice", office_.code));
            out.offices.push_back(std::move(office_));
        }
        if (const auto* ways = node.find("payment")) {
            if (ways->array() == nullptr) return problem(ways->line, "payment is a list of tables: [[member.payment]]");
            for (const auto& item : *ways->array()) {
                auto way = TRY(payment(item));
                out.payment.push_back(std::move(way));
            }
        }
        return out;
    }

    // The secret is a file beside the keys: keys/MEMBER/payment.NAME.key.
    Result<web::PaymentDoor> payment(const Node& node) const {
        if (node.table() == nullptr) return problem(node.line, "a payment provider is a table: [[member.payment]]");
        web::PaymentDoor out;
        out.name = TRY(code(node, "provider"));
        if (out.name == "cash") return problem(node.line, "the provider \"cash\" would be taken for the counter: give it another name");
        out.label = TRY(name(node));
        out.start_url = TRY(word(node, "start_url", true));
        if (!out.start_url.starts_with("https://") && !out.start_url.starts_with("http://127.0.0.1")) {
            return problem(node.find("start_url")->line, "start_url must begin with https://");
        }
        out.merchant = TRY(word(node, "merchant", true));
        return out;
    }

private:
    std::string file_;
};

}  // namespace

Result<NodeFile> parse_node(std::string_view text, std::string_view file_name) {
    const Reading reading(file_name);
    const auto root = toml_text::parse(text);
    if (!root) return reading.problem(root.error().line, root.error().message);
    NodeFile out;
    out.public_url = TRY(reading.word(*root, "public_url", false));
    while (out.public_url.ends_with('/')) out.public_url.pop_back();
    out.cosigner = TRY(reading.word(*root, "cosigner", false));
    out.cosigners = TRY(reading.word(*root, "cosigners", false));
    if (const auto* oidc = root->find("oidc")) {
        auto read = identity::read_oidc(*oidc);
        if (!read.config) return reading.problem(read.problems.front().line, read.problems.front().message);
        out.oidc = std::move(read.config);
    }
    const auto* members = root->find("member");
    if (members == nullptr || members->array() == nullptr) return reading.problem(1, "no member: add [[member]]");
    for (const auto& node : *members->array()) {
        auto member = TRY(reading.member(node));
        if (std::ranges::find(out.members, member.id, &web::MemberInfo::id) != out.members.end()) {
            return reading.problem(node.line, fmt::format("member {} stands twice", member.id));
        }
        out.members.push_back(std::move(member));
    }
    if (!out.cosigner.empty() && std::ranges::find(out.members, out.cosigner, &web::MemberInfo::id) == out.members.end()) {
        return reading.problem(1, fmt::format("cosigner \"{}\" must be a member of this host", out.cosigner));
    }
    for (const auto& member : out.members) {
        const bool known = member.cosigner.empty() || std::ranges::find(out.members, member.cosigner, &web::MemberInfo::id) != out.members.end();
        if (!known || member.cosigner == member.id) {
            return reading.problem(1, fmt::format("member {}: cosigner \"{}\" must be another member of this host", member.id, member.cosigner));
        }
    }
    return out;
}

std::vector<std::string> node_findings(const std::filesystem::path& file) {
    std::vector<std::string> out;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (const auto root = toml_text::parse(text.str()); in && root) {
        const auto* oidc = root->find("oidc");
        const auto problems = oidc == nullptr ? std::vector<toml_text::Problem>() : identity::read_oidc(*oidc).problems;
        for (const auto& problem : problems) out.push_back(fmt::format("{}:{}: {}", file.string(), problem.line, problem.message));
    }
    const auto whole = read_node(file);
    const bool said = !whole && std::ranges::find(out, whole.error().detail) != out.end();
    if (!whole && !said) out.push_back(whole.error().key == "node.missing" ? file.string() + ":1: there is no such file" : whole.error().detail);
    return out;
}

Result<NodeFile> read_node(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(Code::not_found, "node.missing", file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return parse_node(text.str(), file.string());
}

}  // namespace wasl::app
