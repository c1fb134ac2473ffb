// wasl index: the UN file put in place, a country's series, and what a rank would take.
#include "insight_commands.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "insight/un_index.hpp"

#include <fmt/format.h>

#include <iostream>

namespace wasl::app {

namespace {

constexpr int unreadable = 2;

Result<insight::UnIndex> index_in(const std::filesystem::path& file) { return insight::UnIndex::read(TRY(read_file(file))); }

json::Value value_of(const std::optional<insight::IndexValue>& value) {
    return value ? json::Value(json::Number{insight::index_text(*value)}) : json::Value();
}

json::Value rank_of(const std::optional<int>& rank) { return rank ? json::Value(*rank) : json::Value(); }

json::Object point_json(const insight::IndexPoint& point) {
    const auto& row = point.row;
    return {{"year", row.year},           {"egdi_rank", rank_of(row.egdi_rank)},   {"egdi", value_of(row.egdi)}, {"osi_rank", rank_of(point.osi_rank)},
            {"osi", value_of(row.osi)},   {"epi_rank", rank_of(point.epi_rank)},   {"epi", value_of(row.epi)},   {"hci", value_of(row.hci)},
            {"tii", value_of(row.tii)}};
}

json::Object simulation_json(const insight::Simulation& s) {
    return {{"year", s.year},
            {"rank", s.wanted_rank},
            {"osi_rank", rank_of(s.osi_rank)},
            {"osi_needed", value_of(s.osi_needed)},
            {"holder", s.holder},
            {"reached", s.reached},
            {"egdi_then", value_of(s.egdi_then)},
            {"egdi_rank_then", s.egdi_rank_then},
            {"osi_for_egdi_rank", value_of(s.osi_for_egdi_rank)},
            {"egdi_reachable_by_osi", s.egdi_reachable_by_osi}};
}

void print_series(const std::vector<insight::IndexPoint>& points) {
    const auto rank = [](const std::optional<int>& value) { return value ? std::to_string(*value) : std::string("-"); };
    const auto value = [](const std::optional<insight::IndexValue>& v) { return v && *v > 0 ? insight::index_text(*v) : std::string("-"); };
    std::cout << fmt::format("{}\n{:6}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", points.back().row.country, "year", "EGDI rank", "EGDI", "OSI rank", "OSI", "EPI rank", "EPI");
    for (const auto& point : points) {
        std::cout << fmt::format("{:<6}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", point.row.year, rank(point.row.egdi_rank), value(point.row.egdi), rank(point.osi_rank),
                                 value(point.row.osi), rank(point.epi_rank), value(point.row.epi));
    }
}

void print_simulation(const insight::Simulation& s) {
    std::cout << fmt::format("In {}, rank {} in OSI needs {} (the value of {}); it is {}, rank {}.\n", s.year, s.wanted_rank, insight::index_text(s.osi_needed, 3), s.holder,
                             insight::index_text(*s.row.osi, 3), s.osi_rank.value_or(0));
    std::cout << fmt::format("With it and the rest unchanged: EGDI {}, rank {}.\n", insight::index_text(s.egdi_then, 3), s.egdi_rank_then);
    std::cout << fmt::format("Rank {} in EGDI by OSI alone needs {}{}\n", s.wanted_rank, insight::index_text(s.osi_for_egdi_rank, 3),
                             s.egdi_reachable_by_osi ? "." : ": impossible, 1 is the most.");
}

}  // namespace

int index_import(const IndexArgs& args) {
    const auto text = read_file(args.file);
    const auto index = text ? insight::UnIndex::read(*text) : Result<insight::UnIndex>(std::unexpected(text.error()));
    if (!index) {
        auto error = index.error();
        if (text) error.detail = fmt::format("{}: {}", args.file.string(), error.detail);
        complain(error);
        return unreadable;
    }
    if (const auto written = write_file(args.data / "un_index.csv", *text); !written) {
        complain(written.error());
        return unreadable;
    }
    const auto editions = index->editions();
    std::cout << fmt::format("{} rows, {} editions from {} to {}\n", index->rows(), editions.size(), editions.front(), editions.back());
    return 0;
}

int index_show(const IndexArgs& args) {
    const auto index = index_in(args.data / "un_index.csv");
    if (!index) {
        complain(index.error());
        return unreadable;
    }
    const auto points = index->series(args.country);
    const auto simulated = insight::simulate(*index, args.country, index->editions().back(), args.rank);
    if (!points || !simulated) {
        complain(points ? simulated.error() : points.error());
        return 1;
    }
    if (args.json) {
        json::Array series;
        for (const auto& point : *points) series.emplace_back(point_json(point));
        std::cout << json::write_pretty(json::Object{{"iso3", args.country}, {"country", points->back().row.country}, {"series", std::move(series)},
                                                     {"simulation", simulation_json(*simulated)}});
        return 0;
    }
    print_series(*points);
    print_simulation(*simulated);
    return 0;
}

}  // namespace wasl::app
