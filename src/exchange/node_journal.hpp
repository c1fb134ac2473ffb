// Writing a member's exchange journal while the node runs: rows of requests, answers and refusals, the
// index over them, the snapshots they refer to, and what has to be known when a process starts anew.
#pragma once

#include "exchange/exchange_journal.hpp"
#include "exchange/fault.hpp"
#include "exchange/node.hpp"
#include "exchange/node_wire.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

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

struct RequestRow {
    ExchangeFacts facts;
    Seal seal;
    std::string node;         // NodeId text of the other side's node; empty: not yet chosen
    std::string certificate;  // SHA-256 of the other side's, hex; empty: none yet, or the same node
    std::string right_id;     // provider side: what allowed it
};

struct ResponseRow {
    ExchangeFacts facts;
    std::optional<Seal> seal;  // none: nothing signed came
    std::string node, certificate;
    int status = 0;
    std::string fault, fault_message;  // type, when a node failed or refused
    std::array<std::int64_t, 4> times_ms{};  // request in, out, response in, out
    std::uint64_t request_row = 0;
};

struct RefusalRow {
    ExchangeFacts facts;  // as far as known: what was claimed
    std::string fault, reason, detail, incident;
    std::string method, target, node, certificate;
};

// Answers' rows wait, a moment at most, for the next request's: one sync of the disk then serves both, and a
// call that follows an answer does not wait behind that answer's sync.
class MemberJournal : public std::enable_shared_from_this<MemberJournal> {
public:
    // `wake` when rows begin to wait: flush() is to be called soon. `lost`: so many could not be kept.
    MemberJournal(ClientId member, store::Store& store, std::function<void()> wake, std::function<void(std::size_t)> lost)
        : member_(std::move(member)), store_(&store), wake_(std::move(wake)), lost_(std::move(lost)) {}
    [[nodiscard]] const ClientId& member() const noexcept { return member_; }
    [[nodiscard]] store::Store& store() const noexcept { return *store_; }

    // `done` with the row's place, on a writer's thread once it is on disk: it must not block.
    void request(RequestRow row, const RegistryView& registry, std::move_only_function<void(Result<std::uint64_t>)> done);
    void response(ResponseRow row, const RegistryView& registry);
    // Writes what waits. What can not be written now waits on, up to a number.
    void flush();
    // The same, and waits until it is on disk. Not from a writer's thread.
    Result<void> settle();
    void refusal(RefusalRow row, std::move_only_function<void(Result<void>)> done);

    // At start. `nonce(key id, nonce, until)` for each request received and not yet too old at `now`; then
    // requests without an answer among the rows of the last `longest_seconds` before the newest row are
    // recorded as of unknown outcome.
    using SeenNonce = std::function<void(std::string_view key_id, std::string_view nonce, Instant until)>;
    Result<void> recover(Instant now, std::int64_t longest_seconds, const SeenNonce& nonce);

private:
    struct Found;
    struct Waiting {
        ResponseRow row;
        RegistryView registry;
    };
    using Batch = std::shared_ptr<std::vector<Waiting>>;
    Batch take_waiting();
    void give_back(const Batch& batch, const Error& why);
    static Result<void> write(store::Transaction& to, const std::vector<Waiting>& batch, const std::atomic<std::uint64_t>& kept);
    Result<std::vector<Found>> read_back(store::Reader& reader, Instant now, std::int64_t longest_seconds, const SeenNonce& nonce) const;

    ClientId member_;
    store::Store* store_;
    std::function<void()> wake_;
    std::function<void(std::size_t)> lost_;
    std::mutex guard_;
    std::vector<Waiting> waiting_;
    std::shared_ptr<std::atomic<std::uint64_t>> kept_version_ = std::make_shared<std::atomic<std::uint64_t>>(0);
};

// Names of the collections.
inline constexpr std::string_view exchanges_collection = "exchanges";
inline constexpr std::string_view open_collection = "open";
inline constexpr std::string_view registry_collection = "registry";
std::string registry_document_key(std::uint64_t version);

// The signature base's last line: "…;keyid=\"…\"" and the like; empty when it is not there.
std::string_view signed_parameter(std::string_view base, std::string_view name);

}  // namespace wasl::exchange
