// uses: base dossier store trust catalogue form jurisdiction
// A member with very many dossiers, seeded through the real command: the queue page, full-text search with the
// ten commonest words, the memory of an export, and what opening the store and a round of its clock cost.
//   million_bench [COUNT [FOLDER]]     COUNT dossiers (1,000,000); FOLDER is kept and filled up when it is there
// Limits: queue page 50 ms p99, search 100 ms p99, export under 200 MB.
#include "catalogue/loader.hpp"
#include "dossier/service.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <semaphore>
#include <string>
#include <vector>

namespace {

using namespace wasl;
using namespace wasl::dossier;

constexpr int offices = 20;
// Words of the answers, the first ten by far the commonest: a word of rank r comes about 1/r as often.
constexpr std::array<const char*, 24> words{"محل", "تجاري", "شارع", "الحسن", "الثاني", "مقهى", "جديد", "طلب", "رخصة", "المدينة",
                                            "نجارة", "خياطة", "مخبزة", "صيدلية", "مطعم", "حدادة", "مكتبة", "جزارة", "حلاقة", "عطارة",
                                            "نسيج", "فلاحة", "طباعة", "زليج"};
constexpr std::size_t commonest = 10;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

[[noreturn]] void die(const std::string& why) {
    fmt::print(stderr, "million_bench: {}\n", why);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) die(result.error().key + ": " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Private memory in MB (smaps_rollup: what is not shared with the page cache).
double private_megabytes() {
    std::ifstream in("/proc/self/smaps_rollup");
    double kilobytes = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:")) kilobytes += std::atof(line.c_str() + 14);
    }
    return kilobytes / 1024;
}

class Chance {
public:
    Chance() {
        std::vector<double> weights;
        for (std::size_t rank = 1; rank <= words.size(); ++rank) weights.push_back(1.0 / static_cast<double>(rank));
        distribution_ = std::discrete_distribution<std::size_t>(weights.begin(), weights.end());
    }
    std::string sentence(int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += std::string(i == 0 ? "" : " ") + words[distribution_(engine_)];
        return out;
    }
    int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }

private:
    std::mt19937 engine_{20'261'121};
    std::discrete_distribution<std::size_t> distribution_;
};

Filing filing(int i, const std::shared_ptr<const catalogue::Revision>& revision, Chance& chance) {
    Filing out;
    out.revision = revision;
    out.applicant = {.person = fmt::format("p-{}", i), .name_arabic = "فاطمة الزهراء العمراني", .name_latin = "Fatima Zahra Amrani",
                     .identifier_kind = "cnie", .identifier = fmt::format("AB{:06}", i)};
    out.contact = {.channel = "account", .address = fmt::format("p-{}", i), .language = "ar"};
    out.office = fmt::format("office-{}", i % offices);
    out.offices = {.appeal = "wilaya", .supervisory = "wilaya"};
    out.facts = {{"channel", "online"}, {"level", 3}, {"applicant_kind", "person"}};
    out.level = 3;
    out.answers = {{"holder_name", json::Object{{"given_ar", "فاطمة الزهراء"}, {"family_ar", "العمراني"}}},
                   {"holder_birth", "1990-05-12"},
                   {"document", json::Object{{"kind", "cnie"}, {"number", fmt::format("AB{:06}", i % 1'000'000)}}},
                   {"phone", "+212661000000"},
                   {"commune", json::Object{{"text", "تامري"}}},
                   {"address", chance.sentence(4)},
                   {"activity", "cafe"},
                   {"premises", chance.sentence(2)},
                   {"surface", chance.below(200)},
                   {"rent", json::Number{"2500.00"}},
                   {"opening", "2027-01-01"},
                   {"employees", chance.below(9)},
                   {"music", false},
                   {"terrace", true},
                   {"terrace_surface", 12},
                   {"remarks", chance.sentence(8)}};
    return out;
}

Actor person(int i) { return {.id = fmt::format("p-{}", i), .name = "Fatima Zahra Amrani", .roles = {Role::person}}; }

