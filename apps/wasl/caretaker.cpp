#include "caretaker.hpp"

#include "control.hpp"
#include "courier.hpp"
#include "operator.hpp"

#include "base/log.hpp"
#include "daily_map.hpp"
#include "insight/board.hpp"
#include "web/national.hpp"
#include "web/kept.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace wasl::app {

namespace {

constexpr std::int64_t scan_every_seconds = 3'600;   // members are asked again for their next instant
constexpr std::int64_t count_every_seconds = 5;
constexpr std::uint64_t most_counted = 20'000;    // journal entries a round: others wait no longer than a second
constexpr std::int64_t sweep_every_seconds = 3'600;  // sessions that are over

void report(std::string_view what, std::string_view member, const Error& error) {
    log::warning("caretaker.failed", {{"what", what}, {"member", member}, {"key", error.key}, {"detail", error.detail}});
}

}  // namespace

struct Caretaker::Impl {
    Host* host = nullptr;
    Rules rules;
    std::thread thread;
    std::mutex guard;
    std::condition_variable wake;
    bool stopping = false;

    // What is known of each member, so that a resting store is opened only when its instant has come.
    struct Known {
        std::optional<Instant> next;
        Instant asked;
        std::uint64_t cosigned_size = 0;
        Instant cosigned;
        std::optional<Date> mapped;
        Instant counted;
    };
    std::map<std::string, Known> known;
    std::unique_ptr<Courier> courier;  // none in the demonstration
    Instant swept;

    Instant now() const { return host->site().clock->now(); }

    // Legal instants: silence, lapse notices, reminders. Asked of the member's due index, never by a scan
    // of its dossiers.
    Result<void> fire_due(const std::string& id, Known& member) {
        const Instant at = now();
        const bool stale = at >= member.asked.plus_seconds(scan_every_seconds);
        const bool arrived = member.next && *member.next <= at;
        // Pages may have made new instants since; a member nobody visits keeps its store at rest.
        if (!stale && !arrived && host->used(id) < member.asked) return {};
        auto* site = TRY(host->at_quietly(id));
        member.asked = at;
        member.next = TRY(site->dossiers->next_wake());
        if (member.next && *member.next <= at) {
            const auto asked = TRY(site->dossiers->ask_holders(at));
            if (asked > 0) log::info("caretaker.holders", {{"member", id}, {"asked", static_cast<std::int64_t>(asked)}});
            const auto fired = TRY(site->dossiers->fire_due(at));
            if (fired > 0) log::info("caretaker.due", {{"member", id}, {"dossiers", static_cast<std::int64_t>(fired)}});
            member.next = TRY(site->dossiers->next_wake());
        }
        return {};
    }

    // A member's journal, or the host's own, which every sign-in of a person moves.
    Result<void> cosign(const std::string& id, Known& member) {
        const auto cosigner_id = host->cosigner_of(id);
        if (cosigner_id.empty() || now() < member.cosigned.plus_seconds(rules.cosign_every_seconds)) return {};
        const bool unused = id != host_id && host->used(id) < member.cosigned && member.cosigned_size > 0;
        member.cosigned = now();
        if (unused) return {};
        auto* opened = TRY(host->stores().at(id));
        const auto reader = TRY(opened->read());
        const auto size = TRY(reader->journal_size());
        if (size == member.cosigned_size) return {};
        auto* cosigner = TRY(host->cosigner(cosigner_id));
        TRY(trust::cosign_head(*opened, *cosigner, cosigner_id, now()));
        member.cosigned_size = size;
        return {};
    }

    // After the end of each local day, its map: every dossier's head and whether it was decided.
    Result<void> map_day(const web::MemberInfo& about, Known& member) {
        const Date yesterday = host->site().today().plus_days(-1);
        if (member.mapped && *member.mapped >= yesterday) return {};
        TRY(make_daily_map(*host, about, yesterday));
        member.mapped = yesterday;
        return {};
    }

    // The public figures take in what the journal has had since; a member nobody visits is looked at once an hour.
    Result<void> count_figures(const std::string& id, Known& member) {
        const Instant at = now();
        const bool stale = at >= member.counted.plus_seconds(scan_every_seconds);
        if (!stale && (at < member.counted.plus_seconds(count_every_seconds) || host->used(id) < member.counted)) return {};
        member.counted = at;
        auto* site = TRY(host->at_quietly(id));
        return host->site().figures->count(*site->store, most_counted);
    }

    void care_for(const web::MemberInfo& about) {
        Known& member = known[about.id];
        if (const auto done = fire_due(about.id, member); !done) report("due", about.id, done.error());
        if (const auto done = cosign(about.id, member); !done) report("cosign", about.id, done.error());
        if (const auto done = map_day(about, member); !done) report("map", about.id, done.error());
        if (const auto done = count_figures(about.id, member); !done) report("figures", about.id, done.error());
    }

    void round() {
        answer_requests(host->options().data, [&](std::string_view action, const json::Value& arguments) { return operate(*host, action, arguments); });
        for (const auto& about : host->all()) care_for(about);
        const std::string own(host_id);
        if (const auto done = cosign(own, known[own]); !done) report("cosign", own, done.error());
        host->refresh_catalogues();
        if (courier != nullptr) {
            if (const auto done = courier->round(now()); !done) report("messages", host_id, done.error());
        }
        if (now() >= swept.plus_seconds(sweep_every_seconds)) {
            swept = now();
            if (const auto done = host->site().sessions->sweep(); !done) report("sessions", host_id, done.error());
            if (const auto done = web::sweep_kept(host->host_store(), now()); !done) report("kept", host_id, done.error());
            if (const auto done = host->site().persons->sweep(now()); !done) report("persons", host_id, done.error());
            if (const auto* national = host->site().national) {
                if (const auto done = national->ids->sweep(now()); !done) report("national", host_id, done.error());
            }
        }
        host->stores().rest_idle(rules.rest_after_seconds);
    }

    void loop() {
        std::unique_lock lock(guard);
        while (!stopping) {
            lock.unlock();
            try {
                round();
            } catch (const std::exception& problem) {
                log::error("caretaker.defect", {{"what", problem.what()}});
            }
            lock.lock();
            wake.wait_for(lock, std::chrono::milliseconds(rules.tick_milliseconds), [&] { return stopping; });
        }
    }
};

Caretaker::Caretaker(Host& host, Rules rules) : impl_(std::make_unique<Impl>()) {
    impl_->host = &host;
    impl_->rules = rules;
    auto senders = senders_of_environment();
    if (senders.empty() && rules.send_messages) log::warning("caretaker.no-sender", {{"hint", "set WASL_SMTP_URL, WASL_SMS_SPOOL or WASL_PRINT_SPOOL"}});
    if (rules.send_messages && !senders.empty()) impl_->courier = std::make_unique<Courier>(host, std::move(senders));
}

Caretaker::~Caretaker() {
    {
        const std::lock_guard lock(impl_->guard);
        impl_->stopping = true;
    }
    impl_->wake.notify_all();
    if (impl_->thread.joinable()) impl_->thread.join();
}

void Caretaker::start() {
    impl_->thread = std::thread([this] { impl_->loop(); });
}

void Caretaker::round() { impl_->round(); }

}  // namespace wasl::app
