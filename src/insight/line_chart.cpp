#include "insight/line_chart.hpp"

#include "base/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace wasl::insight {

namespace {

constexpr int width = 720, height = 320, left = 56, right = 120, top = 16, bottom = 40;
struct Look {
    std::string_view colour, dash;
};
constexpr std::array<Look, 3> looks{{{"#0b5d3b", ""}, {"#8a3324", "8 4"}, {"#1d4f91", "2 4"}}};

// From the values to places on the sheet, with round steps on the scale.
struct Scale {
    std::int64_t least = 0, most = 1, step = 1;
    bool ranks = false;
    std::size_t places = 1;

    [[nodiscard]] double x(std::size_t place) const {
        const double room = width - left - right;
        return left + (places < 2 ? room / 2 : room * static_cast<double>(place) / static_cast<double>(places - 1));
    }
    [[nodiscard]] double y(std::int64_t value) const {
        const double share = static_cast<double>(value - least) / static_cast<double>(most - least);
        const double room = height - top - bottom;
        return ranks ? top + room * share : top + room * (1 - share);
    }
};

std::optional<Scale> scale_for(const Chart& chart) {
    Scale out{.ranks = chart.ranks, .places = chart.labels.size()};
    bool any = false;
    std::int64_t most = 0;
    for (const auto& line : chart.lines) {
        for (const auto& value : line.values) {
            if (!value) continue;
            most = std::max(most, *value);
            any = true;
        }
    }
    if (!any || chart.labels.empty()) return std::nullopt;
    while (most / out.step > 6) out.step *= out.step % 4 == 1 || out.step % 10 == 0 ? 5 : 2;
    out.most = std::max<std::int64_t>(out.step, (most + out.step - 1) / out.step * out.step);
    return out;
}

std::string path_of(const ChartLine& line, const Scale& scale) {
    std::string out;
    bool pen_up = true;
    for (std::size_t i = 0; i < line.values.size() && i < scale.places; ++i) {
        if (!line.values[i]) {
            pen_up = true;
            continue;
        }
        out += fmt::format("{}{:.1f} {:.1f}", pen_up ? "M" : "L", scale.x(i), scale.y(*line.values[i]));
        pen_up = false;
    }
    return out;
}

void draw_line(std::string& out, const ChartLine& line, const Look& look, std::size_t place, const Scale& scale) {
    out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2.5"{}/>)", path_of(line, scale), look.colour,
                       look.dash.empty() ? "" : fmt::format(R"( stroke-dasharray="{}")", look.dash));
    double last = 0;
    for (std::size_t i = 0; i < line.values.size() && i < scale.places; ++i) {
        if (!line.values[i]) continue;
        last = scale.y(*line.values[i]);
        if (place == 0) {
            out += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>)", scale.x(i), last, look.colour);
        } else {
            out += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="8" height="8" fill="{}"/>)", scale.x(i) - 4, last - 4, look.colour);
        }
    }
    out += fmt::format(R"(<text x="{}" y="{:.1f}" fill="{}" font-size="15" direction="ltr">{}</text>)", width - right + 12,
                       last + 5 + (place == 0 ? -7 : 7), look.colour, escaped(line.name));
}

}  // namespace

std::string svg(const Chart& chart) {
    const auto scale = scale_for(chart);
    if (!scale) return {};
    std::string out = fmt::format(
        R"(<svg viewBox="0 0 {} {}" width="100%" role="img" aria-labelledby="{}-title {}-text" direction="ltr"><title id="{}-title">{}</title><desc id="{}-text">{}</desc>)",
        width, height, chart.id, chart.id, chart.id, escaped(chart.title), chart.id, escaped(chart.description));
    for (std::int64_t value = 0; value <= scale->most; value += scale->step) {
        const auto y = scale->y(value);
        out += fmt::format(R"(<path d="M{} {:.1f}H{}" stroke="#b1b4b6"/><text x="{}" y="{:.1f}" text-anchor="end" font-size="14" fill="#383f43">{}</text>)",
                           left, y, width - right, left - 8, y + 5, chart.ranks ? std::max<std::int64_t>(1, value) : value);
    }
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        out += fmt::format(R"(<text x="{:.1f}" y="{}" text-anchor="middle" font-size="14" fill="#383f43">{}</text>)", scale->x(i), height - 14,
                           escaped(chart.labels[i]));
    }
    for (std::size_t i = 0; i < chart.lines.size() && i < looks.size(); ++i) draw_line(out, chart.lines[i], looks[i], i, *scale);
    return out + "</svg>";
}

}  // namespace wasl::insight
