// Readings of meters, as a file is handed in, and what they say: energy lost under each transformer, and readings that cannot be
// right, each with what to do about it.
#include "web/desk_panel.hpp"
#include "web/network.hpp"
#include "web/network_words.hpp"
#include "web/shell.hpp"
#include "web/views/network.hpp"

#include "base/text.hpp"
#include "grid/meters.hpp"
#include "grid/readings_kept.hpp"
#include "lingua/formats.hpp"

#include "pages/desk/meters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

using network::said;

constexpr std::size_t anomalies_shown = 200, largest_upload = 11U << 20U;

struct MetersEntered {
    MemberSite* member = nullptr;
    std::shared_ptr<const network::Solved> solved;
};
Result<MetersEntered> enter_meters(const Visit& visit, network::Shelf& shelf) {
    MetersEntered out;
    out.member = TRY(enter(visit, {identity::Role::agent}));
    out.solved = TRY(shelf.of(*out.member));
    return out;
}

std::string kwh_text(const Visit& visit, double value) { return said(visit, "kwh", {{"value", decimals(visit.language, value, 1)}}); }

std::string period_text(const Visit& visit, const Date& from, const Date& until) {
    if (from.day == 1 && until == from.plus_months(1)) return month_text(visit.language, from.year, from.month);
    return fmt::format("{} – {}", lingua::short_date(from), lingua::short_date(until.plus_days(-1)));
}

std::string period_key(const grid::KeptReadings& one) { return one.from.iso() + "_" + one.until.iso(); }

Cell meters_cell(std::string text, bool number = false) { return {.text = std::move(text), .number = number, .typed_by_person = !number}; }

Table losses_table(const Visit& visit, const grid::EnergyReport& report) {
    Table out{.caption = said(visit, "readings.losses")};
    for (const auto& [key, number] : {std::pair{"readings.transformer", false}, std::pair{"readings.meters", true}, std::pair{"readings.missing", true},
                                      std::pair{"readings.injected", true}, std::pair{"readings.billed", true}, std::pair{"readings.lost", true},
                                      std::pair{"readings.share", true}, std::pair{"readings.technical", true}, std::pair{"readings.unexplained", true}}) {
        out.head.push_back({.text = said(visit, key), .number = number});
    }
    const auto number = [&](double value) { return meters_cell(decimals(visit.language, value, 1), true); };
    const auto nothing = [&] { return meters_cell(said(visit, "no-value"), true); };
    for (const auto& one : report.balances) {
        std::vector<Cell> row{meters_cell(one.called.empty() ? one.meter : one.called), meters_cell(lingua::number(visit.language, static_cast<std::int64_t>(one.customers)), true),
                              meters_cell(lingua::number(visit.language, static_cast<std::int64_t>(one.missing)), true)};
        row.push_back(one.readable ? number(one.injected_kwh) : nothing());
        row.push_back(number(one.billed_kwh));
        row.push_back(one.readable ? number(one.lost_kwh()) : nothing());
        const auto share = one.lost_share();
        row.push_back(share ? meters_cell(share_text(visit.language, *share), true) : nothing());
        row.push_back(one.technical_kwh ? number(*one.technical_kwh) : nothing());
        row.push_back(one.readable && one.technical_kwh ? number(one.unexplained_kwh()) : nothing());
        out.rows.push_back(std::move(row));
    }
    return out;
}

Table anomalies_table(const Visit& visit, const grid::EnergyReport& report) {
    Table out{.caption = said(visit, "readings.anomalies"), .head = {{.text = said(visit, "readings.meter")}, {.text = said(visit, "readings.line"), .number = true},
                                                                    {.text = said(visit, "readings.what")}, {.text = said(visit, "readings.todo")}}};
    for (const auto& one : report.anomalies) {
        if (out.rows.size() == anomalies_shown) break;
        const auto word = fmt::format("anomaly.{}", grid::to_string(one.kind));
        const auto what = said(visit, word, {{"kwh", decimals(visit.language, one.kwh, 1)}, {"most", decimals(visit.language, one.most_kwh, 0)}});
        out.rows.push_back({meters_cell(one.meter), meters_cell(one.line > 0 ? lingua::number(visit.language, static_cast<std::int64_t>(one.line)) : "–", true),
                            meters_cell(what), meters_cell(said(visit, word + "-todo"))});
    }
    return out;
}

void meters_fact(std::vector<SummaryRow>& rows, std::string key, std::string value) {
    SummaryRow row;
    row.key = std::move(key);
    row.value = std::move(value);
    row.typed_by_person = true;
    rows.push_back(std::move(row));
}

void show_report(MetersView& view, const Visit& visit, const grid::KeptReadings& kept, const grid::EnergyReport& report) {
    auto& rows = view.facts;
    meters_fact(rows, said(visit, "readings.period"), period_text(visit, report.from, report.until));
    meters_fact(rows, said(visit, "readings.file-of"), fmt::format("{} · {}", kept.name, moment(visit, kept.at)));
    meters_fact(rows, said(visit, "readings.injected"), kwh_text(visit, report.injected_kwh));
    meters_fact(rows, said(visit, "readings.billed"), kwh_text(visit, report.billed_kwh));
    const double lost = report.injected_kwh - report.billed_kwh;
    const auto share = report.injected_kwh > 0 ? share_text(visit.language, lost / report.injected_kwh) : said(visit, "no-value");
    meters_fact(rows, said(visit, "readings.lost"), fmt::format("{} · {}", kwh_text(visit, lost), share));
    meters_fact(rows, said(visit, "readings.technical"), report.technical_kwh ? kwh_text(visit, *report.technical_kwh)
                                                                             : lingua::say(visit.language, Error{Code::unprocessable, report.technical_left_out, ""}));
    view.definition = said(visit, "readings.definition");
    view.losses = losses_table(visit, report);
    view.anomalies = anomalies_table(visit, report);
    view.anomalies_none = said(visit, "readings.anomalies-none");
    view.downloads.push_back({"CSV", page(visit, "/network/losses.csv").with("period", period_key(kept))});
}

