#include "demo.hpp"

#include "demo_companies.hpp"
#include "demo_names.hpp"
#include "demo_network.hpp"
#include "demo_node.hpp"
#include "demo_staff.hpp"
#include "demo_story.hpp"
#include "demo_supply.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "catalogue/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;
using identity::Role;

// Who works where, by member.
const std::vector<std::pair<std::string, std::vector<DemoPost>>>& posts() {
    static const std::vector<std::string> commune{"etat-civil", "urbanisme", "associations", "accueil"};
    static const std::vector<std::pair<std::string, std::vector<DemoPost>>> all{
        {"commune-ain-wasl",
         {
             {"admin", "Driss Modèle", "إدريس النموذجي", {Role::administrator, Role::op, Role::author}, {}},
             {"agent", "Fatima Modèle", "فاطمة النموذجية", {Role::agent, Role::counter}, commune},
             {"agent2", "Hassan Modèle", "حسن النموذجي", {Role::agent}, {"urbanisme", "accueil"}},
             {"technique", "Salma Modèle", "سلمى النموذجية", {Role::visa}, {"technical"}},
             {"agence", "Yassine Modèle", "ياسين النموذجي", {Role::visa}, {"urban-agency"}},
             {"signataire", "Le président (modèle)", "الرئيس (نموذجي)", {Role::signatory}, commune, true},
             {"caisse", "Omar Modèle", "عمر النموذجي", {Role::cashier}, {"accueil"}},
             {"audit", "Leïla Modèle", "ليلى النموذجية", {Role::auditor}, {}},
             {"tutelle", "La préfecture (modèle)", "العمالة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
         }},
        {"ministere-modele",
         {
             {"admin", "Mounia Modèle", "منية النموذجية", {Role::administrator, Role::op}, {}},
             {"agent", "Karim Modèle", "كريم النموذجي", {Role::agent, Role::counter}, {"registre"}},
             {"signataire", "La directrice (modèle)", "المديرة (نموذجية)", {Role::signatory}, {"registre"}, true},
             {"caisse", "Nadia Modèle", "نادية النموذجية", {Role::cashier}, {"registre"}},
             {"recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
         }},
        {"agence-sociale",
         {
             {"admin", "Zineb Modèle", "زينب النموذجية", {Role::administrator, Role::op}, {}},
             {"agent", "Rachid Modèle", "رشيد النموذجي", {Role::agent, Role::counter}, {"prestations"}},
             {"signataire", "Le directeur (modèle)", "المدير (نموذجي)", {Role::signatory}, {"prestations"}, true},
             {"recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
         }},
        {"regie-electricite",
         {
             {"admin", "Nabil Modèle", "نبيل النموذجي", {Role::administrator, Role::op}, {}},
             {"agent", "Samira Modèle", "سميرة النموذجية", {Role::agent, Role::counter}, {"abonnements"}},
             {"signataire", "La directrice (modèle)", "المديرة (نموذجية)", {Role::signatory}, {"abonnements"}, true},
             {"recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
         }},
    };
    return all;
}

Result<void> publish_procedures(Host& host, Date today) {
    std::vector<catalogue::Revision> commune, ministry, agency, utility;
    for (const auto& folder : catalogue::procedure_folders(share_folder() / "procedures")) {
        const auto loaded = catalogue::load_procedure(folder, host.site().pack.get(), today);
        for (const auto& finding : loaded.diagnostics) log::warning("demo.procedure", {{"finding", finding.text()}});
        if (loaded.revision == nullptr) continue;
        // Registers of administrations that the demonstration has not; the sandbox has them.
        static const std::vector<std::string> elsewhere_only{"land-registry", "trade-register", "tax-office", "social-register"};
        if (std::ranges::find(elsewhere_only, loaded.revision->authority_code) != elsewhere_only.end()) continue;
        const auto kind = loaded.revision->kind;
        if (kind == catalogue::Kind::registration || kind == catalogue::Kind::complaint) ministry.push_back(*loaded.revision);
        // The model ministry also does what a prefecture does for the State.
        const bool of_prefecture = loaded.revision->authority_code == "prefecture";
        if (of_prefecture) ministry.push_back(*loaded.revision);
        const bool elsewhere = of_prefecture || kind == catalogue::Kind::registration || kind == catalogue::Kind::benefit || kind == catalogue::Kind::contract;
        if (!elsewhere) commune.push_back(*loaded.revision);
        if (kind == catalogue::Kind::benefit || kind == catalogue::Kind::complaint) agency.push_back(*loaded.revision);
        if (kind == catalogue::Kind::contract || kind == catalogue::Kind::complaint) utility.push_back(*loaded.revision);
    }
    auto* commune_sheets = TRY(host.catalogue("commune-ain-wasl"));
    TRY(commune_sheets->publish(commune));
    auto* ministry_sheets = TRY(host.catalogue("ministere-modele"));
    TRY(ministry_sheets->publish(ministry));
    auto* agency_sheets = TRY(host.catalogue("agence-sociale"));
    TRY(agency_sheets->publish(agency));
    auto* utility_sheets = TRY(host.catalogue("regie-electricite"));
    TRY(utility_sheets->publish(utility));
    return {};
}

Result<void> make(const Path& data, const Path& building) {
    std::error_code problem;
    std::filesystem::remove_all(building, problem);
    std::filesystem::create_directories(building, problem);
    TRY(write_file(building / "node.toml", demo_node));
    TRY(install_demo_network(building, "regie-electricite"));
    const SystemClock system;
    const Instant end = system.now().plus_seconds(-120);
    const Instant start = end.plus_seconds(-100LL * 86'400);
    ManualClock clock(start);
    std::cerr << "Preparing the demonstration: a hundred days of dossiers…\n";
    {
        auto host = TRY(Host::open({.data = building, .jurisdiction = pack_folder(), .clock = &clock, .reserve_bytes = 0}));
        const Date today = host->site().pack->zone().date_at(start);
        TRY(publish_procedures(*host, today));
        json::Array agents;
        for (const auto& [member, staff] : posts()) {
            std::ranges::move(TRY(hire_demo_staff(*host, member, staff, today, "demonstration")), std::back_inserter(agents));
        }
        TRY(write_file(building / "demonstration.json", json::write_pretty(json::Object{{"agents", agents}})));
        TRY(tell_demo_story(*host, clock, start, end));
        TRY(tell_companies(*host));
        TRY(tell_supply(*host, "regie-electricite", end));
    }
    // All or nothing: a stop half-way leaves no data folder behind.
    for (const auto& entry : std::filesystem::directory_iterator(building)) {
        std::filesystem::rename(entry.path(), data / entry.path().filename(), problem);
        if (problem) return fail(Code::internal, "file.unwritable", data.string() + ": " + problem.message());
    }
    std::filesystem::remove_all(building, problem);
    return {};
}

}  // namespace

Result<void> prepare_demo(const Path& data) {
    std::error_code problem;
    if (std::filesystem::exists(data / "node.toml", problem)) return {};
    std::filesystem::create_directories(data, problem);
    return make(data, data / "being-made");
}

std::vector<DemoAgent> demo_agents(const Path& data) {
    std::vector<DemoAgent> out;
    const auto text = read_file(data / "demonstration.json");
    const auto value = text ? json::parse(*text) : Result<json::Value>(std::unexpected(text.error()));
    if (!value) return out;
    if (const auto* agents = (*value)["agents"].array()) {
        for (const auto& agent : *agents) {
            const auto word = [&](std::string_view name) { return std::string(agent[name].text_or("")); };
            const auto secret = from_base32(word("totp"));
            out.push_back({word("member"), word("login"), word("password"), word("name"), word("roles"), secret ? *secret : std::string()});
        }
    }
    return out;
}

}  // namespace wasl::app
