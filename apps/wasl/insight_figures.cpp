// wasl figures: the kept figures of a member held against a full recount, and the journal export for a recount elsewhere.
#include "host.hpp"
#include "insight_commands.hpp"
#include "payments.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "catalogue/catalogue.hpp"
#include "insight/board.hpp"
#include "participation/public_record.hpp"
#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

namespace wasl::app {

namespace {

constexpr int unusable = 2;
constexpr std::size_t export_page = 2'000;

// A member's store beside the server, and what its figures rest on.
struct Beside {
    web::MemberInfo member;
    std::shared_ptr<const jurisdiction::Pack> pack;
    std::unique_ptr<insight::Board> board;
    std::unique_ptr<store::ReadOnlyStore> store;
};

Result<Beside> open_beside(const FiguresArgs& args) {
    Beside out;
    const auto node = TRY(read_node(args.data / "node.toml"));
    const auto about = std::ranges::find(node.members, args.member, &web::MemberInfo::id);
    if (about == node.members.end()) return fail(Code::not_found, "insight.no-member", args.member);
    out.member = *about;
    out.pack = TRY(jurisdiction::load_pack(pack_folder()));
    out.board = TRY(insight::Board::open(pack_folder(), args.data, out.pack->calendar()));
    out.store = TRY(store::open_sqlite_read_only(args.data / "store" / args.member));
    return out;
}

// What differs first, in words; empty when all is equal.
std::string difference(const insight::Tally& kept, const insight::Tally& counted) {
    for (const auto& [key, row] : counted.offices) {
        const auto found = kept.offices.find(key);
        if (found == kept.offices.end() || !(found->second == row)) return fmt::format("office {} in {}", key.second, key.first);
    }
    for (const auto& [key, row] : kept.offices) {
        if (!counted.offices.contains(key)) return fmt::format("office {} in {}", key.second, key.first);
    }
    return kept.groups == counted.groups ? "" : "answers by group";
}

Result<int> compare(const FiguresArgs& args) {
    const auto beside = TRY(open_beside(args));
    const auto reader = TRY(beside.store->read());
    const auto kept = TRY(insight::read_kept(*reader));
    const auto& basis = beside.board->basis();
    const auto begun = std::chrono::steady_clock::now();
    const auto threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    const auto counted = TRY(insight::recount([&] { return beside.store->read(); }, kept.position.entries, basis, threads));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
    std::string differs = kept.position.basis == basis.digest() || kept.position.entries == 0 ? difference(kept.tally, counted.tally) : "counted on another calendar or definition";
    if (differs.empty() && TRY(insight::read_companies(*reader)) != counted.companies) differs = "companies";
    const auto size = TRY(reader->journal_size());
    if (args.json) {
        std::cout << json::write_pretty(json::Object{{"member", args.member}, {"equal", differs.empty()}, {"differs", differs}, {"entries", counted.entries},
                                                     {"entries_not_counted_yet", size - counted.entries}, {"dossiers", counted.dossiers}, {"milliseconds", took}});
    } else {
        std::cout << fmt::format("{}: {} entries, {} dossiers, {} entries not counted yet, {} ms: {}\n", args.member, counted.entries, counted.dossiers,
                                 size - counted.entries, took, differs.empty() ? "equal" : "DIFFERS: " + differs);
    }
    return differs.empty() ? 0 : 1;
}

// What of a published sheet says how far it is online.
json::Object sheet_line(const catalogue::Revision& sheet) {
    json::Array papers, channels;
    for (const auto& paper : sheet.requirements) {
        json::Array accepted;
        for (const auto way : paper.accepted) accepted.emplace_back(catalogue::to_string(way));
        papers.emplace_back(json::Object{{"mandatory", paper.mandatory}, {"accepted", std::move(accepted)}, {"source", paper.once_only_source}});
    }
    for (const auto& channel : sheet.channels) channels.emplace_back(channel);
    std::int64_t questions = 0;
    for (const auto& page : sheet.form.pages) questions += static_cast<std::int64_t>(page.fields.size());
    return {{"procedure", sheet.id},
            {"described", !sheet.description.in("ar").empty()},
            {"delays", !sheet.delay.cases.empty() || !sheet.delay.published.empty()},
            {"questions", questions},
            {"channels", std::move(channels)},
            {"imported", !sheet.imported_from.empty()},
            {"papers", std::move(papers)},
            {"fee", sheet.fee.kind != catalogue::FeeKind::free},
            {"documents", static_cast<std::int64_t>(sheet.outputs.size())},
            {"granted_by_rule", sheet.automatic_grant.has_value()}};
}

Result<void> write_sheets(const FiguresArgs& args, const Beside& beside) {
    const auto sheets = TRY(catalogue::Catalogue::open(args.data / "catalogue" / beside.member.catalogue));
    for (const auto& sheet : sheets->list(0, sheets->size(), "fr")) {
        const auto revision = TRY(sheets->revision(sheet.hash));
        if (revision != nullptr) std::cout << json::write(sheet_line(*revision)) << '\n';
    }
    return {};
}

// Its times are public and stand in no journal entry.
Result<void> write_consultations(store::Reader& reader) {
    for (const auto& one : TRY(participation::all_consultations(reader))) {
        std::cout << json::write(json::Object{{"consultation", one.id}, {"opens", one.opens.iso()}, {"closes", one.closes.iso()}}) << '\n';
    }
    return {};
}

// First what the figures rest on, the sheets and the times of consultations, then every entry of a dossier and of taking
// part, erased ones without content.
Result<int> write_export(const FiguresArgs& args) {
    const auto beside = TRY(open_beside(args));
    const auto& calendar = beside.pack->calendar();
    json::Array holidays, weekend;
    for (const auto& [date, holiday] : calendar.holidays()) holidays.emplace_back(date.iso());
    for (auto day = Date{2026, 1, 5}; day < Date{2026, 1, 12}; day = day.plus_days(1)) {
        if (calendar.is_weekend(day)) weekend.emplace_back(day.weekday());
    }
    const auto& pack = beside.board->pack();
    json::Object head{{"member", args.member}, {"zone", calendar.zone().name()}, {"weekend", std::move(weekend)}, {"holidays", std::move(holidays)},
                      {"session_minutes", pack.session_minutes}, {"smallest_count", pack.smallest_count}};
    if (pack.minute_cost) head.set("minute_cost", pack.minute_cost->text());
    head.set("pays_online", !open_providers(args.data / "keys" / args.member, beside.member).empty());
    if (const auto* facts = beside.board->host_facts()->member(args.member); facts != nullptr && facts->companies) head.set("companies_in_register", *facts->companies);
    head.set("at", SystemClock().now().iso());
    std::cout << json::write(head) << '\n';
    TRY(write_sheets(args, beside));
    const auto reader = TRY(beside.store->read());
    TRY(write_consultations(*reader));
    const auto size = TRY(reader->journal_size());
    for (std::uint64_t first = 0; first < size; first += export_page) {
        for (const auto& row : TRY(reader->journal(first, export_page))) {
            if (!row.kind.starts_with("dossier.") && !row.kind.starts_with("forum.")) continue;
            json::Object line{{"seq", row.seq}, {"chain", row.chain}, {"kind", row.kind}};
            if (!row.erased && row.kind != "dossier.erased") line.set("entry", TRY(json::parse(row.content)));
            std::cout << json::write(line) << '\n';
        }
    }
    std::cout.flush();
    if (!std::cout) return fail(Code::unavailable, "file.unwritable", "standard output");
    return 0;
}

int finish(const Result<int>& done) {
    if (done) return *done;
    complain(done.error());
    return unusable;
}

}  // namespace

int figures_recount(const FiguresArgs& args) { return finish(compare(args)); }
int figures_export(const FiguresArgs& args) { return finish(write_export(args)); }

}  // namespace wasl::app
