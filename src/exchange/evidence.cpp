#include "exchange/evidence.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/evidence_bundle.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/journal_rows.hpp"
#include "trust/checkpoint.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/segment_keeper.hpp"

#include <algorithm>
#include <map>

namespace wasl::exchange {

namespace {

constexpr std::string_view format = "exchange-evidence-1";
constexpr json::Limits limits{.bytes = 64U << 20U, .depth = 5};

std::unexpected<Error> malformed(std::string why) { return fail(Code::invalid, "exchange.evidence-malformed", std::move(why)); }
std::unexpected<Error> missing(std::string why) { return fail(Code::not_found, "exchange.evidence-missing", std::move(why)); }

json::Value entry_json(const EvidenceEntry& entry) {
    json::Array path;
    for (const Digest& hash : entry.path) { path.emplace_back(to_base64(hash.view())); }
    return json::Object{{"content", entry.content}, {"salt", to_base64(entry.salt)}, {"leaf", to_base64(entry.leaf)},
                        {"index", entry.index},     {"path", std::move(path)},       {"checkpoint", entry.checkpoint}};
}

Result<std::string> bytes_in(const json::Value& value, const char* name) {
    const auto* text = value[name].string();
    auto bytes = text == nullptr ? Result<std::string>(malformed(name)) : from_base64(*text);
    return bytes ? std::move(bytes) : malformed(std::string(name) + ": base64 is needed");
}

Result<EvidenceEntry> parse_entry(const json::Value& value) {
    const auto index = value["index"].integer();
    const auto* path = value["path"].array();
    if (value["content"].string() == nullptr || value["checkpoint"].string() == nullptr || path == nullptr || !index || *index < 0) { return malformed("entry"); }
    EvidenceEntry out{*value["content"].string(), TRY(bytes_in(value, "salt")), TRY(bytes_in(value, "leaf")), static_cast<std::uint64_t>(*index), {}, *value["checkpoint"].string()};
    for (const json::Value& hash : *path) {
        const auto bytes = from_base64(hash.text_or("?"));
        if (!bytes || bytes->size() != 32) { return malformed("path"); }
        out.path.push_back(digest_from_bytes(*bytes));
    }
    return out;
}

// The note with the member's own signature alone: witnesses come and go.
Result<std::string> own_checkpoint(std::string_view note_bytes) {
    trust::Note note = TRY(trust::parse_note(note_bytes));
    const auto checkpoint = TRY(trust::parse_checkpoint(note.text));
    std::erase_if(note.signatures, [&checkpoint](const trust::NoteSignature& one) { return one.name != checkpoint.origin; });
    return trust::write_note(note);
}

Result<EvidenceEntry> export_entry(store::Reader& reader, std::uint64_t seq) {
    trust::JournalHistory history(reader);
    const auto rows = TRY(history.rows(seq, 1));
    if (rows.empty() || rows[0].seq != seq || rows[0].erased) { return missing("the entry is erased"); }
    const auto covering = TRY(history.checkpoint_covering(seq + 1));
    if (!covering) { return missing("no checkpoint covers the entry"); }
    const auto proof = TRY(trust::prove_entry(reader, seq, covering->tree_size));
    return EvidenceEntry{rows[0].content, rows[0].salt, proof.leaf, seq, proof.path, TRY(own_checkpoint(proof.checkpoint))};
}

Result<FoundExchange> find(store::Reader& reader, std::string_view id) {
    if (const auto found = TRY(find_exchange(reader, id))) { return *found; }
    const auto page = TRY(find_exchanges(reader, {.message_id = std::string(id), .limit = 20}));
    const auto with_rows = std::ranges::find_if(page.exchanges, [](const FoundExchange& one) { return one.request_row.has_value(); });
    if (with_rows == page.exchanges.end()) { return missing(std::string(id)); }
    return *with_rows;
}

}  // namespace

std::string write_evidence(const EvidenceBundle& bundle) {
    json::Object out{{"wasl", format}, {"member", bundle.member}, {"request", entry_json(bundle.request)}};
    if (bundle.response) { out.set("response", entry_json(*bundle.response)); }
    json::Array registry;
    for (const std::string& snapshot : bundle.registry) { registry.emplace_back(snapshot); }
    out.set("registry", std::move(registry));
    return json::write(out);
}

Result<EvidenceBundle> parse_evidence(std::string_view text) {
    const auto value = json::parse(text, limits);
    if (!value) { return malformed(value.error().detail); }
    if ((*value)["wasl"].text_or("") != format || (*value)["member"].string() == nullptr || (*value)["registry"].array() == nullptr) { return malformed("no bundle of this kind"); }
    EvidenceBundle out{*(*value)["member"].string(), TRY(parse_entry((*value)["request"])), std::nullopt, {}};
    if (const auto& response = (*value)["response"]; !response.is_null()) { out.response = TRY(parse_entry(response)); }
    for (const json::Value& snapshot : *(*value)["registry"].array()) {
        if (snapshot.string() == nullptr) { return malformed("registry"); }
        out.registry.push_back(*snapshot.string());
    }
    // One bundle, one text: nothing can stand in it that nobody looks at.
    if (write_evidence(out) != text) { return malformed("another spelling"); }
    return out;
}

bool is_exchange_evidence(std::string_view bytes) noexcept { return bytes.starts_with("{\"wasl\":\"exchange-evidence-"); }

Result<std::string> export_evidence(store::Reader& reader, const ClientId& member, std::string_view id) {
    const FoundExchange found = TRY(find(reader, id));
    if (!found.request_row) { return missing(std::string(id) + " was refused before anything was sent"); }
    EvidenceBundle out;
    out.member = member.member().text();
    out.request = TRY(export_entry(reader, *found.request_row));
    if (found.response_row) { out.response = TRY(export_entry(reader, *found.response_row)); }
    std::map<std::int64_t, std::string> copies;  // by version
    for (const EvidenceEntry* entry : {&out.request, out.response ? &*out.response : nullptr}) {
        if (entry == nullptr) { continue; }
        const auto content = TRY(json::parse(entry->content));
        const auto key = registry_document_key(content);
        if (key && copies.emplace(content["registry"].integer_or(0), *key).first->second != *key) { return missing("one registry of version " + *key); }
    }
    for (const auto& [version, key] : copies) {
        auto kept = TRY(reader.get(registry_collection, key));
        if (!kept) { return missing("the registry's version " + key); }
        out.registry.push_back(std::move(kept->body));
    }
    return write_evidence(out);
}

}  // namespace wasl::exchange
