// Decision, visa, signature, notification, silence, appeal: each rule with its article.
#include "dossier/impl/law_world.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

TEST_CASE("law 55-19 art. 4, law 03-01: a refusal needs a named agent and written reasons") {
    World w;
    w.filed();
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "  "}, said) == "dossier.reasons-required");
    Actor nameless = said;
    nameless.name.clear();
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "why"}, nameless) == "dossier.named-agent-required");
    w.must(Propose{.outcome = Outcome::refused, .reasons = "two floors at most"}, said);
    CHECK(w.last<Proposed>().reasons == "two floors at most");
}

TEST_CASE("law 55-19 arts 20-21: a refusal tells the routes of appeal, or is not signed") {
    World w;
    w.filed();
    w.must(Propose{.outcome = Outcome::refused, .reasons = "two floors at most"}, said);
    CHECK(w.says(Sign{}, nadia) == "dossier.appeal-routes-required");
    w.must(Sign{.appeal_routes = "Before the wali, 30 days"}, nadia);
    CHECK(w.state.decision->appeal_routes == "Before the wali, 30 days");
    CHECK(w.state.decision->reasons == "two floors at most");
    CHECK(w.state.documents.empty());
}

TEST_CASE("a machine never refuses") {
    World w;
    w.filed();
    Actor machine = Actor::system();
    machine.roles.push_back(Role::caseworker);
    machine.office = "urbanisme";
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "rule 4"}, machine) == "dossier.named-agent-required");
    w.must(Propose{.outcome = Outcome::refused, .reasons = "two floors at most"}, said);
    machine.roles.push_back(Role::signatory);
    CHECK(w.says(Sign{.appeal_routes = "x"}, machine) == "dossier.named-agent-required");
}

TEST_CASE("signature: the authority, or a delegate under a dated delegation checked at that moment") {
    World w;
    w.filed();
    w.must(Propose{.outcome = Outcome::granted}, said);
    w.rights.clear();
    CHECK(w.says(Sign{}, nadia) == "dossier.no-signing-right");
    SigningRight right{.office = "urbanisme", .delegation = "arrêté 12/2026", .from = Date{2026, 9, 2}, .until = Date{2026, 9, 2}, .procedures = {"building-permit"}, .revoked = false};
    w.rights = {right};
    CHECK(w.says(Sign{}, nadia) == "dossier.no-signing-right");  // begins tomorrow
    w.on(Date{2026, 9, 3});
    CHECK(w.says(Sign{}, nadia) == "dossier.no-signing-right");  // ended yesterday
    w.rights[0].until = Date{2026, 12, 31};
    w.rights[0].procedures = {"occupancy-permit"};
    CHECK(w.says(Sign{}, nadia) == "dossier.no-signing-right");
    w.rights[0].procedures = {};
    w.rights[0].revoked = true;
    CHECK(w.says(Sign{}, nadia) == "dossier.no-signing-right");
    w.rights[0].revoked = false;
    CHECK(w.says(Sign{}, said) == "dossier.role-required");
    w.must(Sign{}, nadia);
    CHECK(w.state.decision->delegation == "arrêté 12/2026");
    CHECK(w.state.documents.size() == 1);
}

TEST_CASE("visas come between proposal and signature, by their own desks, and do not stop the clock") {
    World w;
    w.file.terms.desks = {{.desk = "agence-urbaine", .visa = true, .mandatory = true, .days = 5}};
    w.filed();
    const auto due = w.state.clock.due;
    w.must(Propose{.outcome = Outcome::granted}, said);
    CHECK(w.state.phase == Phase::visa);
    CHECK(w.says(Sign{}, nadia) == "dossier.visa-outstanding");
    CHECK(w.says(GiveVisa{"agence-urbaine", ""}, said) == "dossier.role-required");
    CHECK(w.state.clock.due == due);
    w.must(GiveVisa{"agence-urbaine", "seen"}, agency);
    CHECK(w.state.phase == Phase::signature);
    CHECK(w.state.clock.due == due);
    w.must(Sign{}, nadia);
}

TEST_CASE("joint order 1839.23: a silent holder of a visa does not hold the file") {
    World w;
    w.file.terms.desks = {{.desk = "agence-urbaine", .visa = true, .mandatory = true, .days = 5}};
    w.filed();
    w.must(Propose{.outcome = Outcome::granted}, said);
    w.on(Date{2026, 9, 8});
    w.must(Sign{}, nadia);
    CHECK(w.last<Signed>().silent == std::vector<std::string>{"agence-urbaine"});
}

