// What a member's exchange journal says, row by row, and what its index says of them; exchange_journal.hpp has the
// store they stand in, node_journal.hpp writes them while the node runs.
#pragma once

#include "base/json.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/node_wire.hpp"
#include "store/notes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::exchange {

// What both rows of an exchange tell.
struct ExchangeFacts {
    JournalSide side = JournalSide::client;
    std::string request_id, message_id;
    ClientId client;
    ServiceId service;
    Instant at;  // of the request
    [[nodiscard]] ClientId partner() const { return side == JournalSide::client ? service.provider : client; }
};
// From a request's row, a refusal's, or a document of the index. Fails where an identifier in it can not be read.
Result<ExchangeFacts> facts_of(const json::Value& content);

// In place of a status.
inline constexpr int outcome_unknown = 0;

// Where a row stands once its group is written.
using RowPlace = std::shared_ptr<const store::NotedRow>;

// These two are written down at once: what they show need not outlive the call.
struct RequestRow {
    const ExchangeFacts& facts;
    const Seal& seal;
    std::string_view node;         // NodeId text of the other side's node; empty: not yet chosen
    std::string_view certificate;  // SHA-256 of the other side's, hex; empty: none yet, or the same node
    std::string_view right_id;     // provider side: what allowed it
};

struct ResponseRow {
    const ExchangeFacts& facts;
    const Seal* seal = nullptr;  // null: nothing signed came
    std::string_view node, certificate;
    int status = outcome_unknown;      // as signed; unknown: nothing that counts came back after the request had left
    std::string fault, fault_message;  // type, when a node failed or refused
    std::array<std::int64_t, 4> times_ms{};  // request in, out, response in, out
    RowPlace request_row;
    bool perhaps_done = false;  // the service may have been called, and nobody here knows what it did
    // What the index says of it.
    [[nodiscard]] int known_status() const noexcept { return perhaps_done ? outcome_unknown : status; }
};
// The same, of a response's row.
int known_status(const json::Value& content);

struct RefusalRow {
    ExchangeFacts facts;  // as far as known: what was claimed
    std::string fault, reason, detail, incident;
    std::string method, target, node, certificate;
};

// The rows' contents. `version`: of the registry that vouched for the keys.
std::string content_of(const RequestRow& row, std::uint64_t version);
std::string content_of(const ResponseRow& row, std::uint64_t version);
std::string content_of(const RefusalRow& row);
std::string content_of_unknown(const ExchangeFacts& facts);

// The signature base (RFC 9421 section 2.5) of a row; empty when the row has none, or none that can be read. A row holds
// "signed": the values of the base's lines in their order, that of "@signature-params" last, whose list names all the
// others; so the names, a sixth of the text, stand once. Where a base is not of that form the row holds it whole, as "base", as all
// rows of the first journals do.
std::string signed_base(const json::Value& content);
// Whether it says that something was signed.
bool has_seal(const json::Value& content);
// Of a signature base's last line, "…;keyid=\"…\"" and the like; empty when it is not there.
std::string_view signed_parameter(std::string_view base, std::string_view name);

// The other side's subsystem; empty: not known.
std::string partner_of(const ExchangeFacts& facts);

// What stands in the index for an exchange, by the row of its request, or for a refusal, by its own.
struct IndexEntry {
    std::string id, message, partner;  // and `at`: the fields
    std::int64_t at = 0;
    std::string begun;  // JSON of the document, not yet closed
    [[nodiscard]] std::string body(std::optional<std::uint64_t> request_row, std::optional<std::uint64_t> response_row, int status, std::string_view fault) const;
};
IndexEntry index_entry(const ExchangeFacts& facts);

// Names of the collections.
inline constexpr std::string_view exchanges_collection = "exchanges";
inline constexpr std::string_view open_collection = "open";
inline constexpr std::string_view registry_collection = "registry";
// `mark` (SnapshotLabel): where another authority's snapshot stands under that number already; else empty.
std::string registry_document_key(std::uint64_t version, std::string_view mark = {});
// The key of the copy that a row was signed under, as the row says; nothing: it says none.
std::optional<std::string> registry_document_key(const json::Value& content);
// The row's content, saying of which copy it is.
std::string with_registry_mark(std::string content, std::string_view mark);

}  // namespace wasl::exchange
