// The practice country is made once, in a data folder of its own.
#include "practice.hpp"

#include "demo.hpp"
#include "demo_names.hpp"
#include "demo_staff.hpp"
#include "host.hpp"
#include "practice_stage.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "catalogue/loader.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;
using identity::Role;

constexpr const char* practice_node = R"toml(# The practice country: administrations that do not exist.

[[member]]
id = "commune-ain-wasl"
name = { ar = "جماعة عين الوصل (للتمرين)", fr = "Commune d’Aïn El Wasl (exercice)", en = "Commune of Ain El Wasl (practice)", zgh = "ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵄⵉⵏ ⵍⵡⴰⵚⵍ" }
kind = "commune"
supervisory = "recours"
appeal = "recours"
cosigner = "ecole-modele"

[[member.office]]
code = "etat-civil"
name = { ar = "مصلحة الحالة المدنية", fr = "Bureau de l’état civil", en = "Civil status office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵓⴷⴷⴰⴷ ⴰⵖⵔⵎⴰⵏ" }

[[member.office]]
code = "urbanisme"
name = { ar = "مصلحة التعمير", fr = "Service de l’urbanisme", en = "Town planning office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵓⵙⴱⵓⵖⵍⵓ" }
procedures = ["occupancy-permit"]

[[member.office]]
code = "recours"
name = { ar = "سلطة الوصاية: العمالة", fr = "Autorité de tutelle : la préfecture", en = "Supervisory authority: the prefecture", zgh = "ⵜⴰⵏⴱⴰⴹⵜ ⵏ ⵓⵙⵡⵓⵔⵉ" }
procedures = ["-"]

[[member]]
id = "ecole-modele"
name = { ar = "مدرسة التمرين", fr = "École d’exercice (fictive)", en = "School of practice (fictional)", zgh = "ⵜⵉⵏⵎⵍ ⵏ ⵓⵙⵎⵓⵔⵙ" }
kind = "agency"
supervisory = "attestations"
appeal = "attestations"
cosigner = "commune-ain-wasl"

[[member.office]]
code = "attestations"
name = { ar = "مصلحة الشهادات", fr = "Bureau des attestations", en = "Certificates office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵜⵙⵏⵎⴰⵍⵉⵏ" }
)toml";

const std::vector<DemoPost>& commune_posts() {
    static const std::vector<DemoPost> posts{
        {"admin", "Driss Modèle", "إدريس النموذجي", {Role::administrator, Role::op, Role::author}, {}},
        {"agent", "Fatima Modèle", "فاطمة النموذجية", {Role::agent, Role::counter}, {practice_office, practice_past_office}},
        {"signataire", "Le président (modèle)", "الرئيس (نموذجي)", {Role::signatory}, {practice_office, practice_past_office}, true},
    };
    return posts;
}

Path mark_of(const Path& data) { return data / "practice" / "country.json"; }

// Published from a folder of the source tree; what is wrong with it is said and stops the making.
Result<void> publish(Host& host, const char* member, const Path& folder, Date today) {
    const auto loaded = catalogue::load_procedure(folder, host.site().pack.get(), today);
    for (const auto& finding : loaded.diagnostics) log::warning("country.procedure", {{"finding", finding.text()}});
    if (loaded.revision == nullptr) return fail(Code::invalid, "serve.procedure", folder.string());
    auto* sheets = TRY(host.catalogue(member));
    TRY(sheets->publish(std::vector<catalogue::Revision>{*loaded.revision}));
    return {};
}

// Forty people whose card an agent has seen: who files the dossiers that agents and signatories find.
Result<std::vector<std::string>> register_people(Host& host, const std::string& agent, Instant now) {
    std::vector<std::string> ids;
    for (int n = 0; n < 40; ++n) {
        auto seen = demo_person(n, now);
        const identity::CounterCheck check{practice_commune, practice_office, agent, "cnie", demo_document(n), now};
        ids.push_back(TRY(host.site().persons->enrol_at_counter(seen, check)).id);
    }
    return ids;
}

json::Array list_of(const std::vector<std::string>& ids) {
    json::Array out;
    for (const auto& id : ids) out.emplace_back(id);
    return out;
}

