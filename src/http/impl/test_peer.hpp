// For tests: a client that is waited for, and a peer that answers with exactly the bytes it was told.
#pragma once

#include "http/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace wasl::http {

inline std::future<Result<Incoming>> begin(Client& client, Outgoing request) {
    auto promise = std::make_shared<std::promise<Result<Incoming>>>();
    auto future = promise->get_future();
    client.send(std::move(request), [promise](Result<Incoming> result) { promise->set_value(std::move(result)); });
    return future;
}

inline Result<Incoming> ask(Client& client, Outgoing request) {
    auto future = begin(client, std::move(request));
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        return fail(Code::internal, "test.never-answered");
    }
    return future.get();
}

inline std::string key_of(const Result<Incoming>& result) { return result ? "none" : result.error().key; }

// Accepts connections one after the other and hands each to the script.
class ScriptedPeer {
public:
    explicit ScriptedPeer(std::function<void(int connection, int number)> script)
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        ::listen(listener_, 16);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        thread_ = std::thread([this, held = std::move(script)] {
            for (int number = 0;; ++number) {
                const int connection = ::accept(listener_, nullptr, nullptr);
                if (connection < 0) {
                    return;
                }
                held(connection, number);
                ::close(connection);
            }
        });
    }
    ~ScriptedPeer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // Up to the end of a head; empty when the other side has gone.
    static std::string read_head(int connection) {
        std::string seen;
        char buffer[4096];
        while (seen.find("\r\n\r\n") == std::string::npos) {
            const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
            if (got <= 0) {
                return {};
            }
            seen.append(buffer, static_cast<std::size_t>(got));
        }
        return seen;
    }
    static void write(int connection, std::string_view bytes) {
        (void)::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

private:
    int listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// A folder of its own for the files of one test.
class TestFolder {
public:
    explicit TestFolder(const std::string& name)
        : path_(std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }
    [[nodiscard]] std::string path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace wasl::http
