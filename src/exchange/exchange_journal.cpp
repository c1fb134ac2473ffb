#include "exchange/exchange_journal.hpp"

#include "base/json.hpp"
#include "exchange/managed.hpp"
#include "exchange/journal_rows.hpp"
#include "trust/segment_keeper.hpp"

namespace wasl::exchange {

namespace {

Result<FoundExchange> read_found(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    ExchangeFacts facts = TRY(facts_of(value));
    FoundExchange out{std::move(facts.request_id), std::move(facts.message_id), facts.side, std::move(facts.client), std::move(facts.service), facts.at};
    out.status = static_cast<int>(value["status"].integer_or(0));
    out.fault = value["fault"].text_or("");
    if (const auto row = value["request"].integer()) { out.request_row = static_cast<std::uint64_t>(*row); }
    if (const auto row = value["response"].integer()) { out.response_row = static_cast<std::uint64_t>(*row); }
    return out;
}

}  // namespace

std::string_view to_string(JournalSide side) noexcept { return side == JournalSide::client ? "client" : "provider"; }
JournalSide journal_side_from(std::string_view text) noexcept { return text == "client" ? JournalSide::client : JournalSide::provider; }

store::Schema exchange_schema() {
    using enum store::FieldType;
    store::Schema out;
    out.version = 1;
    out.collections = trust::trust_collections();
    out.collections.push_back(trust::segments_collection());
    for (auto& one : managed_collections()) { out.collections.push_back(std::move(one)); }
    out.collections.push_back({.name = std::string(exchanges_collection),
                               .fields = {{"id", text}, {"message", text}, {"partner", text}, {"at", integer}},
                               .indexes = {{.name = "by_id", .fields = {"id"}},
                                           {.name = "by_message", .fields = {"message", "at"}},
                                           {.name = "by_partner", .fields = {"partner", "at"}},
                                           {.name = "by_time", .fields = {"at"}}}});
    out.collections.push_back({.name = std::string(open_collection), .fields = {{"at", integer}}, .indexes = {{.name = "by_time", .fields = {"at"}}}});
    out.collections.push_back({.name = std::string(registry_collection), .fields = {}, .indexes = {}});
    return out;
}

std::string journal_name(const ClientId& member) { return "exchange/" + member.member().text(); }

Result<std::unique_ptr<JournalHome>> JournalHome::open(Options options) {
    static const SystemClock system;
    const Clock* clock = options.clock != nullptr ? options.clock : &system;
    auto keys = TRY(trust::KeyRing::open_or_create(options.keys, journal_name(options.member), clock->now()));
    std::unique_ptr<JournalHome> out(new JournalHome(std::move(keys)));
    store::SqliteOptions opening{.folder = std::move(options.folder), .schema = exchange_schema()};
    opening.hook = &out->sealer_;
    opening.clock = clock;
    opening.reserve = options.reserve;
    opening.reserve_bytes = options.reserve_bytes;
    opening.full_below_bytes = options.full_below_bytes;
    opening.disk = options.disk;
    opening.notes = true;
    out->store_ = TRY(store::open_sqlite(std::move(opening), *options.writers));
    return out;
}

Result<ExchangePage> find_exchanges(store::Reader& reader, const ExchangeQuery& query) {
    store::Query asked{.collection = std::string(exchanges_collection), .index = "by_time", .descending = true, .limit = query.limit, .after = query.after};
    if (!query.message_id.empty()) {
        asked.index = "by_message";
        asked.equal = {query.message_id};
    } else if (query.partner) {
        asked.index = "by_partner";
        asked.equal = {query.partner->text()};
    }
    if (query.from) { asked.from = query.from->micros; }
    if (query.to) { asked.to = query.to->micros; }
    const auto page = TRY(reader.find(asked));
    ExchangePage out{{}, page.next};
    for (const auto& document : page.documents) { out.exchanges.push_back(TRY(read_found(document))); }
    return out;
}

Result<std::optional<FoundExchange>> find_exchange(store::Reader& reader, std::string_view request_id) {
    const auto document = TRY(reader.get_by(exchanges_collection, "by_id", {store::Scalar(request_id)}));
    if (!document) { return std::nullopt; }
    return TRY(read_found(*document));
}

Result<std::vector<FoundExchange>> unknown_outcomes(store::Reader& reader, std::size_t limit) {
    std::vector<FoundExchange> out;
    const auto page = TRY(reader.find({.collection = std::string(open_collection), .index = "by_time", .limit = limit}));
    for (const auto& open : page.documents) {
        if (const auto document = TRY(reader.get(exchanges_collection, open.key))) { out.push_back(TRY(read_found(*document))); }
    }
    return out;
}

}  // namespace wasl::exchange
