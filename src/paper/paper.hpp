// Papers of an administration as PDF: receipts, decisions, extracts, records of silence. Described as
// data in the reader's words, drawn by Pango and Cairo: A4, tagged, the same bytes for the same input.
// The PDF is unsigned; trust::sign_pdf adds the signature behind it.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "lingua/language.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace wasl::paper {

// A label and its value, both plain text in any script; each is isolated from the text around it.
struct Row {
    std::string label;
    std::string value;      // may have several lines (\n)
    bool strong = false;    // the one thing to find at a glance: a due date, an amount
};

struct Heading { std::string text; };                                  // a section of the paper
struct Paragraph { std::string text; bool small = false; };            // \n starts a new paragraph
struct Rows { std::vector<Row> rows; };                                // label / value, hairlines between
struct List { std::vector<std::string> items; bool numbered = false; };
// Said in a frame: what must be noticed. `grave` is drawn in red (missing papers, refusal).
struct Notice { std::string title; std::string text; bool grave = false; };
// Who signed: shown at the end side, kept together. The electronic signature itself is trust's.
struct Signature {
    std::string role;     // "Le président du conseil communal"
    std::string name;     // "Fatima Aït Ben Haddou"
    std::string by;       // "par délégation n° 12 du 3 mars 2026"; may be empty
    std::string place_and_date;
};

// A code that a phone opens, beside what it is for. It proves nothing: the code of Verification does.
struct Scan {
    std::string address;     // what the QR code holds
    std::string title, text;
};

using Block = std::variant<Heading, Paragraph, Rows, List, Notice, Signature, Scan>;

// How anyone checks the paper.
struct Verification {
    std::string seal_text;   // what the QR code holds: "https://HOST/v/…"
    std::string title;       // "Vérifier ce document"
    std::string explanation; // one or two sentences
    std::string address;     // where to type it: "https://HOST/v"
};

struct Paper {
    lingua::Language language = lingua::Language::ar;
    // Letterhead: always Arabic on the right and French on the left; Tamazight in the middle when given.
    // Lines from the state down to the office.
    std::vector<std::string> authority_ar, authority_fr, authority_zgh;
    std::string kind;         // small, above the title: "Récépissé de dépôt"; may be empty
    std::string title;
    std::string reference;    // in the head and in every footer
    std::vector<Block> blocks;
    std::optional<Verification> verification;
    std::string banner;       // "Démonstration – sans valeur": across the top of every page; empty for none
    std::string page_words;   // "Page {page} / {pages}"
    std::string footer;       // one line: "À vérifier sur …"
    bool large_print = false; // 18 pt text, labels above values
    Instant created;          // the only date in the file's own data
    std::string author;       // for the file's own data: the member's name
};

struct Pdf {
    std::string bytes;
    int pages = 0;
};

// Keys: "paper.text-malformed" (not UTF-8), "paper.too-long" (over 200 pages), "paper.qr-too-long",
// "paper.fonts-missing" (no Noto fonts for the scripts), "paper.failed". Thread-safe.
Result<Pdf> render(const Paper& paper);

// A card with a printed follow-up code, for a person without an account.
struct Label {
    std::string authority;
    std::string title;       // the procedure
    std::string reference;
    std::string code;        // "K7QF-9M2X", shown large
    std::string explanation; // "Suivez votre demande sur …"
    std::string link;        // what the QR code holds
};

// Cards on A4 sheets, two columns of four, with lines to cut along.
Result<Pdf> render_labels(const std::vector<Label>& labels, lingua::Language language, Instant created);

}  // namespace wasl::paper
