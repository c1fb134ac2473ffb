// Signing in and out of the desk, and the first administrator of a member.
#include "base/text.hpp"
#include "paper/qr.hpp"
#include "web/desk_common.hpp"
#include "web/shell.hpp"
#include "web/views/desk.hpp"

#include "pages/desk/enrolled.hpp"
#include "pages/desk/sign_in.hpp"

namespace wasl::web::desk {

namespace {

std::vector<Option> member_options(const Visit& visit, std::string_view chosen) {
    std::vector<Option> out;
    for (const auto& member : visit.site->members->all()) {
        out.push_back({.value = member.id, .label = member.name.in(visit.tag()), .hint = {}, .chosen = member.id == chosen});
    }
    return out;
}

DeskQuestion member_question(const Visit& visit, std::string_view chosen) {
    DeskQuestion out{.field = question(visit, "sign-in", "member", "desk.sign-in.member"), .shape = DeskQuestion::Shape::select, .options = {}};
    out.options = member_options(visit, chosen);
    return out;
}

Field login_field(const Visit& visit, std::string_view typed) {
    auto field = question(visit, "sign-in", "login", "desk.sign-in.login");
    field.value = typed;
    field.autocomplete = "username";
    field.left_to_right = true;
    field.width = 20;
    field.longest = 60;
    return field;
}

Field password_field(const Visit& visit, std::string_view completion) {
    auto field = question(visit, "sign-in", "password", "desk.sign-in.password");
    field.type = "password";
    field.autocomplete = completion;
    field.left_to_right = true;
    field.width = 20;
    field.longest = 200;
    return field;
}

Field code_field(const Visit& visit) {
    auto field = question(visit, "sign-in", "code", "desk.sign-in.code");
    field.hint = visit.say("desk.sign-in.code-hint");
    field.autocomplete = "one-time-code";
    field.input_mode = "numeric";
    field.left_to_right = true;
    field.width = 10;
    field.longest = 10;
    return field;
}

DeskSignInView sign_in_view(const Visit& visit, std::string_view member, std::string_view login) {
    DeskSignInView view;
    view.chrome = chrome(visit, "desk.sign-in.title");
    view.here = Url::literal(visit.request->path());
    view.csrf = visit.csrf();
    view.form.title = visit.say("desk.sign-in.title");
    view.form.button = visit.say("common.sign-in");
    view.form.questions.push_back(member_question(visit, member));
    view.form.questions.push_back({.field = login_field(visit, login), .shape = DeskQuestion::Shape::line, .options = {}});
    view.form.questions.push_back({.field = password_field(visit, "current-password"), .shape = DeskQuestion::Shape::line, .options = {}});
    view.form.questions.push_back({.field = code_field(visit), .shape = DeskQuestion::Shape::line, .options = {}});
    return view;
}

// The error stands above, and beside the first field it can concern.
void show_sign_in_error(const Visit& visit, DeskSignInView& view, const Error& error, std::string_view at) {
    const auto said = lingua::say(visit.language, error);
    view.chrome.has_errors = true;
    view.errors.push_back({said, Url::literal("#sign-in-" + std::string(at))});
    for (auto& each : view.form.questions) {
        if (each.field.name == at) each.field.error = said;
    }
}

bool is_sign_in_trouble(const Error& error) { return error.key.starts_with("identity.") && error.code != Code::internal; }

Result<http::Response> show_sign_in_page(Visit& visit) {
    auto view = sign_in_view(visit, visit.request->query("member"), "");
    view.back = visit.request->query("return");
    return render(visit, view, pages::desk_sign_in);
}

Result<http::Response> start_staff_session(Visit& visit, const identity::Staff& staff, std::string_view back) {
    const std::string device(visit.request->header("User-Agent").substr(0, 200));
    auto& sessions = *visit.site->sessions;
    const auto token = visit.session == nullptr
                           ? TRY(sessions.begin(identity::ActorKind::staff, staff.id, staff.member, device))
                           : TRY(sessions.replace(*visit.session, identity::ActorKind::staff, staff.id, staff.member, device));
    auto response = http::Response::redirect(safe_return(back, visit.link("/desk")));
    begin_session(response, visit, token);
    return response;
}

Result<http::Response> sign_in_agent(Visit& visit, http::Form& form) {
    auto* member = TRY(visit.site->members->at(form.text("member")));
    const auto code = replace_all(std::string(trim(form.text("code"))), " ", "");
    const auto staff = member->staff->sign_in(to_lower_ascii(trim(form.text("login"))), form.text("password"), code, visit.request->peer());
    if (!staff) {
        if (!is_sign_in_trouble(staff.error())) return std::unexpected(staff.error());
        auto view = sign_in_view(visit, form.text("member"), form.text("login"));
        view.back = form.text("return");
        show_sign_in_error(visit, view, staff.error(), "login");
        return render(visit, view, pages::desk_sign_in, http_status(staff.error().code));
    }
    return start_staff_session(visit, *staff, form.text("return"));
}

Result<http::Response> sign_out_agent(Visit& visit, http::Form&) {
    if (visit.session != nullptr) TRY(visit.site->sessions->end(*visit.session));
    auto response = redirect(visit, "/desk/sign-in");
    end_session(response, visit);
    return response;
}

DeskSignInView setup_view(const Visit& visit, const http::Form* typed) {
    const auto was = [&](std::string_view name) { return typed == nullptr ? std::string_view() : typed->text(name); };
    DeskSignInView view;
    view.chrome = chrome(visit, "desk.setup.title");
    view.here = Url::literal(visit.request->path());
    view.csrf = visit.csrf();
    view.form.title = visit.say("desk.setup.title");
    view.form.hint = visit.say("desk.setup.hint");
    view.form.button = visit.say("desk.setup.button");
    view.form.questions.push_back(member_question(visit, was("member")));
    auto setup = question(visit, "sign-in", "setup", "desk.setup.code");
    setup.value = was("setup");
    setup.left_to_right = true;
    setup.width = 20;
    auto name = question(visit, "sign-in", "name", "desk.admin.name-latin");
    name.value = was("name");
    auto name_arabic = question(visit, "sign-in", "name-arabic", "desk.admin.name-arabic");
    name_arabic.value = was("name-arabic");
    auto password = password_field(visit, "new-password");
    password.hint = visit.say("desk.admin.password-hint");
    for (auto&& field : {setup, name, name_arabic, login_field(visit, was("login")), password}) {
        view.form.questions.push_back({.field = field, .shape = DeskQuestion::Shape::line, .options = {}});
    }
    return view;
}

Result<http::Response> show_setup_page(Visit& visit) { return render(visit, setup_view(visit, nullptr), pages::desk_sign_in); }

Result<http::Response> claim_setup_page(Visit& visit, http::Form& form) {
    auto* member = TRY(visit.site->members->at(form.text("member")));
    identity::NewStaff first;
    first.login = to_lower_ascii(trim(form.text("login")));
    first.name = trim(form.text("name"));
    first.name_arabic = trim(form.text("name-arabic"));
    first.password = form.text("password");
    first.roles = {identity::Role::administrator, identity::Role::op};
    const auto enrolled = member->staff->claim_setup(trim(form.text("setup")), first);
    if (!enrolled) {
        const auto& error = enrolled.error();
        if (!is_sign_in_trouble(error)) return std::unexpected(error);
        auto view = setup_view(visit, &form);
        show_sign_in_error(visit, view, error,
                           error.key.starts_with("identity.password") ? "password" : error.key.starts_with("identity.login") ? "login" : "setup");
        return render(visit, view, pages::desk_sign_in, http_status(error.code));
    }
    return enrolled_page(visit, *member, *enrolled, link_to(visit, "/desk/sign-in").with("member", member->info->id), visit.say("common.sign-in"));
}

}  // namespace

Result<http::Response> enrolled_page(const Visit& visit, const MemberSite& member, const identity::Enrolled& enrolled, const Url& next,
                                     std::string next_text) {
    DeskEnrolledView view;
    view.chrome = chrome(visit, "desk.enrolled.title");
    view.name = enrolled.staff.name;
    view.login = enrolled.staff.login;
    view.secret = to_base32(enrolled.totp_secret);
    const auto address = identity::totp_address(enrolled.totp_secret, enrolled.staff.login, "Wasl " + member.info->id);
    view.qr = Html::trusted(TRY(paper::Qr::encode(address)).svg(visit.say("desk.enrolled.qr")));
    view.next = next;
    view.next_text = std::move(next_text);
    return render(visit, view, pages::desk_enrolled);
}

void add_sign_in(http::Router& router, Site& site) {
    get(router, site, "/desk/sign-in", Door::open, show_sign_in_page);
    post(router, site, "/desk/sign-in", Door::open, sign_in_agent);
    post(router, site, "/desk/sign-out", Door::open, sign_out_agent);
    get(router, site, "/desk/setup", Door::open, show_setup_page);
    post(router, site, "/desk/setup", Door::open, claim_setup_page);
}

}  // namespace wasl::web::desk
