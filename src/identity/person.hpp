// A person as the administration knows them: names in two scripts, a birth date that may be partly
// unknown, documents, ways to be reached, and how sure we are.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/actor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct PersonName {
    std::string given_arabic, family_arabic, given_latin, family_latin;

    [[nodiscard]] std::string arabic() const;  // "given family", or what there is
    [[nodiscard]] std::string latin() const;
    [[nodiscard]] std::string best(std::string_view language) const;  // in the script of the language, else the other
    bool operator==(const PersonName&) const = default;
};

// How the level was reached at a counter: who saw which card, where and when.
struct CounterCheck {
    std::string member, office, staff;
    std::string document_kind, document_number;
    Instant at;
    bool operator==(const CounterCheck&) const = default;
};

// The national identity that opens this account, and how sure it was when last used.
struct NationalCheck {
    std::string issuer, acr;
    int level = 0;
    Instant since, at;  // bound, last used
    bool operator==(const NationalCheck&) const = default;
};

struct Person {
    std::string id;
    PersonName name;
    std::string birth;            // "1990-05-12", "1990-05", "1990", "unknown" or empty
    std::string document_kind;    // cnie, passport, residence, other; empty
    std::string document_number;  // normalised
    std::string phone;            // E.164, any country
    bool phone_confirmed = true;  // false: an agent typed it; it opens nothing until a code sent there comes back
    std::string second_phone;     // E.164, proven by a code like the first
    std::string email;            // lower case
    bool email_verified = false;  // a code sent there came back; only then it opens the account
    std::string address;
    std::string commune;          // code of the pack, or free text
    std::string country;          // ISO 3166-1 alpha-2; empty: Morocco
    std::string language = "ar";
    int level = level_self_declared;
    std::optional<CounterCheck> checked;
    std::optional<NationalCheck> national;
    std::vector<std::string> members;  // where this person has filed: what "my requests" asks
    Instant created;

    [[nodiscard]] Actor actor() const;
    // What opens this account, and nothing else: phones and mail address proven by a code.
    [[nodiscard]] std::vector<std::string> proven_addresses() const;
    bool operator==(const Person&) const = default;
};

// "1990-05-12", "1990-05", "1990", "unknown": anything else is refused with "identity.birth-malformed".
Result<void> acceptable_birth(std::string_view birth);
// Age in whole years on a day; none when the year is unknown. A partial date counts as late as possible,
// so that a minor is never taken for an adult.
std::optional<int> age_on(std::string_view birth, Date day);

std::string to_json(const Person& person);
Result<Person> person_from_json(std::string_view body);

}  // namespace wasl::identity
