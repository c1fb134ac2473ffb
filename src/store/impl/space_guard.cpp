#include "store/impl/space_guard.hpp"

#include "base/log.hpp"
#include "store/impl/files.hpp"

#include <sys/statvfs.h>

#include <algorithm>

namespace wasl::store {

std::optional<std::int64_t> SystemSpace::free_bytes(const std::filesystem::path& folder) const {
    struct statvfs status {};
    if (::statvfs(folder.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

namespace impl {

namespace {

constexpr std::int64_t try_again_micros = 1'000'000;

std::optional<std::int64_t> smaller(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

}  // namespace

SpaceGuard::SpaceGuard(const Space& disk, std::filesystem::path folder, SpaceLimits limits)
    : disk_(disk), folder_(std::move(folder)), limits_(limits) {
    std::error_code error;
    const auto size = std::filesystem::file_size(reserve_file(), error);
    held_ = !error && limits_.reserve_bytes > 0 && static_cast<std::int64_t>(size) == limits_.reserve_bytes;
    released_ = !held_ && limits_.reserve_bytes > 0;
}

void SpaceGuard::take_reserve() {
    if (held_ || limits_.reserve_bytes == 0) {
        return;
    }
    if (const auto made = allocate_file(reserve_file(), limits_.reserve_bytes); made) {
        held_ = true;
        released_ = false;
    } else {
        log::warning("store.no-reserve", {{"why", made.error().detail}});
    }
}

void SpaceGuard::release_reserve() {
    if (!held_) {
        return;
    }
    std::error_code error;
    std::filesystem::remove(reserve_file(), error);
    held_ = false;
    released_ = true;
    log::warning("store.reserve-released", {{"folder", folder_.filename().string()}});
}

void SpaceGuard::look(std::optional<std::int64_t> quota_left, std::int64_t now) {
    const auto on_disk = disk_.free_bytes(folder_);
    const std::lock_guard lock(mutex_);
    free_ = smaller(on_disk, quota_left);
    const std::int64_t room = free_.value_or(INT64_MAX);
    const bool low = room < limits_.low_below;
    if (low && !warned_) {
        log::warning("store.space-low", {{"free_bytes", room}});
    }
    warned_ = low;
    const std::int64_t refill = held_ ? 0 : limits_.reserve_bytes;
    const bool waits = failed_at_ != INT64_MIN && now - failed_at_ < try_again_micros;
    if (!waits && room >= limits_.full_below + refill) {
        if (state_ != SpaceState::open) {
            log::info("store.space-again", {{"free_bytes", room}});
        }
        state_ = SpaceState::open;
        failed_at_ = INT64_MIN;
        take_reserve();
        return;
    }
    if (state_ == SpaceState::open) {
        log::error("store.disk-full", {{"free_bytes", room}});
    }
    if (!waits || state_ == SpaceState::open) {
        // The last quarter is left for the log to be moved and the database to be closed well.
        state_ = !held_ && room < limits_.full_below / 4 ? SpaceState::exhausted : SpaceState::full;
    }
}

std::optional<Error> SpaceGuard::refusal(Priority priority) {
    const std::lock_guard lock(mutex_);
    if (state_ == SpaceState::open) {
        return std::nullopt;
    }
    if (state_ == SpaceState::full && priority != Priority::ordinary) {
        release_reserve();
        return std::nullopt;
    }
    return Error{Code::insufficient_storage, "store.disk-full", "refused before writing"};
}

void SpaceGuard::write_failed(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    failed_at_ = now;
    const bool reserve_spent = !held_ && state_ != SpaceState::open;
    state_ = reserve_spent ? SpaceState::exhausted : SpaceState::full;
    log::error("store.disk-full", {{"reserve_spent", reserve_spent ? "yes" : "no"}});
}

bool SpaceGuard::reserve_released() const {
    const std::lock_guard lock(mutex_);
    return released_;
}

SpaceReport SpaceGuard::report() const {
    const auto on_disk = disk_.free_bytes(folder_);
    const std::lock_guard lock(mutex_);
    const auto room = smaller(on_disk, free_);
    return {state_, room.value_or(-1), room && *room < limits_.low_below, held_, limits_.reserve_bytes};
}

}  // namespace impl
}  // namespace wasl::store
