#include "exchange/node_directory.hpp"

#include <algorithm>
#include <system_error>

namespace wasl::exchange {

namespace {

constexpr std::size_t keys_kept = 100'000;
constexpr std::size_t uses_of_a_quick_key = 1'000;  // what quickening costs is earned back by 600 more
constexpr std::size_t quick_keys = 64;              // 10 MB

}  // namespace

KeyCache::~KeyCache() {
    if (quickening_.joinable()) { quickening_.join(); }
}

std::optional<VerifyingKey> KeyCache::find(const MemberKey& key) {
    // The registry's reader has checked that the id is the thumbprint of the key.
    const std::lock_guard lock(guard_);
    if (const auto found = by_id_.find(key.id); found != by_id_.end() && found->second.key.algorithm() == key.algorithm) {
        Kept& kept = found->second;
        if (++kept.uses >= uses_of_a_quick_key && !kept.quick && !busy_.exchange(true)) {
            if (quickened_++ == quick_keys) {  // all others are read anew, and those that still come often are quickened again
                auto stays = by_id_.extract(found);
                by_id_.clear();
                by_id_.insert(std::move(stays));
                quickened_ = 1;
            }
            kept.quick = true;
            quicken(kept.key);
        }
        return kept.key;
    }
    auto read = VerifyingKey::from_spki(key.spki, key.algorithm);
    if (!read) { return std::nullopt; }
    if (by_id_.size() >= keys_kept) { by_id_.clear(); }
    by_id_.insert_or_assign(key.id, Kept{*read});
    return *read;
}

// Under the guard, and one at a time: a key whose turn comes meanwhile has its turn again with its next message.
void KeyCache::quicken(const VerifyingKey& key) {
    if (quickening_.joinable()) { quickening_.join(); }  // it has done its work
    try {
        quickening_ = std::thread([this, key] {
            key.quicken();
            busy_ = false;
        });
    } catch (const std::system_error&) {
        busy_ = false;  // no thread to be had: it goes on without
    }
}

Directory::Directory(RegistryView view, std::shared_ptr<KeyCache> keys) : view_(std::move(view)), keys_(std::move(keys)) {
    const Snapshot& all = *view_.snapshot;
    for (const RegisteredMember& one : all.members) {
        members_.emplace(one.id, &one);
        for (const RegisteredSubsystem& subsystem : one.subsystems) {
            ClientId id = one.id;
            id.subsystem_code = subsystem.code;
            subsystems_.insert(std::move(id));
        }
    }
    for (const RegisteredNode& one : all.nodes) {
        nodes_.emplace(one.id, &one);
        for (const NodeCertificate& certificate : one.certificates) { by_certificate_.emplace(certificate.sha256, &one); }
        for (const ClientId& subsystem : one.subsystems) { by_subsystem_[subsystem].push_back(&one); }
    }
    for (const RegisteredGroup& group : all.groups) {
        for (const ClientId& one : group.members) { groups_[one].push_back({std::nullopt, group.code}); }
    }
    for (const Revocation& one : all.revocations) {
        const auto [entry, fresh] = revoked_.emplace(one.of, one.at);
        if (!fresh) { entry->second = std::min(entry->second, one.at); }
    }
}

const RegisteredMember* Directory::member(const ClientId& id) const {
    const auto found = members_.find(id.member());
    return found == members_.end() ? nullptr : found->second;
}

const RegisteredNode* Directory::node(const NodeId& id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : found->second;
}

const RegisteredNode* Directory::node_with_certificate(const std::string& sha256) const {
    const auto found = by_certificate_.find(sha256);
    return found == by_certificate_.end() ? nullptr : found->second;
}

const std::vector<const RegisteredNode*>& Directory::nodes_of(const ClientId& subsystem) const {
    static const std::vector<const RegisteredNode*> none;
    const auto found = by_subsystem_.find(subsystem);
    return found == by_subsystem_.end() ? none : found->second;
}

bool Directory::speaks_for(const RegisteredNode& node, const ClientId& client) const {
    if (client.subsystem_code.empty()) {
        return std::ranges::any_of(node.subsystems, [&client](const ClientId& one) { return one.member() == client; });
    }
    const auto& serving = nodes_of(client);
    return std::ranges::find(serving, &node) != serving.end();
}

std::vector<GroupId> Directory::groups_of(const ClientId& client) const {
    std::vector<GroupId> out;
    for (const ClientId& one : {client, client.member()}) {
        if (const auto found = groups_.find(one); found != groups_.end()) { out.insert(out.end(), found->second.begin(), found->second.end()); }
        if (client.subsystem_code.empty()) { break; }
    }
    return out;
}

bool Directory::revoked(const std::string& certificate_or_key, Instant at) const {
    const auto found = revoked_.find(certificate_or_key);
    return found != revoked_.end() && found->second <= at;
}

bool Directory::certificate_counts(const RegisteredNode& node, const std::string& sha256, Instant at) const {
    const auto found = std::ranges::find(node.certificates, sha256, &NodeCertificate::sha256);
    return found != node.certificates.end() && found->valid_from <= at && at < found->valid_to && !revoked(sha256, at);
}

std::optional<VerifyingKey> Directory::key(const ClientId& id, std::string_view key_id, Instant at) const {
    const RegisteredMember* owner = member(id);
    if (owner == nullptr) { return std::nullopt; }
    const auto found = std::ranges::find(owner->keys, key_id, &MemberKey::id);
    const bool counts = found != owner->keys.end() && found->use == MemberKeyUse::message && found->valid_at(at) && !revoked(found->id, at);
    return counts ? keys_->find(*found) : std::nullopt;
}

std::shared_ptr<const Directory> Directories::of(const RegistryView& view) {
    if (!view.snapshot || view.state == RegistryState::absent || view.state == RegistryState::expired) { return nullptr; }
    const std::lock_guard lock(guard_);
    if (!last_ || last_->view().snapshot != view.snapshot || last_->view().signed_text != view.signed_text) {
        last_ = std::make_shared<const Directory>(view, keys_);
    }
    return last_;
}

}  // namespace wasl::exchange