Result<grid::EnergyReport> report_of(const MetersEntered& in, store::Reader& reader, const grid::KeptReadings& kept) {
    const auto text = TRY(reader.blob(kept.file));
    return grid::energy_report(in.solved->kept->metered, TRY(grid::read_readings(kept.name, text)));
}

// The period asked for, else the newest; null when there is none.
const grid::KeptReadings* asked_period(const Visit& visit, const std::vector<grid::KeptReadings>& all) {
    const auto found = std::ranges::find(all, visit.request->query("period"), period_key);
    return found != all.end() ? &*found : all.empty() ? nullptr : &all.front();
}

MetersView empty_view(const Visit& visit) {
    MetersView view;
    view.chrome = chrome(visit, "supply.readings.title");
    view.chrome.back = page(visit, "/network");
    view.heading = view.chrome.title;
    view.here = page(visit, "/network/meters");
    view.csrf = visit.csrf();
    view.hint = said(visit, "readings.hint");
    view.file = {.id = "readings", .label = said(visit, "readings.file"), .accept = ".csv,text/csv"};
    return view;
}

Result<MetersView> meters_view(const Visit& visit, const MetersEntered& in) {
    auto view = empty_view(visit);
    if (in.solved == nullptr) {
        view.no_network = said(visit, "none-here");
        return view;
    }
    if (visit.request->query("done") == "kept") view.notice = said(visit, "done.kept");
    const auto reader = TRY(in.member->store->read());
    const auto all = TRY(grid::kept_readings(*reader));
    const auto* shown = asked_period(visit, all);
    if (shown == nullptr) {
        view.none = said(visit, "readings.none");
        return view;
    }
    for (const auto& one : all) view.periods.push_back({period_text(visit, one.from, one.until), page(visit, "/network/meters").with("period", period_key(one)), &one == shown});
    const auto report = report_of(in, *reader, *shown);
    if (!report) {  // the network has changed since: none of its meters is known any more
        view.none = lingua::say(visit.language, report.error());
        return view;
    }
    show_report(view, visit, *shown, *report);
    return view;
}

Result<http::Response> show_meters(Visit& visit, network::Shelf& shelf) {
    const auto in = TRY(enter_meters(visit, shelf));
    return render(visit, TRY(meters_view(visit, in)), pages::desk_meters);
}

Result<http::Response> losses_csv(Visit& visit, network::Shelf& shelf) {
    const auto in = TRY(enter_meters(visit, shelf));
    if (in.solved == nullptr) return fail(Code::not_found, "grid.no-network");
    const auto reader = TRY(in.member->store->read());
    const auto all = TRY(grid::kept_readings(*reader));
    const auto* shown = asked_period(visit, all);
    if (shown == nullptr) return fail(Code::not_found, "http.not-found");
    const auto report = TRY(report_of(in, *reader, *shown));
    return http::Response::download(grid::energy_csv(report), "text/csv; charset=utf-8", fmt::format("losses-{}.csv", report.from.iso()));
}

// Read and balanced before anything is kept: a file that cannot be used leaves the one before in place.
Result<void> keep_file(const Visit& visit, const MetersEntered& in, const http::FormFile& file) {
    const auto readings = TRY(grid::read_readings(file.filename, file.content));
    const auto report = TRY(grid::energy_report(in.solved->kept->metered, readings));
    grid::KeptReadings kept;
    kept.from = report.from;
    kept.until = report.until;
    kept.name = file.filename;
    kept.by = visit.actor.id;
    kept.rows = static_cast<std::int64_t>(readings.size());
    kept.at = visit.now();
    kept.file = TRY(in.member->store->write_blob(file.content));
    return in.member->store->run([&](store::Transaction& tx) { return grid::keep_readings(tx, kept); });
}

Result<http::Response> take_readings(Visit& visit, http::Form& form, network::Shelf& shelf) {
    const auto in = TRY(enter_meters(visit, shelf));
    if (in.solved == nullptr) return fail(Code::not_found, "grid.no-network");
    const auto* file = form.file("readings");
    const auto done = file == nullptr ? Result<void>(fail(Code::unprocessable, "grid.no-file")) : keep_file(visit, in, *file);
    if (done) return redirect(visit, base(visit) + "/network/meters?done=kept");
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    auto view = TRY(meters_view(visit, in));
    const auto words = lingua::say(visit.language, done.error());
    view.chrome.has_errors = true;
    view.notice.clear();
    view.errors.push_back({words, Url::literal("#readings")});
    view.file.error = words;
    view.error_detail = done.error().detail;
    return render(visit, view, pages::desk_meters, http_status(done.error().code));
}

}  // namespace

void add_meters(http::Router& router, Site& site) {
    const auto shelf = std::make_shared<network::Shelf>();
    get_slow(router, site, "/desk/{member}/network/meters", Door::staff, [shelf](Visit& visit) { return show_meters(visit, *shelf); });
    get_slow(router, site, "/desk/{member}/network/losses.csv", Door::staff, [shelf](Visit& visit) { return losses_csv(visit, *shelf); });
    post(router, site, "/desk/{member}/network/meters", Door::staff, [shelf](Visit& visit, http::Form& form) { return take_readings(visit, form, *shelf); },
         {.body_limit = largest_upload});
}

}  // namespace wasl::web::desk
