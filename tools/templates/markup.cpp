#include "markup.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace wasl::templates {

namespace {

constexpr std::array<std::string_view, 14> void_elements{"area", "base", "br", "col", "embed", "hr", "img", "input",
                                                         "link", "meta", "source", "track", "wbr", "!doctype"};
constexpr std::array<std::string_view, 9> url_attributes{"href", "src", "action", "formaction", "poster",
                                                         "cite", "data", "ping", "xlink:href"};
constexpr std::array<std::string_view, 3> forbidden_attributes{"style", "srcdoc", "srcset"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == ':' || c == '.' || c == '@' || c == '!';
}
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

template <class List>
bool contains(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

// What a URL may begin with before a hole: a path of ours, a query, a fragment, or a complete origin.
bool is_safe_url_prefix(const std::string& prefix) {
    if (prefix.starts_with("/")) {
        return !prefix.starts_with("//") && !prefix.starts_with("/\\");
    }
    if (prefix.starts_with("#") || prefix.starts_with("?") || prefix == "mailto:" || prefix == "tel:") {
        return true;
    }
    return prefix.starts_with("https://") && prefix.find('/', 8) != std::string::npos;
}

}  // namespace

std::string Markup::literal(const std::string& text, unsigned line) {
    line_ = line;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        line_ += text[at] == '\n' ? 1 : 0;
        step(out, text, at);
    }
    return out;
}

bool Markup::keeps_blanks() const { return contains(open_, "pre") || contains(open_, "textarea"); }

bool Markup::is_url_attribute() const {
    return contains(url_attributes, attribute_) && !(attribute_ == "data" && element_ != "object");
}

void Markup::step(std::string& out, const std::string& text, std::size_t& at) {
    const char c = text[at];
    switch (place_) {
        case Place::text: step_text(out, text, at); return;
        case Place::raw_text: step_raw_text(out, text, at); return;
        case Place::tag:
        case Place::attribute:
        case Place::value_start: step_tag(out, c); ++at; return;
        case Place::quoted:
            out += c;
            ++at;
            if (c == quote_) {
                place_ = Place::tag;
            } else if (!value_has_hole_) {
                prefix_ += c;
            }
            return;
        case Place::unquoted:
            if (is_blank(c) || c == '>') {
                place_ = Place::tag;
                return;  // seen again as part of the tag
            }
            out += c;
            ++at;
            return;
        case Place::comment:
            if (text.compare(at, 3, "-->") == 0) {
                place_ = Place::text;
                at += 3;
            } else {
                ++at;
            }
            return;
    }
}

void Markup::step_text(std::string& out, const std::string& text, std::size_t& at) {
    const char c = text[at];
    if (text.compare(at, 4, "<!--") == 0) {
        place_ = Place::comment;
        at += 4;
        return;
    }
    if (c == '<' && at + 1 < text.size() && text[at + 1] == '/') {
        close_tag(out, text, at);
        return;
    }
    if (c == '<' && at + 1 < text.size() && (is_name(text[at + 1]))) {
        open_tag(out, text, at);
        return;
    }
    if (c == '<') {
        fault("write &lt; for a \"<\" that opens no tag");
    }
    ++at;
    if (!is_blank(c) || keeps_blanks()) {
        out += c;
        return;
    }
    // A run of blanks is one blank; at a line's end it is the line's end.
    bool line_end = c == '\n';
    while (at < text.size() && is_blank(text[at])) {
        line_ += text[at] == '\n' ? 1 : 0;
        line_end = line_end || text[at] == '\n';
        ++at;
    }
    out += line_end ? '\n' : ' ';
}

void Markup::open_tag(std::string& out, const std::string& text, std::size_t& at) {
    out += '<';
    ++at;
    element_.clear();
    while (at < text.size() && is_name(text[at])) {
        element_ += lower(text[at]);
        out += text[at++];
    }
    place_ = Place::tag;
    attribute_.clear();
    last_was_slash_ = false;
}

void Markup::close_tag(std::string& out, const std::string& text, std::size_t& at) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) {
        fault("a closing tag is not complete");
    }
    std::string name;
    for (std::size_t i = at + 2; i < end && is_name(text[i]); ++i) {
        name += lower(text[i]);
    }
    if (open_.empty() || open_.back() != name) {
        fault("</" + name + "> closes nothing; " + (open_.empty() ? "no element is open" : "<" + open_.back() + "> is open"));
    }
    open_.pop_back();
    out += "</" + name + ">";
    at = end + 1;
}

