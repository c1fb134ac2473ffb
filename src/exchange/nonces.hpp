// Nonces that have been seen: a signed message counts once. The journal is the memory across restarts
// (rows hold the nonces; the node reads those of the last minutes when it starts); this is the memory of a
// running node, eight bytes a nonce.
#pragma once

#include "base/clock.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// Thread-safe. What is kept is a keyed hash of 64 bits: that two nonces of one window meet by chance is
// less likely than one in ten million million at a million nonces, and then a good message is refused.
class Nonces {
public:
    enum class Seen { fresh, replayed, full };

    Nonces(Entropy& entropy, std::size_t most);
    // Remembers the nonce of that key until its message can count no longer.
    Seen remember(std::string_view key_id, std::string_view nonce, Instant until, Instant now);
    [[nodiscard]] std::size_t count() const;

private:
    // Hashes that end in the same stretch of time; open addressing, 0 is a free place.
    class Stretch {
    public:
        bool insert(std::uint64_t hash);  // false: was there
        [[nodiscard]] bool has(std::uint64_t hash) const noexcept;
        [[nodiscard]] std::size_t count() const noexcept { return count_; }

    private:
        void grow();
        std::vector<std::uint64_t> places_;
        std::size_t count_ = 0;
    };
    [[nodiscard]] std::uint64_t hash_of(std::string_view key_id, std::string_view nonce) const;

    mutable std::mutex guard_;
    std::string secret_;
    std::size_t most_;
    std::size_t count_ = 0;
    std::map<std::int64_t, Stretch> by_end_;
};

}  // namespace wasl::exchange
