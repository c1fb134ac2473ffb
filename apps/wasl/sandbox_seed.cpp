#include "sandbox_seed.hpp"

#include "demo_network.hpp"
#include "demo_staff.hpp"
#include "exchange_node.hpp"
#include "host.hpp"
#include "register_story.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "catalogue/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

namespace {

using identity::Role;
using Path = std::filesystem::path;

// Who works at each member of the sandbox.
const std::vector<DemoPost>& posts() {
    static const std::vector<DemoPost> all{
        {"admin", "Driss Modèle", "إدريس النموذجي", {Role::administrator, Role::op, Role::author}, {}},
        {"agent", "Fatima Modèle", "فاطمة النموذجية", {Role::agent, Role::counter}, {"guichet"}},
        {"signataire", "La directrice (modèle)", "المديرة (نموذجية)", {Role::signatory}, {"guichet"}, true},
        {"audit", "Leïla Modèle", "ليلى النموذجية", {Role::auditor}, {}},
        {"recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
    };
    return all;
}

Result<void> publish(Host& host, const SandboxMember& member, Date today) {
    std::vector<catalogue::Revision> revisions;
    for (const auto& folder : catalogue::procedure_folders(share_folder() / "procedures")) {
        if (std::ranges::find(member.procedures, folder.filename().string()) == member.procedures.end()) continue;
        const auto loaded = catalogue::load_procedure(folder, host.site().pack.get(), today);
        for (const auto& finding : loaded.diagnostics) log::warning("sandbox.procedure", {{"finding", finding.text()}});
        if (loaded.revision != nullptr) revisions.push_back(*loaded.revision);
    }
    auto* sheets = TRY(host.catalogue(member.id));
    TRY(sheets->publish(revisions));
    return {};
}

bool is_commune(const SandboxMember& member) { return member.kind == "commune"; }
bool gives_building_permits(const SandboxMember& member) { return std::ranges::find(member.procedures, "building-permit-small") != member.procedures.end(); }

// A commune that did not answer: its request was filed long enough ago for the law to have answered instead.
constexpr std::int64_t silent_for_seconds = 40 * 86'400;

Result<json::Array> begin_silent_communes(const SandboxProcess& process, const SandboxSeed& seed) {
    json::Array agents;
    if (std::ranges::none_of(process.members, is_commune)) return agents;
    const ManualClock clock(SystemClock().now().plus_seconds(-silent_for_seconds));
    auto host = TRY(Host::open({.data = seed.data, .jurisdiction = pack_folder(), .clock = &clock, .reserve_bytes = 0}));
    const Date today = host->site().pack->zone().date_at(clock.now());
    for (const auto& member : process.members) {
        if (!is_commune(member)) continue;
        TRY(publish(*host, member, today));
        std::ranges::move(TRY(hire_demo_staff(*host, member.id, posts(), today, "sandbox")), std::back_inserter(agents));
        if (gives_building_permits(member)) TRY(file_unanswered_request(*host, member.id));
    }
    return agents;
}

}  // namespace

Result<void> write_sandbox_certificate(const Path& data, const exchange::TlsIdentity& certificate) {
    TRY(write_file(data / "tls/node.key", certificate.key_pem));
    TRY(write_file(data / "tls/node.pem", certificate.certificate_pem));
    return {};
}

Result<std::map<std::string, std::vector<exchange::MemberKey>>> seed_sandbox_process(const SandboxCountry& country, const SandboxProcess& process,
                                                                                    const SandboxSeed& seed) {
    std::error_code problem;
    std::filesystem::create_directories(seed.data / "tls", problem);
    if (problem) return fail(Code::internal, "file.unwritable", seed.data.string() + ": " + problem.message());
    TRY(write_file(seed.data / "node.toml", sandbox_node_file(process)));
    TRY(write_file(seed.data / "registry-keys.json", seed.registry_keys));
    TRY(write_file(seed.data / "tls/roots.pem", seed.roots_pem));
    TRY(write_sandbox_certificate(seed.data, seed.certificate));

    for (const auto& member : process.members) {
        if (member.kind == "utility") TRY(install_demo_network(seed.data, member.id));
    }
    auto agents = TRY(begin_silent_communes(process, seed));
    std::map<std::string, std::vector<exchange::MemberKey>> keys;
    // What stands there at the start was done a minute ago, all of it in one instant.
    const ManualClock clock(SystemClock().now().plus_seconds(-60));
    auto host = TRY(Host::open({.data = seed.data, .jurisdiction = pack_folder(), .clock = &clock, .reserve_bytes = 0}));
    const Instant now = host->site().clock->now();
    const Date today = host->site().pack->zone().date_at(now);
    for (const auto& member : process.members) {
        if (!is_commune(member)) {
            TRY(publish(*host, member, today));
            std::ranges::move(TRY(hire_demo_staff(*host, member.id, posts(), today, "sandbox")), std::back_inserter(agents));
        }
        keys[member.id] = TRY(exchange_public_keys(seed.data, member.id, member.member(), now));
    }
    const auto acts = TRY(tell_register_story(*host));
    log::info("sandbox.registers", {{"process", process.name}, {"acts", static_cast<std::int64_t>(acts)}});
    TRY(write_file(seed.data / "demonstration.json", json::write_pretty(json::Object{{"agents", agents}})));
    const auto exchange_text = sandbox_exchange_file(country, process, seed.authorities);
    TRY(write_file(seed.data / exchange_file_name, exchange_text));
    TRY(parse_exchange_file(exchange_text, exchange_file_name, seed.data, host->site().pack->zone()));
    return keys;
}

}  // namespace wasl::app
