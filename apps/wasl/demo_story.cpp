#include "demo_story.hpp"

#include "demo_names.hpp"
#include "demo_payments.hpp"
#include "demo_taking_part.hpp"
#include "demo_network.hpp"

#include "paper/qr.hpp"
#include "dossier/rule_record.hpp"
#include "web/acting.hpp"
#include "web/rule_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace wasl::app {

namespace {

using dossier::Outcome;
using web::MemberSite;

constexpr std::int64_t hour = 3'600, day = 86'400;

// How a dossier goes on after filing.
enum class Plot : std::uint8_t {
    granted, granted_not_notified, in_signature_book, examined, refused_and_appealed, refused, incomplete, completed_later,
    completion_asked, lapsed, withdrawn, transferred, opinion_asked, silent, to_final_receipt, note_and_message,
    waits_for_visa, appeal_upheld, appeal_dismissed, granted_by_rule, as_tables_say,
};

struct Scene {
    const char* member;
    const char* procedure;
    Plot plot;
    int days_ago;
};

class Stage {
public:
    Stage(Host& host, ManualClock& clock, Instant end) : host_(host), clock_(clock), end_(end) {}

    Result<void> play(Instant start) {
        TRY(register_people());
        plan();
        for (auto& [when, step] : demo_taking_part(host_, clock_, people_, end_)) at(when, std::move(step));
        for (const auto& [at, step] : steps_) {
            if (at > end_) break;
            clock_.set(std::max(at, clock_.now()));
            TRY(fire_due());
            TRY(step());
        }
        clock_.set(end_);
        static_cast<void>(start);
        return fire_due();
    }

private:
    using Step = std::function<Result<void>()>;
    void at(Instant when, Step step) { steps_.emplace(when, std::move(step)); }

    Result<void> fire_due() {
        for (const auto& about : host_.all()) {
            auto* member = TRY(host_.at(about.id));
            TRY(member->dossiers->fire_due(clock_.now()));
        }
        return {};
    }

    // Forty people with an account; an agent has seen the card of every second one.
    Result<void> register_people() {
        auto& persons = *host_.site().persons;
        const auto agent = TRY(agent_of("commune-ain-wasl", identity::Role::counter));
        for (int n = 0; n < 40; ++n) {
            const auto seen = demo_person(n, clock_.now());
            const identity::CounterCheck check{"commune-ain-wasl", "accueil", agent.id, "cnie", demo_document(n), clock_.now()};
            const auto enrolled = TRY(persons.enrol_at_counter(seen, check));
            people_.push_back(TRY(prove_phone(enrolled)));
        }
        return {};
    }

    // They read the code on their phone back to the agent: only then does that phone open the account.
    Result<identity::Person> prove_phone(const identity::Person& person) {
        auto& persons = *host_.site().persons;
        const identity::Address address{"sms", person.phone};
        TRY(persons.send_code(address, person.language, "accueil " + person.id));
        const auto reader = TRY(host_.site().host_store->read());
        const auto newest = TRY(identity::newest_messages(*reader, 1));
        return persons.attach_address(person.id, address, newest.at(0).message.args.at(0).second);
    }

    Result<identity::Staff> agent_of(const std::string& member, identity::Role role, std::string_view office = {}) {
        auto* site = TRY(host_.at(member));
        for (const auto& staff : TRY(site->staff->all())) {
            const auto actor = staff.actor();
            if (actor.has(role) && (office.empty() || actor.works_for(office))) return staff;
        }
        return fail(Code::internal, "demo.nobody", fmt::format("{} {} {}", member, identity::to_string(role), office));
    }

