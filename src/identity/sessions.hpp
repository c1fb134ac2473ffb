// Sessions: a random token in a cookie, only its hash in the store, an idle and an absolute end.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/actor.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct SessionRules {
    std::int64_t person_idle_seconds = 3'600;        // then a new code
    std::int64_t person_life_seconds = 30 * 86'400;
    std::int64_t staff_idle_seconds = 1'800;
    std::int64_t staff_life_seconds = 12 * 3'600;    // a working day
    std::size_t cached = 50'000;                     // sessions kept in memory
};

// The session at a provider of identity that a session of ours came from: hashes, so that rows alone tell nothing.
struct SessionOrigin {
    std::string subject;  // issuer and subject; empty: signed in here, with a code or password
    std::string session;  // issuer and the provider's `sid`; may be empty
};

struct Session {
    std::string key;      // hex SHA-256 of the token: names the row
    ActorKind kind = ActorKind::nobody;
    std::string id;       // person or staff id
    std::string member;   // staff only
    std::string secret;   // CSRF tokens derive from it
    Instant created;
    Instant seen;
    std::string device;   // what the browser called itself, for the person's list
    SessionOrigin origin;
};

class Sessions {
public:
    Sessions(store::Store& store, Entropy& entropy, const Clock& clock, SessionRules rules = {});
    ~Sessions();

    // A fresh session; the token goes into the cookie and is kept nowhere. Waits for the disk.
    Result<std::string> begin(ActorKind kind, std::string id, std::string member, std::string device, SessionOrigin origin = {});
    // Rotation: a fresh session in place of one that stood before signing in; the old one ends.
    Result<std::string> replace(const Session& before, ActorKind kind, std::string id, std::string member, std::string device,
                                SessionOrigin origin = {});
    // The session of a token, or none when unknown or over. From memory when it was seen lately; never
    // waits for the disk.
    [[nodiscard]] Result<std::shared_ptr<const Session>> find(std::string_view token);  // "identity.session-over"
    Result<void> end(const Session& session);
    // All sessions of a person or agent but one (empty: all): after a change of phone or password.
    Result<std::size_t> end_all(ActorKind kind, const std::string& id, const std::string& member, std::string_view but_key = {});
    // All that came from that session at the provider, or, without one, from that subject; ended at once. Which ones they were.
    Result<std::vector<Session>> end_origin(const SessionOrigin& origin);
    [[nodiscard]] Result<std::vector<Session>> of(ActorKind kind, const std::string& id, const std::string& member) const;
    // Rows that are over; run now and then.
    Result<std::size_t> sweep();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// A token for forms: HMAC of the session's secret, masked afresh each time (BREACH).
std::string csrf_token(const Session& session, Entropy& entropy);
bool csrf_matches(const Session& session, std::string_view token);

}  // namespace wasl::identity
