#include "exchange/evidence.hpp"
#include "exchange/exchange_recheck.hpp"
#include "exchange/node_test_country.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;
using trust::Verdict;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";

RegistryKeys keys_of(const Country& country) {
    return {{country.registry_key->public_key().thumbprint(), VerifyingKey::of(country.registry_key->public_key()).value()}};
}

std::string bundle_of(const Member& member, const std::string& id) {
    REQUIRE(member.node->settle());
    auto out = export_evidence(*member.journal->store().read().value(), member.id, id);
    if (!out) { FAIL(out.error().key, " ", out.error().detail); }
    return *out;
}

std::string fact(const trust::Verification& found, std::string_view name) {
    const auto one = std::ranges::find(found.paper, name, &std::pair<std::string, std::string>::first);
    return one == found.paper.end() ? "" : one->second;
}

std::string reasons(const trust::Verification& found) {
    std::string out;
    for (const auto& reason : found.reasons) { out += reason.key + "(" + reason.detail + ") "; }
    return out;
}

}  // namespace

TEST_CASE("evidence of both sides is valid offline, agrees, and says what was exchanged without the data") {
    Country country;
    const Answer answer = country.post(quitus + "/persons", "{\"cin\":\"AB123456\"}", {{"X-Road-Id", "MA-7"}, {"X-Road-Issue", "D/1"}});
    REQUIRE(answer.status == 200);
    const std::string asked = bundle_of(country.commune, "MA-7");
    const std::string answered = bundle_of(country.tax, answer.header("x-road-request-id"));
    for (const std::string& bundle : {asked, answered}) {
        CHECK_FALSE(bundle.contains("AB123456"));
        CHECK(is_exchange_evidence(bundle));
        const auto found = verify_evidence(bundle + "\n", keys_of(country));
        INFO(reasons(found));
        CHECK(found.verdict == Verdict::valid);
        CHECK(fact(found, "client") == "MA/COM/tamri/desk");
        CHECK(fact(found, "service") == "MA/GOV/tax/register/quitus");
        CHECK(fact(found, "status") == "200");
        CHECK(fact(found, "body-sha512") == to_hex(sha512("{\"cin\":\"AB123456\"}")));
        CHECK(fact(found, "answer-body-sha512") == to_hex(sha512(answer.body)));
    }
}

TEST_CASE("what a service did that failed is said to be unknown by the signed fault, and by the evidence of both sides") {
    Country country({.configure_tax = [](NodeConfiguration& all) {
        for (auto& [id, service] : all.services) {
            service.local = [](const LocalCall&, LocalDone done) { done(fail(Code::internal, "register.broken", "half way")); };
        }
    }});
    REQUIRE(country.post(quitus + "/persons/1", "pay", {{"X-Road-Id", "half"}}).status == 500);
    for (const Member* side : {&country.commune, &country.tax}) {
        const auto bundle = bundle_of(*side, "half");
        CHECK(bundle.contains("x-wasl-outcome"));
        const auto found = verify_evidence(bundle, keys_of(country));
        INFO(reasons(found));
        CHECK(found.verdict == Verdict::valid);
        CHECK(fact(found, "outcome") == "unknown");
        CHECK(fact(found, "status") == "500");
        CHECK(fact(found, "fault") == "Server.ServerProxy.ServiceFailed");
    }
}

TEST_CASE("a new authority that counts from one again: evidence of both times verifies, each by its own registry") {
    Country country;
    const auto first = keys_of(country);
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "before"}}).status == 200);
    const auto old_line = country.view();
    country.begin_again([](Snapshot& rows) { rows.members[0].names["fr"] = "Tamri"; });
    const auto second = keys_of(country);
    REQUIRE(country.view().snapshot->version == old_line.snapshot->version);
    RegistryKeys both = first;
    both.insert(second.begin(), second.end());
    const auto check = [&](const std::string& id, const RegistryKeys& own, const RegistryKeys& other) {
        for (const Member* side : {&country.commune, &country.tax}) {
            INFO(id, " at ", side->id.text());
            const auto bundle = bundle_of(*side, id);
            const auto found = verify_evidence(bundle, own);
            INFO(reasons(found));
            CHECK(found.verdict == Verdict::valid);
            CHECK(verify_evidence(bundle, both).verdict == Verdict::valid);
            CHECK(verify_evidence(bundle, other).verdict == Verdict::cannot_tell);
        }
    };
    for (const char* id : {"after", "again"}) { REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", id}}).status == 200); }
    country.publish([](Snapshot&) {});  // signed again: no other copy
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "later"}}).status == 200);
    check("before", first, second);
    for (const char* id : {"after", "again", "later"}) { check(id, second, first); }
    const auto reader = country.tax.journal->store().read().value();
    CHECK(reader->find({.collection = "registry", .limit = 10}).value().documents.size() == 2);
    CHECK(recheck_registries(*reader, both));
    CHECK(recheck_registries(*reader, first).error().key == "exchange.registry-differs");

    // The first authority's copy in place of the second's is not the one that the entry names.
    auto swapped = json::parse(bundle_of(country.tax, "after")).value();
    swapped.object()->set("registry", json::Array{json::Value(*old_line.signed_text)});
    CHECK(verify_evidence(json::write(swapped), both).verdict == Verdict::invalid);
}

