// The one scope check. Queue, search, export, attachment, page and API all ask here and nowhere else.
#pragma once

#include "identity/actor.hpp"

#include <string>
#include <vector>

namespace wasl::identity {

// What the check needs to know of a dossier.
struct DossierFacts {
    std::string member;
    std::string office;                     // whose queue it stands in
    std::vector<std::string> desks;         // offices asked for an opinion or a visa
    std::string applicant;                  // person id; may be empty (filed at a counter without account)
    std::string filed_by;                   // person id of a representative, or empty
};

enum class Access : std::uint8_t {
    none,
    journal,   // entries and proofs, without contents: the auditor
    contents,  // read
    act,       // read and change, as far as the law allows the role
};

// Deny by default:
//  - an applicant, or who filed for them under a right that still stands (`mandate_stands`), acts;
//  - staff of the member act when they work for the dossier's office, read when their desk was asked,
//    provided they hold a role that touches dossiers (agent, counter, visa, signatory, cashier, supervisor);
//  - the auditor of the member sees the journal; administrator, operator and author see nothing.
Access access(const Actor& actor, const DossierFacts& dossier, bool mandate_stands = false) noexcept;

// Offices whose dossiers this actor may list; empty means none at all.
std::vector<std::string> listable_offices(const Actor& actor, std::string_view member);

}  // namespace wasl::identity
