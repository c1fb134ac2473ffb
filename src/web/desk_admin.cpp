// Administration of a member: staff, roles, offices, delegations; for the operator the state of the machine.
// Nobody sees a dossier here.
#include "web/desk_panel.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"

#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

using identity::Role;

constexpr Role all_roles[] = {Role::agent, Role::counter, Role::visa, Role::signatory, Role::cashier, Role::supervisor,
                              Role::author, Role::auditor, Role::op, Role::administrator};

std::vector<Option> role_choices(const Visit& visit, const std::vector<Role>& held) {
    std::vector<Option> out;
    for (const auto role : all_roles) {
        out.push_back({std::string(identity::to_string(role)), role_word(visit, role), "", std::ranges::find(held, role) != held.end()});
    }
    return out;
}

std::vector<Option> office_choices(const Visit& visit, const MemberSite& member, const std::vector<std::string>& held) {
    std::vector<Option> out;
    for (const auto& office : member.info->offices) {
        out.push_back({office.code, office.name.in(visit.tag()), "", std::ranges::find(held, office.code) != held.end()});
    }
    return out;
}

std::vector<Role> typed_roles(const http::Form& form) {
    std::vector<Role> out;
    for (const auto name : form.all("roles")) {
        if (const auto role = identity::role_from(name)) out.push_back(*role);
    }
    return out;
}

std::vector<std::string> typed_offices(const MemberSite& member, const http::Form& form) {
    std::vector<std::string> out;
    for (const auto code : form.all("offices")) {
        if (member.info->office(code) != nullptr) out.emplace_back(code);
    }
    return out;
}

std::string words_of_roles(const Visit& visit, const std::vector<Role>& roles) {
    std::vector<std::string> out;
    for (const auto role : roles) out.push_back(role_word(visit, role));
    return join(out, visit.language == lingua::Language::ar ? "، " : ", ");
}

Table staff_table(const Visit& visit, const MemberSite& member, const std::vector<identity::Staff>& all) {
    auto out = table(visit, visit.say("desk.admin.staff"), {"desk.sign-in.login", "common.name", "desk.admin.roles", "desk.admin.offices", "common.status"});
    for (const auto& staff : all) {
        std::vector<std::string> offices;
        for (const auto& code : staff.offices) offices.push_back(office_name(visit, member, code));
        auto login = cell(staff.login, true);
        login.link = page(visit, "/admin/staff/" + staff.id);
        auto status = cell(visit.say(staff.active ? "desk.admin.active" : "desk.admin.inactive"));
        status.colour = staff.active ? "green" : "grey";
        out.rows.push_back({std::move(login), cell(staff_name(visit, staff), true), cell(words_of_roles(visit, staff.roles)),
                            cell(join(offices, visit.language == lingua::Language::ar ? "، " : ", ")), std::move(status)});
    }
    return out;
}

std::string name_in(const Visit& visit, const std::vector<identity::Staff>& all, const std::string& id) {
    const auto found = std::ranges::find(all, id, &identity::Staff::id);
    return found == all.end() ? id : staff_name(visit, *found);
}

Table delegation_table(const Visit& visit, const MemberSite& member, const std::vector<identity::Staff>& all,
                       const std::vector<identity::Delegation>& delegations) {
    auto out = table(visit, visit.say("desk.admin.delegations"),
                     {"desk.admin.delegate-to", "desk.fact.office", "desk.admin.reference", "desk.register.from", "desk.register.until", "common.status"});
    for (const auto& each : delegations) {
        const bool stands = each.stands_on(visit.site->today());
        auto status = cell(visit.say(each.revoked ? "desk.admin.revoked" : stands ? "desk.admin.in-force" : "desk.admin.not-in-force"));
        status.colour = stands ? "green" : "grey";
        out.rows.push_back({cell(name_in(visit, all, each.delegate), true), cell(office_name(visit, member, each.office)),
                            cell(each.authority ? visit.say("desk.admin.authority") : each.reference, true), cell(lingua::short_date(each.from)),
                            cell(lingua::short_date(each.until)), std::move(status)});
    }
    return out;
}

DeskForm new_staff_form(const Visit& visit, const MemberSite& member) {
    return FormMaker(visit, "add-staff", "desk.admin.add-staff", "common.add").code("login", "desk.sign-in.login").line("name", "desk.admin.name-latin")
        .line("name-arabic", "desk.admin.name-arabic").line("password", "desk.admin.first-password", "", "password").note("desk.admin.password-hint")
        .checks("roles", "desk.admin.roles", role_choices(visit, {})).checks("offices", "desk.admin.offices", office_choices(visit, member, {})).done();
}

