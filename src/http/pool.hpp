// Threads for jobs that block: PDF, password hashing, exports.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace wasl::http {

class Pool {
public:
    explicit Pool(unsigned threads, std::size_t queue_limit = 10'000);
    ~Pool();  // finishes the queued jobs
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // False when the queue is full or the pool is stopping: answer 503. An exception of the job
    // is a defect: logged, and the job ends.
    [[nodiscard]] bool submit(std::move_only_function<void()> job);
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::http
