// Power cuts for everybody: those of now, those of the last days, and how reliable the supply was. Counts of customers
// small enough to point at somebody are not told.
#include "web/network.hpp"
#include "web/network_words.hpp"
#include "web/sheet_cell.hpp"
#include "web/shell.hpp"
#include "web/views/network.hpp"

#include "insight/board.hpp"
#include "lingua/formats.hpp"

#include "pages/network/outages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using network::said;

constexpr std::int64_t recent_seconds = 7LL * 86'400;
constexpr std::size_t most_recent = 50;

std::int64_t smallest_told(const Visit& visit) { return visit.site->figures == nullptr ? 10 : visit.site->figures->pack().smallest_count; }

std::vector<const MemberInfo*> utilities(const Visit& visit) {
    std::vector<const MemberInfo*> out;
    for (const auto& member : visit.site->members->all()) {
        if (member.kind == "utility") out.push_back(&member);
    }
    return out;
}

const MemberInfo* asked_utility(const Visit& visit) {
    const auto id = visit.request->query("member");
    if (!id.empty()) return visit.site->members->info(id);
    const auto all = utilities(visit);
    return all.empty() ? nullptr : all.front();
}

std::string moment_text(const Visit& visit, Instant at) { return lingua::date_and_time(visit.language, visit.site->local(at)); }

Cell plain(std::string text, bool number = false) { return {.text = std::move(text), .number = number}; }

Table table_of(const Visit& visit, std::string_view caption, std::initializer_list<std::pair<std::string_view, bool>> heads) {
    Table out{.caption = said(visit, caption)};
    for (const auto& [key, number] : heads) out.head.push_back(plain(said(visit, key), number));
    return out;
}

void show_now(OutagesView& view, const Visit& visit, const network::Solved& solved, const std::vector<grid::Outage>& open) {
    view.now = table_of(visit, "now", {{"since", false}, {"area", false}, {"why", false}, {"without", true}, {"expected", false}});
    view.now.caption_hidden = true;
    view.now_empty = said(visit, "none-now");
    for (const auto& outage : open) {
        if (outage.customers_off() == 0) continue;
        view.now.rows.push_back({plain(moment_text(visit, outage.began)), plain(network::feeders_called(visit, solved.net(), outage)),
                                 plain(cause_text(visit.language, outage.cause)),
                                 plain(public_count(visit.language, outage.customers_off(), smallest_told(visit)), true),
                                 plain(outage.expected ? moment_text(visit, *outage.expected) : said(visit, "expected-unknown"))});
    }
}

void show_recent(OutagesView& view, const Visit& visit, const network::Solved& solved, const std::vector<grid::Outage>& recent) {
    view.recent = table_of(visit, "recent", {{"since", false}, {"until", false}, {"area", false}, {"why", false}, {"interrupted", true}});
    view.recent.caption_hidden = true;
    view.recent_empty = said(visit, "none-recent");
    for (const auto& outage : recent) {
        if (!outage.ended) continue;
        view.recent.rows.push_back({plain(moment_text(visit, outage.began)), plain(moment_text(visit, *outage.ended)),
                                    plain(network::feeders_called(visit, solved.net(), outage)), plain(cause_text(visit.language, outage.cause)),
                                    plain(public_count(visit.language, outage.customers(), smallest_told(visit)), true)});
    }
}

// The figures of one line; withheld where the number of customers behind them is.
struct IndexLine {
    std::string saidi, saifi, caidi, interrupted;
};
IndexLine index_line(const Visit& visit, const grid::ReliabilitySums& sums, std::int64_t served) {
    const auto smallest = smallest_told(visit);
    if (sums.interrupted > 0 && sums.interrupted < smallest) {
        const auto withheld = said(visit, "withheld");
        return {withheld, withheld, withheld, public_count(visit.language, sums.interrupted, smallest)};
    }
    const auto indices = grid::indices_of(sums, served);
    return {index_text(visit.language, indices.saidi), index_text(visit.language, indices.saifi), index_text(visit.language, indices.caidi),
            lingua::number(visit.language, sums.interrupted)};
}

std::vector<Cell> index_row(std::string first, IndexLine line) {
    return {plain(std::move(first)), plain(std::move(line.saidi), true), plain(std::move(line.saifi), true), plain(std::move(line.caidi), true),
            plain(std::move(line.interrupted), true)};
}

void show_reliability(OutagesView& view, const Visit& visit, const network::Solved& solved, const network::MonthlyReliability& figures) {
    const auto served = solved.customers();
    view.definitions = {said(visit, "saidi-what"), said(visit, "saifi-what"), said(visit, "caidi-what"), said(visit, "sustained-what")};
    view.served = said(visit, "served", {{"count", served}});
    if (served == 0) view.no_value = said(visit, "no-customers");
    const auto heads = {std::pair<std::string_view, bool>{"month", false}, {"saidi", true}, {"saifi", true}, {"caidi", true}, {"interrupted", true}};
    view.months = table_of(visit, "by-month", heads);
    for (const auto& line : figures.months) view.months.rows.push_back(index_row(month_text(visit.language, line.year, line.month), index_line(visit, line.sums, served)));
    view.months.rows.push_back(index_row(said(visit, "twelve-months"), index_line(visit, figures.all, served)));
    view.feeders = table_of(visit, "by-feeder", heads);
    view.feeders.head.front().text = said(visit, "feeder");
    for (const auto& [feeder, sums] : figures.feeders) {
        view.feeders.rows.push_back(index_row(network::feeder_called(solved.net(), feeder), index_line(visit, sums, served)));
    }
}

