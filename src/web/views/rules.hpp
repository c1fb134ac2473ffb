// Decision tables as people read them.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// What a row notes: its article or reason. In French, and said so, where the reader's language has no text.
struct RuleNote {
    std::string text;
    std::string language, direction;  // empty: the page's own
    std::string said;                 // "in French"; empty: nothing to say
};

struct RuleRow {
    std::string number;
    std::vector<std::string> inputs, outputs;
    std::vector<RuleNote> notes;
    std::string fired;  // "This row applies": lit when not empty
};

struct RuleTable {
    std::string id, title, name;
    std::string policy;                      // how rows count, in words
    std::vector<std::string> inputs, outputs;  // headings
    bool has_notes = false;
    std::vector<RuleRow> rows;
    std::vector<SummaryRow> used;            // inputs of one request, with where they came from
    std::string result;
    std::vector<std::string> findings;       // overlaps and gaps, in words
    std::string sound;                       // said when there are none
};

struct RuleModel {
    std::string name, id;
    Url file;                     // the .dmn itself
    std::string digest;           // SHA-256, hex
    std::vector<RuleTable> tables;
};

struct RulesView {
    Chrome chrome;
    std::string title, procedure;
    Url sheet, viewer, viewer_styles, viewer_licence, start;  // scripts and styles of the drawing
    std::vector<RuleModel> models;
};

// What the tables propose to the agent of one dossier.
struct RuleAdvice {
    std::string title, colour;
    std::vector<std::string> reasons;     // with their article
    std::vector<SummaryRow> amounts;
    std::vector<RuleTable> tables;
    Url page;
};

}  // namespace wasl::web
