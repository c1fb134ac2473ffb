#include "identity/persons.hpp"

#include "identity/testing.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace wasl;
using namespace wasl::identity;
using testing::Place;

namespace {

const Address phone{"sms", "+212612345678"};
const Address mail{"email", "a@example.ma"};

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

std::string other_than(std::string code) {
    code[0] = code[0] == '0' ? '1' : '0';
    return code;
}

CounterCheck check(std::string number = "AB123456") {
    return {"commune-tamri", "etat-civil", "staff-1", "cnie", std::move(number), {}};
}

Person seen() {
    Person person;
    person.name = {"فاطمة", "العلوي", "Fatima", "Alaoui"};
    person.birth = "1990-05-12";
    return person;
}

struct Fixture : Place {
    Persons persons{store(), secrets, entropy};
    Person enrolled(const Address& address) {
        REQUIRE(persons.send_code(address, "ar", "192.0.2.1"));
        return persons.redeem_code(address, code_for(address.value), "ar").value();
    }
    Result<Person> prove(const std::string& id, const Address& address) {
        REQUIRE(persons.send_code(address, "ar", "192.0.2.1"));
        return persons.attach_address(id, address, code_for(address.value));
    }
};

}  // namespace

TEST_CASE("a code has six digits and makes a new person of level 2") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "zgh", "192.0.2.1"));
    const auto code = f.code_for(phone.value);
    CHECK(code.size() == 6);
    CHECK(code.find_first_not_of("0123456789") == std::string::npos);
    const auto person = f.persons.redeem_code(phone, code, "zgh").value();
    CHECK(person.level == level_code_verified);
    CHECK(person.phone == phone.value);
    CHECK(person.language == "zgh");
    CHECK(f.persons.by_address(phone).value()->id == person.id);
    CHECK(f.journal("person:" + person.id) == std::vector<std::string>{"identity.person-enrolled"});
}

TEST_CASE("a code works once") {
    Fixture f;
    f.enrolled(phone);
    CHECK(key_of(f.persons.redeem_code(phone, f.code_for(phone.value), "ar")) == "identity.code-wrong");
}

TEST_CASE("a code lives ten minutes, to the second") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    f.clock.advance_seconds(600);
    CHECK(key_of(f.persons.redeem_code(phone, f.code_for(phone.value), "ar")) == "identity.code-wrong");
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    f.clock.advance_seconds(599);
    CHECK(f.persons.redeem_code(phone, f.code_for(phone.value), "ar"));
}

TEST_CASE("a code has five tries: the right one after five wrong ones is refused") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    const auto code = f.code_for(phone.value);
    for (int i = 0; i < 5; ++i) CHECK(key_of(f.persons.redeem_code(phone, other_than(code), "ar")) == "identity.code-wrong");
    CHECK(key_of(f.persons.redeem_code(phone, code, "ar")) == "identity.code-wrong");
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    const auto second = f.code_for(phone.value);
    for (int i = 0; i < 4; ++i) CHECK_FALSE(f.persons.redeem_code(phone, other_than(second), "ar"));
    CHECK(f.persons.redeem_code(phone, second, "ar"));
}

TEST_CASE("a new code replaces the one before; a code of one address opens no other") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    const auto first = f.code_for(phone.value);
    f.clock.advance_seconds(1);
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    const auto second = f.code_for(phone.value);
    REQUIRE(first != second);
    CHECK_FALSE(f.persons.redeem_code(phone, first, "ar"));
    CHECK_FALSE(f.persons.redeem_code({"sms", "+212612345679"}, second, "ar"));
    CHECK(f.persons.redeem_code(phone, second, "ar"));
}

