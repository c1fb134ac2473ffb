#include "paper/impl/layout.hpp"

#include "paper/impl/ornament.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::paper {
namespace {

constexpr double tallest_piece = 260;  // points; what is higher is divided line by line

void tagged(cairo_t* cr, const char* tag, const std::function<void()>& draw) {
    cairo_tag_begin(cr, tag, "");
    draw();
    cairo_tag_end(cr, tag);
}

}  // namespace

void Layout::put(Strip strip) {
    strip.element = element_;
    strips_.push_back(std::move(strip));
}

void Layout::lines(const SetText& text, double x, double before, const char* tag, bool keep_last) {
    const std::size_t count = text.line_count();
    for (std::size_t index = 0; index < count; ++index) {
        Strip strip;
        strip.height = text.line(index).height;
        strip.before = index == 0 ? before : 0;
        // Two lines at least on either side of a break.
        strip.keep_next = index + 1 < count ? index == 0 || index + 2 == count : keep_last;
        strip.tag = tag;
        strip.draw = [text, index, x](cairo_t* cr, double y) { text.draw_line(cr, index, x, y); };
        put(std::move(strip));
    }
}

void Layout::title(const Paper& paper) {
    const auto centred = [&](std::string_view text, double size, Weight weight, Colour colour, bool tabular = false) {
        return type_.set(text, column_.width, {size, weight, colour, Side::centre, tabular});
    };
    if (!paper.kind.empty()) {
        ++element_;
        lines(centred(paper.kind, 10.5, Weight::regular, green), column_.x, 0, "P", true);
    }
    ++element_;
    lines(centred(paper.title, 19, Weight::bold, ink), column_.x, space(1), "H1", true);
    if (!paper.reference.empty()) {
        ++element_;
        lines(centred(isolated_lines(paper.reference), 11, Weight::bold, quiet, true), column_.x, space(3), "P", true);
    }
    ++element_;
    Strip strip;
    strip.height = space(10);
    strip.keep_next = true;
    strip.draw = [column = column_](cairo_t* cr, double y) {
        const double middle = column.x + column.width / 2;
        rule(cr, middle - 22, y + 6, 44, green, 1.4);
    };
    put(std::move(strip));
}

void Layout::add(const Block& block) {
    std::visit([this](const auto& one) { add(one); }, block);
}

void Layout::add(const Heading& heading) {
    ++element_;
    lines(type_.set(heading.text, column_.width, {12.5, Weight::bold, green}), column_.x, space(11), "H2", true);
    // A heading is never the last thing on a page.
    ++element_;
    Strip gap;
    gap.height = space(type_.rtl() ? 0 : 1.5);
    gap.keep_next = true;
    gap.draw = [](cairo_t*, double) {};
    put(std::move(gap));
}

void Layout::add(const Paragraph& paragraph) {
    for (const std::string_view text : split(paragraph.text, '\n')) {
        if (trim(text).empty()) {
            continue;
        }
        ++element_;
        const Style style{paragraph.small ? 8.8 : 10.5, Weight::regular, paragraph.small ? quiet : ink};
        lines(type_.set(text, column_.width, style), column_.x, space(type_.rtl() ? 4 : 6), "P");
    }
}

void Layout::add(const Rows& rows) {
    ++element_;
    for (std::size_t index = 0; index < rows.rows.size(); ++index) {
        const bool last = index + 1 == rows.rows.size();
        large_ ? stacked_row(rows.rows[index], last) : row(rows.rows[index], last);
        if (index == 0) {
            strips_.back().before = std::max(strips_.back().before, space(7));
        }
    }
}

