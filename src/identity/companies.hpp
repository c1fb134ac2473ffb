// Legal persons: named by their ICE, represented by the mandates of persons.
#pragma once

#include "base/result.hpp"
#include "jurisdiction/identifier.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct Company {
    std::string ice;       // 15 digits, normalised
    std::string name_arabic, name_latin;
    std::string form;      // legal form, as written: SARL, association …
    bool doubtful = false; // the ICE's check digits do not agree: accepted, shown, to be looked at
    bool operator==(const Company&) const = default;
};

class Companies {
public:
    Companies(store::Store& store, jurisdiction::Identifiers identifiers) : store_(&store), identifiers_(std::move(identifiers)) {}

    // New or corrected; `by` is the person or agent who says so. A name once written is changed by an
    // agent only (`by_agent`): a stranger who knows an ICE must not rename a company.
    // Keys: identity.ice-malformed (not 15 digits), identity.company-nameless, identity.company-known.
    Result<Company> record(Company company, const std::string& by, bool by_agent);
    [[nodiscard]] Result<Company> find(std::string_view ice) const;  // "identity.no-company"
    // Normalised ICE, as `record` would keep it. "identity.ice-malformed", as for one of zeros alone.
    [[nodiscard]] Result<std::string> normal_ice(std::string_view typed) const;
    // Remembers that something was filed for this company with that member.
    Result<void> note_member(const std::string& ice, const std::string& member);
    [[nodiscard]] Result<std::vector<std::string>> members(std::string_view ice) const;  // by name

private:
    store::Store* store_;
    jurisdiction::Identifiers identifiers_;
};

}  // namespace wasl::identity
