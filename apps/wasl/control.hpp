// How a command of the operator reaches a running server: a request file in DATA/control, a reply file
// beside it. Whoever may write there may do this anyway; nothing listens on a network for it.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// Held by the server while it runs; taking it fails with "control.server-runs".
class ServerLock {
public:
    static Result<ServerLock> take(const std::filesystem::path& data);
    ServerLock(ServerLock&& other) noexcept;
    ServerLock& operator=(ServerLock&&) = delete;
    ~ServerLock();

private:
    explicit ServerLock(int file) : file_(file) {}
    int file_ = -1;
};

// True while a server holds the lock.
bool server_runs(const std::filesystem::path& data);

// Asks the running server and waits for its answer. Keys: "control.no-answer", "control.not-taken" (not even taken up within
// `taken_seconds`: it hangs; 0: no such limit), or the server's own error.
Result<json::Object> ask_server(const std::filesystem::path& data, std::string_view action, json::Object arguments,
                                int wait_seconds = 600, int taken_seconds = 0);

// Server side: answers what has been asked. Called from a timer. What was asked is taken up (its file goes) before its answer is
// worked out.
using ControlHandler = std::function<Result<json::Object>(std::string_view action, const json::Value& arguments)>;
void answer_requests(const std::filesystem::path& data, const ControlHandler& handler);

// The two halves of it, for answers that are worked out beside each other.
struct Asked {
    std::filesystem::path reply;  // where its answer is written
    std::string action;
    json::Value arguments;
};
std::vector<Asked> take_requests(const std::filesystem::path& data);
void answer_request(const Asked& asked, const ControlHandler& handler);

}  // namespace wasl::app
