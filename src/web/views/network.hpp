// What the pages of a power network show.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct OutagesView {
    Chrome chrome;
    std::string title, intro;
    std::string no_network;  // what stands here instead of all the rest
    Url action;
    Field member;
    std::vector<Option> members;  // a choice of one is not shown
    std::string now_empty, recent_empty;
    Table now, recent;
    std::string served, no_value;
    std::vector<std::string> definitions;
    Table months, feeders;
    std::vector<Link> downloads;
};

struct NetworkView {
    Chrome chrome;
    std::string heading, empty, how;
    std::string no_answer;  // why there are no voltages
    std::vector<SummaryRow> facts;
    Url picture;
    std::string picture_words;
    Table feeders, loaded, losing;
    std::vector<Link> links;
};

struct MetersView {
    Chrome chrome;
    Url here;
    std::string csrf, heading, notice, hint, no_network, none;
    std::vector<ErrorLink> errors;
    std::string error_detail;  // file, line and column
    Field file;
    std::vector<SummaryRow> facts;
    std::string definition;
    Table losses, anomalies;
    std::string anomalies_none;
    std::vector<Link> periods, downloads;
};

}  // namespace wasl::web
