// What the pages of a utility's network share: the network in force, solved once, and its words.
#pragma once

#include "grid/losses.hpp"
#include "grid/network_folder.hpp"
#include "grid/outage.hpp"
#include "web/visit.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace wasl::web {

void add_outages_routes(http::Router& router, Site& site);  // /outages, for everybody

namespace network {

// A network with its power flow: made once, shown many times.
struct Solved {
    std::shared_ptr<const grid::KeptNetwork> kept;
    grid::Trace trace;
    std::optional<grid::Study> study;
    Error no_answer;  // when there is no study
    std::vector<grid::BranchFlow> flows;

    explicit Solved(std::shared_ptr<const grid::KeptNetwork> network);
    [[nodiscard]] const grid::Network& net() const { return kept->metered.network; }
    [[nodiscard]] std::int64_t customers() const { return static_cast<std::int64_t>(grid::customers_of(kept->metered.meters)); }
};

// How the network stands at this moment: what outages hold open is open, and what nothing feeds is out of the books.
class NetworkNow {
public:
    explicit NetworkNow(const Solved& solved) : solved_(&solved) {}
    NetworkNow(const Solved& solved, std::vector<std::uint32_t> opened);
    [[nodiscard]] const grid::Network& net() const { return part_ ? *part_ : solved_->net(); }
    [[nodiscard]] const grid::Study* study() const {  // null: no answer
        const auto& of = part_ ? study_ : solved_->study;
        return of ? &*of : nullptr;
    }
    [[nodiscard]] const std::vector<std::uint32_t>& opened() const { return opened_; }  // branches, by outages

private:
    const Solved* solved_;  // outlives it
    std::vector<std::uint32_t> opened_;
    std::optional<grid::Network> part_;
    std::optional<grid::Study> study_;
};
Result<NetworkNow> network_now(const MemberSite& member, const Solved& solved);

// Safe from several threads; one a host.
class Shelf {
public:
    // Null: the member keeps no network. Keys of grid::NetworkFolder::now.
    Result<std::shared_ptr<const Solved>> of(const MemberSite& member);

private:
    std::mutex guard_;
    std::map<std::string, std::shared_ptr<const Solved>, std::less<>> solved_;
};

// How people call a feeder: the name of its first bus, or its number.
std::string feeder_called(const grid::Network& network, std::string_view feeder);
std::string feeders_called(const Visit& visit, const grid::Network& network, const grid::Outage& outage);
// "supply." + key in the reader's language.
std::string said(const Visit& visit, std::string_view key, lingua::Args args = {});

// Twelve months up to this one, newest first.
struct MonthlyReliability {
    struct Line {
        std::int64_t year = 0;
        int month = 1;
        grid::ReliabilitySums sums;
    };
    std::vector<Line> months;
    std::map<std::string, grid::ReliabilitySums> feeders;  // over all of them, by id
    grid::ReliabilitySums all;
};
Result<MonthlyReliability> monthly_reliability(const Visit& visit, store::Reader& reader);

}  // namespace network

}  // namespace wasl::web
