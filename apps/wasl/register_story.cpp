#include "register_story.hpp"

#include "demo_names.hpp"

#include "identity/outbox.hpp"
#include "paper/qr.hpp"
#include "web/acting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

namespace {

using dossier::Outcome;
using web::MemberSite;

constexpr int people = 3;

json::Object at_home(int n, std::string_view commune) {
    return {{"address", fmt::format("{}, rue des Orangers", 10 + n)}, {"commune", json::Object{{"text", commune}}}};
}

RegisterAct with(std::string procedure, int person, json::Object answers, bool premises, std::string_view commune = "Aïn El Wasl") {
    if (premises) {
        for (const auto& [name, value] : at_home(person, commune)) answers.set(name, value);
    }
    return {std::move(procedure), person, std::move(answers)};
}

// A commune writes down what stands on its own ground.
bool concerns(const web::MemberInfo& member, const json::Value& answers) {
    const auto commune = answers["commune"]["text"].text_or("");
    const auto& own = member.territory;
    return own.empty() || commune.empty() || std::ranges::find(own, commune) != own.end();
}

Result<identity::Staff> agent_of(MemberSite& member, identity::Role role, std::string_view office) {
    for (auto& staff : TRY(member.staff->all())) {
        if (staff.actor().has(role) && staff.actor().works_for(office)) return std::move(staff);
    }
    return fail(Code::internal, "demo.nobody", fmt::format("{} {} {}", member.info->id, identity::to_string(role), office));
}

Result<dossier::Piece> invented_paper(MemberSite& member, const std::string& code) {
    const auto picture = TRY(paper::Qr::encode("DEMONSTRATION " + code)).png(6);
    return member.dossiers->upload(code, code + ".png", picture);
}

Result<dossier::Filing> filing_of(MemberSite& member, std::shared_ptr<const catalogue::Revision> revision, const identity::Person& person, const json::Object& answers) {
    dossier::Filing out;
    out.applicant = web::party_of(person);
    out.contact = web::contact_of(person);
    out.office = member.info->office_for(revision->id).code;
    out.offices = {member.info->appeal, member.info->supervisory};
    out.answers = answers;
    out.level = person.level;
    out.channel = "counter";
    for (const auto& requirement : revision->requirements) out.pieces.push_back(TRY(invented_paper(member, requirement.code)));
    out.once = "register-story:" + revision->id;
    out.revision = std::move(revision);
    return out;
}

Result<void> run(MemberSite& member, const std::string& id, dossier::Command command, const dossier::Actor& actor, std::vector<dossier::SigningRight> rights = {}) {
    TRY(member.dossiers->run({.dossier = id, .expected = store::Transaction::any_version, .command = std::move(command), .actor = actor, .rights = std::move(rights)}));
    return {};
}

// Proposed, signed and notified by those of the office.
Result<void> decide(MemberSite& member, const std::string& id) {
    const auto found = TRY(member.dossiers->get(id));
    if (!found || found->state.phase != dossier::Phase::examination) return {};
    const auto& office = found->state.file.office;
    const auto agent = web::acting_agent(TRY(agent_of(member, identity::Role::agent, office)).actor(), office, "instruction");
    const auto authority = TRY(agent_of(member, identity::Role::signatory, office));
    const auto rights = web::signing_rights(TRY(member.staff->delegations_of(authority.id)));
    TRY(run(member, id, dossier::Propose{Outcome::granted, "Les conditions sont réunies.", {}, {}}, agent));
    TRY(run(member, id, dossier::Sign{}, web::acting_agent(authority.actor(), office, "signature"), rights));
    return run(member, id, dossier::Notify{"counter", {}, "remis au guichet"}, agent);
}

Result<identity::Person> enrolled(Host& host, const std::string& member, int n) {
    auto& persons = *host.site().persons;
    const auto seen = demo_person(n, host.site().clock->now());
    const auto known = TRY(persons.by_document("cnie", demo_document(n)));
    if (!known.empty()) return known.front();
    const auto* about = host.info(member);
    auto* site = TRY(host.at(member));
    const auto office = about->offices.front().code;
    const auto agent = TRY(agent_of(*site, identity::Role::counter, office));
    const auto person = TRY(persons.enrol_at_counter(seen, {member, office, agent.id, "cnie", demo_document(n), host.site().clock->now()}));
    const identity::Address address{"sms", person.phone};
    TRY(persons.send_code(address, person.language, office + " " + person.id));
    const auto reader = TRY(host.site().host_store->read());
    const auto newest = TRY(identity::newest_messages(*reader, 1));
    return persons.attach_address(person.id, address, newest.at(0).message.args.at(0).second);
}

}  // namespace

