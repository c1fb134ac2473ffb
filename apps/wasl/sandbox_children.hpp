// Processes of the sandbox: started, watched, started again when they die, ended with it. A child ends too
// when its parent is killed.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace wasl::app {

class SandboxChild {
public:
    SandboxChild(std::string name, std::vector<std::string> arguments, std::filesystem::path log)
        : name_(std::move(name)), arguments_(std::move(arguments)), log_(std::move(log)) {}
    ~SandboxChild() { end(); }
    SandboxChild(SandboxChild&& other) noexcept;
    SandboxChild& operator=(SandboxChild&&) = delete;

    // This very program with the arguments. From the main thread only: a child follows the thread that made it.
    Result<void> start();
    // True when it has ended by itself since the last question.
    bool has_ended();
    // SIGTERM; end() then waits.
    void ask_to_end();
    // SIGTERM unless it was asked already, and after ten seconds SIGKILL; returns when it is gone.
    void end();
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] pid_t id() const noexcept { return id_; }
    // The last lines of what it said.
    [[nodiscard]] std::string last_words() const;

private:
    std::string name_;
    std::vector<std::string> arguments_;
    std::filesystem::path log_;
    pid_t id_ = -1;
    bool asked_to_end_ = false;
};

// So many ports of 127.0.0.1 that nobody listens on: a row from `first`, or (0) any. Key "sandbox.port-in-use".
Result<std::vector<std::uint16_t>> free_ports(std::uint16_t first, std::size_t count);

}  // namespace wasl::app
