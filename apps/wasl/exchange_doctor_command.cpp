// wasl doctor as a command: through the running server, or on this host's exchange opened for it.
#include "control.hpp"
#include "exchange_doctor.hpp"
#include "exchange_doctor_files.hpp"
#include "exchange_node.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "jurisdiction/pack.hpp"
#include "lingua/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

constexpr int unusable = 2;
constexpr int wait_seconds = 120, taken_seconds = 10;  // a node takes up a question at once, and asks its peers then

std::vector<DoctorStep> this_node(std::string reason, std::string detail) {
    return {{"node", "here", Finding::broken, std::move(reason), std::move(detail), {}}};
}

Result<std::vector<DoctorStep>> ask_node(const DoctorArgs& args) {
    const auto answer = ask_server(args.data / "control/exchange", "doctor", json::Object{{"peer", args.peer}}, wait_seconds, taken_seconds);
    if (!answer) {
        const bool silent = answer.error().key == "control.not-taken" || answer.error().key == "control.no-answer";
        return silent ? Result<std::vector<DoctorStep>>(this_node("node-silent", args.data.string())) : std::unexpected(answer.error());
    }
    const auto* steps = answer->find("steps");
    return steps == nullptr ? std::vector<DoctorStep>() : doctor_steps(*steps);
}

// No node runs: one is opened as a start would, and closed again.
std::vector<DoctorStep> open_node(const DoctorArgs& args) {
    const auto unopened = [](const Error& error) { return this_node("node-unopened", fmt::format("{}: {}", error.key, error.detail)); };
    auto host = Host::open({.data = args.data, .jurisdiction = pack_folder()});
    if (!host) return unopened(host.error());
    http::Metrics metrics;
    const auto exchange = ExchangeNode::open(**host, metrics);
    return exchange ? (*exchange)->examine(args.peer, true) : unopened(exchange.error());
}

// The files first: what a running node once read says nothing of its next start.
Result<std::vector<DoctorStep>> steps_of(const DoctorArgs& args) {
    const bool runs = server_runs(args.data);
    std::error_code problem;
    const bool known = has_exchange(args.data) || (runs && std::filesystem::exists(args.data / "control/exchange", problem));
    if (!known) return fail(Code::not_found, "exchange.file-missing", (args.data / exchange_file_name).string());
    const auto pack = TRY(jurisdiction::load_pack(pack_folder()));
    auto out = examine_files(args.data, pack->zone(), runs);
    if (!runs && !out.empty()) return out;
    const auto files = out;
    for (auto& step : runs ? TRY(ask_node(args)) : open_node(args)) {
        const bool same = step.peer.empty() && (step.finding == Finding::good || step.reason == "certificate-unreadable");
        if (!same || std::ranges::find(files, step.step, &DoctorStep::step) == files.end()) out.push_back(std::move(step));
    }
    return out;
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
