#include "demo_companies.hpp"

#include "demo_names.hpp"

#include "batch/book.hpp"
#include "web/batch_runner.hpp"
#include "web/company_access.hpp"

#include <chrono>
#include <thread>

namespace wasl::app {

namespace {

using identity::Mandate;
using identity::MandateRight;

constexpr const char* commune = "commune-ain-wasl";

struct DemoCompany {
    const char* ice;
    const char* arabic;
    const char* latin;
    const char* form;
    int manager;  // number of the demonstration's person
};
constexpr DemoCompany atlas{"009000001000105", "مصبرات الأطلس النموذجية", "Conserves de l’Atlas (fictive)", "SARL", 1};
constexpr DemoCompany sahel{"009000002000175", "نسيج الساحل النموذجي", "Textile du Sahel (fictive)", "SA", 3};
constexpr int accountant = 5, former_accountant = 7;

// One line is refused: its procedure is none of a company's.
constexpr std::string_view demo_batch =
    "line,member,procedure,answers.land_commune,answers.land_address,answers.is_owner,answers.works,answers.use,answers.floor_area,"
    "answers.floors,answers.architect_name\r\n"
    "atelier-1,commune-ain-wasl,building-permit-small,Aïn El Wasl,\"Zone d’activités, lot 4\",true,new,other,120,1,Salma Modèle\r\n"
    "atelier-2,commune-ain-wasl,building-permit-small,Aïn El Wasl,\"Zone d’activités, lot 5\",true,new,other,140,1,Salma Modèle\r\n"
    "depot,commune-ain-wasl,building-permit-small,Aïn El Wasl,\"Zone d’activités, lot 9\",true,extension,other,80,1,Salma Modèle\r\n"
    "etat-civil,commune-ain-wasl,birth-extract,,,,,,,,\r\n";

Result<identity::Person> person_of(Host& host, int number) {
    const auto found = TRY(host.site().persons->by_document("cnie", demo_document(number)));
    if (found.empty()) return fail(Code::internal, "demo.nobody", demo_document(number));
    return found.front();
}

Result<void> enter_company(Host& host, const DemoCompany& about, const std::string& agent) {
    auto& site = host.site();
    const auto manager = TRY(person_of(host, about.manager));
    const auto by = std::string(commune) + "/accueil/" + agent;
    TRY(web::company_register(site).record({about.ice, about.arabic, about.latin, about.form, false}, by, true));
    Mandate mandate;
    mandate.kind = identity::MandateKind::company;
    mandate.actor = manager.id;
    mandate.ice = about.ice;
    mandate.principal_name = about.latin;
    mandate.from = site.today();
    mandate.verified = true;
    mandate.seen_by = by;
    mandate.paper = "Extrait du registre de commerce n° 4711, pour démonstration";
    TRY(site.mandates->grant(std::move(mandate)));
    return {};
}

// Given by the manager, accepted by the accountant.
Result<Mandate> give(Host& host, const DemoCompany& about, int to, Date from, Date until, std::vector<std::string> procedures) {
    auto& site = host.site();
    const auto manager = TRY(person_of(host, about.manager));
    const auto taker = TRY(person_of(host, to));
    Mandate offer;
    offer.kind = identity::MandateKind::company;
    offer.ice = about.ice;
    offer.principal_name = about.latin;
    offer.given_by = manager.id;
    offer.role = "accountant";
    offer.procedures = std::move(procedures);
    offer.rights = {MandateRight::see, MandateRight::file, MandateRight::batch};
    offer.offered_to = taker.phone;
    offer.from = from;
    offer.until = until;
    const auto offered = TRY(site.mandates->offer(std::move(offer), "fr"));
    return site.mandates->accept(offered.id, taker, from);
}

Result<void> file_batch(Host& host, const Mandate& mandate) {
    auto& site = host.site();
    batch::BatchBook book(*site.host_store);
    batch::Batch batch;
    batch.ice = mandate.ice;
    batch.id = "demonstration-1";
    batch.actor = mandate.actor;
    batch.mandate = mandate.id;
    batch.language = "fr";
    batch.format = batch::Format::csv;
    batch.file = "permis.csv";
    batch.lines = TRY(batch::read_lines(batch.format, demo_batch)).size();
    batch.stage = batch::Stage::running;
    TRY(book.take(batch, demo_batch));
    const web::BatchRunner runner(site);
    for (int wait = 0; wait < 1'500; ++wait) {
        if (TRY(book.find(batch.ice, batch.id)).stage == batch::Stage::done) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return fail(Code::internal, "demo.batch", "the batch did not end");
}

}  // namespace

Result<void> tell_companies(Host& host) {
    const Date today = host.site().today();
    auto* member = TRY(host.at(commune));
    std::string agent;
    for (const auto& staff : TRY(member->staff->all())) {
        if (agent.empty() && staff.actor().has(identity::Role::counter)) agent = staff.id;
    }
    for (const auto& about : {atlas, sahel}) TRY(enter_company(host, about, agent));
    TRY(give(host, atlas, former_accountant, today.plus_days(-90), today.plus_days(-10), {}));
    const auto mandate = TRY(give(host, atlas, accountant, today, today.plus_months(12), {}));
    TRY(give(host, sahel, accountant, today, today.plus_months(6), {"building-permit-small"}));
    return file_batch(host, mandate);
}

}  // namespace wasl::app
