// What the owner of a journal could write into it by itself: it has the key of its own heads, and no other.
#include "exchange/evidence.hpp"
#include "exchange/journal_rows.hpp"
#include "exchange/node_test_country.hpp"
#include "trust/segment_keeper.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;
using trust::Verdict;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus/persons/1";
enum class Part { request, response };

// Evidence of the exchange with one of its entries written anew by the journal's owner, sealed and in its place.
trust::Verification forged(const Country& country, const Member& member, const std::string& id, Part part, const std::function<void(json::Object&)>& change) {
    REQUIRE(member.node->settle());
    auto& store = member.journal->store();
    const auto found = find_exchanges(*store.read().value(), {.message_id = id}).value().exchanges.at(0);
    const bool request = part == Part::request;
    REQUIRE(store.run([&](store::Transaction& to) -> Result<void> {
        trust::JournalHistory history(to);
        const auto row = TRY(history.rows(request ? *found.request_row : *found.response_row, 1)).at(0);
        auto content = TRY(json::parse(row.content));
        change(*content.object());
        const auto seq = TRY(to.append({.chain = row.chain, .kind = row.kind, .content = json::write(content)}));
        const auto key = std::to_string(*found.request_row);
        const auto indexed = TRY(to.get(exchanges_collection, key));
        auto document = TRY(json::parse(indexed->body));
        document.object()->set(request ? "request" : "response", static_cast<std::int64_t>(seq));
        TRY(to.put(exchanges_collection, key, store::Transaction::any_version, json::write(document),
                   {{"id", found.request_id}, {"message", found.message_id}, {"partner", found.service.provider.text()}, {"at", found.at.micros}}));
        return {};
    }));
    const auto bundle = export_evidence(*store.read().value(), member.id, id);
    REQUIRE(bundle);
    return verify_evidence(*bundle, {{country.registry_key->public_key().thumbprint(), VerifyingKey::of(country.registry_key->public_key()).value()}});
}

bool says(const trust::Verification& found, std::string_view key) { return std::ranges::count(found.reasons, key, &trust::Reason::key) > 0; }
bool has_fact(const trust::Verification& found, std::string_view name) {
    return std::ranges::count(found.paper, name, &std::pair<std::string, std::string>::first) > 0;
}

}  // namespace

TEST_CASE("an answer that nobody signed proves nothing: without a fault it is refused, with one it is a claim") {
    Country country;
    REQUIRE(country.get(quitus, {{"X-Road-Id", "one"}}).status == 200);
    const auto strip = [](json::Object& row) {
        for (const char* name : {"signed", "signature"}) { row.erase(name); }
    };
    CHECK(forged(country, country.commune, "one", Part::response, [](json::Object&) {}).verdict == Verdict::valid);
    CHECK(forged(country, country.commune, "one", Part::response, strip).verdict == Verdict::invalid);
    REQUIRE(country.get(quitus, {{"X-Road-Id", "two"}}).status == 200);
    CHECK(forged(country, country.commune, "two", Part::response, [](json::Object& row) {
        row.erase("signed");
        row.set("fault", "Server.ServerProxy.NetworkError");
    }).verdict == Verdict::invalid);
    REQUIRE(country.get(quitus, {{"X-Road-Id", "three"}}).status == 200);
    const auto claimed = forged(country, country.commune, "three", Part::response, [&](json::Object& row) {
        strip(row);
        row.set("fault", "Server.ServerProxy.NetworkError");
    });
    CHECK(says(claimed, "verify.exchange-fault-unsigned"));
    CHECK(has_fact(claimed, "claimed-status"));
    CHECK_FALSE(has_fact(claimed, "status"));
    CHECK_FALSE(has_fact(claimed, "fault"));
}

TEST_CASE("a fault stands in an entry as it was signed, and none where none was") {
    Country country;
    REQUIRE(country.get(quitus, {{"X-Road-Id", "good"}}).status == 200);
    CHECK(forged(country, country.commune, "good", Part::response, [](json::Object& row) { row.set("fault", "Server.ServerProxy.AccessDenied"); }).verdict == Verdict::invalid);
    country.provider->stop(std::chrono::milliseconds(1));
    for (const char* id : {"kept", "dropped", "other"}) { REQUIRE(country.get(quitus, {{"X-Road-Id", id}}).status == 500); }
    CHECK(forged(country, country.commune, "kept", Part::response, [](json::Object&) {}).verdict == Verdict::valid);
    CHECK(forged(country, country.commune, "dropped", Part::response, [](json::Object& row) { row.erase("fault"); }).verdict == Verdict::invalid);
    CHECK(forged(country, country.commune, "other", Part::response, [](json::Object& row) { row.set("fault", "Server.ServerProxy.AccessDenied"); }).verdict == Verdict::invalid);
}

TEST_CASE("an entry with two texts that were signed, or whose time is not that of the journal, is refused") {
    Country country;
    for (const char* id : {"one", "two", "three"}) { REQUIRE(country.get(quitus, {{"X-Road-Id", id}}).status == 200); }
    CHECK(forged(country, country.commune, "one", Part::request, [](json::Object&) {}).verdict == Verdict::valid);
    CHECK(forged(country, country.commune, "two", Part::request, [](json::Object& row) { row.set("base", "\"@method\": POST"); }).verdict == Verdict::invalid);
    CHECK(forged(country, country.commune, "three", Part::request, [](json::Object& row) {
        row.set("at", row.find("at")->integer_or(0) - 3'600'000'000);
    }).verdict == Verdict::invalid);
}
