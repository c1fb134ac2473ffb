#include "web/kept.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/secrets.hpp"

namespace wasl::web {

namespace {

constexpr std::int64_t life_seconds = 3'600;
constexpr std::size_t most_bytes = 64U << 10U;
constexpr std::int64_t most_kept = 2'000;  // at once: 128 MB at the worst

std::string key_of(std::string_view token) { return sha256(token).hex(); }

// Only who holds the token can open what it keeps: the store alone, and the host's own keys, can not.
identity::SecretBox box_of(std::string_view token) {
    return identity::SecretBox::from_key(std::string(sha256("wasl kept form\n" + std::string(token)).view()));
}

}  // namespace

store::CollectionSpec kept_collection() {
    return {.name = "kept_form", .fields = {{"until", store::FieldType::integer}}, .indexes = {{"until", {"until"}, false}}};
}

Result<std::string> keep_form(store::Store& store, Entropy& entropy, std::string_view path, const http::Form& form) {
    json::Array fields;
    std::size_t bytes = 0;
    for (const auto& field : form.fields) {
        bytes += field.name.size() + field.value.size();
        if (field.name == "csrf" || bytes > most_bytes) continue;
        fields.emplace_back(json::Array{field.name, field.value});
    }
    std::string token = to_base64url(entropy.bytes(24));
    const json::Object typed{{"path", path}, {"fields", std::move(fields)}};
    const std::string closed = box_of(token).close(json::write(typed), key_of(token), entropy);
    TRY(store.run([&](store::Transaction& transaction) -> Result<void> {
        store::Query all;
        all.collection = "kept_form";
        if (TRY(transaction.count(all, most_kept)) >= most_kept) return fail(Code::too_many, "web.kept-full");
        const std::int64_t until = transaction.now().plus_seconds(life_seconds).micros;
        const json::Object body{{"closed", closed}, {"until", until}};
        TRY(transaction.put("kept_form", key_of(token), store::Transaction::must_not_exist, json::write(body), {{"until", until}}));
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
    const auto closed = value["closed"].text_or("");
    if (closed.empty()) return std::optional<Kept>();  // of an earlier version, which kept an hour's forms otherwise
    const auto opened = TRY(box_of(token).open(closed, key_of(token)));
    const auto typed = TRY(json::parse(opened));
    Kept kept;
    kept.path = typed["path"].text_or("");
    if (const auto* fields = typed["fields"].array()) {
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

Result<std::size_t> sweep_kept(store::Store& store, Instant now) {
    std::size_t swept = 0;
    TRY(store.run([&](store::Transaction& transaction) -> Result<void> {
        store::Query over;
        over.collection = "kept_form";
        over.index = "until";
        over.to = store::Value(now.micros);
        over.limit = 2'000;
        const auto page = TRY(transaction.find(over));
        for (const auto& document : page.documents) TRY(transaction.erase("kept_form", document.key));
        swept = page.documents.size();
        return {};
    }));
    return swept;
}

}  // namespace wasl::web
