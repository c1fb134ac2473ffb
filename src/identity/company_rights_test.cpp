#include "identity/company_rights.hpp"

#include "identity/companies.hpp"
#include "identity/mandate_keys.hpp"
#include "identity/testing.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl;
using namespace wasl::identity;
using testing::Place;

namespace {

constexpr Date today{2026, 11, 21};
constexpr const char* ice = "001561191000066";
constexpr const char* other_ice = "002136093000040";

// Made with: openssl genpkey -algorithm ed25519 | openssl pkey -pubout
constexpr std::string_view ed25519_pem =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA3q12+RBQrND0EbJ3M9Rr+Llbe7LGc67mwTu7KzEZN04=\n-----END PUBLIC KEY-----\n";

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

Mandate of_company(std::string actor = "accountant") {
    Mandate out;
    out.id = "m1";
    out.kind = MandateKind::company;
    out.actor = std::move(actor);
    out.ice = ice;
    out.principal_name = "Société";
    out.from = {2026, 1, 1};
    out.until = Date{2026, 12, 31};
    out.role = "accountant";
    out.given_by = "manager";
    out.accepted = Instant{1};
    return out;
}

Mandate offer() {
    auto out = of_company("");
    out.accepted.reset();
    out.offered_to = "cabinet@example.org";
    out.from = today;
    return out;
}

Person mailbox(std::string id, std::string mail) {
    Person out;
    out.id = std::move(id);
    out.email = std::move(mail);
    out.email_verified = true;
    return out;
}

}  // namespace

TEST_CASE("identity.mandate-over: a mandate of yesterday, a withdrawn one") {
    auto mandate = of_company();
    const auto may = [&](Date day) { return key_of(may_use(mandate, "accountant", "tax-clearance", MandateRight::batch, day)); };
    CHECK(may(today) == "good");
    CHECK(may({2026, 12, 31}) == "good");
    CHECK(may({2027, 1, 1}) == "identity.mandate-over");
    CHECK(may({2025, 12, 31}) == "identity.mandate-early");
    mandate.revoked = Instant{1};
    CHECK(may(today) == "identity.mandate-over");
}

TEST_CASE("identity.mandate-narrow: another procedure, or fewer rights; identity.no-mandate: somebody else") {
    auto mandate = of_company();
    mandate.procedures = {"tax-clearance"};
    mandate.rights = {MandateRight::see, MandateRight::file};
    CHECK(key_of(may_use(mandate, "accountant", "tax-clearance", MandateRight::file, today)) == "good");
    CHECK(key_of(may_use(mandate, "accountant", "building-permit-small", MandateRight::file, today)) == "identity.mandate-narrow");
    CHECK(key_of(may_use(mandate, "accountant", "tax-clearance", MandateRight::batch, today)) == "identity.mandate-narrow");
    CHECK(key_of(may_use(mandate, "stranger", "tax-clearance", MandateRight::file, today)) == "identity.no-mandate");
    CHECK(key_of(may_use(mandate, "", "tax-clearance", MandateRight::file, today)) == "identity.no-mandate");
}

TEST_CASE("identity.mandate-unproven: a declared representative files, and sees or sends nothing else") {
    auto declared = of_company("somebody");
    declared.role.clear();
    declared.given_by.clear();
    declared.accepted.reset();
    CHECK(key_of(may_use(declared, "somebody", "any", MandateRight::file, today)) == "good");
    CHECK(key_of(may_use(declared, "somebody", "any", MandateRight::see, today)) == "identity.mandate-unproven");
    CHECK(key_of(may_use(declared, "somebody", "any", MandateRight::batch, today)) == "identity.mandate-unproven");
    CHECK_FALSE(declared.represents());
    CHECK(companies_of(std::vector{declared}, today).empty());
    declared.verified = true;
    CHECK(declared.represents());
    CHECK(key_of(may_use(declared, "somebody", "any", MandateRight::see, today)) == "good");
}

