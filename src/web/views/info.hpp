// Pages of few words: follow, verify, help and its kin.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct FollowView {
    Chrome chrome;
    Url action, sign_in;
    std::string csrf;
    std::vector<ErrorLink> errors;
    Field reference, code;
    bool found = false;
    std::string title, tag, colour, phase, answer_due, missing_by;
    std::vector<std::string> explanation, missing;
    std::vector<SummaryRow> facts;
};

struct VerifyView {
    Chrome chrome;
    Url action;
    std::string csrf;
    std::vector<ErrorLink> errors;
    Field text, file;
    std::string verdict, colour, words;  // empty: nothing was checked yet
    std::vector<SummaryRow> facts;
    struct Reason {
        std::string text;
        bool good = false;
    };
    std::vector<Reason> reasons;  // each finding in the reader's words
};

struct InfoView {
    Chrome chrome;
    std::string title;
    std::vector<std::string> paragraphs;
    std::vector<Link> list;  // after the second paragraph, where there is one
    std::string none;
};

}  // namespace wasl::web
