// Persons and their one-time codes, in the host's own store. Calls that write wait for the disk: use
// them on a pool, not on a loop.
//
// Error keys: identity.code-wrong (also expired, used, too many tries: one answer), identity.code-limit,
// identity.address-malformed, identity.no-person, identity.phone-taken, identity.last-address, identity.document-differs,
// identity.counter-check-incomplete, identity.birth-malformed.
#pragma once

#include "base/clock.hpp"
#include "identity/outbox.hpp"
#include "identity/person.hpp"
#include "identity/secrets.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

// An address a code can be sent to: "sms" with E.164, or "email" in lower case.
struct Address {
    std::string channel;
    std::string value;
    bool operator==(const Address&) const = default;
};
// A phone already normalised to E.164 (jurisdiction does that), or an e-mail address.
Result<Address> read_address(std::string_view normalised);

// Limits of one-time codes.
struct CodeRules {
    std::int64_t life_seconds = 600;   // ten minutes
    int tries = 5;
    int a_day_per_address = 10;        // messages to one phone or mailbox
    int a_day_per_person = 15;         // over all addresses of one person
    int a_day_per_source = 60;         // requests from one network address: a shared phone or cybercafé has many people
};

class Persons {
public:
    Persons(store::Store& store, const SecretBox& secrets, Entropy& entropy, CodeRules rules = {})
        : store_(&store), secrets_(&secrets), entropy_(&entropy), rules_(rules) {}

    // Sends six digits, whether the address is known or not, with the same work. `source` is the network
    // address asked from. "identity.code-limit" tells nothing either: limits count for every address.
    Result<void> send_code(const Address& address, std::string_view language, std::string_view source);
    // The person of this address, made now with level "code-verified" when there was none.
    Result<Person> redeem_code(const Address& address, std::string_view code, std::string_view language);

    // A signed-in person, or one who stands at a counter, proves a further address with the code sent there: only
    // from then on it opens the account. A phone beside a proven one is the second phone; a third replaces the
    // second. "identity.phone-taken" when it opens another account.
    Result<Person> attach_address(const std::string& id, const Address& address, std::string_view code);

    // The second phone or the mail address is taken off the account. The last proven address stays
    // ("identity.last-address"); when the first phone goes, the second takes its place.
    Result<Person> detach_address(const std::string& id, const Address& address);

    [[nodiscard]] Result<Person> find(std::string_view id) const;  // "identity.no-person"
    [[nodiscard]] Result<std::optional<Person>> by_address(const Address& address) const;
    [[nodiscard]] Result<std::vector<Person>> by_document(std::string_view kind, std::string_view number) const;

    // What a person says about themselves. Level, checks, phone and members are not taken from `changed`;
    // a name or document that an agent has verified stays as verified. An e-mail address given here is
    // for messages: it opens the account only after attach_address.
    Result<Person> describe(const std::string& id, const Person& changed);
    // An agent has seen the card: name, birth and document become verified, the level 3.
    Result<Person> check_at_counter(const std::string& id, const Person& seen, const CounterCheck& check);
    // At the counter: someone without an account. The phone typed there opens nothing until attach_address has
    // seen the code that was sent to it: a slip of the agent's finger must not give the account to a stranger.
    Result<Person> enrol_at_counter(const Person& seen, const CounterCheck& check);
    // Recovery and change of phone, at the counter only, against the card the account is bound to or
    // declares ("identity.document-differs"). The new phone opens the account once it is proven (attach_address),
    // the old one no longer. Sessions of the person end (the caller does that).
    Result<Person> change_phone(const std::string& id, const std::string& phone, const CounterCheck& check);
    // Remembers that this person has filed with that member.
    Result<void> note_member(const std::string& id, const std::string& member);
    // Codes that are over and allowances of days gone by; run now and then. How many rows went.
    Result<std::size_t> sweep(Instant now);

private:
    Result<Person> change(const std::string& id, std::string_view event, const CounterCheck* check,
                          const std::function<Result<void>(Person&)>& edit);
    store::Store* store_;
    const SecretBox* secrets_;
    Entropy* entropy_;
    CodeRules rules_;
};

// Collections of this module in the host's store: persons, codes, sessions, mandates, outbox.
std::vector<store::CollectionSpec> host_collections();
// And in a member's store: staff, offices, delegations.
std::vector<store::CollectionSpec> member_collections();

}  // namespace wasl::identity
