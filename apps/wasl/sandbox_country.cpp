#include "sandbox_country.hpp"

#include "demo_names.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace wasl::app {

namespace {

using exchange::Names;

Names names(std::string ar, std::string fr, std::string en, std::string zgh) {
    return {{"ar", std::move(ar)}, {"fr", std::move(fr)}, {"en", std::move(en)}, {"zgh", std::move(zgh)}};
}

// What a member's register says to others, as evidence of these types.
SandboxService evidence(std::string subsystem, std::vector<std::string> types) {
    return {std::move(subsystem), "evidence", "register", names("بيانات السجل", "Preuves du registre", "Evidence of the register", "ⵉⵏⴰⴳⴰⵜⵏ ⵏ ⵓⵣⵎⵎⴻⵎ"), std::move(types)};
}
SandboxService sheets(std::string subsystem) {
    return {std::move(subsystem), "procedures", "", names("المساطر المنشورة", "Procédures publiées", "Published procedures", "ⵜⵉⴱⵔⵉⴷⵉⵏ ⵉⵜⵜⵓⴼⵙⵙⴰⵔⵏ"), {}};
}

SandboxMember commune() {
    return {.id = "commune-ain-wasl", .member_class = "COM", .member_code = "ain-wasl", .kind = "commune",
            .names = names("جماعة عين الوصل (نموذجية)", "Commune d’Aïn El Wasl (fictive)", "Commune of Ain El Wasl (fictional)", "ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵄⵉⵏ ⵍⵡⴰⵚⵍ"),
            .office = names("مكتب الاستقبال", "Accueil général", "General office", "ⴰⵙⵏⴼⴰⵔ ⴰⵎⴰⵜⴰⵢ"),
            .cosigner = "",
            .territory = {"Aïn El Wasl"},
            .procedures = {"birth-extract", "building-permit-small", "association-declaration", "occupancy-permit", "administrative-appeal"},
            .subsystems = {{"desk", names("الشباك", "Guichet", "Desk", "ⴰⵙⵏⴼⴰⵔ")}},
            .services = {sheets("desk"), evidence("desk", {"approval-by-silence", "building-permit", "occupancy-permit"})}};
}

// The commune beside it: of two that hold permits, the one that the answer of the person names is asked.
SandboxMember next_commune() {
    return {.id = "commune-tizi-wasl", .member_class = "COM", .member_code = "tizi-wasl", .kind = "commune",
            .names = names("جماعة تيزي الوصل (نموذجية)", "Commune de Tizi Wasl (fictive)", "Commune of Tizi Wasl (fictional)", "ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵜⵉⵣⵉ ⵍⵡⴰⵚⵍ"),
            .office = names("مكتب الاستقبال", "Accueil général", "General office", "ⴰⵙⵏⴼⴰⵔ ⴰⵎⴰⵜⴰⵢ"),
            .cosigner = "",
            .territory = {"Tizi Wasl"},
            .procedures = {"occupancy-permit", "administrative-appeal"},
            .subsystems = {{"desk", names("الشباك", "Guichet", "Desk", "ⴰⵙⵏⴼⴰⵔ")}},
            .services = {sheets("desk"), evidence("desk", {"approval-by-silence", "occupancy-permit"})}};
}

// The last subsystem is the one in whose name the member's dossiers ask others.
SandboxMember utility() {
    return {.id = "regie-electricite", .member_class = "UTL", .member_code = "ain-wasl-electricity", .kind = "utility",
            .names = names("شركة توزيع الكهرباء (نموذجية)", "Régie d’électricité (fictive)", "City utility (fictional)", "ⵜⴰⵎⵙⵙⵓⵔⵜ ⵏ ⵜⵔⵉⵙⵉⵏⵜⵉ"),
            .office = names("مصلحة الاشتراكات", "Service des abonnements", "Subscriptions office", "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵉⵣⵎⵎⴰⵎⵏ"),
            .cosigner = "", .procedures = {"electricity-subscription", "grid-connection", "rooftop-solar", "administrative-appeal"},
            .subsystems = {{"website", names("الموقع", "Site public", "Public site", "ⴰⵙⵉⵜ")},
                           {"kiosk", names("الشباك الآلي", "Borne", "Kiosk", "ⵜⴰⵎⴰⵛⵉⵏⵜ")},
                           {"subscriptions", names("الاشتراكات", "Abonnements", "Subscriptions", "ⵉⵣⵎⵎⴰⵎⵏ")}},
            .services = {sheets("subscriptions")}};
}

SandboxMember of_state(std::string id, std::string code, std::string kind, Names name, Names office, std::string subsystem, std::vector<SandboxService> services) {
    SandboxMember out{.id = std::move(id), .member_class = "GOV", .member_code = std::move(code), .kind = std::move(kind), .names = std::move(name),
                      .office = std::move(office), .cosigner = "ministere-interieur", .procedures = {"administrative-appeal"},
                      .subsystems = {{subsystem, {}}}, .services = std::move(services)};
    if (out.id == out.cosigner) out.cosigner = "province-ain-wasl";
    out.subsystems.front().names = out.office;
    return out;
}

// A member of the state with one procedure more, as a rule the one that writes its register.
SandboxMember with_register(SandboxMember member, std::string procedure) {
    member.procedures.push_back(std::move(procedure));
    return member;
}

std::vector<SandboxMember> state() {
    std::vector<SandboxMember> out;
    out.push_back(with_register(of_state("ministere-interieur", "interior", "ministry", names("وزارة الداخلية (نموذجية)", "Ministère de l’intérieur (fictif)", "Ministry of the interior (fictional)", "ⵜⴰⵎⴰⵡⴰⵙⵜ ⵏ ⵓⴳⵏⵙⵓ"),
                                         names("السجل الاجتماعي", "Registre social", "Social register", "ⴰⵣⵎⵎⴻⵎ ⴰⵏⴰⵎⵓⵏ"), "social-register", {evidence("social-register", {"rsu-score"})}),
                                "social-register"));
    out.push_back(with_register(of_state("province-ain-wasl", "province-ain-wasl", "province", names("إقليم عين الوصل (نموذجي)", "Province d’Aïn El Wasl (fictive)", "Province of Ain El Wasl (fictional)", "ⵜⴰⵙⴳⴰ ⵏ ⵄⵉⵏ ⵍⵡⴰⵚⵍ"),
                           names("المراقبة الإدارية", "Contrôle administratif", "Supervision", "ⴰⵙⵙⴰⴳⵓⵔ"), "supervision", {sheets("supervision")}),
                                "silence-attestation"));
    out.push_back(with_register(of_state("ministere-justice", "justice", "ministry", names("وزارة العدل (نموذجية)", "Ministère de la justice (fictif)", "Ministry of justice (fictional)", "ⵜⴰⵎⴰⵡⴰⵙⵜ ⵏ ⵜⵣⵔⴼⵜ"),
                                         names("السجل التجاري", "Registre du commerce", "Trade register", "ⴰⵣⵎⵎⴻⵎ ⵏ ⵜⵙⴱⴱⴰⴱⵜ"), "trade-register", {evidence("trade-register", {"commercial-register"})}),
                                "trade-register"));
    out.push_back(with_register(of_state("conservation-fonciere", "land-registry", "agency", names("المحافظة العقارية (نموذجية)", "Conservation foncière (fictive)", "Land registry (fictional)", "ⵜⴰⵡⵏⴼⴰ ⵏ ⵡⴰⴽⴰⵍ"),
                                         names("الرسوم العقارية", "Titres fonciers", "Land titles", "ⵉⵣⵡⵍⵏ ⵏ ⵡⴰⴽⴰⵍ"), "titles", {evidence("titles", {"land-title"})}),
                                "land-title"));
    out.push_back(with_register(of_state("impots", "taxes", "agency", names("مديرية الضرائب (نموذجية)", "Direction des impôts (fictive)", "Tax office (fictional)", "ⵜⴰⵎⵀⵍⴰ ⵏ ⵜⵙⵖⴰⵔⵜ"),
                                         names("الإبراء الضريبي", "Quitus fiscal", "Tax clearance", "ⴰⵙⴼⵙⵉ ⵏ ⵜⵙⵖⴰⵔⵜ"), "clearance", {evidence("clearance", {"tax-clearance"})}),
                                "tax-clearance"));
    out.push_back(with_register(of_state("agence-sociale", "social-protection", "agency", names("وكالة الدعم الاجتماعي (نموذجية)", "Agence du soutien social (fictive)", "Social protection (fictional)", "ⵜⴰⵡⵏⴼⴰ ⵏ ⵜⵡⵉⵙⵉ ⵜⴰⵏⴰⵎⵓⵏⵜ"),
                                         names("مصلحة الدعم", "Service des prestations", "Benefits office", "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵜⵡⵉⵙⵉⵡⵉⵏ"), "benefits", {sheets("benefits")}),
                                "direct-social-aid"));
    return out;
}

std::string in_quotes(std::string_view text) {
    std::string out;
    json::append_string(out, text);  // a JSON string is a basic string of TOML
    return out;
}

std::string inline_names(const Names& names) {
    std::string out = "{ ";
    for (const auto& [language, name] : names) out += fmt::format("{}{} = {}", out.size() > 2 ? ", " : "", language, in_quotes(name));
    return out + " }";
}

std::string list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + in_quotes(item);
    return out + "]";
}

