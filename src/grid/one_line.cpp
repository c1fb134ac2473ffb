#include "grid/one_line.hpp"

#include "base/markup.hpp"
#include "grid/impl/tidy_tree.hpp"
#include "grid/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace wasl::grid {

namespace {

constexpr std::size_t unfed_class = voltage_classes - 1;
constexpr std::size_t unsolved_class = voltage_classes;  // fed, without a voltage
constexpr std::size_t drawn_classes = voltage_classes + 1;
constexpr std::array<std::string_view, drawn_classes> colours = {"#6b2f05", "#a04b00", "#cf6f0a", "#d9952f", "#4d6b57",
                                                                 "#8073ac", "#542788", "#767676", "#3d3d3d"};
constexpr std::string_view unfed_dashes = " stroke-dasharray=\"8 5\"", open_dashes = " stroke-dasharray=\"1 4\" stroke-linecap=\"round\"";
constexpr std::size_t told_each = 500;  // up to so many buses each has its own text
constexpr double margin = 36, legend_row = 22;
constexpr std::size_t legend_rows = drawn_classes + 3;  // a heading, what is open, and the lowest voltage

std::string filled(std::string pattern, std::initializer_list<std::pair<std::string_view, std::string_view>> parts) {
    for (const auto& [name, value] : parts) {
        const auto mark = fmt::format("{{{}}}", name);
        if (const auto at = pattern.find(mark); at != std::string::npos) pattern.replace(at, mark.size(), value);
    }
    return pattern;
}

// A mark of half-width r around a point, as a path: the shape says the class beside its colour. Low voltages point down,
// high ones up, the usual ones are round.
std::string mark_path(std::size_t kind, double x, double y, double r) {
    switch (kind) {
        case 0:
        case 1: return fmt::format("M{:.1f} {:.1f}h{:.1f}l{:.1f} {:.1f}z", x - r, y - r, 2 * r, -r, 2 * r);
        case 2:
        case 3: return fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}z", x - r, y - r, 2 * r, 2 * r, -2 * r);
        case 5:
        case 6: return fmt::format("M{:.1f} {:.1f}h{:.1f}l{:.1f} {:.1f}z", x - r, y + r, 2 * r, -r, -2 * r);
        default:
            return fmt::format("M{0:.1f} {1:.1f}a{2:.1f} {2:.1f} 0 1 0 {3:.1f} 0a{2:.1f} {2:.1f} 0 1 0 {4:.1f} 0z", x - r, y, r, 2 * r, -2 * r);
    }
}

class OneLine {
public:
    OneLine(const Network& network, const Study* study, const OneLineWords& words, std::span<const std::uint32_t> opened)
        : network_(network), study_(study), words_(words), tree_(tidy_tree(network, opened)), fed_(fed_buses(network, study)) {
        step_x_ = std::clamp(1500.0 / tree_.columns, 3.0, 46.0);
        step_y_ = std::clamp(1100.0 / tree_.rows, 7.0, 46.0);
        numbered_ = step_x_ >= 20 && step_y_ >= 26 && network.buses.size() <= told_each;
        mark_ = std::clamp(std::min(step_x_, step_y_) / 4, 1.2, 6.0);
        width_ = std::max(2 * margin + step_x_ * (tree_.columns - 1), 520.0);
        top_ = margin;
        height_ = top_ + step_y_ * (tree_.rows - 1) + margin + legend_row * legend_rows + margin / 2;
    }

    std::string text() {
        out_ = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
                           "role=\"img\" aria-labelledby=\"one-line-title one-line-desc\" lang=\"{2}\" "
                           "font-family=\"Noto Sans, Noto Sans Arabic, Noto Sans Tifinagh, sans-serif\" font-size=\"13\" fill=\"#1b1b1b\">"
                           "<title id=\"one-line-title\">{3}</title><desc id=\"one-line-desc\">{4}</desc>"
                           "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
                           width_, height_, escaped(words_.language), escaped(words_.title), escaped(words_.description));
        lines();
        marks();
        names();
        legend();
        out_ += "</svg>\n";
        return std::move(out_);
    }