DeskForm delegation_form(const Visit& visit, const MemberSite& member, const std::vector<identity::Staff>& all) {
    std::vector<Option> delegates;
    for (const auto& staff : all) {
        if (staff.active && staff.actor().has(Role::signatory)) delegates.push_back({staff.id, staff_name(visit, staff), "", false});
    }
    std::vector<Option> procedures;
    for (const auto& sheet : member.catalogue->list(0, 200, visit.tag())) procedures.push_back({sheet.id, sheet.title, "", false});
    const auto today = visit.site->today();
    return FormMaker(visit, "delegate", "desk.admin.new-delegation", "common.add").select("delegate", "desk.admin.delegate-to", std::move(delegates))
        .select("office", "desk.fact.office", office_choices(visit, member, {})).line("reference", "desk.admin.reference").note("desk.admin.reference-hint")
        .line("from", "desk.register.from", today.iso(), "date").line("until", "desk.register.until", today.plus_months(12).iso(), "date")
        .checks("authority", "desk.admin.as-authority", {{"yes", visit.say("desk.admin.is-authority"), "", false}})
        .checks("procedures", "desk.admin.procedures", std::move(procedures)).note("desk.admin.procedures-hint").done();
}

DeskForm revoke_form(const Visit& visit, const MemberSite& member, const std::vector<identity::Staff>& all,
                     const std::vector<identity::Delegation>& delegations) {
    std::vector<Option> standing;
    for (const auto& each : delegations) {
        if (each.revoked) continue;
        standing.push_back({each.id, fmt::format("{} · {} · {}", name_in(visit, all, each.delegate), office_name(visit, member, each.office), lingua::short_date(each.until)), "", false});
    }
    return FormMaker(visit, "revoke", "desk.admin.revoke", "desk.admin.revoke").style("warning").select("delegation", "desk.admin.delegations", std::move(standing)).done();
}

PanelGroup machine_facts(const Visit& visit, const MemberSite& member) {
    PanelGroup out{visit.say("desk.admin.machine"), {}};
    const auto add = [&](std::string_view key, std::string value) {
        SummaryRow row;
        row.key = visit.say(key);
        row.value = std::move(value);
        out.rows.push_back(std::move(row));
    };
    const auto space = member.store->space();
    add("desk.admin.space", space.free_bytes < 0 ? visit.say("common.unknown")
                                                 : lingua::file_size(visit.language, space.free_bytes) + (space.low ? " · " + visit.say("desk.admin.space-low") : ""));
    add("desk.admin.reserve", space.reserve_held ? lingua::file_size(visit.language, space.reserve_bytes) : visit.say("common.none"));
    const auto clock = member.store->clock();
    add("desk.admin.clock", visit.say(clock.accepted ? "desk.admin.clock-good" : "desk.admin.clock-bad"));
    if (clock.last_entry.micros != 0) add("desk.admin.last-entry", moment(visit, clock.last_entry));
    if (const auto reader = member.store->read()) {
        if (const auto size = (*reader)->journal_size()) add("desk.admin.entries", lingua::number(visit.language, static_cast<std::int64_t>(*size)));
    }
    add("desk.admin.version", visit.site->build);
    add("desk.admin.backup", visit.say("desk.admin.backup-how"));
    return out;
}

Result<DeskPanelView> admin_view(const Visit& visit, const MemberSite& member) {
    auto view = panel(visit, "nav.administration", "/admin");
    if (visit.actor.has(Role::administrator)) {
        const auto all = TRY(member.staff->all());
        const auto delegations = TRY(member.staff->delegations());
        view.tables.push_back(staff_table(visit, member, all));
        view.tables.push_back(delegation_table(visit, member, all, delegations));
        view.forms.push_back(new_staff_form(visit, member));
        view.forms.push_back(delegation_form(visit, member, all));
        view.forms.push_back(revoke_form(visit, member, all, delegations));
    }
    if (visit.actor.has(Role::op)) view.groups.push_back(machine_facts(visit, member));
    return view;
}

Result<http::Response> show_admin(Visit& visit) {
    const auto* member = TRY(enter(visit, {Role::administrator, Role::op}));
    auto view = TRY(admin_view(visit, *member));
    if (const auto kept = kept_form(visit)) restore_typed(view.forms, *kept, "");
    return render(visit, view, pages::desk_panel);
}

Result<void> grant_delegation(const Visit& visit, MemberSite& member, const http::Form& form) {
    identity::Delegation right;
    right.delegate = form.text("delegate");
    right.office = form.text("office");
    right.reference = trim(form.text("reference"));
    right.authority = form.has("authority");
    for (const auto procedure : form.all("procedures")) right.procedures.emplace_back(procedure);
    right.from = TRY(parse_date(form.text("from")));
    right.until = TRY(parse_date(form.text("until")));
    if (member.info->office(right.office) == nullptr) return fail(Code::unprocessable, "identity.delegation-malformed", right.office);
    TRY(member.staff->delegate(std::move(right), visit.actor.id));
    return {};
}

std::string_view field_of(const Error& error) {
    if (error.key.starts_with("identity.password")) return "password";
    if (error.key.starts_with("identity.login")) return "login";
    return error.key == "date.malformed" ? "from" : "";
}

