// Views of payments: what a person pays, and the books of the desk.
#pragma once

#include "web/views/desk.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// What is to pay for one request, wherever it is shown.
struct PaymentShown {
    std::string amount, state, colour, reference;  // reference in groups of four
    std::string rule;                              // what unpaid means
    std::vector<SummaryRow> lines;                 // what the fee is made of
    std::vector<std::string> places;               // offices that take cash
    std::vector<Link> ways;                        // providers
    Html qr;                                       // of the page that pays it
    Url page, receipt;
    std::string receipt_number;
    std::string note;                              // given back, no longer due, held
    bool open = false;
};

struct PayView {
    Chrome chrome;
    Url action;                // where a reference is asked for
    std::string title, office, waiting;
    std::vector<ErrorLink> errors;
    Field reference;
    PaymentShown payment;
    bool found = false;
    bool returned = false;     // from a provider, whose word has not come yet
    Url again;
};

struct BooksView {
    Chrome chrome;
    Url here;
    std::string csrf, heading, hint, notice;
    std::vector<ErrorLink> errors;
    std::vector<PanelGroup> groups;
    std::vector<Table> tables;
    std::vector<DeskForm> forms;
    Field file;                // of a provider's settlement; label empty: there is no provider
    Field provider;
    std::vector<Option> providers;
    bool has_providers = false;
};

}  // namespace wasl::web
