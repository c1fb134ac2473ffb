// What is drawn and not written: the zellige band, the star of the letterhead, QR codes.
#pragma once

#include "paper/impl/text.hpp"
#include "paper/qr.hpp"

namespace wasl::paper {

// A band of eight-pointed stars from x, `width` wide, its top at y.
void draw_band(cairo_t* cr, double x, double y, double width, double height);
// The eight-pointed star (khatam) around a centre.
void draw_star(cairo_t* cr, double x, double y, double radius);
// The code with its quiet zone inside a square of `side` points.
void draw_qr(cairo_t* cr, const Qr& qr, double x, double y, double side);

void fill_box(cairo_t* cr, double x, double y, double width, double height, Colour colour);
void rule(cairo_t* cr, double x, double y, double width, Colour colour, double thickness = 0.6);

}  // namespace wasl::paper
