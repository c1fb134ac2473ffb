#include "exchange/node.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/edge.hpp"
#include "exchange/meta.hpp"
#include "exchange/node_core.hpp"
#include "exchange/peer.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wasl::exchange {

namespace {

constexpr std::chrono::seconds grace{5};  // for the reply after the longest exchange
constexpr std::size_t records_at_once = 1'000;

std::unexpected<Error> bad_configuration(std::string why) { return fail(Code::invalid, "exchange.configuration", std::move(why)); }

WireRequest request_of(const http::Request& request) {
    return {std::string(request.method_text()), std::string(request.raw_target()), lines_of(request), request.shared_body(), std::string(request.body_sha512())};
}

http::Response response_of(WireResponse&& answer) {
    http::Response out;
    out.status = answer.status;
    out.reason = std::move(answer.reason);
    out.headers.reserve(answer.headers.size());
    for (HeaderLine& line : answer.headers) { out.headers.push_back({std::move(line.name), std::move(line.value)}); }
    if (auto* text = std::get_if<std::string>(&answer.body)) {
        out.body = std::move(*text);
    } else if (auto& shared = std::get<http::SharedBody>(answer.body)) {
        out.body = std::move(shared);
    }
    return out;
}

http::Response response_of(const Fault& fault, std::string_view accept, FaultSpelling spelling) {
    FaultResponse told = render_fault(fault, accept, spelling);
    http::Response out;
    out.status = fault.kind == FaultKind::logging_failed ? 503 : told.status;
    out.headers = {{"Content-Type", std::move(told.content_type)}, {"X-Road-Error", std::move(told.error_header)}};
    if (out.status == 503) { out.headers.push_back({"Retry-After", "5"}); }
    out.body = std::move(told.body);
    return out;
}

// What the server refuses before the message is whole.
Refusal server_refusal(NodeCore& core, const Error& error, FaultSide side) {
    if (error.code == Code::too_large) { return core.refuse(side, FaultKind::bad_request, "The body is too large", error.key, error.detail); }
    if (error.code == Code::invalid) { return core.refuse(side, FaultKind::bad_request, "The message is malformed: " + error.key, error.key, error.detail); }
    const FaultSide own = side == FaultSide::client ? FaultSide::client_proxy : side;
    if (error.key == "http.body-storage") { return core.refuse(own, FaultKind::io_error, "The body can not be kept", error.key, error.detail); }
    return core.refuse(own, FaultKind::internal_error, "The node failed: " + error.key, error.key, error.detail);
}

RefusalRow claimed(const http::Request& request, JournalSide side) {
    RefusalRow row;
    row.facts.side = side;
    if (auto words = read_request_words(lines_of(request))) {
        row.facts.client = std::move(words->client);
        row.facts.message_id = words->id.value_or("");
    }
    if (auto address = parse_service_address(request.raw_target())) { row.facts.service = std::move(address->service); }
    row.method = request.method_text();
    row.target = request.raw_target();
    if (const auto& shown = request.client_certificate()) { row.certificate = to_hex(shown->fingerprint.view()); }
    return row;
}

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
    http::Reply at_edge(http::Request& request, EdgeKind kind);
    http::Reply from_peer(http::Request& request);
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

http::Reply Node::Impl::at_edge(http::Request& request, EdgeKind kind) {
    return http::Later([this, kind, kept = request.keep()](http::Responder responder) {
        EdgeCall call;
        call.request = request_of(*kept);
        call.secure = kind == EdgeKind::tls && kept->secure();
        call.from_here = kept->peer() == "127.0.0.1" || kept->peer() == "::1" || kept->peer() == "::ffff:127.0.0.1";
        call.certificate = kept->client_certificate();
        const FaultSpelling spelling = core.running()->configuration.spelling;
        send(core, std::move(call), [kept, spelling, responder = std::move(responder)](EdgeAnswer answer) mutable {
            if (const auto* fault = std::get_if<Fault>(&answer.what)) {
                return responder.send(response_of(*fault, kept->header("Accept"), spelling));
            }
            responder.send(response_of(std::move(std::get<WireResponse>(answer.what))));
        });
    });
}

http::Reply Node::Impl::from_peer(http::Request& request) {
    return http::Later([this, kept = request.keep()](http::Responder responder) {
        const auto& shown = kept->client_certificate();
        const Sender sender{false, shown ? to_hex(shown->fingerprint.view()) : ""};
        receive(core, request_of(*kept), sender, [responder = std::move(responder)](WireResponse response) mutable {
            responder.send(response_of(std::move(response)));
        });
    });
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

void Node::edge_routes(http::Router& router, EdgeKind kind) {
    Impl* self = impl_.get();
    http::RawOptions options{.body_limit = self->core.options.limits.body_bytes, .sha512 = true, .later = self->core.options.limits.whole + grace};
    options.error_page = [self](const http::Request& request, const Error& error) {
        const Refusal refusal = server_refusal(self->core, error, FaultSide::client);
        const auto running = self->core.running();
        RefusalRow row = claimed(request, JournalSide::client);
        const ClientId client = row.facts.client;
        self->core.journal_refusal(*running, client, std::move(row), refusal);
        return response_of(refusal.fault, request.header("Accept"), running->configuration.spelling);
    };
    // There is one version of the protocol; another is refused by the protocol's own words, not by a page.
    for (const char digit : std::string_view("023456789")) {
        router.raw(std::string("/r") + digit + "/", [self](http::Request& request) -> http::Reply {
            const auto running = self->core.running();
            const Refusal refusal = self->core.refuse(FaultSide::client, FaultKind::bad_request, "Only version r1 of the message protocol is known here", "exchange.protocol-version");
            RefusalRow row = claimed(request, JournalSide::client);
            const ClientId client = row.facts.client;
            self->core.journal_refusal(*running, client, std::move(row), refusal);
            return response_of(refusal.fault, request.header("Accept"), running->configuration.spelling);
        });
    }
    router.raw("/r1/", [self, kind](http::Request& request) { return self->at_edge(request, kind); }, std::move(options));
    router.get("/listClients", [self](http::Request& request) -> http::Reply {
        const auto directory = self->core.directory();
        if (!directory) {
            const Refusal refusal = self->core.refuse(FaultSide::client_proxy, FaultKind::outdated_global_conf, "This node's registry is missing or too old", "exchange.registry-expired");
            return response_of(refusal.fault, request.header("Accept"), self->core.running()->configuration.spelling);
        }
        LocalAnswer answer = list_clients(*directory, request.query("xRoadInstance"), request.header("Accept"));
        http::Response out = http::Response::bytes(std::move(answer.body), answer.headers[0].value);
        out.status = answer.status;
        return out;
    });
}

void Node::peer_routes(http::Router& router) {
    Impl* self = impl_.get();
    http::RawOptions options{.body_limit = self->core.options.limits.body_bytes, .sha512 = true, .later = self->core.options.limits.whole + grace};
    options.error_page = [self](const http::Request& request, const Error& error) {
        const Refusal refusal = server_refusal(self->core, error, FaultSide::server_proxy);
        RefusalRow row = claimed(request, JournalSide::provider);
        const ClientId provider = row.facts.service.provider;
        self->core.journal_refusal(*self->core.running(), provider, std::move(row), refusal);
        return response_of(refusal_response(self->core, refusal));
    };
    router.raw("/r1/", [self](http::Request& request) { return self->from_peer(request); }, std::move(options));
}

void Node::management_routes(http::Router& router) {
    Impl* self = impl_.get();
    router.get("/exchange/records", [self](http::Request& request) -> http::Reply {
        const auto after = to_integer(request.query("after", "0"));
        if (!after || *after < 0) { return Error{Code::invalid, "exchange.records-after", "after is no number"}; }
        const auto directory = self->core.directory();
        const RegisteredNode* here = directory ? directory->node(self->core.options.id) : nullptr;
        std::string out;
        for (const auto& record : self->core.monitoring.since(static_cast<std::uint64_t>(*after), records_at_once)) {
            out += monitoring_json(*record, self->core.now().seconds(), here != nullptr ? here->host : "") + "\n";
        }
        return http::Response::bytes(std::move(out), "application/x-ndjson");
    });
    router.get("/exchange/health", [self](http::Request&) -> http::Reply { return http::Response::json(health_json(self->core.monitoring)); });
    router.get("/exchange/unknown", [self](http::Request&) -> http::Reply {
        json::Array out;
        for (const auto& [member, served] : self->core.running()->members) {
            auto reader = served.journal->store().read();
            const auto found = reader ? unknown_outcomes(**reader, records_at_once) : Result<std::vector<FoundExchange>>(std::unexpected(reader.error()));
            if (!found) { return found.error(); }
            for (const FoundExchange& one : *found) {
                out.emplace_back(json::Object{{"member", member.text()}, {"request_id", one.request_id}, {"message_id", one.message_id},
                                              {"side", to_string(one.side)}, {"client", one.client.text()},
                                              {"service", one.service.text()}, {"at", one.at.iso()}});
            }
        }
        return http::Response::json(json::write(json::Object{{"unknown", std::move(out)}}));
    });
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
