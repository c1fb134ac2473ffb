// Views of the components in web/templates/parts: what a form, a list or a table shows. All texts are plain.
#pragma once

#include "web/page/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::web {

// One question. `id` is the name of the input too, unless `name` is given.
struct Field {
    std::string id;
    std::string name;
    std::string label;
    std::string hint;
    std::string error;  // empty when the answer is good
    std::string value;
    bool heading = false;         // the label is the page's h1
    std::string autocomplete;     // "name", "tel", "one-time-code", …
    std::string input_mode;       // "numeric", "tel", "email"; empty for plain text
    std::string type = "text";
    int width = 0;                // in characters: 2, 3, 4, 5, 10, 20; 0 for the whole line
    bool left_to_right = false;   // numbers, codes, addresses of mail: never auto
    int rows = 5;                 // textarea
    int longest = 0;              // characters, 0 for no limit
    bool refresh = false;         // a change may show or hide other questions
    std::string accept;           // file: ".pdf,.jpg,.jpeg,.png"
    std::uint64_t largest_file = 0;  // bytes; a script says `too_large` before anything is sent
    std::string too_large;
    std::string describes;        // language of the label when it is not the page's
    [[nodiscard]] const std::string& form_name() const { return name.empty() ? id : name; }
    [[nodiscard]] bool described() const { return !hint.empty() || !error.empty(); }
    // Ids of hint and error, for aria-describedby.
    [[nodiscard]] std::string described_by() const {
        return (hint.empty() ? "" : id + "-hint") + (hint.empty() || error.empty() ? "" : " ") + (error.empty() ? "" : id + "-error");
    }
};

struct Option {
    std::string value;
    std::string label;
    std::string hint;
    bool chosen = false;
};

// Day, month and year as they were typed, good or not.
struct DateParts {
    std::string day, month, year;
};

struct SummaryAction {
    std::string text;
    Url url;
    std::string about;  // read out after the text: "Change <name>"
};

struct SummaryRow {
    std::string key;
    std::string value;
    bool typed_by_person = false;  // isolates the value
    bool copyable = false;         // a date, a number, an amount
    Url link;
    std::vector<SummaryAction> actions;
    std::vector<std::string> more;  // further lines of the value
};

struct Task {
    std::string name;
    std::string hint;
    std::string status;
    std::string colour;  // of the status tag; empty for plain text (done)
    Url url;             // empty: can not start yet
};

struct ErrorLink {
    std::string text;
    Url url;  // "#field-id"
};

struct Cell {
    std::string text;
    bool number = false;
    bool typed_by_person = false;
    Url link;
    std::string colour;  // shows the text as a tag
};

struct Table {
    std::string caption;
    bool caption_hidden = false;
    bool dense = false;  // many rows for people who work with them all day
    std::vector<Cell> head;
    std::vector<std::vector<Cell>> rows;
};

struct PageLinks {
    Url previous, next;
    std::string label;  // "Page 2 of 7"; empty for none
};

}  // namespace wasl::web
