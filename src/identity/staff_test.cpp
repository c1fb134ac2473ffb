#include "identity/staff.hpp"

#include "identity/testing.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace wasl;
using namespace wasl::identity;
using testing::Place;

namespace {

const std::string password = "correct horse battery";

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

struct Fixture : Place {
    StaffBook book{store(), "commune-tamri", secrets, entropy};

    Enrolled first() {
        const auto code = book.new_setup_code().value();
        return book.claim_setup(code, {"admin", "Admin", "مدير", password, {}, {}}).value();
    }
    Enrolled add(std::string login, std::vector<Role> roles) {
        return book.add({std::move(login), "Name", "اسم", password, std::move(roles), {"etat-civil"}}, "admin").value();
    }
    [[nodiscard]] std::string code(const Enrolled& of, int steps = 0) const {
        return totp_code(of.totp_secret, clock.now().seconds() / 30 + steps);
    }
    auto sign_in(const Enrolled& who, std::string_view with, std::string_view one_time, std::string_view source = "192.0.2.1") {
        return book.sign_in(who.staff.login, with, one_time, source);
    }
};

}  // namespace

TEST_CASE("the first administrator: a set-up code of one use, a day long, only while there is no staff") {
    Fixture f;
    CHECK(f.book.empty().value());
    const NewStaff admin{"admin", "Admin", "", password, {}, {}};
    CHECK(key_of(f.book.claim_setup("AAAA-AAAA-AAAA", admin)) == "identity.setup-wrong");
    const auto late = f.book.new_setup_code().value();
    CHECK(late.size() == 14);
    f.clock.advance_seconds(86'400);
    CHECK(key_of(f.book.claim_setup(late, admin)) == "identity.setup-wrong");
    const auto code = f.book.new_setup_code().value();
    CHECK(key_of(f.book.claim_setup(late, admin)) == "identity.setup-wrong");
    CHECK(f.bodies("setup").find(code) == std::string::npos);
    const auto made = f.book.claim_setup(" " + to_lower_ascii(code), admin).value();
    CHECK(made.staff.actor().has(Role::administrator));
    CHECK_FALSE(f.book.empty().value());
    CHECK(key_of(f.book.claim_setup(code, admin)) == "identity.setup-wrong");
    CHECK(f.journal("staff:" + made.staff.id) == std::vector<std::string>{"identity.staff-added"});
}

TEST_CASE("password and one-time password together, each refused with the same words") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent, Role::counter});
    CHECK(key_of(f.sign_in(agent, "wrong password!", f.code(agent))) == "identity.sign-in-refused");
    CHECK(key_of(f.sign_in(agent, password, "000000")) == "identity.sign-in-refused");
    CHECK(key_of(f.book.sign_in("nobody", password, f.code(agent), "s")) == "identity.sign-in-refused");
    const auto actor = f.sign_in(agent, password, f.code(agent))->actor();
    CHECK(actor.is_staff());
    CHECK(actor.member == "commune-tamri");
    CHECK(actor.has(Role::counter));
    CHECK(actor.works_for("etat-civil"));
    CHECK(f.journal("staff:" + agent.staff.id).back() == "identity.staff-signed-in");
}

TEST_CASE("a one-time password is never taken twice, the step before it neither") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    CHECK(f.sign_in(agent, password, f.code(agent)));
    CHECK(key_of(f.sign_in(agent, password, f.code(agent))) == "identity.sign-in-refused");
    CHECK(key_of(f.sign_in(agent, password, f.code(agent, -1))) == "identity.sign-in-refused");
    f.clock.advance_seconds(30);
    CHECK(f.sign_in(agent, password, f.code(agent)));
}

TEST_CASE("a stranger's wrong tries do not lock the owner out; fifty from everywhere do") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    for (int i = 0; i < 5; ++i) CHECK(key_of(f.sign_in(agent, "wrong password!", f.code(agent), "192.0.2.1")) == "identity.sign-in-refused");
    CHECK(key_of(f.sign_in(agent, password, f.code(agent), "192.0.2.1")) == "identity.too-many-tries");
    CHECK(f.sign_in(agent, password, f.code(agent), "192.0.2.2"));
    for (int i = 0; i < 50; ++i) f.sign_in(agent, "wrong password!", "000000", "198.51.100." + std::to_string(i));
    f.clock.advance_seconds(30);
    CHECK(key_of(f.sign_in(agent, password, f.code(agent), "192.0.2.3")) == "identity.too-many-tries");
}

