// wasl serve: opens the host, starts the server and the caretaker, waits for a signal.
#include "caretaker.hpp"
#include "commands.hpp"
#include "control.hpp"
#include "courier.hpp"
#include "demo.hpp"
#include "exchange_desk.hpp"
#include "exchange_node.hpp"
#include "host.hpp"
#include "practice.hpp"
#include "tool.hpp"
#include "trial_machine.hpp"
#include "version.hpp"

#include "base/log.hpp"
#include "http/metrics.hpp"
#include "http/server.hpp"
#include "identity/outbox.hpp"
#include "identity/secrets.hpp"
#include "post/letter.hpp"
#include "web/routes.hpp"
#include "web/visit.hpp"

#include <pthread.h>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <iostream>

namespace wasl::app {

namespace {

// Signals are taken by sigwait in the main thread; every other thread has them blocked.
sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

// Loopback unless the connection is protected: by our own TLS, or by a proxy that the operator names.
Result<void> safe_address(const ServeArgs& args) {
    if (is_loopback(args.address) || !args.tls_certificate.empty() || !args.behind_proxy.empty()) return {};
    return fail(Code::invalid, "serve.unprotected",
                "listening on " + args.address + " needs --tls CERT KEY or --behind-proxy ADDRESS");
}

// A practice country is for the people at this machine, in a folder of its own; and no other node is opened on that folder.
Result<void> practice_apart(const ServeArgs& args) {
    if (!args.practice) {
        if (is_practice(args.data)) return fail(Code::invalid, "serve.is-practice", args.data.string() + " is a practice country: open it with --practice");
        return {};
    }
    if (args.demo) return fail(Code::invalid, "serve.practice", "--demo and --practice are two different countries");
    if (is_loopback(args.address) && args.behind_proxy.empty()) return {};
    return fail(Code::invalid, "serve.practice", "--practice listens on loopback only, and behind no proxy");
}

// Where the clock and the disk are those of a trial, nobody but this machine may come in.
Result<std::unique_ptr<TrialMachine>> trial_machine(const ServeArgs& args) {
    const auto file = TrialMachine::asked_for();
    if (!file) return std::unique_ptr<TrialMachine>();
    if (!is_loopback(args.address)) return fail(Code::invalid, "serve.trial-machine", "WASL_TRIAL_MACHINE is for loopback only");
    log::warning("serve.trial-machine", {{"file", file->string()}});
    return std::make_unique<TrialMachine>(*file);
}

http::Options server_options(const ServeArgs& args, web::Site& site, http::Metrics& metrics) {
    http::Options options;
    options.address = args.address;
    options.port = args.port;
    options.threads = args.threads;
    options.pool_threads = 4;
    options.behind_proxy = args.behind_proxy;
    if (!args.tls_certificate.empty()) options.tls = {{args.tls_certificate, args.tls_key}};
    options.metrics = &metrics;
    options.error_page = [&site](const http::Request& request, const Error& error) { return web::error_page(site, request, error); };
    options.access_log = [](const http::Access& access) {
        if (access.status >= 500) log::warning("http.access", {{"line", http::access_line(access)}});
    };
    return options;
}

// A host of many members opens no store unasked: it would take minutes before the first page.
constexpr std::size_t few_members = 20;

Result<void> greet_first_administrators(Host& host, const std::vector<std::string>& asked) {
    for (const auto& member : host.all()) {
        const bool wanted = std::ranges::find(asked, member.id) != asked.end() || (asked.empty() && host.all().size() <= few_members);
        if (!wanted) continue;
        auto* site = TRY(host.at(member.id));
        if (!TRY(site->staff->empty())) continue;
        const auto code = TRY(site->staff->new_setup_code());
        std::cout << fmt::format("First administrator of {}: open /fr/desk/setup and give the code {} (valid for a day)\n", member.id, code);
    }
    return {};
}

// What a utility would have told the customers of its outages.
Result<void> add_supply_messages(Host& host, const web::MemberInfo& utility, web::DemoOutbox& out) {
    auto* member = TRY(host.at(utility.id));
    const auto reader = TRY(member->store->read());
    for (const auto& message : TRY(grid::waiting_messages(*reader, 50))) {
        const auto letter = post::compose(supply_notice(message, utility, host.site()));
        out.messages.push_back({message.queued, message.to, letter ? letter->text : message.key});
    }
    return {};
}

// Messages that were not sent, and the six digits that each agent's authenticator would show now.
Result<web::DemoOutbox> read_demo_outbox(Host& host, const std::filesystem::path& data) {
    web::DemoOutbox out;
    const auto reader = TRY(host.host_store().read());
    for (const auto& queued : TRY(identity::newest_messages(*reader, 50))) {
        const auto& message = queued.message;
        const auto letter = post::compose({.id = queued.id,
                                           .channel = post::parse_channel(message.channel).value_or(post::Channel::email),
                                           .to = message.address,
                                           .language = lingua::from_tag(message.language).value_or(lingua::Language::ar),
                                           .key = message.key,
                                           .args = message.args,
                                           .attachments = {}});
        out.messages.push_back({message.at, message.address, letter ? letter->text : message.key});
    }
    for (const auto& member : host.all()) {
        if (member.kind == "utility") TRY(add_supply_messages(host, member, out));
    }
    std::ranges::sort(out.messages, std::greater{}, &web::DemoOutbox::Message::at);  // newest first
    const auto step = host.site().clock->now().seconds() / 30;
    for (const auto& agent : demo_agents(data)) {
        out.staff.push_back({agent.member, agent.login, agent.password, agent.name, agent.roles, identity::totp_code(agent.totp_secret, step)});
    }
    return out;
}

Result<void> run(const ServeArgs& args) {
    TRY(safe_address(args));
    protect_new_files();  // the lock is the first file of a new data folder
    const auto lock = TRY(ServerLock::take(args.data));
    TRY(practice_apart(args));
    if (args.demo) TRY(prepare_demo(args.data));
    if (args.practice) TRY(prepare_practice(args.data));
    const bool demo = args.demo || args.practice;
    HostOptions hosting{.data = args.data, .jurisdiction = pack_folder()};
    const auto trial = TRY(trial_machine(args));
    hosting.clock = trial.get();
    hosting.disk = trial.get();
    if (demo) {
        hosting.reserve_bytes = 0;
        hosting.codes.a_day_per_source = 100'000;  // everybody who tries it comes from one loopback address
    }
    auto host = TRY(Host::open(std::move(hosting)));
    web::Site& site = host->site();
    site.demo = demo;
    if (demo) site.demo_outbox = [&host = *host, data = args.data] { return read_demo_outbox(host, data); };
    site.build = fmt::format("{} {}", version, commit);
    std::unique_ptr<practice::Lab> lab;
    if (args.practice) {
        lab = TRY(open_practice(*host, args.data));
        site.practice = lab.get();
    }
    http::Metrics metrics;
    http::Router router;
    web::add_routes(router, site);
    auto server = TRY(http::Server::create(server_options(args, site, metrics), std::move(router)));
    const std::string scheme = args.tls_certificate.empty() ? "http" : "https";
    if (!args.public_url.empty()) site.public_url = args.public_url;
    if (site.public_url.empty()) site.public_url = fmt::format("{}://localhost:{}", scheme, server.port());
    site.pool = &server.pool();
    http::Pool outside(4, 500);  // ended before the server is: its jobs answer there
    site.outside = &outside;
    if (!demo) TRY(greet_first_administrators(*host, args.set_up));
    Caretaker caretaker(*host, {.send_messages = !demo});
    std::unique_ptr<ExchangeNode> exchange;
    std::optional<HostExchangeDesk> exchange_desk;
    if (has_exchange(args.data)) {
        exchange = TRY(ExchangeNode::open(*host, metrics));
        site.exchange = &exchange_desk.emplace(*exchange);
    }
    server.start();
    caretaker.start();
    if (exchange) exchange->start();
    std::cout << fmt::format("Wasl {} serves {} (stop with Ctrl-C)\n", version, site.public_url) << std::flush;
    if (exchange) {
        std::cout << fmt::format("Exchange: node {}, edge {}, peers {}\n", exchange->file().node.text(), exchange->edge_address(), exchange->peer_address()) << std::flush;
    }
    const auto signals = stop_signals();
    int received = 0;
    sigwait(&signals, &received);
    log::info("serve.stopping", {{"signal", received}});
    if (exchange) exchange->stop();
    server.stop();
    return {};
}

}  // namespace

int serve(const ServeArgs& asked) {
    const auto signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ServeArgs args = asked;
    std::optional<FreshFolder> fresh;
    if (args.fresh_practice) args.data = fresh.emplace().path();
    if (const auto done = run(args); !done) {
        complain(done.error());
        return 1;
    }
    return 0;
}

}  // namespace wasl::app
