#include "identity/outbox.hpp"

#include "base/ids.hpp"

namespace wasl::identity {

namespace {

constexpr std::string_view collection = "outbox";
constexpr std::int64_t most_tries = 8;

std::string body_of(const OutgoingMessage& message, std::string_view state, std::int64_t tries) {
    json::Object args;
    for (const auto& [name, value] : message.args) args.set(name, value);
    return json::write(json::Object{{"channel", message.channel},
                                    {"address", message.address},
                                    {"language", message.language},
                                    {"key", message.key},
                                    {"args", args},
                                    {"at", message.at.micros},
                                    {"state", state},
                                    {"tries", tries}});
}

Result<QueuedMessage> read(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    QueuedMessage queued;
    queued.id = document.key;
    queued.version = document.version;
    queued.message.channel = value["channel"].text_or("");
    queued.message.address = value["address"].text_or("");
    queued.message.language = value["language"].text_or("");
    queued.message.key = value["key"].text_or("");
    queued.message.at = {value["at"].integer_or(0)};
    queued.state = value["state"].text_or("");
    queued.tries = value["tries"].integer_or(0);
    if (const auto* args = value["args"].object()) {
        for (const auto& [name, text] : *args) queued.message.args.emplace_back(name, text.text_or(""));
    }
    return queued;
}

Result<std::vector<QueuedMessage>> read_all(const store::Page& page) {
    std::vector<QueuedMessage> out;
    for (const auto& document : page.documents) out.push_back(TRY(read(document)));
    return out;
}

}  // namespace

store::CollectionSpec outbox_collection() {
    return {.name = std::string(collection),
            .fields = {{"state", store::FieldType::text}, {"at", store::FieldType::integer}},
            .indexes = {{"waiting", {"state", "at"}, false}},
            .searchable = false};
}

Result<void> enqueue(store::Transaction& transaction, Entropy& entropy, const OutgoingMessage& message) {
    TRY(transaction.put(collection, random_id(entropy), store::Transaction::must_not_exist, body_of(message, "waiting", 0),
                        {{"state", "waiting"}, {"at", message.at.micros}}));
    return {};
}

Result<std::vector<QueuedMessage>> messages(store::Reader& reader, std::string_view state, std::size_t limit) {
    store::Query query;
    query.collection = collection;
    query.index = "waiting";
    query.equal = {store::Value(state)};
    query.limit = limit;
    return read_all(TRY(reader.find(query)));
}

Result<std::vector<QueuedMessage>> newest_messages(store::Reader& reader, std::size_t limit) {
    store::Query query;
    query.collection = collection;
    query.descending = true;
    query.limit = limit;
    return read_all(TRY(reader.find(query)));
}

Result<void> settle(store::Transaction& transaction, const QueuedMessage& message, bool sent, Instant retry_at) {
    const std::int64_t tries = message.tries + 1;
    const std::string_view state = sent ? "sent" : tries >= most_tries ? "failed" : "waiting";
    OutgoingMessage kept = message.message;
    if (state == "waiting") {
        kept.at = retry_at;
    } else {
        kept.args.clear();  // a code that was sent has nothing to do in the store any more
    }
    TRY(transaction.put(collection, message.id, message.version, body_of(kept, state, tries),
                        {{"state", state}, {"at", kept.at.micros}}));
    return {};
}

}  // namespace wasl::identity
