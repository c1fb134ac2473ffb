// The national identity and the accounts it opens, in the host's own store. Calls write and wait
// for the disk: use a pool.
//
// A subject of the provider opens one account, and an account one subject. It is bound, the first
// time it comes,
//   - to who is signed in here already (a step up), when that account is not verified as somebody
//   else's;
//   - else to the one account whose identifier an agent has seen at a counter and that equals the
//   claim, when the provider is
//     as sure as the counter was;
//   - else to a new account of the level that the provider gives.
// What does not fit is refused and written down:
//   identity.national-other      this identity opens another account than the one that is signed in
//   identity.national-taken      this account is opened by another national identity
//   identity.national-differs    the account, or the binding, is verified with another identifier
//   identity.national-known      another account is verified with this identifier: sign in there,
//   or go to the counter identity.national-several    several accounts are: the counter puts it
//   right identity.national-level      an account is verified at the counter; the provider has to
//   be as sure to open it identity.national-replayed   a state or logout token that came before
//   identity.national-unbound    (unbind) no national identity opens this account
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/mandates.hpp"
#include "identity/oidc_provider.hpp"
#include "identity/persons.hpp"
#include "identity/secrets.hpp"
#include "identity/sessions.hpp"
#include "store/store.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace wasl::identity {

class NationalIds {
public:
    NationalIds(store::Store& store, const SecretBox& secrets, Entropy& entropy, Mandates& mandates)
        : store_(&store), secrets_(&secrets), entropy_(&entropy), mandates_(&mandates) {}

    // The account that this identity opens, bound now when it was not. `signed_in`: the person of
    // the running session, empty when nobody is. Journaled in the chain of the person
    // ("identity.national-bound", "identity.national-signed-in"); a refusal in the chain "national"
    // and in that of the account concerned ("identity.national-refused").
    Result<Person> sign_in(const NationalIdentity& who, const std::string& signed_in,
                           std::string_view language, Date today);
    // At the counter, against a card: the identity opens the account no longer, its sessions end,
    // and a level that only it gave falls back to what a code or a counter has proven.
    // "identity.national-unbound", "identity.counter-check-incomplete".
    Result<Person> unbind(const std::string& person, const CounterCheck& check, Sessions& sessions);
    // What the provider says has ended, here too; how many sessions. Journaled with the persons.
    // "identity.national-replayed".
    Result<std::size_t> log_out(const LogoutToken& token, std::string_view issuer,
                                Sessions& sessions);
    // Refuses what came before, for as long as it could be of use; `kind` keeps states and tokens
    // apart.
    Result<void> once(std::string_view kind, std::string_view text, Instant until);
    // What a session of this identity is known by.
    [[nodiscard]] SessionOrigin origin(std::string_view issuer, std::string_view subject,
                                       std::string_view session) const;
    Result<std::size_t> sweep(Instant now);

private:
    struct Choice;
    Result<Choice> choose(store::Transaction& transaction, const NationalIdentity& who,
                          const std::string& signed_in) const;
    Result<void> add_mandates(const NationalIdentity& who, const std::string& person, Date today);
    store::Store* store_;
    const SecretBox* secrets_;
    Entropy* entropy_;
    Mandates* mandates_;
};

}  // namespace wasl::identity
