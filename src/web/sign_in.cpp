// Signing in with a one-time code: the same answer whether the address is known or not.
#include "http/cookies.hpp"
#include "web/journey.hpp"
#include "web/national.hpp"
#include "web/shell.hpp"
#include "web/views/sign_in.hpp"
#include "web/waiting_code.hpp"

#include "pages/sign_in/code.hpp"
#include "pages/sign_in/page.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

http::Response sign_in_page(const Visit& visit, std::string typed, std::string back, const std::optional<Error>& error) {
    SignInView view;
    view.chrome = chrome_for(visit, visit.say("signin.title"));
    view.action = link_to(visit, "/sign-in");
    view.csrf = visit.csrf();
    view.back = std::move(back);
    view.contact = {.id = "contact", .label = visit.say("journey.contact.title"), .hint = visit.say("signin.contact.hint"), .value = std::move(typed),
                    .autocomplete = "tel", .left_to_right = true, .longest = 200};
    if (auto start = national_start(visit, view.back); !start.empty()) {
        view.national = {visit.say("signin.national.button", {{"name", national_name(visit)}}), std::move(start)};
    }
    if (http::own_cookie(*visit.request, kept_cookie)) view.kept = visit.say("signin.kept");
    if (error) {
        view.contact.error = lingua::say(visit.language, *error);
        view.errors.push_back({view.contact.error, Url::literal("#contact")});
        view.chrome.has_errors = true;
    }
    return render(visit, view, pages::sign_in_page, error ? http_status(error->code) : 200);
}

http::Response code_page(const Visit& visit, const WaitingCode& waiting, const std::string& problem, int status) {
    auto view = code_view(visit, "/sign-in/code", waiting, problem);
    view.button = visit.say("common.sign-in");
    view.change = link_to(visit, "/sign-in").with("return", waiting.back);
    return render(visit, view, pages::sign_in_code, status);
}

Result<http::Response> show_sign_in(Visit& visit) {
    const auto back = safe_return(visit.request->query("return"), "");
    if (visit.actor.is_person()) return http::Response::redirect(back.empty() ? visit.link("/me") : back);
    return sign_in_page(visit, "", back, std::nullopt);
}

Result<http::Response> send_code(Visit& visit, http::Form& form) {
    const auto back = safe_return(form.text("return"), "");
    const auto address = address_of(*visit.site, form.text("contact"));
    if (!address) return sign_in_page(visit, std::string(form.text("contact")), back, address.error());
    const auto sent = visit.site->persons->send_code(*address, visit.tag(), visit.request->peer());
    if (!sent) return sign_in_page(visit, std::string(form.text("contact")), back, sent.error());
    auto response = redirect(visit, "/sign-in/code");
    keep_waiting(response, visit, sign_in_cookie, {*address, back});
    return response;
}

Result<http::Response> show_code(Visit& visit) {
    const auto waiting = waiting_of(visit, sign_in_cookie);
    if (!waiting) return redirect(visit, "/sign-in");
    return code_page(visit, *waiting, "", 200);
}

Result<http::Response> take_code(Visit& visit, http::Form& form) {
    const auto waiting = waiting_of(visit, sign_in_cookie);
    if (!waiting) return redirect(visit, "/sign-in");
    auto& persons = *visit.site->persons;
    if (form.has("again")) {
        const auto sent = persons.send_code(waiting->address, visit.tag(), visit.request->peer());
        if (!sent) return code_page(visit, *waiting, lingua::say(visit.language, sent.error()), http_status(sent.error().code));
        return redirect(visit, "/sign-in/code");
    }
    const auto code = digits_of(form.text("code"));
    if (code.empty()) return code_page(visit, *waiting, visit.say("signin.code.malformed"), 422);
    const auto person = persons.redeem_code(waiting->address, code, visit.tag());
    if (!person) return code_page(visit, *waiting, lingua::say(visit.language, person.error()), http_status(person.error().code));
    auto& sessions = *visit.site->sessions;
    const std::string device(visit.request->header("User-Agent").substr(0, 200));
    const auto token = visit.session == nullptr
                           ? TRY(sessions.begin(identity::ActorKind::person, person->id, "", device))
                           : TRY(sessions.replace(*visit.session, identity::ActorKind::person, person->id, "", device));
    auto response = http::Response::redirect(waiting->back.empty() ? visit.link("/me") : waiting->back);
    forget_waiting(response, visit, sign_in_cookie);
    begin_session(response, visit, token);
    return response;
}

Result<http::Response> sign_out(Visit& visit, http::Form&) {
    const bool staff = visit.actor.is_staff();
    const bool national = visit.site->national != nullptr && visit.session != nullptr && !visit.session->origin.subject.empty();
    if (visit.session != nullptr) TRY(visit.site->sessions->end(*visit.session));
    auto response = redirect(visit, staff ? "/desk/sign-in" : national ? "/sign-in/national/out" : "/");
    end_session(response, visit);
    return response;
}

}  // namespace

void add_sign_in_routes(http::Router& router, Site& site) {
    get(router, site, "/sign-in", Door::open, show_sign_in);
    post(router, site, "/sign-in", Door::open, send_code);
    get(router, site, "/sign-in/code", Door::open, show_code);
    post(router, site, "/sign-in/code", Door::open, take_code);
    post(router, site, "/sign-out", Door::open, sign_out);
}

}  // namespace wasl::web
