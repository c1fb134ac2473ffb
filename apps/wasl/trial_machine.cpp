#include "trial_machine.hpp"

#include "base/text.hpp"
#include "tool.hpp"

#include <cstdlib>

namespace wasl::app {

std::optional<std::filesystem::path> TrialMachine::asked_for() {
    const char* file = std::getenv("WASL_TRIAL_MACHINE");
    if (file == nullptr || *file == '\0') return std::nullopt;
    return std::filesystem::path(file);
}

std::optional<std::int64_t> TrialMachine::said(std::string_view name) const {
    const auto text = read_file(file_);
    if (!text) return std::nullopt;
    for (const auto line : split(*text, '\n')) {
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ') return to_integer(trim(line.substr(name.size())));
    }
    return std::nullopt;
}

Instant TrialMachine::now() const { return truth_.now().plus_seconds(said("clock-ahead-seconds").value_or(0)); }

std::optional<std::int64_t> TrialMachine::free_bytes(const std::filesystem::path& folder) const {
    if (const auto told = said("free-bytes")) return told;
    return true_disk_.free_bytes(folder);
}

}  // namespace wasl::app
