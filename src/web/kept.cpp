#include "web/kept.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace wasl::web {

namespace {

constexpr std::int64_t life_seconds = 3'600;
constexpr std::size_t most_bytes = 128U << 10U;

std::string key_of(std::string_view token) { return sha256(token).hex(); }

}  // namespace

store::CollectionSpec kept_collection() { return {.name = "kept_form"}; }

Result<std::string> keep_form(store::Store& store, Entropy& entropy, std::string_view path, const http::Form& form) {
    json::Array fields;
    std::size_t bytes = 0;
    for (const auto& field : form.fields) {
        bytes += field.name.size() + field.value.size();
        if (field.name == "csrf" || bytes > most_bytes) continue;
        fields.emplace_back(json::Array{field.name, field.value});
    }
    const std::string token = to_base64url(entropy.bytes(24));
    TRY(store.run([&](store::Transaction& transaction) -> Result<void> {
        const json::Object body{{"path", path}, {"fields", fields}, {"until", transaction.now().plus_seconds(life_seconds).micros}};
        TRY(transaction.put("kept_form", key_of(token), store::Transaction::must_not_exist, json::write(body)));
        return {};
    }));
    return token;
}

Result<std::optional<Kept>> find_kept(store::Store& store, std::string_view token, Instant now) {
    const auto reader = TRY(store.read());
    const auto found = TRY(reader->get("kept_form", key_of(token)));
    if (!found) return std::optional<Kept>();
    const auto value = TRY(json::parse(found->body));
    if (now.micros >= value["until"].integer_or(0)) return std::optional<Kept>();
    Kept kept;
    kept.path = value["path"].text_or("");
    if (const auto* fields = value["fields"].array()) {
        for (const auto& pair : *fields) {
            const auto* both = pair.array();
            if (both != nullptr && both->size() == 2) {
                kept.form.fields.push_back({std::string((*both)[0].text_or("")), std::string((*both)[1].text_or(""))});
            }
        }
    }
    return std::optional(std::move(kept));
}

Result<void> drop_kept(store::Store& store, std::string_view token) {
    return store.run([&](store::Transaction& transaction) { return transaction.erase("kept_form", key_of(token)); });
}

}  // namespace wasl::web
