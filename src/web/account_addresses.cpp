// What opens the account: phones and a mail address, each proven by a code that was sent there.
#include "web/account_parts.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"
#include "web/waiting_code.hpp"

#include "pages/account/addresses.hpp"
#include "pages/sign_in/code.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

constexpr std::string_view page_path = "/me/addresses", code_path = "/me/addresses/code";

Result<http::Response> addresses_page(Visit& visit, std::string typed, const std::optional<Error>& error) {
    const auto& person = *visit.person;
    AddressesView view;
    view.chrome = chrome_for(visit, visit.say("account.addresses.title"));
    view.chrome.back = link_to(visit, "/me");
    view.action = link_to(visit, page_path);
    view.csrf = visit.csrf();
    if (visit.request->query("done") == "1") view.done = visit.say("account.addresses.done");
    if (visit.request->query("done") == "removed") view.done = visit.say("account.addresses.removed");
    const auto proven = person.proven_addresses();
    const auto add = [&](std::string_view label, const std::string& value) {
        if (value.empty()) return;
        const bool known = std::ranges::find(proven, value) != proven.end();
        view.addresses.push_back({visit.say(label), value, visit.say(known ? "account.addresses.proven" : "account.addresses.unproven"),
                                  known ? "green" : "yellow", known && proven.size() > 1, !known});
    };
    add("common.phone", person.phone);
    add("account.addresses.second", person.second_phone);
    add("common.email", person.email);
    view.contact = {.id = "contact", .label = visit.say("account.addresses.add"), .hint = visit.say("signin.contact.hint"), .value = std::move(typed),
                    .left_to_right = true, .longest = 200};
    if (error) {
        view.contact.error = lingua::say(visit.language, *error);
        view.errors.push_back({view.contact.error, Url::literal("#contact")});
        view.chrome.has_errors = true;
    }
    return render(visit, view, pages::account_addresses, error ? http_status(error->code) : 200);
}

Result<http::Response> show_addresses(Visit& visit) {
    const auto kept = kept_form(visit);
    return addresses_page(visit, kept ? std::string(kept->text("contact")) : std::string(), std::nullopt);
}

Result<http::Response> take_address(Visit& visit, http::Form& form) {
    auto& persons = *visit.site->persons;
    if (form.has("remove")) {
        const auto address = TRY(identity::read_address(form.text("remove")));
        const auto done = persons.detach_address(visit.actor.id, address);
        if (!done) return addresses_page(visit, "", done.error());
        return redirect(visit, "/me/addresses?done=removed");
    }
    const auto typed = form.has("prove") ? form.text("prove") : form.text("contact");
    const auto address = address_of(*visit.site, typed);
    if (!address) return addresses_page(visit, std::string(typed), address.error());
    const auto sent = persons.send_code(*address, visit.tag(), visit.request->peer());
    if (!sent) return addresses_page(visit, std::string(typed), sent.error());
    auto response = redirect(visit, code_path);
    keep_waiting(response, visit, prove_cookie, {*address, {}});
    return response;
}

http::Response code_page(const Visit& visit, const WaitingCode& waiting, const std::optional<Error>& error) {
    auto view = code_view(visit, code_path, waiting, error ? lingua::say(visit.language, *error) : std::string());
    view.button = visit.say("account.addresses.confirm");
    view.change = link_to(visit, page_path);
    view.chrome.back = link_to(visit, page_path);
    return render(visit, view, pages::sign_in_code, error ? http_status(error->code) : 200);
}

Result<http::Response> show_code(Visit& visit) {
    const auto waiting = waiting_of(visit, prove_cookie);
    if (!waiting) return redirect(visit, page_path);
    return code_page(visit, *waiting, std::nullopt);
}

Result<http::Response> take_code(Visit& visit, http::Form& form) {
    const auto waiting = waiting_of(visit, prove_cookie);
    if (!waiting) return redirect(visit, page_path);
    auto& persons = *visit.site->persons;
    if (form.has("again")) {
        const auto sent = persons.send_code(waiting->address, visit.tag(), visit.request->peer());
        return sent ? Result<http::Response>(redirect(visit, code_path)) : code_page(visit, *waiting, sent.error());
    }
    const auto code = digits_of(form.text("code"));
    const auto person = code.empty() ? Result<identity::Person>(fail(Code::unprocessable, "identity.code-wrong"))
                                     : persons.attach_address(visit.actor.id, waiting->address, code);
    if (!person) return code_page(visit, *waiting, person.error());
    auto response = redirect(visit, "/me/addresses?done=1");
    forget_waiting(response, visit, prove_cookie);
    return response;
}

}  // namespace

void add_address_routes(http::Router& router, Site& site) {
    get(router, site, page_path, Door::person, show_addresses);
    post(router, site, page_path, Door::person, take_address);
    get(router, site, code_path, Door::person, show_code);
    post(router, site, code_path, Door::person, take_code);
}

}  // namespace wasl::web
