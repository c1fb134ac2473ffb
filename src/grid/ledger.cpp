#include "grid/ledger.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace wasl::grid {

namespace {

constexpr std::string_view ledger_rows = "capacity";           // one document a dossier
constexpr std::string_view ledger_network = "capacity_network";  // for which network the rows have their feeders
constexpr std::string_view ledger_chain = "capacity:";
constexpr std::string_view no_feeder = "?";
constexpr std::array<std::string_view, 5> hold_names{"reserved", "granted", "connected", "released", "expired"};

bool is_active(HoldState state) { return state == HoldState::reserved || state == HoldState::granted || state == HoldState::connected; }

json::Value ledger_number(double value) { return json::Number{fmt::format("{}", value)}; }

std::optional<double> ledger_amount(const json::Value& value) {
    if (value.number() == nullptr) return std::nullopt;
    const auto& text = value.number()->text;
    double out = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (bad != std::errc() || end != text.data() + text.size() || !std::isfinite(out) || out < 0) return std::nullopt;
    return out;
}

std::unexpected<Error> malformed(std::string_view what) { return fail(Code::internal, "grid.ledger-malformed", std::string(what)); }

// All pages of a query.
Result<std::vector<Holding>> read_all(store::Reader& reader, store::Query query, std::size_t limit) {
    std::vector<Holding> out;
    do {
        query.limit = std::min<std::size_t>(limit - out.size(), 10'000);
        const auto page = TRY(reader.find(query));
        for (const auto& document : page.documents) out.push_back(TRY(decode_holding(document.body)));
        query.after = page.next;
    } while (!query.after.empty() && out.size() < limit);
    return out;
}

}  // namespace

std::string_view to_string(HoldState state) noexcept { return hold_names[static_cast<std::size_t>(state)]; }

std::vector<store::CollectionSpec> ledger_collections() {
    using store::FieldType;
    return {{.name = std::string(ledger_rows),
             .fields = {{"feeder", FieldType::text}, {"until", FieldType::integer}},
             .indexes = {{"feeder", {"feeder"}}, {"until", {"until"}}}},
            {.name = std::string(ledger_network), .fields = {}, .indexes = {}}};
}

std::string chain_of_holding(std::string_view dossier) { return fmt::format("{}{}", ledger_chain, dossier); }

std::string encode_holding(const Holding& holding) {
    json::Object out{{"dossier", holding.dossier},
                     {"reference", holding.reference},
                     {"bus", holding.bus},
                     {"feeder", holding.feeder},
                     {"state", to_string(holding.state)},
                     {"load_kw", ledger_number(holding.load_kw)},
                     {"load_kvar", ledger_number(holding.load_kvar)},
                     {"solar_kw", ledger_number(holding.solar_kw)},
                     {"since", holding.since.iso()}};
    if (holding.until) out.set("until", holding.until->iso());
    out.set("network", holding.network);
    out.set("by", holding.by);
    out.set("why", holding.why);
    return json::write(out);
}

Result<Holding> decode_holding(std::string_view text) {
    const auto value = TRY(json::parse(text));
    Holding out;
    for (const auto& [name, to] : {std::pair("dossier", &out.dossier), std::pair("reference", &out.reference), std::pair("feeder", &out.feeder),
                                   std::pair("network", &out.network), std::pair("by", &out.by), std::pair("why", &out.why)}) {
        const auto* word = value[name].string();
        if (word == nullptr) return malformed(name);
        *to = *word;
    }
    for (const auto& [name, to] : {std::pair("load_kw", &out.load_kw), std::pair("load_kvar", &out.load_kvar), std::pair("solar_kw", &out.solar_kw)}) {
        const auto amount = ledger_amount(value[name]);
        if (!amount) return malformed(name);
        *to = *amount;
    }
    const auto bus = value["bus"].integer();
    const auto* const state = std::ranges::find(hold_names, value["state"].text_or(""));
    const auto since = parse_instant(value["since"].text_or(""));
    if (!bus || state == hold_names.end() || !since) return malformed("bus, state or since");
    out.bus = *bus;
    out.state = static_cast<HoldState>(state - hold_names.begin());
    out.since = *since;
    if (!value["until"].is_null()) {
        const auto until = parse_instant(value["until"].text_or(""));
        if (!until) return malformed("until");
        out.until = *until;
    }
    return out;
}

Result<std::optional<Holding>> holding_of(store::Reader& reader, std::string_view dossier) {
    const auto document = TRY(reader.get(ledger_rows, dossier));
    if (!document) return std::nullopt;
    return TRY(decode_holding(document->body));
}

Result<std::vector<Holding>> holdings(store::Reader& reader, std::string_view feeder) {
    return read_all(reader, {.collection = std::string(ledger_rows), .index = "feeder", .equal = {std::string(feeder)}}, SIZE_MAX);
}

Result<std::vector<Holding>> all_holdings(store::Reader& reader, std::size_t limit) {
    return read_all(reader, {.collection = std::string(ledger_rows), .index = "feeder"}, limit);
}

Result<std::vector<HeldCapacity>> counted(store::Reader& reader, std::string_view feeder, Instant now, std::string_view except) {
    std::vector<HeldCapacity> out;
    for (const auto& one : TRY(holdings(reader, feeder))) {
        if (one.dossier != except && one.counts(now)) out.push_back({one.bus, one.load_kw, one.load_kvar, one.solar_kw});
    }
    return out;
}

Result<void> write_holding(store::Transaction& tx, const Holding& holding) {
    auto body = encode_holding(holding);
    std::vector<store::Field> fields;
    // What takes nothing leaves the indexes: a feeder with years of history is read as fast as a new one.
    if (is_active(holding.state)) fields.push_back({"feeder", holding.feeder});
    if (is_active(holding.state) && holding.until) fields.push_back({"until", holding.until->micros});
    TRY(tx.append({.chain = chain_of_holding(holding.dossier), .kind = fmt::format("capacity.{}", to_string(holding.state)), .content = body}));
    TRY(tx.put(ledger_rows, holding.dossier, store::Transaction::any_version, body, fields));
    return {};
}

Result<void> release(store::Transaction& tx, std::string_view dossier, std::string_view by, std::string_view why) {
    auto holding = TRY(holding_of(tx, dossier));
    if (!holding || !is_active(holding->state)) return {};
    holding->state = HoldState::released;
    holding->since = tx.now();
    holding->until.reset();
    holding->by = by;
    holding->why = why;
    return write_holding(tx, *holding);
}

Result<void> take_up(store::Transaction& tx, std::string_view dossier, std::string_view by) {
    auto holding = TRY(holding_of(tx, dossier));
    if (!holding) return fail(Code::not_found, "grid.no-holding", std::string(dossier));
    const bool ran_out = holding->state == HoldState::granted && !holding->counts(tx.now());
    if (ran_out || holding->state == HoldState::expired) return fail(Code::conflict, "grid.capacity-gone", holding->reference);
    if (holding->state != HoldState::granted) return fail(Code::conflict, "grid.not-granted", holding->reference);
    holding->state = HoldState::connected;
    holding->since = tx.now();
    holding->until.reset();
    holding->by = by;
    holding->why = "connected";
    return write_holding(tx, *holding);
}

Result<std::size_t> expire(store::Transaction& tx, std::size_t limit) {
    auto over = TRY(read_all(tx, {.collection = std::string(ledger_rows), .index = "until", .to = store::Value(tx.now().micros + 1)}, limit));
    for (auto& holding : over) {
        holding.state = HoldState::expired;
        holding.since = *holding.until;  // when it fell back, whenever that is written down
        holding.until.reset();
        holding.by = "system";
        holding.why = "time";
        TRY(write_holding(tx, holding));
    }
    return over.size();
}

Result<bool> follow_network(store::Transaction& tx, const ConnectionModel& model) {
    constexpr std::string_view key = "network";
    const auto known = TRY(tx.get(ledger_network, key));
    if (known && known->body == model.hash()) return false;
    for (auto& holding : TRY(read_all(tx, {.collection = std::string(ledger_rows), .index = "feeder"}, SIZE_MAX))) {
        const auto feeder = model.feeder_of(holding.bus).value_or(std::string(no_feeder));
        if (feeder == holding.feeder) continue;
        holding.feeder = feeder;
        holding.by = "system";
        holding.why = "network";
        TRY(write_holding(tx, holding));
    }
    TRY(tx.put(ledger_network, key, store::Transaction::any_version, model.hash()));
    return true;
}

ChainRecheck ledger_recheck(store::Reader& reader) {
    return {reader, {.prefix = ledger_chain, .collection = ledger_rows, .differs = "recheck.holding-differs",
                     .orphaned = "recheck.holdings-without-journal", .noun = "rows"}};
}

}  // namespace wasl::grid
