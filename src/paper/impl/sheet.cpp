#include "paper/impl/sheet.hpp"

#include "paper/impl/finish.hpp"
#include "paper/impl/ornament.hpp"

#include "base/text.hpp"

#include <cairo-pdf.h>

#include <algorithm>

namespace wasl::paper {
namespace {

constexpr double margin = 54, band_height = 9.5, head_top = 32, foot_y = page_height - 38;
constexpr double code_side = 104, large_code_side = 130;

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Document::Document(const std::string& title, const std::string& author, const std::string& keywords, Instant created)
    : surface_(cairo_pdf_surface_create_for_stream(append_bytes, &bytes_, page_width, page_height)) {
    cairo_pdf_surface_restrict_to_version(surface_, CAIRO_PDF_VERSION_1_5);
    const std::string date = Instant{created.seconds() * 1'000'000}.iso();
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_AUTHOR, author.c_str());
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATOR, "Wasl");
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATE_DATE, date.c_str());
    if (!keywords.empty()) {
        cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_KEYWORDS, keywords.c_str());
    }
    context_ = cairo_create(surface_);
}

Document::~Document() {
    cairo_destroy(context_);
    cairo_surface_destroy(surface_);
}

Result<std::string> Document::finish(lingua::Language language) {
    const cairo_status_t drawn = cairo_status(context_);
    cairo_surface_finish(surface_);
    const cairo_status_t written = cairo_surface_status(surface_);
    for (const cairo_status_t status : {drawn, written}) {
        if (status != CAIRO_STATUS_SUCCESS) {
            return fail(Code::internal, "paper.failed", cairo_status_to_string(status));
        }
    }
    return finish_pdf(std::move(bytes_), lingua::tag(language));
}

Sheet::Sheet(const Paper& paper, const Typesetter& typesetter)
    : paper_(paper), type_(typesetter), column_{margin, page_width - 2 * margin} {}

SetText Sheet::letterhead(const std::vector<std::string>& lines, double width, Side side, lingua::Language language) const {
    // The letterhead keeps its size in large print: it is not what is read.
    const double size = language == lingua::Language::ar ? 10.0 : 9.4;
    return type_.set(join(lines, "\n"), width, {size / type_.scale() * (paper_.large_print ? 1.15 : 1), Weight::bold, ink, side},
                     language);
}

void Sheet::place(const std::vector<Strip>& strips) {
    pages_.emplace_back();
    double y = top_first_;
    for (std::size_t first = 0; first < strips.size();) {
        // A run of strips that stay together; one that is higher than a page breaks where it must.
        std::size_t end = first + 1;
        double run = strips[first].height;
        while (end < strips.size() && strips[end - 1].keep_next) {
            run += strips[end].before + strips[end].height;
            ++end;
        }
        const bool fresh = pages_.back().empty();
        const double whole = bottom_ - top_next_;
        if (!fresh && y + strips[first].before + run > bottom_ && run <= whole) {
            pages_.emplace_back();
            y = top_next_;
        }
        for (; first < end; ++first) {
            const Strip& strip = strips[first];
            double gap = pages_.back().empty() ? 0 : strip.before;
            if (!pages_.back().empty() && y + gap + strip.height > bottom_) {
                pages_.emplace_back();
                y = top_next_;
                gap = 0;
            }
            pages_.back().push_back({&strip, y + gap});
            y += gap + strip.height;
        }
    }
    check_y_ = y;
}

void Sheet::place_verification() {
    if (!qr_) {
        return;
    }
    // At the foot of the last page, where everyone looks for it; on a page of its own only when nothing else is left.
    if (check_y_ + 10 + check_height_ > bottom_) {
        pages_.emplace_back();
    }
    check_y_ = bottom_ - check_height_;
}

void Sheet::draw_banner(cairo_t* cr) const {
    if (paper_.banner.empty()) {
        return;
    }
    fill_box(cr, 0, 0, page_width, 19, red);
    const SetText text = type_.set(paper_.banner, page_width, {9 / type_.scale(), Weight::bold, {1, 1, 1}, Side::centre});
    text.draw(cr, 0, (19 - text.height()) / 2);
}

void Sheet::draw_letterhead(cairo_t* cr) const {
    const double top = head_top, middle = page_width / 2;
    const double side = (column_.width - 90) / 2;
    head_fr_.draw(cr, column_.x, top);
    head_ar_.draw(cr, column_.x + column_.width - side, top);
    const double star = top + 19;
    draw_star(cr, middle, star, 19);
    if (!paper_.authority_zgh.empty()) {
        head_zgh_.draw(cr, middle - 110, star + 24);
    }
    draw_band(cr, column_.x, top + head_height_ + 9, column_.width, band_height);
}

void Sheet::draw_running_head(cairo_t* cr) const {
    const double size = 8.6 / type_.scale() * (paper_.large_print ? 1.3 : 1);
    const SetText title = type_.set(paper_.title, column_.width * 0.52, {size, Weight::regular, quiet});
    const SetText reference =
        type_.set(isolated_lines(paper_.reference), column_.width * 0.46, {size, Weight::regular, quiet, Side::end, true});
    const double far = column_.x + column_.width;
    title.draw_line(cr, 0, type_.rtl() ? far - column_.width * 0.52 : column_.x, 36);
    reference.draw_line(cr, 0, type_.rtl() ? column_.x : far - column_.width * 0.46, 36);
    draw_band(cr, column_.x, 36 + title.line(0).height + 4, column_.width, 4.5);
}

