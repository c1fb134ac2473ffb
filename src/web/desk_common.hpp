// What all pages of the desk share: whose member it is, who may come in, and the words for what a dossier is.
#pragma once

#include "dossier/service.hpp"
#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"
#include "web/visit.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web::desk {

// Each area adds its own pages; add_desk_routes() calls them all.
void add_sign_in(http::Router& router, Site& site);
void add_queue(http::Router& router, Site& site);
void add_dossier(http::Router& router, Site& site);
void add_bulk(http::Router& router, Site& site);
void add_books(http::Router& router, Site& site);
void add_export(http::Router& router, Site& site);
void add_silences(http::Router& router, Site& site);
void add_counter(http::Router& router, Site& site);
void add_admin(http::Router& router, Site& site);
void add_journal(http::Router& router, Site& site);
void add_exchange(http::Router& router, Site& site);
void add_participation(http::Router& router, Site& site);  // consultations, suggestions
void add_network(http::Router& router, Site& site);   // of a utility: its network, outages, meters
void add_outages(http::Router& router, Site& site);
void add_meters(http::Router& router, Site& site);
void add_capacity(http::Router& router, Site& site);

// The member of the address, only for its own staff and only with one of these roles (none named: any);
// everybody else gets the same 404 as for an address that does not exist.
Result<MemberSite*> enter(const Visit& visit, std::initializer_list<identity::Role> roles = {});
// Offices whose dossiers this agent may list; 404 when there are none.
Result<std::vector<std::string>> offices_of_agent(const Visit& visit);
// The office this agent acts from on a dossier; empty when it is out of their scope.
std::string office_on(const Visit& visit, const dossier::State& state);

std::string base(const Visit& visit);  // "/desk/MEMBER"
Url page(const Visit& visit, std::string_view below);   // link to a page below base()
Chrome chrome(const Visit& visit, std::string_view title_key);
Chrome chrome_titled(const Visit& visit, std::string title);
const Url& script();  // keys of the desk; the pages are complete without it

std::string phase_word(const Visit& visit, dossier::Phase phase);
std::string phase_colour(dossier::Phase phase);
std::string outcome_word(const Visit& visit, dossier::Outcome outcome);
std::string role_word(const Visit& visit, identity::Role role);
std::string office_name(const Visit& visit, const MemberSite& member, std::string_view code);
std::string staff_name(const Visit& visit, const identity::Staff& staff);  // in the reader's script, where there is one
std::string staff_name(const Visit& visit, const MemberSite& member, std::string_view id);
std::string day(const Visit& visit, Instant at);         // "21/11/2026"
std::string moment(const Visit& visit, Instant at);      // "21 novembre 2026, 09:05"
std::string last_day(const Visit& visit, Instant end);   // of a delay whose end is exclusive
std::string phrase(const Visit& visit, const jurisdiction::Phrase& said);

// The clock of a dossier in a few words and a colour that says the same: "day 37 of 60; stopped 4 days".
struct ClockWords {
    std::string text, colour;
};
ClockWords clock_words(const Visit& visit, const dossier::State& state);

// A question of the desk's forms. `form` makes the id unique on the page; the name stays plain.
Field question(const Visit& visit, std::string_view form, std::string_view name, std::string_view label_key);

// Shows a fresh one-time-password secret, once, as a code to scan and as text.
Result<http::Response> enrolled_page(const Visit& visit, const MemberSite& member, const identity::Enrolled& enrolled, const Url& next,
                                     std::string next_text);

}  // namespace wasl::web::desk