TEST_CASE("known and unknown addresses get the same answer and the same rows") {
    Fixture f;
    const auto person = f.enrolled(phone);
    const auto rows = [&] { return std::ranges::count(f.bodies("code") + f.bodies("allowance") + f.bodies("outbox"), '\n'); };
    const auto start = rows();
    CHECK(key_of(f.persons.send_code({"sms", "+212699999999"}, "ar", "x")) == "good");
    const auto unknown = rows() - start;
    f.clock.advance_seconds(86'400);
    f.persons.sweep(f.clock.now()).value();
    const auto again = rows();
    CHECK(key_of(f.persons.send_code(phone, "ar", "y")) == "good");
    CHECK(rows() - again == unknown);
    CHECK(key_of(f.persons.redeem_code({"sms", "+212688888888"}, "000000", "ar")) == "identity.code-wrong");
}

TEST_CASE("codes are limited a day by address, by person and by source") {
    Fixture f;
    CodeRules rules;
    rules.a_day_per_address = 3;
    rules.a_day_per_person = 4;
    rules.a_day_per_source = 6;
    Persons persons(f.store(), f.secrets, f.entropy, rules);
    for (int i = 0; i < 3; ++i) CHECK(persons.send_code(phone, "ar", "s"));
    CHECK(key_of(persons.send_code(phone, "ar", "s")) == "identity.code-limit");
    const auto person = persons.redeem_code(phone, f.code_for(phone.value), "ar").value();
    REQUIRE(persons.send_code(mail, "ar", "s"));
    REQUIRE(persons.attach_address(person.id, mail, f.code_for(mail.value)));
    f.clock.advance_seconds(86'400);
    for (int i = 0; i < 2; ++i) CHECK(persons.send_code(phone, "ar", "t"));
    for (int i = 0; i < 2; ++i) CHECK(persons.send_code(mail, "ar", "t"));
    CHECK(key_of(persons.send_code(mail, "ar", "t")) == "identity.code-limit");   // the person's fifth
    CHECK(persons.send_code({"sms", "+212600000001"}, "ar", "t"));
    CHECK(key_of(persons.send_code({"sms", "+212600000002"}, "ar", "t")) == "identity.code-limit");  // the source's seventh
    CHECK(persons.send_code({"sms", "+212600000002"}, "ar", "other"));
}

TEST_CASE("codes and addresses are kept as keyed hashes only, beside the message to be sent") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "ar", "192.0.2.77"));
    const auto code = f.code_for(phone.value);
    for (const char* collection : {"code", "allowance"}) {
        const auto bodies = f.bodies(collection);
        CHECK(bodies.find(code) == std::string::npos);
        CHECK(bodies.find(phone.value) == std::string::npos);
        CHECK(bodies.find("192.0.2.77") == std::string::npos);
    }
}

TEST_CASE("codes that are over and allowances gone by are swept") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "ar", "s"));
    CHECK(f.persons.sweep(f.clock.now()).value() == 0);
    f.clock.advance_seconds(86'400);
    CHECK(f.persons.sweep(f.clock.now()).value() == 4);  // the code; source, person, address
    CHECK(f.bodies("code").empty());
}

TEST_CASE("addresses: E.164 of any country and e-mail; anything else is refused") {
    CHECK(read_address("+212612345678").value() == Address{"sms", "+212612345678"});
    CHECK(read_address("+33612345678")->channel == "sms");
    CHECK(read_address(" Amina@Example.MA ").value() == Address{"email", "amina@example.ma"});
    for (const auto* bad : {"", "0612345678", "+212 6123", "+21261234567890123", "a@b", "@b.ma", "a@@b.ma", "a b@c.ma", "a@.ma",
                            "a@b.ma\r\nBcc: x@y.z", "a@b.ma,c@d.ma", "<a@b.ma>", "+2126123456x8"}) {
        CAPTURE(std::string(bad));
        CHECK(key_of(read_address(bad)) == "identity.address-malformed");
    }
}

TEST_CASE("an e-mail address somebody writes down does not open the account until its code came back") {
    Fixture f;
    auto person = f.enrolled(phone);
    auto changed = person;
    changed.email = "Victim@Example.ma";
    REQUIRE(f.persons.describe(person.id, changed));
    CHECK(f.persons.find(person.id)->email == "victim@example.ma");
    CHECK_FALSE(f.persons.by_address({"email", "victim@example.ma"}).value());
    const auto victim = f.enrolled({"email", "victim@example.ma"});
    CHECK(victim.id != person.id);
    REQUIRE(f.persons.send_code({"email", "victim@example.ma"}, "ar", "s"));
    CHECK(key_of(f.persons.attach_address(person.id, {"email", "victim@example.ma"}, f.code_for("victim@example.ma"))) ==
          "identity.phone-taken");
    REQUIRE(f.persons.send_code(mail, "ar", "s"));
    CHECK(f.persons.attach_address(person.id, mail, f.code_for(mail.value))->email_verified);
    CHECK(f.persons.by_address(mail).value()->id == person.id);
    CHECK(key_of(f.persons.attach_address(person.id, mail, "000000")) == "identity.code-wrong");
}

