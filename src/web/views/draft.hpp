// Filling in a request: who for, the questions, the papers, the check.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct PaperFile {
    std::string name, size, remove;  // value of the remove button
    Url url;
};

// One question of a form, ready to be drawn.
struct Question {
    enum class Kind { input, textarea, choice, choices, date, name, document, commune, files };
    Kind kind = Kind::input;
    Field field;
    std::vector<Option> options;
    DateParts date;
    bool may_be_unknown = false, unknown = false;  // date
    std::vector<Field> parts;                      // of a name or a document
    std::vector<std::string> list;                 // suggestions
    std::vector<PaperFile> files;                  // sent already
    std::string language, direction;               // of the label when not the page's
};

struct ApplyView {
    Chrome chrome;
    Url action;
    std::string csrf, title, before, authority, level;
    std::vector<ErrorLink> errors;
    std::vector<Link> drafts;  // begun before
    Field whom;
    std::vector<Option> for_whom;  // empty: only for oneself
    bool asks_name = false;
    std::vector<Field> names;
    std::vector<std::string> papers;
    Link raise;  // how to reach the level that the procedure asks for; empty: only at a counter
};

struct FormPageView {
    Chrome chrome;
    Url action;
    std::string csrf, caption, title, hint, notice, shown, acting;
    bool to_check = false;  // came from the check page, goes back there
    std::vector<ErrorLink> errors;
    std::vector<Question> questions;
    bool may_skip = false;
    bool uploads = false;  // some question takes files
};

struct PaperAsked {
    std::string title, hint, code;
    std::vector<std::string> one_of;
    std::string state, colour;
    std::vector<PaperFile> files;
    Field file;
    bool uploads = false;
    Field how;
    std::vector<Option> ways;
};

struct PapersView {
    Chrome chrome;
    Url action;
    std::string csrf, caption, acting;
    std::vector<ErrorLink> errors;
    std::vector<PaperAsked> papers;
};

struct CheckSection {
    std::string title;
    std::vector<SummaryRow> rows;
};

struct ObligationRow {
    std::string text, source;
};

struct CheckView {
    Chrome chrome;
    std::vector<ErrorLink> errors;
    std::vector<ObligationRow> obligations;  // told before filing
    Field obligations_read;                  // and confirmed
    std::vector<Option> obligations_choice;
    Url file, remove;
    std::string csrf, title;
    std::vector<CheckSection> sections;
    std::vector<std::string> missing, wrong, doubts;
    std::string level;  // why it can not be filed yet
    Link raise;         // and how to reach that level; empty: only at a counter
    std::string acting;  // for whom, under what mandate
    bool complete = false;
};

}  // namespace wasl::web
