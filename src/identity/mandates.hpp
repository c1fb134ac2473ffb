// Mandates: the right to act for another, within a scope and a time.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/actor.hpp"
#include "identity/person.hpp"
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

// What a mandate of a company allows: to see its dossiers, to file and act on them, to file batches signed by a program.
enum class MandateRight : std::uint8_t { see, file, batch };
inline constexpr std::size_t mandate_right_count = 3;
std::string_view to_string(MandateRight right) noexcept;  // "see", "file", "batch"
std::optional<MandateRight> mandate_right_from(std::string_view name) noexcept;

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
    std::string revoked_by;               // person, agent, or issuer of the national identity
    // A power of attorney is offered to an address and stands once the one who proves that address has accepted.
    std::string offered_to;               // E.164 or mail address; empty: granted at once
    bool awaits = false;                  // not accepted yet: `actor` is empty
    std::optional<Instant> accepted;
    std::string actor_ice;                // the actor acts as representative of this company; empty: for themselves
    std::string actor_company;            // its name, as the principal wrote it
    std::string attested;                 // the name a provider of identity gives it; empty: not attested by one
    // Of a company's mandate:
    std::string role;                     // accountant, lawyer, employee; empty: its representative
    std::vector<MandateRight> rights;     // empty: all
    std::string given_by;                 // the representative (person) who gave it; empty: not given by one
    std::string seen_by;                  // "MEMBER/OFFICE/STAFF" who saw the paper
    std::string paper;                    // which paper that was, as the agent wrote it

    [[nodiscard]] bool stands_on(Date day) const noexcept;
    [[nodiscard]] bool covers(std::string_view procedure) const noexcept;
    [[nodiscard]] bool allows(MandateRight right) const noexcept;
    // More than a word of the one who acts: an agent saw the paper, a provider of identity attests it, or the company's
    // representative gave it and it was accepted.
    [[nodiscard]] bool is_proven() const noexcept;
    // A proven representative of the company: gives and ends its mandates.
    [[nodiscard]] bool represents() const noexcept;
    bool operator==(const Mandate&) const = default;
};

// One act done under a mandate, as both sides see it.
struct MandateUse {
    Instant at;
    std::string by;         // person id
    std::string what;       // "filed", "completed", "message", "withdrawn", "appealed"
    std::string procedure;
    std::string reference;  // of the dossier
    bool operator==(const MandateUse&) const = default;
};

// One entry of a company's journal: its mandates, their uses, its keys.
struct CompanyEntry {
    Instant at;
    std::string kind;       // without "identity.": "mandate-granted", "mandate-used", "key-added" …
    std::string by;         // person or agent
    std::string mandate;    // id
    std::string what, procedure, reference;  // of a use
    std::string member;     // of a filing: whose reference it is
};

// The one acted for, the one who gave it, the one who acts, or an agent at a counter.
bool may_revoke(const Mandate& mandate, const Actor& who) noexcept;

class Mandates {
public:
    Mandates(store::Store& store, Entropy& entropy) : store_(&store), entropy_(&entropy) {}

    // Keys: identity.mandate-malformed (no actor, nobody to act for, an end before its beginning).
    Result<Mandate> grant(Mandate mandate);
    // From the principal, or from the company's representative `given_by`, to whoever proves `offered_to`, who is told of
    // it (message "post.mandate-offered"). An end is required. Nothing tells whether that address has an account.
    // Keys: identity.mandate-malformed, identity.mandate-limit (ten a day), identity.mandate-long (more than ten years),
    // identity.mandate-offered [conflict] (the same waits already, or stands). That it is nobody's own address is for the caller.
    Result<Mandate> offer(Mandate mandate, std::string_view language);
    // By a person one of whose proven addresses it was offered to. "identity.no-mandate" for anybody else, when it
    // was withdrawn, is over, or was accepted before.
    Result<Mandate> accept(const std::string& id, const Person& by, Date today);
    // Offers that wait for this person.
    [[nodiscard]] Result<std::vector<Mandate>> offered(const Person& person, Date today) const;
    // Whether this person may decline it.
    [[nodiscard]] static bool is_offered(const Mandate& mandate, const Person& person);
    // What a provider of identity attests for `actor` today (each with `attested`, a scope and an end): new ones are granted,
    // changed ones replaced, and those that it no longer names are withdrawn. `issuer` is written down as who says so.
    Result<void> attest(const std::string& actor, const std::string& issuer, std::vector<Mandate> mandates);
    // Every use, in the journal of both sides.
    Result<void> note_use(const Mandate& mandate, MandateUse use);
    // What happened under the mandates of a company, newest first, at most `limit`.
    [[nodiscard]] Result<std::vector<CompanyEntry>> company_history(std::string_view ice, std::size_t limit) const;
    // Newest first, at most `limit`.
    [[nodiscard]] Result<std::vector<MandateUse>> uses(std::string_view mandate, std::size_t limit) const;
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
