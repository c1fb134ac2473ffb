#include "exchange/registry_keeper.hpp"

#include "base/log.hpp"
#include "exchange/small_file.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wasl::exchange {

namespace {

struct Held {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const std::string> text;
};

}  // namespace

std::string_view to_string(RegistryState state) noexcept {
    switch (state) {
        case RegistryState::absent: return "absent";
        case RegistryState::ok: return "ok";
        case RegistryState::warning: return "warning";
        case RegistryState::expired: return "expired";
    }
    return "";
}

struct RegistryKeeper::Impl {
    Options options;
    SystemClock system_clock;
    mutable std::mutex guard;       // held, mirrors, changed
    std::mutex offering;            // one snapshot at a time is judged and written
    Held held;
    std::vector<MirrorStatus> mirrors;
    std::function<void(const Snapshot&)> changed;
    std::size_t turn = 0;           // mirror asked first, so that the load is shared
    std::thread thread;
    std::condition_variable wake;
    bool stopping = false;

    [[nodiscard]] Instant now() const { return (options.clock != nullptr ? *options.clock : system_clock).now(); }
    [[nodiscard]] Held now_held() const {
        const std::lock_guard lock(guard);
        return held;
    }
    [[nodiscard]] RegistryState state_of(const Snapshot* snapshot) const {
        if (snapshot == nullptr) return RegistryState::absent;
        const Instant at = now();
        if (at >= snapshot->issued_at.plus_seconds(options.rules.expire_seconds)) return RegistryState::expired;
        if (at >= snapshot->issued_at.plus_seconds(options.rules.warn_seconds)) return RegistryState::warning;
        return RegistryState::ok;
    }

    Result<Snapshot> verified(std::string_view jws) const {
        auto snapshot = TRY(verify_snapshot(jws, options.keys));
        if (snapshot.instance != options.instance) {
            return fail(Code::forbidden, "exchange.registry-instance", snapshot.instance + " instead of " + options.instance);
        }
        return snapshot;
    }

    // Whether it is newer than ours; an error when both can not be of one line.
    static Result<bool> newer(const Snapshot& theirs, const Snapshot* ours) {
        if (ours == nullptr) return true;
        const auto contradiction = [](std::string why) { return fail(Code::conflict, "exchange.registry-rollback", std::move(why)); };
        if (theirs.version == ours->version && !same_rows(theirs, *ours)) return contradiction("other rows under the same version");
        if (theirs.version > ours->version && theirs.issued_at < ours->issued_at) return contradiction("a higher version signed earlier");
        if (theirs.version < ours->version && theirs.issued_at > ours->issued_at) return contradiction("a lower version signed later");
        return theirs.issued_at > ours->issued_at;
    }

    Result<bool> offer(std::string_view jws) {
        const std::lock_guard one(offering);
        const auto before = now_held();
        if (before.text != nullptr && *before.text == jws) return false;
        auto snapshot = std::make_shared<const Snapshot>(TRY(verified(jws)));
        if (snapshot->issued_at > now().plus_seconds(options.rules.ahead_seconds)) {
            return fail(Code::conflict, "exchange.registry-ahead", snapshot->issued_at.iso());
        }
        if (!TRY(newer(*snapshot, before.snapshot.get()))) return false;
        TRY(write_small_file(options.file, jws));
        std::function<void(const Snapshot&)> tell;
        {
            const std::lock_guard lock(guard);
            held = {snapshot, std::make_shared<const std::string>(jws)};
            tell = changed;
        }
        if (tell) tell(*snapshot);
        return true;
    }

    void start_from_disk() {
        const auto text = read_small_file(options.file);
        if (!text) return;
        auto snapshot = verified(*text);
        if (!snapshot) {
            log::warning("exchange.registry-file", {{"key", snapshot.error().key}, {"detail", snapshot.error().detail}});
            return;
        }
        held = {std::make_shared<const Snapshot>(std::move(*snapshot)), std::make_shared<const std::string>(*text)};
    }

    Result<bool> ask(std::size_t which) {
        const std::string address = options.mirrors[which];
        const Instant asked = now();
        const auto text = options.fetch(address);
        auto taken = text ? offer(*text) : Result<bool>(std::unexpected(text.error()));
        if (!taken) {
            log::warning("exchange.registry-mirror", {{"address", address}, {"key", taken.error().key}, {"detail", taken.error().detail}});
        }
        const std::lock_guard lock(guard);
        auto& status = mirrors[which];
        status.asked = asked;
        if (taken) status.answered = asked;
        status.problem = taken ? "" : taken.error().key;
        status.detail = taken ? "" : taken.error().detail;
        return taken;
    }

