// uses: base dossier store trust catalogue form jurisdiction insight
// The public figures of a member with very many dossiers: what keeping them costs, the figures of a page, and a full
// recount that must be equal.
//   figures_bench [COUNT [FOLDER]]     COUNT dossiers (1,000,000), each filed and a third of them answered; FOLDER is
//                                      kept and filled up when it is there
// Limits: page 100 ms p99, full recount 10 s for 1,000,000 dossiers.
#include "dossier/codec.hpp"
#include "insight/board.hpp"
#include "insight/figures.hpp"
#include "jurisdiction/pack.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace wasl;

constexpr int offices = 20;
constexpr int a_command = 100;  // dossiers written together while seeding

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

[[noreturn]] void die(const std::string& why) {
    fmt::print(stderr, "figures_bench: {}\n", why);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) die(result.error().key + ": " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// A filing as large as those of sixteen questions: names, address, remarks, two papers.
dossier::Filed filing(int i, const jurisdiction::Calendar& calendar, Instant at) {
    dossier::Filed out;
    out.member = "bench";
    out.reference = fmt::format("bench/0/2026/{}", i);
    out.procedure = "sixteen-questions";
    out.revision = std::string(64, 'a');
    out.title = "طلب فتح محل تجاري بالطابق الأرضي";
    out.office = fmt::format("office-{}", i % offices);
    out.applicant = {.person = fmt::format("p-{}", i), .name_arabic = "فاطمة الزهراء العمراني", .name_latin = "Fatima Zahra Amrani",
                     .identifier_kind = i % 5 == 0 ? "ice" : "cnie", .identifier = fmt::format("AB{:06}", i % 50'000)};
    out.contact = {.channel = "account", .address = fmt::format("p-{}", i), .language = i % 3 == 0 ? "fr" : "ar"};
    out.channel = i % 7 == 0 ? "counter" : "online";
    for (int field = 0; field < 16; ++field) {
        out.listed.push_back(fmt::format("question_{}", field));
        out.answers.set(fmt::format("question_{}", field), "شارع الحسن الثاني، رقم 12، حي السلام، تامري");
    }
    for (const auto* code : {"title", "plans"}) {
        out.pieces.push_back({.requirement = code, .name = "plan.pdf", .media_type = "application/pdf", .bytes = 120'000, .digest = std::string(64, 'b'),
                              .source = i % 4 == 0 ? dossier::Source::fetched : dossier::Source::uploaded});
    }
    out.receipt.answer_due = calendar.end_of_day(calendar.add_working_days(calendar.date_at(at), 15));
    return out;
}

Result<void> append(store::Transaction& tx, const std::string& chain, const dossier::Event& event) {
    TRY(tx.append({.chain = chain, .kind = "dossier." + std::string(to_string(event.type())), .content = dossier::encode(event)}));
    return {};
}

Result<void> seed_some(store::Transaction& tx, int from, int to, const jurisdiction::Calendar& calendar) {
    const dossier::By person{.id = "p", .name = "Fatima Zahra Amrani", .office = {}, .role = "person", .acting_for = {}, .mandate = {}};
    const dossier::By agent{.id = "a", .name = "Said", .office = "office", .role = "caseworker", .acting_for = {}, .mandate = {}};
    for (int i = from; i < to; ++i) {
        const auto chain = fmt::format("d{:025}", i);
        const auto at = Instant{1'767'225'600'000'000}.plus_seconds(static_cast<std::int64_t>(i) % 300 * 86'400 + i % 3'600);
        TRY(append(tx, chain, {at, person, filing(i, calendar, at)}));
        if (i % 3 != 0) continue;
        const auto answered = at.plus_seconds(86'400 * (1 + i % 40));
        TRY(append(tx, chain, {answered, agent, dossier::Notified{.channel = "sms", .at = answered, .proof = "x", .appeal_until = {}}}));
    }
    return {};
}

void seed(store::Store& store, int from, int count, const jurisdiction::Calendar& calendar) {
    constexpr int waiting = 16;
    std::counting_semaphore<> room(waiting);
    const double begun = now();
    for (int i = from; i < count; i += a_command) {
        room.acquire();
        store.submit([&calendar, i, to = std::min(count, i + a_command)](store::Transaction& tx) -> Result<void> {
                         TRY(seed_some(tx, i, to, calendar));
                         TRY(tx.bump("bench", to - i));
                         return {};
                     },
                     [&](Result<void> done) {
                         if (!done) die(done.error().detail);
                         room.release();
                     });
    }
    for (int i = 0; i < waiting; ++i) room.acquire();
    if (count > from) fmt::print("seeded {} dossiers in {:.0f} s\n", count - from, now() - begun);
}

// What a page pays: reading what is kept, counting companies, building every figure with what is withheld.
void page(store::Store& store) {
    std::vector<double> taken;
    std::size_t lines = 0;
    for (int i = 0; i < 100; ++i) {
        const double begun = now();
        const auto reader = must(store.read());
        const auto kept = must(insight::read_kept(*reader));
        const auto companies = must(insight::companies_since(*reader, Date{2026, 1, 1}.days_since_epoch()));
        const auto figures = insight::figures_of(kept.tally, 2026, {2026, 11, 22}, companies);
        lines = insight::observations(figures, {}, std::nullopt, std::nullopt).size();
        taken.push_back((now() - begun) * 1'000);
    }
    std::ranges::sort(taken);
    fmt::print("figures of a page ({} numbers): p50 {:.1f} ms, p99 {:.1f} ms (limit 100 ms){}\n", lines, taken[50], taken[98], taken[98] < 100 ? "" : "  MISSED");
}

bool recount(store::Store& store, const insight::Basis& basis, int count) {
    const auto reader = must(store.read());
    const auto kept = must(insight::read_kept(*reader));
    const double begun = now();
    const auto threads = std::max(1U, std::thread::hardware_concurrency());
    const auto counted = must(insight::recount([&] { return store.read(); }, kept.position.entries, basis, threads));
    const double took = now() - begun;
    const bool equal = counted.tally == kept.tally && must(insight::read_companies(*reader)) == counted.companies;
    const double limit = 10.0 * count / 1'000'000;
    fmt::print("full recount: {} entries, {} dossiers in {:.2f} s with {} threads (limit {:.1f} s): {}{}\n", counted.entries, counted.dossiers, took, threads, limit,
               equal ? "equal" : "DIFFERENT", took < limit ? "" : "  MISSED");
    return equal;
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    const bool keep = argc > 2;
    const std::filesystem::path folder = keep ? std::filesystem::path(argv[2]) : std::filesystem::path("build/bench-figures");
    if (!keep) std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto needed = static_cast<std::uintmax_t>(count) * 8'000;
    if (const auto room = std::filesystem::space(folder).available; room < needed) die(fmt::format("{} dossiers need about {} GB; {} GB are free", count, needed >> 30U, room >> 30U));
    const auto pack = must(jurisdiction::load_pack("jurisdictions/ma"));
    const auto board = must(insight::Board::open("jurisdictions/ma", folder, pack->calendar()));
    bool equal = false;
    {
        auto keys = must(trust::KeyRing::open_or_create(folder / "keys", "bench", SystemClock().now()));
        trust::JournalSealer hook(keys);
        store::Writers writers(1);
        store::SqliteOptions options;
        options.folder = folder / "store";
        options.schema.collections = insight::figure_collections();
        for (auto& collection : trust::trust_collections()) options.schema.collections.push_back(std::move(collection));
        options.hook = &hook;
        options.reserve_bytes = 0;
        const auto store = must(store::open_sqlite(std::move(options), writers));
        seed(*store, static_cast<int>(must(must(store->read())->counter("bench"))), count, pack->calendar());
        const double begun = now();
        must(insight::catch_up(*store, board->basis()));
        const auto entries = must(must(store->read())->journal_size());
        fmt::print("taking in {} entries: {:.1f} s ({:.0f} /s)\n", entries, now() - begun, static_cast<double>(entries) / (now() - begun));
        page(*store);
        equal = recount(*store, board->basis(), count);
    }
    if (!keep) std::filesystem::remove_all(folder);
    return equal ? 0 : 1;
}
