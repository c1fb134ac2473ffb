// uses: base store
// The store against a bare SQLite loop that replays the same rows in the same group sizes.
//   store_bench [filings [count]]   durable filings in process, by number of waiting commands
//   store_bench members [count]     filings spread over 100 members
//   store_bench idle [count]        memory of that many members, each used once
//   store_bench queries [count]     queue pages and searches over that many documents
#include "base/ids.hpp"
#include "store/stores.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <semaphore>
#include <thread>

namespace {

using namespace wasl;
using namespace wasl::store;
using Seconds = std::chrono::duration<double>;

double now() {
    return Seconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void die(const std::string& why) {
    fmt::print(stderr, "store_bench: {}\n", why);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        die(result.error().key + ": " + result.error().detail);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
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

// What a filing writes: a dossier with four index fields, two small documents, two journal rows.
Schema schema(bool searchable) {
    Schema out;
    out.collections = {
        {"dossier",
         {{"office", FieldType::text}, {"due", FieldType::integer}, {"person", FieldType::text}, {"reference", FieldType::text}},
         {{"queue", {"office", "due"}}, {"person", {"person", "due"}}, {"reference", {"reference"}, true}},
         searchable},
        {"receipt", {}, {}, false},
        {"idempotency", {}, {}, false}};
    return out;
}

// Leaves of the size of trust's, without its signature: that is measured there.
class Leaves final : public CommitHook {
public:
    Result<void> before_commit(Transaction&, std::span<JournalRow> rows) override {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            link_previous(rows, i);
            rows[i].leaf = std::string(sha256(rows[i].salt, rows[i].content).view()) + rows[i].previous + std::string(40, 'l');
        }
        groups.push_back(rows.size() / 2);
        return {};
    }
    std::vector<std::size_t> groups;  // filings in each
};

const std::string& body() {
    static const std::string text = R"({"answers":{)" + std::string(1'900, 'x') + "}}";
    return text;
}

Command filing(std::string key, std::int64_t number, std::string words) {
    return [key = std::move(key), number, words = std::move(words)](Transaction& tx) -> Result<void> {
        const auto reference = fmt::format("commune-tamri/0/2026/{:06}", number);
        const auto office = fmt::format("office-{}", number % 50);
        TRY(tx.put("dossier", key, 0, body(),
                   {{"office", office}, {"due", number}, {"person", std::string_view(key).substr(0, 20)}, {"reference", reference}},
                   words));
        TRY(tx.put("receipt", key, 0, std::string_view(body()).substr(0, 300)));
        TRY(tx.put("idempotency", key, 0, std::string_view(body()).substr(0, 100)));
        TRY(tx.append({key, "dossier.filed", body().substr(0, 700)}));
        TRY(tx.append({key, "dossier.receipt", body().substr(0, 300)}));
        TRY(tx.bump("filed", 1));
        return {};
    };
}

SqliteOptions options_at(const std::filesystem::path& folder, bool searchable, CommitHook* hook) {
    SqliteOptions options;
    options.folder = folder;
    options.schema = schema(searchable);
    options.hook = hook;
    options.reserve_bytes = 0;
    return options;
}

// Words of a dossier, by a distribution like that of language (rank r about 1/r).
class Words {
public:
    std::string next(std::int64_t office) {
        std::string out = fmt::format("o_{}", office);
        for (int i = 0; i < 25; ++i) {
            const double uniform = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
            out += fmt::format(" w{}", static_cast<int>(std::pow(20'000.0, uniform)));
        }
        return out;
    }
    std::mt19937_64 random_{42};
};

double file_all(Store& store, int count, int waiting, bool words) {
    SeededEntropy entropy(7);
    Words text;
    std::counting_semaphore<> room(waiting);
    std::atomic<int> failed{0};
    std::vector<Command> commands;
    for (int i = 0; i < count; ++i) {
        commands.push_back(filing(random_id(entropy), i, words ? text.next(i % 50) : std::string()));
    }
    const double start = now();
    for (auto& command : commands) {
        room.acquire();
        store.submit(std::move(command), [&](Result<void> done) {
            failed += done ? 0 : 1;
            room.release();
        });
    }
    for (int i = 0; i < waiting; ++i) {
        room.acquire();
    }
    if (failed > 0) {
        die("filings failed");
    }
    return now() - start;
}

// --- the bare loop

void execute(sqlite3* database, const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        die(sql + ": " + sqlite3_errmsg(database));
    }
}

struct Rows {  // all rows of a table, in the order they were written
    std::string insert;
    std::size_t per_filing = 1;
    std::vector<std::vector<sqlite3_value*>> rows;
};

Rows load(sqlite3* source, const std::string& table, const std::string& order, std::size_t per_filing) {
    Rows out;
    out.per_filing = per_filing;
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source, fmt::format("SELECT * FROM {} ORDER BY {}", table, order).c_str(), -1, &statement, nullptr);
    const int columns = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        auto& row = out.rows.emplace_back();
        for (int i = 0; i < columns; ++i) {
            row.push_back(sqlite3_value_dup(sqlite3_column_value(statement, i)));
        }
    }
    sqlite3_finalize(statement);
    out.insert = fmt::format("INSERT INTO {} VALUES(?", table);
    for (int i = 1; i < columns; ++i) {
        out.insert += ",?";
    }
    out.insert += ')';
    return out;
}

double replay(const std::filesystem::path& from, const std::filesystem::path& to, const std::vector<std::size_t>& groups) {
    sqlite3* source = nullptr;
    sqlite3_open(from.c_str(), &source);
    sqlite3* target = nullptr;
    sqlite3_open(to.c_str(), &target);
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=-16384"}) {
        execute(target, pragma);
    }
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('d_dossier','d_receipt','d_idempotency','journal')", -1, &statement, nullptr);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        execute(target, reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    }
    sqlite3_finalize(statement);
    std::vector<Rows> tables;
    tables.push_back(load(source, "d_dossier", "id", 1));
    tables.push_back(load(source, "d_receipt", "id", 1));
    tables.push_back(load(source, "d_idempotency", "id", 1));
    tables.push_back(load(source, "journal", "seq", 2));
    std::vector<sqlite3_stmt*> inserts(tables.size());
    for (std::size_t t = 0; t < tables.size(); ++t) {
        if (sqlite3_prepare_v2(target, tables[t].insert.c_str(), -1, &inserts[t], nullptr) != SQLITE_OK) {
            die(sqlite3_errmsg(target));
        }
    }
    const double start = now();
    std::size_t at = 0;
    for (const auto group : groups) {
        execute(target, "BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < group; ++i, ++at) {
            for (std::size_t t = 0; t < tables.size(); ++t) {
                for (std::size_t r = at * tables[t].per_filing; r < (at + 1) * tables[t].per_filing; ++r) {
                    for (std::size_t c = 0; c < tables[t].rows[r].size(); ++c) {
                        sqlite3_bind_value(inserts[t], static_cast<int>(c) + 1, tables[t].rows[r][c]);
                    }
                    if (sqlite3_step(inserts[t]) != SQLITE_DONE) {
                        die(sqlite3_errmsg(target));
                    }
                    sqlite3_reset(inserts[t]);
                }
            }
        }
        execute(target, "COMMIT");
        std::error_code error;
        if (std::filesystem::file_size(to.string() + "-wal", error) > (4U << 20U)) {
            sqlite3_wal_checkpoint_v2(target, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        }
    }
    const double took = now() - start;
    for (auto& table : tables) {
        for (auto& row : table.rows) {
            std::ranges::for_each(row, sqlite3_value_free);
        }
    }
    std::ranges::for_each(inserts, sqlite3_finalize);
    sqlite3_close(target);
    sqlite3_close(source);
    return took;
}

void filings(int count) {
    fmt::print("durable filings in process (1 document with 4 fields, 2 small ones, 2 journal rows)\n");
    for (const bool searchable : {false, true}) {
        for (const int waiting : {1, 16, 64, 256}) {
            const Folder folder("filings");
            Leaves hook;
            const int filed = waiting == 1 ? count / 5 : count;
            double took = 0;
            double settled = 0;
            {
                Writers writers(1);
                const auto store = must(open_sqlite(options_at(folder.path(), searchable, &hook), writers));
                took = file_all(*store, filed, waiting, searchable);
                const double start = now();
                must(store->settle());
                settled = now() - start;
            }
            const double bare = replay(folder.path() / "store.db", folder.path() / "bare.db", hook.groups);
            fmt::print("{:3} waiting, {}: {:6.0f} /s, groups of {:5.1f}; bare loop {:6.0f} /s; ratio {:.2f}{}\n", waiting,
                       searchable ? "searchable" : "no search ", filed / took,
                       static_cast<double>(filed) / static_cast<double>(hook.groups.size()), filed / bare, bare / took,
                       searchable ? fmt::format("; indexed {:.2f} s later", settled) : "");
        }
    }
}

void members(int count) {
    const Folder folder("members");
    constexpr int stores_count = 100;
    constexpr int clients = 32;
    Writers writers(2);
    Stores stores(writers, [&](std::string_view member) -> Result<SqliteOptions> {
        return options_at(folder.path() / member, true, nullptr);
    });
    for (int i = 0; i < stores_count; ++i) {
        must(stores.at(fmt::format("m{}", i)));
    }
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::vector<double> latencies;
    const double start = now();
    for (int c = 0; c < clients; ++c) {
        threads.emplace_back([&, c] {
            SystemEntropy entropy;
            Words words;
            words.random_.seed(static_cast<std::uint64_t>(c));
            std::vector<double> mine;
            for (int i = c; i < count; i += clients) {
                auto* store = must(stores.at(fmt::format("m{}", words.random_() % stores_count)));
                const double before = now();
                must(store->run(filing(random_id(entropy), i, words.next(1))));
                mine.push_back(now() - before);
            }
            const std::lock_guard lock(mutex);
            latencies.insert(latencies.end(), mine.begin(), mine.end());
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    const double took = now() - start;
    std::ranges::sort(latencies);
    fmt::print("100 members, {} clients: {:.0f} filings/s, p50 {:.1f} ms, p99 {:.1f} ms\n", clients, count / took,
               latencies[latencies.size() / 2] * 1e3, latencies[latencies.size() * 99 / 100] * 1e3);
}

double resident_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::atof(line.c_str() + 6) / 1024;
        }
    }
    return 0;
}

void idle(int count) {
    const Folder folder("idle");
    Writers writers(2);
    Stores stores(writers, [&](std::string_view member) -> Result<SqliteOptions> {
        return options_at(folder.path() / member, true, nullptr);
    });
    const double empty = resident_mb();
    const double start = now();
    for (int i = 0; i < count; ++i) {
        auto* store = must(stores.at(fmt::format("m{}", i)));
        must(store->run(filing(fmt::format("k{}", i), i, "words")));
        must(must(store->read())->get("dossier", "k"));
    }
    fmt::print("{} members, each created and used: {:.1f} s; {} awake, {:.0f} MB (empty {:.0f} MB)\n", count, now() - start,
               stores.awake(), resident_mb(), empty);
    stores.rest_idle(0);
    fmt::print("all at rest: {} awake, {:.0f} MB\n", stores.awake(), resident_mb());
}

void report(const std::string& what, std::vector<double> times) {
    std::ranges::sort(times);
    fmt::print("{:44} p50 {:7.2f} ms, p99 {:7.2f} ms, worst {:7.2f} ms\n", what, times[times.size() / 2] * 1e3,
               times[times.size() * 99 / 100] * 1e3, times.back() * 1e3);
}

void queries(int count) {
    const Folder folder("queries");
    Writers writers(1);
    const auto store = must(open_sqlite(options_at(folder.path(), true, nullptr), writers));
    const double seconds = file_all(*store, count, 512, true);
    const double start = now();
    must(store->settle());
    fmt::print("{} dossiers filed in {:.0f} s ({:.0f} /s), indexed {:.1f} s later; {:.0f} MB\n", count, seconds, count / seconds,
               now() - start, static_cast<double>(std::filesystem::file_size(folder.path() / "store.db")) / 1e6);
    std::mt19937 random(3);
    std::vector<double> pages, deep, common, two, filtered, rare, many;
    const auto timed = [&](std::vector<double>& into, auto&& ask) {
        const double before = now();
        const auto view = must(store->read());
        must(ask(*view));
        into.push_back(now() - before);
    };
    for (int i = 0; i < 300; ++i) {
        const auto office = fmt::format("office-{}", random() % 50);
        Query query{.collection = "dossier", .index = "queue", .equal = {office}, .limit = 50};
        timed(pages, [&](Reader& view) { return view.find(query); });
        query.from = static_cast<std::int64_t>(random() % static_cast<unsigned>(count));
        query.after = must(must(store->read())->find(query)).next;
        timed(deep, [&](Reader& view) { return view.find(query); });
        const auto word = [&](int from, int to) { return fmt::format("w{}", from + static_cast<int>(random() % static_cast<unsigned>(to - from))); };
        const auto w = word(1, 11);
        timed(common, [&](Reader& view) { return view.search({"dossier", {w}, {}}); });
        timed(two, [&](Reader& view) { return view.search({"dossier", {w, word(1, 11)}, {}}); });
        timed(filtered, [&](Reader& view) { return view.search({"dossier", {w}, {fmt::format("o_{}", random() % 50)}}); });
        timed(rare, [&](Reader& view) { return view.search({"dossier", {word(5'000, 20'000), word(5'000, 20'000)}, {}}); });
        timed(many, [&](Reader& view) { return view.count(Search{"dossier", {w}, {}}, 1'001); });
    }
    report("queue page of 50", pages);
    report("queue page of 50, further on", deep);
    report("search, one of the ten commonest words", common);
    report("search, two of them", two);
    report("search, one of them within an office", filtered);
    report("search, two rare words", rare);
    report("\"more than 1,000\" of a commonest word", many);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string what = count > 1 ? arguments[1] : "filings";
    const int number = count > 2 ? std::atoi(arguments[2]) : 0;
    if (what == "filings") {
        filings(number > 0 ? number : 20'000);
    } else if (what == "members") {
        members(number > 0 ? number : 10'000);
    } else if (what == "idle") {
        idle(number > 0 ? number : 1'500);
    } else if (what == "queries") {
        queries(number > 0 ? number : 100'000);
    } else {
        die("filings | members | idle | queries");
    }
}
