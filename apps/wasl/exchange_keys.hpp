// Message keys of a member: which of them signs now.
#pragma once

#include "exchange/registry.hpp"
#include "exchange/signature_keys.hpp"
#include "trust/keys.hpp"

#include <string>

namespace wasl::app {

struct MessageKey {
    exchange::SigningKey key;
    std::string id;
};

// The newest message key that the registry lists: a fresh one is used only once others can know it. With none
// listed, the newest.
Result<MessageKey> message_key(const trust::KeyRing& ring, const exchange::ClientId& member, const exchange::Snapshot* snapshot, Instant now);

}  // namespace wasl::app
