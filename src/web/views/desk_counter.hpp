// Views of the counter: the one-page form and the screen that reads back.
#pragma once

#include "web/views/desk.hpp"
#include "web/views/draft.hpp"

namespace wasl::web {

struct CounterQuestions {
    std::string title;
    std::vector<Question> questions;
};
struct CounterPaper {
    PaperAsked paper;
    bool shown = false;
};
struct CounterFileView {
    Chrome chrome;
    Url here;
    std::string csrf, once, files, title, person;  // files: where those sent before lie
    std::vector<ErrorLink> errors;
    std::vector<CounterQuestions> groups;
    std::vector<CounterPaper> papers;
    Field consent;
};

struct ReadBackView {
    Chrome chrome;
    Url here, receipt, receipt_large, file, next;
    std::string csrf, title, person, reference, answer_by;
    std::vector<SummaryRow> rows;
    std::vector<std::string> missing;
    std::vector<ErrorLink> errors;
    std::vector<ObligationRow> obligations;  // read aloud before filing
    Field obligations_read;                  // and taken on by the person
    std::vector<Option> obligations_choice;
    std::vector<std::pair<std::string, std::string>> typed;
    bool finished = false;
};

}  // namespace wasl::web
