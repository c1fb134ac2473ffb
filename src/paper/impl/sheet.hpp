// Pages: letterhead, strips in their places, verification, foot; and the PDF around them.
#pragma once

#include "paper/impl/layout.hpp"
#include "paper/qr.hpp"

namespace wasl::paper {

inline constexpr double page_width = 595.276, page_height = 841.890;  // A4 in points
inline constexpr int most_pages = 200;

// A PDF in the making: cairo surface and context, bytes kept in memory.
class Document {
public:
    Document(const std::string& title, const std::string& author, const std::string& keywords, Instant created);
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    [[nodiscard]] cairo_t* cr() const noexcept { return context_; }
    Result<std::string> finish(lingua::Language language);

private:
    std::string bytes_;
    cairo_surface_t* surface_;
    cairo_t* context_;
};

class Sheet {
public:
    Sheet(const Paper& paper, const Typesetter& typesetter);
    Result<Pdf> draw();

private:
    struct Placed {
        const Strip* strip;
        double y;
    };
    void place(const std::vector<Strip>& strips);
    void place_verification();
    void draw_page(cairo_t* cr, std::size_t page);
    void draw_banner(cairo_t* cr) const;
    void draw_letterhead(cairo_t* cr) const;
    void draw_running_head(cairo_t* cr) const;
    void draw_foot(cairo_t* cr, std::size_t page) const;
    void draw_verification(cairo_t* cr) const;
    [[nodiscard]] SetText letterhead(const std::vector<std::string>& lines, double width, Side side,
                                     lingua::Language language) const;

    const Paper& paper_;
    const Typesetter& type_;
    Column column_;
    double top_first_ = 0, top_next_ = 0, bottom_ = 0;
    SetText head_ar_, head_fr_, head_zgh_;
    double head_height_ = 0;
    std::vector<std::vector<Placed>> pages_;
    std::optional<Qr> qr_;
    SetText check_title_, check_text_, check_address_;
    double check_y_ = 0, check_height_ = 0;
};

}  // namespace wasl::paper
