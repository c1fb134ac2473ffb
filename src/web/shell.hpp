// The frame around a page, filled from a visit, and the way from a compiled template to a response.
#pragma once

#include "http/assets.hpp"
#include "web/page/chrome.hpp"
#include "web/visit.hpp"

#include <string>

namespace wasl::web {

// Styles, scripts, icons and fonts, built into the program (web/built).
const http::Assets& static_files();
const Assets& page_assets();

// Title, languages, navigation for this kind of visitor, who is signed in.
Chrome chrome_for(const Visit& visit, std::string title);
// Path of ours with the language in front.
Url link_to(const Visit& visit, std::string_view path);

// Writes a page with a compiled template: render(visit, view, pages::home).
template <class View>
http::Response render(const Visit& visit, const View& view, void (*write)(Page&, const View&), int status = 200) {
    std::string out;
    out.reserve(16'384);
    Page page(out, visit.language);
    write(page, view);
    return http::Response::html(std::move(out), status);
}

}  // namespace wasl::web
