// The registry as a node knows it: the newest verified snapshot, kept on disk, asked for anew from several
// mirrors. Whoever serves it is not believed, only its signature; a mirror that lies or sleeps costs
// nothing but its turn, and traffic goes on while no mirror answers, until the snapshot is too old.
#pragma once

#include "base/clock.hpp"
#include "exchange/registry.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// Bytes under an address of a mirror; a failure is told and the next mirror asked.
using FetchSnapshot = std::function<Result<std::string>(const std::string& address)>;

struct RegistryRules {
    std::int64_t refresh_seconds = 60;
    std::int64_t warn_seconds = 24 * 3'600;        // since issued_at: an operator should look
    std::int64_t expire_seconds = 7 * 24 * 3'600;  // since issued_at: nothing is exchanged any more
    std::int64_t ahead_seconds = 300;              // how far ahead of our clock it may be signed
};

enum class RegistryState { absent, ok, warning, expired };
std::string_view to_string(RegistryState state) noexcept;

struct MirrorStatus {
    std::string address;
    Instant asked;       // the epoch: never
    Instant answered;    // the last answer that was a good snapshot, newer or not
    std::string problem; // key of the last failure; empty when it answered
    std::string detail;
};

struct RegistryStatus {
    RegistryState state = RegistryState::absent;
    std::uint64_t version = 0;
    Instant issued_at;
    std::int64_t seconds_left = 0;  // until nothing is exchanged any more; 0 when absent or expired
    std::vector<MirrorStatus> mirrors;
};

class RegistryKeeper {
public:
    struct Options {
        std::string instance;         // another instance's snapshot is refused
        RegistryKeys keys;
        std::filesystem::path file;   // DATA/exchange/registry.jws; replaced at once
        std::vector<std::string> mirrors;
        FetchSnapshot fetch;          // none: only what is offered
        const Clock* clock = nullptr; // none: the system's
        RegistryRules rules;
    };
    // Starts from the file. A file that does not verify is said in the log and not believed.
    static Result<std::unique_ptr<RegistryKeeper>> open(Options options);
    ~RegistryKeeper();  // stops

    // The newest snapshot if it is not too old. Keys "exchange.registry-missing", "exchange.registry-expired".
    [[nodiscard]] Result<std::shared_ptr<const Snapshot>> usable() const;
    // Whatever is there, null when nothing is: for pages and tests of the way.
    [[nodiscard]] std::shared_ptr<const Snapshot> newest() const;
    // The signed text as received, to be served to other nodes; null when there is none.
    [[nodiscard]] std::shared_ptr<const std::string> signed_text() const;
    [[nodiscard]] RegistryStatus status() const;
    // All three of one instant, without waiting: what is asked for every message.
    struct View {
        std::shared_ptr<const Snapshot> snapshot;
        std::shared_ptr<const std::string> signed_text;
        RegistryState state = RegistryState::absent;
    };
    [[nodiscard]] View view() const;

    // Takes a snapshot if it is newer than ours: true. False when it is the same or an older one of the same
    // line. Keys of verify_snapshot; "exchange.registry-instance"; "exchange.registry-rollback": higher
    // version signed earlier, or other rows under our version; "exchange.registry-ahead" of our clock.
    Result<bool> offer(std::string_view jws);
    // Asks every mirror once; true when something newer came. Fails as the last mirror did only when none
    // gave a good snapshot.
    Result<bool> refresh();

    // Called after each newer snapshot, from the thread that brought it. Set before start().
    void on_change(std::function<void(const Snapshot&)> changed);
    void start();  // refresh() at once and every refresh_seconds, on an own thread
    void stop();

private:
    struct Impl;
    explicit RegistryKeeper(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::exchange
