// Which account a national identity opens, and what is refused; mandates that it attests; sessions
// that it ends.
#include "identity/national.hpp"

#include "identity/testing.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::identity;
using identity::testing::Place;

namespace {

const Date today{2026, 11, 21};

struct Desk {
    Place place;
    Persons persons{place.store(), place.secrets, place.entropy};
    Mandates mandates{place.store(), place.entropy};
    Sessions sessions{place.store(), place.entropy, place.clock};
    NationalIds ids{place.store(), place.secrets, place.entropy, mandates};

    CounterCheck check(const std::string& number = "AB123456") const {
        return {"commune", "accueil", "agent-1", "cnie", number, place.clock.now()};
    }
    Person at_counter(const std::string& number) {
        Person seen;
        seen.name = {"أمينة", "العلوي", "Amina", "Alaoui"};
        seen.birth = "1990-05-12";
        return persons.enrol_at_counter(seen, check(number)).value();
    }
    Person by_code(const std::string& phone) {
        const auto address = read_address(phone).value();
        REQUIRE(persons.send_code(address, "fr", "192.0.2.1"));
        return persons.redeem_code(address, place.code_for(phone), "fr").value();
    }
    Result<Person> come(const NationalIdentity& who, const std::string& signed_in = {}) {
        return ids.sign_in(who, signed_in, "fr", today);
    }
    std::string refusal(const NationalIdentity& who, const std::string& signed_in = {}) {
        const auto done = come(who, signed_in);
        return done ? "" : done.error().key;
    }
};

NationalIdentity somebody(const std::string& subject = "s-1",
                          const std::string& number = "AB123456",
                          int level = level_counter_verified) {
    NationalIdentity who;
    who.issuer = "https://id.example.ma";
    who.subject = subject;
    who.session = "sid-" + subject;
    who.acr = level == level_counter_verified ? "high" : "low";
    who.level = level;
    who.name = {"أمينة", "العلوي", "Amina", "Alaoui"};
    who.birth = "1990-05-12";
    who.document_kind = "cnie";
    who.document_number = number;
    return who;
}

bool has(const std::vector<std::string>& kinds, const std::string& kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

TEST_CASE(
    "the person whom an agent has seen is opened by the same identifier, and by the same subject from then on") {
    Desk desk;
    const auto known = desk.at_counter("AB123456");
    const auto came = desk.come(somebody()).value();
    CHECK(came.id == known.id);
    CHECK(came.checked == known.checked);
    REQUIRE(came.national);
    CHECK(came.national->acr == "high");
    CHECK(desk.come(somebody("s-1", "AB123456", level_code_verified)).value().id == known.id);
    const auto kinds = desk.place.journal("person:" + known.id);
    CHECK(has(kinds, "identity.national-bound"));
    CHECK(std::ranges::count(kinds, "identity.national-signed-in") == 2);
}

TEST_CASE("nobody known: a new person, of the level that the acr gives") {
    Desk desk;
    const auto low = desk.come(somebody("s-1", "AB1111", level_code_verified)).value();
    CHECK(low.level == level_code_verified);
    CHECK(low.name.latin() == "Amina Alaoui");
    const auto high = desk.come(somebody("s-2", "AB2222")).value();
    CHECK(high.level == level_counter_verified);
    CHECK(high.document_number == "AB2222");
    CHECK(desk.persons.find(high.id).value() == high);
    CHECK(desk.come(somebody("s-1", "AB1111")).value().level == level_counter_verified);
}

TEST_CASE("an identifier that a person only wrote down binds nothing") {
    Desk desk;
    const auto mine = desk.by_code("+212661000001");
    auto said = mine;
    said.document_kind = "cnie";
    said.document_number = "AB123456";
    REQUIRE(desk.persons.describe(mine.id, said));
    CHECK(desk.come(somebody()).value().id != mine.id);
}

TEST_CASE("a step up: who is signed in by code becomes known by the card, and stays themselves") {
    Desk desk;
    const auto mine = desk.by_code("+212661000001");
    const auto raised = desk.come(somebody(), mine.id).value();
    CHECK(raised.id == mine.id);
    CHECK(raised.level == level_counter_verified);
    CHECK(raised.document_number == "AB123456");
    CHECK(raised.phone == "+212661000001");
}

TEST_CASE(
    "identity.national-level: an account verified at the counter is not opened by a weaker way") {
    Desk desk;
    const auto known = desk.at_counter("AB123456");
    CHECK(desk.refusal(somebody("s-1", "AB123456", level_code_verified)) ==
          "identity.national-level");
    CHECK(has(desk.place.journal("person:" + known.id), "identity.national-refused"));
    CHECK(has(desk.place.journal("national"), "identity.national-refused"));
    CHECK(!desk.persons.find(known.id).value().national);
}

TEST_CASE("identity.national-taken: a second subject opens no account that has one") {
    Desk desk;
    const auto known = desk.at_counter("AB123456");
    REQUIRE(desk.come(somebody("s-1")));
    CHECK(desk.refusal(somebody("s-2")) == "identity.national-taken");
    CHECK(desk.refusal(somebody("s-2"), known.id) == "identity.national-taken");
}

TEST_CASE("identity.national-other: signed in as one, coming as another") {
    Desk desk;
    REQUIRE(desk.come(somebody("s-1")));
    const auto mine = desk.by_code("+212661000001");
    CHECK(desk.refusal(somebody("s-1"), mine.id) == "identity.national-other");
    CHECK(desk.persons.find(mine.id).value().level == level_code_verified);
}

TEST_CASE("identity.national-differs: an account verified with another identifier") {
    Desk desk;
    const auto known = desk.at_counter("ZZ999999");
    CHECK(desk.refusal(somebody("s-1", "AB123456"), known.id) == "identity.national-differs");
    const auto other = desk.at_counter("AB777777");
    REQUIRE(desk.come(somebody("s-7", "AB777777")));
    CHECK(desk.refusal(somebody("s-7", "AB777778")) == "identity.national-differs");
    CHECK(desk.persons.find(other.id).value().document_number == "AB777777");
}

TEST_CASE("identity.national-known and identity.national-several: the counter puts it right") {
    Desk desk;
    const auto known = desk.at_counter("AB123456");
    const auto mine = desk.by_code("+212661000001");
    CHECK(desk.refusal(somebody(), mine.id) == "identity.national-known");
    REQUIRE(desk.come(somebody("s-9", "AB9999", level_code_verified)));
    CHECK(desk.refusal(somebody("s-9", "AB123456")) == "identity.national-known");
    desk.at_counter("AB123456");
    CHECK(desk.refusal(somebody()) == "identity.national-several");
    CHECK(!desk.persons.find(known.id).value().national);
}

TEST_CASE(
    "unbinding at the counter: sessions end, a level that only the provider gave falls back") {
    Desk desk;
    const auto alone = desk.come(somebody()).value();
    const auto origin = desk.ids.origin("https://id.example.ma", "s-1", "sid-s-1");
    const auto token =
        desk.sessions.begin(ActorKind::person, alone.id, "", "browser", origin).value();
    CHECK(desk.ids.unbind(alone.id, desk.check("ZZ1"), desk.sessions).error().key ==
          "identity.document-differs");
    CHECK(desk.ids.unbind(alone.id, {}, desk.sessions).error().key ==
          "identity.counter-check-incomplete");
    CHECK(desk.ids.unbind(alone.id, desk.check(), desk.sessions).value().level ==
          level_self_declared);
    CHECK(!desk.sessions.find(token));
    CHECK(desk.ids.unbind(alone.id, desk.check(), desk.sessions).error().key ==
          "identity.national-unbound");
    const auto seen = desk.at_counter("AB5555");
    REQUIRE(desk.come(somebody("s-5", "AB5555")));
    CHECK(desk.ids.unbind(seen.id, desk.check("AB5555"), desk.sessions).value().level ==
          level_counter_verified);
    CHECK(desk.come(somebody("s-6", "AB5555")).value().id == seen.id);
}

TEST_CASE(
    "back-channel logout ends the sessions of that session at the provider, or of that subject, and of nobody else") {
    Desk desk;
    const auto mine = desk.come(somebody()).value();
    const std::string issuer = "https://id.example.ma";
    const auto begin = [&](const std::string& sid) {
        return desk.sessions
            .begin(ActorKind::person, mine.id, "", "browser", desk.ids.origin(issuer, "s-1", sid))
            .value();
    };
    const auto one = begin("a"), two = begin("b");
    const auto by_code = desk.sessions.begin(ActorKind::person, mine.id, "", "browser").value();
    const auto until = desk.place.clock.now().plus_seconds(100);
    CHECK(desk.ids.log_out({"s-1", "a", "j-1", until}, issuer, desk.sessions).value() == 1);
    CHECK(!desk.sessions.find(one));
    CHECK(desk.sessions.find(two));
    CHECK(desk.ids.log_out({"s-1", "a", "j-1", until}, issuer, desk.sessions).error().key ==
          "identity.national-replayed");
    CHECK(desk.ids.log_out({"s-2", "b", "j-2", until}, issuer, desk.sessions).value() == 0);
    CHECK(desk.ids.log_out({"s-1", "", "j-3", until}, "https://other.example", desk.sessions)
              .value() == 0);
    CHECK(desk.sessions.find(two));
    CHECK(desk.ids.log_out({"", "b", "j-4", until}, issuer, desk.sessions).value() == 1);
    const auto three = begin("c");
    CHECK(desk.ids.log_out({"s-1", "", "j-5", until}, issuer, desk.sessions).value() == 1);
    CHECK(!desk.sessions.find(three));
    CHECK(desk.sessions.find(by_code));
    CHECK(has(desk.place.journal("person:" + mine.id), "identity.national-signed-out"));
}

TEST_CASE("what may come once is refused the second time, and forgotten when it is over") {
    Desk desk;
    const auto until = desk.place.clock.now().plus_seconds(60);
    REQUIRE(desk.ids.once("state", "x", until));
    REQUIRE(desk.ids.once("logout", "x", until));
    CHECK(desk.ids.once("state", "x", until).error().key == "identity.national-replayed");
    CHECK(desk.ids.sweep(desk.place.clock.now()).value() == 0);
    CHECK(desk.ids.sweep(until).value() == 2);
}

TEST_CASE(
    "mandates that the identity attests: granted with scope and end, replaced, withdrawn, and not revived against the person") {
    Desk desk;
    const auto principal = desk.at_counter("AB777777");
    auto who = somebody("s-1", "AB1111");
    who.says_mandates = true;
    AttestedMandate company{.reference = "m-1",
                            .kind = MandateKind::company,
                            .name = "Atlas",
                            .ice = "001561191000066",
                            .document = "",
                            .procedures = {"trade-licence"},
                            .from = today,
                            .until = {2027, 6, 1}};
    AttestedMandate person{.reference = "m-2",
                           .kind = MandateKind::power_of_attorney,
                           .name = "Amina Alaoui",
                           .ice = "",
                           .document = "AB777777",
                           .procedures = {},
                           .from = today,
                           .until = {2027, 1, 1}};
    who.mandates = {company, person};
    const auto mine = desk.come(who).value();
    const auto standing = [&] {
        auto out = desk.mandates.of_actor(mine.id).value();
        std::erase_if(out, [](const Mandate& one) { return one.revoked.has_value(); });
        std::ranges::sort(out, {}, &Mandate::attested);
        return out;
    };
    REQUIRE(standing().size() == 2);
    CHECK(standing()[0].verified);
    CHECK(standing()[0].until == Date{2027, 6, 1});
    CHECK(desk.mandates.may_represent(mine.id, "001561191000066", "trade-licence", today).value());
    CHECK(!desk.mandates.may_represent(mine.id, "001561191000066", "birth-extract", today).value());
    CHECK(desk.mandates.may_act(mine.id, principal.id, "birth-extract", today).value());
    REQUIRE(desk.come(who));
    CHECK(desk.mandates.of_actor(mine.id).value().size() == 2);
    who.mandates[0].until = {2026, 12, 1};
    who.mandates.pop_back();
    REQUIRE(desk.come(who));
    REQUIRE(standing().size() == 1);
    CHECK(standing()[0].until == Date{2026, 12, 1});
    REQUIRE(desk.mandates.revoke(standing()[0].id, mine.id));
    REQUIRE(desk.come(who));
    CHECK(standing().empty());
    who.mandates = {who.mandates[0], person};
    REQUIRE(desk.come(who));
    CHECK(standing().size() == 1);
    who.says_mandates = false;
    who.mandates.clear();
    REQUIRE(desk.come(who));
    CHECK(standing().size() == 1);
}
