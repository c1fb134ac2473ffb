// The registry's snapshot made quick to ask: built once a snapshot, shared by all messages under it.
#pragma once

#include "exchange/node.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>

namespace wasl::exchange {

// Keys read from the registry, kept over its versions: reading one costs as much as verifying with it. One that is asked for
// a thousand times is quickened, on a thread of its own.
class KeyCache {
public:
    KeyCache() = default;
    KeyCache(const KeyCache&) = delete;
    KeyCache& operator=(const KeyCache&) = delete;
    ~KeyCache();
    [[nodiscard]] std::optional<VerifyingKey> find(const MemberKey& key);

private:
    struct Kept {
        VerifyingKey key;
        std::size_t uses = 0;
        bool quick = false;
    };
    void quicken(const VerifyingKey& key);

    std::mutex guard_;
    std::unordered_map<std::string, Kept> by_id_;
    std::size_t quickened_ = 0;
    std::atomic<bool> busy_{false};
    std::thread quickening_;
};

class Directory {
public:
    Directory(RegistryView view, std::shared_ptr<KeyCache> keys);

    [[nodiscard]] const Snapshot& snapshot() const noexcept { return *view_.snapshot; }
    [[nodiscard]] const RegistryView& view() const noexcept { return view_; }
    [[nodiscard]] bool has_subsystem(const ClientId& id) const { return subsystems_.contains(id); }
    [[nodiscard]] const RegisteredMember* member(const ClientId& id) const;
    [[nodiscard]] const RegisteredNode* node(const NodeId& id) const;
    // Whose certificate it is, whether or not it counts still.
    [[nodiscard]] const RegisteredNode* node_with_certificate(const std::string& sha256) const;
    // Nodes that answer for the subsystem.
    [[nodiscard]] const std::vector<const RegisteredNode*>& nodes_of(const ClientId& subsystem) const;
    // The node may speak for the client: it serves the subsystem, or (of a member) one of its subsystems.
    [[nodiscard]] bool speaks_for(const RegisteredNode& node, const ClientId& client) const;
    [[nodiscard]] std::vector<GroupId> groups_of(const ClientId& client) const;
    [[nodiscard]] bool revoked(const std::string& certificate_or_key, Instant at) const;
    [[nodiscard]] bool certificate_counts(const RegisteredNode& node, const std::string& sha256, Instant at) const;
    [[nodiscard]] std::optional<VerifyingKey> key(const ClientId& member, std::string_view key_id, Instant at) const;

private:
    RegistryView view_;
    std::shared_ptr<KeyCache> keys_;
    std::set<ClientId> subsystems_;
    std::map<ClientId, const RegisteredMember*> members_;
    std::map<NodeId, const RegisteredNode*> nodes_;
    std::unordered_map<std::string, const RegisteredNode*> by_certificate_;
    std::map<ClientId, std::vector<const RegisteredNode*>> by_subsystem_;
    std::map<ClientId, std::vector<GroupId>> groups_;
    std::unordered_map<std::string, Instant> revoked_;
};

// The directory of the newest snapshot.
class Directories {
public:
    // Null when the registry is absent or too old.
    [[nodiscard]] std::shared_ptr<const Directory> of(const RegistryView& view);

private:
    std::mutex guard_;
    std::shared_ptr<const Directory> last_;
    std::shared_ptr<KeyCache> keys_ = std::make_shared<KeyCache>();
};

}  // namespace wasl::exchange