TEST_CASE("five wrong tries lock a login for a quarter of an hour, known or not") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    for (int i = 0; i < 5; ++i) CHECK(key_of(f.sign_in(agent, "wrong password!", f.code(agent))) == "identity.sign-in-refused");
    CHECK(key_of(f.sign_in(agent, password, f.code(agent))) == "identity.too-many-tries");
    CHECK(f.journal("staff:" + agent.staff.id).back() == "identity.staff-locked");
    for (int i = 0; i < 5; ++i) CHECK(key_of(f.book.sign_in("nobody", "x", "1", "s2")) == "identity.sign-in-refused");
    CHECK(key_of(f.book.sign_in("nobody", "x", "1", "s2")) == "identity.too-many-tries");
    f.clock.advance_seconds(900);
    CHECK(f.sign_in(agent, password, f.code(agent)));
}

TEST_CASE("twenty wrong tries of one network address lock it, others may go on") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    for (int i = 0; i < 20; ++i) CHECK(key_of(f.book.sign_in("l" + std::to_string(i), "x", "1", "192.0.2.9")) == "identity.sign-in-refused");
    CHECK(key_of(f.sign_in(agent, password, f.code(agent), "192.0.2.9")) == "identity.too-many-tries");
    CHECK(f.sign_in(agent, password, f.code(agent), "192.0.2.10"));
    f.clock.advance_seconds(900);
    CHECK(f.book.sweep(f.clock.now()).value() == 41);
    CHECK(f.bodies("setup").empty());
}

TEST_CASE("an unknown login costs the work of a wrong password") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    const auto cost = [&](const std::string& login) {
        auto least = std::chrono::nanoseconds::max();
        for (int i = 0; i < 3; ++i) {
            const auto begun = std::chrono::steady_clock::now();
            CHECK_FALSE(f.book.sign_in(login, "wrong password!", "000000", login));
            least = std::min(least, std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun));
        }
        return static_cast<double>(least.count());
    };
    cost("warm-up");
    const double known = cost("fatima"), unknown = cost("nobody");
    CHECK(known / unknown < 3.0);
    CHECK(unknown / known < 3.0);
}

TEST_CASE("an agent who left signs in no more") {
    Fixture f;
    const auto admin = f.first();
    const auto agent = f.add("fatima", {Role::agent});
    auto gone = agent.staff;
    gone.active = false;
    REQUIRE(f.book.change(gone, admin.staff.id));
    CHECK(key_of(f.sign_in(agent, password, f.code(agent))) == "identity.sign-in-refused");
}

TEST_CASE("the last active administrator stays one") {
    Fixture f;
    const auto admin = f.first();
    auto less = admin.staff;
    less.roles = {Role::agent};
    CHECK(key_of(f.book.change(less, "x")) == "identity.last-administrator");
    auto gone = admin.staff;
    gone.active = false;
    CHECK(key_of(f.book.change(gone, "x")) == "identity.last-administrator");
    f.add("second", {Role::administrator});
    CHECK(f.book.change(less, "x"));
}

TEST_CASE("a reset gives a new password and a new authenticator; the old ones are worth nothing") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    const auto reset = f.book.reset(agent.staff.id, "another long password", "admin").value();
    CHECK(reset.totp_secret != agent.totp_secret);
    CHECK_FALSE(f.sign_in(agent, password, f.code(reset)));
    CHECK_FALSE(f.sign_in(agent, "another long password", f.code(agent)));
    CHECK(f.sign_in(agent, "another long password", f.code(reset)));
    CHECK(key_of(f.book.reset(agent.staff.id, "short", "admin")) == "identity.password-short");
    CHECK(key_of(f.book.reset("nobody", "another long password", "admin")) == "identity.no-staff");
}

TEST_CASE("logins are unique and plain; secrets are not readable in the store") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent});
    CHECK(key_of(f.book.add({"fatima", "", "", password, {}, {}}, "a")) == "identity.login-taken");
    for (const auto* bad : {"", "a", "Fatima", "fa tima", "فاطمة", "a/b"}) {
        CHECK(key_of(f.book.add({bad, "", "", password, {}, {}}, "a")) == "identity.login-malformed");
    }
    const auto rows = f.bodies("staff");
    CHECK(rows.find(password) == std::string::npos);
    CHECK(rows.find(agent.totp_secret) == std::string::npos);
    CHECK(rows.find(to_base32(agent.totp_secret)) == std::string::npos);
    const auto reader = f.store().read().value();
    for (const auto& row : reader->chain("staff:" + agent.staff.id).value()) {
        CHECK(row.content.find("argon2") == std::string::npos);
        CHECK(row.content.find("totp") == std::string::npos);
    }
}