Result<http::Response> refused_admin(Visit& visit, const MemberSite& member, const http::Form& form, const Error& error) {
    if (!can_be_mended(error)) return std::unexpected(error);
    auto view = TRY(admin_view(visit, member));
    show_refusal(visit, view, form, error, field_of(error));
    return render(visit, view, pages::desk_panel, http_status(error.code));
}

Result<http::Response> act_as_admin(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::administrator}));
    const auto action = form.text("do");
    if (action == "add-staff") {
        const identity::NewStaff staff{.login = to_lower_ascii(trim(form.text("login"))), .name = std::string(trim(form.text("name"))),
                                       .name_arabic = std::string(trim(form.text("name-arabic"))), .password = std::string(form.text("password")),
                                       .roles = typed_roles(form), .offices = typed_offices(*member, form)};
        const auto enrolled = member->staff->add(staff, visit.actor.id);
        if (!enrolled) return refused_admin(visit, *member, form, enrolled.error());
        return enrolled_page(visit, *member, *enrolled, page(visit, "/admin"), visit.say("common.continue"));
    }
    Result<void> done = fail(Code::not_found, "http.not-found", std::string(action));
    if (action == "delegate") done = grant_delegation(visit, *member, form);
    if (action == "revoke") done = member->staff->revoke_delegation(std::string(form.text("delegation")), visit.actor.id);
    if (!done) return refused_admin(visit, *member, form, done.error());
    return redirect(visit, base(visit) + "/admin?done=" + std::string(action));
}

DeskPanelView staff_view(const Visit& visit, const MemberSite& member, const identity::Staff& staff) {
    auto view = panel(visit, "nav.administration", "/admin/staff/" + staff.id);
    view.heading = staff_name(visit, staff);
    view.chrome.back = page(visit, "/admin");
    view.forms.push_back(FormMaker(visit, "change", "desk.admin.change", "common.save").routine().line("name", "desk.admin.name-latin", staff.name)
                             .line("name-arabic", "desk.admin.name-arabic", staff.name_arabic).checks("roles", "desk.admin.roles", role_choices(visit, staff.roles))
                             .checks("offices", "desk.admin.offices", office_choices(visit, member, staff.offices))
                             .checks("active", "common.status", {{"yes", visit.say("desk.admin.active"), "", staff.active}}).done());
    view.forms.push_back(FormMaker(visit, "reset", "desk.admin.reset", "desk.admin.reset").style("warning").hint(visit.say("desk.admin.reset-hint"))
                             .line("password", "desk.admin.first-password", "", "password").note("desk.admin.password-hint").done());
    return view;
}

Result<http::Response> show_staff(Visit& visit) {
    const auto* member = TRY(enter(visit, {Role::administrator}));
    const auto staff = TRY(member->staff->find(visit.parameter("staff")));
    return render(visit, staff_view(visit, *member, staff), pages::desk_panel);
}

// A change of roles or password ends what the agent has open: the new rights begin with a new session.
Result<http::Response> act_on_staff(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::administrator}));
    auto staff = TRY(member->staff->find(visit.parameter("staff")));
    const auto refused = [&](const Error& error) -> Result<http::Response> {
        if (!can_be_mended(error)) return std::unexpected(error);
        auto view = staff_view(visit, *member, staff);
        show_refusal(visit, view, form, error, field_of(error));
        return render(visit, view, pages::desk_panel, http_status(error.code));
    };
    if (form.text("do") == "reset") {
        const auto enrolled = member->staff->reset(staff.id, form.text("password"), visit.actor.id);
        if (!enrolled) return refused(enrolled.error());
        TRY(visit.site->sessions->end_all(identity::ActorKind::staff, staff.id, staff.member, visit.session->key));
        return enrolled_page(visit, *member, *enrolled, page(visit, "/admin"), visit.say("common.continue"));
    }
    auto changed = staff;
    changed.name = trim(form.text("name"));
    changed.name_arabic = trim(form.text("name-arabic"));
    changed.roles = typed_roles(form);
    changed.offices = typed_offices(*member, form);
    changed.active = form.has("active");
    // Whoever hands out roles does not take them: another administrator does, and the journal names both.
    const bool own = staff.id == visit.actor.id && (changed.roles != staff.roles || changed.offices != staff.offices);
    if (own) return refused(Error{Code::unprocessable, "identity.own-roles", staff.login});
    const auto done = member->staff->change(changed, visit.actor.id);
    if (!done) return refused(done.error());
    TRY(visit.site->sessions->end_all(identity::ActorKind::staff, staff.id, staff.member, visit.session->key));
    return redirect(visit, base(visit) + "/admin?done=change");
}

}  // namespace

void add_admin(http::Router& router, Site& site) {
    get(router, site, "/desk/{member}/admin", Door::staff, show_admin);
    post(router, site, "/desk/{member}/admin", Door::staff, act_as_admin);
    get(router, site, "/desk/{member}/admin/staff/{staff}", Door::staff, show_staff);
    post(router, site, "/desk/{member}/admin/staff/{staff}", Door::staff, act_on_staff);
}

}  // namespace wasl::web::desk
