// The sheet of a procedure.
#pragma once

#include "web/page/chrome.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct SheetPaper {
    std::string title, hint;
    std::vector<std::string> one_of;
    std::string ways;       // in which it may be given
    std::string condition;  // "depending on your situation", or empty
};

struct SheetObligation {
    std::string text, source;  // the legal text, and whether it is still to be confirmed
};

struct SheetView {
    Chrome chrome;
    std::string title, kind, description, audience, before, authority;
    std::string language, direction;  // of the texts when not the page's
    std::string note;                 // unreviewed, or only in another language
    std::string reviewed;             // state of the texts in a language beyond those the law requires
    std::string imported;
    std::vector<std::string> filers;  // who may ask
    std::vector<std::string> acting;  // for whom this visitor may ask
    Url grant;                        // lets somebody else ask
    std::vector<SheetObligation> obligations;  // what is taken on by the act
    std::vector<SheetPaper> papers;
    std::vector<std::string> delay, fee, law, outputs;
    std::string silence, appeal, level;
    Url rules;                 // the decision tables, when there are any
    std::vector<Link> starts;  // one a member that offers it
};

}  // namespace wasl::web
