#include "exchange/node.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/edge.hpp"
#include "exchange/node_core.hpp"
#include "exchange/node_routes.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wasl::exchange {

namespace {

std::unexpected<Error> bad_configuration(std::string why) { return fail(Code::invalid, "exchange.configuration", std::move(why)); }

}  // namespace

struct Node::Impl {
    explicit Impl(NodeOptions options) : core(std::move(options)) {}
    NodeCore core;
    std::mutex configuring;
    std::map<store::Store*, std::shared_ptr<MemberJournal>> journals;  // under configuring
    std::mutex waking;
    std::condition_variable woken;
    bool ending = false;                                          // under waking
    std::optional<std::chrono::steady_clock::time_point> due;     // under waking: when what waits is to be written
    std::thread flusher;

    Result<std::shared_ptr<const Running>> prepare(NodeConfiguration configuration);
    Result<std::shared_ptr<MemberJournal>> journal_of(const ServedMember& member);
    ~Impl();
    void keep_flushing();
    void wake(std::chrono::milliseconds after);
    Result<void> settle();
    void measure();
};

Result<std::shared_ptr<MemberJournal>> Node::Impl::journal_of(const ServedMember& member) {
    if (const auto known = journals.find(member.journal); known != journals.end()) {
        if (known->second->member() != member.member) { return bad_configuration("one journal for two members: " + member.member.text()); }
        return known->second;
    }
    auto journal = std::make_shared<MemberJournal>(member.member, *member.journal, [this](std::chrono::milliseconds after) { wake(after); }, [this](std::size_t count) {
        core.unrecorded += count;
        log::error("exchange.answers-unrecorded", {{"exchanges", static_cast<std::int64_t>(count)}});
    });
    const Instant now = core.now();
    const auto longest = std::chrono::duration_cast<std::chrono::seconds>(core.options.limits.whole).count() + 30;
    TRY(journal->recover(now, longest, [this, now](std::string_view key_id, std::string_view nonce, Instant until) {
        static_cast<void>(core.nonces.remember(key_id, nonce, until, now));
    }));
    journals.emplace(member.journal, journal);
    return journal;
}

Node::Impl::~Impl() {
    {
        const std::lock_guard lock(waking);
        ending = true;
    }
    woken.notify_all();
    if (flusher.joinable()) { flusher.join(); }
    if (const auto written = settle(); !written) { log::error("exchange.answers-unrecorded", {{"key", written.error().key}}); }
}

void Node::Impl::wake(std::chrono::milliseconds after) {
    const auto at = std::chrono::steady_clock::now() + after;
    {
        const std::lock_guard lock(waking);
        if (due && *due <= at) { return; }
        due = at;
    }
    woken.notify_one();
}

void Node::Impl::keep_flushing() {
    std::unique_lock lock(waking);
    while (!ending) {
        if (!due) {
            woken.wait(lock);
        } else if (std::chrono::steady_clock::now() < *due) {
            woken.wait_until(lock, *due);
        } else {
            due.reset();
            lock.unlock();
            {
                const std::lock_guard held(configuring);
                for (const auto& [store, journal] : journals) { journal->flush(); }
            }
            lock.lock();
        }
    }
}

Result<void> Node::Impl::settle() {
    const std::lock_guard lock(configuring);
    for (const auto& [store, journal] : journals) { TRY(journal->settle()); }
    return {};
}

Result<std::shared_ptr<const Running>> Node::Impl::prepare(NodeConfiguration configuration) {
    auto out = std::make_shared<Running>();
    for (const ServedMember& member : configuration.members) {
        if (member.journal == nullptr || !member.member.subsystem_code.empty() || member.key_id.empty()) { return bad_configuration(member.member.text()); }
        auto journal = TRY(journal_of(member));
        if (!out->members.emplace(member.member, Served{member.member, member.key, member.key_id, std::move(journal), member.bodies}).second) {
            return bad_configuration("twice: " + member.member.text());
        }
    }
    for (const auto& [id, service] : configuration.services) {
        const bool https = !service.local && !service.tls && equals_ignoring_ascii_case(std::string_view(service.url).substr(0, 6), "https:");
        if (https) { static_cast<void>(core.provider_tls(service.verify_tls)); }  // reads files: not while a message waits
    }
    out->configuration = std::move(configuration);
    return out;
}