Result<http::Response> show_outages(Visit& visit, network::Shelf& shelf) {
    OutagesView view;
    view.title = said(visit, "outages");
    view.chrome = chrome_for(visit, view.title);
    const auto* info = asked_utility(visit);
    if (info == nullptr && !visit.request->query("member").empty()) return fail(Code::not_found, "http.not-found");
    view.action = link_to(visit, "/outages");
    view.member = {.id = "member", .label = visit.say("figures.choose.member")};
    for (const auto* each : utilities(visit)) view.members.push_back({each->id, each->name.in(visit.tag()), "", each == info});
    auto* member = info == nullptr ? nullptr : TRY(visit.site->members->at(info->id));
    const auto solved = member == nullptr ? nullptr : TRY(shelf.of(*member));
    if (solved == nullptr) {
        view.no_network = said(visit, "none-public");
        return render(visit, view, pages::network_outages);
    }
    const auto name = info->name.in(visit.tag());
    view.chrome = chrome_for(visit, view.title + " · " + name);
    view.intro = said(visit, "intro", {{"member", name}});
    const auto reader = TRY(member->store->read());
    show_now(view, visit, *solved, TRY(grid::open_outages(*reader)));
    show_recent(view, visit, *solved, TRY(grid::outages_between(*reader, visit.now().plus_seconds(-recent_seconds), visit.now().plus_seconds(1), most_recent)));
    show_reliability(view, visit, *solved, TRY(network::monthly_reliability(visit, *reader)));
    view.downloads.push_back({"CSV", link_to(visit, "/outages.csv").with("member", info->id)});
    return render(visit, view, pages::network_outages);
}

std::string number_or_nothing(const std::optional<Decimal>& value) { return value ? value->text() : std::string(); }

// The same as data: months, then feeders over the twelve months.
Result<http::Response> outages_csv(Visit& visit, network::Shelf& shelf) {
    const auto* info = asked_utility(visit);
    auto* member = info == nullptr ? nullptr : TRY(visit.site->members->at(info->id));
    const auto solved = member == nullptr ? nullptr : TRY(shelf.of(*member));
    if (solved == nullptr) return fail(Code::not_found, "http.not-found");
    const auto reader = TRY(member->store->read());
    const auto figures = TRY(network::monthly_reliability(visit, *reader));
    std::string out = "\xEF\xBB\xBF";
    append_csv_line(out, {"member", "month", "feeder", "customers_served", "customers_interrupted", "customer_minutes", "saidi", "saifi", "caidi", "why_not"});
    const auto line = [&](const std::string& month, const std::string& feeder, const grid::ReliabilitySums& sums) {
        // Those of the time, where one number says it for the whole line.
        const bool then = sums.by_served.size() == 1 && sums.by_served.begin()->first > 0;
        const auto served = then ? std::to_string(sums.by_served.begin()->first) : sums.by_served.empty() ? std::to_string(solved->customers()) : std::string();
        if (sums.interrupted > 0 && sums.interrupted < smallest_told(visit)) {
            append_csv_line(out, {info->id, month, feeder, served, "", "", "", "", "", "withheld"});
            return;
        }
        const auto indices = grid::indices_of(sums, solved->customers());
        append_csv_line(out, {info->id, month, feeder, served, std::to_string(sums.interrupted), std::to_string(sums.customer_seconds / 60),
                              number_or_nothing(indices.saidi), number_or_nothing(indices.saifi), number_or_nothing(indices.caidi),
                              !indices.saidi ? "no-customers" : sums.interrupted == 0 ? "no-interruption" : ""});
    };
    for (const auto& month : figures.months) line(fmt::format("{:04}-{:02}", month.year, month.month), "", month.sums);
    for (const auto& [feeder, sums] : figures.feeders) line("", feeder, sums);
    auto response = http::Response::download(std::move(out), "text/csv; charset=utf-8", fmt::format("outages-{}.csv", info->id));
    response.compress = true;
    return response;
}

}  // namespace

void add_outages_routes(http::Router& router, Site& site) {
    const auto shelf = std::make_shared<network::Shelf>();
    get_slow(router, site, "/outages", Door::open, [shelf](Visit& visit) { return show_outages(visit, *shelf); });
    get_slow(router, site, "/outages.csv", Door::open, [shelf](Visit& visit) { return outages_csv(visit, *shelf); });
}

}  // namespace wasl::web
