// The full recount: threads read and reduce the journal's pages, one folds them in order.
#include "insight/kept.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace wasl::insight {

namespace {

constexpr std::uint64_t page_rows = 2'000;
constexpr std::uint64_t most_ahead = 16;  // pages read and not folded yet

// Hands out pages to the readers and gives them to the one who folds, in order.
class PageQueue {
public:
    explicit PageQueue(std::uint64_t pages) : pages_(pages) {}

    // The next page to read, or nothing when there is none left or somebody failed.
    std::optional<std::uint64_t> claim() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failed_ || claimed_ >= pages_ || claimed_ < folded_ + most_ahead; });
        if (failed_ || claimed_ >= pages_) return std::nullopt;
        return claimed_++;
    }
    void give(std::uint64_t page, std::vector<Seen> seen) {
        const std::scoped_lock lock(mutex_);
        ready_.emplace(page, std::move(seen));
        changed_.notify_all();
    }
    void fail_with(Error error) {
        const std::scoped_lock lock(mutex_);
        if (!failed_) failed_ = std::move(error);
        changed_.notify_all();
    }
    Result<std::vector<Seen>> take(std::uint64_t page) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failed_ || ready_.contains(page); });
        if (failed_) return std::unexpected(*failed_);
        auto seen = std::move(ready_.extract(page).mapped());
        folded_ = page + 1;
        changed_.notify_all();
        return seen;
    }

private:
    const std::uint64_t pages_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, std::vector<Seen>> ready_;
    std::uint64_t claimed_ = 0, folded_ = 0;
    std::optional<Error> failed_;
};

Result<void> read_pages(const OpenReader& open, std::uint64_t until, const Basis& basis, PageQueue& queue) {
    const auto reader = TRY(open());
    while (const auto page = queue.claim()) {
        const auto first = *page * page_rows;
        const auto rows = TRY(reader->journal(first, static_cast<std::size_t>(std::min(page_rows, until - first))));
        std::vector<Seen> seen;
        seen.reserve(rows.size());
        for (const auto& row : rows) {
            if (auto one = see(row, basis); one.what != Seen::What::foreign) seen.push_back(std::move(one));
        }
        queue.give(*page, std::move(seen));
    }
    return {};
}

}  // namespace

Result<Recount> recount(const OpenReader& open, std::uint64_t until, const Basis& basis, unsigned threads) {
    const auto pages = (until + page_rows - 1) / page_rows;
    PageQueue queue(pages);
    std::unordered_map<std::string, std::optional<Case>> cases;
    std::vector<std::jthread> readers;
    for (unsigned i = 0; i < std::max(1U, threads); ++i) {
        readers.emplace_back([&] {
            try {
                if (const auto done = read_pages(open, until, basis, queue); !done) queue.fail_with(done.error());
            } catch (const std::exception& problem) {
                queue.fail_with({Code::internal, "insight.unreadable", problem.what()});
            }
        });
    }
    for (std::uint64_t page = 0; page < pages; ++page) {
        auto seen = queue.take(page);
        if (!seen) return std::unexpected(seen.error());  // the readers see the failure too, and end
        for (const auto& one : *seen) {
            auto& held = cases[one.chain];
            if (!fold(held, one, basis)) cases.erase(one.chain);
        }
    }
    Recount out;
    out.entries = until;
    for (const auto& [chain, one] : cases) {
        ++out.dossiers;
        out.tally.add(*one, basis);
        if (!one->company.empty()) ++out.companies[one->company][one->filed];
    }
    return out;
}

}  // namespace wasl::insight
