#pragma once

#include "web/page/chrome.hpp"

#include <string>

namespace wasl::web {

// What went wrong, in the reader's words, and what to do next.
struct ErrorView {
    Chrome chrome;
    std::string heading;
    std::string advice;
    std::string code;      // stable key, for the help desk
    std::string incident;  // number of the request in our log
};

}  // namespace wasl::web
