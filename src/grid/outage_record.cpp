// Outages as documents: how they lie in the store and are read back.
#include "grid/outage.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <array>

namespace wasl::grid {

namespace {

constexpr std::array<std::string_view, outage_causes> cause_words = {"equipment", "weather", "third-party", "overload", "planned", "unknown"};
constexpr std::string_view outages_name = "grid_outage", outage_chain = "grid-outage-";

json::Value moment_or_null(const std::optional<Instant>& at) { return at ? json::Value(at->iso()) : json::Value(); }

json::Array words_json(const std::vector<std::string>& words) {
    json::Array out;
    for (const auto& word : words) out.emplace_back(word);
    return out;
}

std::unexpected<Error> outage_malformed(std::string_view member) {
    return fail(Code::internal, "grid.outage-malformed", std::string(member));
}

Result<std::optional<Instant>> moment_from(const json::Value& value, std::string_view member) {
    if (value.is_null()) return std::nullopt;
    const auto at = parse_instant(value.text_or(""));
    if (!at) return outage_malformed(member);
    return *at;
}

Result<std::vector<std::string>> words_from(const json::Value& value, std::string_view member) {
    if (value.array() == nullptr) return outage_malformed(member);
    std::vector<std::string> out;
    for (const auto& each : *value.array()) {
        if (each.string() == nullptr) return outage_malformed(member);
        out.push_back(*each.string());
    }
    return out;
}

Result<std::vector<DarkBus>> buses_from(const json::Value& value) {
    if (value.array() == nullptr) return outage_malformed("buses");
    std::vector<DarkBus> out;
    for (const auto& each : *value.array()) {
        DarkBus bus;
        if (!each["bus"].integer() || !each["customers"].integer() || each["feeder"].string() == nullptr) return outage_malformed("buses");
        bus.bus = *each["bus"].integer();
        bus.customers = *each["customers"].integer();
        bus.feeder = *each["feeder"].string();
        bus.ended = TRY(moment_from(each["ended"], "buses"));
        out.push_back(std::move(bus));
    }
    return out;
}

Result<std::vector<Outage>> outages_of(const store::Page& page) {
    std::vector<Outage> out;
    for (const auto& document : page.documents) out.push_back(TRY(decode_outage(document.body)));
    return out;
}

}  // namespace

std::string_view to_string(OutageCause cause) noexcept { return cause_words[static_cast<std::size_t>(cause)]; }

std::optional<OutageCause> outage_cause(std::string_view word) noexcept {
    const auto* found = std::ranges::find(cause_words, word);
    if (found == cause_words.end()) return std::nullopt;
    return static_cast<OutageCause>(found - cause_words.begin());
}

std::int64_t Outage::customers() const noexcept {
    std::int64_t out = 0;
    for (const auto& bus : buses) out += bus.customers;
    return out;
}

std::int64_t Outage::customers_off() const noexcept {
    std::int64_t out = 0;
    for (const auto& bus : buses) out += bus.ended ? 0 : bus.customers;
    return out;
}

std::vector<std::string> Outage::feeders() const {
    std::vector<std::string> out;
    for (const auto& bus : buses) {
        if (!bus.feeder.empty() && std::ranges::find(out, bus.feeder) == out.end()) out.push_back(bus.feeder);
    }
    return out;
}

std::string chain_of_outage(std::string_view id) { return std::string(outage_chain) + std::string(id); }

std::string encode_outage(const Outage& outage) {
    json::Array buses;
    for (const auto& bus : outage.buses) {
        buses.emplace_back(json::Object{{"bus", bus.bus}, {"customers", bus.customers}, {"feeder", bus.feeder}, {"ended", moment_or_null(bus.ended)}});
    }
    return json::write(json::Object{{"id", outage.id}, {"cause", to_string(outage.cause)}, {"began", outage.began.iso()},
                                    {"expected", moment_or_null(outage.expected)}, {"ended", moment_or_null(outage.ended)},
                                    {"opened", words_json(outage.opened)}, {"closed", words_json(outage.closed)}, {"buses", std::move(buses)},
                                    {"network", outage.network}, {"by", outage.by}, {"told", outage.told}, {"served", outage.served}});
}

Result<Outage> decode_outage(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return outage_malformed(value.error().detail);
    Outage out;
    for (const auto& [member, to] : {std::pair{"id", &out.id}, std::pair{"network", &out.network}, std::pair{"by", &out.by}}) {
        if ((*value)[member].string() == nullptr) return outage_malformed(member);
        *to = *(*value)[member].string();
    }
    const auto cause = outage_cause((*value)["cause"].text_or(""));
    if (!cause) return outage_malformed("cause");
    out.cause = *cause;
    const auto began = TRY(moment_from((*value)["began"], "began"));
    if (!began) return outage_malformed("began");
    out.began = *began;
    out.expected = TRY(moment_from((*value)["expected"], "expected"));
    out.ended = TRY(moment_from((*value)["ended"], "ended"));
    out.opened = TRY(words_from((*value)["opened"], "opened"));
    out.closed = TRY(words_from((*value)["closed"], "closed"));
    out.buses = TRY(buses_from((*value)["buses"]));
    if (!(*value)["told"].integer()) return outage_malformed("told");
    out.told = *(*value)["told"].integer();
    // Records of before it was written down have none.
    if (const auto& served = (*value)["served"]; !served.is_null()) {
        if (!served.integer() || *served.integer() < 0) return outage_malformed("served");
        out.served = *served.integer();
    }
    return out;
}

Result<std::optional<Outage>> outage_of(store::Reader& reader, std::string_view id) {
    const auto document = TRY(reader.get(outages_name, id));
    if (!document) return std::nullopt;
    return TRY(decode_outage(document->body));
}

Result<std::vector<Outage>> open_outages(store::Reader& reader) {
    return outages_of(TRY(reader.find({.collection = std::string(outages_name), .index = "state", .equal = {"open"}, .limit = 1'000})));
}

Result<std::vector<Outage>> outages_between(store::Reader& reader, Instant from, Instant until, std::size_t limit) {
    return outages_of(TRY(reader.find({.collection = std::string(outages_name), .index = "began", .from = from.micros, .to = until.micros,
                                       .descending = true, .limit = limit})));
}

std::vector<SupplyLost> supply_lost(const Outage& outage) {
    std::vector<SupplyLost> out;
    for (const auto& bus : outage.buses) {
        if (bus.customers == 0) continue;
        const SupplyLost lost{bus.feeder, bus.customers, outage.began, bus.ended, outage.cause == OutageCause::planned, outage.served};
        const auto same = std::ranges::find_if(out, [&](const SupplyLost& one) { return one.feeder == lost.feeder && one.ended == lost.ended; });
        if (same == out.end()) {
            out.push_back(lost);
        } else {
            same->customers += lost.customers;
        }
    }
    return out;
}

ChainRecheck outage_recheck(store::Reader& reader) {
    return {reader, {.prefix = outage_chain, .collection = outages_name, .differs = "recheck.outage-differs",
                     .orphaned = "recheck.outages-without-journal", .noun = "outages"}};
}

}  // namespace wasl::grid
