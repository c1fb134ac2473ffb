// Messages to be sent, enqueued in the transaction that causes them. Module `post` sends them later.
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::identity {

struct OutgoingMessage {
    std::string channel;   // sms, email, print
    std::string address;   // E.164, e-mail address, or a name for the printer
    std::string language;  // ar, fr, en, zgh
    std::string key;       // message key of the text, e.g. "post.code"
    std::vector<std::pair<std::string, std::string>> args;
    Instant at;
};

// Collection "outbox": key = random id; index "waiting" (state, at).
store::CollectionSpec outbox_collection();
Result<void> enqueue(store::Transaction& transaction, Entropy& entropy, const OutgoingMessage& message);

struct QueuedMessage {
    std::string id;
    std::int64_t version = 0;
    OutgoingMessage message;
    std::string state;  // waiting, sent, failed
    std::int64_t tries = 0;
};
// Oldest first; state "waiting" | "sent" | "failed".
Result<std::vector<QueuedMessage>> messages(store::Reader& reader, std::string_view state, std::size_t limit);
// Newest first, whatever became of them: the demonstration's outbox page.
Result<std::vector<QueuedMessage>> newest_messages(store::Reader& reader, std::size_t limit);
// Records what became of one; a failed one may be tried again later (`retry_at`).
Result<void> settle(store::Transaction& transaction, const QueuedMessage& message, bool sent, Instant retry_at);

}  // namespace wasl::identity