private:
    [[nodiscard]] double x(std::uint32_t bus) const {
        const double along = margin + step_x_ * tree_.spots[bus].column;
        return words_.right_to_left ? width_ - along : along;
    }
    [[nodiscard]] double y(std::uint32_t bus) const { return top_ + step_y_ * tree_.spots[bus].row; }
    [[nodiscard]] std::size_t class_of(std::uint32_t bus) const {
        if (!fed_[bus]) return unfed_class;
        return study_ == nullptr ? unsolved_class : voltage_class(study_->buses[bus]);
    }
    [[nodiscard]] std::string bus_told(std::uint32_t bus) const {
        const auto& one = network_.buses[bus];
        const auto called = one.name.empty() ? std::to_string(one.number) : fmt::format("{} ({})", one.name, one.number);
        const auto kind = class_of(bus);
        const auto value = kind < unfed_class ? words_.number(study_->buses[bus].magnitude_pu, 4) + " " + words_.per_unit : class_words(kind);
        return filled(words_.bus, {{"bus", called}, {"value", value}});
    }

    // Each branch in the colour of the bus it leads to; down from its parent, then along. An open one has no colour of a voltage.
    void lines() {
        std::array<std::string, drawn_classes> paths;
        std::string open;
        for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) {
            const auto up = tree_.parent[bus];
            if (up == UINT32_MAX) continue;
            const bool cut = !network_.branches[tree_.by[bus]].in_service;
            auto& path = cut ? open : paths[class_of(bus)];
            path += fmt::format("M{:.1f} {:.1f}", x(up), y(up));
            if (tree_.spots[bus].row != tree_.spots[up].row) path += fmt::format("V{:.1f}", y(bus));
            path += fmt::format("H{:.1f}", x(bus));
            if (cut) open_at(tree_.by[bus], (x(up) + x(bus)) / 2, y(bus));
        }
        out_ += "<g fill=\"none\" stroke-linejoin=\"round\" stroke-width=\"" + fmt::format("{:.1f}", std::max(1.6, mark_ / 2)) + "\">";
        rest(std::move(open));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            if (!paths[i].empty()) out_ += fmt::format("<path stroke=\"{}\"{} d=\"{}\"/>", colours[i], i == unfed_class ? unfed_dashes : "", paths[i]);
        }
        out_ += "</g>";
    }

    // What closes a loop is dashed, what is open dotted; both bow out so that they are not taken for the tree.
    void rest(std::string open) {
        std::string closed;
        for (const auto index : tree_.rest) {
            const auto& branch = network_.branches[index];
            const double x1 = x(branch.from), y1 = y(branch.from), x2 = x(branch.to), y2 = y(branch.to);
            const double bow = std::min(40.0, std::hypot(x2 - x1, y2 - y1) / 4) * (words_.right_to_left ? -1 : 1);
            const double by_x = (x1 + x2) / 2 + bow, by_y = (y1 + y2) / 2 - std::abs(bow) / 2;
            (branch.in_service ? closed : open) += fmt::format("M{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}", x1, y1, by_x, by_y, x2, y2);
            if (!branch.in_service) open_at(index, (x1 + 2 * by_x + x2) / 4, (y1 + 2 * by_y + y2) / 4);
        }
        if (!open.empty()) out_ += fmt::format("<path stroke=\"{}\" stroke-width=\"1.5\"{} d=\"{}\"/>", colours[unfed_class], open_dashes, open);
        if (!closed.empty()) out_ += fmt::format("<path stroke=\"#1b1b1b\" stroke-dasharray=\"7 4\" d=\"{}\"/>", closed);
    }

    void open_at(std::uint32_t branch, double at_x, double at_y) { opens_.push_back({branch, at_x, at_y}); }

    // A hollow square on the branch, as control rooms draw an open switch.
    void open_square(double at_x, double at_y, double half, std::string_view told) {
        out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#fff\" stroke=\"#1b1b1b\">", at_x - half, at_y - half, 2 * half, 2 * half);
        if (!told.empty()) out_ += fmt::format("<title>{}</title>", escaped(told));
        out_ += "</rect>";
    }
    void open_squares() {
        const bool each = network_.buses.size() <= told_each;
        for (const auto& open : opens_) {
            open_square(open.x, open.y, std::max(2.5, mark_ * 0.7), each ? filled(words_.open, {{"branch", branch_called(network_, open.branch)}}) : "");
        }
    }

    void bus_mark(std::size_t kind, const std::string& path, std::string_view inside) {
        const bool dark = kind == unfed_class;
        out_ += fmt::format("<path fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\" d=\"{}\"", dark ? "#fff" : colours[kind], dark ? colours[kind] : "#1b1b1b",
                            dark ? "1.2" : "0.6", path);
        out_ += inside.empty() ? "/>" : fmt::format("><title>{}</title></path>", inside);
    }

    void marks() {
        if (network_.buses.size() <= told_each) {
            for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) {
                const auto kind = class_of(bus);
                bus_mark(kind, mark_path(kind, x(bus), y(bus), mark_), escaped(bus_told(bus)));
            }
        } else {
            std::array<std::string, drawn_classes> paths;
            for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) paths[class_of(bus)] += mark_path(class_of(bus), x(bus), y(bus), mark_);
            for (std::size_t i = 0; i < paths.size(); ++i) {
                if (paths[i].empty()) continue;
                if (i == unfed_class) bus_mark(i, paths[i], {});
                else out_ += fmt::format("<path fill=\"{}\" d=\"{}\"/>", colours[i], paths[i]);
            }
        }
        open_squares();
        for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) {  // sources: a bar across
            if (network_.buses[bus].kind != BusKind::reference) continue;
            const double half = std::max(8.0, mark_ * 2);
            out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"5\" height=\"{:.1f}\" fill=\"#1b1b1b\"><title>{}</title></rect>", x(bus) - 2.5,
                                y(bus) - half, 2 * half, escaped(words_.source));
        }
    }

    void label(double at_x, double at_y, std::string_view anchor, std::string_view text, bool strong = false) {
        out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{} stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>", at_x, at_y,
                            anchor, strong ? " font-weight=\"700\"" : "", escaped(text));
    }

    void names() {
        if (numbered_) {
            for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) {
                label(x(bus), y(bus) - mark_ - 4, "middle", std::to_string(network_.buses[bus].number));
            }
        } else {
            const Trace trace(network_);
            for (const auto& feeder : trace.feeders()) {
                const auto& branch = network_.branches[feeder.branch];
                const auto head = trace.before(branch.to) == branch.from ? branch.to : branch.from;
                label(x(head), y(head) - mark_ - 4, "middle", branch.name.empty() ? feeder.id : branch.name);
            }
        }
        const auto low = lowest();
        if (low == no_place) return;
        ring(x(low), y(low), mark_ + 5);
        if (!numbered_) label(x(low), y(low) + mark_ + 20, "middle", std::to_string(network_.buses[low].number), true);
    }

    // Its words stand in the legend: beside the bus they would cover others.
    [[nodiscard]] std::uint32_t lowest() const {
        const bool known = study_ != nullptr && study_->lowest < study_->buses.size() && study_->buses[study_->lowest].energised;
        return known ? static_cast<std::uint32_t>(study_->lowest) : no_place;
    }
    void ring(double at_x, double at_y, double radius) {
        out_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"none\" stroke=\"#1b1b1b\" stroke-width=\"2\"/>", at_x, at_y, radius);
    }

    void legend() {
        std::array<std::size_t, drawn_classes> counts{};
        for (std::uint32_t bus = 0; bus < tree_.spots.size(); ++bus) ++counts[class_of(bus)];
        double line = height_ - legend_row * legend_rows + 6;
        const bool rtl = words_.right_to_left;
        const double at = rtl ? width_ - margin : margin, mark_at = rtl ? at - 14 : at + 14, text_at = rtl ? at - 34 : at + 34;
        const auto anchor = "start";  // of the direction: at the right in a text from right to left
        out_ += rtl ? "<g direction=\"rtl\">" : "<g>";
        label(at, line, anchor, words_.per_unit, true);
        const auto stroke = [&](std::string_view colour, std::string_view dashes) {
            out_ += fmt::format("<path fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{} d=\"M{:.1f} {:.1f}h28\"/>", colour, dashes, mark_at - 14, line - 5);
        };
        for (std::size_t i = 0; i < drawn_classes; ++i) {
            if (i == unsolved_class && counts[i] == 0) continue;
            line += legend_row;
            stroke(colours[i], i == unfed_class ? unfed_dashes : "");
            bus_mark(i, mark_path(i, mark_at, line - 5, 5.5), {});
            label(text_at, line, anchor, class_words(i) + " · " + filled(words_.buses, {{"count", std::to_string(counts[i])}}));
        }
        if (!opens_.empty()) {
            line += legend_row;
            stroke(colours[unfed_class], open_dashes);
            open_square(mark_at, line - 5, 4.5, {});
            label(text_at, line, anchor, filled(words_.opened, {{"count", std::to_string(opens_.size())}}));
        }
        if (const auto low = lowest(); low != no_place) {
            line += legend_row;
            ring(mark_at, line - 5, 6);
            const auto value = words_.number(study_->buses[low].magnitude_pu, 4);
            label(text_at, line, anchor, filled(words_.lowest, {{"value", value}, {"bus", std::to_string(network_.buses[low].number)}}), true);
        }
        out_ += "</g>";
    }

    [[nodiscard]] std::string class_words(std::size_t i) const {
        if (i == unfed_class) return words_.unfed;
        if (i == unsolved_class) return words_.unsolved;
        if (i == 0) return filled(words_.below, {{"end", words_.number(voltage_ends[0], 3)}});
        if (i == voltage_ends.size()) return filled(words_.above, {{"end", words_.number(voltage_ends.back(), 3)}});
        return filled(words_.between, {{"begin", words_.number(voltage_ends[i - 1], 3)}, {"end", words_.number(voltage_ends[i], 3)}});
    }

    const Network& network_;
    const Study* study_;
    const OneLineWords& words_;
    TidyTree tree_;
    std::vector<bool> fed_;
    struct Open {
        std::uint32_t branch;
        double x, y;
    };
    std::vector<Open> opens_;
    double step_x_ = 1, step_y_ = 1, mark_ = 1, width_ = 0, height_ = 0, top_ = 0;
    bool numbered_ = false;
    std::string out_;
};

}  // namespace

std::size_t voltage_class(const BusResult& bus) {
    if (!bus.energised) return unfed_class;
    return static_cast<std::size_t>(std::ranges::upper_bound(voltage_ends, bus.magnitude_pu) - voltage_ends.begin());
}

Network fed_part(Network network, std::span<const std::uint32_t> opened) {
    for (const auto branch : opened) network.branches[branch].in_service = false;
    const auto fed = fed_buses(network, nullptr);
    for (std::size_t i = 0; i < fed.size(); ++i) {
        if (!fed[i]) network.buses[i].kind = BusKind::isolated;
    }
    return network;
}

std::vector<bool> fed_buses(const Network& network, const Study* study) {
    if (study == nullptr) return Trace(network).fed();
    std::vector<bool> out;
    for (const auto& bus : study->buses) out.push_back(bus.energised);
    return out;
}

std::string one_line_svg(const Network& network, const Study* study, const OneLineWords& words, std::span<const std::uint32_t> opened) {
    if (network.buses.empty()) return {};
    return OneLine(network, study, words, opened).text();
}

}  // namespace wasl::grid
