// A filed request, as its person sees it, and the forms that go with it.
#pragma once

#include "web/views/draft.hpp"
#include "web/views/pay.hpp"

#include <string>
#include <vector>

namespace wasl::web {

struct TimelineItem {
    std::string date, text, detail;
    bool now = false;
};

struct DocumentShown {
    std::string title, status, colour, valid_until, label;
    Url pdf;
};

struct MessageShown {
    std::string who, when, text;
};

struct RequestView {
    Chrome chrome;
    std::string csrf, title, reference, phase, tag, colour, office;
    bool fresh = false;  // filed a moment ago
    std::string done;    // what was just done
    std::string draft_message, message_error;
    std::string answer_due;
    std::vector<std::string> explanation;
    std::vector<std::string> missing;
    std::string missing_by;
    Url complete, receipt, proof, withdraw, appeal, decision, message;
    std::string appeal_until;
    Html qr;
    std::string qr_text, follow_code;
    std::string check_tag, check_colour;   // an automatic check of what is asked: its outcome; empty: none was made
    std::vector<std::string> check_lines;  // … in plain words
    Url check_record;
    std::vector<SummaryRow> facts, verdict, answers, papers, fetched;
    std::vector<DocumentShown> documents;
    std::vector<TimelineItem> timeline;
    std::vector<MessageShown> messages;
    std::vector<Link> linked;  // appeals, the attacked decision
    std::vector<SummaryRow> complaint;    // of a complaint: its times
    std::vector<Link> complaint_actions;  // … opened again, rated
    Table looks;
    PaymentShown payment;
    bool has_payment = false;
};

struct CompleteView {
    Chrome chrome;
    Url action;
    std::string csrf, reference, by;
    std::vector<ErrorLink> errors;
    std::vector<PaperAsked> papers;
    std::vector<Question> questions;
};

// A question with one text and one button: withdraw, appeal.
struct ReasonsView {
    Chrome chrome;
    Url action;
    std::string csrf, caption, title, text, more, button, style;
    std::vector<ErrorLink> errors;
    std::vector<Question> questions;
    std::string files;     // where those sent before lie
    bool uploads = false;  // some question takes files
};

}  // namespace wasl::web