TEST_CASE("level 3: an agent has seen the card; who, when and where is in the journal and stays") {
    Fixture f;
    const auto person = f.enrolled(phone);
    auto by = check();
    by.at = f.clock.now();
    const auto checked = f.persons.check_at_counter(person.id, seen(), by).value();
    CHECK(checked.level == level_counter_verified);
    CHECK(checked.checked == by);
    CHECK(checked.document_number == "AB123456");
    CHECK(f.persons.by_document("cnie", "AB123456")->size() == 1);
    CHECK(f.journal("person:" + person.id).back() == "identity.person-checked");
    const auto reader = f.store().read().value();
    const auto row = reader->chain("person:" + person.id).value().back();
    for (const char* part : {"staff-1", "etat-civil", "commune-tamri"}) CHECK(row.content.find(part) != std::string::npos);

    auto changed = checked;
    changed.name.family_latin = "Other";
    changed.birth = "2001";
    changed.document_number = "ZZ999999";
    changed.level = 1;
    changed.address = "Tamri";
    const auto after = f.persons.describe(person.id, changed).value();
    CHECK(after.name == seen().name);
    CHECK(after.birth == "1990-05-12");
    CHECK(after.document_number == "AB123456");
    CHECK(after.level == level_counter_verified);
    CHECK(after.address == "Tamri");
}

TEST_CASE("a counter check needs agent, office, card and a name") {
    Fixture f;
    const auto person = f.enrolled(phone);
    auto no_staff = check();
    no_staff.staff.clear();
    CHECK(key_of(f.persons.check_at_counter(person.id, seen(), no_staff)) == "identity.counter-check-incomplete");
    CHECK(key_of(f.persons.check_at_counter(person.id, seen(), check(""))) == "identity.counter-check-incomplete");
    CHECK(key_of(f.persons.check_at_counter(person.id, Person{}, check())) == "identity.counter-check-incomplete");
    CHECK(key_of(f.persons.check_at_counter("nobody", seen(), check())) == "identity.no-person");
    CHECK(f.persons.find(person.id)->level == level_code_verified);
}

TEST_CASE("someone without phone or account is enrolled at the counter, more than one of them too") {
    Fixture f;
    const auto one = f.persons.enrol_at_counter(seen(), check("AB1111")).value();
    const auto two = f.persons.enrol_at_counter(seen(), check("AB2222")).value();
    CHECK(one.id != two.id);
    CHECK(one.level == level_counter_verified);
    auto same_phone = seen();
    same_phone.phone = phone.value;
    const auto first = f.persons.enrol_at_counter(same_phone, check("AB3333")).value();
    const auto second = f.persons.enrol_at_counter(same_phone, check("AB4444")).value();
    CHECK(f.prove(first.id, phone)->phone_confirmed);
    CHECK(key_of(f.prove(second.id, phone)) == "identity.phone-taken");
}

TEST_CASE("recovery and change of phone: at the counter, against the card of the account") {
    Fixture f;
    const auto person = f.enrolled(phone);
    REQUIRE(f.persons.check_at_counter(person.id, seen(), check()));
    CHECK(key_of(f.persons.change_phone(person.id, "+212611111111", check("XY999999"))) == "identity.document-differs");
    CHECK(key_of(f.persons.change_phone(person.id, "0611111111", check())) == "identity.address-malformed");
    auto nobody = check();
    nobody.staff.clear();
    CHECK(key_of(f.persons.change_phone(person.id, "+212611111111", nobody)) == "identity.counter-check-incomplete");
    const Address fresh{"sms", "+212611111111"};
    CHECK(f.persons.change_phone(person.id, fresh.value, check())->phone == fresh.value);
    CHECK_FALSE(f.persons.by_address(phone).value());
    CHECK(f.journal("person:" + person.id).back() == "identity.phone-changed");
    CHECK_FALSE(f.persons.by_address(fresh).value());
    REQUIRE(f.prove(person.id, fresh));
    CHECK(f.persons.by_address(fresh).value()->id == person.id);
}

TEST_CASE("a phone typed at the counter opens no account before its code came back") {
    Fixture f;
    auto typed = seen();
    typed.phone = phone.value;
    const auto enrolled = f.persons.enrol_at_counter(typed, check()).value();
    CHECK(enrolled.phone == phone.value);
    CHECK_FALSE(enrolled.phone_confirmed);
    CHECK(enrolled.proven_addresses().empty());
    // The agent's finger slipped: whoever holds that phone gets an account of their own, not this one.
    const auto stranger = f.enrolled(phone);
    CHECK(stranger.id != enrolled.id);
    CHECK(stranger.level == level_code_verified);
    CHECK(key_of(f.prove(enrolled.id, phone)) == "identity.phone-taken");
    // The right phone, read back from its owner, opens it.
    const Address right{"sms", "+212655555555"};
    REQUIRE(f.persons.change_phone(enrolled.id, right.value, check()));
    REQUIRE(f.prove(enrolled.id, right));
    CHECK(f.enrolled(right).id == enrolled.id);
    CHECK(f.enrolled(right).level == level_counter_verified);
}

