#include "demo.hpp"

#include "demo_names.hpp"
#include "demo_node.hpp"
#include "demo_story.hpp"
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

constexpr std::string_view password = "demonstration";

struct Post {
    const char* member;
    const char* login;
    const char* name;
    const char* name_arabic;
    std::vector<Role> roles;
    std::vector<std::string> offices;
    bool authority = false;  // signs as the authority of the offices
};

const std::vector<Post>& posts() {
    static const std::vector<std::string> commune{"etat-civil", "urbanisme", "associations", "accueil"};
    static const std::vector<Post> all{
        {"commune-ain-wasl", "admin", "Driss Modèle", "إدريس النموذجي", {Role::administrator, Role::op, Role::author}, {}},
        {"commune-ain-wasl", "agent", "Fatima Modèle", "فاطمة النموذجية", {Role::agent, Role::counter}, commune},
        {"commune-ain-wasl", "agent2", "Hassan Modèle", "حسن النموذجي", {Role::agent}, {"urbanisme", "accueil"}},
        {"commune-ain-wasl", "technique", "Salma Modèle", "سلمى النموذجية", {Role::visa}, {"technical"}},
        {"commune-ain-wasl", "agence", "Yassine Modèle", "ياسين النموذجي", {Role::visa}, {"urban-agency"}},
        {"commune-ain-wasl", "signataire", "Le président (modèle)", "الرئيس (نموذجي)", {Role::signatory}, commune, true},
        {"commune-ain-wasl", "caisse", "Omar Modèle", "عمر النموذجي", {Role::cashier}, {"accueil"}},
        {"commune-ain-wasl", "audit", "Leïla Modèle", "ليلى النموذجية", {Role::auditor}, {}},
        {"commune-ain-wasl", "tutelle", "La préfecture (modèle)", "العمالة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
        {"ministere-modele", "admin", "Mounia Modèle", "منية النموذجية", {Role::administrator, Role::op}, {}},
        {"ministere-modele", "agent", "Karim Modèle", "كريم النموذجي", {Role::agent, Role::counter}, {"registre"}},
        {"ministere-modele", "signataire", "La directrice (modèle)", "المديرة (نموذجية)", {Role::signatory}, {"registre"}, true},
        {"ministere-modele", "recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
        {"agence-sociale", "admin", "Zineb Modèle", "زينب النموذجية", {Role::administrator, Role::op}, {}},
        {"agence-sociale", "agent", "Rachid Modèle", "رشيد النموذجي", {Role::agent, Role::counter}, {"prestations"}},
        {"agence-sociale", "signataire", "Le directeur (modèle)", "المدير (نموذجي)", {Role::signatory}, {"prestations"}, true},
        {"agence-sociale", "recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
        {"regie-electricite", "admin", "Nabil Modèle", "نبيل النموذجي", {Role::administrator, Role::op}, {}},
        {"regie-electricite", "agent", "Samira Modèle", "سميرة النموذجية", {Role::agent, Role::counter}, {"abonnements"}},
        {"regie-electricite", "signataire", "La directrice (modèle)", "المديرة (نموذجية)", {Role::signatory}, {"abonnements"}, true},
        {"regie-electricite", "recours", "La commission (modèle)", "اللجنة (نموذجية)", {Role::supervisor, Role::agent, Role::signatory}, {"recours"}, true},
    };
    return all;
}

std::string role_words(const std::vector<Role>& roles) {
    std::vector<std::string> words;
    for (const auto role : roles) words.emplace_back(identity::to_string(role));
    return join(words, ", ");
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
        const bool elsewhere = kind == catalogue::Kind::registration || kind == catalogue::Kind::benefit || kind == catalogue::Kind::contract;
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

// Adds the agents and their rights to sign; what the outbox page needs to show their codes.
Result<json::Array> hire(Host& host, Date from) {
    json::Array agents;
    for (const auto& post : posts()) {
        auto* member = TRY(host.at(post.member));
        const auto enrolled = TRY(member->staff->add({.login = post.login, .name = post.name, .name_arabic = post.name_arabic,
                                                      .password = std::string(password), .roles = post.roles, .offices = post.offices},
                                                     "demonstration"));
        for (const auto& office : post.offices) {
            if (!post.authority) continue;
            identity::Delegation right;
            right.delegate = enrolled.staff.id;
            right.office = office;
            right.authority = true;
            right.from = from;
            right.until = from.plus_months(60);
            TRY(member->staff->delegate(right, "demonstration"));
        }
        agents.emplace_back(json::Object{{"member", post.member}, {"login", post.login}, {"password", password}, {"name", post.name},
                                         {"roles", role_words(post.roles)}, {"totp", to_base32(enrolled.totp_secret)}});
    }
    return agents;
}

Result<void> make(const Path& data, const Path& building) {
    std::error_code problem;
    std::filesystem::remove_all(building, problem);
    std::filesystem::create_directories(building, problem);
    TRY(write_file(building / "node.toml", demo_node));
    const SystemClock system;
    const Instant end = system.now().plus_seconds(-120);
    const Instant start = end.plus_seconds(-100LL * 86'400);
    ManualClock clock(start);
    std::cerr << "Preparing the demonstration: a hundred days of dossiers…\n";
    {
        auto host = TRY(Host::open({.data = building, .jurisdiction = pack_folder(), .clock = &clock, .reserve_bytes = 0}));
        const Date today = host->site().pack->zone().date_at(start);
        TRY(publish_procedures(*host, today));
        const auto agents = TRY(hire(*host, today));
        TRY(write_file(building / "demonstration.json", json::write_pretty(json::Object{{"agents", agents}})));
        TRY(tell_demo_story(*host, clock, start, end));
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