const SandboxService& service_of(const SandboxMember& member, std::string_view code) {
    const auto found = std::ranges::find(member.services, code, &SandboxService::code);
    if (found == member.services.end()) throw std::logic_error("sandbox: no such service");
    return *found;
}

std::string service_id(const SandboxMember& member, const SandboxService& service) {
    return exchange::ServiceId{member.subsystem(service.subsystem), service.code}.text();
}

void append_services(std::string& out, const SandboxProcess& process) {
    for (const auto& member : process.members) {
        for (const auto& service : member.services) {
            out += fmt::format("\n[[service]]\nid = {}\n", in_quotes(service_id(member, service)));
            if (service.local.empty()) {
                out += fmt::format("url = \"http://127.0.0.1:{}/api/procedures/{}\"\n", process.pages, member.id);
                out += "[[service.endpoint]]\nmethod = \"GET\"\npath = \"/*\"\n";
            } else {
                out += fmt::format("local = {}\n", in_quotes(service.local));
                out += "[[service.endpoint]]\nmethod = \"GET\"\npath = \"/v1/**\"\n";
            }
        }
    }
}

void append_rights(std::string& out, const SandboxCountry& country, const SandboxProcess& process) {
    int number = 0;
    for (const auto& right : country.rights) {
        const auto provider = std::ranges::find(process.members, right.provider, &SandboxMember::id);
        if (provider == process.members.end()) continue;
        const auto& client = country.member(right.client);
        out += fmt::format("\n[[right]]\nid = \"right-{}\"\nsubject = {}\nservice = {}\nmethod = {}\npath = {}\npurpose = {}\nlegal_basis = {}\n"
                           "valid_from = 2026-01-01\nvalid_until = 2099-12-31\n",
                           ++number, in_quotes(client.subsystem(right.client_subsystem).text()), in_quotes(service_id(*provider, service_of(*provider, right.service))),
                           in_quotes(right.method), in_quotes(right.path), in_quotes(right.purpose), in_quotes(right.legal_basis));
    }
}

}  // namespace

