// What the pages of the figures show.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct FigureSection {
    std::string id, title;
    std::string what;                // what is counted, in words
    std::vector<std::string> lines;  // the figure itself
    std::vector<Table> tables;
    std::string note;
};

struct FiguresView {
    Chrome chrome;
    std::string title, intro, state, withheld;
    Url action;
    Field member, year;
    std::vector<Option> members, years;  // a choice of one is not shown
    std::vector<FigureSection> sections;
    std::vector<Link> downloads;
    Link un_index;
};

struct UnIndexView {
    Chrome chrome;
    std::string title, intro, source;
    std::string absent;  // what to do when there is no file; empty when there is one
    Url action;
    Field country, rank;
    std::vector<Option> countries;
    Html chart;
    Table series;
    std::vector<std::string> answers;  // of the simulator
    std::string problem;               // a rank that cannot be answered
    std::string unknown;               // a country that the file does not name
    std::string assessed;              // the score
    Table parts, features, missing;
    Url weigh;                         // where the weights are sent
    std::vector<Field> weights;        // one a part
    std::vector<std::pair<std::string, std::string>> kept;  // country and rank, that ride along
    std::string weights_problem;
};

}  // namespace wasl::web