std::vector<RegisterAct> register_acts() {
    std::vector<RegisterAct> out;
    const auto number = [](std::string_view text) { return json::Number{std::string(text)}; };
    for (int n = 0; n < people; ++n) {
        out.push_back(with("land-title", n, {{"area", number("120")}, {"use", n == 2 ? "shop" : "home"}}, true));
        out.push_back(with("occupancy-permit", n, {{"finished_on", "2026-05-12"}}, true));
        out.push_back({"tax-clearance", n, {{"purpose", "aid"}}});
        const bool children = n != 2;
        json::Object household{{"widow", n == 1}, {"has_children", children}, {"score", number(n == 2 ? "10.4" : "8.35")}};
        for (const auto* name : {"small", "schooled", "unschooled", "disabled"}) {
            if (children) household.set(name, number(std::string_view(name) == "schooled" ? "2" : "0"));
        }
        out.push_back(with("social-register", n, std::move(household), true));
    }
    out.push_back(with("occupancy-permit", 1, {{"finished_on", "2026-03-02"}}, true, "Tizi Wasl"));
    out.push_back(with("trade-register", 2, {{"trade_name", "Épicerie de l’Atlas"}, {"activity", "Épicerie"}}, true));
    return out;
}

Result<std::vector<identity::Person>> register_people(Host& host, const std::string& member, int count) {
    std::vector<identity::Person> out;
    for (int n = 0; n < count; ++n) out.push_back(TRY(enrolled(host, member, n)));
    return out;
}

Result<std::size_t> tell_register_story(Host& host) {
    std::size_t told = 0;
    const auto everybody = TRY(register_people(host, host.all().front().id, people));
    for (const auto& act : register_acts()) {
        for (const auto& about : host.all()) {
            auto& member = *TRY(host.at(about.id));
            auto revision = TRY(member.catalogue->find(act.procedure));
            if (revision == nullptr || !concerns(about, act.answers)) continue;
            const auto& person = everybody.at(static_cast<std::size_t>(act.person));
            auto filing = TRY(filing_of(member, std::move(revision), person, act.answers));
            const auto done = TRY(member.dossiers->file(std::move(filing), web::acting_person(person)));
            TRY(host.site().persons->note_member(person.id, about.id));
            TRY(decide(member, done.dossier));
            ++told;
        }
    }
    return told;
}

Result<void> file_unanswered_request(Host& host, const std::string& member) {
    const auto person = TRY(register_people(host, member, 1)).front();
    auto& site = *TRY(host.at(member));
    auto revision = TRY(site.catalogue->find("building-permit-small"));
    if (revision == nullptr) return fail(Code::internal, "demo.no-procedure", member);
    const auto number = [](std::string_view text) { return json::Number{std::string(text)}; };
    const json::Object answers{{"land_commune", json::Object{{"text", "Aïn El Wasl"}}}, {"land_address", "12, rue des Oliviers"}, {"is_owner", true},
                               {"works", "storey"}, {"use", "housing"}, {"floor_area", number("90")}, {"floors", number("1")},
                               {"architect_name", "Salma Modèle"}};
    auto filing = TRY(filing_of(site, std::move(revision), person, answers));
    TRY(site.dossiers->file(std::move(filing), web::acting_person(person)));
    return host.site().persons->note_member(person.id, member);
}

}  // namespace wasl::app
