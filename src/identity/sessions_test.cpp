#include "identity/sessions.hpp"

#include "base/digest.hpp"
#include "identity/testing.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::identity;
using testing::Place;

namespace {

std::string key_of(const auto& result) { return result ? "good" : result.error().key; }

struct Fixture : Place {
    Sessions sessions{store(), entropy, clock};
    std::string person() { return sessions.begin(ActorKind::person, "p1", "", "Firefox").value(); }
    std::string agent() { return sessions.begin(ActorKind::staff, "s1", "commune-tamri", "Firefox").value(); }
};

}  // namespace

TEST_CASE("a session is found by its token; the store holds only the hash") {
    Fixture f;
    const auto token = f.person();
    CHECK(from_base64url(token)->size() == 32);
    const auto session = f.sessions.find(token).value();
    CHECK(session->id == "p1");
    CHECK(session->kind == ActorKind::person);
    CHECK(f.bodies("session").find(token) == std::string::npos);
    CHECK(f.bodies("session").find(sha256(token).hex()) != std::string::npos);
}

TEST_CASE("forged, cut and foreign tokens are over") {
    Fixture f;
    auto token = f.person();
    for (const std::string& bad : {std::string(), std::string(43, 'A'), token.substr(1), token + "A", sha256(token).hex()}) {
        CHECK(key_of(f.sessions.find(bad)) == "identity.session-over");
    }
    token[5] = token[5] == 'A' ? 'B' : 'A';
    CHECK(key_of(f.sessions.find(token)) == "identity.session-over");
}

TEST_CASE("a session survives a restart: it is read from the store") {
    Fixture f;
    const auto token = f.person();
    Sessions other(f.store(), f.entropy, f.clock);
    CHECK(other.find(token).value()->device == "Firefox");
}

TEST_CASE("the idle end: use keeps a session alive, silence ends it, at the second") {
    Fixture f;
    const auto token = f.agent();
    for (int i = 0; i < 5; ++i) {
        f.clock.advance_seconds(1'200);
        CHECK(f.sessions.find(token));
    }
    f.clock.advance_seconds(1'799);
    CHECK(f.sessions.find(token));
    f.clock.advance_seconds(1'800);
    CHECK(key_of(f.sessions.find(token)) == "identity.session-over");
    Sessions other(f.store(), f.entropy, f.clock);
    CHECK(key_of(other.find(token)) == "identity.session-over");
}

TEST_CASE("the absolute end comes whatever the use") {
    Fixture f;
    const auto token = f.agent();
    for (int minutes = 0; minutes + 20 < 12 * 60; minutes += 20) {
        f.clock.advance_seconds(1'200);
        REQUIRE(f.sessions.find(token));
    }
    f.clock.advance_seconds(1'200);
    CHECK(key_of(f.sessions.find(token)) == "identity.session-over");
}

TEST_CASE("signing out ends the session at once, here and after a restart") {
    Fixture f;
    const auto token = f.person();
    const auto session = f.sessions.find(token).value();
    REQUIRE(f.sessions.end(*session));
    CHECK(key_of(f.sessions.find(token)) == "identity.session-over");
    CHECK(f.bodies("session").empty());
}

TEST_CASE("rotation at sign-in: a new token, the old one is worth nothing") {
    Fixture f;
    const auto before = f.person();
    const auto after = f.sessions.replace(*f.sessions.find(before).value(), ActorKind::person, "p1", "", "Firefox").value();
    CHECK(after != before);
    CHECK(key_of(f.sessions.find(before)) == "identity.session-over");
    CHECK(f.sessions.find(after));
}

TEST_CASE("the list of one's sessions, and ending all others") {
    Fixture f;
    const auto one = f.person();
    const auto two = f.person();
    const auto agent = f.agent();
    CHECK(f.sessions.of(ActorKind::person, "p1", "")->size() == 2);
    CHECK(f.sessions.end_all(ActorKind::person, "p1", "", f.sessions.find(one).value()->key).value() == 1);
    CHECK(f.sessions.find(one));
    CHECK_FALSE(f.sessions.find(two));
    CHECK(f.sessions.find(agent));
}

TEST_CASE("the cache is bounded; forgotten sessions are read again") {
    Place place;
    SessionRules rules;
    rules.cached = 2;
    Sessions sessions(place.store(), place.entropy, place.clock, rules);
    std::vector<std::string> tokens;
    for (int i = 0; i < 5; ++i) tokens.push_back(sessions.begin(ActorKind::person, "p" + std::to_string(i), "", "").value());
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < tokens.size(); ++i) CHECK(sessions.find(tokens[i]).value()->id == "p" + std::to_string(i));
    }
}

TEST_CASE("sessions that are over are swept, others stay") {
    Fixture f;
    const auto agent = f.agent();
    const auto person = f.person();
    f.clock.advance_seconds(2'000);
    CHECK(f.sessions.sweep().value() == 1);
    CHECK(f.sessions.find(person));
    CHECK_FALSE(f.sessions.find(agent));
}

TEST_CASE("CSRF tokens: masked afresh each time, bound to the session, unforgeable") {
    Fixture f;
    const auto one = f.sessions.find(f.person()).value();
    const auto two = f.sessions.find(f.person()).value();
    const auto token = csrf_token(*one, f.entropy);
    CHECK(token != csrf_token(*one, f.entropy));
    CHECK(csrf_matches(*one, token));
    CHECK_FALSE(csrf_matches(*two, token));
    CHECK_FALSE(csrf_matches(*one, ""));
    CHECK_FALSE(csrf_matches(*one, "not base64 !"));
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        if (forged != token && from_base64url(forged)) CHECK_FALSE(csrf_matches(*one, forged));
    }
}

TEST_CASE("a browser's name that is no text is dropped") {
    Fixture f;
    const auto token = f.sessions.begin(ActorKind::person, "p", "", "\xff\xfe").value();
    CHECK(f.sessions.find(token).value()->device.empty());
}