    void plan() {
        int number = 0;
        const auto add = [&](const char* member, const char* procedure, Plot plot, std::initializer_list<int> days_ago) {
            for (const int days : days_ago) {
                const Scene scene{member, procedure, plot, days};
                const int person = number++;
                const Instant when = end_.plus_seconds(-days * day + (person % 7) * hour / 2 - 2 * hour);
                at(when, [this, scene, person] { return open(scene, person); });
            }
        };
        constexpr const char* commune = "commune-ain-wasl";
        constexpr const char* ministry = "ministere-modele";
        add(commune, "birth-extract", Plot::granted, {95, 91, 88, 84, 80, 77, 73, 70, 66, 62, 58, 55, 51, 47, 43, 39, 35, 31, 27, 23, 19, 15, 11, 8, 5});
        add(commune, "birth-extract", Plot::examined, {4, 3, 3, 2, 2, 1, 1, 1});
        add(commune, "birth-extract", Plot::in_signature_book, {3, 2, 2, 1});
        add(commune, "birth-extract", Plot::granted_not_notified, {2, 1});
        add(commune, "birth-extract", Plot::incomplete, {6, 3, 1});
        add(commune, "birth-extract", Plot::withdrawn, {20, 9});
        add(commune, "birth-extract", Plot::refused, {40});
        add(commune, "building-permit-small", Plot::granted, {90, 75, 60, 45});
        add(commune, "building-permit-small", Plot::silent, {85, 40});
        add(commune, "building-permit-small", Plot::refused_and_appealed, {50, 33});
        add(commune, "building-permit-small", Plot::appeal_upheld, {68});
        add(commune, "building-permit-small", Plot::appeal_dismissed, {61});
        add(commune, "building-permit-small", Plot::waits_for_visa, {3, 1});
        add(commune, "building-permit-small", Plot::completion_asked, {9, 7});
        add(commune, "building-permit-small", Plot::completed_later, {12, 25});
        add(commune, "building-permit-small", Plot::opinion_asked, {6, 4});
        add(commune, "building-permit-small", Plot::examined, {11, 8, 5, 2});
        add(commune, "building-permit-small", Plot::in_signature_book, {10, 9});
        add(commune, "building-permit-small", Plot::lapsed, {96});
        add(commune, "building-permit-small", Plot::transferred, {30});
        add(commune, "building-permit-small", Plot::note_and_message, {7});
        add(commune, "association-declaration", Plot::to_final_receipt, {80, 52});
        add(commune, "association-declaration", Plot::examined, {99, 30, 14, 6, 2});
        add(commune, "association-declaration", Plot::incomplete, {4});
        add(ministry, "auto-entrepreneur", Plot::granted, {92, 82, 71, 63, 54, 44, 36, 28, 21, 16, 10, 7});
        add(ministry, "auto-entrepreneur", Plot::granted_by_rule, {34, 13, 2});
        add(ministry, "auto-entrepreneur", Plot::examined, {6, 5, 4, 3, 2, 1});
        add(ministry, "auto-entrepreneur", Plot::in_signature_book, {5, 2});
        add(ministry, "auto-entrepreneur", Plot::refused, {48});
        add(ministry, "auto-entrepreneur", Plot::incomplete, {12, 2});
        constexpr const char* agency = "agence-sociale";
        constexpr const char* utility = "regie-electricite";
        add(agency, "direct-social-aid", Plot::as_tables_say, {78, 65, 49, 37, 24, 17});
        add(agency, "direct-social-aid", Plot::examined, {6, 5, 4, 3, 2, 1});
        add(utility, "electricity-subscription", Plot::as_tables_say, {29, 22, 14, 9});
        add(utility, "electricity-subscription", Plot::examined, {2, 1, 1, 0});
        plan_payments();
        add(utility, "grid-connection", Plot::granted, {41, 26, 17});
        add(utility, "grid-connection", Plot::examined, {5, 3, 2});
        add(utility, "rooftop-solar", Plot::examined, {32, 19, 7, 4});
    }

    // The commune's cashier: requests are paid before they are withdrawn, a coin is lost, and today's drawer is open.
    void plan_payments() {
        const auto cash_day = [this](std::int64_t seconds_ago, std::size_t most, bool closed, int lost) {
            at(end_.plus_seconds(-seconds_ago), [this, most, closed, lost]() -> Result<void> {
                auto& member = *TRY(host_.at("commune-ain-wasl"));
                return demo_cash_day(member, TRY(agent_of("commune-ain-wasl", identity::Role::cashier)), most, closed, lost);
            });
        };
        cash_day(20 * day - 12 * hour, 20, true, 0);
        cash_day(9 * day - 12 * hour, 20, true, 0);
        cash_day(day, 4, true, 200);
        cash_day(3 * hour, 3, false, 0);
        at(end_.plus_seconds(-hour), [this]() -> Result<void> {
            auto& member = *TRY(host_.at("commune-ain-wasl"));
            const auto cashier = TRY(agent_of("commune-ain-wasl", identity::Role::cashier));
            return demo_refunds(member, cashier, TRY(agent_of("commune-ain-wasl", identity::Role::signatory)));
        });
    }

