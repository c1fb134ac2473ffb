// First page and search.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct SheetLink {
    std::string title, authority;
    std::string language;  // of the title, when it is not the page's
    std::string direction;
    std::string only_in;   // sentence that says so
    Url url;
};

struct HomeView {
    Chrome chrome;
    Url search, all;
    std::vector<Link> events;  // life events
    std::vector<SheetLink> sheets;
    bool more = false;
};

struct SearchView {
    Chrome chrome;
    Url search;
    std::string heading, words, count;
    std::vector<Link> events;  // life events
    std::vector<SheetLink> found;
    PageLinks pages;
};

}  // namespace wasl::web
