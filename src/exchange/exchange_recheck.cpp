#include "exchange/exchange_recheck.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/exchange_journal.hpp"
#include "store/inspect.hpp"
#include "store/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::size_t documents_at_once = 500;

auto differs(std::string detail) { return fail(Code::internal, "exchange.index-differs", std::move(detail)); }

// One member may be on both sides.
std::string mark_of(const json::Value& content) { return fmt::format("{} {}", content["side"].text_or(""), content["id"].text_or("")); }

bool same_fields(store::NamedValues is, store::NamedValues expected) {
    constexpr auto name = &store::NamedValues::value_type::first;
    std::ranges::sort(is, {}, name);
    std::ranges::sort(expected, {}, name);
    return is == expected;
}

}  // namespace

Result<bool> ExchangeRecheck::stands(std::string_view key, const IndexEntry& expected, std::string_view body) const {
    const auto document = TRY(reader_.get(exchanges_collection, key));
    return document && document->body == body &&
           same_fields(TRY(store::index_values(reader_, exchanges_collection, key)),
                       {{"id", expected.id}, {"message", expected.message}, {"partner", expected.partner}, {"at", expected.at}});
}

// An answer, or that none will ever come, to a request that stands before it.
Result<void> ExchangeRecheck::outcome(std::uint64_t row, const json::Value& content, bool known) {
    const int status = known ? known_status(content) : outcome_unknown;
    const auto [first, last] = open_.equal_range(mark_of(content));
    for (auto one = first; one != last; ++one) {
        const auto key = std::to_string(one->second.row);
        const IndexEntry expected = index_entry(one->second.facts);
        const auto body = known ? expected.body(one->second.row, row, status, content["fault"].text_or("")) : expected.body(one->second.row, std::nullopt, status, "");
        if (!TRY(stands(key, expected, body))) { continue; }
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
    if (row.kind == request_kind || row.kind == response_kind) {
        if (auto copy = registry_document_key(*content)) { named_.emplace(std::move(*copy), row.seq); }
    }
    if (row.kind == response_kind || row.kind == unknown_kind) { return outcome(row.seq, *content, row.kind == response_kind); }
    auto facts = TRY(facts_of(*content));
    if (row.kind == request_kind) {
        open_.emplace(mark_of(*content), Asked{row.seq, std::move(facts)});
        return {};
    }
    const IndexEntry expected = index_entry(facts);
    if (!TRY(stands(std::to_string(row.seq), expected, expected.body(std::nullopt, row.seq, outcome_unknown, (*content)["fault"].text_or(""))))) {
        return differs(fmt::format("the refusal of row {} is not in the index as the journal has it", row.seq));
    }
    ++found_;
    return {};
}

Result<void> ExchangeRecheck::finish() const {
    const auto all = TRY(reader_.count({.collection = std::string(exchanges_collection), .index = "by_time"}, found_ + 1));
    if (all != found_) { return differs("there are more exchanges in the index than the journal has"); }
    const store::Query query{.collection = std::string(open_collection), .index = "by_time", .limit = documents_at_once};
    return store::each_document(reader_, query, [this](const store::Document& document) -> Result<void> {
        if (!TRY(reader_.get(exchanges_collection, document.key))) { return differs("an unknown outcome of no exchange: " + document.key); }
        return {};
    });
}

Result<void> ExchangeRecheck::registries() const {
    std::string missing;
    for (const auto& [copy, row] : named_) {
        if (TRY(reader_.get(registry_collection, copy))) { continue; }
        missing += fmt::format("{}version {}, named by entry {}", missing.empty() ? "" : "; ", copy, row);
    }
    return missing.empty() ? Result<void>() : fail(Code::internal, "exchange.registry-missing", std::move(missing));
}

Result<void> recheck_registries(store::Reader& reader, const RegistryKeys& keys) {
    const store::Query query{.collection = std::string(registry_collection), .limit = documents_at_once};
    return store::each_document(reader, query, [&keys](const store::Document& document) -> Result<void> {
        const auto snapshot = verify_snapshot(document.body, keys);
        const auto label = snapshot_label(document.body);
        if (snapshot && label && (document.key == registry_document_key(snapshot->version) || document.key == registry_document_key(snapshot->version, label->mark))) {
            return {};
        }
        return fail(Code::internal, "exchange.registry-differs", fmt::format("version {}{}", document.key, snapshot ? "" : ": " + snapshot.error().key));
    });
}

}  // namespace wasl::exchange
