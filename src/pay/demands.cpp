// What is owed: raised with the dossier, closed with it.
#include "pay/impl/booking.hpp"
#include "pay/reference.hpp"

#include <algorithm>

namespace wasl::pay {

namespace {

// Ends without a decision: what is unpaid is no longer due, what is paid may be given back.
std::string_view ending_of(dossier::EventType type) noexcept {
    switch (type) {
        case dossier::EventType::withdrawn: return "withdrawn";
        case dossier::EventType::lapsed: return "lapsed";
        case dossier::EventType::transferred: return "transferred";
        default: return {};
    }
}

Result<void> close_demand(store::Transaction& tx, std::string_view dossier, std::string_view why) {
    auto demand = TRY(find_record_by<Demand>(tx, rows::demands, "dossier", dossier));
    if (!demand || !demand->closed.empty()) return {};
    demand->closed = why;
    Legs legs;
    if (demand->state == DemandState::open) {
        demand->state = DemandState::cancelled;
        legs = {{fees_account(demand->procedure), demand->amount}, {"due", -demand->amount}};
    }
    TRY(post(tx, {.what = "closed", .about = {{"reference", demand->reference}, {"why", why}}, .legs = std::move(legs)}));
    return put(tx, *demand);
}

}  // namespace

Result<Demand> raise_demand(store::Transaction& tx, Entropy& entropy, const dossier::State& state, Money amount, std::string assessed_by) {
    Demand demand;
    do {
        demand.reference = draw_reference(entropy);
    } while (TRY(tx.get(rows::demands, demand.reference)));
    const auto& file = state.file;
    demand.dossier = state.id;
    demand.dossier_reference = file.reference;
    demand.procedure = file.procedure;
    demand.office = file.office;
    demand.amount = amount;
    for (const auto& line : file.terms.fee_lines) {
        const auto part = Money::parse(line.amount);
        if (part) demand.lines.push_back({line.label, line.stamp, *part});
    }
    demand.raised = tx.now();
    demand.incomplete_until_paid = file.terms.unpaid_is_incomplete;
    demand.assessed_by = std::move(assessed_by);
    TRY(post(tx, {.what = "demanded", .about = encode(demand), .legs = {{"due", amount}, {fees_account(demand.procedure), -amount}}}));
    TRY(put(tx, demand));
    return demand;
}

Result<void> Demands::done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) {
    for (const auto& event : events) {
        if (event.type() == dossier::EventType::filed) {
            const auto amount = Money::parse(after.file.terms.fee);  // nothing: free, or an agent has to say
            if (amount && *amount > Money()) TRY(raise_demand(tx, *entropy_, after, *amount, {}));
        }
        if (const auto why = ending_of(event.type()); !why.empty()) TRY(close_demand(tx, after.id, why));
    }
    return {};
}

Result<Demand> Book::assess(const dossier::State& state, Money amount, const Hand& by) {
    if (amount <= Money()) return fail(Code::unprocessable, "pay.amount-malformed");
    Demand out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        if (const auto standing = TRY(find_record_by<Demand>(tx, rows::demands, "dossier", state.id))) {
            if (standing->amount != amount) return fail(Code::conflict, "pay.nothing-due", standing->reference);
            out = *standing;
            return {};
        }
        // Asked again inside the transaction: the dossier may have ended meanwhile.
        const auto now = TRY(ports_.dossiers->get(state.id));
        if (!now || now->state.file.terms.fee != "needs-human" || !dossier::is_open(now->state.phase)) {
            return fail(Code::conflict, "pay.nothing-due", state.file.reference);
        }
        out = TRY(raise_demand(tx, *ports_.entropy, now->state, amount, by.name));
        return {};
    }));
    return out;
}

Result<std::optional<Demand>> Book::demand(std::string_view reference) const {
    const auto reader = TRY(ports_.store->read());
    return find_record<Demand>(*reader, rows::demands, reference);
}

Result<std::optional<Demand>> Book::demand_of(std::string_view dossier) const {
    const auto reader = TRY(ports_.store->read());
    return find_record_by<Demand>(*reader, rows::demands, "dossier", dossier);
}

Result<std::vector<Demand>> Book::open_demands(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Demand>(*reader, {.collection = std::string(rows::demands), .index = "state", .equal = {to_string(DemandState::open)}}, limit);
}

}  // namespace wasl::pay
