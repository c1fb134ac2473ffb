// Takes what waits in an outbox, sends it, and tries again with growing pauses, a bounded number of times.
#pragma once

#include "post/sender.hpp"

namespace wasl::post {

// What waits: a notice and how often it was tried.
struct Waiting {
    Notice notice;
    int tries = 0;          // so far
    Instant queued;         // when it was put there
};

enum class Fate { sent, again, given_up };

struct Outcome {
    Fate fate = Fate::sent;
    Instant retry_at;       // of `again`
    Error error;            // of the others
};

// Where notices wait: a port, because several modules keep one.
class Outbox {
public:
    virtual ~Outbox() = default;
    // Due at `now`, oldest first.
    virtual Result<std::vector<Waiting>> due(Instant now, std::size_t limit) = 0;
    virtual Result<void> settle(const Waiting& waiting, const Outcome& outcome) = 0;
};

struct RetryRules {
    int most_tries = 9;
    std::chrono::seconds first_pause{60};
    std::chrono::seconds longest_pause{6 * 3600};
    std::chrono::seconds longest_wait{2 * 86'400};  // from queueing; a code that arrives in three days helps nobody
};

// When to try again after the `tries`-th failure: pauses double up to the longest one. Nothing: give up.
std::optional<Instant> next_try(const RetryRules& rules, int tries, Instant queued, Instant now) noexcept;

struct Run {
    int sent = 0, again = 0, given_up = 0;
};

class Postman {
public:
    explicit Postman(std::vector<std::unique_ptr<Sender>> senders, RetryRules rules = {});
    // One round: everything due now, at most `limit`. A letter whose channel has no sender is given up
    // ("post.no-sender"). Fails only when the outbox itself does.
    Result<Run> run(Outbox& outbox, Instant now, std::size_t limit = 100);

private:
    Outcome deliver(const Waiting& waiting, Instant now);
    std::vector<std::unique_ptr<Sender>> senders_;
    RetryRules rules_;
};

}  // namespace wasl::post
