// What people say about themselves.
#include "web/account_parts.hpp"
#include "web/draft_questions.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"
#include "base/cut.hpp"

#include "base/text.hpp"
#include "pages/account/profile.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

Field text_field(const Visit& visit, std::string_view id, std::string_view label, std::string value, std::string_view autocomplete = "") {
    return {.id = std::string(id), .label = visit.say(label), .value = std::move(value), .autocomplete = std::string(autocomplete), .longest = 300};
}

http::Response profile_page(Visit& visit, const identity::Person& person, const DateParts& birth, const std::optional<Error>& error) {
    ProfileView view;
    view.chrome = chrome_for(visit, visit.say("account.edit"));
    view.chrome.back = link_to(visit, "/me");
    view.action = link_to(visit, "/me/about");
    view.csrf = visit.csrf();
    view.names = {text_field(visit, "given_ar", "account.given-ar", person.name.given_arabic), text_field(visit, "family_ar", "account.family-ar", person.name.family_arabic),
                  text_field(visit, "given_latin", "account.given-latin", person.name.given_latin, "given-name"),
                  text_field(visit, "family_latin", "account.family-latin", person.name.family_latin, "family-name")};
    view.birth = {.id = "birth", .label = visit.say("account.birth"), .hint = visit.say("account.birth-hint"), .autocomplete = "bday"};
    view.birth_parts = birth;
    view.birth_unknown = person.birth == "unknown";
    view.document_kind = text_field(visit, "document_kind", "account.document.title", "");
    view.document_kinds = document_kinds(visit, person.document_kind);
    view.document_number = text_field(visit, "document_number", "account.document-number", person.document_number);
    view.document_number.left_to_right = true;
    view.address = text_field(visit, "address", "common.address", person.address, "street-address");
    view.commune = text_field(visit, "commune", "account.commune", person.commune, "address-level2");
    view.language = text_field(visit, "language", "account.language", "");
    for (const auto language : lingua::languages) {
        view.languages.push_back({std::string(lingua::tag(language)), std::string(lingua::own_name(language)), {}, lingua::tag(language) == person.language});
    }
    if (error) {
        const auto words = lingua::say(visit.language, *error);
        const bool birth_wrong = error->key == "identity.birth-malformed";
        if (birth_wrong) view.birth.error = words;
        view.errors.push_back({words, birth_wrong ? Url::literal("#birth") : Url()});
        view.chrome.has_errors = true;
    }
    return render(visit, view, pages::account_profile, error ? http_status(error->code) : 200);
}

std::string two_digits(std::string_view digits) { return digits.size() == 1 ? "0" + std::string(digits) : std::string(digits); }

std::string birth_of(const http::Form& form) {
    if (form.has("birth-unknown")) return "unknown";
    const auto day = jurisdiction::plain_digits(form.text("birth-day")), month = jurisdiction::plain_digits(form.text("birth-month")),
               year = jurisdiction::plain_digits(form.text("birth-year"));
    std::string out = year;
    if (!month.empty() || !day.empty()) out += "-" + two_digits(month);
    if (!day.empty()) out += "-" + two_digits(day);
    return out;
}

// The profile as this form would make it.
identity::Person described(const Visit& visit, const http::Form& form) {
    const auto word = [&](std::string_view id) { return std::string(cut_at_character(trim(form.text(id)), 300)); };
    auto out = *visit.person;
    out.name = {word("given_ar"), word("family_ar"), word("given_latin"), word("family_latin")};
    out.birth = birth_of(form);
    out.document_number = visit.site->pack->identifiers().read(word("document_kind"), word("document_number")).normal;
    out.document_kind = out.document_number.empty() ? "" : word("document_kind");
    out.address = word("address");
    out.commune = word("commune");
    if (lingua::from_tag(word("language"))) out.language = word("language");
    return out;
}

DateParts typed_birth(const http::Form& form) {
    return {std::string(form.text("birth-day")), std::string(form.text("birth-month")), std::string(form.text("birth-year"))};
}

Result<http::Response> show_profile(Visit& visit) {
    if (const auto kept = kept_form(visit)) return profile_page(visit, described(visit, *kept), typed_birth(*kept), std::nullopt);
    return profile_page(visit, *visit.person, date_parts(visit.person->birth == "unknown" ? "" : visit.person->birth), std::nullopt);
}

Result<http::Response> take_profile(Visit& visit, http::Form& form) {
    const auto changed = described(visit, form);
    const auto done = visit.site->persons->describe(changed.id, changed);
    if (!done) return profile_page(visit, changed, typed_birth(form), done.error());
    return redirect(visit, "/me?saved=1");
}

}  // namespace

std::string shown_birth(std::string_view iso) {
    std::string out;
    for (const auto piece : split(iso, '-')) out = out.empty() ? std::string(piece) : fmt::format("{}/{}", piece, out);
    return out;
}

void add_profile_routes(http::Router& router, Site& site) {
    get(router, site, "/me/about", Door::person, show_profile);
    post(router, site, "/me/about", Door::person, take_profile);
}

}  // namespace wasl::web
