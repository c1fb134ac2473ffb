#include "exchange_keys.hpp"

#include "exchange_file.hpp"
#include "exchange_node.hpp"

#include "exchange/exchange_journal.hpp"
#include "trust/key_files.hpp"
#include "trust/keys.hpp"

namespace wasl::app {

namespace {

using exchange::ClientId;
using Path = std::filesystem::path;

// The key ring of a member's exchange with its message key; both are made when absent.
Result<void> ensure_message_key(trust::KeyRing& ring, Instant now) {
    if (!ring.signer(trust::KeyUse::exchange, now)) TRY(ring.rotate(trust::KeyUse::exchange, now));
    return {};
}

// With which the member signs what it hands over as a PDF: those of its dossiers. None before its first start.
Result<std::vector<exchange::MemberKey>> document_keys(const Path& folder) {
    std::vector<exchange::MemberKey> out;
    if (!trust::has_keys(folder)) return out;
    const auto known = TRY(trust::TrustStore::load(folder / "keys.json"));
    for (const auto& key : known.keys()) {
        if (key.use != trust::KeyUse::document) continue;
        const auto verifying = TRY(exchange::VerifyingKey::of(key.key));
        out.push_back({key.key.thumbprint(), key.key.spki(), verifying.algorithm(), key.valid_from, key.valid_to, exchange::MemberKeyUse::document});
    }
    return out;
}

}  // namespace

Result<MessageKey> message_key(const trust::KeyRing& ring, const ClientId& member, const exchange::Snapshot* snapshot, Instant now) {
    auto signer = TRY(ring.signer(trust::KeyUse::exchange, now));
    const auto listed = [&](const std::string& id) { return snapshot != nullptr && snapshot->key(member, id, now) != nullptr; };
    if (!listed(signer->public_key().thumbprint())) {
        const trust::TrustedKey* best = nullptr;
        const auto known = ring.public_keys();
        for (const auto& key : known.keys()) {
            const bool usable = key.use == trust::KeyUse::exchange && key.valid_at(now) && listed(key.key.thumbprint());
            if (usable && (best == nullptr || key.valid_from > best->valid_from)) best = &key;
        }
        if (best != nullptr) signer = TRY(ring.signer_of(trust::KeyUse::exchange, best->key));
    }
    auto id = signer->public_key().thumbprint();
    return MessageKey{TRY(exchange::SigningKey::of(std::move(signer))), std::move(id)};
}

bool has_exchange(const Path& data) {
    std::error_code problem;
    return std::filesystem::exists(data / exchange_file_name, problem);
}

Path exchange_store(const Path& data, std::string_view member) { return data / "exchange" / member; }
Path exchange_stamps(const Path& data, std::string_view member) { return data / "exchange" / (std::string(member) + ".stamps"); }
Path exchange_keys(const Path& data, std::string_view member) { return data / "keys" / member / "exchange"; }
Path exchange_watch(const Path& data) { return data / "exchange/peers.seen"; }
Path exchange_registry(const Path& data) { return data / "exchange/registry.jws"; }

Result<std::vector<exchange::MemberKey>> exchange_public_keys(const Path& data, std::string_view member, const ClientId& registered, Instant now) {
    auto ring = TRY(trust::KeyRing::open_or_create(exchange_keys(data, member), exchange::journal_name(registered), now));
    TRY(ensure_message_key(ring, now));
    std::vector<exchange::MemberKey> out;
    const auto known = ring.public_keys();
    for (const auto& key : known.keys()) {
        const bool message = key.use == trust::KeyUse::exchange;
        if (!message && key.use != trust::KeyUse::checkpoint) continue;
        const auto verifying = TRY(exchange::VerifyingKey::of(key.key));
        out.push_back({key.key.thumbprint(), key.key.spki(), verifying.algorithm(), key.valid_from, key.valid_to,
                       message ? exchange::MemberKeyUse::message : exchange::MemberKeyUse::checkpoint});
    }
    for (const auto& key : TRY(document_keys(data / "keys" / member))) out.push_back(key);
    return out;
}

Result<void> new_message_key(const Path& data, std::string_view member, const ClientId& registered, Instant now) {
    auto ring = TRY(trust::KeyRing::open_or_create(exchange_keys(data, member), exchange::journal_name(registered), now));
    return ring.rotate(trust::KeyUse::exchange, now);
}

}  // namespace wasl::app