void Node::Impl::measure() {
    if (core.options.metrics == nullptr) { return; }
    http::Metrics& to = *core.options.metrics;
    NodeCore* from = &core;
    to.gauge("wasl_exchange_open", "Exchanges under way.", [from] { return static_cast<double>(from->open.load()); });
    to.gauge("wasl_exchange_nonces", "Nonces remembered.", [from] { return static_cast<double>(from->nonces.count()); });
    to.gauge("wasl_exchange_unrecorded_answers", "Answers whose entry could not be written.", [from] { return static_cast<double>(from->unrecorded.load()); });
    to.gauge("wasl_exchange_registry_age_seconds", "Since the registry's snapshot was signed; -1 without one.", [from] {
        const RegistryView view = from->options.registry();
        return view.snapshot ? static_cast<double>(from->now().micros - view.snapshot->issued_at.micros) / 1e6 : -1.0;
    });
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::create(NodeOptions options, NodeConfiguration configuration) {
    if (!options.client || !options.registry) { return bad_configuration("a client and a registry are needed"); }
    std::unique_ptr<Node> out(new Node(std::make_unique<Impl>(std::move(options))));
    TRY(out->configure(std::move(configuration)));
    out->impl_->measure();
    out->impl_->flusher = std::thread([impl = out->impl_.get()] { impl->keep_flushing(); });
    return out;
}

Result<void> Node::configure(NodeConfiguration configuration) {
    const std::lock_guard lock(impl_->configuring);
    impl_->core.run(TRY(impl_->prepare(std::move(configuration))));
    return {};
}

namespace {

Result<EdgeCall> edge_call(OwnCall&& call) {
    EdgeCall out;
    out.trusted = true;
    auto body = std::make_shared<http::Body>(call.body.size() + 1, std::string(), true);
    TRY(body->append(call.body));
    TRY(body->finish());
    out.request.body_sha512 = body->sha512();
    out.request.body = std::move(body);
    out.request.method = std::move(call.method);
    out.request.target = ServiceAddress{call.service, std::move(call.path), std::move(call.query), {}}.target();
    auto& headers = out.request.headers;
    headers.push_back({"X-Road-Client", call.client.text()});
    if (call.id) { headers.push_back({"X-Road-Id", std::move(*call.id)}); }
    if (call.user_id) { headers.push_back({"X-Road-UserId", std::move(*call.user_id)}); }
    if (call.issue) { headers.push_back({"X-Road-Issue", std::move(*call.issue)}); }
    if (call.represented) { headers.push_back({"X-Road-Represented-Party", call.represented->text()}); }
    for (HeaderLine& line : call.headers) { headers.push_back(std::move(line)); }
    return out;
}

}  // namespace

void Node::call(OwnCall call, std::move_only_function<void(OwnAnswer)> done) {
    NodeCore& core = impl_->core;
    auto made = edge_call(std::move(call));
    if (!made) {
        const Refusal refusal = core.refuse(FaultSide::client_proxy, FaultKind::io_error, "The body can not be kept", made.error().key);
        return done({.status = status_of(refusal.fault), .fault = refusal.fault});
    }
    send(core, std::move(*made), [done = std::move(done)](EdgeAnswer answer) mutable {
        OwnAnswer out;
        out.message_id = std::move(answer.message_id);
        out.request_id = std::move(answer.request_id);
        if (auto* fault = std::get_if<Fault>(&answer.what)) {
            out.status = status_of(*fault);
            out.fault = std::move(*fault);
        } else {
            auto& response = std::get<WireResponse>(answer.what);
            out.status = response.status;
            out.body = response.bytes();
            out.headers = std::move(response.headers);
        }
        done(std::move(out));
    });
}

void Node::edge_routes(http::Router& router, EdgeKind kind) { add_edge_routes(impl_->core, router, kind); }
void Node::edge_refusals(http::Options& options) { say_edge_refusals(impl_->core, options); }
void Node::peer_refusals(http::Options& options) { say_peer_refusals(impl_->core, options); }
void Node::peer_routes(http::Router& router) { add_peer_routes(impl_->core, router); }
void Node::management_routes(http::Router& router) { add_management_routes(impl_->core, router); }
const NodeId& Node::id() const noexcept { return impl_->core.options.id; }
Result<void> Node::settle() { return impl_->settle(); }
Monitoring& Node::monitoring() noexcept { return impl_->core.monitoring; }

NodeStatus Node::status() const {
    NodeCore& core = impl_->core;
    NodeStatus out{core.open.load(), 0, core.unrecorded.load(), core.nonces.count(), core.options.registry().state};
    for (const auto& [member, served] : core.running()->members) {
        auto reader = served.journal->store().read();
        const auto count = reader ? (*reader)->count({.collection = std::string(open_collection), .index = "by_time"}, 1'000'000) : Result<std::int64_t>(0);
        out.unknown_outcomes += static_cast<std::uint64_t>(count.value_or(0));
    }
    return out;
}

}  // namespace wasl::exchange
