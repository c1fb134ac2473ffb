#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

namespace wasl::web {

struct SignInView {
    Chrome chrome;
    Url action;
    std::string csrf, back;
    Field contact;
    std::vector<ErrorLink> errors;
    Link national;     // the national identity; empty: there is none here
    std::string kept;  // a session ended: what was typed is kept
};

struct CodeView {
    Chrome chrome;
    Url action, again, change;
    std::string csrf, sent, button;
    Field code;
    std::vector<ErrorLink> errors;
};

}  // namespace wasl::web
