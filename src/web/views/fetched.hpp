// What is asked of the holders of papers, before filing.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct EvidenceAsked {
    std::string code, title, state, colour;
    std::string holder, how, why;       // of whom, how much, by what text
    std::vector<SummaryRow> facts;      // what came
    Field agree;                        // with one option, where the law asks for consent
    std::vector<Option> agreeing;
    bool may_contest = false;
    Field contest;
};

struct FetchedView {
    Chrome chrome;
    Url action;
    std::string csrf, caption, acting, then, notice;
    std::vector<EvidenceAsked> items;
    bool may_ask = false;  // something is still to be asked
    Url holders;           // who answers, and who does not
};

struct HoldersView {
    Chrome chrome;
    std::string member;
    Table table;
    Url json;
};

}  // namespace wasl::web
