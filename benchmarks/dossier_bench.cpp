// uses: base dossier store trust catalogue form jurisdiction | sqlite3
// Durable filings in process, through decide, journal, seal and index, against a bare SQLite loop that
// replays the same rows in the same group sizes (the target: a ratio of 0.4).
//   dossier_bench [filings [count]]     by number of waiting filings
//   dossier_bench core [count]          decide, encode, replay and decode alone, in microseconds
#include "base/ids.hpp"
#include "dossier/apply.hpp"
#include "dossier/codec.hpp"
#include "dossier/service.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <semaphore>

namespace {

using namespace wasl;
using namespace wasl::dossier;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void die(const std::string& why) {
    fmt::print(stderr, "dossier_bench: {}\n", why);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) die(result.error().key + ": " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Folder {
public:
    explicit Folder(const std::string& name) : path_(std::filesystem::current_path() / ("bench-" + name)) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// The seals and checkpoints of trust, and how many filings each group held.
class Counting final : public store::CommitHook {
public:
    explicit Counting(const trust::KeyRing& keys) : sealer_(keys) {}
    Result<void> before_commit(store::Transaction& tx, std::span<store::JournalRow> rows) override {
        groups.push_back(rows.size());
        return sealer_.before_commit(tx, rows);
    }
    void after_commit(bool committed) noexcept override { sealer_.after_commit(committed); }
    std::vector<std::size_t> groups;

private:
    trust::JournalSealer sealer_;
};

std::shared_ptr<const catalogue::Revision> sheet() {
    auto revision = std::make_shared<catalogue::Revision>();
    revision->id = "building-permit";
    revision->hash = sha256(revision->id);
    revision->title = form::Text::of("ar", "رخصة البناء للمشاريع الصغرى");
    revision->delay.cases = {{.n = 15, .unit = catalogue::DelayUnit::day}};
    revision->silence = catalogue::Silence::approval;
    revision->silence_act = "building-permit";
    form::Page page{.id = "works", .title = form::Text::of("ar", "الأشغال")};
    for (int i = 0; i < 16; ++i) {
        page.fields.push_back({.id = fmt::format("question_{}", i), .type = form::FieldType::text, .label = form::Text::of("ar", "سؤال")});
    }
    revision->form.pages = {page};
    return revision;
}

Filing filing(int i, const std::shared_ptr<const catalogue::Revision>& revision) {
    Filing out;
    out.revision = revision;
    out.applicant = {.person = fmt::format("p-{}", i), .name_arabic = "فاطمة الزهراء العمراني", .name_latin = "Fatima Zahra Amrani",
                     .identifier_kind = "cnie", .identifier = fmt::format("AB{:06}", i)};
    out.contact = {.channel = "sms", .address = fmt::format("c-{}", i), .language = "ar"};
    out.office = fmt::format("office-{}", i % 20);
    out.offices = {.appeal = "wilaya", .supervisory = "wilaya"};
    for (int q = 0; q < 16; ++q) out.answers.set(fmt::format("question_{}", q), fmt::format("جواب رقم {} على السؤال {}", i, q));
    out.once = fmt::format("key-{}", i);
    return out;
}

// --- the bare loop ---------------------------------------------------------------------------

void execute(sqlite3* database, const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) die(sql + ": " + sqlite3_errmsg(database));
}

struct Rows {
    sqlite3_stmt* insert = nullptr;
    std::vector<std::vector<sqlite3_value*>> rows;
};

Rows load(sqlite3* source, sqlite3* target, const std::string& table, const std::string& order) {
    Rows out;
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source, fmt::format("SELECT * FROM {} ORDER BY {}", table, order).c_str(), -1, &statement, nullptr);
    const int columns = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        auto& row = out.rows.emplace_back();
        for (int i = 0; i < columns; ++i) row.push_back(sqlite3_value_dup(sqlite3_column_value(statement, i)));
    }
    sqlite3_finalize(statement);
    std::string insert = fmt::format("INSERT INTO {} VALUES(?", table);
    for (int i = 1; i < columns; ++i) insert += ",?";
    if (sqlite3_prepare_v2(target, (insert + ")").c_str(), -1, &out.insert, nullptr) != SQLITE_OK) die(sqlite3_errmsg(target));
    return out;
}

void write(const Rows& rows, std::size_t at, sqlite3* target) {
    if (at >= rows.rows.size()) return;
    for (std::size_t c = 0; c < rows.rows[at].size(); ++c) sqlite3_bind_value(rows.insert, static_cast<int>(c) + 1, rows.rows[at][c]);
    if (sqlite3_step(rows.insert) != SQLITE_DONE) die(sqlite3_errmsg(target));
    sqlite3_reset(rows.insert);
}