const SandboxProcess& SandboxCountry::process_of(std::string_view id) const {
    for (const auto& process : processes) {
        if (std::ranges::find(process.members, id, &SandboxMember::id) != process.members.end()) return process;
    }
    throw std::logic_error("sandbox: no such member");
}

const SandboxMember& SandboxCountry::member(std::string_view id) const {
    return *std::ranges::find(process_of(id).members, id, &SandboxMember::id);
}

SandboxCountry sandbox_country() {
    SandboxCountry out;
    out.processes = {{.name = "state", .members = state()}, {.name = "commune", .members = {commune(), next_commune()}}, {.name = "utility", .members = {utility()}}};
    const auto asks = [&](std::string client, std::string subsystem, std::string provider, const std::string& type, std::string purpose, std::string law) {
        const std::string much = type == "rsu-score" || type == "approval-by-silence" ? "/v1/evidence/" : "/v1/holds/";  // data only where it is needed
        out.rights.push_back({std::move(client), std::move(subsystem), std::move(provider), "evidence", "GET", much + type + "/*", std::move(purpose), std::move(law)});
    };
    asks("regie-electricite", "subscriptions", "conservation-fonciere", "land-title", "Abonnement à l’électricité", "loi 55-19, article 25");
    for (const auto* commune : {"commune-ain-wasl", "commune-tizi-wasl"}) {
        asks("regie-electricite", "subscriptions", commune, "occupancy-permit", "Abonnement à l’électricité", "loi 55-19, article 25");
    }
    asks("regie-electricite", "subscriptions", "ministere-justice", "commercial-register", "Abonnement à l’électricité", "loi 55-19, article 25");
    asks("agence-sociale", "benefits", "ministere-interieur", "rsu-score", "Aide sociale directe", "loi 58-23, article 7");
    asks("agence-sociale", "benefits", "impots", "tax-clearance", "Aide sociale directe", "loi 58-23, article 7");
    out.rights.push_back({"commune-ain-wasl", "desk", "conservation-fonciere", "evidence", "GET", "/v1/document/land-title/*", "Permis de construire", "loi 12-90, article 41"});
    asks("commune-ain-wasl", "desk", "conservation-fonciere", "land-title", "Permis d’habiter", "loi 12-90, article 55");
    asks("commune-ain-wasl", "desk", "ministere-justice", "commercial-register", "Permis de construire", "loi 12-90, article 41");
    for (const auto* commune : {"commune-ain-wasl", "commune-tizi-wasl"}) {
        asks("province-ain-wasl", "supervision", commune, "approval-by-silence", "Attestation de silence", "loi 55-19, article 19 ; décret 2-22-141");
    }
    const auto trial = sandbox_trial(out);
    out.rights.push_back({"regie-electricite", "kiosk", "conservation-fonciere", "evidence", "GET", trial.path, "Essai du bac à sable", "aucune : essai"});
    return out;
}

