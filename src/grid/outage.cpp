#include "grid/outage.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace wasl::grid {

namespace {

constexpr std::string_view outages_kept = "grid_outage", messages_kept = "grid_message";
constexpr std::int64_t a_year_seconds = 366LL * 86'400;

// Branches by their names; what another outage has opened may be gone from the network since: it is passed over.
Result<std::vector<std::uint32_t>> branches_named(const Network& network, const std::vector<std::string>& names, bool strict) {
    std::vector<std::uint32_t> out;
    for (const auto& name : names) {
        const auto found = find_branch(network, name);
        if (!found && strict) return std::unexpected(found.error());
        if (found && std::ranges::find(out, *found) == out.end()) out.push_back(*found);
    }
    return out;
}

Result<std::vector<std::uint32_t>> opened_by_others(const Network& network, const std::vector<Outage>& open, std::string_view but_for) {
    std::vector<std::string> names;
    for (const auto& outage : open) {
        if (outage.id != but_for) names.insert(names.end(), outage.opened.begin(), outage.opened.end());
    }
    return branches_named(network, names, false);
}

Result<void> check_times(Instant began, std::optional<Instant> expected, Instant now) {
    const auto wrong = [](std::string_view why) { return fail(Code::unprocessable, "grid.outage-time", std::string(why)); };
    if (began > now) return wrong("begins in the future");
    if (began < now.plus_seconds(-a_year_seconds)) return wrong("began more than a year ago");
    if (expected && *expected <= began) return wrong("ends before it begins");
    return {};
}

Result<Outage> traced(const MeteredNetwork& metered, const std::vector<Outage>& open, const OutageBegins& wish, Instant now) {
    TRY(check_times(wish.began, wish.expected, now));
    const auto& network = metered.network;
    const auto opened = TRY(branches_named(network, wish.opened, true));
    const auto already = TRY(opened_by_others(network, open, ""));
    if (opened.empty()) return fail(Code::not_found, "grid.no-branch", "none is named");
    Outage out;
    for (const auto branch : opened) {
        auto called = branch_called(network, branch);
        if (!network.branches[branch].in_service || std::ranges::find(already, branch) != already.end()) {
            return fail(Code::conflict, "grid.branch-open", std::move(called));
        }
        out.opened.push_back(std::move(called));
    }
    const Trace trace(network);
    for (const auto& one : interrupted_by(metered, trace, opened, already)) {
        out.buses.push_back({network.buses[one.bus].number, one.customers, one.feeder, std::nullopt});
    }
    if (out.buses.empty()) return fail(Code::conflict, "grid.nothing-interrupted", out.opened.front());
    out.cause = wish.cause;
    out.began = wish.began;
    out.expected = wish.expected;
    out.network = network_hash(network);
    out.served = static_cast<std::int64_t>(customers_of(metered.meters));
    out.by = wish.by;
    return out;
}

Result<void> put_outage(store::Transaction& tx, const Outage& outage, std::string_view kind) {
    auto body = encode_outage(outage);
    const std::string_view state = outage.ended ? "over" : "open";
    TRY(tx.put(outages_kept, outage.id, store::Transaction::any_version, body, {{"state", state}, {"began", outage.began.micros}}));
    TRY(tx.append({.chain = chain_of_outage(outage.id), .kind = std::string(kind), .content = std::move(body)}));
    return {};
}

// Where the customers at these buses are told: the number of a telephone before a mailbox, each address once.
std::vector<GridMessage> messages_to(const MeteredNetwork& metered, const std::set<std::int64_t>& buses) {
    std::vector<GridMessage> out;
    std::set<std::string_view> told;
    for (const auto& meter : metered.meters) {
        if (meter.role != MeterRole::customer || !buses.contains(metered.network.buses[meter.bus].number)) continue;
        const auto& to = meter.phone.empty() ? meter.email : meter.phone;
        if (to.empty() || !told.insert(to).second) continue;
        out.push_back({.id = {}, .channel = meter.phone.empty() ? "email" : "sms", .to = to, .language = meter.language, .key = {}, .since = {}, .expected = {}, .queued = {}});
    }
    return out;
}

Result<std::int64_t> queue_messages(store::Transaction& tx, Entropy& entropy, std::vector<GridMessage> messages, const Outage& outage,
                                    std::string_view key, Instant since) {
    for (auto& message : messages) {
        const json::Object body{{"channel", message.channel}, {"to", message.to}, {"language", message.language}, {"key", key},
                                {"since", since.iso()}, {"expected", outage.expected ? json::Value(outage.expected->iso()) : json::Value()},
                                {"queued", tx.now().iso()}};
        TRY(tx.put(messages_kept, random_id(entropy), store::Transaction::must_not_exist, json::write(body), {{"queued", tx.now().micros}}));
    }
    return static_cast<std::int64_t>(messages.size());
}

// Ends the dark buses of an outage that have a path again; their numbers.
std::set<std::int64_t> end_fed_buses(Outage& outage, const std::unordered_map<std::int64_t, bool>& fed, Instant at) {
    std::set<std::int64_t> out;
    for (auto& bus : outage.buses) {
        const auto found = fed.find(bus.bus);
        // A bus that the network no longer has is dark to nobody.
        const bool back = found == fed.end() || found->second;
        if (bus.ended || !back) continue;
        bus.ended = at;
        out.insert(bus.bus);
    }
    const bool all_back = std::ranges::all_of(outage.buses, [](const DarkBus& bus) { return bus.ended.has_value(); });
    if (all_back && outage.opened.empty()) outage.ended = at;
    return out;
}

Result<void> close_branches(Outage& outage, const std::vector<std::string>& wished) {
    const auto names = wished.empty() ? outage.opened : wished;
    for (const auto& name : names) {
        const auto found = std::ranges::find(outage.opened, name);
        if (found == outage.opened.end()) return fail(Code::unprocessable, "grid.not-opened", name);
        outage.opened.erase(found);
        outage.closed.push_back(name);
    }
    return {};
}

}  // namespace

