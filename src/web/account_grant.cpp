// A person lets another act for them: to whom, for what, until when. Nothing tells whether the other has an account.
#include "web/account_parts.hpp"
#include "web/company_access.hpp"
#include "web/draft_questions.hpp"
#include "web/mandate_words.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"
#include "web/waiting_code.hpp"
#include "base/cut.hpp"

#include "base/text.hpp"
#include "pages/account/grant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wasl::web {

namespace {

constexpr std::size_t procedures_shown = 30;

using Wrongs = std::vector<std::pair<std::string, std::string>>;  // field, sentence

std::string text_of(const http::Form* form, std::string_view id) { return form == nullptr ? std::string() : std::string(trim(form->text(id))); }

// Procedures to choose from: those named already, those looked for, and the first ones of each catalogue.
std::vector<Option> procedure_choice(const Visit& visit, const std::vector<std::string>& named) {
    std::vector<Option> out;
    std::set<std::string, std::less<>> seen;
    for (const auto& id : named) {
        auto title = procedure_title(visit, id);
        if (title != id && seen.insert(id).second) out.push_back({id, std::move(title), {}, true});
    }
    const auto words = trim(visit.request->query("q"));
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        const auto rows = words.empty() ? (*sheets)->list(0, procedures_shown, visit.tag()) : (*sheets)->search(words, visit.tag(), procedures_shown);
        for (const auto& sheet : rows) {
            if (out.size() >= procedures_shown || sheet.id == "administrative-appeal" || !seen.insert(sheet.id).second) continue;
            out.push_back({sheet.id, sheet.title, {}, false});
        }
    }
    return out;
}

Field text_field(const Visit& visit, const http::Form* form, std::string_view id, std::string_view label, std::string_view hint) {
    return {.id = std::string(id), .label = visit.say(label), .hint = hint.empty() ? std::string() : visit.say(hint), .value = text_of(form, id), .longest = 200};
}

std::vector<std::string> named_procedures(const Visit& visit, const http::Form* form) {
    std::vector<std::string> out;
    if (form != nullptr) {
        for (const auto id : form->all("procedures")) out.emplace_back(id);
    } else if (const auto asked = visit.request->query("procedure"); !asked.empty()) {
        out.emplace_back(asked);
    }
    return out;
}

void set_errors(GrantView& view, const Wrongs& wrongs) {
    for (const auto& [id, text] : wrongs) {
        for (auto* field : {&view.contact, &view.scope, &view.until, &view.ice, &view.company}) {
            if (field->id == id) field->error = text;
        }
        const auto first = id == "until" ? id + "-day" : id;
        view.errors.push_back({text, id.empty() ? Url() : Url::literal("#" + first)});
    }
    view.chrome.has_errors = !wrongs.empty();
}

Result<http::Response> grant_page(Visit& visit, const http::Form* form, const Wrongs& wrongs) {
    GrantView view;
    view.chrome = chrome_for(visit, visit.say("account.grant.title"));
    view.chrome.back = link_to(visit, "/me/mandates");
    view.action = link_to(visit, "/me/mandates/grant");
    view.csrf = visit.csrf();
    view.contact = text_field(visit, form, "contact", "account.grant.contact", "account.grant.contact-hint");
    view.contact.left_to_right = true;
    view.company = text_field(visit, form, "company", "account.grant.company", "account.grant.company-hint");
    view.ice = text_field(visit, form, "ice", "account.mandates.ice", "account.mandates.ice-hint");
    view.ice.left_to_right = true;
    view.ice.input_mode = "numeric";
    view.ice.width = 20;
    const auto named = named_procedures(visit, form);
    const bool some = form == nullptr ? !named.empty() : form->text("scope") == "some";
    view.scope = {.id = "scope", .label = visit.say("account.grant.scope")};
    view.scopes = {{"some", visit.say("account.grant.some"), {}, some}, {"all", visit.say("account.mandates.scope.all"), {}, form != nullptr && form->text("scope") == "all"}};
    view.procedure = {.id = "procedures", .label = visit.say("account.grant.procedures")};
    view.procedures = procedure_choice(visit, named);
    view.until = {.id = "until", .label = visit.say("account.grant.until"), .hint = visit.say("account.grant.until-hint")};
    if (form == nullptr) {
        view.until_parts = date_parts(visit.site->today().plus_months(12).iso());
    } else {
        view.until_parts = {text_of(form, "until-day"), text_of(form, "until-month"), text_of(form, "until-year")};
    }
    set_errors(view, wrongs);
    return render(visit, view, pages::account_grant, wrongs.empty() ? 200 : 422);
}