double replay(const std::filesystem::path& from, const std::filesystem::path& to, const std::vector<std::size_t>& groups) {
    sqlite3 *source = nullptr, *target = nullptr;
    sqlite3_open(from.c_str(), &source);
    sqlite3_open(to.c_str(), &target);
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=-16384"}) {
        execute(target, pragma);
    }
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('d_dossier','d_outbox','d_seals','journal')", -1, &statement, nullptr);
    while (sqlite3_step(statement) == SQLITE_ROW) execute(target, reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    std::vector<Rows> tables = {load(source, target, "d_dossier", "id"), load(source, target, "d_outbox", "id"),
                                load(source, target, "d_seals", "id"), load(source, target, "journal", "seq")};
    const double start = now();
    std::size_t at = 0;
    for (const auto group : groups) {
        execute(target, "BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < group; ++i, ++at) {
            for (const auto& table : tables) write(table, at, target);
        }
        execute(target, "COMMIT");
        std::error_code error;
        if (std::filesystem::file_size(to.string() + "-wal", error) > (4U << 20U)) {
            sqlite3_wal_checkpoint_v2(target, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        }
    }
    const double took = now() - start;
    for (auto& table : tables) {
        for (auto& row : table.rows) std::ranges::for_each(row, sqlite3_value_free);
        sqlite3_finalize(table.insert);
    }
    sqlite3_close(target);
    sqlite3_close(source);
    return took;
}

double file_all(Service& service, int count, int waiting) {
    const auto revision = sheet();
    std::counting_semaphore<> room(waiting);
    std::atomic<int> failed{0};
    std::vector<Filing> filings;
    for (int i = 0; i < count; ++i) filings.push_back(filing(i, revision));
    const double start = now();
    for (int i = 0; i < count; ++i) {
        room.acquire();
        const Actor actor{.id = fmt::format("p-{}", i), .name = "Fatima Zahra Amrani", .roles = {Role::person}};
        service.file(std::move(filings[static_cast<std::size_t>(i)]), actor, [&](Result<FilingDone> done) {
            failed += done ? 0 : 1;
            room.release();
        });
    }
    for (int i = 0; i < waiting; ++i) room.acquire();
    const double took = now() - start;
    if (failed > 0) die("filings failed");
    return took;
}

void filings(int count) {
    const auto pack = must(jurisdiction::load_pack("jurisdictions/ma"));
    fmt::print("durable filings in process: 16 answers, receipt sealed, one dossier, one message, one journal row\n");
    for (const int waiting : {1, 16, 64, 256}) {
        const Folder folder("dossiers");
        const auto keys = must(trust::KeyRing::in_memory("commune-tamri", SystemClock().now()));
        Counting hook(keys);
        const int filed = waiting == 1 ? count / 5 : count;
        double took = 0;
        {
            store::Writers writers(1);
            store::SqliteOptions options;
            options.folder = folder.path();
            options.schema.collections = dossier_collections();
            for (auto& collection : trust::trust_collections()) options.schema.collections.push_back(std::move(collection));
            options.hook = &hook;
            options.reserve_bytes = 0;
            const auto store = must(store::open_sqlite(std::move(options), writers));
            Service service({.member = "commune-tamri", .store = store.get(), .pack = pack});
            took = file_all(service, filed, waiting);
            must(store->settle());
        }
        const double bare = replay(folder.path() / "store.db", folder.path() / "bare.db", hook.groups);
        fmt::print("{:3} waiting: {:6.0f} /s, groups of {:5.1f}; bare loop {:6.0f} /s; ratio {:.2f}\n", waiting, filed / took,
                   static_cast<double>(filed) / static_cast<double>(hook.groups.size()), filed / bare, bare / took);
    }
}

void timed(const char* what, int count, const auto& work) {
    const double start = now();
    for (int i = 0; i < count; ++i) work();
    fmt::print("{:28} {:7.2f} µs\n", what, (now() - start) / count * 1e6);
}

void core(int count) {
    const auto pack = must(jurisdiction::load_pack("jurisdictions/ma"));
    const auto revision = sheet();
    const auto request = filing(1, revision);
    const Date today{2026, 11, 21};
    const auto ready = readiness(request, *pack, today);
    Filed filed{.member = "commune-tamri", .reference = "commune-tamri/0/2026/000001", .procedure = revision->id, .revision = revision->hash.hex(),
                .title = revision->title.in("ar"), .kind = revision->kind, .office = request.office, .applicant = request.applicant,
                .contact = request.contact, .channel = "online", .terms = ready.terms, .answers = ready.checked.answers};
    const Actor actor{.id = "p-1", .name = "Fatima Zahra Amrani", .roles = {Role::person}};
    const Context context{.now = SystemClock().now(), .actor = actor, .pack = pack.get(), .reference = filed.reference};
    State state;
    state.id = "0123456789abcdef0123456789";
    const auto events = must(decide(state, File{filed}, context));
    must(apply(state, events.front()));
    const auto event_text = encode(events.front());
    const auto state_text = encode(state);
    fmt::print("event {} bytes, state {} bytes\n", event_text.size(), state_text.size());
    timed("readiness (form, terms)", count, [&] { static_cast<void>(readiness(request, *pack, today)); });
    timed("decide a filing", count, [&] { static_cast<void>(decide(State{}, File{filed}, context)); });
    timed("encode the event", count, [&] { static_cast<void>(encode(events.front())); });
    timed("encode the state", count, [&] { static_cast<void>(encode(state)); });
    timed("decode the state", count, [&] { static_cast<void>(must(decode_state(state_text))); });
    timed("read the clock", count, [&] { static_cast<void>(explain(state, *pack, context.now)); });
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "filings";
    const int count = argc > 2 ? std::atoi(argv[2]) : 20'000;
    if (what == "core") {
        core(count);
    } else {
        filings(count);
    }
}
