// What operators set while a node runs: rows, their entries, and the rows rebuilt from the entries.
#include "exchange/exchange_journal.hpp"
#include "exchange/managed.hpp"
#include "exchange/node_test_country.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const json::Value right = json::Object{{"id", "r"}, {"subject", "MA/COM/tamri/desk"}, {"service", "MA/GOV/tax/register/quitus"}, {"method", "GET"}, {"path", "/v1/*"},
                                       {"purpose", "p"}, {"legal_basis", "l"}, {"valid_from", "2026-01-01"}, {"valid_until", "2026-12-31"}};

json::Value with(std::string_view name, json::Value value) {
    auto out = *right.object();
    out.set(std::string(name), std::move(value));
    return out;
}

Result<void> change(store::Store& journal, std::optional<std::int64_t> expected, const json::Value& body, std::string_view id = "r") {
    return journal.run([&](store::Transaction& to) { return change_managed(to, ManagedKind::right, id, expected, body, {"Legal office", "rights"}); });
}

// As the audit does it.
Result<void> rebuilt(store::Store& journal) {
    const auto reader = TRY(journal.read());
    ManagedRecheck recheck;
    for (const auto& row : TRY(reader->journal(0, 1'000))) TRY(recheck.visit(row));
    return recheck.finish(*reader);
}

}  // namespace

TEST_CASE("each change of an operator is a row and an entry; the version that was seen guards it") {
    Country country;
    auto& journal = country.tax.journal->store();
    REQUIRE(change(journal, 0, right));
    CHECK(change(journal, 0, right).error().key == "store.version");
    REQUIRE(change(journal, 1, with("purpose", "q")));
    CHECK(change(journal, 1, with("purpose", "s")).error().key == "store.version");
    REQUIRE(change(journal, std::nullopt, with("id", "other"), "other"));
    REQUIRE(change(journal, std::nullopt, json::Value()));
    CHECK(change(journal, std::nullopt, json::Value()).error().key == "exchange.managed-missing");

    const auto reader = journal.read().value();
    const auto rows = managed_rows(*reader).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == "other");
    const auto changes = managed_changes(*reader, 10).value();
    REQUIRE(changes.size() == 4);
    CHECK(changes[0].after.is_null());
    CHECK(changes[0].before == with("purpose", "q"));
    CHECK(changes[3].before.is_null());
    CHECK(changes[3].by.operator_name == "Legal office");
    CHECK(managed_changes(*reader, 2).value().size() == 2);
    CHECK(rebuilt(journal).has_value());
}

TEST_CASE("a row that no entry made, or that says other than its entry, is found") {
    Country country;
    auto& journal = country.tax.journal->store();
    REQUIRE(change(journal, 0, right));
    const auto tamper = [&](std::string_view key, const std::string& body) {
        return journal.run([&](store::Transaction& to) -> Result<void> {
            TRY(to.put("managed", key, store::Transaction::any_version, body));
            return {};
        });
    };
    REQUIRE(rebuilt(journal).has_value());
    SUBCASE("altered") { REQUIRE(tamper("right r", json::write(with("path", "/**")))); }
    SUBCASE("added") { REQUIRE(tamper("right mine", json::write(with("id", "mine")))); }
    SUBCASE("taken away") {
        REQUIRE(journal.run([](store::Transaction& to) { return to.erase("managed", "right r"); }));
    }
    CHECK(rebuilt(journal).error().key == "exchange.managed-differs");
}

TEST_CASE("bodies of the interface: a word that nobody reads, or that is wrong, is refused") {
    const auto zone = Zone::utc();
    CHECK(right_of(right, zone).has_value());
    CHECK(right_of(right, zone).value().valid_at(parse_instant("2026-12-31T23:59:59Z").value()));
    for (const auto& bad : {with("subject", "MA/COM"), with("service", "x"), with("path", ""), with("method", "G T"), with("purpose", " "), with("legal_basis", 1),
                            with("valid_until", "2025-01-01"), with("valid_from", "soon"), with("unknown", 1), with("group", "g")}) {
        CHECK(right_of(bad, zone).error().key == "exchange.managed-malformed");
    }
    const json::Object service{{"id", "MA/GOV/tax/register/pages"}, {"url", "https://10.0.0.5/x"}, {"endpoints", json::Array{json::Value(json::Object{{"path", "/a"}})}}};
    CHECK(service_of(service).value().endpoints.at(0).method == "*");
    for (const auto& [name, value] : {std::pair<std::string, json::Value>{"url", "ftp://x"}, {"timeout_seconds", 0}, {"endpoints", "x"}, {"local", "register"}, {"id", "MA/GOV"}}) {
        auto bad = service;
        bad.set(name, value);
        CHECK_FALSE(service_of(bad).has_value());
    }
    const json::Object subsystem{{"id", "MA/GOV/tax/new"}, {"clients", "certificate"}, {"certificates", json::Array{json::Value(std::string(64, 'a'))}}};
    CHECK(subsystem_of(subsystem).value().proof.certificates.size() == 1);
    for (const auto& [name, value] : {std::pair<std::string, json::Value>{"id", "MA/GOV/tax"}, {"clients", "anybody"}, {"certificates", json::Array{json::Value("zz")}}}) {
        auto bad = subsystem;
        bad.set(name, value);
        CHECK_FALSE(subsystem_of(bad).has_value());
    }
}
