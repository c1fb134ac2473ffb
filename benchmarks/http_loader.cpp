// uses: base
// A keep-alive HTTP/1.1 loader: N connections on one epoll thread, each sends, waits, sends again.
//   http_loader [options] http://HOST:PORT/PATH
//     -c N  connections (32)          -d S  seconds (5)            -m M  method (GET)
//     -b T  body template             -H L  header line, repeatable
//     -l F  file of lines: `{1}`, `{2}` … in path, body and headers are the words of the connection's own line,
//           which moves on by the number of connections after each request
//   `{n}` in the path, the body and the headers becomes a counter that never repeats in one run.
// Prints one line of JSON: requests a second, p50, p99 and greatest latency in microseconds, replies
// by class of status, errors.
#include "base/text.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void die(std::string_view why) {
    fmt::print(stderr, "http_loader: {}\n", why);
    std::exit(2);
}

std::vector<std::vector<std::string>> read_lines(const std::string& file) {
    std::vector<std::vector<std::string>> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        auto& words = out.emplace_back();
        for (const auto word : wasl::split(line, ' ')) {
            words.emplace_back(word);
        }
    }
    if (out.empty()) {
        die("no lines in " + file);
    }
    return out;
}

struct Settings {
    std::string host, port = "80", path = "/", method = "GET", body;
    std::vector<std::string> headers;
    std::vector<std::vector<std::string>> lines;
    std::size_t connections = 32;
    double seconds = 5;
};

Settings read_arguments(int count, char** words) {
    Settings out;
    std::string url;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word.size() == 2 && word.front() == '-') {
            if (++i == count) {
                die("option without value: " + word);
            }
            const std::string value = words[i];
            switch (word.back()) {
                case 'c': out.connections = std::stoul(value); break;
                case 'd': out.seconds = std::stod(value); break;
                case 'm': out.method = value; break;
                case 'b': out.body = value; break;
                case 'H': out.headers.push_back(value); break;
                case 'l': out.lines = read_lines(value); break;
                default: die("unknown option " + word);
            }
        } else {
            url = word;
        }
    }
    if (!url.starts_with("http://")) {
        die("usage: http_loader [-c N] [-d S] [-m METHOD] [-b BODY] [-H 'Name: value'] [-l LINES] http://HOST:PORT/PATH");
    }
    url.erase(0, 7);
    const std::size_t slash = std::min(url.find('/'), url.size());
    out.path = slash == url.size() ? "/" : url.substr(slash);
    out.host = url.substr(0, slash);
    if (const std::size_t colon = out.host.find(':'); colon != std::string::npos) {
        out.port = out.host.substr(colon + 1);
        out.host.resize(colon);
    }
    return out;
}

struct Connection {
    int fd = -1;
    std::string out;
    std::size_t sent = 0;
    std::string in;
    std::size_t line = 0;
    Clock::time_point begun;
};

struct Tally {
    std::vector<std::uint32_t> micros;
    std::array<std::uint64_t, 6> by_class{};
    std::uint64_t errors = 0;
};

class Loader {
public:
    explicit Loader(Settings settings) : settings_(std::move(settings)), epoll_(::epoll_create1(0)) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        if (::getaddrinfo(settings_.host.c_str(), settings_.port.c_str(), &hints, &address_) != 0) {
            die("unknown host " + settings_.host);
        }
        // The counter begins at the time of day, so that two runs do not send the same keys.
        counter_ = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) / 1000;
    }
    ~Loader() { ::freeaddrinfo(address_); }
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    Tally run() {
        connections_.resize(settings_.connections);
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            open(i);
        }
        const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(settings_.seconds));
        std::array<epoll_event, 256> events{};
        while (Clock::now() < end) {
            const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            for (int i = 0; i < ready; ++i) {
                handle(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
            }
        }
        return std::move(tally_);
    }