    // Households and premises of many kinds, so that the tables propose one thing and another.
    static void tell_household(dossier::Filing& filing, int number) {
        const auto of = [&](std::initializer_list<int> values) { return std::data(values)[static_cast<std::size_t>(number) % values.size()]; };
        auto& answers = filing.answers;
        if (filing.revision->id == "direct-social-aid") {
            constexpr std::string_view scores[] = {"8.35", "9.12", "9.743001", "7.9", "10.4", "9.6"};
            for (const auto* yes : {"in_rnp", "in_rsu", "resident"}) answers.set(yes, true);
            answers.set("rsu_score", json::Number{std::string(scores[number % 6])});
            answers.set("has_children", number % 5 != 4);
            answers.set("widow", number % 7 == 3);
            for (const auto& [name, count] : {std::pair("children_small", of({1, 0, 2})), std::pair("children_schooled", of({2, 1, 3, 1})),
                                              std::pair("children_unschooled", of({0, 1})), std::pair("children_disabled", of({0, 0, 1}))}) {
                answers.set(name, json::Number{std::to_string(count)});
            }
            answers.set("payment_by", "cash-point");
        }
        if (filing.revision->id == "birth-extract" && number % 4 != 3) {  // fetched at the counter or sent by post, it is paid
            answers.set("delivery", number % 4 == 0 ? "post" : "counter");
            answers.set("postal_address", number % 4 == 0 ? "12، شارع النموذج، عين الوصل" : "");
        }
        if (filing.revision->id == "electricity-subscription") {
            answers.set("power", json::Number{std::to_string(of({6, 9, 18, 40}))});
            answers.set("arrears", number % 4 == 1);
            answers.set("is_owner", number % 3 != 0);
        }
    }

    // Answers to every question: the form's own example where it gives one, else something invented.
    static json::Object answers_for(const catalogue::Revision& revision, const identity::Person& person) {
        json::Object out;
        for (const auto& page : revision.form.pages) {
            for (const auto& field : page.fields) out.set(field.id, invented_answer(field, person));
        }
        return out;
    }

    static json::Value invented_answer(const form::Field& field, const identity::Person& person) {
        using form::FieldType;
        switch (field.type) {
            case FieldType::yes_no: return false;
            case FieldType::number:
            case FieldType::money: return json::Number{field.example.empty() ? "120" : field.example};
            case FieldType::date: return field.example.empty() ? "1990-05-12" : field.example;
            case FieldType::choice: return field.choices.empty() ? "" : field.choices.front().code;
            case FieldType::multi_choice: return json::Array{field.choices.empty() ? "" : field.choices.front().code};
            case FieldType::person_name:
                return json::Object{{"given_ar", person.name.given_arabic}, {"family_ar", person.name.family_arabic},
                                    {"given_latin", person.name.given_latin}, {"family_latin", person.name.family_latin}};
            case FieldType::identity_document: return json::Object{{"kind", "cnie"}, {"number", person.document_number}};
            case FieldType::ice: return "001561191000066";
            case FieldType::commune: return json::Object{{"text", "عين الوصل"}};
            case FieldType::phone: return person.phone;
            case FieldType::email: return "exemple@example.org";
            case FieldType::attachment: return {};
            case FieldType::text:
            case FieldType::long_text: return field.example.empty() ? "نموذج للعرض فقط" : field.example;
        }
        return {};
    }

    Result<dossier::Piece> invented_paper(MemberSite& member, const catalogue::Requirement& requirement) {
        const auto picture = TRY(paper::Qr::encode("DEMONSTRATION " + requirement.code)).png(6);
        return member.dossiers->upload(requirement.code, requirement.code + ".png", picture);
    }

    Result<dossier::Filing> filing_for(MemberSite& member, std::shared_ptr<const catalogue::Revision> revision,
                                       const identity::Person& person, bool with_papers) {
        dossier::Filing out;
        out.applicant = web::party_of(person);
        out.contact = web::contact_of(person);
        out.office = member.info->office_for(revision->id).code;
        out.offices = {member.info->appeal, member.info->supervisory};
        out.answers = answers_for(*revision, person);
        out.level = person.level;
        out.channel = person.language == "zgh" ? "counter" : "online";
        if (with_papers) {
            for (const auto& requirement : revision->requirements) out.pieces.push_back(TRY(invented_paper(member, requirement)));
        }
        out.revision = std::move(revision);
        return out;
    }

