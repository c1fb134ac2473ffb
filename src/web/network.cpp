#include "web/network.hpp"

#include "base/text.hpp"
#include "grid/one_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::network {

namespace {

constexpr int months_shown = 12;

}  // namespace

Solved::Solved(std::shared_ptr<const grid::KeptNetwork> network) : kept(std::move(network)), trace(kept->metered.network) {
    auto solved = grid::study(kept->metered.network);
    if (!solved) {
        no_answer = solved.error();
        return;
    }
    flows = grid::branch_flows(kept->metered.network, *solved);
    study = *std::move(solved);
}

NetworkNow::NetworkNow(const Solved& solved, std::vector<std::uint32_t> opened)
    : solved_(&solved), opened_(std::move(opened)), part_(grid::fed_part(solved.net(), opened_)) {
    if (auto found = grid::study(*part_)) study_ = *std::move(found);
}

Result<NetworkNow> network_now(const MemberSite& member, const Solved& solved) {
    const auto reader = TRY(member.store->read());
    std::vector<std::uint32_t> opened;
    for (const auto& outage : TRY(grid::open_outages(*reader))) {
        for (const auto& name : outage.opened) {
            // A newer network may know it no more: then nothing of it is open there.
            if (const auto branch = grid::find_branch(solved.net(), name)) opened.push_back(*branch);
        }
    }
    if (opened.empty() && solved.study) return NetworkNow(solved);
    return NetworkNow(solved, std::move(opened));
}

Result<std::shared_ptr<const Solved>> Shelf::of(const MemberSite& member) {
    if (member.network == nullptr) return nullptr;
    const auto kept = TRY(member.network->now());
    if (kept == nullptr) return nullptr;
    const std::lock_guard lock(guard_);
    auto& slot = solved_[member.info->id];
    if (slot == nullptr || slot->kept != kept) slot = std::make_shared<const Solved>(kept);
    return slot;
}

std::string said(const Visit& visit, std::string_view key, lingua::Args args) { return visit.say(fmt::format("supply.{}", key), args); }

std::string feeder_called(const grid::Network& network, std::string_view feeder) {
    const auto number = to_integer(feeder);
    const auto found = std::ranges::find(network.buses, number.value_or(0), &grid::Bus::number);
    return found == network.buses.end() || found->name.empty() ? std::string(feeder) : found->name;
}

std::string feeders_called(const Visit& visit, const grid::Network& network, const grid::Outage& outage) {
    std::vector<std::string> names;
    for (const auto& feeder : outage.feeders()) names.push_back(feeder_called(network, feeder));
    if (names.empty()) return said(visit, "at-source");
    return join(names, visit.language == lingua::Language::ar ? "، " : ", ");
}

Result<MonthlyReliability> monthly_reliability(const Visit& visit, store::Reader& reader) {
    const auto& zone = visit.site->pack->zone();
    auto first = visit.site->today();
    first.day = 1;
    MonthlyReliability out;
    for (int i = 0; i < months_shown; ++i) {
        const auto month = first.plus_months(-i);
        out.months.push_back({month.year, month.month, {}});
    }
    const auto from = zone.start_of_day(first.plus_months(1 - months_shown));
    std::vector<grid::SupplyLost> lost;
    for (const auto& outage : TRY(grid::outages_between(reader, from, visit.now().plus_seconds(1)))) {
        std::ranges::move(grid::supply_lost(outage), std::back_inserter(lost));
    }
    for (const auto& [key, sums] : grid::reliability_by_month(lost, zone, visit.now())) {
        if (!key.feeder.empty()) {
            out.feeders[key.feeder] += sums;
            continue;
        }
        out.all += sums;
        for (auto& line : out.months) {
            if (line.year == key.year && line.month == key.month) line.sums = sums;
        }
    }
    return out;
}

}  // namespace wasl::web::network
