#include "sandbox.hpp"

#include "exchange_fetch.hpp"
#include "sandbox_authority.hpp"
#include "sandbox_children.hpp"
#include "sandbox_country.hpp"
#include "sandbox_seed.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "exchange/fault.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <optional>
#include <system_error>
#include <thread>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

constexpr int ready_within_seconds = 180;
constexpr std::size_t ports_of_a_process = 4;
constexpr const char* state_name = "sandbox";  // below the folder: all but the file `env`

sigset_t signals_of_sandbox() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
    return set;
}

// What the sandbox writes: FOLDER/env and FOLDER/sandbox/. Gone when this is gone; of a folder that was given
// only these two (and the folder, when there was none and nothing else stands in it), of one of ours all.
class Folder {
public:
    static Result<Folder> open(const std::string& asked) {
        Folder out;
        std::error_code problem;
        if (asked.empty()) {
            std::string name = (std::filesystem::temp_directory_path() / "wasl-sandbox-XXXXXX").string();
            if (::mkdtemp(name.data()) == nullptr) return fail(Code::internal, "file.unwritable", name);
            out.root_ = name;
            out.ours_ = true;
        } else {
            if (std::filesystem::exists(asked, problem) && !std::filesystem::is_directory(asked, problem)) {
                return fail(Code::invalid, "sandbox.no-folder", asked + ": " + std::make_error_code(std::errc::not_a_directory).message());
            }
            out.made_ = std::filesystem::create_directories(asked, problem);
            out.root_ = std::filesystem::canonical(asked, problem);
            if (problem) return fail(Code::internal, "file.unwritable", asked + ": " + problem.message());
        }
        TRY(out.lock());
        return out;
    }
    Folder(Folder&& other) noexcept : root_(std::exchange(other.root_, {})), ours_(other.ours_), made_(other.made_), lock_(std::exchange(other.lock_, -1)) {}
    Folder& operator=(Folder&&) = delete;
    ~Folder() {
        if (root_.empty() || lock_ < 0) return;
        std::error_code ignored;
        std::filesystem::remove(env(), ignored);
        std::filesystem::remove_all(ours_ ? root_ : state(), ignored);
        if (made_) std::filesystem::remove(root_, ignored);  // only when it is empty
        ::close(lock_);
    }
    [[nodiscard]] Path env() const { return root_ / "env"; }
    [[nodiscard]] Path state() const { return root_ / state_name; }
    [[nodiscard]] Path data(const SandboxProcess& process) const { return state() / process.name; }

private:
    Folder() = default;
    // What a sandbox left that was killed is cleared away; a living one keeps its folder.
    Result<void> lock() {
        std::error_code problem;
        std::filesystem::create_directories(state(), problem);
        const auto file = state() / "lock";
        lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            if (lock_ >= 0) ::close(std::exchange(lock_, -1));
            return fail(Code::conflict, "sandbox.folder-in-use", root_.string());
        }
        std::filesystem::remove(env(), problem);
        for (const auto& entry : std::filesystem::directory_iterator(state(), problem)) {
            if (entry.path() != file) std::filesystem::remove_all(entry.path(), problem);
        }
        return {};
    }
    Path root_;
    bool ours_ = false;
    bool made_ = false;  // where it was asked for, there was no folder
    int lock_ = -1;
};

struct Sandbox {
    SandboxCountry country = sandbox_country();
    std::unique_ptr<SandboxAuthority> authority;
    std::vector<SandboxChild> children;
    std::vector<int> starts;  // of each child: one that can not live is not started for ever
    std::optional<http::Client> client;

    Sandbox() = default;
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    // All at once: each takes its time to end.
    ~Sandbox() {
        for (auto& child : children) child.ask_to_end();
    }
};

std::string edge_of(const SandboxProcess& process) { return fmt::format("http://127.0.0.1:{}", process.edge); }

Result<void> give_ports(Sandbox& sandbox, std::uint16_t first) {
    const auto count = sandbox.country.processes.size() * ports_of_a_process + 3;
    const auto ports = TRY(free_ports(first, count));
    std::size_t at = 0;
    for (auto& process : sandbox.country.processes) {
        process.pages = ports[at++];
        process.edge = ports[at++];
        process.peer = ports[at++];
        process.management = ports[at++];
    }
    sandbox.authority = TRY(SandboxAuthority::create({.registry = ports[at], .timestamps = ports[at + 1], .own = ports[at + 2]}));
    return {};
}

