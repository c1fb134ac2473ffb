#include "web/network_words.hpp"

#include "base/text.hpp"
#include "grid/trace.hpp"
#include "lingua/formats.hpp"
#include "lingua/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace wasl::web {

namespace {

constexpr std::int64_t open_named = 10;  // of open branches

std::string network_word(lingua::Language language, std::string_view key, lingua::Args args = {}) {
    return lingua::say(language, fmt::format("supply.{}", key), args);
}

// What the picture shows hollow and dotted, in words: buses that nothing feeds, and the first of what is open.
std::string what_is_dark(lingua::Language language, const grid::Network& network, const grid::Study* study) {
    std::string out;
    if (const auto dark = std::ranges::count(grid::fed_buses(network, study), false); dark > 0) {
        out += " " + network_word(language, "picture.dark", {{"count", lingua::number(language, static_cast<std::int64_t>(dark))}});
    }
    std::vector<std::string> open;
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        if (!network.branches[i].in_service) open.push_back(grid::branch_called(network, i));
    }
    if (open.empty()) return out;
    const auto more = static_cast<std::int64_t>(open.size()) - open_named;
    if (more > 0) open.resize(open_named);
    auto named = join(open, language == lingua::Language::ar ? "، " : ", ");
    if (more > 0) named = network_word(language, "picture.open-more", {{"branches", named}, {"count", more}});
    return out + " " + network_word(language, "picture.open-list", {{"branches", named}});
}

}  // namespace

std::string decimals(lingua::Language language, double value, int digits) {
    if (!std::isfinite(value) || std::abs(value) > 1e12) return "?";
    const auto scaled = std::llround(value * std::pow(10, digits));
    const auto exact = Decimal::of(scaled, -digits).rounded(digits, Decimal::Rounding::half_up);
    return lingua::number(language, exact.value_or(Decimal::of(scaled, -digits)));
}

std::string share_text(lingua::Language language, double share) { return network_word(language, "percent", {{"value", decimals(language, share * 100, 1)}}); }

std::string cause_text(lingua::Language language, grid::OutageCause cause) {
    return network_word(language, fmt::format("cause.{}", grid::to_string(cause)));
}

std::string month_text(lingua::Language language, std::int64_t year, int month) { return fmt::format("{} {}", lingua::month_name(language, month), year); }

std::string public_count(lingua::Language language, std::int64_t customers, std::int64_t smallest) {
    if (customers > 0 && customers < smallest) return network_word(language, "fewer", {{"count", smallest}});
    return lingua::number(language, customers);
}

std::string index_text(lingua::Language language, const std::optional<Decimal>& value) {
    return value ? lingua::number(language, *value) : network_word(language, "no-value");
}

grid::OneLineWords picture_words(lingua::Language language, const grid::Network& network, const grid::Study* study) {
    const auto say = [&](std::string_view key, lingua::Args args = {}) { return network_word(language, fmt::format("picture.{}", key), args); };
    const auto buses = static_cast<std::int64_t>(network.buses.size());
    grid::OneLineWords out;
    out.language = lingua::tag(language);
    out.right_to_left = lingua::direction(language) == lingua::Direction::rtl;
    out.title = say("title", {{"name", network.name.empty() ? say("unnamed") : network.name}});
    out.description = say("unsolved", {{"buses", buses}});
    if (study != nullptr && study->lowest < study->buses.size()) {
        out.description = say("description", {{"buses", buses},
                                              {"losses", decimals(language, study->losses.mw * 1e3, 1)},
                                              {"voltage", decimals(language, study->buses[study->lowest].magnitude_pu, 4)},
                                              {"bus", std::to_string(network.buses[study->lowest].number)}});
    }
    out.description += what_is_dark(language, network, study);
    // The picture puts its numbers where these marks are.
    out.per_unit = say("per-unit");
    out.below = say("below", {{"end", "{end}"}});
    out.above = say("above", {{"end", "{end}"}});
    out.between = say("between", {{"begin", "{begin}"}, {"end", "{end}"}});
    out.unfed = say("unfed");
    out.unsolved = say("no-voltage");
    out.open = say("open", {{"branch", "{branch}"}});
    out.opened = say("opened", {{"count", "{count}"}});
    out.lowest = say("lowest", {{"value", "{value}"}, {"bus", "{bus}"}});
    out.source = say("source");
    out.bus = say("bus", {{"bus", "{bus}"}, {"value", "{value}"}});
    out.buses = say("buses", {{"count", "{count}"}});
    out.number = [language](double value, int digits) { return decimals(language, value, digits); };
    return out;
}

std::string place_text(lingua::Language language, std::string_view detail) {
    std::vector<std::string> words;
    for (const auto word : split(detail, ' ')) words.emplace_back(word);
    const auto at = [&](std::size_t i, std::string_view word) { return i < words.size() && words[i] == word; };
    const auto number = [&](std::size_t i) { return i < words.size() && to_integer(words[i]).has_value(); };
    if (at(0, "branch") && at(3, "bus") && number(4) && at(6, "bus") && number(7)) {
        return network_word(language, "place.branch", {{"from", words[4]}, {"to", words[7]}});
    }
    if (at(0, "bus") && number(1) && at(2, "and") && number(3)) return network_word(language, "place.buses", {{"bus", words[1]}, {"more", words[3]}});
    const std::size_t bus = at(0, "generator") ? 3 : 0;
    if (at(bus, "bus") && number(bus + 1)) return network_word(language, "place.bus", {{"bus", words[bus + 1]}});
    return std::string(detail);
}

}  // namespace wasl::web
