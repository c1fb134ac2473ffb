// For the tests of the figures: a journal written event by event, in a folder that goes away.
#pragma once

#include "base/clock.hpp"
#include "dossier/codec.hpp"
#include "insight/figures.hpp"
#include "insight/kept.hpp"
#include "jurisdiction/pack.hpp"
#include "store/sqlite.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>  // mkdtemp

#include <filesystem>

namespace wasl::insight::test {

inline const jurisdiction::Pack& morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma").value();
    return *pack;
}

inline Basis basis() { return {.calendar = &morocco().calendar()}; }

// Ten in the morning, or another hour and minute, of a day in Morocco.
inline Instant at(Date day, int hour = 10, int minute = 0) { return morocco().zone().instant_at(day, hour, minute, 0); }

inline const dossier::By fatima{.id = "p-1", .name = "Fatima", .office = {}, .role = "person", .acting_for = {}, .mandate = {}};
inline const dossier::By said{.id = "a-1", .name = "Said", .office = "etat-civil", .role = "caseworker", .acting_for = {}, .mandate = {}};
inline const dossier::By nadia{.id = "a-2", .name = "Nadia", .office = "etat-civil", .role = "signatory", .acting_for = {}, .mandate = {}};
inline const dossier::By program{.id = "system", .name = "system", .office = "system", .role = "system", .acting_for = {}, .mandate = {}};

inline dossier::Filed filed(std::string office = "etat-civil", std::string channel = "online") {
    dossier::Filed out;
    out.member = "commune-tamri";
    out.reference = "r";
    out.procedure = "permit";
    out.office = std::move(office);
    out.contact.language = "ar";
    out.channel = std::move(channel);
    return out;
}

class Book {
public:
    Book() : clock(at({2026, 3, 2})) {
        std::string name = (std::filesystem::temp_directory_path() / "wasl-insight-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        store::SqliteOptions options;
        options.folder = folder;
        options.schema.collections = figure_collections();
        options.clock = &clock;
        options.reserve_bytes = 0;
        options.full_below_bytes = 0;
        options.low_below_bytes = 0;
        auto opened = store::open_sqlite(std::move(options), writers);
        REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().detail));
        store = std::move(*opened);
    }
    ~Book() {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    void write(const std::string& chain, Instant when, const dossier::By& by, dossier::Body body) {
        if (when > clock.now()) clock.set(when);
        const dossier::Event event{when, by, std::move(body)};
        append(chain, "dossier." + std::string(to_string(event.type())), dossier::encode(event));
    }
    // Kept until something reads: one transaction, one wait for the disk.
    void append(const std::string& chain, const std::string& kind, const std::string& content) {
        waiting_.push_back({.chain = chain, .kind = kind, .content = content});
    }
    void flush() {
        if (waiting_.empty()) return;
        const auto done = store->run([&](store::Transaction& tx) -> Result<void> {
            for (auto& entry : waiting_) TRY(tx.append(std::move(entry)));
            return {};
        });
        REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().detail));
        waiting_.clear();
    }
    // As the service does it: the contents go, an entry of its own says so.
    void erase(const std::string& chain) {
        flush();
        const auto done = store->run([&](store::Transaction& tx) -> Result<void> {
            TRY(tx.erase_chain(chain));
            TRY(tx.append({.chain = chain, .kind = "dossier.erased", .content = "{}"}));
            return {};
        });
        REQUIRE(done.has_value());
    }

    KeptFigures kept(const Basis& on = basis()) {
        flush();
        REQUIRE(catch_up(*store, on).has_value());
        return read_kept(*store->read().value()).value();
    }
    std::uint64_t size() {
        flush();
        return store->read().value()->journal_size().value();
    }
    Recount counted(const Basis& on = basis()) {
        const auto until = size();
        const auto done = recount([&] { return store->read(); }, until, on, 2);
        REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().detail));
        return *done;
    }
    Figures figures(Date as_of, std::int64_t smallest = 1) { return figures_of(kept().tally, as_of.year, as_of, 0, smallest); }

    ManualClock clock;
    std::filesystem::path folder;
    store::Writers writers{1};
    std::unique_ptr<store::Store> store;

private:
    std::vector<store::JournalEntry> waiting_;
};

}  // namespace wasl::insight::test
