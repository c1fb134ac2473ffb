// Where in an HTML document a template stands, so that each hole is escaped for its place
// (WHATWG HTML 13.2.5, the states that well-formed templates reach).
#pragma once

#include "ast.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::templates {

enum class Place {
    text,         // between tags
    raw_text,     // inside script or style
    tag,          // inside a tag, where attributes stand
    attribute,    // in an attribute name
    value_start,  // after '='
    quoted,       // in a quoted attribute value
    unquoted,     // in an unquoted attribute value
    comment,
};

class Markup {
public:
    explicit Markup(std::string file) : file_(std::move(file)) {}

    // Follows literal markup and returns it without the blanks that mean nothing.
    std::string literal(const std::string& text, unsigned line);

    enum class Escape { text, attribute, url, url_part };
    // How to escape a hole here; throws Fault where no hole may stand.
    Escape hole(unsigned line);
    // Throws unless between tags, where markup may be inserted.
    void need_text(unsigned line, const std::string& what) const;
    // Throws unless the template may end here.
    void need_end(unsigned line) const;

    // Throws inside the value of a URL attribute: its beginning must be known for certain.
    void need_certain_url(unsigned line) const;

    // After a condition: an attribute that a branch wrote is complete, nothing may be glued to its name.
    void end_branches() {
        if (place_ == Place::attribute) {
            place_ = Place::tag;
            needs_blank_ = true;
        }
    }

    // The part of the state that all branches of a condition must leave alike.
    bool operator==(const Markup& other) const {
        const auto is_between = [](Place p) { return p == Place::tag || p == Place::attribute; };
        const bool in_tag = place_ != Place::text;
        const bool in_value = in_tag && !is_between(place_);
        return (place_ == other.place_ || (is_between(place_) && is_between(other.place_))) && open_ == other.open_ && (!in_tag || element_ == other.element_) &&
               (!in_value || attribute_ == other.attribute_);
    }

private:
    void step(std::string& out, const std::string& text, std::size_t& at);
    void step_text(std::string& out, const std::string& text, std::size_t& at);
    void open_tag(std::string& out, const std::string& text, std::size_t& at);
    void close_tag(std::string& out, const std::string& text, std::size_t& at);
    void step_tag(std::string& out, char c);
    void end_tag(bool self_closed);
    void step_raw_text(std::string& out, const std::string& text, std::size_t& at);
    [[nodiscard]] bool keeps_blanks() const;
    [[nodiscard]] bool is_url_attribute() const;
    [[noreturn]] void fault(const std::string& what) const { throw Fault(file_, line_, what); }

    std::string file_;
    unsigned line_ = 1;
    Place place_ = Place::text;
    std::vector<std::string> open_;  // elements not yet closed
    std::string element_;            // of the tag we are in
    std::string attribute_;
    std::string prefix_;             // literal beginning of the value
    bool value_has_hole_ = false;
    bool last_was_slash_ = false;
    bool needs_blank_ = false;
    char quote_ = '"';
};

}  // namespace wasl::templates