TEST_CASE("a refused visa, with reasons, brings the file back to the caseworker") {
    World w;
    w.file.terms.desks = {{.desk = "agence-urbaine", .visa = true, .mandatory = true, .days = 5}};
    w.filed();
    w.must(Propose{.outcome = Outcome::granted}, said);
    CHECK(w.says(RefuseVisa{"agence-urbaine", ""}, agency) == "dossier.reasons-required");
    w.must(RefuseVisa{"agence-urbaine", "the road is reserved"}, agency);
    CHECK(w.state.phase == Phase::examination);
    CHECK_FALSE(w.state.proposal.has_value());
    w.must(Propose{.outcome = Outcome::granted}, said);
    CHECK(w.state.phase == Phase::visa);  // asked afresh for the new proposal
}

TEST_CASE("opinions do not stop the clock, and silence of an opinion does not hold the file") {
    World w;
    w.file.terms.desks = {{.desk = "agence-urbaine", .visa = false, .mandatory = true, .days = 5}};
    w.filed();
    REQUIRE(w.state.opinions.size() == 1);
    CHECK(w.says(Propose{.outcome = Outcome::granted}, said) == "dossier.opinion-outstanding");
    CHECK(*w.state.clock.due == test::at(Date{2026, 9, 17}, 0));
    w.on(Date{2026, 9, 8});
    CHECK(w.says(Propose{.outcome = Outcome::granted}, said).empty());
    CHECK(w.says(GiveOpinion{"agence-urbaine", Opinion::unfavourable, "road"}, agency).empty());  // late, still heard
    CHECK(w.says(GiveOpinion{"agence-urbaine", Opinion::favourable, ""}, agency) == "dossier.unknown-desk");
}

TEST_CASE("one person may hold several roles, and the journal says so") {
    World w;
    w.filed();
    w.must(Propose{.outcome = Outcome::granted}, everyone);
    w.must(Sign{}, everyone);
    CHECK(w.last<Signed>().also == "caseworker");
}

TEST_CASE("a decision takes effect when notified, with channel, instant and proof") {
    World w;
    w.filed();
    w.signed_with(Outcome::granted);
    CHECK(w.state.phase == Phase::notification);
    CHECK(w.says(Notify{.channel = "", .at = w.now, .proof = "x"}, said) == "dossier.proof-required");
    CHECK(w.says(Notify{.channel = "sms", .at = w.now, .proof = ""}, said) == "dossier.proof-required");
    CHECK(w.says(Notify{.channel = "sms", .at = w.now.plus_seconds(60), .proof = "x"}, said) == "dossier.bad-instant");
    CHECK(w.says(Notify{.channel = "sms", .at = w.now.plus_seconds(-60), .proof = "x"}, said) == "dossier.bad-instant");
    w.on(Date{2026, 9, 4});
    w.must(Notify{.channel = "counter", .at = w.now, .proof = "signed for"}, said);
    CHECK(w.state.phase == Phase::granted);
    // thirty days from notification end on Sunday 4 October, rolled to Monday 5
    CHECK(*w.state.notified->appeal_until == test::at(Date{2026, 10, 6}, 0));
}

TEST_CASE("law 55-19 art. 19: silence is approval at the legal instant, whenever the program wakes") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 16}, 23, 59);
    w.wake();
    CHECK_FALSE(w.has(EventType::silence_approved));
    w.on(Date{2026, 9, 25}, 14);  // slept for a week
    w.wake();
    REQUIRE(w.has(EventType::silence_approved));
    CHECK(*w.state.silence_at == test::at(Date{2026, 9, 17}, 0));
    CHECK(w.last<SilenceApproved>().basis == "Decree 2-22-141");
    CHECK(w.state.phase == Phase::approved_by_silence);
    CHECK(w.last<SilenceRecorded>().document.type == "silence-record");  // our own record
}

TEST_CASE("law 55-19 art. 19: after the instant no refusal exists, even when the program had not woken") {
    World w;
    w.filed();
    w.must(Propose{.outcome = Outcome::refused, .reasons = "two floors at most"}, said);
    w.on(Date{2026, 9, 17}, 0);
    CHECK(w.says(Sign{.appeal_routes = "wali"}, nadia) == "dossier.approved-by-silence");
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "late"}, said) == "dossier.approved-by-silence");
    w.wake();
    CHECK(w.says(Sign{.appeal_routes = "wali"}, nadia) == "dossier.approved-by-silence");
    CHECK(w.says(RequestCompletion{{{"plans", false, ""}}, "late"}, said) == "dossier.approved-by-silence");
    CHECK(w.says(Extend{"public-inquiry", "late"}, said) == "dossier.approved-by-silence");
}

