#include "identity/mandates.hpp"

#include "identity/companies.hpp"
#include "identity/outbox.hpp"
#include "identity/testing.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::identity;
using testing::Place;

namespace {

constexpr Date day{2026, 11, 21};

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

Mandate attorney() {
    Mandate mandate;
    mandate.actor = "helper";
    mandate.principal = "owner";
    mandate.principal_name = "Owner";
    mandate.from = {2026, 1, 1};
    return mandate;
}

jurisdiction::Identifiers identifiers() {
    jurisdiction::IdentifierRule ice;
    ice.code = "ice";
    ice.pattern = "[0-9]{15}";
    ice.check = "mod97";
    return jurisdiction::Identifiers::create({ice}, {}).value();
}

struct Fixture : Place {
    Mandates mandates{store(), entropy};
    Companies companies{store(), identifiers()};
    [[nodiscard]] bool may(std::string_view procedure, Date on) const { return mandates.may_act("helper", "owner", procedure, on)->has_value(); }
};

}  // namespace

TEST_CASE("a mandate holds from its first to its last day") {
    Fixture f;
    auto mandate = attorney();
    mandate.until = Date{2026, 11, 21};
    REQUIRE(f.mandates.grant(mandate));
    CHECK(f.may("any", day));
    CHECK(f.may("any", {2026, 1, 1}));
    CHECK_FALSE(f.may("any", {2025, 12, 31}));
    CHECK_FALSE(f.may("any", {2026, 11, 22}));
}

TEST_CASE("a mandate covers its procedures, or all") {
    Fixture f;
    auto mandate = attorney();
    mandate.procedures = {"birth-extract"};
    REQUIRE(f.mandates.grant(mandate));
    CHECK(f.may("birth-extract", day));
    CHECK_FALSE(f.may("building-permit", day));
}

TEST_CASE("a mandate goes one way only, and to nobody else") {
    Fixture f;
    REQUIRE(f.mandates.grant(attorney()));
    CHECK_FALSE(f.mandates.may_act("owner", "helper", "any", day)->has_value());
    CHECK_FALSE(f.mandates.may_act("helper", "other", "any", day)->has_value());
    CHECK_FALSE(f.mandates.may_act("other", "owner", "any", day)->has_value());
}

TEST_CASE("a revoked mandate opens nothing, at once; both sides have it in their journal") {
    Fixture f;
    const auto mandate = f.mandates.grant(attorney()).value();
    REQUIRE(f.mandates.revoke(mandate.id, "owner"));
    CHECK_FALSE(f.may("any", day));
    const std::vector<std::string> both{"identity.mandate-granted", "identity.mandate-revoked"};
    CHECK(f.journal("person:helper") == both);
    CHECK(f.journal("person:owner") == both);
    CHECK(key_of(f.mandates.revoke("none", "owner")) == "identity.no-mandate");
}

TEST_CASE("who may revoke: the one acted for, the one who acts, an agent at a counter") {
    const auto mandate = attorney();
    const auto person = [](std::string id) { return Actor{ActorKind::person, std::move(id), "", "", {}, {}, 2}; };
    CHECK(may_revoke(mandate, person("owner")));
    CHECK(may_revoke(mandate, person("helper")));
    CHECK_FALSE(may_revoke(mandate, person("other")));
    CHECK_FALSE(may_revoke(mandate, person("")));
    CHECK_FALSE(may_revoke(mandate, Actor{}));
    CHECK(may_revoke(mandate, Actor{ActorKind::staff, "s", "", "m", {Role::counter}, {}, 0}));
    CHECK_FALSE(may_revoke(mandate, Actor{ActorKind::staff, "s", "", "m", {Role::administrator}, {}, 0}));
}

TEST_CASE("malformed mandates are refused") {
    Fixture f;
    auto mandate = attorney();
    mandate.actor.clear();
    CHECK(key_of(f.mandates.grant(mandate)) == "identity.mandate-malformed");
    mandate = attorney();
    mandate.principal = "helper";
    CHECK(key_of(f.mandates.grant(mandate)) == "identity.mandate-malformed");
    mandate = attorney();
    mandate.until = Date{2025, 12, 31};
    CHECK(key_of(f.mandates.grant(mandate)) == "identity.mandate-malformed");
    mandate = attorney();
    mandate.principal.clear();
    mandate.principal_name.clear();
    CHECK(key_of(f.mandates.grant(mandate)) == "identity.mandate-malformed");
    mandate = attorney();
    mandate.kind = MandateKind::company;
    CHECK(key_of(f.mandates.grant(mandate)) == "identity.mandate-malformed");
}

