// What became of signing in or out with the national identity.
#pragma once

#include "web/page/chrome.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct NationalView {
    Chrome chrome;
    std::string heading, text;
    Link button;              // what to do first; may be empty
    std::vector<Link> ways;   // and otherwise
    std::string code, incident;  // of a refusal, for who is asked about it; empty: none
};

}  // namespace wasl::web
