#include "paper/impl/ornament.hpp"
#include "paper/impl/sheet.hpp"
#include "paper/paper.hpp"

#include "base/text.hpp"

namespace wasl::paper {
namespace {

constexpr int columns = 2, rows = 4;
constexpr double edge = 28;  // printers cannot reach the rim
constexpr double card_width = (page_width - 2 * edge) / columns, card_height = (page_height - 2 * edge) / rows;

void cut_lines(cairo_t* cr) {
    set_colour(cr, hairline);
    cairo_set_line_width(cr, 0.5);
    const double dashes[] = {3, 3};
    cairo_set_dash(cr, dashes, 2, 0);
    for (int column = 0; column <= columns; ++column) {
        cairo_move_to(cr, edge + column * card_width, edge);
        cairo_line_to(cr, edge + column * card_width, page_height - edge);
    }
    for (int row = 0; row <= rows; ++row) {
        cairo_move_to(cr, edge, edge + row * card_height);
        cairo_line_to(cr, page_width - edge, edge + row * card_height);
    }
    cairo_stroke(cr);
    cairo_set_dash(cr, nullptr, 0, 0);
}

Result<void> draw_card(cairo_t* cr, const Typesetter& type, const Label& label, double x, double y) {
    const Qr qr = TRY(Qr::encode(label.link));
    constexpr double pad = 14, card_code_side = 104;
    const double width = card_width - 2 * pad;
    x += pad;
    y += pad;
    draw_band(cr, x, y, width, 5);
    y += 12;
    const SetText authority = type.set(label.authority, width, {9, Weight::bold, green});
    const SetText title = type.set(label.title, width, {11.5, Weight::bold, ink});
    authority.draw(cr, x, y);
    y += authority.height() + 1;
    // A long title gives way to the code below it.
    for (std::size_t line = 0; line < std::min<std::size_t>(title.line_count(), 2); ++line) {
        title.draw_line(cr, line, x, y);
        y += title.line(line).height;
    }
    const SetText reference = type.set(isolated_lines(label.reference), width, {8.8, Weight::regular, quiet, Side::start, true});
    reference.draw_line(cr, 0, x, y);
    y += reference.line(0).height + 6;
    const double text_width = width - card_code_side - 8;
    const double text_x = type.rtl() ? x + card_code_side + 8 : x;
    draw_qr(cr, qr, type.rtl() ? x - 4 : x + width - card_code_side + 4, y, card_code_side);
    const SetText code = type.set(isolated_lines(label.code), text_width, {19, Weight::bold, ink, Side::start, true});
    const SetText explanation = type.set(label.explanation, text_width, {8.8, Weight::regular, ink});
    for (const SetText* text : {&code, &explanation}) {
        text->draw(cr, text_x, y);
        y += text->height() + 4;
    }
    return {};
}

}  // namespace

Result<Pdf> render_labels(const std::vector<Label>& labels, lingua::Language language, Instant created) {
    for (const Label& label : labels) {
        for (const std::string* text : {&label.authority, &label.title, &label.reference, &label.code, &label.explanation, &label.link}) {
            if (!is_utf8(*text)) {
                return fail(Code::invalid, "paper.text-malformed");
            }
        }
    }
    if (labels.empty() || labels.size() > static_cast<std::size_t>(most_pages) * columns * rows) {
        return fail(Code::too_large, "paper.too-long", std::to_string(labels.size()) + " labels");
    }
    if (!Typesetter::fonts_present()) {
        return fail(Code::unavailable, "paper.fonts-missing", "install the package fonts-noto-core");
    }
    const Typesetter type(language, 1.0);
    Document document(labels.front().authority, labels.front().authority, "", created);
    int pages = 0;
    for (std::size_t index = 0; index < labels.size(); ++index) {
        const int place = static_cast<int>(index % (columns * rows));
        if (place == 0) {
            if (pages++ > 0) {
                cairo_show_page(document.cr());
            }
            cut_lines(document.cr());
        }
        const int column = place % columns, row = place / columns;
        TRY(draw_card(document.cr(), type, labels[index], edge + column * card_width, edge + row * card_height));
    }
    cairo_show_page(document.cr());
    return Pdf{TRY(document.finish(language)), pages};
}

}  // namespace wasl::paper
