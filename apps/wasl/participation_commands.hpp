// wasl participation: the public record of a member's consultations, to take away.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace wasl::app {

struct ParticipationExportArgs {
    std::filesystem::path data;
    std::string member, consultation;  // consultation: empty for all
    bool csv = false;
};
int participation_export(const ParticipationExportArgs& args);  // on standard output; 0 written, 2 could not be read

// The command `participation` with what is below it; `code` gets what the one that ran returns.
void add_participation_commands(CLI::App& app, int& code);

}  // namespace wasl::app
