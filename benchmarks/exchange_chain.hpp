// For exchange_bench: what is measured beside the nodes, and with what. Loads through http_loader and, for large
// bodies, through our client; the same chain through two nginx; the costs of a signature and of a disk sync.
#pragma once

#include "exchange/signature_keys.hpp"
#include "http/client.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace bench {

using Steady = std::chrono::steady_clock;

inline double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

[[noreturn]] inline void die(const std::string& why) {
    fmt::print(stderr, "exchange_bench: {}\n", why);
    std::exit(2);
}

template <class T>
T must(wasl::Result<T> result) {
    if (!result) { die(result.error().key + ": " + result.error().detail); }
    return std::move(*result);
}

// ---- costs ----

// Of one disk sync after an append of 4 KB in the folder, in microseconds (median of 200).
inline double sync_micros(const std::filesystem::path& folder) {
    const std::string file = folder / "sync";
    const int to = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    const std::string page(4096, 'x');
    std::vector<double> all;
    for (int i = 0; i < 200; ++i) {
        const auto begun = Steady::now();
        if (::write(to, page.data(), page.size()) < 0 || ::fdatasync(to) != 0) { die("no sync in " + folder.string()); }
        all.push_back(seconds_since(begun) * 1e6);
    }
    ::close(to);
    std::filesystem::remove(file);
    std::ranges::nth_element(all, all.begin() + 100);
    return all[100];
}

// Of two signatures and two verifications with ECDSA P-256 over a kilobyte, in microseconds.
inline double ecdsa_micros() {
    const auto key = must(wasl::exchange::SigningKey::generate(wasl::exchange::SignatureAlgorithm::ecdsa_p256_sha256));
    const auto known = key.verifying_key();
    const std::string base(1024, 'b');
    const auto begun = Steady::now();
    constexpr int rounds = 1'000;
    for (int i = 0; i < rounds; ++i) {
        const auto signature = must(key.sign(base));
        if (!known.verify(base, signature)) { die("a signature that is none"); }
    }
    return 2 * seconds_since(begun) * 1e6 / rounds;
}

inline double private_mb(pid_t process) {
    std::ifstream in(fmt::format("/proc/{}/smaps_rollup", process));
    double kilobytes = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:")) { kilobytes += std::atof(line.c_str() + 14); }
    }
    return kilobytes / 1024;
}

