#include "sandbox_children.hpp"

#include "tool.hpp"

#include "base/clock.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace wasl::app {

namespace {

// Between fork and exec only what may be called there: no allocation, no lock.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // killed in between
    ::setpgid(0, 0);                        // the terminal's Ctrl-C is for the sandbox, which then ends us
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // the doors of the authorities are not the child's to hold open
    ::execv("/proc/self/exe", arguments);
    ::_exit(127);
}

class Socket {
public:
    Socket() : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() {
        if (file_ >= 0) ::close(file_);
    }
    Socket(Socket&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Socket& operator=(Socket&&) = delete;

    // The port taken on loopback; 0 when it can not be.
    [[nodiscard]] std::uint16_t take(std::uint16_t port) const {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        if (::bind(file_, raw, size) != 0 || ::getsockname(file_, raw, &size) != 0) return 0;
        return ntohs(address.sin_port);
    }

private:
    int file_;
};

}  // namespace

SandboxChild::SandboxChild(SandboxChild&& other) noexcept
    : name_(std::move(other.name_)), arguments_(std::move(other.arguments_)), log_(std::move(other.log_)), id_(std::exchange(other.id_, -1)),
      asked_to_end_(other.asked_to_end_) {}

Result<void> SandboxChild::start() {
    std::string self = "wasl";
    std::vector<char*> arguments{self.data()};
    for (auto& argument : arguments_) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return fail(Code::internal, "file.unwritable", log_.string());
    const pid_t parent = ::getpid();
    asked_to_end_ = false;
    id_ = ::fork();
    if (id_ == 0) become(arguments.data(), log, parent);
    ::close(log);
    if (id_ < 0) return fail(Code::internal, "sandbox.no-process", std::strerror(errno));
    return {};
}

bool SandboxChild::has_ended() {
    if (id_ <= 0 || ::waitpid(id_, nullptr, WNOHANG) != id_) return false;
    id_ = -1;
    return true;
}

void SandboxChild::ask_to_end() {
    if (id_ > 0 && !std::exchange(asked_to_end_, true)) ::kill(id_, SIGTERM);
}

void SandboxChild::end() {
    if (id_ <= 0) return;
    ask_to_end();
    for (int tenths = 0; tenths < 100 && !has_ended(); ++tenths) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
}

std::string SandboxChild::last_words() const {
    constexpr std::size_t enough = 2'000;
    const auto text = read_file(log_);
    if (!text) return {};
    return printable(text->size() > enough ? text->substr(text->size() - enough) : *text);
}

namespace {

// Below those that the system gives to connections going out: until its process opens it, such a one may be taken again.
std::uint16_t any_port(Socket& socket) {
    constexpr std::uint32_t lowest = 15'000, below = 32'000;
    constexpr int tries = 64;
    SystemEntropy entropy;
    for (int i = 0; i < tries; ++i) {
        if (const auto got = socket.take(static_cast<std::uint16_t>(lowest + entropy.below(below - lowest))); got != 0) return got;
    }
    return socket.take(0);
}

}  // namespace

Result<std::vector<std::uint16_t>> free_ports(std::uint16_t first, std::size_t count) {
    std::vector<Socket> held;  // all at once, so that none is given twice
    std::vector<std::uint16_t> out;
    for (std::size_t i = 0; i < count; ++i) {
        const auto wanted = first == 0 ? 0U : first + i;
        held.emplace_back();
        const auto got = wanted > 65'535U ? std::uint16_t{0} : wanted == 0 ? any_port(held.back()) : held.back().take(static_cast<std::uint16_t>(wanted));
        if (got == 0) return fail(Code::conflict, "sandbox.port-in-use", std::to_string(wanted));
        out.push_back(got);
    }
    return out;
}

}  // namespace wasl::app
