#include "store/stores.hpp"

#include <chrono>
#include <map>
#include <mutex>

namespace wasl::store {

namespace {

std::int64_t monotonic_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

struct Stores::Impl {
    struct Entry {
        std::mutex opening;  // the others go on while one opens
        std::unique_ptr<Store> store;
        std::int64_t asked_at = 0;
        bool resting = false;
    };

    Writers& writers;
    Options options;
    std::mutex mutex;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries;
};

Stores::Stores(Writers& writers, Options options)
    : impl_(new Impl{.writers = writers, .options = std::move(options), .mutex = {}, .entries = {}}) {}

Stores::~Stores() = default;

Result<Store*> Stores::at(std::string_view member) {
    Impl::Entry* entry = nullptr;
    {
        const std::lock_guard lock(impl_->mutex);
        auto found = impl_->entries.find(member);
        if (found == impl_->entries.end()) {
            found = impl_->entries.emplace(std::string(member), std::make_unique<Impl::Entry>()).first;
        }
        entry = found->second.get();
        entry->asked_at = monotonic_seconds();
        entry->resting = false;
    }
    const std::lock_guard lock(entry->opening);
    if (!entry->store) {
        auto options = TRY(impl_->options(member));
        entry->store = TRY(open_sqlite(std::move(options), impl_->writers));
    }
    return entry->store.get();
}

std::size_t Stores::rest_idle(std::int64_t seconds) {
    const auto now = monotonic_seconds();
    std::vector<Impl::Entry*> candidates;
    std::size_t resting = 0;
    {
        const std::lock_guard lock(impl_->mutex);
        for (auto& [member, entry] : impl_->entries) {
            if (entry->resting) {
                ++resting;
            } else if (now - entry->asked_at >= seconds) {
                candidates.push_back(entry.get());
            }
        }
    }
    for (auto* entry : candidates) {
        const std::lock_guard opening(entry->opening);
        const bool rests = entry->store && entry->store->rest();
        const std::lock_guard lock(impl_->mutex);
        // Asked for meanwhile: it wakes by itself, and counts as awake.
        entry->resting = rests && entry->asked_at <= now;
        resting += entry->resting ? 1U : 0U;
    }
    return resting;
}

std::size_t Stores::awake() const {
    const std::lock_guard lock(impl_->mutex);
    std::size_t count = 0;
    for (const auto& [member, entry] : impl_->entries) {
        count += entry->resting ? 0U : 1U;
    }
    return count;
}

}  // namespace wasl::store
