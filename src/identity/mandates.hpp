// Mandates: the right to act for another, within a scope and a time.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/actor.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

enum class MandateKind : std::uint8_t { parent, guardian, power_of_attorney, company };
std::string_view to_string(MandateKind kind) noexcept;  // "parent", "guardian", "power-of-attorney", "company"
std::optional<MandateKind> mandate_kind_from(std::string_view name) noexcept;

struct Mandate {
    std::string id;
    MandateKind kind = MandateKind::power_of_attorney;
    std::string actor;                    // person who acts
    std::string principal;                // person acted for; empty for a company
    std::string principal_name;           // as written in dossiers
    std::string ice;                      // company only
    std::vector<std::string> procedures;  // empty: all
    Date from;
    std::optional<Date> until;            // last day; none: open
    std::string evidence;                 // digest of the paper that proves it, hex; empty: declared
    bool verified = false;                // an agent has seen the paper
    std::optional<Instant> revoked;

    [[nodiscard]] bool stands_on(Date day) const noexcept;
    [[nodiscard]] bool covers(std::string_view procedure) const noexcept;
    bool operator==(const Mandate&) const = default;
};

// The one acted for, the one who acts, or an agent at a counter.
bool may_revoke(const Mandate& mandate, const Actor& who) noexcept;

class Mandates {
public:
    Mandates(store::Store& store, Entropy& entropy) : store_(&store), entropy_(&entropy) {}

    // Keys: identity.mandate-malformed (no actor, nobody to act for, an end before its beginning).
    Result<Mandate> grant(Mandate mandate);
    // At once, in the journal of both sides. The caller asks with may_revoke(). "identity.no-mandate".
    Result<void> revoke(const std::string& id, const std::string& by);
    [[nodiscard]] Result<Mandate> find(std::string_view id) const;
    [[nodiscard]] Result<std::vector<Mandate>> of_actor(const std::string& person) const;
    [[nodiscard]] Result<std::vector<Mandate>> of_principal(const std::string& person) const;
    [[nodiscard]] Result<std::vector<Mandate>> of_company(const std::string& ice) const;
    // The mandate under which `actor` may act for the person `principal` in that procedure on that day;
    // none: may not. Nobody is acted for by an empty id.
    [[nodiscard]] Result<std::optional<Mandate>> may_act(const std::string& actor, const std::string& principal,
                                                         std::string_view procedure, Date day) const;

    // The same for one mandate by its id: a child without an account, a company.
    [[nodiscard]] Result<std::optional<Mandate>> may_act_under(std::string_view mandate, const std::string& actor,
                                                               std::string_view procedure, Date day) const;
    [[nodiscard]] Result<std::optional<Mandate>> may_represent(const std::string& actor, const std::string& ice,
                                                               std::string_view procedure, Date day) const;

private:
    [[nodiscard]] Result<std::vector<Mandate>> by(const char* index, const std::string& person) const;
    store::Store* store_;
    Entropy* entropy_;
};

}  // namespace wasl::identity
