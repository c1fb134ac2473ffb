// The divide between rural and urban communes, over the members of this host whose keeper says how many people live there.
#include "web/figures.hpp"

#include "insight/board.hpp"

#include <algorithm>

namespace wasl::web::figures {

namespace {

constexpr std::size_t most_compared = 20;  // members whose figures are added up
constexpr std::int64_t a_thousand = 1'000;

struct Side {
    std::int64_t filed = 0, people = 0, answered = 0, favourable = 0;
    insight::Histogram days;
};

bool is_small(std::int64_t count, std::int64_t smallest) { return count > 0 && count < smallest; }

// Adds a member's year; false when one of its counts would be withheld, and so could be found by subtraction.
bool add(Side& to, const insight::Tally& tally, std::int64_t year, std::int64_t smallest) {
    Side mine;
    for (const auto& [key, row] : tally.offices) {
        for (const auto count : row.ways) mine.filed += key.first == year ? count : 0;
    }
    for (const auto* way : {"alone", "assisted"}) {
        const auto found = tally.groups.find({year, way});
        if (found == tally.groups.end()) continue;
        mine.answered += found->second.answered;
        mine.favourable += found->second.favourable;
        for (const auto& [day, count] : found->second.days) to.days[day] += count;
    }
    to.filed += mine.filed;
    to.answered += mine.answered;
    to.favourable += mine.favourable;
    return mine.filed >= smallest && !is_small(mine.answered, smallest) && !is_small(mine.favourable, smallest) &&
           !is_small(mine.answered - mine.favourable, smallest);
}

Decimal one_digit(const Decimal& value) { return value.rounded(1, Decimal::Rounding::half_up).value_or(Decimal()); }

Decimal percent(std::int64_t part, std::int64_t whole) {
    return one_digit(Decimal::from_integer(part * 100).divided_by(Decimal::from_integer(whole)).value_or(Decimal()));
}

Decimal rate(const Side& side) { return Decimal::from_integer(side.filed * a_thousand).divided_by(Decimal::from_integer(side.people)).value_or(Decimal()); }

AreaFigures told(const Side& side) {
    AreaFigures out{.per_thousand = one_digit(rate(side)), .favourable = {}, .median = {}, .ninetieth = {}};
    if (side.answered > 0) out.favourable = percent(side.favourable, side.answered);
    out.median = insight::percentile(side.days, 50);
    out.ninetieth = insight::percentile(side.days, 90);
    return out;
}

}  // namespace

std::optional<AreaGap> area_gap(const Visit& visit, const insight::HostFacts& facts, std::int64_t year, std::int64_t smallest) {
    Side rural, urban;
    std::size_t compared = 0;
    for (const auto& one : facts.members) {
        if (one.area == insight::Area::unknown || !one.population || visit.site->members->info(one.id) == nullptr) continue;
        if (++compared > most_compared) break;
        const auto site = visit.site->members->at(one.id);
        const auto reader = site ? (*site)->store->read() : Result<std::unique_ptr<store::Reader>>(std::unexpected(site.error()));
        const auto kept = reader ? insight::read_kept(**reader) : Result<insight::KeptFigures>(std::unexpected(reader.error()));
        auto& side = one.area == insight::Area::rural ? rural : urban;
        if (!kept || !add(side, kept->tally, year, smallest)) return std::nullopt;
        side.people += *one.population;
    }
    if (rural.people == 0 || urban.people == 0) return std::nullopt;
    insight::Gap gap;
    gap.high = std::max(rate(rural), rate(urban));
    gap.low = std::min(rate(rural), rate(urban));
    return AreaGap{.rural = told(rural), .urban = told(urban), .relative = gap.relative(),
                   .filings_share = percent(rural.filed, rural.filed + urban.filed), .people_share = percent(rural.people, rural.people + urban.people)};
}

}  // namespace wasl::web::figures
