#include "exchange/access.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>

namespace wasl::exchange {

namespace {

constexpr std::size_t pattern_limit = 1024;
constexpr std::size_t method_limit = 32;

bool is_subject(const Subject& subject, const ClientId& client, const std::vector<GroupId>& groups, const ServiceId& service) {
    if (client.subsystem_code.empty()) { return false; }
    if (const auto* named = std::get_if<ClientId>(&subject)) { return *named == client; }
    const GroupId& group = std::get<GroupId>(subject);
    // A local group of another provider says nothing here.
    const bool ours = !group.owner || *group.owner == service.provider;
    return ours && std::ranges::find(groups, group) != groups.end();
}

}  // namespace

Result<PathPattern> PathPattern::parse(std::string_view text) {
    if (text.empty() || text.size() > pattern_limit || !is_utf8(text)) {
        return fail(Code::invalid, "exchange.pattern-malformed", "1 to 1024 bytes of UTF-8");
    }
    PathPattern out;
    out.text_ = text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '*') {
            const std::size_t end = std::min(text.find_first_not_of('*', i), text.size());
            out.pieces_.push_back({end - i == 1 ? Kind::run : Kind::any_run, 0});
            i = end - 1;
        } else {
            const bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '\\');
            i += escape ? 1 : 0;
            out.pieces_.push_back({Kind::literal, text[i]});
        }
    }
    return out;
}

bool PathPattern::is_everything() const noexcept { return pieces_.size() == 1 && pieces_[0].kind == Kind::any_run; }

// All places of the pattern at once: after each character the set of places reached. No choice is taken
// back, so no path takes long.
bool PathPattern::matches(std::string_view path) const {
    const std::size_t size = pieces_.size();
    std::vector<char> here(size + 1, 0);
    std::vector<char> next(size + 1, 0);
    const auto pass_runs = [&](std::vector<char>& places) {  // a run may be empty
        for (std::size_t i = 0; i < size; ++i) {
            if (places[i] != 0 && pieces_[i].kind != Kind::literal) { places[i + 1] = 1; }
        }
    };
    here[0] = 1;
    pass_runs(here);
    for (const char c : path) {
        std::ranges::fill(next, char{0});
        for (std::size_t i = 0; i < size; ++i) {
            if (here[i] == 0) { continue; }
            const Piece& piece = pieces_[i];
            if (piece.kind == Kind::literal) {
                next[i + 1] |= static_cast<char>(piece.character == c);
            } else if (piece.kind == Kind::any_run || c != '/') {
                next[i] = 1;
            }
        }
        pass_runs(next);
        here.swap(next);
    }
    return here[size] != 0;
}

bool Endpoint::matches(std::string_view asked_method, std::string_view decision_path) const {
    return (method == "*" || equals_ignoring_ascii_case(method, asked_method)) && path.matches(decision_path);
}

Result<Endpoint> make_endpoint(std::string_view method, std::string_view pattern) {
    const bool letters = !method.empty() && method.size() <= method_limit && std::ranges::all_of(method, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    if (method != "*" && !letters) { return fail(Code::invalid, "exchange.method-malformed", std::string(method.substr(0, method_limit))); }
    return Endpoint{to_upper_ascii(method), TRY(PathPattern::parse(pattern))};
}

AccessRights::AccessRights(std::vector<AccessRight> rights) : rights_(std::move(rights)) {
    std::ranges::sort(rights_, [](const AccessRight& a, const AccessRight& b) {
        return std::tie(a.service, a.id) < std::tie(b.service, b.id);  // the same right is named on every node
    });
}

Result<const AccessRight*> AccessRights::allow(const Call& call, Instant now) const {
    bool out_of_time = false;
    for (const AccessRight& right : std::ranges::equal_range(rights_, call.service, {}, &AccessRight::service)) {
        if (!is_subject(right.subject, call.client, call.groups, call.service)) { continue; }
        if (!right.endpoint.matches(call.method, call.path)) { continue; }
        if (right.valid_at(now)) { return &right; }
        out_of_time = true;
    }
    return fail(Code::forbidden, out_of_time ? "exchange.access-expired" : "exchange.access-denied",
                call.client.text() + " on " + call.service.text());
}

std::vector<const AccessRight*> AccessRights::held(const ClientId& client, const std::vector<GroupId>& groups,
                                                   const ServiceId& service, Instant now) const {
    std::vector<const AccessRight*> out;
    for (const AccessRight& right : std::ranges::equal_range(rights_, service, {}, &AccessRight::service)) {
        if (right.valid_at(now) && is_subject(right.subject, client, groups, service)) { out.push_back(&right); }
    }
    return out;
}

}  // namespace wasl::exchange
