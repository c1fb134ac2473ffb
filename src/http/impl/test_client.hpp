// A raw blocking client for tests: sends exactly the bytes given, reads replies one by one.
#pragma once

#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wasl::http {

struct TestReply {
    int status = 0;
    std::string head;  // without the empty line
    std::string body;
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const std::string_view line : split(head, '\n')) {
            const std::size_t colon = line.find(':');
            if (colon != std::string_view::npos && equals_ignoring_ascii_case(line.substr(0, colon), name)) {
                return std::string(trim(line.substr(colon + 1)));
            }
        }
        return {};
    }
};

class TestClient {
public:
    explicit TestClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{20, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
            throw std::runtime_error("connect");
        }
    }
    ~TestClient() { ::close(fd_); }
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    [[nodiscard]] int descriptor() const { return fd_; }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;  // the server has closed: the reply tells why
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // False at the end of the connection.
    bool more() {
        char buffer[65536];
        const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got > 0) {
            pending_.append(buffer, static_cast<std::size_t>(got));
        }
        return got > 0;
    }

    // The next reply; status 0 when the connection ended without one.
    TestReply reply(bool head_only = false) {
        TestReply out;
        while (pending_.find("\r\n\r\n") == std::string::npos) {
            if (!more()) {
                return out;
            }
        }
        const std::size_t end = pending_.find("\r\n\r\n");
        out.head = pending_.substr(0, end);
        pending_.erase(0, end + 4);
        out.status = std::atoi(out.head.c_str() + 9);
        if (head_only || out.status == 304 || out.status == 204 || out.status == 100) {
            return out;
        }
        if (out.header("Transfer-Encoding") == "chunked") {
            read_chunks(out);
        } else if (const auto length = to_integer(out.header("Content-Length"))) {
            while (pending_.size() < static_cast<std::size_t>(*length) && more()) {
            }
            out.body = pending_.substr(0, static_cast<std::size_t>(*length));
            pending_.erase(0, static_cast<std::size_t>(*length));
        } else {
            while (more()) {
            }
            out.body = std::exchange(pending_, {});
        }
        return out;
    }

    TestReply ask(std::string_view bytes) {
        send(bytes);
        return reply();
    }

    // True when the server ends the connection (within the socket's patience).
    bool ended() {
        while (more()) {
        }
        return errno != EAGAIN && errno != EWOULDBLOCK;
    }

private:
    void read_chunks(TestReply& out) {
        for (;;) {
            while (pending_.find("\r\n") == std::string::npos) {
                if (!more()) {
                    out.status = 0;
                    return;
                }
            }
            const std::size_t line = pending_.find("\r\n");
            const std::size_t size = std::stoul(pending_.substr(0, line), nullptr, 16);
            while (pending_.size() < line + 2 + size + 2) {
                if (!more()) {
                    out.status = 0;
                    return;
                }
            }
            out.body += pending_.substr(line + 2, size);
            pending_.erase(0, line + 2 + size + 2);
            if (size == 0) {
                return;
            }
        }
    }

    int fd_;
    std::string pending_;
};

}  // namespace wasl::http