// The signal that came within that time; 0: none.
int wait_for_signal(const sigset_t& signals, std::int64_t milliseconds) {
    const timespec time{milliseconds / 1'000, (milliseconds % 1'000) * 1'000'000};
    const int got = ::sigtimedwait(&signals, nullptr, &time);
    return got > 0 ? got : 0;
}

bool is_asked_to_stop(const sigset_t& signals) {
    const int signal = wait_for_signal(signals, 0);
    return signal != 0 && signal != SIGUSR1;
}

// False: asked to stop before all was written.
Result<bool> seed(Sandbox& sandbox, const Folder& folder, const sigset_t& signals) {
    std::map<std::string, std::vector<exchange::MemberKey>> keys;
    std::map<std::string, exchange::TlsIdentity> certificates;
    for (const auto& process : sandbox.country.processes) {
        if (is_asked_to_stop(signals)) return false;
        certificates[process.name] = TRY(sandbox.authority->certificate_for(process));
        keys.merge(TRY(seed_sandbox_process(sandbox.country, process,
                                            {.data = folder.data(process), .registry_keys = sandbox.authority->registry_keys(),
                                             .roots_pem = sandbox.authority->roots_pem(), .authorities = sandbox.authority->addresses(),
                                             .certificate = certificates[process.name]})));
        sandbox.authority->add_folder(process.name, folder.data(process));
    }
    TRY(sandbox.authority->open(sandbox.country, keys, certificates));
    return !is_asked_to_stop(signals);
}

Result<void> start_children(Sandbox& sandbox, const Folder& folder) {
    for (const auto& process : sandbox.country.processes) {
        const std::vector<std::string> arguments{"serve", "--demo", "--data", folder.data(process).string(), "--port", std::to_string(process.pages), "--threads", "1"};
        sandbox.children.emplace_back(process.name, arguments, folder.state() / (process.name + ".log"));
        TRY(sandbox.children.back().start());
        sandbox.starts.push_back(1);
    }
    json::Object processes;
    for (const auto& child : sandbox.children) processes.set(child.name(), static_cast<std::int64_t>(child.id()));
    return write_file(folder.state() / "processes.json", json::write(processes));
}

// One try of the call that the sandbox offers: allowed to its client, denied to a stranger, at every edge a list.
Result<void> answers(Sandbox& sandbox) {
    auto& client = *sandbox.client;
    for (const auto& process : sandbox.country.processes) {
        TRY(fetch(client, {.url = edge_of(process) + "/listClients"}));
        TRY(fetch(client, {.url = fmt::format("http://127.0.0.1:{}/fr", process.pages)}));
    }
    const auto trial = sandbox_trial(sandbox.country);
    const auto call = edge_of(*std::ranges::find(sandbox.country.processes, trial.process, &SandboxProcess::name)) + "/r1/" + trial.service.text() + trial.path;
    TRY(fetch(client, {.url = call, .headers = {{"X-Road-Client", trial.client.text()}}}));
    const auto denied = TRY(ask(client, {.url = call, .headers = {{"X-Road-Client", trial.stranger.text()}}}));
    if (!exchange::same_fault_type(denied.header("X-Road-Error"), "Server.ServerProxy.AccessDenied")) {
        return fail(Code::internal, "sandbox.stranger-let-in", std::string(denied.bytes().substr(0, 300)));
    }
    return {};
}

std::unexpected<Error> child_died(const SandboxChild& child) {
    return fail(Code::internal, "sandbox.process-ended", child.name() + ":\n" + child.last_words());
}

// False: asked to stop before everything answered.
Result<bool> wait_until_ready(Sandbox& sandbox, const sigset_t& signals) {
    Result<void> last;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(ready_within_seconds);
    while (std::chrono::steady_clock::now() < end) {
        const int signal = wait_for_signal(signals, 200);
        if (signal != 0 && signal != SIGUSR1) return false;
        for (auto& child : sandbox.children) {
            if (child.has_ended()) return child_died(child);
        }
        last = answers(sandbox);
        if (last) return true;
    }
    return std::unexpected(last.error());
}

std::string curl_line(const SandboxCountry& country) {
    const auto trial = sandbox_trial(country);
    const auto& process = *std::ranges::find(country.processes, trial.process, &SandboxProcess::name);
    return fmt::format("curl -i -H 'X-Road-Client: {}' '{}/r1/{}{}'", trial.client.text(), edge_of(process), trial.service.text(), trial.path);
}

