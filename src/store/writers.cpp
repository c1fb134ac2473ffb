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
    // Threads that take workers in turn from one queue.
    struct Lane {
        std::mutex mutex;
        std::condition_variable wake;
        std::deque<Worker*> ready;
        bool stopping = false;
        std::vector<std::thread> threads;

        ~Lane() {
            {
                const std::lock_guard lock(mutex);
                stopping = true;
            }
            wake.notify_all();
            for (auto& thread : threads) {
                thread.join();
            }
        }

        void loop() {
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

    Lane writers;
    Lane beside;
};

Writers::Writers(int threads) : impl_(std::make_unique<Impl>()) {
    for (int i = 0; i < threads; ++i) {
        impl_->writers.threads.emplace_back([lane = &impl_->writers] {
            is_writer = true;
            lane->loop();
        });
    }
}

Writers::~Writers() = default;

void Writers::schedule(Worker& worker) {
    auto& lane = impl_->writers;
    {
        const std::lock_guard lock(lane.mutex);
        lane.ready.push_back(&worker);
    }
    lane.wake.notify_one();
}

void Writers::schedule_beside(Worker& worker) {
    auto& lane = impl_->beside;
    {
        const std::lock_guard lock(lane.mutex);
        lane.ready.push_back(&worker);
        if (lane.threads.empty()) {
            lane.threads.emplace_back([&lane] { lane.loop(); });
        }
    }
    lane.wake.notify_one();
}

bool Writers::withdraw(Worker& worker) {
    auto& lane = impl_->beside;
    const std::lock_guard lock(lane.mutex);
    return std::erase(lane.ready, &worker) > 0;
}

bool Writers::on_writer_thread() noexcept {
    return is_writer;
}

}  // namespace wasl::store
