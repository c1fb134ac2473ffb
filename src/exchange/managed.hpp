// What the operators of a host set while it runs: subsystems, services, rights and agreements of one member, beside
// those of its configuration file. Rows stand in the member's exchange journal store, and each change is an entry of that
// journal (chain "DAY management"): who, with which role, when, what before and after. The audit rebuilds the rows from
// the entries.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "exchange/access.hpp"
#include "exchange/address.hpp"
#include "exchange/node.hpp"
#include "store/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

enum class ManagedKind { subsystem, service, right, agreement };
std::string_view to_string(ManagedKind kind) noexcept;
std::optional<ManagedKind> parse_managed_kind(std::string_view text) noexcept;

// The rows, and which entries of the journal are changes; add them to its schema.
std::vector<store::CollectionSpec> managed_collections();
inline constexpr std::string_view managed_change_kind = "exchange.managed";

struct ManagedRow {
    ManagedKind kind = ManagedKind::right;
    std::string id;
    std::int64_t version = 0;
    json::Value body;
};
Result<std::vector<ManagedRow>> managed_rows(store::Reader& reader);
Result<std::optional<ManagedRow>> managed_row(store::Reader& reader, ManagedKind kind, std::string_view id);

struct ManagedBy {
    std::string operator_name, role;
};
// Sets the row, or takes it away when `body` is null. `expected`: the version that was seen, 0 for a new one, none: any.
// Keys "store.version", "exchange.managed-missing".
Result<void> change_managed(store::Transaction& to, ManagedKind kind, std::string_view id, std::optional<std::int64_t> expected, const json::Value& body,
                            const ManagedBy& by);

struct ManagedChange {
    std::uint64_t entry = 0;
    Instant at;
    ManagedBy by;
    ManagedKind kind = ManagedKind::right;
    std::string id;
    json::Value before, after;  // null: none
};
// Newest first.
Result<std::vector<ManagedChange>> managed_changes(store::Reader& reader, std::size_t limit);

// Rebuilds the rows from the entries of the journal: give it each row of the journal in order, then finish. Keys
// (internal) "exchange.managed-differs", detail: which.
class ManagedRecheck {
public:
    Result<void> visit(const store::JournalRow& row);
    Result<void> finish(store::Reader& reader) const;

private:
    std::map<std::string, std::string> rows_;  // key of the document to its body
    std::vector<std::uint64_t> entries_;       // that are changes
    bool erased_ = false;                      // some row, of whatever kind
    bool gone_ = false;                        // an entry whose content was erased: older rows are taken as they are
};

// Bodies as values. Key "exchange.managed-malformed" with what is wrong.
//   subsystem: {"id","clients":"certificate"|"tls"|"plain","certificates":[hex…]}
//   service:   {"id","url","timeout_seconds","verify_tls","disabled","endpoints":[{"method","path"}…]}
//   right:     {"id","subject"|"group"|"local_group","service","method","path","purpose","legal_basis","valid_from","valid_until"}
struct ManagedSubsystem {
    ClientId id;
    ClientAuthentication proof;
};
Result<ManagedSubsystem> subsystem_of(const json::Value& body);
struct ManagedService {
    ServiceId id;
    std::string url;
    std::int64_t timeout_seconds = 60;
    bool verify_tls = true;
    std::string notice;
    std::vector<Endpoint> endpoints;
};
Result<ManagedService> service_of(const json::Value& body);
Result<AccessRight> right_of(const json::Value& body, const Zone& zone);

}  // namespace wasl::exchange
