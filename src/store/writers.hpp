// A few writer threads for many stores. A store has at most one of them at a time, which commits
// whatever is queued as one group; then the next store in turn. Beside them one more thread, for
// all stores, does what need not be done by a writer (moving a log: impl/log_mover.hpp).
#pragma once

#include <memory>

namespace wasl::store {

class Writers {
public:
    // More threads overlap the disk's waits of several stores; two suit two cores and one disk.
    explicit Writers(int threads = 2);
    ~Writers();  // all stores must be gone
    Writers(const Writers&) = delete;
    Writers& operator=(const Writers&) = delete;

    // Something with a queue. work() does one round and tells whether there is more to do;
    // rounds of one worker never overlap.
    class Worker {
    public:
        virtual ~Worker() = default;
        virtual bool work() noexcept = 0;
    };
    void schedule(Worker& worker);  // at most once until work() has returned false
    // The same on the thread beside the writers; it is started by the first call.
    void schedule_beside(Worker& worker);
    // Takes back what was scheduled there; false: its round runs, or has run.
    bool withdraw(Worker& worker);
    [[nodiscard]] static bool on_writer_thread() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::store
