// A mail server for the tests: one conversation after another on a loopback port, with the replies it was told to give.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;

namespace wasl::post::fake {

struct Script {
    std::map<std::string, std::string> replies;  // by command word: {"RCPT", "550 no such user"}
    bool tls = false;                            // TLS from the first byte (smtps)
    bool hang_up = false;                        // closes at once
};

class SmtpServer {
public:
    explicit SmtpServer(Script script);
    ~SmtpServer();
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    [[nodiscard]] int port() const noexcept { return port_; }
    [[nodiscard]] std::string certificate_pem() const { return certificate_; }  // of a TLS server
    [[nodiscard]] std::vector<std::string> letters() const;                     // what was accepted after DATA
    [[nodiscard]] std::vector<std::string> commands() const;

private:
    struct Line;
    void serve();
    void converse(int connection);
    void make_certificate();

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    ssl_ctx_st* context_ = nullptr;
    std::string certificate_;
    mutable std::mutex mutex_;
    std::vector<std::string> letters_, commands_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

}  // namespace wasl::post::fake
