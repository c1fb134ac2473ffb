#include "store/stores.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <vector>

namespace wasl::store {

namespace {

std::int64_t monotonic_micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
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
    std::size_t most_awake;
    std::mutex mutex;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries;

    // Under the mutex: those awake, the one asked for longest ago first.
    std::vector<Entry*> awake_by_age() {
        std::vector<Entry*> out;
        for (auto& [member, entry] : entries) {
            if (!entry->resting) {
                out.push_back(entry.get());
            }
        }
        std::ranges::sort(out, {}, &Entry::asked_at);
        return out;
    }

    bool put_to_rest(Entry& entry, std::int64_t not_asked_after) {
        const std::unique_lock opening(entry.opening, std::try_to_lock);
        const bool rests = opening && entry.store && entry.store->rest();
        const std::lock_guard lock(mutex);
        // Asked for meanwhile: it wakes by itself, and counts as awake.
        entry.resting = rests && entry.asked_at <= not_asked_after;
        return entry.resting;
    }

    void make_room(const Entry* kept) {
        std::vector<Entry*> oldest;
        std::int64_t newest = 0;
        {
            const std::lock_guard lock(mutex);
            oldest = awake_by_age();
            if (oldest.size() <= most_awake) {
                return;
            }
            newest = oldest.back()->asked_at;
        }
        std::size_t surplus = oldest.size() - most_awake;
        for (auto* entry : oldest) {
            if (surplus > 0 && entry != kept && put_to_rest(*entry, newest)) {
                --surplus;
            }
        }
    }
};

Stores::Stores(Writers& writers, Options options, std::size_t most_awake)
    : impl_(new Impl{.writers = writers, .options = std::move(options), .most_awake = most_awake, .mutex = {}, .entries = {}}) {}

Stores::~Stores() = default;

Result<Store*> Stores::at(std::string_view member) {
    Impl::Entry* entry = nullptr;
    bool woken = false;
    {
        const std::lock_guard lock(impl_->mutex);
        auto found = impl_->entries.find(member);
        woken = found == impl_->entries.end() || found->second->resting;
        if (found == impl_->entries.end()) {
            found = impl_->entries.emplace(std::string(member), std::make_unique<Impl::Entry>()).first;
        }
        entry = found->second.get();
        entry->asked_at = monotonic_micros();
        entry->resting = false;
    }
    if (woken) {
        impl_->make_room(entry);
    }
    const std::lock_guard lock(entry->opening);
    if (!entry->store) {
        auto options = TRY(impl_->options(member));
        entry->store = TRY(open_sqlite(std::move(options), impl_->writers));
    }
    return entry->store.get();
}

std::size_t Stores::rest_idle(std::int64_t seconds) {
    const auto now = monotonic_micros();
    std::vector<Impl::Entry*> candidates;
    std::size_t resting = 0;
    {
        const std::lock_guard lock(impl_->mutex);
        candidates = impl_->awake_by_age();
        resting = impl_->entries.size() - candidates.size();
        std::erase_if(candidates, [&](const Impl::Entry* entry) { return now - entry->asked_at < seconds * 1'000'000; });
    }
    for (auto* entry : candidates) {
        resting += impl_->put_to_rest(*entry, now) ? 1U : 0U;
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
