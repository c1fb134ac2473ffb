#include "post/postman.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace wasl::post {

std::optional<Instant> next_try(const RetryRules& rules, int tries, Instant queued, Instant now) noexcept {
    if (tries >= rules.most_tries) {
        return std::nullopt;
    }
    std::int64_t pause = rules.first_pause.count();
    for (int round = 1; round < tries && pause < rules.longest_pause.count(); ++round) {
        pause *= 2;
    }
    const Instant at = now.plus_seconds(std::min<std::int64_t>(pause, rules.longest_pause.count()));
    if (at > queued.plus_seconds(rules.longest_wait.count())) {
        return std::nullopt;
    }
    return at;
}

Postman::Postman(std::vector<std::unique_ptr<Sender>> senders, RetryRules rules) : senders_(std::move(senders)), rules_(rules) {}

Outcome Postman::deliver(const Waiting& waiting, Instant now) {
    const auto letter = compose(waiting.notice);
    if (!letter) {
        return {Fate::given_up, {}, letter.error()};
    }
    const auto sender = std::ranges::find_if(senders_, [&](const auto& one) { return one->channel() == letter->channel; });
    if (sender == senders_.end()) {
        return {Fate::given_up, {}, Error{Code::unprocessable, "post.no-sender", std::string(to_string(letter->channel))}};
    }
    const auto done = (*sender)->send(*letter, now);
    if (done) {
        return {Fate::sent, {}, {}};
    }
    if (done.error().code == Code::unavailable) {
        if (const auto at = next_try(rules_, waiting.tries + 1, waiting.queued, now)) {
            return {Fate::again, *at, done.error()};
        }
    }
    return {Fate::given_up, {}, done.error()};
}

Result<Run> Postman::run(Outbox& outbox, Instant now, std::size_t limit) {
    Run run;
    for (const Waiting& waiting : TRY(outbox.due(now, limit))) {
        const Outcome outcome = deliver(waiting, now);
        if (outcome.fate != Fate::sent) {
            // The address and the words stay out of the log.
            log::warning(outcome.fate == Fate::again ? "post.again" : "post.given-up",
                         {{"id", waiting.notice.id}, {"channel", to_string(waiting.notice.channel)},
                          {"error", outcome.error.key}, {"detail", outcome.error.detail}, {"tries", waiting.tries + 1}});
        }
        TRY(outbox.settle(waiting, outcome));
        (outcome.fate == Fate::sent ? run.sent : outcome.fate == Fate::again ? run.again : run.given_up) += 1;
    }
    return run;
}

}  // namespace wasl::post