    Result<void> open(const Scene& scene, int number) {
        auto& member = *TRY(host_.at(scene.member));
        const auto& person = people_[static_cast<std::size_t>(number) % people_.size()];
        const auto revision = TRY(member.catalogue->find(scene.procedure));
        if (revision == nullptr) return fail(Code::internal, "demo.no-procedure", scene.procedure);
        const bool papers = scene.plot != Plot::incomplete && scene.plot != Plot::completed_later && scene.plot != Plot::lapsed;
        auto filing = TRY(filing_for(member, revision, person, papers));
        tell_household(filing, number);
        tell_connection(scene.procedure, connections_[scene.procedure], filing.answers);
        ++connections_[scene.procedure];
        if (scene.plot == Plot::granted_by_rule) {  // what the rule asks to be declared
            filing.answers.set("moroccan", true);
            filing.answers.set("knows_obligations", true);
        }
        const auto done = TRY(member.dossiers->file(std::move(filing), web::acting_person(person)));
        TRY(host_.site().persons->note_member(person.id, scene.member));
        follow(scene, member, person, done.dossier);
        return {};
    }

    // The next steps of a dossier, each at its hour.
    void follow(const Scene& scene, MemberSite& member, const identity::Person& person, const std::string& id) {
        const Instant filed = clock_.now();
        const auto later = [&](std::int64_t days, Step step) { at(filed.plus_seconds(days * day + hour), std::move(step)); };
        const auto propose = [this, &member, id](Outcome outcome, const std::string& reasons) {
            return [this, &member, id, outcome, reasons]() -> Result<void> {
                TRY(give_opinions(member, id));
                return as_agent(member, id, dossier::Propose{outcome, reasons, {}, {}});
            };
        };
        const auto decide = [&](Outcome outcome, const std::string& reasons, std::int64_t days, bool notify) {
            later(days, propose(outcome, reasons));
            later(days + 1, [this, &member, id] { return give_visas(member, id); });
            later(days + 2, [this, &member, id] { return as_signatory(member, id); });
            if (notify) later(days + 2, [this, &member, id] { return notify_person(member, id); });
        };
        switch (scene.plot) {
            case Plot::granted: decide(Outcome::granted, "Les conditions sont réunies.", 1, true); break;
            case Plot::granted_not_notified: at(filed.plus_seconds(hour), propose(Outcome::granted, "Les conditions sont réunies."));
                at(filed.plus_seconds(2 * hour), [this, &member, id] { return as_signatory(member, id); });
                break;
            case Plot::in_signature_book: at(filed.plus_seconds(2 * hour), propose(Outcome::granted, "Les conditions sont réunies."));
                at(filed.plus_seconds(3 * hour), [this, &member, id] { return give_visas(member, id); });
                break;
            case Plot::refused: decide(Outcome::refused, "Les informations données ne correspondent à aucun acte du registre.", 2, true); break;
            case Plot::refused_and_appealed:
            case Plot::appeal_upheld:
            case Plot::appeal_dismissed:
                decide(Outcome::refused, "Le projet dépasse la hauteur permise dans cette zone (plan d’aménagement, art. 12).", 3, true);
                later(9, [this, &member, id, person, plot = scene.plot] { return appeal(member, id, person, plot); });
                break;
            case Plot::waits_for_visa: at(filed.plus_seconds(2 * hour), propose(Outcome::granted, "Les conditions sont réunies.")); break;
            case Plot::completed_later: later(4, [this, &member, id, person] { return hand_in_papers(member, id, person); }); break;
            case Plot::completion_asked: later(1, [this, &member, id] { return ask_completion(member, id); }); break;
            case Plot::withdrawn: later(1, [this, &member, id, person] { return as_person(member, id, person, dossier::Withdraw{"Je n’en ai plus besoin."}); }); break;
            case Plot::transferred: later(2, [this, &member, id] { return as_agent(member, id, dossier::Transfer{"ministere-modele", "Le terrain relève du domaine de l’État."}); }); break;
            case Plot::opinion_asked: later(1, [this, &member, id] { return as_agent(member, id, dossier::RequestOpinion{"technical", "Le réseau d’eau peut-il desservir ce terrain ?", 5}); }); break;
            case Plot::to_final_receipt: later(6, [this, &member, id] { return issue_final_receipt(member, id); }); break;
            case Plot::note_and_message:
                later(1, [this, &member, id] { return as_agent(member, id, dossier::AddNote{"Vu avec le service technique."}); });
                later(1, [this, &member, id] { return as_agent(member, id, dossier::SendMessage{"Votre dossier est en cours d’examen."}); });
                break;
            case Plot::lapsed: lapse_later(member, id, filed); break;
            case Plot::as_tables_say:
                later(1, [this, &member, id] { return propose_as_tables(member, id); });
                later(2, [this, &member, id] { return as_signatory(member, id); });
                later(2, [this, &member, id] { return notify_person(member, id); });
                break;
            case Plot::examined:
            case Plot::incomplete:
            case Plot::granted_by_rule:
            case Plot::silent: break;
        }
    }

