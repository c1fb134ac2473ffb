// Who may still write when room runs out, and the reserve that is set aside for them.
#pragma once

#include "base/result.hpp"
#include "store/space.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <mutex>
#include <optional>

namespace wasl::store::impl {

struct SpaceLimits {
    std::int64_t full_below = 0;
    std::int64_t low_below = 0;
};

class SpaceGuard {
public:
    SpaceGuard(const Space& disk, Reserve& reserve, std::filesystem::path folder, SpaceLimits limits);

    // Looks at the disk again. `quota_left` is room under the database's own limit, if any
    // (which grows by the reserve once that is released). `now` is monotonic, in microseconds.
    void look(std::optional<std::int64_t> quota_left, std::int64_t now);
    // Whether a command may run; lets the reserve go for those who may use it.
    [[nodiscard]] std::optional<Error> refusal(Priority priority);
    // A write failed for want of room.
    void write_failed(std::int64_t now);

    // What the database may grow by beyond its quota now.
    [[nodiscard]] std::int64_t released_bytes() const { return reserve_.held() ? 0 : reserve_.bytes(); }
    [[nodiscard]] SpaceReport report() const;     // any thread; measures the disk

private:
    const Space& disk_;
    Reserve& reserve_;
    std::filesystem::path folder_;
    SpaceLimits limits_;
    mutable std::mutex mutex_;
    SpaceState state_ = SpaceState::open;
    bool warned_ = false;
    std::int64_t failed_at_ = INT64_MIN;
    std::optional<std::int64_t> free_;
};

}  // namespace wasl::store::impl
