#include "exchange/exchange_recheck.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/exchange_journal.hpp"
#include "store/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::size_t documents_at_once = 500;

auto differs(std::string detail) { return fail(Code::internal, "exchange.index-differs", std::move(detail)); }

Result<ExchangeFacts> facts_of(const json::Value& content) {
    ExchangeFacts out;
    out.side = journal_side_from(content["side"].text_or(""));
    out.request_id = content["id"].text_or("");
    out.message_id = content["message"].text_or("");
    if (const auto id = content["client"].text_or(""); !id.empty()) { out.client = TRY(parse_client_id(id)); }
    if (const auto id = content["service"].text_or(""); !id.empty()) { out.service = TRY(parse_service_id(id)); }
    out.at = Instant{content["at"].integer_or(0)};
    return out;
}

// One member may be on both sides.
std::string mark_of(const json::Value& content) { return fmt::format("{} {}", content["side"].text_or(""), content["id"].text_or("")); }

bool same_fields(store::NamedValues is, store::NamedValues expected) {
    constexpr auto name = &store::NamedValues::value_type::first;
    std::ranges::sort(is, {}, name);
    std::ranges::sort(expected, {}, name);
    return is == expected;
}

}  // namespace

Result<bool> ExchangeRecheck::stands(std::string_view key, const IndexDocument& expected) const {
    const auto document = TRY(reader_.get(exchanges_collection, key));
    return document && document->body == expected.body && same_fields(TRY(store::index_values(reader_, exchanges_collection, key)), expected.fields);
}

// An answer, or that none will ever come, to a request that stands before it.
Result<void> ExchangeRecheck::outcome(std::uint64_t row, const json::Value& content, bool known) {
    const int status = known ? static_cast<int>(content["status"].integer_or(0)) : outcome_unknown;
    const auto [first, last] = open_.equal_range(mark_of(content));
    for (auto one = first; one != last; ++one) {
        const auto key = std::to_string(one->second.row);
        const auto expected = known ? index_document(one->second.facts, one->second.row, row, status, content["fault"].text_or(""))
                                    : index_document(one->second.facts, one->second.row, std::nullopt, status, "");
        if (!TRY(stands(key, expected))) { continue; }
        const bool listed = status != outcome_unknown || TRY(reader_.get(open_collection, key)).has_value();
        const std::string id = one->second.facts.request_id;
        open_.erase(one);
        ++found_;
        if (!listed) { return differs(id + " is not among those of unknown outcome"); }
        return {};
    }
    if (first == last && erased_) { return {}; }  // its request's content is gone, and its place in the index
    return differs(std::string(content["id"].text_or("")) + " is not in the index as the journal has it");
}

Result<void> ExchangeRecheck::visit(const store::JournalRow& row) {
    const bool ours = row.kind == request_kind || row.kind == response_kind || row.kind == unknown_kind || row.kind == refusal_kind;
    erased_ = erased_ || row.erased;
    if (!ours || row.erased) { return {}; }
    const auto content = json::parse(row.content);
    if (!content) { return differs(fmt::format("row {} can not be read", row.seq)); }
    if (row.kind == response_kind || row.kind == unknown_kind) { return outcome(row.seq, *content, row.kind == response_kind); }
    auto facts = TRY(facts_of(*content));
    if (row.kind == request_kind) {
        open_.emplace(mark_of(*content), Asked{row.seq, std::move(facts)});
        return {};
    }
    if (!TRY(stands(std::to_string(row.seq), index_document(facts, std::nullopt, row.seq, 0, (*content)["fault"].text_or(""))))) {
        return differs(fmt::format("the refusal of row {} is not in the index as the journal has it", row.seq));
    }
    ++found_;
    return {};
}

Result<void> ExchangeRecheck::finish() const {
    const auto all = TRY(reader_.count({.collection = std::string(exchanges_collection), .index = "by_time"}, found_ + 1));
    if (all != found_) { return differs("there are more exchanges in the index than the journal has"); }
    store::Query query{.collection = std::string(open_collection), .index = "by_time", .limit = documents_at_once};
    do {
        const auto page = TRY(reader_.find(query));
        for (const auto& document : page.documents) {
            if (!TRY(reader_.get(exchanges_collection, document.key))) { return differs("an unknown outcome of no exchange: " + document.key); }
        }
        query.after = page.next;
    } while (!query.after.empty());
    return {};
}

Result<void> recheck_registries(store::Reader& reader, const RegistryKeys& keys) {
    store::Query query{.collection = std::string(registry_collection), .limit = documents_at_once};
    do {
        const auto page = TRY(reader.find(query));
        for (const auto& document : page.documents) {
            const auto snapshot = verify_snapshot(document.body, keys);
            if (!snapshot || registry_document_key(snapshot->version) != document.key) {
                return fail(Code::internal, "exchange.registry-differs", fmt::format("version {}{}", document.key, snapshot ? "" : ": " + snapshot.error().key));
            }
        }
        query.after = page.next;
    } while (!query.after.empty());
    return {};
}

}  // namespace wasl::exchange
