#include "http/impl/loop.hpp"

#include "http/impl/connection.hpp"
#include "http/impl/writer.hpp"

#include <algorithm>

namespace wasl::http {

bool Shared::enter(const std::string& key, bool exempt) {
    if (connections.fetch_add(1) >= options.limits.connections) {
        --connections;
        return false;
    }
    const std::lock_guard lock(address_mutex);
    std::size_t& count = per_address[key];
    if (!exempt && count >= options.limits.connections_per_address) {
        --connections;
        return false;
    }
    ++count;
    return true;
}

void Shared::leave(const std::string& key, bool) {
    --connections;
    const std::lock_guard lock(address_mutex);
    const auto at = per_address.find(key);
    if (at != per_address.end() && --at->second == 0) {
        per_address.erase(at);
    }
}

// SplitMix64 is a permutation: ids of one process differ as long as its counter does.
std::string Shared::new_id() {
    std::uint64_t x = id_seed + next_id.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    x ^= x >> 31U;
    constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string out(13, '0');
    for (char& c : out) {
        c = alphabet[x & 31U];
        x >>= 5U;
    }
    return out;
}

bool Shared::is_proxy(const std::string& address) const {
    return std::ranges::find(options.behind_proxy, address) != options.behind_proxy.end();
}

const std::string& Loop::date() {
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (now != date_second_) {
        date_second_ = now;
        date_ = http_date(now);
    }
    return date_;
}

}  // namespace wasl::http
