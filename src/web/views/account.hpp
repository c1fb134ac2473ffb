// The person's own account.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct AccountView {
    Chrome chrome;
    std::string saved, level, raise;
    std::string national;  // that the national identity opens this account; empty: it does not
    Link raise_now;        // to the next level without a counter; empty: there is none
    std::vector<Link> waiting;  // what waits for the person: unread messages, offers of mandates
    std::vector<SummaryRow> facts;
    std::vector<Link> ways;  // requests, mandates, devices, data
};

struct ProfileView {
    Chrome chrome;
    Url action;
    std::string csrf;
    std::vector<ErrorLink> errors;
    std::vector<Field> names;
    Field birth;
    DateParts birth_parts;
    bool birth_unknown = false;
    Field document_kind, document_number, address, commune, language;
    std::vector<Option> document_kinds, languages;
};

struct RequestRow {
    std::string title, reference, tag, colour, when, due, unread;
    Url url;
};

struct RequestsView {
    Chrome chrome;
    std::vector<RequestRow> requests, drafts;
    Url services;
};

struct MandateRow {
    std::string name, kind, state, colour, scope, company, until, id;
    std::vector<std::string> uses;  // newest first
    std::string doubt;  // of an ICE whose check digits do not agree; empty: none
};

struct MandatesView {
    Chrome chrome;
    Url action;
    Url grant;
    std::string csrf, done;
    std::vector<ErrorLink> errors;
    std::vector<MandateRow> offers, mandates, granted;  // wait for me; I act for; act for me
    Field kind, name, ice;
    std::vector<Option> kinds;
};

struct GrantView {
    Chrome chrome;
    Url action;
    std::string csrf;
    std::vector<ErrorLink> errors;
    Field contact, company, ice, scope, procedure, until;
    std::vector<Option> scopes, procedures;
    DateParts until_parts;
};

struct AddressRow {
    std::string label, value, state, colour;
    bool may_go = false, may_prove = false;
};

struct AddressesView {
    Chrome chrome;
    Url action;
    std::string csrf, done;
    std::vector<ErrorLink> errors;
    std::vector<AddressRow> addresses;
    Field contact;
};

struct SessionRow {
    std::string device, since;
    bool current = false;
};

struct SessionsView {
    Chrome chrome;
    Url action;
    std::string csrf, done;
    std::vector<SessionRow> sessions;
};

}  // namespace wasl::web