TEST_CASE("law 55-19 art. 19: a refusal signed in time but notified too late never took effect") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 16});
    w.signed_with(Outcome::refused);
    w.on(Date{2026, 9, 17}, 9);
    CHECK(w.says(Notify{.channel = "sms", .at = w.now, .proof = "sent"}, said) == "dossier.approved-by-silence");
    // nor by writing the notification into the past
    CHECK(w.says(Notify{.channel = "sms", .at = test::at(Date{2026, 9, 16}, 18), .proof = "sent"}, said) == "dossier.approved-by-silence");
    w.wake();
    CHECK_FALSE(w.state.decision.has_value());
}

TEST_CASE("law 55-19 art. 19: a refusal notified on the last day stands") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 16}, 23, 50);
    w.notified_with(Outcome::refused);
    w.on(Date{2026, 9, 20});
    w.wake();
    CHECK(w.state.phase == Phase::refused);
}

TEST_CASE("decrees 2-22-387 and 2-22-141: an act that is not on the list is never approved by silence") {
    World w;
    w.file.terms.silence = SilenceEffect::none;
    w.filed();
    w.on(Date{2027, 3, 1});
    w.wake();
    CHECK(w.state.phase == Phase::examination);
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "late, but lawful"}, said).empty());
}

TEST_CASE("law 55-19 art. 4: no silence while the clock waits for the person") {
    World w;
    w.filed();
    w.must(RequestCompletion{{{"plans", false, ""}}, "unreadable"}, said);
    w.on(Date{2026, 9, 30});
    w.wake();
    CHECK_FALSE(w.has(EventType::silence_approved));
}

TEST_CASE("after silence only the withdrawal of the document is left: reasons, routes, signing right") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 18});
    w.wake();
    const auto document = w.state.documents.front().id;
    CHECK(w.says(WithdrawDocument{document, "", "wali"}, nadia) == "dossier.reasons-required");
    CHECK(w.says(WithdrawDocument{document, "the plans were false", ""}, nadia) == "dossier.appeal-routes-required");
    CHECK(w.says(WithdrawDocument{"nothing", "the plans were false", "wali"}, nadia) == "dossier.unknown-document");
    w.must(WithdrawDocument{document, "the plans were false", "Before the wali, 30 days"}, nadia);
    CHECK(w.state.documents.front().status == DocumentStatus::withdrawn);
    CHECK(w.state.phase == Phase::approved_by_silence);
}

TEST_CASE("decree 2-22-141: the attestation belongs to the supervisory authority") {
    World w;
    w.filed();
    CHECK(w.says(Attest{"7/2026"}, wali) == "dossier.wrong-phase");
    w.on(Date{2026, 9, 18});
    w.wake();
    CHECK(w.says(Attest{"7/2026"}, nadia) == "dossier.role-required");
    Actor other_wali = wali;
    other_wali.office = "wilaya-oriental";
    CHECK(w.says(Attest{"7/2026"}, other_wali) == "dossier.other-office");
    w.must(Attest{"7/2026"}, wali);
    CHECK(w.state.attestation == "7/2026");
}

TEST_CASE("law 55-19 arts 20-21: an appeal runs from notification, and only in its time") {
    World w;
    w.filed();
    w.notified_with(Outcome::refused);
    World late = w;
    w.on(Date{2026, 10, 1});
    w.must(RecordAppeal{"d2", "commune-tamri/0/2026/000002", "wilaya"}, fatima);
    CHECK(w.state.appeals.size() == 1);
    CHECK(w.says(RecordAppeal{"d3", "r3", "wilaya"}, fatima) == "dossier.appeal-open");
    late.now = *late.state.notified->appeal_until;
    CHECK(late.says(RecordAppeal{"d2", "r2", "wilaya"}, fatima) == "dossier.appeal-time-over");
    CHECK(late.says(RecordAppeal{"d2", "r2", "wilaya"}, said) == "dossier.role-required");
}

