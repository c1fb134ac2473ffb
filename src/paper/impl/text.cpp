#include "paper/impl/text.hpp"

#include "base/text.hpp"

#include <algorithm>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// fontconfig keeps offsets instead of pointers, which a leak checker cannot follow.
// The name is the sanitizer's own.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif
#endif

namespace wasl::paper {
namespace {

constexpr const char* families = "Noto Sans, Noto Naskh Arabic, Noto Sans Tifinagh";

PangoFontMap* thread_font_map() {
    static thread_local const std::unique_ptr<PangoFontMap, FreeObject> map = [] {
        PangoFontMap* made = pango_cairo_font_map_new();
        pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(made), 72);
        return std::unique_ptr<PangoFontMap, FreeObject>(made);
    }();
    return map.get();
}

PangoContext* make_context() {
    PangoContext* context = pango_font_map_create_context(thread_font_map());
    // Print: outlines as designed, no pixel grid.
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    return context;
}

double points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

// Pango's LEFT and RIGHT are those of the page while the direction is set by hand.
PangoAlignment alignment(Side side, bool rtl) {
    switch (side) {
        case Side::centre: return PANGO_ALIGN_CENTER;
        case Side::end: return rtl ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;
        case Side::start: break;
    }
    return rtl ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

}  // namespace

void set_colour(cairo_t* cr, Colour colour) { cairo_set_source_rgb(cr, colour.r, colour.g, colour.b); }

SetText::SetText(std::shared_ptr<PangoLayout> layout, Colour colour) : layout_(std::move(layout)), colour_(colour) {
    PangoLayoutIter* at = pango_layout_get_iter(layout_.get());
    do {
        PangoRectangle box;
        pango_layout_iter_get_line_extents(at, nullptr, &box);
        lines_.push_back({points(box.x), points(box.height), points(pango_layout_iter_get_baseline(at) - box.y)});
    } while (pango_layout_iter_next_line(at) != FALSE);
    pango_layout_iter_free(at);
}

double SetText::height() const {
    double total = 0;
    for (const Line& line : lines_) {
        total += line.height;
    }
    return total;
}

double SetText::natural_width() const {
    PangoRectangle box;
    pango_layout_get_extents(layout_.get(), nullptr, &box);
    return points(box.width);
}

void SetText::draw(cairo_t* cr, double x, double y) const {
    for (std::size_t index = 0; index < lines_.size(); ++index) {
        draw_line(cr, index, x, y);
        y += lines_[index].height;
    }
}

void SetText::draw_line(cairo_t* cr, std::size_t index, double x, double y) const {
    set_colour(cr, colour_);
    cairo_move_to(cr, x + lines_[index].x, y + lines_[index].baseline);
    pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout_.get(), static_cast<int>(index)));
}

Typesetter::Typesetter(lingua::Language language, double scale)
    : context_(make_context()), language_(language), scale_(scale),
      rtl_(lingua::direction(language) == lingua::Direction::rtl) {}

bool Typesetter::fonts_present() {
    for (const char* family : {"Noto Sans", "Noto Naskh Arabic", "Noto Sans Tifinagh"}) {
        if (pango_font_map_get_family(thread_font_map(), family) == nullptr) {
            return false;
        }
    }
    return true;
}

SetText Typesetter::set(std::string_view text, double width, const Style& style) const {
    return set(text, width, style, language_);
}

SetText Typesetter::set(std::string_view text, double width, const Style& style, lingua::Language language) const {
    const bool rtl = lingua::direction(language) == lingua::Direction::rtl;
    pango_context_set_base_dir(context_.get(), rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_context_set_language(context_.get(), pango_language_from_string(std::string(lingua::tag(language)).c_str()));
    const std::shared_ptr<PangoLayout> layout(pango_layout_new(context_.get()), FreeObject{});
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family_static(font, families);
    pango_font_description_set_weight(font, style.weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, style.size * scale_ * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    PangoAttrList* attributes = pango_attr_list_new();
    if (style.tabular) {
        pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1, liga=0"));
    }
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_auto_dir(layout.get(), FALSE);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    if (width > 0) {
        pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    }
    pango_layout_set_alignment(layout.get(), alignment(style.side, rtl));
    const std::string clean = rtl ? with_steady_words(printable(text)) : printable(text);
    for (const Range& word : steady_words(clean)) {
        // Only what surely fits on a line of its own is kept whole.
        if (width > 0 && static_cast<double>(word.end - word.begin) * style.size * scale_ * 0.57 < width) {
            PangoAttribute* whole = pango_attr_allow_breaks_new(FALSE);
            whole->start_index = static_cast<guint>(word.begin);
            whole->end_index = static_cast<guint>(word.end);
            pango_attr_list_insert(attributes, whole);
        }
    }
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout.get(), clean.data(), static_cast<int>(clean.size()));
    return {layout, style.colour};
}

std::vector<Range> steady_words(std::string_view text) {
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view marks = "-/+:.@_?=&%,";
    std::vector<Range> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && (letters.find(text[end]) != std::string_view::npos || marks.find(text[end]) != std::string_view::npos)) {
            ++end;
        }
        Range word{at, end};
        at = end == at ? at + 1 : end;
        while (word.begin < word.end && text[word.begin] != '+' && letters.find(text[word.begin]) == std::string_view::npos) {
            ++word.begin;
        }
        while (word.begin < word.end && letters.find(text[word.end - 1]) == std::string_view::npos) {
            --word.end;
        }
        const std::string_view inner = text.substr(word.begin, word.end - word.begin);
        const bool digit = inner.find_first_of("0123456789") != std::string_view::npos;
        const bool address = inner.find("://") != std::string_view::npos || inner.find('@') != std::string_view::npos;
        if ((digit && inner.find_first_of(marks) != std::string_view::npos) || address) {
            out.push_back(word);
        }
    }
    return out;
}

std::string with_steady_words(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (const Range& word : steady_words(text)) {
        out += text.substr(done, word.begin - done);
        out += "\u2066";
        out += text.substr(word.begin, word.end - word.begin);
        out += "\u2069";
        done = word.end;
    }
    return out + std::string(text.substr(done));
}

std::string isolated_lines(std::string_view text) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) {
        if (!out.empty()) {
            out += '\n';
        }
        out += "\u2068";
        out += line;
        out += "\u2069";
    }
    return out;
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n') || byte == 0x7F) {
            c = ' ';
        }
    }
    return out;
}

}  // namespace wasl::paper
