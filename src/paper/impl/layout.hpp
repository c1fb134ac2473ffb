// Blocks become strips: pieces as high as a line, a row or a box, which no page break divides.
#pragma once

#include "paper/impl/text.hpp"
#include "paper/paper.hpp"

#include <functional>

namespace wasl::paper {

struct Strip {
    double height = 0;
    double before = 0;       // gap above; dropped at the top of a page
    bool keep_next = false;  // stays on the page of the strip after it
    int element = 0;         // strips of one structure element (a paragraph, a table) share a number
    const char* tag = "P";   // of ISO 32000-1, 14.8.4: P, H1, H2, Table, L
    std::function<void(cairo_t*, double y)> draw;
};

// The column of text on a page.
struct Column {
    double x = 0;
    double width = 0;
};

class Layout {
public:
    Layout(const Typesetter& typesetter, Column column, bool large) : type_(typesetter), column_(column), large_(large) {}

    void title(const Paper& paper);
    void add(const Block& block);
    [[nodiscard]] std::vector<Strip> take() { return std::move(strips_); }

private:
    void add(const Heading& heading);
    void add(const Paragraph& paragraph);
    void add(const Rows& rows);
    void add(const List& list);
    void add(const Notice& notice);
    void add(const Signature& signature);
    void add(const Scan& scan);  // its address fits a code: render() has asked

    void row(const Row& row, bool last);
    void stacked_row(const Row& row, bool last);
    // A text line by line at `x`; no line stands alone on a page.
    void lines(const SetText& text, double x, double before, const char* tag, bool keep_last = false);
    void put(Strip strip);
    [[nodiscard]] double space(double points) const { return points * type_.scale(); }

    const Typesetter& type_;
    Column column_;
    bool large_;
    std::vector<Strip> strips_;
    int element_ = 0;
};

}  // namespace wasl::paper