SandboxTrial sandbox_trial(const SandboxCountry& country) {
    const auto& client = country.member("regie-electricite");
    const auto& provider = country.member("conservation-fonciere");
    return {client.subsystem("kiosk"), client.subsystem("website"), {provider.subsystem("titles"), "evidence"}, "/v1/holds/land-title/cnie:" + demo_document(0), "utility"};
}

std::string sandbox_node_file(const SandboxProcess& process) {
    std::string out = "# A process of the sandbox: administrations that do not exist.\n";
    for (const auto& member : process.members) {
        out += fmt::format("\n[[member]]\nid = {}\nname = {}\nkind = {}\nsupervisory = \"recours\"\nappeal = \"recours\"\n", in_quotes(member.id),
                           inline_names(member.names), in_quotes(member.kind));
        if (!member.cosigner.empty()) out += fmt::format("cosigner = {}\n", in_quotes(member.cosigner));
        if (!member.territory.empty()) out += fmt::format("territory = {}\n", list(member.territory));
        out += fmt::format("\n[[member.office]]\ncode = \"guichet\"\nname = {}\n", inline_names(member.office));
        out += fmt::format("\n[[member.office]]\ncode = \"recours\"\nname = {}\nprocedures = [\"-\"]\n",
                           inline_names(names("لجنة الطعون", "Commission des recours", "Appeals board", "ⵜⴰⵙⵎⵉⵔⵉⵜ ⵏ ⵉⵙⵓⵔⴷⵏ")));
    }
    return out;
}

std::string sandbox_exchange_file(const SandboxCountry& country, const SandboxProcess& process, const SandboxAuthorities& authorities) {
    std::vector<std::string> mirrors{authorities.registry};
    for (const auto& other : country.processes) {
        if (other.name != process.name) mirrors.push_back(fmt::format("https://127.0.0.1:{}/registry/snapshot", other.peer));
    }
    std::string out = fmt::format("# How this process takes part in the exchange of the sandbox.\ninstance = \"MA\"\nnode = {}\n\n", in_quotes(process.node().text()));
    out += fmt::format("[registry]\nkeys = \"registry-keys.json\"\nmirrors = {}\nrefresh_seconds = 2\n\n", list(mirrors));
    out += fmt::format("[edge]\nlisten = \"127.0.0.1:{}\"\n\n", process.edge);
    out += fmt::format("[peer]\nlisten = \"127.0.0.1:{}\"\ntls = [\"tls/node.pem\", \"tls/node.key\"]\n\n", process.peer);
    out += fmt::format("[management]\nlisten = \"127.0.0.1:{}\"\n\n", process.management);
    out += fmt::format("[timestamps]\naddress = {}\nroots = \"tls/roots.pem\"\nevery_minutes = 1\n\n[journal]\nwitness_minutes = 1\n", in_quotes(authorities.timestamps));
    for (const auto& member : process.members) {
        for (const auto& subsystem : member.subsystems) {
            out += fmt::format("\n[[subsystem]]\nid = {}\nmember = {}\nclients = \"plain\"\n", in_quotes(member.subsystem(subsystem.code).text()), in_quotes(member.id));
        }
    }
    append_services(out, process);
    append_rights(out, country, process);
    return out;
}

}  // namespace wasl::app
