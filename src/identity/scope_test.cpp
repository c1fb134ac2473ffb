#include "identity/scope.hpp"

#include "base/clock.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace wasl;
using namespace wasl::identity;

namespace {

// The same rule, written from the sentence of the issue and as a chain of refusals, so that a slip in
// one of the two shows.
Access oracle(const Actor& actor, const DossierFacts& dossier, bool mandate) {
    if (actor.kind == ActorKind::nobody) return Access::none;
    if (actor.kind == ActorKind::person) {
        if (actor.id.empty()) return Access::none;
        const bool own = actor.id == dossier.applicant;
        const bool represented = mandate && actor.id == dossier.filed_by;
        return own || represented ? Access::act : Access::none;
    }
    if (actor.member.empty() || dossier.member != actor.member) return Access::none;
    const std::set<Role> held(actor.roles.begin(), actor.roles.end());
    bool dossier_role = false;
    for (const Role role : held) {
        dossier_role |= role != Role::author && role != Role::auditor && role != Role::op && role != Role::administrator;
    }
    const std::set<std::string> offices(actor.offices.begin(), actor.offices.end());
    if (dossier_role && !dossier.office.empty() && offices.contains(dossier.office)) return Access::act;
    if (dossier_role) {
        for (const auto& desk : dossier.desks) {
            if (!desk.empty() && offices.contains(desk)) return Access::contents;
        }
    }
    return held.contains(Role::auditor) ? Access::journal : Access::none;
}

}  // namespace

TEST_CASE("scope: no actor ever sees a dossier outside their scope (property against an oracle)") {
    SeededEntropy entropy(11);
    const auto pick = [&](std::initializer_list<const char*> of) { return std::string(std::data(of)[entropy.below(static_cast<std::uint32_t>(of.size()))]); };
    int seen = 0;
    for (int round = 0; round < 50'000; ++round) {
        Actor actor;
        actor.kind = static_cast<ActorKind>(entropy.below(3));
        actor.id = pick({"", "p1", "p2", "s1"});
        actor.member = pick({"", "tamri", "imouzzer"});
        for (std::uint32_t n = entropy.below(3); n > 0; --n) actor.roles.push_back(static_cast<Role>(entropy.below(role_count)));
        for (std::uint32_t n = entropy.below(3); n > 0; --n) actor.offices.push_back(pick({"civil", "urban", "north", ""}));
        const DossierFacts dossier{pick({"tamri", "imouzzer", ""}), pick({"civil", "urban", ""}), {pick({"north", "urban", ""})},
                                   pick({"p1", "p2", ""}), pick({"p1", "p2", ""})};
        const bool mandate = entropy.below(2) == 1;
        const auto result = access(actor, dossier, mandate);
        REQUIRE(result == oracle(actor, dossier, mandate));
        seen += result != Access::none ? 1 : 0;
    }
    CHECK(seen > 1000);
}

TEST_CASE("scope: the auditor sees the journal, not contents; administrator, operator and author see no dossier") {
    const DossierFacts dossier{"tamri", "civil", {}, "p1", ""};
    const auto staff = [](Role role) { return Actor{ActorKind::staff, "s", "S", "tamri", {role}, {"civil"}, 0}; };
    CHECK(access(staff(Role::auditor), dossier) == Access::journal);
    CHECK(access(staff(Role::administrator), dossier) == Access::none);
    CHECK(access(staff(Role::op), dossier) == Access::none);
    CHECK(access(staff(Role::author), dossier) == Access::none);
    CHECK(access(staff(Role::agent), dossier) == Access::act);
    CHECK(listable_offices(staff(Role::administrator), "tamri").empty());
    CHECK(listable_offices(staff(Role::agent), "imouzzer").empty());
}

TEST_CASE("scope: a mandate that ended opens nothing") {
    const Actor helper{ActorKind::person, "p2", "Helper", {}, {}, {}, 2};
    const DossierFacts dossier{"tamri", "civil", {}, "p1", "p2"};
    CHECK(access(helper, dossier, true) == Access::act);
    CHECK(access(helper, dossier, false) == Access::none);
}

TEST_CASE("roles: every name leads back to its role") {
    for (std::size_t i = 0; i < role_count; ++i) {
        const auto role = static_cast<Role>(i);
        CHECK(role_from(to_string(role)) == role);
    }
    CHECK_FALSE(role_from("root"));
}
