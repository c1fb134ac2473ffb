// View of a dossier at the desk.
#pragma once

#include "web/views/desk.hpp"
#include "web/views/rules.hpp"

#include <optional>

namespace wasl::web {

struct DeskPaper {
    std::string requirement, name, size, source;
    Url url;
};
struct DeskEvent {
    std::string when, what, who, text;
};
struct DeskGroup {
    std::string title;
    std::vector<SummaryRow> rows;
};

struct DeskDossierView {
    Chrome chrome;
    Url here, script, queue;
    std::string csrf, version, seen;
    std::string notice;                 // what was just done
    std::vector<ErrorLink> errors;
    std::string changed;                // heading, when somebody else was faster
    std::vector<DeskEvent> changes;
    std::string reference, title, phase, phase_colour, clock, clock_colour, proposal, proposal_reasons;
    std::vector<std::string> clock_lines;
    std::vector<SummaryRow> facts;
    std::vector<std::string> missing;
    std::vector<SummaryRow> check;      // an automatic check of what is asked; empty: none was made
    Url check_record;
    std::vector<DeskGroup> answers;
    std::vector<DeskPaper> papers, documents;
    std::vector<DeskEvent> timeline, messages, notes, looks;
    std::optional<RuleAdvice> rules;    // of the procedure's decision tables
    std::vector<DeskForm> routine, forms;
};

}  // namespace wasl::web
