#include "http/pool.hpp"

#include "base/log.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace wasl::http {

struct Pool::Impl {
    explicit Impl(std::size_t most) : limit(most) {}

    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::move_only_function<void()>> jobs;
    std::size_t limit;
    bool stopping = false;
    std::vector<std::thread> threads;

    void work() {
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [&] { return stopping || !jobs.empty(); });
            if (jobs.empty()) {
                return;
            }
            std::move_only_function<void()> job = std::move(jobs.front());
            jobs.pop_front();
            lock.unlock();
            run(job);
            job = {};  // what it holds is destroyed outside the lock
            lock.lock();
        }
    }

    static void run(std::move_only_function<void()>& job) {
        try {
            job();
        } catch (const std::exception& defect) {
            log::error("http.pool-job", {{"defect", defect.what()}});
        }
    }
};

Pool::Pool(unsigned threads, std::size_t queue_limit) : impl_(std::make_unique<Impl>(queue_limit)) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
        impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
    }
}

Pool::~Pool() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->wake.notify_all();
    for (std::thread& thread : impl_->threads) {
        thread.join();
    }
}

bool Pool::submit(std::move_only_function<void()> job) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->stopping || impl_->jobs.size() >= impl_->limit) {
            return false;
        }
        impl_->jobs.push_back(std::move(job));
    }
    impl_->wake.notify_one();
    return true;
}

std::size_t Pool::waiting() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->jobs.size();
}

}  // namespace wasl::http
