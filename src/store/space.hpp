// Room on the disk: what is measured, what is kept in reserve, who may still write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>

namespace wasl::store {

// Port: free bytes of the file system under a folder; nothing when it cannot be told.
class Space {
public:
    virtual ~Space() = default;
    [[nodiscard]] virtual std::optional<std::int64_t> free_bytes(const std::filesystem::path& folder) const = 0;
};

class SystemSpace final : public Space {  // statvfs, what an ordinary user may still write
public:
    [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::filesystem::path& folder) const override;
};

// A file that holds room for those who must still write when the disk is full. One for all stores
// of a disk, or one a store. Thread-safe.
class Reserve {
public:
    Reserve(const std::filesystem::path& folder, std::int64_t bytes);  // finds the file of an earlier run
    [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool held() const;
    void take();     // sets the room aside, if there is that much
    void release();  // gives it to whoever writes next

private:
    std::filesystem::path file_;
    std::int64_t bytes_;
    mutable std::mutex mutex_;
    bool held_ = false;
};

// ordinary work goes on while `open`; when `full`, ordinary commands are refused with
// "store.disk-full", while agents' looks and due events use the reserve; when `exhausted`, all
// are refused. Room that comes back reopens the store by itself and refills the reserve.
enum class SpaceState { open, full, exhausted };

struct SpaceReport {
    SpaceState state = SpaceState::open;
    std::int64_t free_bytes = -1;     // -1 unknown
    bool low = false;                 // below the warning level: tell the operator now
    bool reserve_held = false;        // the reserve file is set aside, unused
    std::int64_t reserve_bytes = 0;
};

}  // namespace wasl::store
