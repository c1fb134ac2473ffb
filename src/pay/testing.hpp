// Helpers of the tests of payments: one member whose procedure has a fee.
#pragma once

#include "dossier/testing.hpp"
#include "pay/book.hpp"
#include "pay/recheck.hpp"

namespace wasl::pay::test {

using dossier::test::Member;
using dossier::test::fatima;
using dossier::test::morocco;

inline const Hand hind{"a-hind", "Hind Alaoui", "caisse"};
inline const Hand omar{"a-omar", "Omar Tazi", "caisse"};
inline const Hand chief{"a-chief", "Le chef", "accueil"};

inline Money mad(std::string_view text) { return *Money::parse(text); }

// Fails commits when it is told to: what a power cut between command and disk looks like to the caller.
class FailingHook final : public store::CommitHook {
public:
    explicit FailingHook(store::CommitHook& inner) : inner_(&inner) {}
    Result<void> before_commit(store::Transaction& tx, std::span<store::JournalRow> rows) override {
        TRY(inner_->before_commit(tx, rows));
        if (one_in > 0 && chance.below(one_in) == 0) return fail(Code::unavailable, "store.io", "as the test wants it");
        return {};
    }
    void after_commit(bool committed) noexcept override { inner_->after_commit(committed); }
    std::atomic<std::uint32_t> one_in{0};

private:
    store::CommitHook* inner_;
    SeededEntropy chance{99};
};

struct Paying : Member {
    Demands demands_port{entropy};
    FailingHook hook{*sealer};
    std::unique_ptr<Book> book;

    Paying() { open(); }
    ~Paying() { store.reset(); }  // before the hook
    // Opens the same store again, as after the program was killed.
    void open() {
        book.reset();
        service.reset();
        store.reset();
        store::SqliteOptions options;
        options.folder = folder / "store-with-payments";
        options.schema = dossier::test::member_schema();
        for (auto& collection : pay_collections()) options.schema.collections.push_back(std::move(collection));
        options.hook = &hook;
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = options.full_below_bytes = options.low_below_bytes = 0;
        store = must(store::open_sqlite(std::move(options), writers));
        service = std::make_unique<dossier::Service>(dossier::ServicePorts{.member = "commune-tamri", .store = store.get(), .pack = morocco(), .entropy = &entropy,
                                                                           .clock = &clock, .acts = &demands_port, .fields = &fields});
        book = std::make_unique<Book>(BookPorts{.member = "commune-tamri", .store = store.get(), .dossiers = service.get(), .entropy = &entropy, .zone = morocco()->zone()});
    }

    static std::shared_ptr<catalogue::Revision> with_fee(bool unpaid_is_incomplete = false) {
        auto revision = std::make_shared<catalogue::Revision>(*dossier::test::permit());
        revision->fee.kind = catalogue::FeeKind::amount;
        revision->fee.unpaid_is_incomplete = unpaid_is_incomplete;
        revision->fee.items = {{.amount = "20.00", .stamp = {}, .label = form::Text::of("ar", "رسم"), .condition = {}},
                               {.amount = {}, .stamp = "birth-extract", .label = {}, .condition = {}}};
        return revision;
    }
    // A dossier that owes 22.00 MAD: twenty, and a stamp duty of two.
    Demand owed(bool unpaid_is_incomplete = false) {
        auto wish = filing();
        wish.revision = with_fee(unpaid_is_incomplete);
        const auto done = must(service->file(std::move(wish), fatima));
        auto demand = must(book->demand_of(done.dossier));
        REQUIRE(demand.has_value());
        return std::move(*demand);
    }
    Demand now(const Demand& demand) { return *must(book->demand(demand.reference)); }
    Answer told(std::string transaction, std::string reference, std::string_view amount) {
        return must(book->take("carte", {.transaction = std::move(transaction), .attempt = {}, .reference = std::move(reference), .amount = mad(amount), .successful = true}));
    }
    void withdrawn(const Demand& demand) { must(ask(demand.dossier, dossier::Withdraw{"no longer needed"}, fatima)); }
    Money account(std::string_view name) { return must(balance(*must(store->read()), name)); }

    // The ledger read again and held against all documents, the dossiers against the journal; "" when all is well.
    std::string recheck() {
        REQUIRE(store->settle().has_value());
        const auto reader = must(store->read());
        LedgerRecheck check(*reader);
        for (std::uint64_t first = 0, size = must(reader->journal_size()); first < size; first += 1'000) {
            for (const auto& row : must(reader->journal(first, 1'000))) {
                if (const auto good = check.visit(row); !good) return good.error().key + " " + good.error().detail;
            }
        }
        const auto good = check.finish();
        return good ? "" : good.error().key + " " + good.error().detail;
    }
};

template <class T>
std::string key_of(const Result<T>& result) {
    return result ? "" : result.error().key;
}

}  // namespace wasl::pay::test