TEST_CASE("a second phone and a mail address open the account once proven; the last address stays") {
    Fixture f;
    const auto person = f.enrolled(phone);
    const Address other{"sms", "+33612345678"};
    CHECK(key_of(f.persons.detach_address(person.id, phone)) == "identity.last-address");
    CHECK(f.prove(person.id, other)->second_phone == other.value);
    CHECK(f.prove(person.id, mail)->email_verified);
    CHECK(f.persons.find(person.id)->proven_addresses() == std::vector<std::string>{phone.value, other.value, mail.value});
    for (const auto& address : {phone, other, mail}) CHECK(f.enrolled(address).id == person.id);
    // The first phone goes: the second takes its place, and a stranger may have the number.
    CHECK(f.persons.detach_address(person.id, phone)->phone == other.value);
    CHECK(f.enrolled(phone).id != person.id);
    CHECK(f.persons.detach_address(person.id, other)->phone.empty());
    CHECK(key_of(f.persons.detach_address(person.id, mail)) == "identity.last-address");
    CHECK(f.journal("person:" + person.id).back() == "identity.address-detached");
    // A number that is somebody's first phone can not become another's second.
    CHECK(key_of(f.prove(person.id, phone)) == "identity.phone-taken");
}

TEST_CASE("what did not change is not journaled") {
    Fixture f;
    const auto person = f.enrolled(phone);
    REQUIRE(f.persons.describe(person.id, person));
    REQUIRE(f.persons.note_member(person.id, "commune-tamri"));
    REQUIRE(f.persons.note_member(person.id, "commune-tamri"));
    CHECK(f.journal("person:" + person.id).size() == 2);
    CHECK(f.persons.find(person.id)->members == std::vector<std::string>{"commune-tamri"});
}

TEST_CASE("birth dates may be partial or unknown, never wrong") {
    for (const auto* good : {"", "unknown", "1990", "1990-05", "1990-05-12", "2024-02-29"}) CHECK(acceptable_birth(good));
    for (const auto* bad : {"90", "1990-13", "1990-05-32", "2023-02-29", "12/05/1990", "1990-5-12", "today", "1990-05-12T"}) {
        CAPTURE(std::string(bad));
        CHECK(key_of(acceptable_birth(bad)) == "identity.birth-malformed");
    }
}

TEST_CASE("a minor is never taken for an adult: a partial date counts as late as possible") {
    CHECK(age_on("2008-11-21", {2026, 11, 21}) == 18);
    CHECK(age_on("2008-11-22", {2026, 11, 21}) == 17);
    CHECK(age_on("2008-11", {2026, 11, 29}) == 17);
    CHECK(age_on("2008-11", {2026, 11, 30}) == 18);
    CHECK(age_on("2008", {2026, 12, 30}) == 17);
    CHECK(age_on("2008", {2026, 12, 31}) == 18);
    CHECK(age_on("2008-02-29", {2026, 2, 28}) == 17);
    CHECK_FALSE(age_on("unknown", {2026, 1, 1}));
}

TEST_CASE("a person survives being written and read, whatever is absent") {
    Person person = seen();
    person.id = "p";
    CHECK(person_from_json(to_json(person)).value() == person);
    person.phone = phone.value;
    person.phone_confirmed = false;
    person.second_phone = "+33612345678";
    person.email = "a@b.ma";
    person.email_verified = true;
    person.document_kind = "residence";
    person.document_number = "X1";
    person.country = "FR";
    person.checked = check();
    person.members = {"a", "b"};
    person.level = 3;
    CHECK(person_from_json(to_json(person)).value() == person);
    CHECK_FALSE(person_from_json("["));
    CHECK(person.name.best("fr") == "Fatima Alaoui");
    CHECK(person.name.best("ar") == "فاطمة العلوي");
    person.name.given_latin = person.name.family_latin = "";
    CHECK(person.name.best("fr") == "فاطمة العلوي");
}

TEST_CASE("the outbox keeps a message until it is settled, tries again, and gives up in the end") {
    Fixture f;
    REQUIRE(f.persons.send_code(phone, "fr", "s"));
    for (int i = 1; i <= 8; ++i) {
        const auto waiting = messages(*f.store().read().value(), "waiting", 10).value();
        REQUIRE(waiting.size() == 1);
        CHECK(waiting[0].message.channel == "sms");
        CHECK(waiting[0].message.language == "fr");
        REQUIRE(f.store().run([&](store::Transaction& tx) { return settle(tx, waiting[0], false, f.clock.now()); }));
    }
    CHECK(messages(*f.store().read().value(), "waiting", 10)->empty());
    CHECK(messages(*f.store().read().value(), "failed", 10)->size() == 1);
}
