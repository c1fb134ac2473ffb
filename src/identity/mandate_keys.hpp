// Public keys of programs that file for a company: each belongs to one mandate, and is worth what the mandate is worth.
// The same key may be registered for several mandates of its holder. Calls that write wait for the disk.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/mandates.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct MandateKey {
    std::string kid;      // RFC 7638 thumbprint
    std::string mandate;  // id
    std::string ice;      // of the mandate's company
    std::string person;   // who holds the mandate, and answers for the key
    std::string name;     // as the holder calls it: "cabinet server"
    std::string jwks;     // the public key as a JWK Set
    Instant added;
    std::optional<Instant> revoked;
    bool operator==(const MandateKey&) const = default;
};

class MandateKeys {
public:
    explicit MandateKeys(store::Store& store) : store_(&store) {}

    // `pem` is a SubjectPublicKeyInfo, P-256 or Ed25519 (`openssl pkey -pubout`). Journaled in the chains of the person and
    // of the company. Keys: identity.key-malformed, identity.key-name, identity.key-known (it stands already for that
    // mandate), identity.key-limit (five standing keys a mandate).
    Result<MandateKey> add(const Mandate& mandate, std::string_view pem, std::string_view name);
    // At once: nothing that this key signed counts from now on. "identity.no-key".
    Result<void> revoke(const std::string& kid, const std::string& mandate, const std::string& by);
    // The standing key of that name for that company; "identity.no-key".
    [[nodiscard]] Result<MandateKey> find(std::string_view kid, std::string_view ice) const;
    [[nodiscard]] Result<std::vector<MandateKey>> of_mandate(std::string_view mandate) const;  // oldest first

private:
    [[nodiscard]] Result<std::vector<MandateKey>> by(const char* index, std::string_view value) const;
    store::Store* store_;
};

}  // namespace wasl::identity