private:
    void open(std::size_t index) {
        Connection& connection = connections_[index];
        connection = {};
        connection.fd = ::socket(address_->ai_family, SOCK_STREAM, 0);
        if (::connect(connection.fd, address_->ai_addr, address_->ai_addrlen) != 0) {
            die("cannot connect");
        }
        const int yes = 1;
        ::setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
        connection.line = index;
        send_next(connection);
    }

    // A template with its holes filled.
    std::string filled(std::string text, const std::string& n, std::size_t line) const {
        text = wasl::replace_all(std::move(text), "{n}", n);
        if (settings_.lines.empty()) {
            return text;
        }
        const auto& words = settings_.lines[line % settings_.lines.size()];
        for (std::size_t i = 0; i < words.size(); ++i) {
            text = wasl::replace_all(std::move(text), fmt::format("{{{}}}", i + 1), words[i]);
        }
        return text;
    }

    void send_next(Connection& connection) {
        const std::string n = std::to_string(counter_++);
        const std::size_t line = connection.line;
        connection.line += settings_.connections;
        std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\n", settings_.method,
                                          filled(settings_.path, n, line), settings_.host, settings_.port);
        for (const std::string& header : settings_.headers) {
            request += filled(header, n, line) + "\r\n";
        }
        const std::string body = filled(settings_.body, n, line);
        if (!body.empty()) {
            request += fmt::format("Content-Length: {}\r\n", body.size());
        }
        connection.out = request + "\r\n" + body;
        connection.sent = 0;
        connection.begun = Clock::now();
        write_more(connection);
    }

    // Requests are small: the socket's buffer takes them whole, or the rest blocks for an instant.
    void write_more(Connection& connection) {
        while (connection.sent < connection.out.size()) {
            const ssize_t count = ::send(connection.fd, connection.out.data() + connection.sent,
                                         connection.out.size() - connection.sent, MSG_NOSIGNAL);
            if (count <= 0) {
                return;
            }
            connection.sent += static_cast<std::size_t>(count);
        }
    }

    void handle(std::size_t index, std::uint32_t) {
        Connection& connection = connections_[index];
        char buffer[65536];
        const ssize_t count = ::recv(connection.fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count <= 0) {
            ++tally_.errors;
            ::close(connection.fd);
            open(index);
            return;
        }
        connection.in.append(buffer, static_cast<std::size_t>(count));
        const std::size_t whole = reply_length(connection.in);
        if (whole == 0 || connection.in.size() < whole) {
            return;
        }
        const auto taken = Clock::now() - connection.begun;
        tally_.micros.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(taken).count()));
        ++tally_.by_class[static_cast<std::size_t>(connection.in[9] - '0') % 6];
        connection.in.erase(0, whole);
        send_next(connection);
    }

    // Bytes of the first reply in `in`, or 0 while its head is not complete. Content-Length only.
    static std::size_t reply_length(const std::string& in) {
        const std::size_t end = in.find("\r\n\r\n");
        if (end == std::string::npos) {
            return 0;
        }
        for (const std::string_view line : wasl::split(std::string_view(in).substr(0, end), '\n')) {
            const std::size_t colon = line.find(':');
            if (colon != std::string_view::npos &&
                wasl::equals_ignoring_ascii_case(line.substr(0, colon), "content-length")) {
                return end + 4 + static_cast<std::size_t>(wasl::to_integer(wasl::trim(line.substr(colon + 1))).value_or(0));
            }
        }
        return end + 4;
    }

    Settings settings_;
    int epoll_;
    addrinfo* address_ = nullptr;
    std::uint64_t counter_ = 0;
    std::vector<Connection> connections_;
    Tally tally_;
};

}  // namespace

int main(int count, char** words) {
    const Settings settings = read_arguments(count, words);
    Tally tally = Loader(settings).run();
    std::ranges::sort(tally.micros);
    const auto at = [&](double share) {
        return tally.micros.empty() ? 0U : tally.micros[static_cast<std::size_t>(static_cast<double>(tally.micros.size() - 1) * share)];
    };
    fmt::print("{{\"requests_per_second\": {:.0f}, \"p50_us\": {}, \"p99_us\": {}, \"max_us\": {}, \"2xx\": {}, "
               "\"3xx\": {}, \"4xx\": {}, \"5xx\": {}, \"errors\": {}}}\n",
               static_cast<double>(tally.micros.size()) / settings.seconds, at(0.5), at(0.99), at(1), tally.by_class[2],
               tally.by_class[3], tally.by_class[4], tally.by_class[5], tally.errors);
    return tally.errors == 0 && !tally.micros.empty() ? 0 : 1;
}
