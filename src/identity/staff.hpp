// The staff of a member: sign-in with password and one-time password, roles, offices, delegations.
// Calls that check a password or write block: use them on a pool.
//
// Error keys: identity.sign-in-refused (one answer for every reason), identity.too-many-tries,
// identity.login-taken, identity.login-malformed, identity.no-staff, identity.setup-wrong,
// identity.last-administrator, identity.delegation-malformed, identity.no-delegation.
#pragma once

#include "base/clock.hpp"
#include "identity/actor.hpp"
#include "identity/secrets.hpp"
#include "store/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct Staff {
    std::string id;
    std::string login;   // [a-z0-9._-]{2,60}
    std::string name;
    std::string name_arabic;
    std::vector<Role> roles;
    std::vector<std::string> offices;
    bool active = true;
    std::string member;

    [[nodiscard]] Actor actor() const;
    bool operator==(const Staff&) const = default;
};

// A dated delegation of signature. The authority of an office signs without one.
struct Delegation {
    std::string id;
    std::string delegate;                 // staff id
    std::string office;
    std::string reference;                // number and date of the written delegation
    std::vector<std::string> procedures;  // empty: all of the office
    Date from;
    Date until;                           // last day
    std::optional<Instant> revoked;
    std::string granted_by;               // staff id
    bool authority = false;               // the delegate is the authority itself of this office
    [[nodiscard]] bool stands_on(Date day) const noexcept { return !revoked && from <= day && day <= until; }
    bool operator==(const Delegation&) const = default;
};

// The delegation under which `staff` signs for that office and procedure on that day; none: may not.
// Pure: over the delegations given.
std::optional<Delegation> signs_for(std::span<const Delegation> delegations, std::string_view staff, std::string_view office,
                                    std::string_view procedure, Date day);

struct NewStaff {
    std::string login, name, name_arabic, password;
    std::vector<Role> roles;
    std::vector<std::string> offices;
};
struct Enrolled {
    Staff staff;
    std::string totp_secret;  // shown once, as QR and text
};

class StaffBook {
public:
    StaffBook(store::Store& store, std::string member, const SecretBox& secrets, Entropy& entropy)
        : store_(&store), member_(std::move(member)), secrets_(&secrets), entropy_(&entropy) {}

    // The first administrator: a code printed in the terminal while there is no staff; a day long, one use.
    [[nodiscard]] Result<bool> empty() const;
    Result<std::string> new_setup_code();  // "XXXX-XXXX-XXXX"
    Result<Enrolled> claim_setup(std::string_view code, const NewStaff& first);

    // By an administrator (`by`, staff id; journaled).
    Result<Enrolled> add(const NewStaff& staff, const std::string& by);
    // Roles, offices, name, active. The last active administrator stays one.
    Result<Staff> change(const Staff& staff, const std::string& by);
    Result<Enrolled> reset(const std::string& id, std::string_view new_password, const std::string& by);

    // Password and TOTP together; in 15 minutes at most 5 wrong tries of a login from one address, 50 of a
    // login from everywhere, and 20 of an address.
    Result<Staff> sign_in(std::string_view login, std::string_view password, std::string_view code, std::string_view source);

    [[nodiscard]] Result<Staff> find(std::string_view id) const;
    [[nodiscard]] Result<std::vector<Staff>> all() const;  // by login

    Result<Delegation> delegate(Delegation delegation, const std::string& by);
    Result<void> revoke_delegation(const std::string& id, const std::string& by);
    [[nodiscard]] Result<std::vector<Delegation>> delegations_of(const std::string& staff) const;
    [[nodiscard]] Result<std::vector<Delegation>> delegations() const;
    // signs_for() over what is kept, and only while the agent is active and holds the role of signatory.
    [[nodiscard]] Result<std::optional<Delegation>> signs_for(const std::string& staff, std::string_view office,
                                                              std::string_view procedure, Date day) const;
    // Counts of wrong tries whose window is over; run now and then.
    Result<std::size_t> sweep(Instant now);

private:
    Result<Enrolled> enrol(const NewStaff& staff, const std::string& by, std::string_view setup_hash);
    store::Store* store_;
    std::string member_;
    const SecretBox* secrets_;
    Entropy* entropy_;
};

}  // namespace wasl::identity
