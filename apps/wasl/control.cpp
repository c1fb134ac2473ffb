#include "control.hpp"

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "tool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

Path folder_of(const Path& data) { return data / "control"; }

int lock_file(const Path& data) {
    std::error_code ignored;
    std::filesystem::create_directories(folder_of(data), ignored);
    return ::open((folder_of(data) / "server.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

json::Object reply_of(const Result<json::Object>& result) {
    if (result) return {{"ok", true}, {"result", *result}};
    const auto& error = result.error();
    return {{"ok", false}, {"code", static_cast<int>(error.code)}, {"key", error.key}, {"detail", error.detail}};
}

}  // namespace

Result<ServerLock> ServerLock::take(const Path& data) {
    const int file = lock_file(data);
    if (file < 0) return fail(Code::internal, "file.unwritable", folder_of(data).string());
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return fail(Code::conflict, "control.server-runs", data.string());
    }
    return ServerLock(file);
}

ServerLock::ServerLock(ServerLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

ServerLock::~ServerLock() {
    if (file_ >= 0) ::close(file_);
}

bool server_runs(const Path& data) { return !ServerLock::take(data).has_value(); }

Result<json::Object> ask_server(const Path& data, std::string_view action, json::Object arguments, int wait_seconds, int taken_seconds) {
    SystemEntropy entropy;
    const std::string id = random_id(entropy);
    const Path request = folder_of(data) / (id + ".request"), reply = folder_of(data) / (id + ".reply");
    TRY(write_file(request, json::write(json::Object{{"action", action}, {"arguments", std::move(arguments)}})));
    for (int tenths = 0; tenths < wait_seconds * 10; ++tenths) {
        std::error_code problem;
        if (std::filesystem::exists(reply, problem)) {
            const auto text = TRY(read_file(reply));
            const auto answer = TRY(json::parse(text));
            std::filesystem::remove(reply, problem);
            if (answer["ok"].bool_or(false)) {
                const auto* result = answer["result"].object();
                return result != nullptr ? *result : json::Object();
            }
            return fail(static_cast<Code>(answer["code"].integer_or(0)), std::string(answer["key"].text_or("")), std::string(answer["detail"].text_or("")));
        }
        if (taken_seconds > 0 && tenths >= taken_seconds * 10 && std::filesystem::remove(request, problem)) {
            return fail(Code::unavailable, "control.not-taken", data.string());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    std::error_code ignored;
    std::filesystem::remove(request, ignored);
    return fail(Code::unavailable, "control.no-answer", data.string());
}

std::vector<Asked> take_requests(const Path& data) {
    std::vector<Path> requests;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(folder_of(data), problem)) {
        if (entry.path().extension() == ".request") requests.push_back(entry.path());
    }
    std::vector<Asked> out;
    for (const auto& request : requests) {
        const auto text = read_file(request);
        std::filesystem::remove(request, problem);
        auto reply = request;
        reply.replace_extension(".reply");
        const auto asked = text ? json::parse(*text) : Result<json::Value>(std::unexpected(text.error()));
        if (asked) {
            out.push_back({std::move(reply), std::string((*asked)["action"].text_or("")), (*asked)["arguments"]});
        } else {
            answer_request({std::move(reply), "?", {}}, [&](std::string_view, const json::Value&) { return Result<json::Object>(std::unexpected(asked.error())); });
        }
    }
    return out;
}

void answer_request(const Asked& asked, const ControlHandler& handler) {
    const auto result = handler(asked.action, asked.arguments);
    log::info("control.answered", {{"action", asked.action}, {"ok", result ? "yes" : "no"}});
    if (const auto written = write_file(asked.reply, json::write(reply_of(result))); !written) {
        log::error("control.reply", {{"detail", written.error().detail}});
    }
}

void answer_requests(const Path& data, const ControlHandler& handler) {
    for (const auto& asked : take_requests(data)) answer_request(asked, handler);
}

}  // namespace wasl::app
