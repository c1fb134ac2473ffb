// The exchange journal of one member: a store of its own (DATA/exchange/MEMBER), sealed by
// trust::JournalSealer with keys of its own, so that its heads are not those of the dossiers' journal.
//
// A row says in JSON what was signed and by whom, never a body (kept_bodies.hpp): the signature base (which holds the
// digests of head and body), the signature, the certificate of the other node, the version of the
// registry that vouched for the keys, the outcome. Chains are one day's exchanges with one subsystem
// ("2026-11-22 MA/GOV/2002/portal"), so that a day can leave the store whole.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "exchange/address.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/keys.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// Kinds of rows.
inline constexpr std::string_view request_kind = "exchange.request";
inline constexpr std::string_view response_kind = "exchange.response";
inline constexpr std::string_view refusal_kind = "exchange.refused";
inline constexpr std::string_view unknown_kind = "exchange.unknown";

// Collections: exchanges (index of answered ones), open (those of unknown outcome), registry
// (snapshots that rows refer to), segments (where older rows stand), and those of the sealer.
store::Schema exchange_schema();

// Name of the member in its journal's checkpoints: "exchange/MA/GOV/1001".
std::string journal_name(const ClientId& member);

// Keys, sealer and store of one member, opened together. The ring's `checkpoint` key signs the heads;
// the registry lists it with use checkpoint.
class JournalHome {
public:
    struct Options {
        ClientId member;
        std::filesystem::path folder;  // of the store
        std::filesystem::path keys;    // of the ring
        const Clock* clock = nullptr;  // none: the system's
        store::Writers* writers = nullptr;
        store::Reserve* reserve = nullptr;
        std::int64_t reserve_bytes = 64LL << 20U;
        std::int64_t full_below_bytes = 32LL << 20U;
        const store::Space* disk = nullptr;
    };
    static Result<std::unique_ptr<JournalHome>> open(Options options);
    [[nodiscard]] store::Store& store() noexcept { return *store_; }
    [[nodiscard]] trust::KeyRing& keys() noexcept { return keys_; }

private:
    JournalHome(trust::KeyRing keys) : keys_(std::move(keys)), sealer_(keys_) {}
    trust::KeyRing keys_;
    trust::JournalSealer sealer_;
    std::unique_ptr<store::Store> store_;
};

enum class JournalSide { client, provider };
std::string_view to_string(JournalSide side) noexcept;
// As rows and file names say it; whatever is not "client" is the provider's.
JournalSide journal_side_from(std::string_view text) noexcept;

// What stands in an index document: enough to find and list exchanges, without their rows.
struct FoundExchange {
    std::string request_id;
    std::string message_id;
    JournalSide side = JournalSide::client;
    ClientId client;
    ServiceId service;
    Instant at;                       // of the request
    int status = 0;                   // 0: outcome unknown, or refused before any answer
    std::string fault;                // type; empty: answered
    std::optional<std::uint64_t> request_row, response_row;  // seq in the journal
    // The request left, and nothing that counts came back, or the service was called and gave no answer: whether it was done
    // is not known here. A fault may say why.
    [[nodiscard]] bool outcome_unknown() const noexcept { return status == 0 && request_row.has_value(); }
};

struct ExchangeQuery {
    std::string message_id = {};               // exact; else by time
    std::optional<ClientId> partner = {};      // the other side's subsystem
    std::optional<Instant> from = {}, to = {}; // to: exclusive
    std::size_t limit = 50;
    std::string after = {};
};
struct ExchangePage {
    std::vector<FoundExchange> exchanges;  // newest first
    std::string next;
};
Result<ExchangePage> find_exchanges(store::Reader& reader, const ExchangeQuery& query);
Result<std::optional<FoundExchange>> find_exchange(store::Reader& reader, std::string_view request_id);

// Requests whose answer was lost, with an earlier process or on the way, or that their service did not answer: oldest first.
Result<std::vector<FoundExchange>> unknown_outcomes(store::Reader& reader, std::size_t limit);

}  // namespace wasl::exchange