TEST_CASE("a copy of the registry that an entry names and that is gone is found; those of erased entries may go") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "before"}}).status == 200);
    country.begin_again([](Snapshot& rows) { rows.members[0].names["fr"] = "Tamri"; });
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "after"}}).status == 200);
    for (const Member* side : {&country.commune, &country.tax}) {
        INFO(side->id.text());
        REQUIRE(side->node->settle());
        auto& store = side->journal->store();
        const auto checked = [&store](bool erased) {
            const auto reader = store.read().value();
            ExchangeRecheck recheck(*reader);
            for (auto& row : reader->journal(0, 100).value()) {
                row.erased = erased;
                REQUIRE(recheck.visit(row));
            }
            return recheck.registries();
        };
        CHECK(checked(false));
        const auto copies = store.read().value()->find({.collection = "registry", .limit = 10}).value().documents;
        REQUIRE(copies.size() == 2);
        for (const auto& copy : copies) {
            REQUIRE(store.run([&](store::Transaction& to) { return to.erase("registry", copy.key); }));
            const auto found = checked(false);
            REQUIRE_FALSE(found);
            CHECK(found.error().key == "exchange.registry-missing");
            CHECK(found.error().detail.contains("version " + copy.key + ", named by entry "));
            CHECK(checked(true));
        }
    }
}

TEST_CASE("evidence whose registry is not known can not be judged") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "one"}}).status == 200);
    CHECK(verify_evidence(bundle_of(country.commune, "one"), {}).verdict == Verdict::cannot_tell);
    Country other;
    CHECK(verify_evidence(bundle_of(country.commune, "one"), keys_of(other)).verdict == Verdict::cannot_tell);
}

TEST_CASE("a changed byte of evidence is found, whichever it is") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "one"}}).status == 200);
    const RegistryKeys keys = keys_of(country);
    const std::string bundle = bundle_of(country.tax, "one");
    REQUIRE(verify_evidence(bundle, keys).verdict == Verdict::valid);
    std::size_t missed = 0;
    for (std::size_t at = 0; at < bundle.size(); ++at) {
        std::string changed = bundle;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        if (verify_evidence(changed, keys).verdict == Verdict::valid) {
            ++missed;
            MESSAGE("byte ", at, ": ", bundle.substr(at > 30 ? at - 30 : 0, 60));
        }
    }
    CHECK(missed == 0);
}

TEST_CASE("an answer put beside another request is found") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "one"}}).status == 200);
    REQUIRE(country.get(quitus + "/persons/2", {{"X-Road-Id", "two"}}).status == 200);
    auto one = json::parse(bundle_of(country.commune, "one")).value();
    auto two = json::parse(bundle_of(country.commune, "two")).value();
    one.object()->set("response", two["response"]);
    const auto found = verify_evidence(json::write(one), keys_of(country));
    CHECK(found.verdict == Verdict::invalid);
    CHECK(reasons(found).contains("verify.exchange-response-wrong"));
}

TEST_CASE("an entry of one's own making, well signed by a key that the registry lists for another, is found") {
    Country country;
    REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "one"}}).status == 200);
    const auto found = verify_evidence(replace_all(bundle_of(country.commune, "one"), "\"member\":\"MA/COM/tamri\"", "\"member\":\"MA/GOV/tax\""), keys_of(country));
    CHECK(found.verdict == Verdict::invalid);
}

TEST_CASE("nothing is exported of what was never exchanged") {
    Country country;
    static_cast<void>(country.get("/r1/MA/GOV/nobody/x/y", {{"X-Road-Id", "one"}}));
    REQUIRE(country.commune.node->settle());
    const auto reader = country.commune.journal->store().read().value();
    for (const char* id : {"one", "two"}) { CHECK(export_evidence(*reader, country.commune.id, id).error().key == "exchange.evidence-missing"); }
}
