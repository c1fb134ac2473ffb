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
    Field document_kind, document_number, email, address, commune, language;
    std::vector<Option> document_kinds, languages;
};

struct RequestRow {
    std::string title, reference, tag, colour, when, due;
    Url url;
};

struct RequestsView {
    Chrome chrome;
    std::vector<RequestRow> requests, drafts;
    Url services;
};

struct MandateRow {
    std::string name, kind, state, until, id;
};

struct MandatesView {
    Chrome chrome;
    Url action;
    std::string csrf;
    std::vector<ErrorLink> errors;
    std::vector<MandateRow> mandates;
    Field kind, name, until;
    std::vector<Option> kinds;
    DateParts until_parts;
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