TEST_CASE("the nearest refusal is told: a narrower mandate before one that is over, and no word of other companies") {
    auto over = of_company();
    over.until = Date{2026, 2, 1};
    auto narrow = of_company();
    narrow.procedures = {"tax-clearance"};
    const std::vector held{over, narrow};
    CHECK(key_of(mandate_for(held, ice, "accountant", "trade-register", MandateRight::file, today)) == "identity.mandate-narrow");
    CHECK(key_of(mandate_for(held, ice, "accountant", "tax-clearance", MandateRight::file, today)) == "good");
    CHECK(key_of(mandate_for(std::vector{over}, ice, "accountant", "tax-clearance", MandateRight::file, today)) == "identity.mandate-over");
    CHECK(key_of(mandate_for(held, other_ice, "accountant", "tax-clearance", MandateRight::file, today)) == "identity.no-mandate");
    CHECK(key_of(mandate_for(held, "", "accountant", "tax-clearance", MandateRight::file, today)) == "identity.no-mandate");
}

TEST_CASE("a company's mandate is given by its representative and stands once accepted; both are in its journal") {
    Place place;
    Mandates mandates{place.store(), place.entropy};
    const auto offered = mandates.offer(offer(), "fr").value();
    CHECK(mandates.of_actor("accountant")->empty());
    CHECK(key_of(mandates.accept(offered.id, mailbox("manager", "cabinet@example.org"), today)) == "identity.no-mandate");  // by its giver
    const auto accepted = mandates.accept(offered.id, mailbox("accountant", "cabinet@example.org"), today).value();
    CHECK(accepted.is_proven());
    CHECK_FALSE(accepted.represents());
    CHECK(mandates.find(offered.id).value() == accepted);
    CHECK(place.journal("company:" + std::string(ice)) == std::vector<std::string>{"identity.mandate-offered", "identity.mandate-accepted"});
    REQUIRE(mandates.note_use(accepted, {{}, "accountant", "filed", "tax-clearance", "m/0/2026/000001"}));
    REQUIRE(mandates.revoke(accepted.id, "manager"));
    const auto history = mandates.company_history(ice, 2).value();
    REQUIRE(history.size() == 2);
    CHECK(history[0].kind == "mandate-revoked");
    CHECK(history[1].reference == "m/0/2026/000001");
    CHECK(key_of(may_use(mandates.find(offered.id).value(), "accountant", "x", MandateRight::see, today)) == "identity.mandate-over");
}

TEST_CASE("an offer for a company names its giver, a known role and an end") {
    Place place;
    Mandates mandates{place.store(), place.entropy};
    auto giverless = offer();
    giverless.given_by.clear();
    CHECK(key_of(mandates.offer(giverless, "fr")) == "identity.mandate-malformed");
    auto role = offer();
    role.role = "king";
    CHECK(key_of(mandates.offer(role, "fr")) == "identity.mandate-malformed");
    auto endless = offer();
    endless.until.reset();
    CHECK(key_of(mandates.offer(endless, "fr")) == "identity.mandate-malformed");
    const auto nth = [](int n) {
        auto out = offer();
        out.offered_to = "cabinet" + std::to_string(n) + "@example.org";
        return out;
    };
    for (int n = 0; n < 10; ++n) REQUIRE(mandates.offer(nth(n), "fr"));
    CHECK(key_of(mandates.offer(nth(10), "fr")) == "identity.mandate-limit");
}

TEST_CASE("identity.mandate-offered: the same offer again; other rights, or the same once it was withdrawn, are another") {
    Place place;
    Mandates mandates{place.store(), place.entropy};
    const auto first = mandates.offer(offer(), "fr").value();
    CHECK(key_of(mandates.offer(offer(), "fr")) == "identity.mandate-offered");
    REQUIRE(mandates.accept(first.id, mailbox("accountant", "cabinet@example.org"), today));
    CHECK(key_of(mandates.offer(offer(), "fr")) == "identity.mandate-offered");
    auto wider = offer();
    wider.rights = {MandateRight::see, MandateRight::file, MandateRight::batch};
    wider.role = "lawyer";
    CHECK(mandates.offer(wider, "fr"));
    REQUIRE(mandates.revoke(first.id, "manager"));
    CHECK(mandates.offer(offer(), "fr"));
}

TEST_CASE("identity.mandate-long: powers are given for ten years at most") {
    Place place;
    Mandates mandates{place.store(), place.entropy};
    auto endless = offer();
    endless.until = Date{9999, 12, 31};
    CHECK(key_of(mandates.offer(endless, "fr")) == "identity.mandate-long");
    auto longest = offer();
    longest.until = today.plus_months(120);
    CHECK(mandates.offer(longest, "fr"));
}