void Layout::row(const Row& row, bool last) {
    // Arabic lines are higher in themselves.
    const double gap = space(14), pad = space(type_.rtl() ? 1.9 : 3.6);
    const double label_width = column_.width * 0.33, value_width = column_.width - label_width - gap;
    const bool rtl = type_.rtl();
    const double label_x = rtl ? column_.x + column_.width - label_width : column_.x;
    const double value_x = rtl ? column_.x : column_.x + label_width + gap;
    const SetText label = type_.set(row.label, label_width, {9.6, Weight::regular, quiet});
    const SetText value = type_.set(isolated_lines(row.value), value_width,
                                    {row.strong ? 12.5 : 10.5, row.strong ? Weight::bold : Weight::regular, ink});
    if (value.height() > tallest_piece) {
        lines(label, label_x, pad, "P", true);
        lines(value, value_x, 0, "P");
        return;
    }
    Strip strip;
    strip.tag = "Table";
    // The first lines of label and value stand on one baseline.
    const double label_down = std::max(0.0, value.line(0).baseline - label.line(0).baseline);
    const double value_down = std::max(0.0, label.line(0).baseline - value.line(0).baseline);
    strip.height = std::max(label.height() + label_down, value.height() + value_down) + 2 * pad;
    strip.draw = [=, column = column_, height = strip.height](cairo_t* cr, double y) {
        tagged(cr, "TR", [&] {
            tagged(cr, "TH", [&] { label.draw(cr, label_x, y + pad + label_down); });
            tagged(cr, "TD", [&] { value.draw(cr, value_x, y + pad + value_down); });
        });
        if (!last) {
            rule(cr, column.x, y + height, column.width, hairline, 0.5);
        }
    };
    put(std::move(strip));
}

void Layout::stacked_row(const Row& row, bool last) {
    const SetText label = type_.set(row.label, column_.width, {8.6, Weight::regular, quiet});
    const SetText value = type_.set(isolated_lines(row.value), column_.width, {row.strong ? 12.0 : 10.5, Weight::bold, ink});
    const double pad = space(3.2);
    if (label.height() + value.height() > tallest_piece) {
        lines(label, column_.x, pad, "P", true);
        lines(value, column_.x, 0, "P");
        return;
    }
    Strip strip;
    strip.tag = "Table";
    strip.height = label.height() + value.height() + 2 * pad;
    strip.draw = [=, column = column_, height = strip.height](cairo_t* cr, double y) {
        tagged(cr, "TR", [&] {
            tagged(cr, "TH", [&] { label.draw(cr, column.x, y + pad); });
            tagged(cr, "TD", [&] { value.draw(cr, column.x, y + pad + label.height()); });
        });
        if (!last) {
            rule(cr, column.x, y + height, column.width, hairline, 0.7);
        }
    };
    put(std::move(strip));
}

void Layout::add(const List& list) {
    ++element_;
    const double indent = space(list.numbered && list.items.size() > 9 ? 21 : 15);
    const bool rtl = type_.rtl();
    const double text_x = rtl ? column_.x : column_.x + indent;
    const double mark_x = rtl ? column_.x + column_.width - indent : column_.x;
    for (std::size_t index = 0; index < list.items.size(); ++index) {
        const SetText text = type_.set(list.items[index], column_.width - indent, Style{});
        const SetText number = type_.set(std::to_string(index + 1) + ".", indent, {10.5, Weight::bold, green});
        for (std::size_t at = 0; at < text.line_count(); ++at) {
            Strip strip;
            strip.tag = "L";
            strip.height = text.line(at).height;
            strip.before = at == 0 ? space(index == 0 ? 4 : type_.rtl() ? 1 : 3) : 0;
            strip.keep_next = at + 1 < text.line_count() && (at == 0 || at + 2 == text.line_count());
            strip.draw = [=, this_size = space(3.6), numbered = list.numbered](cairo_t* cr, double y) {
                tagged(cr, "LI", [&] {
                    if (at == 0 && numbered) {
                        tagged(cr, "Lbl", [&] { number.draw(cr, mark_x, y + text.line(0).baseline - number.line(0).baseline); });
                    }
                    tagged(cr, "LBody", [&] { text.draw_line(cr, at, text_x, y); });
                });
                if (at == 0 && !numbered) {
                    const double left = rtl ? mark_x + indent - this_size - 2 : mark_x + 2;
                    fill_box(cr, left, y + text.line(0).baseline - this_size * 1.6, this_size, this_size, green);
                }
            };
            put(std::move(strip));
        }
    }
}