std::vector<store::CollectionSpec> outage_collections() {
    using store::FieldType;
    return {{.name = std::string(outages_kept),
             .fields = {{"state", FieldType::text}, {"began", FieldType::integer}},
             .indexes = {{"state", {"state", "began"}}, {"began", {"began"}}}},
            {.name = std::string(messages_kept), .fields = {{"queued", FieldType::integer}}, .indexes = {{"queued", {"queued"}}}}};
}

Result<Outage> preview_outage(store::Reader& reader, const MeteredNetwork& metered, const OutageBegins& wish, Instant now) {
    const auto open = TRY(open_outages(reader));
    auto out = TRY(traced(metered, open, wish, now));
    std::set<std::int64_t> buses;
    for (const auto& bus : out.buses) buses.insert(bus.bus);
    if (wish.tell) out.told = static_cast<std::int64_t>(messages_to(metered, buses).size());
    return out;
}

Result<Outage> begin_outage(store::Transaction& tx, Entropy& entropy, const MeteredNetwork& metered, const OutageBegins& wish) {
    auto out = TRY(preview_outage(tx, metered, wish, tx.now()));
    out.id = random_id(entropy);
    if (wish.tell) {
        std::set<std::int64_t> buses;
        for (const auto& bus : out.buses) buses.insert(bus.bus);
        const std::string_view key = wish.cause == OutageCause::planned ? "post.grid-planned" : "post.grid-outage";
        out.told = TRY(queue_messages(tx, entropy, messages_to(metered, buses), out, key, out.began));
    }
    TRY(put_outage(tx, out, "grid.outage-began"));
    return out;
}

Result<Outage> restore_supply(store::Transaction& tx, Entropy& entropy, const MeteredNetwork& metered, const OutageRestored& wish) {
    auto open = TRY(open_outages(tx));
    const auto mine = std::ranges::find(open, wish.id, &Outage::id);
    if (mine == open.end()) {
        const bool known = TRY(outage_of(tx, wish.id)).has_value();
        if (known) return fail(Code::conflict, "grid.outage-over", wish.id);
        return fail(Code::not_found, "grid.no-outage", wish.id);
    }
    const bool early = std::ranges::any_of(mine->buses, [&](const DarkBus& bus) { return bus.ended && *bus.ended > wish.at; });
    if (wish.at < mine->began || wish.at > tx.now() || early) return fail(Code::unprocessable, "grid.outage-time", wish.at.iso());
    TRY(close_branches(*mine, wish.closed));
    const auto& network = metered.network;
    const auto still = TRY(opened_by_others(network, open, ""));
    const auto path = Trace(network).fed(still);
    std::unordered_map<std::int64_t, bool> fed;
    for (std::uint32_t i = 0; i < path.size(); ++i) fed.emplace(network.buses[i].number, path[i]);
    Outage out;
    for (auto& outage : open) {
        const auto back = end_fed_buses(outage, fed, std::max(wish.at, outage.began));
        const bool this_one = outage.id == wish.id;
        if (wish.tell && !back.empty()) TRY(queue_messages(tx, entropy, messages_to(metered, back), outage, "post.grid-restored", wish.at));
        if (this_one || !back.empty() || outage.ended) TRY(put_outage(tx, outage, "grid.supply-restored"));
        if (this_one) out = outage;
    }
    return out;
}

Result<std::vector<GridMessage>> waiting_messages(store::Reader& reader, std::size_t limit) {
    std::vector<GridMessage> out;
    const auto page = TRY(reader.find({.collection = std::string(messages_kept), .index = "queued", .limit = limit}));
    for (const auto& document : page.documents) {
        const auto value = TRY(json::parse(document.body));
        GridMessage message;
        message.id = document.key;
        message.channel = value["channel"].text_or("");
        message.to = value["to"].text_or("");
        message.language = value["language"].text_or("");
        message.key = value["key"].text_or("");
        message.since = TRY(parse_instant(value["since"].text_or("")));
        message.queued = TRY(parse_instant(value["queued"].text_or("")));
        if (value["expected"].string() != nullptr) message.expected = TRY(parse_instant(*value["expected"].string()));
        out.push_back(std::move(message));
    }
    return out;
}

Result<void> forget_message(store::Transaction& tx, std::string_view id, bool sent) {
    const auto there = TRY(tx.get(messages_kept, id));
    if (!there) return {};
    TRY(tx.erase(messages_kept, id));
    TRY(tx.bump(sent ? "grid-messages-sent" : "grid-messages-given-up", 1));
    return {};
}

}  // namespace wasl::grid
