// QR codes (ISO/IEC 18004), error correction level M, for paper and pages.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::paper {

class Qr {
public:
    // Upper-case letters, digits and the marks of base45 take the least room. Key "paper.qr-too-long"
    // (over 2331 bytes) or "paper.qr-empty".
    static Result<Qr> encode(std::string_view text);

    [[nodiscard]] int size() const noexcept { return size_; }  // modules a side, without the quiet zone
    [[nodiscard]] bool dark(int x, int y) const noexcept {
        return modules_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_) + static_cast<std::size_t>(x)];
    }

    // Black on white with the quiet zone of four modules; `scale` pixels a module.
    [[nodiscard]] std::string png(int scale = 4) const;
    // A complete <svg> element without script or style, safe inside HTML; `title` is escaped and read aloud.
    [[nodiscard]] std::string svg(std::string_view title) const;
    // Only the path data of the dark modules, one unit a module, quiet zone included: "M4 4h7v1h-7z…".
    [[nodiscard]] std::string svg_path() const;

private:
    int size_ = 0;
    std::vector<bool> modules_;
};

inline constexpr int quiet_zone = 4;  // modules of white around a code

}  // namespace wasl::paper