void Sheet::draw_foot(cairo_t* cr, std::size_t page) const {
    rule(cr, column_.x, foot_y - 7, column_.width, hairline);
    const double size = 8.2 / type_.scale() * (paper_.large_print ? 1.3 : 1);
    std::string words = replace_all(paper_.page_words, "{page}", std::to_string(page + 1));
    words = replace_all(std::move(words), "{pages}", std::to_string(pages_.size()));
    const double far = column_.x + column_.width, left_width = column_.width * 0.68, right_width = column_.width * 0.30;
    const SetText footer = type_.set(paper_.footer, left_width, {size, Weight::regular, quiet});
    const SetText number = type_.set(words, right_width, {size, Weight::bold, quiet, Side::end, true});
    footer.draw(cr, type_.rtl() ? far - left_width : column_.x, foot_y - 3);
    number.draw_line(cr, 0, type_.rtl() ? column_.x : far - right_width, foot_y - 3);
}

void Sheet::draw_verification(cairo_t* cr) const {
    const double qr_side = paper_.large_print ? large_code_side : code_side, pad = 12;
    const bool rtl = type_.rtl();
    const double x = column_.x, y = check_y_, width = column_.width;
    fill_box(cr, x, y, width, check_height_, green_tint);
    rule(cr, x, y, width, green, 1.2);
    const double qr_x = rtl ? x + 6 : x + width - 6 - qr_side;
    cairo_tag_begin(cr, "Figure", "");
    draw_qr(cr, *qr_, qr_x, y + (check_height_ - qr_side) / 2, qr_side);
    cairo_tag_end(cr, "Figure");
    const double text_x = rtl ? x + 2 * pad + qr_side : x + pad;
    double text_y = y + std::max(pad, (check_height_ - check_title_.height() - check_text_.height() - check_address_.height() - 8) / 2);
    for (const SetText* text : {&check_title_, &check_text_}) {
        cairo_tag_begin(cr, "P", "");
        text->draw(cr, text_x, text_y);
        cairo_tag_end(cr, "P");
        text_y += text->height() + 4;
    }
    const std::string link = "uri='" + replace_all(paper_.verification->address, "'", "%27") + "'";
    cairo_tag_begin(cr, CAIRO_TAG_LINK, link.c_str());
    check_address_.draw(cr, text_x, text_y);
    cairo_tag_end(cr, CAIRO_TAG_LINK);
}

void Sheet::draw_page(cairo_t* cr, std::size_t page) {
    draw_banner(cr);
    page == 0 ? draw_letterhead(cr) : draw_running_head(cr);
    int element = 0;
    const char* open = nullptr;
    for (const Placed& placed : pages_[page]) {
        if (placed.strip->element != element || open == nullptr) {
            if (open != nullptr) {
                cairo_tag_end(cr, open);
            }
            open = placed.strip->tag;
            element = placed.strip->element;
            cairo_tag_begin(cr, open, "");
        }
        placed.strip->draw(cr, placed.y);
    }
    if (open != nullptr) {
        cairo_tag_end(cr, open);
    }
    if (qr_ && page + 1 == pages_.size()) {
        draw_verification(cr);
    }
    draw_foot(cr, page);
    cairo_show_page(cr);
}

Result<Pdf> Sheet::draw() {
    using lingua::Language;
    const double head_side = (column_.width - 90) / 2;
    head_ar_ = letterhead(paper_.authority_ar, head_side, Side::start, Language::ar);
    head_fr_ = letterhead(paper_.authority_fr, head_side, Side::start, Language::fr);
    head_zgh_ = letterhead(paper_.authority_zgh, 220, Side::centre, Language::zgh);
    head_height_ = std::max({head_ar_.height(), head_fr_.height(),
                             43 + (paper_.authority_zgh.empty() ? 0.0 : head_zgh_.height())});
    top_first_ = head_top + head_height_ + 9 + band_height + 13;
    top_next_ = 36 + (paper_.large_print ? 44 : 36);
    bottom_ = foot_y - 15;
    if (paper_.verification) {
        qr_ = TRY(Qr::encode(paper_.verification->seal_text));
        const double qr_side = paper_.large_print ? large_code_side : code_side;
        const double width = column_.width - qr_side - 36;
        check_title_ = type_.set(paper_.verification->title, width, {12 / (paper_.large_print ? 1.25 : 1), Weight::bold, green});
        check_text_ = type_.set(paper_.verification->explanation, width, {9.4 / (paper_.large_print ? 1.25 : 1), Weight::regular, ink});
        check_address_ = type_.set(isolated_lines(paper_.verification->address), width,
                                   {9.8 / (paper_.large_print ? 1.25 : 1), Weight::bold, green, Side::start, true});
        check_height_ = std::max(qr_side + 10, check_title_.height() + check_text_.height() + check_address_.height() + 32);
    }
    Layout layout(type_, column_, paper_.large_print);
    layout.title(paper_);
    for (const Block& block : paper_.blocks) {
        layout.add(block);
    }
    const std::vector<Strip> strips = layout.take();
    place(strips);
    place_verification();
    if (pages_.size() > most_pages) {
        return fail(Code::too_large, "paper.too-long", std::to_string(pages_.size()) + " pages");
    }
    Document document(paper_.title, paper_.author, paper_.verification ? paper_.verification->seal_text : "", paper_.created);
    cairo_tag_begin(document.cr(), "Document", "");
    for (std::size_t page = 0; page < pages_.size(); ++page) {
        draw_page(document.cr(), page);
    }
    cairo_tag_end(document.cr(), "Document");
    return Pdf{TRY(document.finish(paper_.language)), static_cast<int>(pages_.size())};
}

}  // namespace wasl::paper