std::optional<Date> typed_day(const http::Form& form) {
    const auto part = [&](std::string_view id) { return to_integer(jurisdiction::plain_digits(trim(form.text(id)))).value_or(0); };
    const auto text = fmt::format("{:04}-{:02}-{:02}", part("until-year"), part("until-month"), part("until-day"));
    const auto date = parse_date(text);
    return date ? std::optional(*date) : std::nullopt;
}

// The offer as this form makes it; what is wrong goes to `wrongs`.
identity::Mandate typed_offer(const Visit& visit, const http::Form& form, Wrongs& wrongs) {
    const auto say = [&](std::string_view key) { return lingua::say(visit.language, Error{Code::unprocessable, std::string(key), {}}); };
    identity::Mandate out;
    out.principal = visit.actor.id;
    out.principal_name = visit.person->name.best(visit.tag());
    out.from = visit.site->today();
    if (const auto address = address_of(*visit.site, form.text("contact"))) {
        out.offered_to = address->value;
        const auto own = visit.person->proven_addresses();
        if (std::ranges::find(own, out.offered_to) != own.end()) wrongs.emplace_back("contact", visit.say("account.grant.own-address"));
    } else {
        wrongs.emplace_back("contact", lingua::say(visit.language, address.error()));
    }
    out.actor_company = cut_at_character(trim(form.text("company")), 200);
    if (!trim(form.text("ice")).empty() || !out.actor_company.empty()) {
        const auto ice = company_register(*visit.site).normal_ice(form.text("ice"));
        if (ice) out.actor_ice = *ice;
        else wrongs.emplace_back("ice", say(ice.error().key));
        if (out.actor_company.empty()) wrongs.emplace_back("company", say("identity.company-nameless"));
    }
    if (form.text("scope") == "some") {
        for (const auto id : form.all("procedures")) {
            if (out.procedures.size() < procedures_shown && procedure_title(visit, id) != id) out.procedures.emplace_back(id);
        }
    }
    if (form.text("scope") != "all" && out.procedures.empty()) wrongs.emplace_back("scope", visit.say("account.grant.scope-needed"));
    out.until = typed_day(form);
    if (!out.until || *out.until < out.from) wrongs.emplace_back("until", visit.say("account.grant.until-needed"));
    return out;
}

Result<http::Response> show_grant(Visit& visit) {
    const auto kept = kept_form(visit);
    return grant_page(visit, kept ? &*kept : nullptr, {});
}

Result<http::Response> take_grant(Visit& visit, http::Form& form) {
    Wrongs wrongs;
    auto offer = typed_offer(visit, form, wrongs);
    // The other has to know who asks.
    if (offer.principal_name.empty()) wrongs.emplace_back("", visit.say("account.grant.own-name"));
    if (!wrongs.empty()) return grant_page(visit, &form, wrongs);
    const auto done = visit.site->mandates->offer(std::move(offer), visit.tag());
    if (!done) {
        const auto& key = done.error().key;
        if (key != "identity.mandate-limit" && key != "identity.mandate-offered" && key != "identity.mandate-long") return std::unexpected(done.error());
        return grant_page(visit, &form, {{key == "identity.mandate-long" ? "until" : "", lingua::say(visit.language, done.error())}});
    }
    return redirect(visit, "/me/mandates?done=offered");
}

}  // namespace

void add_grant_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/me/mandates/grant", Door::person, show_grant);
    post(router, site, "/me/mandates/grant", Door::person, take_grant);
}

}  // namespace wasl::web