TEST_CASE("one person may hold several roles, and the journal says which") {
    Fixture f;
    const auto agent = f.add("fatima", {Role::agent, Role::signatory});
    const auto reader = f.store().read().value();
    const auto content = reader->chain("staff:" + agent.staff.id).value().front().content;
    CHECK(content.find(R"(["agent","signatory"])") != std::string::npos);
}

TEST_CASE("a delegation of signature holds from its first to its last day, for its office and procedures, until revoked") {
    Fixture f;
    const auto signer = f.add("signer", {Role::signatory});
    const std::string& id = signer.staff.id;
    Delegation wanted;
    wanted.delegate = id;
    wanted.office = "urbanisme";
    wanted.reference = "12/2026 of 3 January 2026";
    wanted.procedures = {"building-permit"};
    wanted.from = {2026, 1, 5};
    wanted.until = {2026, 12, 31};
    const auto given = f.book.delegate(wanted, "maire").value();
    const auto signs = [&](std::string_view office, std::string_view procedure, Date day) {
        return f.book.signs_for(id, office, procedure, day)->has_value();
    };
    CHECK(signs("urbanisme", "building-permit", {2026, 1, 5}));
    CHECK(signs("urbanisme", "building-permit", {2026, 12, 31}));
    CHECK_FALSE(signs("urbanisme", "building-permit", {2026, 1, 4}));
    CHECK_FALSE(signs("urbanisme", "building-permit", {2027, 1, 1}));
    CHECK_FALSE(signs("urbanisme", "other", {2026, 6, 1}));
    CHECK_FALSE(signs("etat-civil", "building-permit", {2026, 6, 1}));
    CHECK_FALSE(f.book.signs_for("somebody", "urbanisme", "building-permit", {2026, 6, 1})->has_value());
    REQUIRE(f.book.revoke_delegation(given.id, "maire"));
    CHECK_FALSE(signs("urbanisme", "building-permit", {2026, 6, 1}));
    CHECK(f.journal("staff:" + id) ==
          std::vector<std::string>{"identity.staff-added", "identity.delegation-given", "identity.delegation-revoked"});
}

TEST_CASE("who is no signatory any more signs nothing, whatever the delegation says") {
    Fixture f;
    const auto admin = f.first();
    const auto signer = f.add("signer", {Role::signatory});
    Delegation authority;
    authority.delegate = signer.staff.id;
    authority.office = "etat-civil";
    authority.authority = true;
    authority.from = {2020, 1, 1};
    authority.until = {2030, 1, 1};
    REQUIRE(f.book.delegate(authority, admin.staff.id));
    CHECK(f.book.signs_for(signer.staff.id, "etat-civil", "any", {2026, 1, 1})->has_value());
    auto changed = signer.staff;
    changed.roles = {Role::agent};
    REQUIRE(f.book.change(changed, admin.staff.id));
    CHECK_FALSE(f.book.signs_for(signer.staff.id, "etat-civil", "any", {2026, 1, 1})->has_value());
}

TEST_CASE("a delegation without reference, office or with an end before its beginning is refused") {
    Fixture f;
    const auto signer = f.add("signer", {Role::signatory});
    Delegation wanted;
    wanted.delegate = signer.staff.id;
    wanted.office = "urbanisme";
    wanted.reference = " ";
    wanted.from = {2026, 1, 5};
    wanted.until = {2026, 1, 5};
    CHECK(key_of(f.book.delegate(wanted, "m")) == "identity.delegation-malformed");
    wanted.reference = "1/2026";
    wanted.until = {2026, 1, 4};
    CHECK(key_of(f.book.delegate(wanted, "m")) == "identity.delegation-malformed");
    wanted.until = wanted.from;
    wanted.delegate = "nobody";
    CHECK(key_of(f.book.delegate(wanted, "m")) == "identity.no-staff");
    CHECK(key_of(f.book.revoke_delegation("x", "m")) == "identity.no-delegation");
}