    Result<bool> refresh() {
        if (!options.fetch || options.mirrors.empty()) return false;
        const std::size_t first = turn++ % options.mirrors.size();
        bool newer_came = false, answered = false;
        Result<bool> last = false;
        for (std::size_t i = 0; i < options.mirrors.size(); ++i) {
            last = ask((first + i) % options.mirrors.size());
            answered = answered || last.has_value();
            newer_came = newer_came || last.value_or(false);
        }
        if (!answered) return last;
        return newer_came;
    }

    // Says once that the snapshot grows old, and when it is fresh again.
    void say_state(RegistryState& before) const {
        const auto held_now = now_held();
        const auto state = state_of(held_now.snapshot.get());
        if (state == before) return;
        before = state;
        const auto issued = held_now.snapshot == nullptr ? std::string("-") : held_now.snapshot->issued_at.iso();
        const log::Fields fields{{"state", to_string(state)}, {"issued", issued}};
        if (state == RegistryState::ok) {
            log::info("exchange.registry", fields);
        } else {
            log::warning("exchange.registry", fields);
        }
    }

    void loop() {
        auto said = RegistryState::absent;
        std::unique_lock lock(guard);
        while (!stopping) {
            lock.unlock();
            static_cast<void>(refresh());  // each mirror's failure is in its status and in the log
            say_state(said);
            // A node without any snapshot can do nothing: it asks again soon.
            const auto pause = now_held().snapshot == nullptr ? std::min<std::int64_t>(options.rules.refresh_seconds, 1) : options.rules.refresh_seconds;
            lock.lock();
            wake.wait_for(lock, std::chrono::seconds(pause), [&] { return stopping; });
        }
    }
};

RegistryKeeper::RegistryKeeper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RegistryKeeper::~RegistryKeeper() { stop(); }

Result<std::unique_ptr<RegistryKeeper>> RegistryKeeper::open(Options options) {
    if (options.keys.empty()) return fail(Code::invalid, "exchange.registry-signature", "no key of the registry is given");
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    for (const auto& address : impl->options.mirrors) impl->mirrors.push_back({address, {}, {}, {}, {}});
    impl->start_from_disk();
    return std::unique_ptr<RegistryKeeper>(new RegistryKeeper(std::move(impl)));
}

Result<std::shared_ptr<const Snapshot>> RegistryKeeper::usable() const {
    auto snapshot = impl_->now_held().snapshot;
    switch (impl_->state_of(snapshot.get())) {
        case RegistryState::absent: return fail(Code::unavailable, "exchange.registry-missing", "no snapshot has been read yet");
        case RegistryState::expired:
            return fail(Code::unavailable, "exchange.registry-expired", "signed at " + snapshot->issued_at.iso());
        default: return snapshot;
    }
}

std::shared_ptr<const Snapshot> RegistryKeeper::newest() const { return impl_->now_held().snapshot; }
std::shared_ptr<const std::string> RegistryKeeper::signed_text() const { return impl_->now_held().text; }

RegistryKeeper::View RegistryKeeper::view() const {
    auto held = impl_->now_held();
    const auto state = impl_->state_of(held.snapshot.get());
    return {std::move(held.snapshot), std::move(held.text), state};
}

RegistryStatus RegistryKeeper::status() const {
    RegistryStatus out;
    const auto held = impl_->now_held();
    out.state = impl_->state_of(held.snapshot.get());
    if (held.snapshot != nullptr) {
        out.version = held.snapshot->version;
        out.issued_at = held.snapshot->issued_at;
        const auto end = out.issued_at.plus_seconds(impl_->options.rules.expire_seconds);
        out.seconds_left = std::max<std::int64_t>(0, end.seconds() - impl_->now().seconds());
    }
    const std::lock_guard lock(impl_->guard);
    out.mirrors = impl_->mirrors;
    return out;
}

Result<bool> RegistryKeeper::offer(std::string_view jws) { return impl_->offer(jws); }
Result<bool> RegistryKeeper::refresh() { return impl_->refresh(); }

void RegistryKeeper::on_change(std::function<void(const Snapshot&)> changed) {
    const std::lock_guard lock(impl_->guard);
    impl_->changed = std::move(changed);
}

void RegistryKeeper::start() {
    impl_->thread = std::thread([this] { impl_->loop(); });
}

void RegistryKeeper::stop() {
    {
        const std::lock_guard lock(impl_->guard);
        impl_->stopping = true;
    }
    impl_->wake.notify_all();
    if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace wasl::exchange
