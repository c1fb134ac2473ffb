#include "web/batch_runner.hpp"

#include "base/log.hpp"
#include "web/batch_filing.hpp"
#include "web/company_access.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace wasl::web {

namespace {

constexpr std::size_t lines_at_once = 64;     // one commit of results for so many lines
constexpr std::chrono::seconds try_again{5};  // after a full disk, or a store that was busy

// The line is good; the machine is not: it stays open.
bool is_passing(const Error& error) { return error.code == Code::unavailable || error.code == Code::insufficient_storage; }

// Lines on their way to the disk; wait() returns when each has come back.
struct Flight {
    std::mutex guard;
    std::condition_variable landed;
    std::size_t left = 0;
    std::vector<batch::LineResult> results;
    std::set<std::string> members;
    std::optional<Error> passing;

    void land(const batch::Line& line, const std::string& member, Result<dossier::FilingDone> done) {
        const std::lock_guard lock(guard);
        if (done) {
            results.push_back(filed_line(line, *done));
            members.insert(member);
        } else if (is_passing(done.error())) {
            passing = done.error();
        } else {
            results.push_back(refused_line(line, done.error().key, {{"", done.error().key}}));
        }
        if (--left == 0) landed.notify_all();
    }
    void wait() {
        std::unique_lock lock(guard);
        landed.wait(lock, [&] { return left == 0; });
    }
};

}  // namespace

struct BatchRunner::Impl {
    explicit Impl(Site& at) : site(at) {}

    Site& site;
    std::mutex guard;
    std::condition_variable woken;
    bool asked = true, stopping = false;
    std::thread thread;

    [[nodiscard]] bool is_stopping() {
        const std::lock_guard lock(guard);
        return stopping;
    }

    // Files these lines and writes their results down.
    Result<batch::Batch> file_some(batch::BatchBook& book, const batch::Batch& batch, std::span<const batch::Line* const> lines, BatchPapers& papers) {
        const auto sender = TRY(sender_of(site, batch));
        Flight flight;
        flight.left = 1;  // until all are on their way
        for (const auto* line : lines) {
            auto filing = filing_of_line(site, batch, *line, sender, papers);
            if (!filing) {
                const std::lock_guard lock(flight.guard);
                flight.results.push_back(std::move(filing.error()));
                continue;
            }
            {
                const std::lock_guard lock(flight.guard);
                ++flight.left;
            }
            auto* member = filing->member;
            if (auto written = papers.write(*member, filing->filing.pieces); !written) {
                flight.land(*line, member->info->id, std::unexpected(written.error()));
                continue;
            }
            member->dossiers->file(std::move(filing->filing), batch_actor(sender),
                                   [&flight, line, member](Result<dossier::FilingDone> done) { flight.land(*line, member->info->id, std::move(done)); });
        }
        {
            const std::lock_guard lock(flight.guard);
            --flight.left;
        }
        flight.wait();
        auto companies = company_register(site);
        for (const auto& member : flight.members) {
            TRY(companies.note_member(batch.ice, member));
            TRY(site.persons->note_member(sender.person.id, member));
        }
        auto now = TRY(book.record(batch, flight.results));
        if (flight.passing) return std::unexpected(*flight.passing);
        return now;
    }

    // A batch whose mandate or sender is gone has every open line refused with that code.
    Result<void> run(batch::BatchBook& book, batch::Batch batch) {
        auto sent = TRY(book.content(batch));
        auto content = TRY(batch::read_content(batch.archive, batch.format, std::move(sent)));
        const auto& lines = content.lines;
        BatchPapers papers(std::move(content.papers));
        const auto open = TRY(book.open_lines(batch));
        for (std::size_t at = 0; at < open.size() && !is_stopping(); at += lines_at_once) {
            std::vector<const batch::Line*> some;
            for (std::size_t n = at; n < std::min(open.size(), at + lines_at_once); ++n) some.push_back(&lines.at(open[n] - 1));
            auto now = file_some(book, batch, some, papers);
            if (!now && !is_passing(now.error())) {
                std::vector<batch::LineResult> refused;
                for (const auto* line : some) refused.push_back(refused_line(*line, now.error().key, {{"", now.error().key}}));
                now = book.record(batch, refused);
            }
            batch = TRY(std::move(now));
        }
        return {};
    }

    // Whether everything that runs has come to its end.
    bool round() {
        batch::BatchBook book(*site.host_store);
        const auto running = book.running();
        if (!running) return false;
        bool whole = true;
        for (const auto& batch : *running) {
            if (is_stopping()) return true;
            const auto done = run(book, batch);
            if (done) continue;
            whole = false;
            log::warning("batch.held-up", {{"batch", batch.key()}, {"key", done.error().key}, {"detail", done.error().detail}});
        }
        return whole;
    }

    void loop() {
        bool whole = true;
        while (true) {
            {
                std::unique_lock lock(guard);
                const auto called = [&] { return asked || stopping; };
                if (whole) {
                    woken.wait(lock, called);
                } else {
                    woken.wait_for(lock, try_again, called);
                }
                if (stopping) return;
                asked = false;
            }
            try {
                whole = round();
            } catch (const std::exception& problem) {
                whole = false;
                log::error("batch.defect", {{"what", problem.what()}});
            }
        }
    }
};

BatchRunner::BatchRunner(Site& site) : impl_(std::make_unique<Impl>(site)) {
    if (site.host_store != nullptr) impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
}

BatchRunner::~BatchRunner() {
    {
        const std::lock_guard lock(impl_->guard);
        impl_->stopping = true;
    }
    impl_->woken.notify_all();
    if (impl_->thread.joinable()) impl_->thread.join();
}

void BatchRunner::wake() {
    {
        const std::lock_guard lock(impl_->guard);
        impl_->asked = true;
    }
    impl_->woken.notify_all();
}

}  // namespace wasl::web