    void lapse_later(MemberSite& member, const std::string& id, Instant filed) {
        // Notice is given by the program when the person's time is over; an agent pronounces the lapse.
        for (int days = 40; days <= 90; days += 5) {
            at(filed.plus_seconds(days * day), [this, &member, id]() -> Result<void> {
                const auto now = TRY(member.dossiers->get(id));
                const bool due = now && now->state.completion && now->state.completion->lapses_from && *now->state.completion->lapses_from <= clock_.now();
                if (!due || !dossier::is_open(now->state.phase)) return {};
                return as_agent(member, id, dossier::PronounceLapse{"Aucune réponse dans le délai, malgré l’avis."});
            });
        }
    }

    Result<void> run(MemberSite& member, const std::string& id, dossier::Command command, dossier::Actor actor,
                     std::vector<dossier::SigningRight> rights = {}) {
        dossier::Ask ask;
        ask.dossier = id;
        ask.command = std::move(command);
        ask.actor = std::move(actor);
        ask.rights = std::move(rights);
        TRY(member.dossiers->run(std::move(ask)));
        return {};
    }

    Result<dossier::State> state_of(MemberSite& member, const std::string& id) {
        auto found = TRY(member.dossiers->get(id));
        if (!found) return fail(Code::internal, "demo.lost", id);
        return std::move(found->state);
    }

    Result<void> as_agent(MemberSite& member, const std::string& id, dossier::Command command) {
        const auto office = TRY(state_of(member, id)).file.office;
        const auto staff = TRY(agent_of(member.info->id, identity::Role::agent, office));
        return run(member, id, std::move(command), web::acting_agent(staff.actor(), office, "instruction"));
    }

    Result<void> as_person(MemberSite& member, const std::string& id, const identity::Person& person, dossier::Command command) {
        return run(member, id, std::move(command), web::acting_person(person));
    }

    // An agent follows the tables, where they say more than "look closer".
    Result<void> propose_as_tables(MemberSite& member, const std::string& id) {
        const auto state = TRY(state_of(member, id));
        const auto revision = TRY(member.catalogue->find(state.file.procedure));
        const dossier::RuleFacts facts(state, *revision, host_.site().pack->zone().date_at(clock_.now()));
        const auto rules = catalogue::proposal_for(*revision, facts.facts());
        if (!rules || rules->advice == catalogue::Advice::look) return {};
        const auto outcome = rules->advice == catalogue::Advice::grant ? Outcome::granted : Outcome::refused;
        const auto language = lingua::from_tag(state.file.contact.language).value_or(lingua::Language::ar);
        const auto told = web::told_by_rules(*revision, *rules, state.file.answers, language);
        return as_agent(member, id, dossier::Propose{outcome, told, dossier::details_of(*rules, outcome), dossier::record_of(state, *rules, outcome, told)});
    }

    Result<void> give_opinions(MemberSite& member, const std::string& id) {
        const auto state = TRY(state_of(member, id));
        for (const auto& opinion : state.opinions) {
            if (opinion.answer != dossier::DeskState::Answer::none) continue;
            const auto staff = TRY(agent_of(member.info->id, identity::Role::visa, opinion.desk));
            TRY(run(member, id, dossier::GiveOpinion{opinion.desk, dossier::Opinion::favourable, "Rien ne s’y oppose."},
                    web::acting_agent(staff.actor(), opinion.desk, "avis")));
        }
        return {};
    }

    Result<void> give_visas(MemberSite& member, const std::string& id) {
        for (const auto& visa : TRY(state_of(member, id)).visas) {
            if (visa.answer != dossier::DeskState::Answer::none) continue;
            const auto staff = TRY(agent_of(member.info->id, identity::Role::visa, visa.desk));
            TRY(run(member, id, dossier::GiveVisa{visa.desk, "Vu"}, web::acting_agent(staff.actor(), visa.desk, "visa")));
        }
        return {};
    }

    Result<void> as_signatory(MemberSite& member, const std::string& id) {
        const auto state = TRY(state_of(member, id));
        if (!state.proposal) return {};
        const auto staff = TRY(agent_of(member.info->id, identity::Role::signatory, state.file.office));
        const auto rights = web::signing_rights(TRY(member.staff->delegations_of(staff.id)));
        return run(member, id, dossier::Sign{"Recours devant l’autorité de tutelle dans le délai légal."},
                   web::acting_agent(staff.actor(), state.file.office, "signature"), rights);
    }

