#include "paper/impl/ornament.hpp"

#include <cmath>
#include <numbers>

namespace wasl::paper {
namespace {

// Two squares, one turned by an eighth: sixteen corners, the inner ones where the squares cross.
void star_path(cairo_t* cr, double x, double y, double radius, double turn) {
    const double inner = radius * std::cos(std::numbers::pi / 4) / std::cos(std::numbers::pi / 8);
    for (int corner = 0; corner < 16; ++corner) {
        const double angle = turn + corner * std::numbers::pi / 8;
        const double reach = corner % 2 == 0 ? radius : inner;
        const double px = x + reach * std::cos(angle), py = y + reach * std::sin(angle);
        corner == 0 ? cairo_move_to(cr, px, py) : cairo_line_to(cr, px, py);
    }
    cairo_close_path(cr);
}

}  // namespace

void fill_box(cairo_t* cr, double x, double y, double width, double height, Colour colour) {
    set_colour(cr, colour);
    cairo_rectangle(cr, x, y, width, height);
    cairo_fill(cr);
}

void rule(cairo_t* cr, double x, double y, double width, Colour colour, double thickness) {
    fill_box(cr, x, y - thickness / 2, width, thickness, colour);
}

void draw_band(cairo_t* cr, double x, double y, double width, double height) {
    constexpr Colour ground{0.86, 0.91, 0.87};
    constexpr Colour heart{0.965, 0.95, 0.90};
    cairo_save(cr);
    fill_box(cr, x, y, width, height, ground);
    cairo_rectangle(cr, x, y, width, height);
    cairo_clip(cr);
    // Stars that touch at their points; a whole number of them, so that the band ends as it begins.
    const int count = std::max(1, static_cast<int>(std::round(width / height)));
    const double step = width / count, radius = step / 2;
    const double middle = y + height / 2;
    set_colour(cr, green);
    for (int star = 0; star < count; ++star) {
        star_path(cr, x + step * (star + 0.5), middle, radius, 0);
    }
    cairo_fill(cr);
    set_colour(cr, heart);
    for (int star = 0; star < count; ++star) {
        star_path(cr, x + step * (star + 0.5), middle, radius * 0.42, std::numbers::pi / 8);
    }
    cairo_fill(cr);
    cairo_restore(cr);
    rule(cr, x, y - 1.2, width, green, 0.7);
    rule(cr, x, y + height + 1.2, width, green, 0.7);
}

void draw_star(cairo_t* cr, double x, double y, double radius) {
    set_colour(cr, green);
    star_path(cr, x, y, radius, 0);
    cairo_fill(cr);
    set_colour(cr, {1, 1, 1});
    cairo_set_line_width(cr, radius * 0.05);
    star_path(cr, x, y, radius * 0.80, 0);
    cairo_stroke(cr);
    star_path(cr, x, y, radius * 0.52, std::numbers::pi / 8);
    cairo_fill(cr);
    set_colour(cr, green);
    star_path(cr, x, y, radius * 0.26, 0);
    cairo_fill(cr);
}

void draw_qr(cairo_t* cr, const Qr& qr, double x, double y, double side) {
    fill_box(cr, x, y, side, side, {1, 1, 1});
    const double module = side / (qr.size() + 2 * quiet_zone);
    set_colour(cr, {0, 0, 0});
    for (int row = 0; row < qr.size(); ++row) {
        for (int column = 0; column < qr.size();) {
            int run = 0;
            while (column + run < qr.size() && qr.dark(column + run, row)) {
                ++run;
            }
            if (run > 0) {
                cairo_rectangle(cr, x + (column + quiet_zone) * module, y + (row + quiet_zone) * module, run * module, module);
            }
            column += std::max(run, 1);
        }
    }
    cairo_fill(cr);
}

}  // namespace wasl::paper