void seed(Service& service, const std::shared_ptr<const catalogue::Revision>& revision, int from, int count) {
    constexpr int waiting = 512;
    std::counting_semaphore<> room(waiting);
    std::atomic<int> failed{0};
    Chance chance;
    const double start = now();
    double told = start;
    for (int i = from; i < count; ++i) {
        room.acquire();
        service.file(filing(i, revision, chance), person(i), [&](const Result<FilingDone>& done) {
            failed += done ? 0 : 1;
            room.release();
        });
        if (now() - told < 10) continue;
        told = now();
        fmt::print("  {} of {} ({:.0f} /s)\n", i, count, (i - from) / (told - start));
        std::fflush(stdout);
    }
    for (int i = 0; i < waiting; ++i) room.acquire();
    if (failed > 0) die("filings failed");
    if (count > from) fmt::print("seeded {} in {:.0f} s ({:.0f} /s)\n", count - from, now() - start, (count - from) / (now() - start));
}

class Timings {
public:
    template <class Work>
    void time(const Work& work) {
        const double start = now();
        work();
        taken_.push_back((now() - start) * 1'000);
    }
    void print(const char* what, double limit) {
        std::ranges::sort(taken_);
        const auto at = [&](double share) { return taken_[static_cast<std::size_t>(static_cast<double>(taken_.size() - 1) * share)]; };
        fmt::print("{:44} p50 {:6.2f} ms, p99 {:6.2f} ms (limit {} ms){}\n", what, at(0.5), at(0.99), limit, at(0.99) < limit ? "" : "  MISSED");
    }

private:
    std::vector<double> taken_;
};

Actor agent() { return {.id = "bench", .name = "Bench", .roles = {Role::caseworker}, .office = "office-0", .purpose = "queue"}; }

void queue(Service& service) {
    Timings first, later;
    Chance chance;
    for (int i = 0; i < 150; ++i) {
        ListQuery query;
        query.offices = {fmt::format("office-{}", chance.below(offices))};
        List list;
        first.time([&] { list = must(service.list(query, agent())); });
        query.after = list.next;
        if (!query.after.empty()) later.time([&] { must(service.list(query, agent())); });
    }
    first.print("queue, first page (20, look journaled)", 50);
    later.print("queue, next page", 50);
}

void search(Service& service) {
    Timings one, two, all;
    Chance chance;
    std::vector<std::string> everywhere;
    for (int i = 0; i < offices; ++i) everywhere.push_back(fmt::format("office-{}", i));
    const auto ask = [&](Timings& timings, const std::string& text, std::vector<std::string> scope) {
        ListQuery query;
        query.offices = std::move(scope);
        query.words = text;
        query.order = Order::received;
        timings.time([&] { must(service.list(query, agent())); });
    };
    for (std::size_t i = 0; i < 150; ++i) {
        const auto office = fmt::format("office-{}", chance.below(offices));
        ask(one, words[i % commonest], {office});
        ask(two, fmt::format("{} {}", words[i % commonest], words[(i * 7 + 3) % words.size()]), {office});
        ask(all, words[i % commonest], everywhere);
    }
    one.print("search, one of the ten commonest words", 100);
    two.print("search, two words", 100);
    all.print("search, a common word, twenty offices", 100);
}

void export_all(Service& service) {
    ListQuery query;
    for (int i = 0; i < offices; ++i) query.offices.push_back(fmt::format("office-{}", i));
    const double before = private_megabytes();
    double most = before;
    std::size_t bytes = 0, rows = 0;
    const double start = now();
    const auto done = must(service.each(query, agent(), [&](const Summary& row) -> Result<void> {
        bytes += row.reference.size() + row.title.size() + row.applicant.size();
        if (++rows % 5'000 == 0) most = std::max(most, private_megabytes());
        return {};
    }));
    const double took = now() - start;
    fmt::print("export: {} rows in {:.1f} s ({:.0f} /s, {} MB of text), private memory {:.0f} MB, {:.0f} MB more than before (limit 200 MB)\n", done,
               took, static_cast<double>(done) / took, bytes >> 20U, most, most - before);
}

// A member as the program holds it: keys, store, service.
struct Member {
    std::unique_ptr<trust::KeyRing> keys;
    std::unique_ptr<trust::JournalSealer> hook;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Service> service;
};

Member open(const std::filesystem::path& folder, const std::shared_ptr<const jurisdiction::Pack>& pack, store::Writers& writers) {
    Member out;
    out.keys = std::make_unique<trust::KeyRing>(must(trust::KeyRing::open_or_create(folder / "keys", "bench", SystemClock().now())));
    out.hook = std::make_unique<trust::JournalSealer>(*out.keys);
    store::SqliteOptions options;
    options.folder = folder / "store";
    options.schema.collections = dossier_collections();
    for (auto& collection : trust::trust_collections()) options.schema.collections.push_back(std::move(collection));
    options.hook = out.hook.get();
    options.reserve_bytes = 0;
    out.store = must(store::open_sqlite(std::move(options), writers));
    out.service = std::make_unique<Service>(ServicePorts{.member = "bench", .store = out.store.get(), .pack = pack});
    return out;
}

// What the daily map reads: every chain and its reference, in one view.
void walk(const Member& member) {
    const double begun = now();
    const auto reader = must(member.store->read());
    std::string after;
    std::size_t chains = 0, rows = 0;
    for (bool more = true; more;) {
        const auto page = must(reader->chains(after, 1'000));
        for (const auto& chain : page) {
            rows += must(reader->chain(chain)).size();
            chains += must(member.service->reference_of(chain)) ? 1U : 0U;
        }
        more = page.size() == 1'000;
        if (more) after = page.back();
    }
    fmt::print("a day's map reads {} dossiers, {} rows in {:.1f} s, private memory {:.0f} MB\n", chains, rows, now() - begun, private_megabytes());
}

// What a start pays for a member of this size: opening, when its clock wakes next, one round of it.
void start(const std::filesystem::path& folder, const std::shared_ptr<const jurisdiction::Pack>& pack) {
    store::Writers writers(1);
    const double begun = now();
    const auto member = open(folder, pack, writers);
    const double opened = now();
    must(member.service->next_wake());
    const double woken = now();
    const auto fired = must(member.service->fire_due(SystemClock().now(), 100));
    fmt::print("start: store opened in {:.1f} ms, next_wake {:.1f} ms, a round of the clock {:.1f} ms ({} due)\n", (opened - begun) * 1e3,
               (woken - opened) * 1e3, (now() - woken) * 1e3, fired);
    walk(member);
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    const bool keep = argc > 2;
    const std::filesystem::path folder = keep ? std::filesystem::path(argv[2]) : std::filesystem::path("build/bench-million");
    if (!keep) std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto room = std::filesystem::space(folder).available;
    const auto needed = static_cast<std::uintmax_t>(count) * 16'000;
    if (room < needed) die(fmt::format("{} dossiers need about {} GB; {} GB are free", count, needed >> 30U, room >> 30U));
    const auto pack = must(jurisdiction::load_pack("jurisdictions/ma"));
    {
        const auto today = pack->zone().date_at(SystemClock().now());
        const auto loaded = catalogue::load_procedure("benchmarks/procedures/sixteen-questions", pack.get(), today);
        if (loaded.revision == nullptr) die("benchmarks/procedures/sixteen-questions");
        store::Writers writers(1);
        const auto member = open(folder, pack, writers);
        auto& store = member.store;
        auto& service = *member.service;
        const auto there = must(must(store->read())->counter(fmt::format("ref/0/{}", today.year)));
        seed(service, loaded.revision, static_cast<int>(there), count);
        must(store->settle());
        fmt::print("private memory after seeding {:.0f} MB\n", private_megabytes());
        queue(service);
        search(service);
        export_all(service);
    }
    start(folder, pack);
    if (!keep) std::filesystem::remove_all(folder);
}
