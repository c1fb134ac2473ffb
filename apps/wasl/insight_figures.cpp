// wasl figures: the kept figures of a member held against a full recount, and the journal export for a recount elsewhere.
#include "host.hpp"
#include "insight_commands.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "insight/board.hpp"
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
    std::shared_ptr<const jurisdiction::Pack> pack;
    std::unique_ptr<insight::Board> board;
    std::unique_ptr<store::ReadOnlyStore> store;
};

Result<Beside> open_beside(const FiguresArgs& args) {
    Beside out;
    const auto node = TRY(read_node(args.data / "node.toml"));
    if (std::ranges::find(node.members, args.member, &web::MemberInfo::id) == node.members.end()) {
        return fail(Code::not_found, "insight.no-member", args.member);
    }
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

// First what the figures rest on, then every entry of a dossier, erased ones without content.
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
    std::cout << json::write(head) << '\n';
    const auto reader = TRY(beside.store->read());
    const auto size = TRY(reader->journal_size());
    for (std::uint64_t first = 0; first < size; first += export_page) {
        for (const auto& row : TRY(reader->journal(first, export_page))) {
            if (!row.kind.starts_with("dossier.")) continue;
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