Result<void> write_env(const Sandbox& sandbox, const Folder& folder) {
    const auto trial = sandbox_trial(sandbox.country);
    const auto& process = *std::ranges::find(sandbox.country.processes, trial.process, &SandboxProcess::name);
    std::string text = fmt::format("WASL_EDGE={}\nWASL_CLIENT={}\nWASL_STRANGER={}\nWASL_SERVICE={}\nWASL_SERVICE_PATH={}\n", edge_of(process),
                                   trial.client.text(), trial.stranger.text(), trial.service.text(), trial.path);
    text += fmt::format("WASL_SANDBOX={}\n", sandbox.authority->own_address());
    for (const auto& one : sandbox.country.processes) {
        std::string name = one.name;
        std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        text += fmt::format("WASL_{0}_PAGES=http://127.0.0.1:{1}\nWASL_{0}_EDGE={2}\nWASL_{0}_STATE=http://127.0.0.1:{3}\n", name, one.pages, edge_of(one), one.management);
    }
    return write_file(folder.env(), text);
}

void draw(const Sandbox& sandbox, const Folder& folder) {
    const auto authorities = sandbox.authority->addresses();
    std::cout << fmt::format("\nA country on this machine, in {} processes:\n\n", sandbox.country.processes.size() + 1);
    std::cout << fmt::format("  this one   registry    {}\n             timestamps  {}\n", authorities.registry, authorities.timestamps);
    for (const auto& process : sandbox.country.processes) {
        std::cout << fmt::format("\n  {:<9}  pages       http://127.0.0.1:{}/fr\n             edge        {}\n             peers       https://127.0.0.1:{}\n"
                                 "             operator    http://127.0.0.1:{}/exchange/state\n",
                                 process.name, process.pages, edge_of(process), process.peer, process.management);
        for (const auto& member : process.members) {
            std::cout << fmt::format("               {:<45} {}\n", member.names.at("en"), member.member().text());
            for (const auto& service : member.services) std::cout << fmt::format("                 answers {}/{}\n", service.subsystem, service.code);
        }
    }
    std::cout << fmt::format("\nAgents and their codes of the moment are on the page /outbox of each process. In {}: a file to try it by script.\n\nTry:\n\n  {}\n\n"
                             "Stop with Ctrl-C; nothing stays behind.\n",
                             folder.env().string(), curl_line(sandbox.country))
              << std::flush;
}

// Until a signal says stop: signatures, certificates, processes that died.
Result<void> keep_going(Sandbox& sandbox, const Folder& folder, const sigset_t& signals) {
    constexpr int starts_at_most = 20;
    for (;;) {
        const int signal = wait_for_signal(signals, 1'000);
        if (signal == SIGUSR1) sandbox.authority->roll();
        if (signal != 0 && signal != SIGUSR1) return {};
        sandbox.authority->round();
        bool changed = false;
        for (std::size_t i = 0; i < sandbox.children.size(); ++i) {
            auto& child = sandbox.children[i];
            if (!child.has_ended()) continue;
            if (++sandbox.starts[i] > starts_at_most) return child_died(child);
            std::cout << fmt::format("{} has ended; it is started again\n", child.name()) << std::flush;
            TRY(child.start());
            changed = true;
        }
        if (!changed) continue;
        json::Object processes;
        for (const auto& child : sandbox.children) processes.set(child.name(), static_cast<std::int64_t>(child.id()));
        TRY(write_file(folder.state() / "processes.json", json::write(processes)));
    }
}

Result<void> run(const SandboxArgs& args, const sigset_t& signals) {
    const auto folder = TRY(Folder::open(args.folder));
    Sandbox sandbox;  // goes before the folder: processes first, then their files
    std::cout << "Preparing a country…\n" << std::flush;
    TRY(give_ports(sandbox, args.port));
    if (!TRY(seed(sandbox, folder, signals))) return {};
    sandbox.client.emplace(TRY(http::Client::create({})));
    TRY(start_children(sandbox, folder));
    if (!TRY(wait_until_ready(sandbox, signals))) return {};
    TRY(write_env(sandbox, folder));
    draw(sandbox, folder);
    return keep_going(sandbox, folder, signals);
}

}  // namespace

int sandbox(const SandboxArgs& args) {
    const auto signals = signals_of_sandbox();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const auto done = run(args, signals);
    if (done) return 0;
    complain(done.error());
    return 1;
}

}  // namespace wasl::app
