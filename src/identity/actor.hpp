// Who is asking: a person, an agent of a member, or nobody. A value; made from a session.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

// One agent may hold several in a small commune; the journal says which were held.
enum class Role : std::uint8_t {
    author,         // writes and publishes procedures
    agent,          // examines dossiers and proposes
    counter,        // files on someone's behalf, verifies identities
    visa,           // gives visas and opinions for a desk
    signatory,      // signs, as the authority or under a delegation
    cashier,
    auditor,        // the journal, never contents
    op,             // operator: backups, keys, space; no dossier
    administrator,  // staff, offices, delegations; no dossier
    supervisor,     // attests silence, decides appeals
};
inline constexpr std::size_t role_count = 10;
std::string_view to_string(Role role) noexcept;  // "author", "agent", … "operator" for op
std::optional<Role> role_from(std::string_view name) noexcept;

enum class ActorKind : std::uint8_t { nobody, person, staff };

// Levels of assurance of a person (reference, section 2.1).
inline constexpr int level_self_declared = 1;
inline constexpr int level_code_verified = 2;
inline constexpr int level_counter_verified = 3;

struct Actor {
    ActorKind kind = ActorKind::nobody;
    std::string id;
    std::string name;
    std::string member;                // staff only: whose staff
    std::vector<Role> roles;           // staff only
    std::vector<std::string> offices;  // staff only: offices they work for
    int level = 0;                     // persons only
    std::string name_arabic = {};      // staff only: the name for who reads Arabic; empty: none was entered

    [[nodiscard]] bool is_person() const noexcept { return kind == ActorKind::person; }
    [[nodiscard]] bool is_staff() const noexcept { return kind == ActorKind::staff; }
    [[nodiscard]] bool has(Role role) const noexcept;
    [[nodiscard]] bool works_for(std::string_view office) const noexcept;
};

}  // namespace wasl::identity
