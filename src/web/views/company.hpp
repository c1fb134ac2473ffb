// A company's space: its dossiers, who acts for it, its batches.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"
#include "web/views/desk.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// One mandate or key, with the button that ends it.
struct CompanyCard {
    std::string title, state, colour;
    std::vector<std::string> lines;
    std::string id, end, about;  // end: label of the button, empty for none
};

struct CompanyView {
    Chrome chrome;
    Url here, filter;  // where forms are sent; where filters are
    std::string csrf, caption, heading, hint, notice, warning;
    std::vector<ErrorLink> errors;
    std::vector<Link> ways;
    std::vector<PanelGroup> groups;
    std::string cards_title, cards_none, end_name;  // end_name: of the buttons
    std::vector<CompanyCard> cards;
    std::vector<DeskQuestion> filters;
    std::vector<Table> tables;
    std::string none;   // instead of the tables
    std::string after;  // said below them
    std::vector<Link> files;
    PageLinks pages;
    std::vector<DeskForm> forms;
    Field file;         // upload; empty id: none
    std::string upload_title, upload_hint;
    std::vector<DeskForm> more;  // after the upload
};

}  // namespace wasl::web