    Result<void> notify_person(MemberSite& member, const std::string& id) {
        if (TRY(state_of(member, id)).phase != dossier::Phase::notification) return {};
        return as_agent(member, id, dossier::Notify{"account", clock_.now(), "lu dans l’espace personnel"});
    }

    Result<void> hand_in_papers(MemberSite& member, const std::string& id, const identity::Person& person) {
        const auto state = TRY(state_of(member, id));
        const auto revision = TRY(member.catalogue->find(state.file.procedure));
        for (const auto& missing : dossier::still_missing(state)) {
            if (missing.answer) continue;
            const auto* requirement = revision->requirement(missing.code);
            if (requirement == nullptr) continue;
            auto piece = TRY(invented_paper(member, *requirement));
            TRY(as_person(member, id, person, dossier::AddPiece{std::move(piece)}));
        }
        return {};
    }

    Result<void> ask_completion(MemberSite& member, const std::string& id) {
        const auto state = TRY(state_of(member, id));
        const auto revision = TRY(member.catalogue->find(state.file.procedure));
        if (revision->requirements.empty()) return {};
        const auto& wanted = revision->requirements.front();
        return as_agent(member, id, dossier::RequestCompletion{{{wanted.code, false, wanted.title.in(state.file.contact.language)}},
                                                               "Le plan fourni n’est pas lisible."});
    }

    Result<void> appeal(MemberSite& member, const std::string& id, const identity::Person& person, Plot plot) {
        const auto revision = TRY(member.catalogue->find("administrative-appeal"));
        auto filing = TRY(filing_for(member, revision, person, false));
        filing.office = member.info->appeal;
        filing.answers.set("grounds", "La hauteur du projet est celle des maisons voisines.");
        const auto done = TRY(member.dossiers->appeal(id, std::move(filing), web::acting_person(person)));
        if (plot == Plot::appeal_upheld) {
            decide_appeal(member, done.dossier, Outcome::upheld, "La hauteur permise est bien celle du projet : le refus est annulé.");
            grant_anew(member, id);
        } else if (plot == Plot::appeal_dismissed) {
            decide_appeal(member, done.dossier, Outcome::dismissed, "Le plan d’aménagement limite la hauteur à deux niveaux.");
        }
        return {};
    }

    // By the authority above, which had no part in the decision under appeal.
    void decide_appeal(MemberSite& member, const std::string& id, Outcome outcome, const std::string& reasons) {
        const Instant lodged = clock_.now();
        const auto later = [&](std::int64_t days, Step step) { at(lodged.plus_seconds(days * day), std::move(step)); };
        later(4, [this, &member, id, outcome, reasons] { return as_agent(member, id, dossier::Propose{outcome, reasons, {}, {}}); });
        later(6, [this, &member, id] { return as_signatory(member, id); });
        later(7, [this, &member, id] { return notify_person(member, id); });
    }

    // The office decides again, in the new delay that the annulled refusal left.
    void grant_anew(MemberSite& member, const std::string& id) {
        const Instant lodged = clock_.now();
        at(lodged.plus_seconds(10 * day), [this, &member, id]() -> Result<void> {
            TRY(as_agent(member, id, dossier::Propose{Outcome::granted, "Suite à la décision de la tutelle.", {}, {}}));
            return give_visas(member, id);
        });
        at(lodged.plus_seconds(12 * day), [this, &member, id]() -> Result<void> {
            TRY(as_signatory(member, id));
            return notify_person(member, id);
        });
    }

    Result<void> issue_final_receipt(MemberSite& member, const std::string& id) {
        const auto state = TRY(state_of(member, id));
        const auto staff = TRY(agent_of(member.info->id, identity::Role::signatory, state.file.office));
        const auto rights = web::signing_rights(TRY(member.staff->delegations_of(staff.id)));
        return run(member, id, dossier::IssueFinalReceipt{}, web::acting_agent(staff.actor(), state.file.office, "récépissé définitif"), rights);
    }

    Host& host_;
    ManualClock& clock_;
    Instant end_;
    std::vector<identity::Person> people_;
    std::map<std::string, std::size_t> connections_;  // told so far, by procedure
    std::multimap<Instant, Step> steps_;
};

}  // namespace

Result<void> tell_demo_story(Host& host, ManualClock& clock, Instant start, Instant end) { return Stage(host, clock, end).play(start); }

}  // namespace wasl::app