// Processor time of a process so far, in microseconds.
inline double cpu_micros(pid_t process) {
    std::ifstream in(fmt::format("/proc/{}/stat", process));
    std::string word;
    for (int i = 0; i < 13; ++i) { in >> word; }
    double user = 0, system = 0;
    in >> user >> system;
    return (user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// ---- loads ----

struct Rate {
    double a_second = 0, p50_us = 0, p99_us = 0;
};

// `body` must hold no quote and no percent sign of the shell; http_loader replaces {n}.
inline Rate load(const std::filesystem::path& loader, int connections, double seconds, const std::string& body, const std::string& url) {
    const std::string method = body.empty() ? "" : fmt::format("-m POST -H 'Content-Type: application/json' -b '{}'", body);
    const std::string command = fmt::format("'{}' -c {} -d {} {} -H 'X-Road-Client: MA/COM/asker/desk' '{}'", loader.string(), connections, seconds, method, url);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::array<char, 1024> line{};
    if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) { die("no loader"); }
    const std::string text = line.data();
    const auto field = [&text](const std::string& name) {
        const std::size_t at = text.find("\"" + name + "\": ");
        return at == std::string::npos ? 0.0 : std::atof(text.c_str() + at + name.size() + 4);
    };
    if (field("errors") > 0 || field("2xx") <= 0) { fmt::print("  {}", text); }
    return {field("requests_per_second"), field("p50_us"), field("p99_us")};
}

// `requests` calls over so many connections at once: megabytes a second of what moved.
inline double large(wasl::http::Client& client, int connections, int requests, std::uint16_t port, const std::string& target, const wasl::http::SharedBytes& body, bool fresh,
                    std::size_t expected) {
    std::counting_semaphore<1024> slots(connections);
    std::atomic<int> failed{0}, done{0};
    const auto begun = Steady::now();
    for (int i = 0; i < requests; ++i) {
        slots.acquire();
        wasl::http::Outgoing out{.host = "127.0.0.1", .port = port, .method = body ? "POST" : "GET", .target = target,
                                 .headers = {{"X-Road-Client", "MA/COM/asker/desk"}}, .fresh = fresh};
        if (body) { out.body = body; }
        client.send(std::move(out), [&](wasl::Result<wasl::http::Incoming> answer) {
            if (!answer || answer->status != 200 || (expected != 0 && answer->bytes().size() != expected)) {
                if (failed++ == 0) { fmt::print("  {}\n", answer ? std::string(answer->bytes().substr(0, 200)) : answer.error().key + " " + answer.error().detail); }
            }
            ++done;
            slots.release();
        });
    }
    for (int i = 0; i < connections; ++i) { slots.acquire(); }
    const double seconds = seconds_since(begun);
    if (failed != 0) { fmt::print("  {} of {} failed\n", failed.load(), requests); }
    const double bytes = static_cast<double>(body ? body->size() : expected) * requests;
    return expected == 0 && !body ? requests / seconds : bytes / 1e6 / seconds;
}

// ---- the same chain through two nginx ----

struct ChainPorts {
    int edge = 18'101, peer = 18'102, provider = 18'103;
};

// First nginx (plain) → second (TLS 1.3, both certificates) → provider; the provider is a third that answers `answer`,
// and stands behind the nodes as well. Stopped when destroyed.
class Nginx {
public:
    Nginx(std::filesystem::path folder, const std::string& answer) : folder_(std::move(folder)) {
        const auto write = [this](const char* name, const std::string& servers) {
            const auto own = folder_ / name;
            std::filesystem::create_directories(own);
            std::ofstream(own / "nginx.conf") << "worker_processes 1; pid " << own.string() << "/pid; error_log " << own.string() << "/error;\n"
                << "events { worker_connections 1024; }\nhttp { access_log off; keepalive_requests 1000000000; client_max_body_size 100m; client_body_buffer_size 64k;\n"
                << "  client_body_temp_path " << own.string() << "/b; proxy_temp_path " << own.string() << "/p; fastcgi_temp_path " << own.string() << "/f;\n"
                << "  uwsgi_temp_path " << own.string() << "/u; scgi_temp_path " << own.string() << "/s; proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
                << servers << "}\n";
            const std::string command = fmt::format("/usr/sbin/nginx -c '{}/nginx.conf' 2>/dev/null", own.string());
            running_ = std::system(command.c_str()) == 0 && running_;
        };
        const ChainPorts ports;
        write("provider", fmt::format("  server {{ listen 127.0.0.1:{}; default_type application/json; location / {{ return 200 '{}'; }} }}\n", ports.provider, answer));
        const std::string pair = fmt::format("{0}/node.pem; {{}}_certificate_key {0}/node.key;", folder_.string());
        write("second", fmt::format("  upstream p {{ server 127.0.0.1:{0}; keepalive 128; }}\n  server {{ listen 127.0.0.1:{1} ssl; ssl_protocols TLSv1.3;\n"
                                    "    ssl_certificate {2}/node.pem; ssl_certificate_key {2}/node.key; ssl_verify_client on; ssl_client_certificate {2}/node.pem;\n"
                                    "    location / {{ proxy_pass http://p; }} }}\n", ports.provider, ports.peer, folder_.string()));
        write("first", fmt::format("  upstream p {{ server 127.0.0.1:{0}; keepalive 128; }}\n  server {{ listen 127.0.0.1:{1}; location / {{ proxy_pass https://p;\n"
                                   "    proxy_ssl_protocols TLSv1.3; proxy_ssl_certificate {2}/node.pem; proxy_ssl_certificate_key {2}/node.key;\n"
                                   "    proxy_ssl_verify on; proxy_ssl_trusted_certificate {2}/node.pem; proxy_ssl_name localhost; }} }}\n",
                                   ports.peer, ports.edge, folder_.string()));
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    ~Nginx() {
        for (const char* name : {"first", "second", "provider"}) {
            const std::string command = fmt::format("/usr/sbin/nginx -c '{}/{}/nginx.conf' -s stop 2>/dev/null", folder_.string(), name);
            static_cast<void>(std::system(command.c_str()));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;
    [[nodiscard]] bool running() const { return running_; }

private:
    std::filesystem::path folder_;
    bool running_ = true;
};

// ---- processes ----

// This program again in another role; it prints its ports on one line when it is ready.
class Process {
public:
    Process(const std::string& program, const std::vector<std::string>& words) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) { die("pipe"); }
        id_ = ::fork();
        if (id_ == 0) {
            ::dup2(ends[1], 1);
            std::vector<char*> all{const_cast<char*>(program.c_str())};
            for (const auto& word : words) { all.push_back(const_cast<char*>(word.c_str())); }
            all.push_back(nullptr);
            ::execv(program.c_str(), all.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        std::array<char, 256> line{};
        for (std::size_t at = 0; at + 1 < line.size() && ::read(ends[0], line.data() + at, 1) == 1 && line[at] != '\n'; ++at) {}
        ::close(ends[0]);
        if (std::sscanf(line.data(), "%d %d", &first, &second) < 1) { die("a process did not start: " + words[0]); }
    }
    ~Process() {
        ::kill(id_, SIGTERM);
        ::waitpid(id_, nullptr, 0);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    [[nodiscard]] pid_t id() const noexcept { return id_; }
    int first = 0, second = 0;

private:
    pid_t id_ = 0;
};

}  // namespace bench