// The country begins forty days ago, so that it has files whose time has passed when the first learner comes.
Result<void> fill(const Path& building) {
    const SystemClock system;
    const Instant end = system.now().plus_seconds(-60);
    ManualClock clock(end.plus_seconds(-40LL * 86'400));
    auto host = TRY(Host::open({.data = building, .jurisdiction = pack_folder(), .clock = &clock, .reserve_bytes = 0}));
    const Instant now = clock.now();
    const Date today = host->site().pack->zone().date_at(now);
    for (const auto* procedure : {"birth-extract", "occupancy-permit", "administrative-appeal"}) {
        TRY(publish(*host, practice_commune, share_folder() / "procedures" / procedure, today));
    }
    TRY(publish(*host, practice_school, share_folder() / "practice" / "practice-certificate", today));
    const auto agents = TRY(hire_demo_staff(*host, practice_commune, commune_posts(), today, "practice"));
    TRY(write_file(building / "demonstration.json", json::write_pretty(json::Object{{"agents", agents}})));
    // The school's examiner is the program: a password that nobody is told, and no code on any page.
    auto* school = TRY(host->at(practice_school));
    SystemEntropy entropy;
    const auto examiner = TRY(school->staff->add({.login = "examiner", .name = "École d’exercice", .name_arabic = "مدرسة التمرين",
                                                  .password = to_hex(entropy.bytes(24)), .roles = {Role::agent, Role::counter, Role::signatory},
                                                  .offices = {"attestations"}},
                                                 "practice"));
    identity::Delegation right;
    right.delegate = examiner.staff.id;
    right.office = "attestations";
    right.authority = true;
    right.from = today;
    right.until = today.plus_months(121);
    TRY(school->staff->delegate(right, "practice"));
    auto* commune = TRY(host->at(practice_commune));
    const auto staff = TRY(commune->staff->all());
    const auto people = TRY(register_people(*host, staff.front().id, now));
    const auto past = TRY(PracticeStage(host->site(), *commune, people, {}).file_the_past());
    clock.set(end);
    TRY(commune->dossiers->fire_due(end));
    std::error_code problem;
    std::filesystem::create_directories(building / "practice", problem);
    return write_file(mark_of(building), json::write_pretty(json::Object{{"made_by", "wasl serve --practice"}, {"examiner", examiner.staff.id}, {"people", list_of(people)},
                                                                         {"silent", list_of(past.silent)}, {"late", list_of(past.late)}}));
}

}  // namespace

FreshFolder::FreshFolder() {
    SystemEntropy entropy;
    path_ = std::filesystem::temp_directory_path() / ("wasl-practice-" + to_hex(entropy.bytes(8)));
}

FreshFolder::~FreshFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

bool is_practice(const Path& data) {
    std::error_code problem;
    return std::filesystem::exists(mark_of(data), problem);
}

Result<void> prepare_practice(const Path& data) {
    std::error_code problem;
    if (is_practice(data)) return {};
    std::filesystem::create_directories(data, problem);
    const auto building = data / "being-made";
    std::filesystem::remove_all(building, problem);
    // The server's own lock is there already; anything else belongs to somebody.
    for (const auto* strange : {"node.toml", "store", "keys", "catalogue"}) {
        if (std::filesystem::exists(data / strange, problem)) {
            return fail(Code::invalid, "serve.not-practice", data.string() + " was not made by `wasl serve --practice`: give it a folder of its own");
        }
    }
    std::filesystem::create_directories(building, problem);
    TRY(write_file(building / "node.toml", practice_node));
    std::cerr << "Preparing the practice country…\n";
    TRY(fill(building));
    // The mark goes last: a stop half-way leaves a folder that is no practice country.
    std::vector<Path> parts;
    for (const auto& entry : std::filesystem::directory_iterator(building)) parts.push_back(entry.path());
    std::ranges::partition(parts, [](const Path& part) { return part.filename() != "practice"; });
    for (const auto& part : parts) {
        std::filesystem::rename(part, data / part.filename(), problem);
        if (problem) return fail(Code::internal, "file.unwritable", data.string() + ": " + problem.message());
    }
    std::filesystem::remove_all(building, problem);
    return {};
}

}  // namespace wasl::app
