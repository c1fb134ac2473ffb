// Who signs the registry: rows kept by people, a version that grows with each change of them, a fresh
// signature as often as wanted. For the sandbox, and for a country small enough to need no more.
#pragma once

#include "exchange/registry.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace wasl::trust {
class Signer;
}

namespace wasl::exchange {

// The snapshot to sign now: `rows` with the version and instant that follow from what was signed before
// (null: nothing; the version begins at 1). Unchanged rows keep their version. Keys
// "exchange.registry-instance" (another instance than before), "exchange.registry-rollback" (`now` is not
// after the last signature: it would never be taken).
Result<Snapshot> next_snapshot(Snapshot rows, const Snapshot* before, Instant now);

// Thread-safe.
class RegistryAuthority {
public:
    // `key` is P-256. `rows` as of read_snapshot; their version and instant do not count.
    static Result<std::unique_ptr<RegistryAuthority>> create(Snapshot rows, std::shared_ptr<const trust::Signer> key, Instant now);

    // Changes the rows; what contradicts itself is refused and changes nothing.
    Result<void> change(const std::function<void(Snapshot&)>& edit, Instant now);
    // Signs the same rows again.
    Result<void> sign_again(Instant now);
    // The newest signed text.
    [[nodiscard]] std::shared_ptr<const std::string> text() const;
    [[nodiscard]] Snapshot snapshot() const;

private:
    RegistryAuthority(SigningKey key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {}
    Result<void> sign(Snapshot rows, const Snapshot* before, Instant now);  // under guard_

    mutable std::mutex guard_;
    SigningKey key_;
    std::string key_id_;
    Snapshot signed_;
    std::shared_ptr<const std::string> text_;
};

}  // namespace wasl::exchange