void Layout::add(const Notice& notice) {
    const Colour strong = notice.grave ? red : green, tint = notice.grave ? red_tint : green_tint;
    const double bar = space(3.4), pad = space(9);
    const bool rtl = type_.rtl();
    const double width = column_.width - bar - 2 * pad;
    const double x = rtl ? column_.x + pad : column_.x + bar + pad;
    const auto ground = [=, column = column_](cairo_t* cr, double y, double height) {
        fill_box(cr, column.x, y, column.width, height, tint);
        fill_box(cr, rtl ? column.x + column.width - bar : column.x, y, bar, height, strong);
    };
    const auto padding = [&](double before, bool keep) {
        Strip strip;
        strip.height = pad * 0.7;
        strip.before = before;
        strip.keep_next = keep;
        strip.draw = [=, height = pad * 0.7 + 0.3](cairo_t* cr, double y) { ground(cr, y, height); };
        put(std::move(strip));
    };
    const auto inside = [&](const SetText& text, const char* tag, bool keep_last) {
        const std::size_t first = strips_.size();
        lines(text, x, 0, tag, keep_last);
        for (std::size_t at = first; at < strips_.size(); ++at) {
            // Under each line its own part of the ground, a hair higher so that no seam shows.
            strips_[at].draw = [=, draw = std::move(strips_[at].draw), height = strips_[at].height + 0.3](cairo_t* cr, double y) {
                ground(cr, y, height);
                draw(cr, y);
            };
        }
    };
    ++element_;
    padding(space(9), true);
    if (!notice.title.empty()) {
        ++element_;
        inside(type_.set(notice.title, width, {11, Weight::bold, strong}), "P", true);
    }
    for (const std::string_view text : split(notice.text, '\n')) {
        ++element_;
        inside(type_.set(text, width, Style{}), "P", true);
    }
    padding(0, false);
}

void Layout::add(const Scan& scan) {
    const auto qr = Qr::encode(scan.address);
    if (!qr) return;
    ++element_;
    const double side = space(78), gap = space(10), width = column_.width - side - gap;
    const bool rtl = type_.rtl();
    const double text_x = rtl ? column_.x : column_.x + side + gap, code_x = rtl ? column_.x + width + gap : column_.x;
    const SetText title = type_.set(scan.title, width, {11, Weight::bold, green});
    const SetText text = type_.set(scan.text, width, {9.4, Weight::regular, ink});
    const double words = title.height() + text.height() + space(3);
    Strip strip;
    strip.tag = "Sect";
    strip.before = space(8);
    strip.height = std::max(side, words);
    strip.draw = [=, code = *qr, height = strip.height, lines_gap = space(3)](cairo_t* cr, double y) {
        tagged(cr, "Figure", [&] { draw_qr(cr, code, code_x, y + (height - side) / 2, side); });
        const double top = y + (height - words) / 2;
        tagged(cr, "P", [&] { title.draw(cr, text_x, top); });
        tagged(cr, "P", [&] { text.draw(cr, text_x, top + title.height() + lines_gap); });
    };
    put(std::move(strip));
}

void Layout::add(const Signature& signature) {
    ++element_;
    const double width = column_.width * 0.52;
    const double x = type_.rtl() ? column_.x : column_.x + column_.width - width;
    const auto centred = [&](const std::string& text, double size, Weight weight, Colour colour) {
        return type_.set(text, width, {size, weight, colour, Side::centre});
    };
    std::vector<SetText> texts;
    for (const auto& [text, size, weight, colour] :
         {std::tuple{signature.place_and_date, 9.6, Weight::regular, quiet}, {signature.role, 10.5, Weight::regular, ink},
          {signature.name, 12.0, Weight::bold, ink}, {signature.by, 8.8, Weight::regular, quiet}}) {
        if (!text.empty()) {
            texts.push_back(centred(text, size, weight, colour));
        }
    }
    Strip strip;
    strip.before = space(12);
    for (const SetText& text : texts) {
        strip.height += text.height() + space(1.5);
    }
    strip.draw = [texts, x, gap = space(1.5)](cairo_t* cr, double y) {
        for (const SetText& text : texts) {
            text.draw(cr, x, y);
            y += text.height() + gap;
        }
    };
    put(std::move(strip));
}

}  // namespace wasl::paper
