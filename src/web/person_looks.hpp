// Looks at a person's record outside any dossier: found or opened at a counter. Each is an entry of the member's journal
// and one in the person's own chain of the host, which the person reads on /me/looks (law 09-08 art. 7).
#pragma once

#include "register/evidence.hpp"
#include "web/visit.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// Listed by a search, or the record itself; or asked of a register of ours by another administration.
enum class PersonLook : std::uint8_t { found, opened, asked };

// On disk before the answer is shown; a search that finds nobody is an entry of the member alone.
// `purpose` is said in the agent's language and stays as it was said.
Result<void> keep_person_looks(const Visit& visit, MemberSite& member, PersonLook what, std::string_view office,
                               std::string_view purpose, std::span<const identity::Person> people);

// That a register of `member` told others about these people: one entry in each person's own chain.
Result<void> keep_register_looks(Site& site, std::string_view member, const reg::Asker& asker, std::span<const identity::Person> people);

struct PersonLookSeen {
    Instant at;
    PersonLook what = PersonLook::found;
    std::string member, office, purpose;  // office as a code of the member
    std::string who;
};
// Newest first, at most `limit`.
Result<std::vector<PersonLookSeen>> person_looks(const Site& site, std::string_view person, std::size_t limit = 200);

}  // namespace wasl::web
