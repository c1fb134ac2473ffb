// Random interleavings: several hands pay, notify, close, refund and settle the same few references at once, commits fail
// as in a power cut, the store is opened again; then money is where it must be, and counted once.
#include "pay/testing.hpp"

#include <map>
#include <random>
#include <set>
#include <thread>

using namespace wasl;
using namespace wasl::pay;
using namespace wasl::pay::test;

namespace {

struct Chance {
    std::mt19937 engine;
    std::size_t below(std::size_t bound) { return engine() % bound; }
};

// All of it, or a part that may be more than there is.
std::optional<Money> any_part(Chance& chance) {
    if (chance.below(3) == 0) return std::nullopt;
    return Money::of_centimes(static_cast<std::int64_t>(chance.below(2'300)));
}

// One hand at work. Whatever fails is simply tried again some time, as people and providers do.
void work(Paying& m, const std::vector<Demand>& demands, std::uint32_t seed, int steps) {
    Chance chance{std::mt19937(seed)};
    const Hand me{"a-" + std::to_string(seed), "Agent " + std::to_string(seed), "caisse"};
    const Hand other{"b-" + std::to_string(seed), "Chef " + std::to_string(seed), "accueil"};
    static constexpr std::string_view amounts[] = {"22.00", "22.00", "22.00", "20.00", "30.00"};
    for (int step = 0; step < steps; ++step) {
        const auto& demand = demands[chance.below(demands.size())];
        // Few transaction numbers, so that the same is told twice, by different hands, and otherwise.
        const auto transaction = "T-" + std::to_string(chance.below(demands.size() * 2));
        switch (chance.below(10)) {
            case 0: static_cast<void>(m.book->open_day(mad("50"), me)); break;
            case 1:
                if (const auto day = m.book->open_day_of(me.id); day && *day) static_cast<void>(m.book->close_day((*day)->id, mad("60"), "counted", me));
                break;
            case 2:
            case 3: static_cast<void>(m.book->take_cash(demand.reference, mad("22"), std::to_string(chance.below(40)), me)); break;
            case 4:
            case 5:
            case 6: static_cast<void>(m.book->take("carte", {transaction, {}, demand.reference, mad(amounts[chance.below(5)]), chance.below(8) != 0})); break;
            case 7: {
                if (chance.below(3) == 0) static_cast<void>(m.ask(demand.dossier, dossier::Withdraw{"no longer needed"}, fatima));
                const auto now = m.book->demand(demand.reference);
                if (now && *now && !(*now)->receipt.empty()) static_cast<void>(m.book->ask_refund((*now)->receipt, {"withdrawn", me, any_part(chance)}));
                static_cast<void>(m.book->ask_return("carte/" + transaction, {"held", me, any_part(chance)}));
                break;
            }
            case 8:
                for (const auto state : {RefundState::asked, RefundState::approved}) {
                    const auto standing = m.book->refunds(state, 50);
                    if (!standing || standing->empty()) continue;
                    const auto& refund = (*standing)[chance.below(standing->size())];
                    if (state == RefundState::approved) static_cast<void>(m.book->give_back(refund.id, me));
                    else if (chance.below(4) == 0) static_cast<void>(m.book->reject(refund.id, "no", other));
                    else static_cast<void>(m.book->approve(refund.id, other));
                }
                break;
            default: {
                const auto csv = "transaction,reference,amount\n" + transaction + "," + demand.reference + "," + std::string(amounts[chance.below(5)]) + "\n";
                static_cast<void>(m.book->settle("carte", "f", csv, other));
            }
        }
    }
}

// What is given back of a reference never sums to more than its receipt.
void check_given(Paying& m) {
    const auto reader = Member::must(m.store->read());
    std::map<std::string, Money> given;
    for (const auto& document : Member::must(reader->find({.collection = std::string(rows::refunds), .limit = 10'000})).documents) {
        const auto refund = Member::must(decode<Refund>(document.body));
        if (refund.state == RefundState::asked || refund.state == RefundState::rejected) continue;
        CHECK(refund.asked_by.id != refund.decided_by.id);
        given[refund.receipt.empty() ? refund.notice : refund.receipt] += refund.amount;
    }
    for (const auto& [source, amount] : given) {
        const auto receipt = Member::must(m.book->receipt(source));
        const auto notice = Member::must(reader->get(rows::notices, source));
        const Money received = receipt ? receipt->amount : Member::must(decode<Notice>(notice->body)).amount;
        CHECK_MESSAGE(amount <= received, source);
    }
}

// Money received = receipts given + shown overpayments + what went back out of these.
void check_received(Paying& m) {
    const auto reader = Member::must(m.store->read());
    std::map<std::string, int> receipts_of;
    Money receipts, received_cash, received_online, held;
    std::set<std::string> numbers;
    for (const auto& document : Member::must(reader->find({.collection = std::string(rows::receipts), .limit = 10'000})).documents) {
        const auto receipt = Member::must(decode<Receipt>(document.body));
        CHECK(++receipts_of[receipt.reference] == 1);
        receipts += receipt.amount;
        numbers.insert(receipt.number);
    }
    for (const auto& document : Member::must(reader->find({.collection = std::string(rows::days), .limit = 10'000})).documents) {
        received_cash += Member::must(decode<CashDay>(document.body)).taken;
    }
    for (const auto& document : Member::must(reader->find({.collection = std::string(rows::notices), .limit = 10'000})).documents) {
        const auto notice = Member::must(decode<Notice>(document.body));
        if (!notice.successful) continue;
        received_online += notice.amount;
        held += notice.amount - (notice.receipt.empty() ? Money() : mad("22"));
    }
    CHECK((received_cash + received_online).text() == (receipts + held).text());
    // Numbers without a gap: 1 … n.
    if (!numbers.empty()) CHECK(*numbers.rbegin() == "2026-" + std::string(6 - std::to_string(numbers.size()).size(), '0') + std::to_string(numbers.size()));
}

}  // namespace

TEST_CASE("property: whatever happens at once, the ledger sums to zero and no reference is paid twice") {
    for (std::uint32_t round = 0; round < 6; ++round) {
        Paying m;
        std::vector<Demand> demands;
        for (int i = 0; i < 6; ++i) demands.push_back(m.owed(i % 2 == 0));
        m.hook.one_in = round % 2 == 0 ? 0 : 6;  // every second round, one commit in six fails
        for (int life = 0; life < 3; ++life) {
            std::vector<std::thread> hands;
            for (std::uint32_t hand = 0; hand < 4; ++hand) {
                hands.emplace_back([&, hand] { work(m, demands, round * 100 + static_cast<std::uint32_t>(life) * 10 + hand + 1, 60); });
            }
            for (auto& hand : hands) hand.join();
            CHECK(m.recheck() == "");
            m.open();  // killed and started again
        }
        m.hook.one_in = 0;
        CHECK(m.recheck() == "");
        check_received(m);
        check_given(m);
        CHECK(m.audit() == "");
        for (const auto& demand : demands) {
            const auto fees = m.get(demand.dossier).state.fees.size();
            CHECK(fees == (m.now(demand).receipt.empty() ? 0U : 1U));
        }
    }
}
