// Consultations, the voices on them, and suggestions, as the public sees them.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// A text that stands in one of several languages: which one, for who reads it aloud.
struct Spoken {
    std::string text, language;
};

struct ConsultationCard {
    Spoken title;
    std::string member, tag, colour, dates, counts;
    Url url;
};
struct CalendarGroup {
    std::string id, title, empty;
    std::vector<ConsultationCard> cards;
};
struct CalendarView {
    Chrome chrome;
    std::string title, intro;
    Url action;
    Field member;
    std::vector<Option> members;  // a choice of one is not shown
    std::vector<CalendarGroup> groups;
    Url mine;                     // empty: nobody is signed in
};

struct ArticleCard {
    std::string id, heading, counts, comments;  // comments: words of the link
    Spoken title, text, answer;
    Url url;
};
struct ConsultationView {
    Chrome chrome;
    std::string member, tag, colour, done;
    Spoken title, why, answer;
    std::vector<SummaryRow> facts;
    std::vector<ArticleCard> articles;
    std::vector<Link> downloads;
};

struct CommentShown {
    std::string id, when, supports;
    Spoken text;
    std::string hidden;      // why nothing of it is shown
    std::string note;        // "your comment", "you support it"
    Url support;             // empty: it cannot be supported by this reader now
};
struct ArticleView {
    Chrome chrome;
    std::string csrf, caption, heading, done;
    Spoken title, text, answer;
    std::vector<ErrorLink> errors;
    Url action;              // where to speak; empty: this reader cannot now
    std::string closed;      // why not
    Link way;                // what to do about it; may be empty
    Field words;
    std::string seen, button;
    std::vector<CommentShown> comments;
    PageLinks pages;
};

struct MineItem {
    Spoken consultation;
    std::string article, tag, colour;
    std::string text;
    std::vector<SummaryRow> facts;  // of its hiding
    Link change;                    // to change it, or to contest
    Url url;
};
struct MineView {
    Chrome chrome;
    std::string title, intro, empty, done;
    std::vector<MineItem> items;
};

// A question, a few fields and a button.
struct SmallFormView {
    Chrome chrome;
    Url action;
    std::string csrf, caption, title, text, button;
    std::vector<ErrorLink> errors;
    std::vector<std::pair<std::string, std::string>> hidden;
    Field choice;                 // radios or a list; no options: none
    std::vector<Option> options;
    bool list = false;
    Field words;
};

struct SuggestionView {
    Chrome chrome;
    std::string title, done, page, text, when, tag, colour, answer;
};

}  // namespace wasl::web
