// Who may call what: rights of subsystems and groups on services and endpoints. Nothing is allowed
// until granted; there are no rules that deny.
#pragma once

#include "base/time.hpp"
#include "exchange/address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wasl::exchange {

// A pattern of paths. '*' stands for any run of characters without '/'; two or more for any run at all;
// a backslash takes its meaning from a following '*' or backslash, and is itself before anything else.
// Every other character stands for itself. Matching takes time in proportion to pattern × path.
class PathPattern {
public:
    // 1 to 1024 bytes; key "exchange.pattern-malformed".
    static Result<PathPattern> parse(std::string_view text);
    [[nodiscard]] bool matches(std::string_view path) const;  // the whole of it; letter case counts
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool is_everything() const noexcept;  // "**"
    bool operator==(const PathPattern& other) const { return text_ == other.text_; }

private:
    enum class Kind : unsigned char { literal, run, any_run };
    struct Piece {
        Kind kind;
        char character;
    };
    std::string text_;
    std::vector<Piece> pieces_;
};

// Method and path of a service's endpoint. The base endpoint, `*` and `**`, is the whole service.
struct Endpoint {
    std::string method;  // "GET", or "*"; compared without case; GET does not include HEAD
    PathPattern path;

    [[nodiscard]] bool matches(std::string_view asked_method, std::string_view decision_path) const;
    [[nodiscard]] bool is_base() const noexcept { return method == "*" && path.is_everything(); }
    bool operator==(const Endpoint&) const = default;
};
// "*" or a token of letters; keys "exchange.method-malformed", "exchange.pattern-malformed".
Result<Endpoint> make_endpoint(std::string_view method, std::string_view pattern);

// A group of the registry (owner absent) or of a provider's subsystem.
struct GroupId {
    std::optional<ClientId> owner;
    std::string code;
    bool operator==(const GroupId&) const = default;
};
using Subject = std::variant<ClientId, GroupId>;

struct AccessRight {
    std::string id;  // for the journal
    Subject subject;
    ServiceId service;
    Endpoint endpoint;
    std::string purpose;      // why the data may be asked for
    std::string legal_basis;  // the article that allows it
    Instant valid_from;
    Instant valid_to;  // exclusive

    [[nodiscard]] bool valid_at(Instant at) const noexcept { return valid_from <= at && at < valid_to; }
};

// A call as rights see it.
struct Call {
    ClientId client;
    std::vector<GroupId> groups;  // that the client is in, by the registry and by this provider
    ServiceId service;
    std::string method;
    std::string path;  // ServiceAddress::path, never the raw one
};

class AccessRights {
public:
    AccessRights() = default;
    explicit AccessRights(std::vector<AccessRight> rights);
    // The first right that allows the call. Keys: "exchange.access-expired" when only a right out of its
    // time would, "exchange.access-denied". A member without subsystem has no rights.
    [[nodiscard]] Result<const AccessRight*> allow(const Call& call, Instant now) const;
    // Rights that the client holds on any endpoint of the service (allowedMethods).
    [[nodiscard]] std::vector<const AccessRight*> held(const ClientId& client, const std::vector<GroupId>& groups,
                                                       const ServiceId& service, Instant now) const;
    [[nodiscard]] const std::vector<AccessRight>& all() const noexcept { return rights_; }

private:
    std::vector<AccessRight> rights_;  // by service
};

}  // namespace wasl::exchange
