// Setting text: Pango layouts at 72 units an inch, so that one unit is one point.
#pragma once

#include "lingua/language.hpp"

#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::paper {

struct Colour {
    double r = 0, g = 0, b = 0;
};
inline constexpr Colour ink{0.11, 0.106, 0.098};
inline constexpr Colour quiet{0.36, 0.34, 0.31};      // labels, footers: 7:1 on white
inline constexpr Colour hairline{0.80, 0.78, 0.74};
inline constexpr Colour green{0.047, 0.353, 0.243};
inline constexpr Colour green_tint{0.945, 0.965, 0.95};
inline constexpr Colour red{0.655, 0.11, 0.09};
inline constexpr Colour red_tint{0.992, 0.953, 0.945};

void set_colour(cairo_t* cr, Colour colour);

enum class Side { start, centre, end };  // of the reading direction
enum class Weight { regular, bold };

struct Style {
    double size = 10.5;  // points
    Weight weight = Weight::regular;
    Colour colour = ink;
    Side side = Side::start;
    bool tabular = false;  // references and codes: figures of one width
};

struct FreeObject {
    void operator()(gpointer object) const { g_object_unref(object); }
};

// One line of a set text: where it stands in its layout.
struct Line {
    double x = 0;         // from the left of the layout's box
    double height = 0;    // the whole line, logical
    double baseline = 0;  // from the top of the line
};

// A text set to a width. Copies share the layout.
class SetText {
public:
    SetText() = default;
    SetText(std::shared_ptr<PangoLayout> layout, Colour colour);

    [[nodiscard]] double height() const;
    [[nodiscard]] double natural_width() const;
    [[nodiscard]] std::size_t line_count() const { return lines_.size(); }
    [[nodiscard]] const Line& line(std::size_t index) const { return lines_[index]; }
    void draw(cairo_t* cr, double x, double y) const;                          // the whole, top left at (x, y)
    void draw_line(cairo_t* cr, std::size_t index, double x, double y) const;  // one line, its top at y

private:
    std::shared_ptr<PangoLayout> layout_;
    Colour colour_;
    std::vector<Line> lines_;
};

// Sets texts for one paper. Owns its Pango context; the font map belongs to the thread (Pango's are not thread-safe).
class Typesetter {
public:
    Typesetter(lingua::Language language, double scale);

    // Whether fonts for Arabic, Tifinagh and Latin are installed.
    static bool fonts_present();

    [[nodiscard]] SetText set(std::string_view text, double width, const Style& style) const;
    // In another language than the paper's: the letterhead.
    [[nodiscard]] SetText set(std::string_view text, double width, const Style& style, lingua::Language language) const;
    [[nodiscard]] bool rtl() const noexcept { return rtl_; }
    [[nodiscard]] double scale() const noexcept { return scale_; }

private:
    std::unique_ptr<PangoContext, FreeObject> context_;
    lingua::Language language_;
    double scale_;
    bool rtl_;
};

// Each line of the text between FSI and PDI.
std::string isolated_lines(std::string_view text);
// Control characters but the line feed become blanks.
std::string printable(std::string_view text);

// Words such as 2026-02-03, 2-22-141, 09/12345 or an address: what must neither be turned round in an Arabic line nor be
// broken at its marks. Byte ranges, in order.
struct Range {
    std::size_t begin = 0, end = 0;
};
std::vector<Range> steady_words(std::string_view text);
// The same text with those words between LRI and PDI.
std::string with_steady_words(std::string_view text);

}  // namespace wasl::paper