TEST_CASE("law 55-19 arts 20-21: silence without effect may be appealed after the delay, not before") {
    World w;
    w.file.terms.silence = SilenceEffect::none;
    w.filed();
    CHECK(w.says(RecordAppeal{"d2", "r2", "wilaya"}, fatima) == "dossier.wrong-phase");
    w.on(Date{2026, 9, 20});
    CHECK(w.says(RecordAppeal{"d2", "r2", "wilaya"}, fatima).empty());
}

TEST_CASE("an appeal is decided by someone else than the author, also not through a proposal or a visa") {
    World appeal(Kind::complaint);
    appeal.file.link = Link{.dossier = "d1", .reference = "r1", .relation = "appeal", .authors = {said.id, nadia.id}};
    appeal.filed();
    CHECK(appeal.says(Propose{.outcome = Outcome::dismissed, .reasons = "no"}, said) == "dossier.author-decides-appeal");
    Actor other = said;
    other.id = "a-other";
    appeal.must(Propose{.outcome = Outcome::upheld, .reasons = "two floors are allowed"}, other);
    CHECK(appeal.says(Sign{}, nadia) == "dossier.author-decides-appeal");
    Actor wali_signs = nadia;
    wali_signs.id = "a-wali2";
    appeal.must(Sign{}, wali_signs);
}

TEST_CASE("an appeal upheld annuls the refusal: decided anew, the delay running from that day") {
    World w;
    w.filed();
    w.notified_with(Outcome::refused);
    w.must(RecordAppeal{"d2", "r2", "wilaya"}, fatima);
    w.on(Date{2026, 10, 5});
    CHECK(w.says(RecordAppealDecision{"d2", Outcome::upheld, "allowed"}, nadia) == "dossier.author-decides-appeal");
    w.must(RecordAppealDecision{"d2", Outcome::upheld, "allowed"}, wali);
    CHECK(w.state.phase == Phase::examination);
    CHECK(*w.state.clock.due == test::at(Date{2026, 10, 21}, 0));
    CHECK(w.says(RecordAppealDecision{"d2", Outcome::upheld, "again"}, wali) == "dossier.wrong-phase");
}

TEST_CASE("dahir 1-58-376 art. 5: a declaration cannot be refused") {
    World w(Kind::declaration);
    w.filed();
    CHECK(w.state.file.terms.provisional_receipt);
    CHECK(w.says(Propose{.outcome = Outcome::refused, .reasons = "we do not like it"}, said) == "dossier.not-for-kind");
    CHECK(w.says(Propose{.outcome = Outcome::granted}, said) == "dossier.not-for-kind");
    CHECK(w.says(PronounceLapse{"x"}, said) == "dossier.not-for-kind");
    w.must(IssueFinalReceipt{}, nadia);
    CHECK(w.state.phase == Phase::acknowledged);
    CHECK(w.state.documents.size() == 1);
}

TEST_CASE("dahir 1-58-376 art. 5: without a final receipt in sixty days the association may operate") {
    World w(Kind::declaration);
    w.filed();
    w.on(Date{2026, 10, 31}, 12);
    w.wake();
    CHECK(w.state.phase == Phase::examination);  // sixty days end on Saturday 31 October, rolled
    w.on(Date{2026, 12, 1});
    w.wake();
    CHECK(w.state.phase == Phase::free_to_operate);
    CHECK(w.last<FreeToOperate>().at < w.now);
    w.must(IssueFinalReceipt{}, nadia);  // late, still owed
    CHECK(w.state.phase == Phase::acknowledged);
}

TEST_CASE("law 114-13: a registration writes a number when it is granted, and not when refused") {
    World w(Kind::registration);
    w.filed();
    w.signed_with(Outcome::granted);
    CHECK(w.state.registered == "AE-2026-000001");
    World refused(Kind::registration);
    refused.filed();
    refused.signed_with(Outcome::refused);
    CHECK(refused.state.registered.empty());
}

