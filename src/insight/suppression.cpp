#include "insight/suppression.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

namespace wasl::insight {

namespace {

// Arithmetic modulo a prime: whether a count follows from the others does not hang on their values, and
// coefficients of sums stay small, so a prime near 2^31 decides as the rationals would.
constexpr std::int64_t prime = 2'147'483'647;
constexpr std::size_t most_withheld = 2'000;

std::int64_t mod(std::int64_t value) { return ((value % prime) + prime) % prime; }

std::int64_t inverse(std::int64_t value) {
    std::int64_t result = 1, base = mod(value);
    for (std::int64_t exponent = prime - 2; exponent > 0; exponent >>= 1) {
        if (exponent & 1) result = result * base % prime;
        base = base * base % prime;
    }
    return result;
}

using Row = std::map<std::size_t, std::int64_t>;  // unknown → coefficient, without zeros

// a - factor * b
void subtract(Row& a, const Row& b, std::int64_t factor) {
    for (const auto& [unknown, coefficient] : b) {
        auto& mine = a[unknown];
        mine = mod(mine - factor * coefficient);
        if (mine == 0) a.erase(unknown);
    }
}

// Reduced row echelon form of the sums, the published counts being constants.
std::vector<Row> reduced(std::span<const CountSum> sums, const std::vector<bool>& hidden) {
    std::map<std::size_t, Row> by_pivot;
    for (const auto& sum : sums) {
        Row row;
        const auto add = [&](std::size_t place, std::int64_t coefficient) {
            if (!hidden[place]) return;
            auto& mine = row[place];
            mine = mod(mine + coefficient);
            if (mine == 0) row.erase(place);
        };
        for (const auto part : sum.parts) add(part, 1);
        add(sum.whole, -1);
        for (auto& [pivot, other] : by_pivot) {
            if (const auto found = row.find(pivot); found != row.end()) subtract(row, other, std::int64_t{found->second});
        }
        if (row.empty()) continue;
        const auto pivot = row.begin()->first;
        const auto scale = inverse(row.begin()->second);
        for (auto& [unknown, coefficient] : row) coefficient = coefficient * scale % prime;
        for (auto& [other_pivot, other] : by_pivot) {
            if (const auto found = other.find(pivot); found != other.end()) subtract(other, row, std::int64_t{found->second});
        }
        by_pivot.emplace(pivot, std::move(row));
    }
    std::vector<Row> out;
    for (auto& [pivot, row] : by_pivot) out.push_back(std::move(row));
    return out;
}

// A total whose withheld parts together are a small count: the reader would know it.
bool leaves_little(const CountSum& sum, std::span<const std::int64_t> counts, const std::vector<bool>& hidden, std::int64_t k) {
    if (hidden[sum.whole]) return false;
    std::int64_t left = 0;
    bool any = false;
    for (const auto part : sum.parts) {
        if (!hidden[part]) continue;
        any = true;
        left += counts[part];
    }
    return any && left < k;
}

// The smallest shown count among the parts, then the whole; a zero only when there is nothing else.
std::optional<std::size_t> next_of(const CountSum& sum, std::span<const std::int64_t> counts, const std::vector<bool>& hidden) {
    std::optional<std::size_t> best;
    const auto cost = [&](std::size_t place) { return counts[place] == 0 ? INT64_MAX : counts[place]; };
    for (const auto part : sum.parts) {
        if (!hidden[part] && counts[part] != 0 && (!best || cost(part) < cost(*best))) best = part;
    }
    if (!best && !hidden[sum.whole]) best = sum.whole;
    return best;
}

// What to withhold next so that these are no longer exposed.
std::optional<std::size_t> next_for(const std::vector<std::size_t>& open, std::span<const std::int64_t> counts,
                                    std::span<const CountSum> sums, const std::vector<bool>& hidden) {
    std::vector<bool> wanted(hidden.size(), false);
    for (const auto place : open) wanted[place] = true;
    std::optional<std::size_t> best;
    for (const auto& sum : sums) {
        const bool concerns = wanted[sum.whole] || std::ranges::any_of(sum.parts, [&](auto part) { return wanted[part]; });
        if (!concerns) continue;
        const auto candidate = next_of(sum, counts, hidden);
        if (candidate && (!best || counts[*candidate] < counts[*best])) best = candidate;
    }
    if (best) return best;
    for (const auto& sum : sums) {  // only zeros are left beside them
        const bool concerns = wanted[sum.whole] || std::ranges::any_of(sum.parts, [&](auto part) { return wanted[part]; });
        for (const auto part : sum.parts) {
            if (concerns && !hidden[part]) return part;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::size_t> exposed(std::span<const CountSum> sums, const std::vector<bool>& hidden) {
    std::vector<std::size_t> out;
    for (const auto& row : reduced(sums, hidden)) {
        if (row.size() == 1) out.push_back(row.begin()->first);
    }
    return out;
}

std::vector<bool> withheld(std::span<const std::int64_t> counts, std::span<const CountSum> sums, std::int64_t k) {
    std::vector<bool> hidden(counts.size(), false);
    for (std::size_t i = 0; i < counts.size(); ++i) hidden[i] = counts[i] > 0 && counts[i] < k;
    for (;;) {
        if (static_cast<std::size_t>(std::ranges::count(hidden, true)) > most_withheld) return std::vector<bool>(counts.size(), true);
        bool again = false;
        for (const auto& sum : sums) {
            while (leaves_little(sum, counts, hidden, k)) {
                hidden[next_of(sum, counts, hidden).value_or(sum.whole)] = true;
                again = true;
            }
        }
        if (again) continue;
        const auto open = exposed(sums, hidden);
        if (open.empty()) return hidden;
        const auto next = next_for(open, counts, sums, hidden);
        if (!next) return std::vector<bool>(counts.size(), true);
        hidden[*next] = true;
    }
}

}  // namespace wasl::insight
