// Exchanges whose entries stand in segments: still found, proven, recovered from; and gone when their time is over.
#include "exchange/evidence.hpp"
#include "exchange/journal_segments.hpp"
#include "exchange/node_test_country.hpp"
#include "trust/audit.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";
constexpr trust::SegmentRules at_once{.entries = 256, .rows_seconds = 0};

RegistryKeys keys_of(const Country& country) {
    return {{country.registry_key->public_key().thumbprint(), VerifyingKey::of(country.registry_key->public_key()).value()}};
}

void exchange_many(Country& country, int from, int until) {
    for (int i = from; i < until; ++i) { REQUIRE(country.get(quitus + "/persons/1", {{"X-Road-Id", "id-" + std::to_string(i)}}).status == 200); }
    REQUIRE(country.commune.node->settle());
    REQUIRE(country.tax.node->settle());
}

trust::AuditReport audited(const Member& member) {
    const auto trust = member.journal->keys().public_keys();
    const auto reader = member.journal->store().read().value();
    return trust::audit(*reader, {.member = journal_name(member.id), .trust = &trust}).value();
}

}  // namespace

TEST_CASE("evidence of an exchange verifies also when its entries moved to a segment, and goes when their time is over") {
    Country country;
    exchange_many(country, 0, 140);
    auto& store = country.commune.journal->store();
    const auto now = country.system_clock.now();
    CHECK(keep_segments(store, at_once, now).value().moved == 1);
    CHECK(store.read().value()->journal(0, 1).value().at(0).seq == 256);
    exchange_many(country, 140, 142);  // the day's chains go on

    const auto proven = [&](const std::string& id) {
        const auto bundle = export_evidence(*store.read().value(), country.commune.id, id);
        if (!bundle) {
            MESSAGE(id, ": ", bundle.error().key, " ", bundle.error().detail);
            return trust::Verdict::cannot_tell;
        }
        const auto found = verify_evidence(*bundle, keys_of(country));
        for (const auto& reason : found.reasons) {
            if (reason.weight != trust::Verdict::valid) { MESSAGE(id, ": ", reason.key, " ", reason.detail); }
        }
        return found.verdict;
    };
    for (const int i : {0, 1, 70, 127, 128, 141}) { CHECK(proven("id-" + std::to_string(i)) == trust::Verdict::valid); }
    const auto report = audited(country.commune);
    for (const auto& finding : report.findings) { MESSAGE(finding.key, " ", finding.where, " ", finding.detail); }
    CHECK(report.clean());
    CHECK(report.entries == 284);
    CHECK(report.segments == 1);

    // Content goes with what the index held for it; leaves stand.
    auto rules = at_once;
    rules.keep_seconds = 86'400;
    CHECK(keep_segments(store, rules, now).value().erased == 0);
    CHECK(keep_segments(store, rules, now.plus_seconds(2 * 86'400)).value().erased == 1);
    const auto reader = store.read().value();
    CHECK(export_evidence(*reader, country.commune.id, "id-0").error().key == "exchange.evidence-missing");
    CHECK(find_exchanges(*reader, {.message_id = "id-0"}).value().exchanges.empty());
    const auto left = find_exchanges(*reader, {.limit = 500}).value().exchanges;
    // Answers are written for many at once, so how many requests stand before the border is not fixed.
    const auto rows = reader->journal(256, 100).value();
    CHECK(rows.size() == 28);
    CHECK(std::ranges::count(rows, request_kind, &store::JournalRow::kind) == std::ssize(left));
    for (const auto& one : left) { CHECK(*one.request_row >= 256); }
    CHECK(proven("id-141") == trust::Verdict::valid);
    CHECK(audited(country.commune).clean());
    CHECK(audited(country.commune).erased == 256);
}

TEST_CASE("copies of a new authority, whose numbers are lower, stay while an entry of the old one is left") {
    Country country;
    auto& store = country.tax.journal->store();
    const auto change = [&](const char* name) { country.publish([name](Snapshot& snapshot) { snapshot.members.front().names["fr"] = name; }); };
    for (const char* name : {"a", "b", "c"}) { change(name); }
    const auto old_keys = keys_of(country);
    exchange_many(country, 0, 130);  // more than a segment, all of the old authority
    country.begin_again([](Snapshot&) {});
    for (int i = 130; i < 133; ++i) {
        exchange_many(country, i, i + 1);
        change(std::to_string(i).c_str());
    }
    auto rules = at_once;
    rules.keep_seconds = 1;
    REQUIRE(keep_segments(store, rules, country.system_clock.now().plus_seconds(10)).value().erased == 1);
    const auto reader = store.read().value();
    for (int i = 129; i < 133; ++i) {
        CAPTURE(i);
        const auto bundle = export_evidence(*reader, country.tax.id, "id-" + std::to_string(i));
        REQUIRE(bundle);
        CHECK(verify_evidence(*bundle, i < 130 ? old_keys : keys_of(country)).verdict == trust::Verdict::valid);
    }
}

TEST_CASE("copies of the registry that only erased entries referred to go with them") {
    Country country;
    auto& store = country.tax.journal->store();
    for (int i = 0; i < 4; ++i) {
        exchange_many(country, i * 40, i * 40 + 40);
        country.publish([i](Snapshot& snapshot) { snapshot.members.front().names["fr"] = "Nom " + std::to_string(i); });
    }
    exchange_many(country, 160, 162);
    const auto kept = [&] { return store.read().value()->find({.collection = "registry", .limit = 100}).value().documents.size(); };
    const auto before = kept();
    REQUIRE(before == 5);
    auto rules = at_once;
    rules.keep_seconds = 1;
    const auto done = keep_segments(store, rules, country.system_clock.now().plus_seconds(10)).value();
    CHECK(done.moved == 1);
    CHECK(done.erased == 1);
    CHECK(kept() == 3);  // of entries 256 and later, and the one before
    const auto bundle = export_evidence(*store.read().value(), country.tax.id, "id-161").value();
    CHECK(verify_evidence(bundle, keys_of(country)).verdict == trust::Verdict::valid);
}
