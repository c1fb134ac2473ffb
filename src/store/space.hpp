// Room on the disk: what is measured, what is kept in reserve, who may still write.
#pragma once

#include <cstdint>
#include <filesystem>
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
