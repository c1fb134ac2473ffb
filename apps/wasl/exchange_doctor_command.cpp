// wasl doctor as a command: through the running server, or on this host's exchange opened for it.
#include "control.hpp"
#include "exchange_doctor.hpp"
#include "exchange_node.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "lingua/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

constexpr int unusable = 2;
constexpr int wait_seconds = 120;

Result<std::vector<DoctorStep>> steps_of(const DoctorArgs& args) {
    const json::Object asked{{"peer", args.peer}};
    if (server_runs(args.data)) {
        const auto answer = TRY(ask_server(args.data / "control/exchange", "doctor", asked, wait_seconds));
        const auto* steps = answer.find("steps");
        return steps == nullptr ? std::vector<DoctorStep>() : doctor_steps(*steps);
    }
    if (!has_exchange(args.data)) return fail(Code::not_found, "exchange.file-missing", (args.data / exchange_file_name).string());
    auto host = TRY(Host::open({.data = args.data, .jurisdiction = pack_folder()}));
    http::Metrics metrics;
    const auto exchange = TRY(ExchangeNode::open(*host, metrics));
    return exchange->examine(args.peer, true);
}

std::string say(lingua::Language language, std::string_view kind, std::string_view name) {
    return name.empty() ? std::string() : std::string(lingua::say(language, fmt::format("doctor.{}.{}", kind, name)));
}

void print(const std::vector<DoctorStep>& steps, lingua::Language language) {
    std::string peer;
    for (const auto& step : steps) {
        if (step.peer != peer) std::cout << '\n' << printable(step.peer) << '\n';
        peer = step.peer;
        const auto* mark = step.finding == Finding::good ? "ok " : step.finding == Finding::wanting ? " ! " : "NOT";
        std::cout << fmt::format("{} {} ({}): {}\n", mark, say(language, "step", step.step), say(language, "side", step.side), printable(step.detail));
        if (step.finding == Finding::good) continue;
        std::cout << fmt::format("      {}\n      → {}\n", say(language, "reason", step.reason), say(language, "remedy", step.reason));
    }
}

json::Value to_json(const std::vector<DoctorStep>& steps, lingua::Language language, std::string_view verdict) {
    json::Array out;
    for (const auto& step : steps) {
        out.emplace_back(json::Object{{"peer", step.peer}, {"step", step.step}, {"side", step.side},
                                      {"ok", step.finding != Finding::broken}, {"reason", step.reason},
                                      {"text", say(language, "reason", step.reason)}, {"remedy", say(language, "remedy", step.reason)},
                                      {"detail", step.detail}});
    }
    return json::Object{{"verdict", verdict}, {"steps", out}};
}

}  // namespace

int doctor(const DoctorArgs& args) {
    const auto steps = steps_of(args);
    if (!steps) {
        complain(steps.error());
        return unusable;
    }
    const auto language = terminal_language(args.language);
    Finding worst = Finding::good;
    for (const auto& step : *steps) worst = std::max(worst, step.finding);
    const auto* verdict = worst == Finding::good ? "good" : worst == Finding::wanting ? "wanting" : "broken";
    if (args.json) {
        std::cout << json::write_pretty(to_json(*steps, language, verdict));
    } else {
        print(*steps, language);
        std::cout << '\n' << say(language, "verdict", verdict) << '\n';
    }
    return worst == Finding::broken ? 1 : 0;
}

}  // namespace wasl::app
