// Withheld counts: small ones, those that would give them away, and no more than that where nothing is small.
#include "insight/suppression.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl::insight;

namespace {

// Rows × columns with their totals, in one row of counts; every line is a sum.
struct TestTable {
    std::vector<std::int64_t> counts;
    std::vector<CountSum> sums;
    TestTable(const std::vector<std::vector<std::int64_t>>& cells) {
        const auto rows = cells.size(), columns = cells.front().size();
        counts.assign((rows + 1) * (columns + 1), 0);
        const auto at = [&](std::size_t r, std::size_t c) { return r * (columns + 1) + c; };
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                counts[at(r, c)] = cells[r][c];
                counts[at(r, columns)] += cells[r][c];
                counts[at(rows, c)] += cells[r][c];
                counts[at(rows, columns)] += cells[r][c];
            }
        }
        for (std::size_t r = 0; r <= rows; ++r) {
            CountSum sum{.whole = at(r, columns), .parts = {}};
            for (std::size_t c = 0; c < columns; ++c) sum.parts.push_back(at(r, c));
            sums.push_back(sum);
        }
        for (std::size_t c = 0; c <= columns; ++c) {
            CountSum sum{.whole = at(rows, c), .parts = {}};
            for (std::size_t r = 0; r < rows; ++r) sum.parts.push_back(at(r, c));
            sums.push_back(sum);
        }
    }
};

std::vector<bool> hide(std::vector<std::int64_t> counts, std::vector<CountSum> sums) { return withheld(counts, sums, 10); }

// Whether the reader, who knows what is shown, that counts are no negative numbers and what the sums are, can tell
// one hidden count exactly: all ways to fill in small tables are tried.
bool single_solution(const TestTable& table, const std::vector<bool>& hidden, std::size_t target) {
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        if (hidden[i]) unknown.push_back(i);
    }
    auto values = table.counts;
    const auto original = table.counts[target];
    bool other = false;
    // Depth first over the unknowns with values 0 … 40; lines that are complete must hold.
    const auto fits = [&](std::size_t filled) {
        for (const auto& sum : table.sums) {
            std::int64_t total = 0;
            bool complete = true;
            const auto is_open = [&](std::size_t place) {
                return std::find(unknown.begin() + static_cast<std::ptrdiff_t>(filled), unknown.end(), place) != unknown.end();
            };
            for (const auto part : sum.parts) {
                complete = complete && !is_open(part);
                if (!is_open(part)) total += values[part];
            }
            if (is_open(sum.whole)) continue;
            if (complete ? total != values[sum.whole] : total > values[sum.whole]) return false;
        }
        return true;
    };
    const auto search = [&](auto&& self, std::size_t depth) -> void {
        if (other || !fits(depth)) return;
        if (depth == unknown.size()) {
            other = values[target] != original;
            return;
        }
        for (std::int64_t value = 0; value <= 60 && !other; ++value) {
            values[unknown[depth]] = value;
            self(self, depth + 1);
        }
    };
    search(search, 0);
    return !other;
}

}  // namespace

TEST_CASE("A count from 1 to 9 is withheld, zero and ten are shown") {
    CHECK(hide({0, 1, 9, 10}, {}) == std::vector<bool>{false, true, true, false});
}

TEST_CASE("The only small part of a total takes a second part with it: the smallest beside it") {
    const TestTable row({{40, 7, 15}});
    const auto hidden = withheld(row.counts, std::vector<CountSum>{{.whole = 3, .parts = {0, 1, 2}}}, 10);
    CHECK(hidden[1]);
    CHECK(hidden[2]);
    CHECK_FALSE(hidden[0]);
    CHECK_FALSE(hidden[3]);
}

TEST_CASE("Two small parts that together are small are no protection: the total would say their sum") {
    const auto hidden = hide({3, 4, 50, 57}, {{.whole = 3, .parts = {0, 1, 2}}});
    CHECK(hidden == std::vector<bool>{true, true, true, false});
}

TEST_CASE("A small part beside zeros alone takes its total with it") {
    const auto hidden = hide({3, 0, 0, 3}, {{.whole = 3, .parts = {0, 1, 2}}});
    CHECK(hidden[0]);
    CHECK(hidden[3]);
    CHECK_FALSE(hidden[1]);
}

TEST_CASE("A total that two tables share is withheld in both or in none") {
    // counts 0-1 and 3-4 are two partitions of the same whole, 2, itself a part of 6 beside 5.
    const std::vector<CountSum> sums{{2, {0, 1}}, {2, {3, 4}}, {6, {2, 5}}};
    const std::vector<std::int64_t> counts{4, 30, 34, 17, 17, 100, 134};
    const auto hidden = withheld(counts, sums, 10);
    CHECK(hidden[0]);
    CHECK(exposed(sums, hidden).empty());
}

TEST_CASE("Differences between a table and its linked table are found: a bridge between two safe blocks") {
    // Each line of the first block hides two cells and would look safe alone.
    const TestTable table({{5, 20, 30}, {20, 6, 30}, {30, 30, 7}});
    const auto hidden = withheld(table.counts, table.sums, 10);
    CHECK(exposed(table.sums, hidden).empty());
    std::vector<bool> naive(table.counts.size(), false);
    naive[0] = true;  // the small count of the first row, alone
    CHECK(exposed(table.sums, naive) == std::vector<std::size_t>{0});
}

TEST_CASE("Nothing small, nothing withheld") {
    const TestTable table({{10, 20, 0}, {200, 11, 35}});
    CHECK(std::ranges::count(withheld(table.counts, table.sums, 10), true) == 0);
}

TEST_CASE("Property: in random tables no withheld count follows from the published ones by their sums") {
    std::mt19937_64 random(20'261'122);
    for (int round = 0; round < 300; ++round) {
        std::vector<std::vector<std::int64_t>> cells(2 + random() % 5, std::vector<std::int64_t>(2 + random() % 4));
        for (auto& row : cells) {
            for (auto& cell : row) cell = random() % 3 == 0 ? static_cast<std::int64_t>(random() % 12) : static_cast<std::int64_t>(random() % 200);
        }
        const TestTable table(cells);
        const auto hidden = withheld(table.counts, table.sums, 10);
        for (std::size_t i = 0; i < hidden.size(); ++i) {
            if (table.counts[i] > 0 && table.counts[i] < 10) CHECK(hidden[i]);
        }
        CHECK(exposed(table.sums, hidden).empty());
    }
}

TEST_CASE("Property: in small random tables a reader who tries everything finds another table that fits") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 25; ++round) {
        std::vector<std::vector<std::int64_t>> cells(2, std::vector<std::int64_t>(2));
        for (auto& row : cells) {
            for (auto& cell : row) cell = static_cast<std::int64_t>(random() % 24);
        }
        const TestTable table(cells);
        const auto hidden = withheld(table.counts, table.sums, 10);
        if (std::ranges::count(hidden, true) > 5) continue;  // few enough to try them all
        for (std::size_t i = 0; i < hidden.size(); ++i) {
            if (hidden[i] && table.counts[i] > 0 && table.counts[i] < 10) CHECK_FALSE(single_solution(table, hidden, i));
        }
    }
}
