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

Reserve::Reserve(const std::filesystem::path& folder, std::int64_t bytes) : file_(folder / "reserve"), bytes_(bytes) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file_, error);
    held_ = !error && bytes_ > 0 && static_cast<std::int64_t>(size) == bytes_;
}

bool Reserve::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

void Reserve::take() {
    const std::lock_guard lock(mutex_);
    if (held_ || bytes_ == 0) {
        return;
    }
    const auto made = impl::allocate_file(file_, bytes_);
    held_ = made.has_value();
    if (!made) {
        log::warning("store.no-reserve", {{"why", made.error().detail}});
    }
}

void Reserve::release() {
    const std::lock_guard lock(mutex_);
    if (held_) {
        std::error_code error;
        std::filesystem::remove(file_, error);
        held_ = false;
        log::warning("store.reserve-released");
    }
}

namespace impl {

namespace {

constexpr std::int64_t try_again_micros = 1'000'000;

std::optional<std::int64_t> smaller(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

}  // namespace

SpaceGuard::SpaceGuard(const Space& disk, Reserve& reserve, std::filesystem::path folder, SpaceLimits limits)
    : disk_(disk), reserve_(reserve), folder_(std::move(folder)), limits_(limits) {}

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
    const std::int64_t refill = released_bytes();
    const bool waits = failed_at_ != INT64_MIN && now - failed_at_ < try_again_micros;
    if (!waits && room >= limits_.full_below + refill) {
        if (state_ != SpaceState::open) {
            log::info("store.space-again", {{"free_bytes", room}});
        }
        state_ = SpaceState::open;
        failed_at_ = INT64_MIN;
        reserve_.take();
        return;
    }
    if (state_ == SpaceState::open) {
        log::error("store.disk-full", {{"free_bytes", room}});
    }
    if (!waits || state_ == SpaceState::open) {
        // The last quarter is left for the log to be moved and the database to be closed well.
        state_ = !reserve_.held() && room < limits_.full_below / 4 ? SpaceState::exhausted : SpaceState::full;
    }
}

std::optional<Error> SpaceGuard::refusal(Priority priority) {
    const std::lock_guard lock(mutex_);
    if (state_ == SpaceState::open) {
        return std::nullopt;
    }
    if (state_ == SpaceState::full && priority != Priority::ordinary) {
        reserve_.release();
        return std::nullopt;
    }
    return Error{Code::insufficient_storage, "store.disk-full", "refused before writing"};
}

void SpaceGuard::write_failed(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    failed_at_ = now;
    const bool reserve_spent = !reserve_.held() && state_ != SpaceState::open;
    state_ = reserve_spent ? SpaceState::exhausted : SpaceState::full;
    log::error("store.disk-full", {{"reserve_spent", reserve_spent ? "yes" : "no"}});
}

SpaceReport SpaceGuard::report() const {
    const auto on_disk = disk_.free_bytes(folder_);
    const std::lock_guard lock(mutex_);
    const auto room = smaller(on_disk, free_);
    return {state_, room.value_or(-1), room && *room < limits_.low_below, reserve_.held(), reserve_.bytes()};
}

}  // namespace impl
}  // namespace wasl::store
