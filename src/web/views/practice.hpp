// The pages of the practice country: the lab, one try, a class.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct ExerciseCard {
    std::string id, title, level, tag, colour, result;
    Url open;    // the try that is under way; empty: none
    Url start;   // POST: a new try; empty: one is under way
    std::string button;
};

struct PracticeLabView {
    Chrome chrome;
    std::string csrf, done;
    std::vector<ErrorLink> errors;
    // Who are you?
    Url enrol;                    // empty: known already
    Field name, role, class_code;
    std::vector<Option> roles;
    // The learner's own page.
    std::vector<SummaryRow> about;
    std::vector<ExerciseCard> exercises;
    Url certify, certificate, leave;  // empty: not now
    std::string certificate_text;
    Url classes;
};

struct PracticePaper {
    std::string title, text;
    Url file;  // where there is no text
};

struct PracticeTryView {
    Chrome chrome;
    std::string csrf, caption, title, goal, rule, enter_text;
    std::vector<ErrorLink> errors;
    Url enter, verify, hint, finish, again;  // empty: not now
    std::vector<SummaryRow> tasks;
    std::string question;
    std::vector<PracticePaper> texts;  // to verify
    Field answer;
    std::vector<Option> choices;      // of the answer; empty with an id: a line of text
    std::vector<std::string> hints;
    std::string verdict, colour, result;
    std::vector<std::string> mistakes, explanation;
};

struct PracticeClassView {
    Chrome chrome;
    std::string csrf;
    std::vector<ErrorLink> errors;
    Url action;
    Field key;
    std::string code, new_key;  // of a class just made, or the one that is open
    bool open = false;
    Table results;
};

}  // namespace wasl::web
