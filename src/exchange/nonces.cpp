#include "exchange/nonces.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <cstring>

namespace wasl::exchange {

namespace {

constexpr std::int64_t stretch_seconds = 15;

}  // namespace

bool Nonces::Stretch::has(std::uint64_t hash) const noexcept {
    if (places_.empty()) { return false; }
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash & mask; places_[at] != 0; at = (at + 1) & mask) {
        if (places_[at] == hash) { return true; }
    }
    return false;
}

bool Nonces::Stretch::insert(std::uint64_t hash) {
    if (has(hash)) { return false; }
    if (2 * (count_ + 1) > places_.size()) { grow(); }
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash & mask;
    while (places_[at] != 0) { at = (at + 1) & mask; }
    places_[at] = hash;
    ++count_;
    return true;
}

void Nonces::Stretch::grow() {
    const std::vector<std::uint64_t> before = std::move(places_);
    places_.assign(std::max<std::size_t>(64, 2 * before.size()), 0);
    const std::size_t mask = places_.size() - 1;
    for (const std::uint64_t hash : before) {
        if (hash == 0) { continue; }
        std::size_t at = hash & mask;
        while (places_[at] != 0) { at = (at + 1) & mask; }
        places_[at] = hash;
    }
}

Nonces::Nonces(Entropy& entropy, std::size_t most) : secret_(entropy.bytes(32)), most_(most) {}

std::uint64_t Nonces::hash_of(std::string_view key_id, std::string_view nonce) const {
    std::string text = secret_;
    text.append(key_id).push_back('\0');
    text.append(nonce);
    std::uint64_t out = 0;
    std::memcpy(&out, sha256(text).bytes.data(), sizeof out);
    return out == 0 ? 1 : out;
}

Nonces::Seen Nonces::remember(std::string_view key_id, std::string_view nonce, Instant until, Instant now) {
    const std::uint64_t hash = hash_of(key_id, nonce);
    const std::int64_t stretch = until.seconds() / stretch_seconds + 1;
    const std::lock_guard lock(guard_);
    for (auto first = by_end_.begin(); first != by_end_.end() && first->first * stretch_seconds < now.seconds();) {
        count_ -= first->second.count();
        first = by_end_.erase(first);
    }
    // The same nonce may come again with another end: every stretch is asked.
    for (const auto& [end, hashes] : by_end_) {
        if (hashes.has(hash)) { return Seen::replayed; }
    }
    if (count_ >= most_) { return Seen::full; }
    by_end_[stretch].insert(hash);
    ++count_;
    return Seen::fresh;
}

std::size_t Nonces::count() const {
    const std::lock_guard lock(guard_);
    return count_;
}

}  // namespace wasl::exchange
