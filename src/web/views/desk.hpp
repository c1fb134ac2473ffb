// Views of the desk: sign-in, queue, bulk.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace wasl::web {

// A small form: questions in order, a button. Used wherever the desk asks for something.
struct DeskQuestion {
    enum class Shape : std::uint8_t { line, text, select, radios, checks };
    Field field;
    Shape shape = Shape::line;
    std::vector<Option> options;
};
struct DeskForm {
    std::string name;    // value of the hidden field "do"
    std::string title, hint, warning;
    std::string button, style;
    std::string key;     // letter that opens it
    bool open = false;
    bool routine = false;  // stands first, without being unfolded
    std::vector<std::pair<std::string, std::string>> hidden;
    std::vector<DeskQuestion> questions;
};

struct DeskSignInView {
    Chrome chrome;
    Url here;
    std::string csrf, back;
    std::vector<ErrorLink> errors;
    DeskForm form;
};

struct DeskEnrolledView {
    Chrome chrome;
    std::string name, login, secret;
    Html qr;
    Url next;
    std::string next_text;
};

struct PhaseCount {
    std::string text;
    std::int64_t count = 0;
    Url url;
    bool current = false;
};

struct QueueRow {
    std::string id, version, reference, title, applicant, received, due, assigned;
    std::string phase, phase_colour, clock, clock_colour;
    std::string proposal, reasons;  // in the signature book
    Url url;
    bool mine = false;
};

struct QueueView {
    Chrome chrome;
    Url here, bulk, csv, xlsx, script;
    std::string csrf;
    std::string heading, notice, total;
    std::vector<PhaseCount> phases;
    std::vector<DeskQuestion> filters;
    std::vector<std::pair<std::string, std::string>> kept;  // parameters a new filter keeps
    std::vector<QueueRow> rows, asked;
    std::vector<Option> bulk_actions;
    PageLinks pages;
    bool filtered = false;
};

// One dossier of a bulk, with its own reasons.
struct BulkRow {
    std::string id, version, reference, title, applicant, phase;
    Field reasons;
    bool with_reasons = false;
    bool done = false;
    std::string result;
    Url url;
};
struct BulkView {
    Chrome chrome;
    Url here, back, script;
    std::string csrf, heading, hint, action, button, summary;
    std::vector<ErrorLink> errors;
    std::vector<DeskQuestion> questions;
    std::vector<BulkRow> rows;
    std::vector<BulkRow> left_out;  // named, and of nobody's reach here: they are not carried out, and said
    bool finished = false;
};

struct RegisterView {
    Chrome chrome;
    Url here;
    Url csv, xlsx;  // where the list can be taken away
    std::string heading, range;
    Url beside;  // another page on the same matter; empty: none
    std::vector<DeskQuestion> filters;
    Table table;
    PageLinks pages;
};

// A page of facts, tables and forms: administration, journal, counter.
struct PanelGroup {
    std::string title;
    std::vector<SummaryRow> rows;
};
struct DeskPanelView {
    Chrome chrome;
    Url here;
    std::string csrf, heading, hint, notice;
    std::vector<ErrorLink> errors;
    std::vector<PanelGroup> groups;
    std::vector<Table> tables;
    std::vector<DeskForm> forms;
    PageLinks pages;
};

}  // namespace wasl::web