void Markup::step_tag(std::string& out, char c) {
    if (place_ == Place::value_start && !is_blank(c)) {
        prefix_.clear();
        value_has_hole_ = false;
        quote_ = c;
        place_ = c == '"' || c == '\'' ? Place::quoted : Place::unquoted;
        if (c == '>') {
            fault("an attribute has no value after \"=\"");
        }
        out += c;
        return;
    }
    if (needs_blank_ && !is_blank(c) && c != '>' && c != '/') {
        fault("a blank is missing between two attributes");
    }
    needs_blank_ = false;
    if (c == '>') {
        out += c;
        end_tag(last_was_slash_);
        return;
    }
    if (is_blank(c)) {
        if (!out.empty() && out.back() != ' ') {
            out += ' ';
        } else if (out.empty()) {
            out += ' ';
        }
        place_ = place_ == Place::attribute ? Place::tag : place_;
        return;
    }
    out += c;
    last_was_slash_ = c == '/';
    if (c == '=') {
        place_ = Place::value_start;
    } else if (is_name(c)) {
        if (place_ != Place::attribute) {
            attribute_.clear();
            place_ = Place::attribute;
        }
        attribute_ += lower(c);
    } else if (c != '/') {
        fault(std::string("\"") + c + "\" is not expected in a tag");
    }
}

void Markup::end_tag(bool self_closed) {
    place_ = element_ == "script" || element_ == "style" ? Place::raw_text : Place::text;
    attribute_.clear();
    if (!self_closed && !contains(void_elements, element_)) {
        open_.push_back(element_);
    } else {
        place_ = Place::text;
    }
}

void Markup::step_raw_text(std::string& out, const std::string& text, std::size_t& at) {
    if (text.compare(at, 2, "</") == 0) {
        place_ = Place::text;
        close_tag(out, text, at);
        return;
    }
    fault("scripts and styles stand in files of their own: the pages allow no inline ones");
}

Markup::Escape Markup::hole(unsigned line) {
    line_ = line;
    switch (place_) {
        case Place::text: return Escape::text;
        case Place::raw_text: fault("no hole may stand in a script or style");
        case Place::tag:
        case Place::attribute: fault("no hole may stand in a tag, but in a quoted attribute value");
        case Place::value_start:
        case Place::unquoted: fault("quote the value of \"" + attribute_ + "\": no hole may stand in an unquoted one");
        case Place::comment: fault("no hole may stand in an HTML comment");
        case Place::quoted: break;
    }
    if (attribute_.starts_with("on")) {
        fault("no hole may stand in \"" + attribute_ + "\": it is a script");
    }
    if (contains(forbidden_attributes, attribute_)) {
        fault("no hole may stand in \"" + attribute_ + "\"");
    }
    const bool first = !value_has_hole_;
    value_has_hole_ = true;
    if (!is_url_attribute()) {
        return Escape::attribute;
    }
    if (!first) {
        return Escape::url_part;
    }
    if (prefix_.empty()) {
        return Escape::url;
    }
    if (!is_safe_url_prefix(prefix_)) {
        fault("\"" + attribute_ + "\" begins with \"" + prefix_ + "\": a URL with a hole begins with a path (/…), a query, a "
              "fragment, https://HOST/, or is a Url");
    }
    return Escape::url_part;
}

void Markup::need_text(unsigned line, const std::string& what) const {
    if (place_ != Place::text) {
        throw Fault(file_, line, what + " stands between tags, not inside one");
    }
}

void Markup::need_certain_url(unsigned line) const {
    if (place_ == Place::quoted && is_url_attribute()) {
        throw Fault(file_, line, "no condition or loop stands inside a URL: let the view give a Url");
    }
}

void Markup::need_end(unsigned line) const {
    if (place_ != Place::text) {
        throw Fault(file_, line, "the template ends inside a tag");
    }
    if (!open_.empty()) {
        throw Fault(file_, line, "<" + open_.back() + "> is not closed");
    }
}

}  // namespace wasl::templates
