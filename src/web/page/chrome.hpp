// What stands around the content of every page.
#pragma once

#include "web/page/page.hpp"

#include <array>
#include <string>
#include <vector>

namespace wasl::web {

struct Link {
    std::string text;
    Url url;
    bool current = false;
};

// The files every page loads; names carry a digest, so that they may be cached for ever.
struct Assets {
    Url styles_ltr, styles_rtl, print_large, script, icon;
};

struct Chrome {
    std::string title;        // of the page, without the member's name
    std::string member_name;  // in the reader's language
    Url home = Url::literal("/");
    std::array<Url, lingua::language_count> languages;  // this page in each language, in their order
    std::vector<Link> navigation;
    std::string person;       // who is signed in, empty when nobody is
    Url sign_out;             // POST
    std::string csrf;         // token of the session, empty when there is none
    Url back;                 // empty: no back link
    std::string back_text;    // empty: "Back"
    bool has_errors = false;  // the title then says "Error:" first
    bool demonstration = false;
    Url outbox;               // of the demonstration
    Url practice;             // the lab of a practice country; empty elsewhere
    bool wide = false;        // the desk's dense pages
    bool large_print = false;
    bool noindex = false;
    std::vector<Link> footer;
    std::string version;
    const Assets* assets = nullptr;  // never null when a page is written
};

}  // namespace wasl::web
