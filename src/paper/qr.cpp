#include "paper/qr.hpp"

#include "base/markup.hpp"

#include <cairo.h>
#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace wasl::paper {
namespace {

cairo_status_t append_png(void* closure, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<Qr> Qr::encode(std::string_view text) {
    if (text.empty() || text.find('\0') != std::string_view::npos) {
        return fail(Code::invalid, "paper.qr-empty");
    }
    // libqrencode finds the shortest mix of digits, alphanumerics and bytes itself.
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(std::string(text).c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (code == nullptr) {
        return fail(Code::too_large, "paper.qr-too-long", std::to_string(text.size()) + " bytes");
    }
    Qr out;
    out.size_ = code->width;
    const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    out.modules_.reserve(count);
    for (std::size_t at = 0; at < count; ++at) {
        out.modules_.push_back((code->data[at] & 1U) != 0);
    }
    return out;
}

std::string Qr::png(int scale) const {
    const int side = (size_ + 2 * quiet_zone) * scale;
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, side, side);
    const int stride = cairo_image_surface_get_stride(surface);
    unsigned char* pixels = cairo_image_surface_get_data(surface);
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const int column = x / scale - quiet_zone, row = y / scale - quiet_zone;
            const bool inside = column >= 0 && row >= 0 && column < size_ && row < size_;
            pixels[y * stride + x] = inside && dark(column, row) ? 0 : 255;
        }
    }
    cairo_surface_mark_dirty(surface);
    std::string out;
    cairo_surface_write_to_png_stream(surface, append_png, &out);
    cairo_surface_destroy(surface);
    return out;
}

std::string Qr::svg_path() const {
    std::string path;
    for (int row = 0; row < size_; ++row) {
        for (int column = 0; column < size_;) {
            int run = 0;
            while (column + run < size_ && dark(column + run, row)) {
                ++run;
            }
            if (run > 0) {
                fmt::format_to(std::back_inserter(path), "M{} {}h{}v1h-{}z", column + quiet_zone, row + quiet_zone, run, run);
            }
            column += std::max(run, 1);
        }
    }
    return path;
}

std::string Qr::svg(std::string_view title) const {
    const int side = size_ + 2 * quiet_zone;
    return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" )"
                       R"(shape-rendering="crispEdges"><title>{1}</title><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d="{2}"/></svg>)",
                       side, escaped(title), svg_path());
}

}  // namespace wasl::paper