TEST_CASE("a parent acts for a child without an account, under that mandate alone") {
    Fixture f;
    auto child = attorney();
    child.kind = MandateKind::parent;
    child.principal.clear();
    child.principal_name = "Yasmine";
    const auto kept = f.mandates.grant(child).value();
    CHECK(f.mandates.may_act_under(kept.id, "helper", "birth-extract", day)->has_value());
    CHECK_FALSE(f.mandates.may_act_under(kept.id, "stranger", "birth-extract", day)->has_value());
    CHECK_FALSE(f.mandates.may_act_under("none", "helper", "birth-extract", day)->has_value());
    CHECK_FALSE(f.mandates.may_act("helper", "", "birth-extract", day)->has_value());  // an empty id is nobody
}

TEST_CASE("a company: ICE with its check digits, doubtful ones kept and marked") {
    Fixture f;
    const auto company = f.companies.record({"0015611 91000066", "شركة", "Societe", "SARL", false}, "p1", false).value();
    CHECK(company.ice == "001561191000066");
    CHECK_FALSE(company.doubtful);
    CHECK(f.companies.record({"001561191000065", "", "Other", "", false}, "p1", false)->doubtful);
    CHECK(key_of(f.companies.record({"12345", "", "X", "", false}, "p1", false)) == "identity.ice-malformed");
    CHECK(key_of(f.companies.record({"001561191000066", " ", "", "", false}, "p1", false)) == "identity.company-nameless");
    CHECK(key_of(f.companies.find("002136093000040")) == "identity.no-company");
}

TEST_CASE("a stranger who knows an ICE does not rename the company; an agent may") {
    Fixture f;
    const Company company{"001561191000066", "", "Societe", "SARL", false};
    REQUIRE(f.companies.record(company, "p1", false));
    CHECK(f.companies.record(company, "p2", false));  // the same words again change nothing
    auto renamed = company;
    renamed.name_latin = "Mine";
    CHECK(key_of(f.companies.record(renamed, "p2", false)) == "identity.company-known");
    CHECK(f.companies.record(renamed, "staff-1", true)->name_latin == "Mine");
    CHECK(f.journal("company:001561191000066") ==
          std::vector<std::string>{"identity.company-recorded", "identity.company-changed"});
}

TEST_CASE("a company acts through its representatives") {
    Fixture f;
    Mandate mandate;
    mandate.kind = MandateKind::company;
    mandate.actor = "manager";
    mandate.ice = "001561191000066";
    mandate.principal_name = "Societe";
    mandate.from = {2026, 1, 1};
    const auto kept = f.mandates.grant(mandate).value();
    CHECK(f.mandates.may_represent("manager", mandate.ice, "any", day)->has_value());
    CHECK_FALSE(f.mandates.may_represent("other", mandate.ice, "any", day)->has_value());
    CHECK_FALSE(f.mandates.may_represent("manager", "002136093000040", "any", day)->has_value());
    CHECK_FALSE(f.mandates.may_represent("manager", "", "any", day)->has_value());
    CHECK(f.mandates.of_company(mandate.ice)->size() == 1);
    CHECK(f.mandates.find(kept.id).value() == kept);
}

TEST_CASE("mandate kinds: every name leads back to its kind") {
    for (const auto kind : {MandateKind::parent, MandateKind::guardian, MandateKind::power_of_attorney, MandateKind::company}) {
        CHECK(mandate_kind_from(to_string(kind)) == kind);
    }
    CHECK_FALSE(mandate_kind_from("owner"));
}

namespace {

Mandate power() {
    Mandate mandate;
    mandate.principal = "owner";
    mandate.principal_name = "Owner";
    mandate.offered_to = "+212612345678";
    mandate.from = day;
    mandate.until = Date{2027, 11, 20};
    mandate.procedures = {"birth-extract"};
    return mandate;
}

Person holder(std::string id, std::string phone, bool confirmed = true) {
    Person person;
    person.id = std::move(id);
    person.phone = std::move(phone);
    person.phone_confirmed = confirmed;
    return person;
}

}  // namespace