TEST_CASE("identity.ice-malformed: an ICE of zeros alone is none, though its check digits agree") {
    Place place;
    const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma").value();
    Companies companies{place.store(), pack->identifiers()};
    CHECK(key_of(companies.normal_ice("000000000000000")) == "identity.ice-malformed");
    CHECK(key_of(companies.record({"000 000 000 000 000", "", "Zéro SARL", "SARL", false}, "a", true)) == "identity.ice-malformed");
    CHECK(companies.record({"001561191000067", "", "Douteuse SARL", "SARL", false}, "a", true).value().doubtful);
    CHECK_FALSE(companies.record({"001561191000066", "", "Sûre SARL", "SARL", false}, "a", true).value().doubtful);
}

TEST_CASE("keys of a mandate: registered from PEM, found for their company alone, gone at once") {
    Place place;
    MandateKeys keys{place.store()};
    const auto mandate = of_company();
    const auto key = keys.add(mandate, ed25519_pem, "serveur").value();
    CHECK(key_of(keys.add(mandate, ed25519_pem, "again")) == "identity.key-known");
    CHECK(key_of(keys.add(mandate, "nonsense", "n")) == "identity.key-malformed");
    CHECK(key_of(keys.add(mandate, ed25519_pem, " ")) == "identity.key-name");
    CHECK(keys.find(key.kid, ice).value() == key);
    CHECK(key_of(keys.find(key.kid, other_ice)) == "identity.no-key");
    auto second = of_company();
    second.id = "m2";
    second.ice = other_ice;
    REQUIRE(keys.add(second, ed25519_pem, "serveur"));
    CHECK(keys.find(key.kid, other_ice)->mandate == "m2");
    REQUIRE(keys.revoke(key.kid, "m1", "accountant"));
    CHECK(key_of(keys.find(key.kid, ice)) == "identity.no-key");
    CHECK(keys.find(key.kid, other_ice));
    CHECK(key_of(keys.revoke("none", "m1", "x")) == "identity.no-key");
    CHECK(place.journal("company:" + std::string(ice)) == std::vector<std::string>{"identity.key-added", "identity.key-withdrawn"});
}

TEST_CASE("where a company has filed is remembered once") {
    Place place;
    jurisdiction::IdentifierRule rule;
    rule.code = "ice";
    rule.pattern = "[0-9]{15}";
    rule.check = "mod97";
    Companies companies{place.store(), jurisdiction::Identifiers::create({rule}, {}).value()};
    for (const auto* member : {"b", "a", "b"}) REQUIRE(companies.note_member(ice, member));
    CHECK(companies.members(ice).value() == std::vector<std::string>{"a", "b"});
    CHECK(companies.members(other_ice)->empty());
}

TEST_CASE("property: whoever may act holds a standing mandate of that company, wide enough; nobody else sees it") {
    std::mt19937 chance(7);
    const auto any = [&](int most) { return static_cast<int>(chance() % static_cast<unsigned>(most)); };
    const std::vector<std::string> procedures{"a", "b", "c"}, people{"p", "q"}, companies{ice, other_ice};
    for (int round = 0; round < 2'000; ++round) {
        std::vector<Mandate> held;
        for (int n = any(4); n > 0; --n) {
            auto mandate = of_company(people[static_cast<std::size_t>(any(2))]);
            mandate.ice = companies[static_cast<std::size_t>(any(2))];
            mandate.from = today.plus_days(any(3) - 1);
            mandate.until = mandate.from.plus_days(any(3));
            if (any(2) == 0) mandate.procedures = {procedures[static_cast<std::size_t>(any(3))]};
            if (any(2) == 0) mandate.rights = {static_cast<MandateRight>(any(3))};
            if (any(4) == 0) mandate.revoked = Instant{1};
            if (any(4) == 0) mandate.accepted.reset();
            held.push_back(std::move(mandate));
        }
        const auto& procedure = procedures[static_cast<std::size_t>(any(3))];
        const auto right = static_cast<MandateRight>(any(3));
        const auto found = mandate_for(held, ice, "p", procedure, right, today);
        const bool any_good = std::ranges::any_of(held, [&](const Mandate& each) {
            return each.actor == "p" && each.ice == ice && each.stands_on(today) && each.covers(procedure) && each.allows(right) &&
                   (right == MandateRight::file || each.is_proven());
        });
        REQUIRE(found.has_value() == any_good);
        for (const auto& company : companies_of(held, today)) {
            CHECK(std::ranges::all_of(company.mandates, [&](const Mandate& each) { return each.ice == company.ice && each.stands_on(today); }));
        }
    }
}
