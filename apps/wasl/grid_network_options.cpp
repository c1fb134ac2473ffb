// The words and options of wasl grid import, install, draw, trace, balance and sample.
#include "grid_network_commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace wasl::app {

namespace {

constexpr const char* network_words = "a folder of tables, the folder of a member's network, or a MATPOWER case (.m; - for standard input)";

constexpr const char* import_help = R"(Writes network.csv, buses.csv, lines.csv, transformers.csv, switches.csv, sources.csv and, where there are meters,
meters.csv: the canonical form, in per unit, MW and Mvar. Its hash is that of these files but meters.csv, one after the other:
  cat network.csv buses.csv lines.csv transformers.csv switches.csv sources.csv | sha256sum
What may stand in the tables that are read: docs/grid.md.

  wasl grid import case33bw.m --out case33bw
  wasl grid import district/ --out canonical --json)";

constexpr const char* install_help = R"(The network that pages and connection checks of the member use from now on; a running server takes it over. Those that were in
force before stay beside it, so that a record of a check can be run again.

  wasl grid install canonical --data /var/lib/wasl --member regie-electricite)";

constexpr const char* draw_help = R"(  wasl grid draw case33bw.m --out case33bw.svg
  wasl grid draw district/ --language ar --out district.ar.svg)";

constexpr const char* balance_help = R"(readings.csv: meter,from,until,energy_kwh (dates as 2026-11-01, until exclusive). What each transformer's meter handed out, less what was
billed behind it, beside the least that the lines must lose; then what is wrong with the readings. Exit 1 when something is.

  wasl grid balance district/ readings.csv --csv > losses.csv)";

// Each command with its arguments, kept alive by its callback.
template <class Args>
struct Command {
    CLI::App* app = nullptr;
    std::shared_ptr<Args> args = std::make_shared<Args>();
};

template <class Args>
Command<Args> command(CLI::App& grid, int& code, const char* name, const char* words, int (*run)(const Args&)) {
    Command<Args> out{grid.add_subcommand(name, words)};
    out.app->callback([&code, run, args = out.args] { code = run(*args); });
    return out;
}

}  // namespace

void add_grid_network_commands(CLI::App& grid, int& code) {
    auto importing = command<GridImportArgs>(grid, code, "import", "a network into its canonical form: exit 0 written, 2 unreadable", grid_import);
    importing.app->add_option("NETWORK", importing.args->source, network_words)->required();
    importing.app->add_option("--out", importing.args->out, "folder of the tables; those of another network there are replaced")->required();
    importing.app->add_flag("--json", importing.args->json, "what was imported, for machines");
    importing.app->footer(import_help);

    auto installing = command<GridInstallArgs>(grid, code, "install", "put a network in force for a member: exit 0 in force, 2 not", grid_install);
    installing.app->add_option("NETWORK", installing.args->source, network_words)->required();
    installing.app->add_option("--data", installing.args->data, "data folder of the host")->required();
    installing.app->add_option("--member", installing.args->member, "whose network it is")->required();
    installing.app->footer(install_help);

    auto drawing = command<GridDrawArgs>(grid, code, "draw", "the one-line picture coloured by voltage (SVG): exit 1 when there is no answer", grid_draw);
    drawing.app->add_option("NETWORK", drawing.args->source, network_words)->required();
    drawing.app->add_option("--out", drawing.args->out, "file; standard output without it");
    drawing.app->add_option("--language", drawing.args->language, "ar, fr, en or zgh; the terminal's without it");
    drawing.app->footer(draw_help);

    auto tracing = command<GridTraceArgs>(grid, code, "trace", "who goes dark when branches are opened: exit 0 traced, 2 no such branch", grid_trace);
    tracing.app->add_option("NETWORK", tracing.args->source, network_words)->required();
    tracing.app->add_option("--open", tracing.args->opened, "name of a switch, line or transformer, or its buses as 12-13; may be repeated")->required();
    tracing.app->add_flag("--json", tracing.args->json, "answer for machines, with every bus");

    auto balancing = command<GridBalanceArgs>(grid, code, "balance", "energy of each transformer against what was billed: exit 1 with anomalies", grid_balance);
    balancing.app->add_option("NETWORK", balancing.args->source, network_words)->required();
    balancing.app->add_option("READINGS", balancing.args->readings, "CSV of one period; - for standard input")->required();
    auto* json_flag = balancing.app->add_flag("--json", balancing.args->json, "for machines, with all anomalies");
    balancing.app->add_flag("--csv", balancing.args->csv, "for spreadsheets, a line a transformer")->excludes(json_flag);
    balancing.app->footer(balance_help);

    auto sampling = command<GridSampleArgs>(grid, code, "sample", "write a district that does not exist, for practice", grid_sample);
    sampling.app->add_option("--out", sampling.args->out, "folder of the tables")->required();
    sampling.app->add_option("--feeders", sampling.args->feeders, "how many")->check(CLI::Range(1, 50))->capture_default_str();
    sampling.app->add_option("--posts", sampling.args->posts, "with a transformer each")->check(CLI::Range(1, 20'000))->capture_default_str();
    sampling.app->add_option("--households", sampling.args->households, "behind each transformer")->check(CLI::Range(0, 1'000))->capture_default_str();
    sampling.app->add_option("--readings", sampling.args->month, "write readings.csv of that month too, as 2026-10");
}

}  // namespace wasl::app