TEST_CASE("a power of attorney stands when the one it was offered to has accepted it, and not before") {
    Fixture f;
    const auto offered = f.mandates.offer(power(), "fr").value();
    const auto helper = holder("helper", "+212612345678");
    CHECK(offered.awaits);
    CHECK_FALSE(f.may("birth-extract", day));
    CHECK(f.mandates.of_actor("helper")->empty());
    const auto waiting = newest_messages(*f.store().read().value(), 5).value();
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].message.address == "+212612345678");
    CHECK(waiting[0].message.key == "post.mandate-offered");
    REQUIRE(f.mandates.offered(helper, day)->size() == 1);

    const auto accepted = f.mandates.accept(offered.id, helper, day).value();
    CHECK(accepted.actor == "helper");
    CHECK(f.may("birth-extract", day));
    CHECK_FALSE(f.may("building-permit", day));
    CHECK_FALSE(f.may("birth-extract", {2027, 11, 21}));
    CHECK(f.mandates.offered(helper, day)->empty());
    CHECK(f.mandates.find(offered.id).value() == accepted);
    CHECK(f.journal("person:owner") == std::vector<std::string>{"identity.mandate-offered", "identity.mandate-accepted"});
    CHECK(f.journal("person:helper") == std::vector<std::string>{"identity.mandate-accepted"});
    CHECK(key_of(f.mandates.accept(offered.id, helper, day)) == "identity.no-mandate");  // once
}

TEST_CASE("an offer is accepted only by who has proven that address, in time, and never by its author") {
    Fixture f;
    const auto offered = f.mandates.offer(power(), "ar").value();
    const auto accept = [&](const Person& who, Date on) { return key_of(f.mandates.accept(offered.id, who, on)); };
    CHECK(accept(holder("stranger", "+212600000000"), day) == "identity.no-mandate");
    CHECK(accept(holder("typed", "+212612345678", false), day) == "identity.no-mandate");
    CHECK(accept(holder("owner", "+212612345678"), day) == "identity.no-mandate");
    CHECK(accept(holder("helper", "+212612345678"), {2027, 11, 21}) == "identity.no-mandate");
    CHECK(f.mandates.offered(holder("helper", "+212612345678"), {2027, 11, 21})->empty());
    REQUIRE(f.mandates.revoke(offered.id, "owner"));
    CHECK(accept(holder("helper", "+212612345678"), day) == "identity.no-mandate");
}

TEST_CASE("a power of attorney needs an end, a name and an address; ten offers a day and no more") {
    Fixture f;
    auto endless = power();
    endless.until.reset();
    CHECK(key_of(f.mandates.offer(endless, "fr")) == "identity.mandate-malformed");
    auto over = power();
    over.until = Date{2026, 11, 20};
    CHECK(key_of(f.mandates.offer(over, "fr")) == "identity.mandate-malformed");
    auto nameless = power();
    nameless.principal_name.clear();
    CHECK(key_of(f.mandates.offer(nameless, "fr")) == "identity.mandate-malformed");
    auto nowhere = power();
    nowhere.offered_to = "0612";
    CHECK(key_of(f.mandates.offer(nowhere, "fr")) == "identity.address-malformed");
    auto firm = power();
    firm.actor_ice = "001561191000066";
    CHECK(key_of(f.mandates.offer(firm, "fr")) == "identity.mandate-malformed");  // a company has a name
    const auto nth = [](int n) {
        auto out = power();
        out.offered_to = "+21261234560" + std::to_string(n);
        return out;
    };
    for (int n = 0; n < 10; ++n) REQUIRE(f.mandates.offer(nth(n), "fr"));
    CHECK(key_of(f.mandates.offer(power(), "fr")) == "identity.mandate-limit");
}

TEST_CASE("each use of a mandate is in the journal of both sides") {
    Fixture f;
    const auto helper = holder("helper", "+212612345678");
    const auto mandate = f.mandates.accept(f.mandates.offer(power(), "fr")->id, helper, day).value();
    REQUIRE(f.mandates.note_use(mandate, {{}, "helper", "filed", "birth-extract", "m/0/2026/000001"}));
    REQUIRE(f.mandates.note_use(mandate, {{}, "helper", "message", "birth-extract", "m/0/2026/000001"}));
    const auto uses = f.mandates.uses(mandate.id, 10).value();
    REQUIRE(uses.size() == 2);
    CHECK(uses[0].what == "message");
    CHECK(uses[1].reference == "m/0/2026/000001");
    CHECK(f.journal("person:owner").back() == "identity.mandate-used");
    CHECK(f.journal("person:helper").back() == "identity.mandate-used");
    CHECK(f.mandates.uses(mandate.id, 1)->size() == 1);
}
