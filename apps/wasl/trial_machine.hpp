// A machine whose clock jumps and whose disk fills when a file says so: how the tests of the running server meet a bad
// night. Switched on by $WASL_TRIAL_MACHINE = FILE, on loopback only; the file is read again at every question.
//
//   clock-ahead-seconds 400     the wall clock beside the true one (negative: behind)
//   free-bytes 10000000         what the disk says it has left; absent: the truth
#pragma once

#include "base/clock.hpp"
#include "store/space.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace wasl::app {

class TrialMachine final : public Clock, public store::Space {
public:
    explicit TrialMachine(std::filesystem::path file) : file_(std::move(file)) {}
    // The file of the environment, when there is one.
    static std::optional<std::filesystem::path> asked_for();

    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::int64_t monotonic_micros() const override { return truth_.monotonic_micros(); }
    [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::filesystem::path& folder) const override;

private:
    [[nodiscard]] std::optional<std::int64_t> said(std::string_view name) const;
    std::filesystem::path file_;
    SystemClock truth_;
    store::SystemSpace true_disk_;
};

}  // namespace wasl::app
