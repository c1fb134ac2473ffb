// A dossier as its person comes to it: found by the reference in the address, and only by whom it concerns.
#pragma once

#include "dossier/service.hpp"
#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

struct OwnDossier {
    MemberSite* member = nullptr;
    dossier::Stored dossier;
    std::optional<identity::Mandate> company;  // of the company whose dossier it is, when somebody else filed it
    [[nodiscard]] const dossier::State& state() const { return dossier.state; }
    [[nodiscard]] std::string path(std::string_view below = {}) const;  // "/request/REFERENCE" + below
};

// Anyone else's dossier reads exactly like none: "dossier.unknown". Who acted under a mandate sees it while the
// mandate stands.
Result<OwnDossier> own_dossier(Visit& visit);
// The person, or who acts for them under a mandate.
dossier::Actor acting_on(const Visit& visit, const OwnDossier& own);
// What this person does to the dossier, written when it returns.
Result<void> run_on(const Visit& visit, const OwnDossier& own, dossier::Command command);
// Who acted for another here: the journal of the mandate says so. Nothing when people act for themselves.
Result<void> note_use(const Visit& visit, const OwnDossier& own, std::string_view what);
// Messages of agents are read when the person opens the request: the agent sees when. A full disk hides nothing.
void mark_read(const Visit& visit, OwnDossier& own);
Result<std::shared_ptr<const catalogue::Revision>> revision_of(const OwnDossier& own);
// The request again, with the message that was not taken and why.
Result<http::Response> refused_message(Visit& visit, const OwnDossier& own, std::string typed, const Error& error);
// The person's time to answer runs, or the file still lacks something.
bool may_complete(const dossier::State& state);
// What may be handed in now: what is missing, and papers whose holder is silent, which nobody has to bring.
std::vector<dossier::Missing> may_hand_in(const dossier::State& state);
bool may_withdraw(const dossier::State& state);
// Notified against the person, nobody has appealed yet, and the time is not over.
bool may_appeal(const dossier::State& state, Instant now);
// Of a complaint: its times and its words, and what its person may do now. Empty for everything else.
struct ComplaintTold {
    std::vector<SummaryRow> facts;
    std::vector<Link> actions;
};
ComplaintTold complaint_told(const Visit& visit, const OwnDossier& own);
// What was decided is the person's to know once notified, or arisen by law.
bool decision_is_known(const dossier::State& state);

}  // namespace wasl::web