TEST_CASE("design section 8: a machine may say yes where no third party is touched and every input is verified") {
    World w(Kind::extract);
    w.file.terms.automatic = {.allowed = true, .declaration_enough = false, .inputs = {"title"}, .article = "law 36-21"};
    w.filed();
    const DecisionRecord record{.rules = "birth@1", .inputs = {{"title", "found"}}, .sources = {}, .fired = {"r1 art. 3"}, .told = "yes"};
    CHECK(w.says(GrantAutomatically{record}, Actor::system()) == "dossier.automatic-not-allowed");
    auto fetched = record;
    fetched.sources = {"title=fetched"};
    CHECK(w.says(GrantAutomatically{fetched}, said) == "dossier.role-required");
    CHECK(w.says(GrantAutomatically{{.sources = {"title=fetched"}}}, Actor::system()) == "dossier.automatic-not-allowed");
    w.must(GrantAutomatically{fetched}, Actor::system());
    CHECK(w.state.decision->automatic);
    CHECK(w.state.decision->record->rules == "birth@1");
    CHECK(w.state.phase == Phase::notification);
    w.must(Notify{.channel = "account", .at = w.now, .proof = "page"}, Actor::system());
    CHECK(w.state.phase == Phase::granted);
}

TEST_CASE("design section 8: no automatic grant unless declared; a declaration is enough where the procedure says so") {
    const DecisionRecord record{.rules = "ae@1"};
    World undeclared(Kind::extract);
    undeclared.filed();
    CHECK(undeclared.says(GrantAutomatically{record}, Actor::system()) == "dossier.automatic-not-allowed");
    World declared(Kind::registration);
    declared.file.terms.automatic = {.allowed = true, .declaration_enough = true, .inputs = {"title"}, .article = ""};
    declared.filed();
    declared.must(GrantAutomatically{record}, Actor::system());
    CHECK(declared.state.registered == "AE-2026-000001");
}

TEST_CASE("withdrawal belongs to the person, until the decision is signed") {
    World w;
    w.filed();
    CHECK(w.says(Withdraw{"x"}, said) == "dossier.role-required");
    w.must(Withdraw{"changed my mind"}, fatima);
    CHECK(w.state.phase == Phase::withdrawn);
    CHECK(w.says(Propose{.outcome = Outcome::granted}, said) == "dossier.wrong-phase");
    World decided;
    decided.filed();
    decided.signed_with(Outcome::granted);
    CHECK(decided.says(Withdraw{"x"}, fatima) == "dossier.wrong-phase");
}

TEST_CASE("a file for another administration is transferred to the competent one, with reasons") {
    World w;
    w.filed();
    CHECK(w.says(Transfer{"", "not ours"}, said) == "dossier.reasons-required");
    w.must(Transfer{"commune-aourir", "the plot lies in Aourir"}, said);
    CHECK(w.state.phase == Phase::transferred);
    CHECK(w.state.transferred_to == "commune-aourir");
}

TEST_CASE("a correction changes details, never the outcome; the document is replaced") {
    World w;
    w.filed();
    w.notified_with(Outcome::granted);
    const auto first = w.state.documents.front().id;
    w.must(CorrectDecision{"plot 12, not 21", {{"plot", "12"}}}, nadia);
    CHECK(w.state.decision->outcome == Outcome::granted);
    CHECK(find_document(w.state, first)->status == DocumentStatus::replaced);
    REQUIRE(w.state.documents.size() == 2);
    const auto second = w.state.documents.back().id;
    w.must(ReplaceDocument{second, "the seal's key was changed"}, nadia);
    CHECK(find_document(w.state, second)->replaced_by == w.state.documents.back().id);
    CHECK(w.says(ReplaceDocument{first, "again"}, nadia) == "dossier.unknown-document");
}

TEST_CASE("small things: notes, messages, fees, assignment, a rendering kept once, looks that change nothing") {
    World w;
    w.filed();
    w.must(Assign{said.id}, said);
    w.must(AddNote{"call the agency"}, said);
    w.must(SendMessage{"Which gate?"}, said);
    const auto id = w.state.messages.front().id;
    CHECK(w.says(ReadMessage{id}, said) == "dossier.role-required");
    w.must(ReadMessage{id}, fatima);
    w.must(SendMessage{"The green one"}, fatima);
    CHECK_FALSE(w.state.messages.back().to_person);
    w.must(RecordFee{"25.00", "Q-1"}, cashier);
    w.must(RecordFee{"25.00", "Q-1"}, cashier);
    CHECK(w.state.fees.size() == 1);
    w.must(KeepRendering{"receipt", std::string(64, 'c'), 100}, Actor::system());
    w.must(KeepRendering{"receipt", std::string(64, 'd'), 100}, Actor::system());
    CHECK(w.state.renderings.size() == 1);
    const State before = w.state;
    w.must(Look{"dossier"}, said);
    CHECK(w.has(EventType::looked_at));
    CHECK(w.state == before);
    CHECK(w.says(Look{"dossier"}, agency) == "dossier.other-office");
}
