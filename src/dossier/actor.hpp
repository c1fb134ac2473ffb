// Who acts on a dossier, as the core needs to know it. The application converts its signed-in
// person, its agent under an office, or the program itself into this value; nothing here looks
// anything up.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// One person may hold several in a small commune; the journal then says so (Signed::also).
enum class Role : std::uint8_t {
    person,       // the applicant, or who acts for the applicant
    counter,      // files on someone's behalf, with consent
    caseworker,   // examines and proposes
    opinion,      // gives opinions when asked
    visa,         // gives or refuses a visa
    signatory,    // signs, as the authority or under a delegation
    cashier,
    supervisor,   // the authority that attests silence
    auditor,      // sees the journal, not contents
    system,       // the program, when a legal instant arrives
};

struct Actor {
    std::string id;                // account of the person or agent; "system" for the program
    std::string name;              // as it is written in the journal and in decisions
    std::vector<Role> roles;
    std::string office = {};       // the office acted from; empty for people
    std::string acting_for = {};   // person id, when under a mandate or at the counter
    std::string mandate = {};      // id of the mandate, when there is one
    std::string company = {};      // ICE of the company acted for, under that mandate
    std::string purpose = {};      // why a file is looked at

    [[nodiscard]] bool has(Role role) const noexcept;
    [[nodiscard]] bool is_agent() const noexcept { return !office.empty(); }
    static Actor system();
};

// A right to sign for an office at a moment: as the authority itself (no delegation), or as a
// delegate under a dated delegation. Given to `decide` by the caller, checked there at the instant
// of signing.
struct SigningRight {
    std::string office;
    std::string delegation;               // id and reference of the delegation; empty: the authority
    Date from;                            // first day
    Date until;                           // last day, included
    std::vector<std::string> procedures;  // empty: every procedure of the office
    bool revoked = false;

    [[nodiscard]] bool covers(std::string_view of_office, std::string_view procedure, Date on) const noexcept;
};

}  // namespace wasl::dossier
