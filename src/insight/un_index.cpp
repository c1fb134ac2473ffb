#include "insight/un_index.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace wasl::insight {

namespace {

constexpr std::string_view header = "year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi";
constexpr std::size_t field_count = 9;
constexpr int first_plain_mean = 2012;

std::unexpected<Error> malformed(std::size_t line, std::string_view why) {
    return fail(Code::unprocessable, "insight.index-malformed", fmt::format("line {}: {}", line, why));
}

// One line into fields; a quoted field may hold commas and doubled quotes, no line break.
Result<std::vector<std::string>> fields_of(std::string_view line, std::size_t number) {
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == ',') {
            out.emplace_back();
            ++i;
        } else if (line[i] != '"') {
            out.back() += line[i++];
        } else if (!out.back().empty()) {
            return malformed(number, "a quote inside a field");
        } else {
            bool closed = false;
            for (++i; i < line.size() && !closed;) {
                if (line[i] != '"') {
                    out.back() += line[i++];
                } else if (line.substr(i, 2) == "\"\"") {
                    out.back() += '"';
                    i += 2;
                } else {
                    closed = true;
                    ++i;
                }
            }
            if (!closed || (i < line.size() && line[i] != ',')) return malformed(number, "an open quote");
        }
    }
    return out;
}

// "0.56184": digits, at most five after the point, below 2. Nothing else: no sign, no exponent.
std::optional<IndexValue> parse_value(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto part = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (whole.size() != 1 || (whole != "0" && whole != "1") || part.size() > 5) return std::nullopt;
    if (point != std::string_view::npos && part.empty()) return std::nullopt;
    IndexValue value = whole[0] - '0';
    for (std::size_t i = 0; i < 5; ++i) {
        const char digit = i < part.size() ? part[i] : '0';
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    return value;
}

Result<IndexRow> row_of(const std::vector<std::string>& fields, std::size_t line) {
    if (fields.size() != field_count) return malformed(line, fmt::format("{} fields, not {}", fields.size(), field_count));
    IndexRow row;
    const auto year = to_integer(fields[0]);
    if (!year || *year < 2000 || *year > 2100) return malformed(line, "year");
    row.year = static_cast<int>(*year);
    const auto& code = fields[1];
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (code.size() != 3 || !letters) return malformed(line, "iso3");
    row.iso3 = code;
    row.country = std::string(trim(fields[2]));
    if (row.country.empty() || !is_utf8(row.country)) return malformed(line, "country");
    std::size_t filled = 0;
    if (!fields[3].empty()) {
        const auto rank = to_integer(fields[3]);
        if (!rank || *rank < 1 || *rank > 1'000) return malformed(line, "egdi_rank");
        row.egdi_rank = static_cast<int>(*rank);
        ++filled;
    }
    std::optional<IndexValue>* const values[] = {&row.egdi, &row.osi, &row.hci, &row.tii, &row.epi};
    for (std::size_t i = 0; i < std::size(values); ++i) {
        if (fields[4 + i].empty()) continue;
        const auto value = parse_value(fields[4 + i]);
        if (!value) return malformed(line, fmt::format("value '{}'", fields[4 + i]));
        const bool early_human_capital = values[i] == &row.hci && row.year < first_plain_mean;
        if (*value > index_one && !early_human_capital) return malformed(line, fmt::format("value '{}' is above 1", fields[4 + i]));
        *values[i] = value;
        ++filled;
    }
    if (filled != 0 && filled != 6) return malformed(line, "filled in part");
    return row;
}

bool is_score(const std::optional<IndexValue>& value) { return value && *value > 0; }

using Column = std::optional<IndexValue> IndexRow::*;
using Edition = std::map<std::string, IndexRow, std::less<>>;

std::optional<int> rank_in(const Edition& edition, const IndexRow& row, Column column) {
    if (!is_score(row.*column)) return std::nullopt;
    const auto greater = std::ranges::count_if(edition, [&](const auto& other) { return other.second.*column && *(other.second.*column) > *(row.*column); });
    return 1 + static_cast<int>(greater);
}

// The other countries with a score, the greatest first.
std::vector<const IndexRow*> others_by(const Edition& edition, std::string_view iso3, Column column) {
    std::vector<const IndexRow*> out;
    for (const auto& [code, row] : edition) {
        if (code != iso3 && is_score(row.*column)) out.push_back(&row);
    }
    std::ranges::sort(out, [&](const IndexRow* a, const IndexRow* b) {
        return *(a->*column) != *(b->*column) ? *(a->*column) > *(b->*column) : a->iso3 < b->iso3;
    });
    return out;
}

}  // namespace

std::string index_text(IndexValue value, int digits) {
    IndexValue unit = 1;
    for (int i = digits; i < 5; ++i) unit *= 10;
    const IndexValue rounded = (value + unit / 2) / unit;
    const IndexValue scale = index_one / unit;
    return fmt::format("{}.{:0{}}", rounded / scale, rounded % scale, digits);
}

Result<UnIndex> UnIndex::read(std::string_view csv) {
    UnIndex out;
    std::size_t number = 0;
    while (!csv.empty()) {
        const auto end = csv.find('\n');
        auto line = csv.substr(0, end);
        csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (++number == 1) {
            if (line != header) return malformed(1, fmt::format("the header is not '{}'", header));
            continue;
        }
        const auto fields = TRY(fields_of(line, number));
        auto row = TRY(row_of(fields, number));
        auto& edition = out.editions_[row.year];
        const std::string code = row.iso3;
        if (!edition.emplace(code, std::move(row)).second) return malformed(number, code + " twice in one edition");
        ++out.rows_;
    }
    if (out.rows_ == 0) return malformed(std::max<std::size_t>(1, number), "no rows");
    return out;
}

std::vector<int> UnIndex::editions() const {
    std::vector<int> out;
    for (const auto& [year, rows] : editions_) out.push_back(year);
    return out;
}

std::size_t UnIndex::rows() const noexcept { return rows_; }

bool UnIndex::knows(std::string_view iso3) const {
    return std::ranges::any_of(editions_, [&](const auto& edition) { return edition.second.contains(iso3); });
}

const Edition* UnIndex::edition(int year) const {
    const auto found = editions_.find(year);
    return found == editions_.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string, std::string>> UnIndex::countries() const {
    std::vector<std::pair<std::string, std::string>> out;
    if (editions_.empty()) return out;
    for (const auto& [code, row] : editions_.rbegin()->second) out.emplace_back(code, row.country);
    std::ranges::sort(out, {}, &std::pair<std::string, std::string>::second);
    return out;
}

Result<std::vector<IndexPoint>> UnIndex::series(std::string_view iso3) const {
    std::vector<IndexPoint> out;
    for (const auto& [year, edition] : editions_) {
        const auto found = edition.find(iso3);
        if (found == edition.end()) continue;
        out.push_back({found->second, rank_in(edition, found->second, &IndexRow::osi), rank_in(edition, found->second, &IndexRow::epi)});
    }
    if (out.empty()) return fail(Code::not_found, "insight.unknown-country", std::string(iso3));
    return out;
}

Result<Simulation> simulate(const UnIndex& index, std::string_view iso3, int year, int rank) {
    if (!index.knows(iso3)) return fail(Code::not_found, "insight.unknown-country", std::string(iso3));
    const auto* edition = index.edition(year);
    const auto found = edition == nullptr ? Edition::const_iterator() : edition->find(iso3);
    if (edition == nullptr || year < first_plain_mean || found == edition->end() || !is_score(found->second.osi) || !is_score(found->second.egdi)) {
        return fail(Code::not_found, "insight.unknown-edition", fmt::format("{} {}", iso3, year));
    }
    const auto by_osi = others_by(*edition, iso3, &IndexRow::osi);
    const auto by_egdi = others_by(*edition, iso3, &IndexRow::egdi);
    if (rank < 1 || static_cast<std::size_t>(rank) > std::min(by_osi.size(), by_egdi.size())) {
        return fail(Code::invalid, "insight.rank", std::to_string(rank));
    }
    Simulation out{.year = year, .wanted_rank = rank, .row = found->second, .osi_rank = rank_in(*edition, found->second, &IndexRow::osi), .holder = {}, .holder_iso3 = {}};
    const auto place = static_cast<std::size_t>(rank - 1);
    const IndexValue rest = *out.row.hci + *out.row.tii;
    out.osi_needed = *by_osi[place]->osi;  // no more than rank - 1 others are greater
    out.holder = by_osi[place]->country;
    out.holder_iso3 = by_osi[place]->iso3;
    out.reached = *out.osi_rank <= rank;
    out.egdi_then = (std::max(out.osi_needed, *out.row.osi) + rest + 1) / 3;
    out.egdi_rank_then = 1 + static_cast<int>(std::ranges::count_if(by_egdi, [&](const IndexRow* other) { return *other->egdi > out.egdi_then; }));
    out.osi_for_egdi_rank = std::max<IndexValue>(0, 3 * *by_egdi[place]->egdi - rest);
    out.egdi_reachable_by_osi = out.osi_for_egdi_rank <= index_one;
    return out;
}

}  // namespace wasl::insight
