#include "store/writers.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace wasl::store {

namespace {

thread_local bool is_writer = false;

}  // namespace

struct Writers::Impl {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Worker*> ready;
    bool stopping = false;
    std::vector<std::thread> threads;

    void loop() {
        is_writer = true;
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [&] { return stopping || !ready.empty(); });
            if (ready.empty()) {
                return;
            }
            auto* worker = ready.front();
            ready.pop_front();
            lock.unlock();
            const bool more = worker->work();
            lock.lock();
            if (more) {
                ready.push_back(worker);  // behind the others
            }
        }
    }
};

Writers::Writers(int threads) : impl_(std::make_unique<Impl>()) {
    for (int i = 0; i < threads; ++i) {
        impl_->threads.emplace_back([this] { impl_->loop(); });
    }
}

Writers::~Writers() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->wake.notify_all();
    for (auto& thread : impl_->threads) {
        thread.join();
    }
}

void Writers::schedule(Worker& worker) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->ready.push_back(&worker);
    }
    impl_->wake.notify_one();
}

bool Writers::on_writer_thread() noexcept {
    return is_writer;
}

}  // namespace wasl::store
