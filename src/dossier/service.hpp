// Dossiers of one member on its store: every command in one transaction that loads the document,
// decides, applies, writes the document with its index fields, one journal entry an event, the
// counters and the messages. Cheap to make; safe from several threads; never blocks in the
// asynchronous calls, whose callbacks run on a writer's thread after the data is on disk (a wish that is
// wrong before it reaches the store is answered at once, on the caller's thread).
//
// Error keys, beside those of decide.hpp and the store:
//   dossier.unknown [not_found] · dossier.stale [conflict] somebody else changed it meanwhile ·
//   dossier.out-of-scope [not_found: the same answer as for unknown] · dossier.level [forbidden] ·
//   dossier.answers [unprocessable] answers of a wrong shape (detail: the fields) ·
//   draft.unknown [not_found] · draft.stale [conflict] · upload.dossier-full [too_large] ·
//   dossier.erased [gone] · dossier.nothing-to-check [conflict] · those of field_keys.hpp
#pragma once

#include "base/clock.hpp"
#include "catalogue/revision.hpp"
#include "dossier/acts.hpp"
#include "dossier/check.hpp"
#include "dossier/decide.hpp"
#include "dossier/evidence.hpp"
#include "dossier/field_keys.hpp"
#include "dossier/work.hpp"
#include "form/form.hpp"
#include "jurisdiction/clock.hpp"
#include "jurisdiction/pack.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> dossier_collections();

// A request as the person hands it in. Answers are as typed; the service normalises them by the form.
struct Filing {
    std::shared_ptr<const catalogue::Revision> revision;
    Party applicant;
    std::optional<Representative> representative;
    Contact contact;
    std::string channel = "online";  // online, counter, post
    std::string office;              // competent office of the member
    Offices offices;                 // for appeal and silence
    std::string desk = "0";          // part of the reference; "0" is the server itself
    json::Object answers;
    std::vector<Piece> pieces;       // bytes already written with Store::write_blob
    json::Object facts;              // what conditions see beside answers: channel, level, applicant …
    int level = 1;                   // of the signed-in person; 1 self-declared … 3 counter-verified
    std::optional<Link> link;
    std::string once;                // idempotency key, scoped to the actor; empty: the draft, if any
    std::string once_print;          // fingerprint of what is asked under `once`; given back by a repetition
    std::string draft;               // draft consumed by this filing
    std::vector<std::string> obligations;  // codes that the person has confirmed (catalogue::Obligation)
    std::vector<Evidence> evidence;  // what holders said before filing; see Service::evidence_for
};

// A paper whose holder is to be asked, by its rule: nobody has been asked yet.
Evidence evidence_by(const catalogue::EvidenceRule& rule);
// The rule for these answers; nothing while an answer that it asks by is not given.
std::optional<Evidence> evidence_by(const catalogue::EvidenceRule& rule, const json::Object& answers);
// Whether what was said answers what the rule asks with these answers, and not with earlier ones.
bool answers_to(const Evidence& said, const catalogue::EvidenceRule& rule, const json::Object& answers);

// What would be missing if this were filed now: help before filing, never a request (law 55-19 art. 4).
struct Readiness {
    form::Checked checked;           // normalised answers and findings
    std::vector<Missing> missing;    // papers and required answers
    Terms terms;
};
Readiness readiness(const Filing& filing, const jurisdiction::Pack& pack, Date today);

struct FilingDone {
    std::string dossier, reference, seal_key;
    std::string follow_code;         // printed; eight characters, follows without an account
    Instant received;
    Receipt receipt;
    bool repeated = false;           // the same key was used before: this is the first answer again
    std::string once_print;          // of the first filing under that key; empty: it kept none
};

struct Ask {
    std::string dossier;                                    // id
    std::int64_t expected = store::Transaction::any_version; // version the agent has seen
    Command command;
    Actor actor;
    std::vector<SigningRight> rights;
};

struct Done {
    std::string dossier, reference;
    std::int64_t version = 0;
    Phase phase = Phase::examination;
};

// A dossier with the version of its row. Its sensitive answers are sealed until look() or reveal() opened them.
struct Stored {
    State state;
    std::int64_t version = 0;
    std::vector<Unreadable> unreadable;  // sensitive answers that could not be opened; the rest stands
};

// What a list shows. Reads as sparse as a list needs.
struct Summary {
    std::string id, reference, procedure, title, office, applicant, assigned;
    Kind kind = Kind::authorisation;
    Phase phase = Phase::examination;
    Instant received;
    std::optional<Instant> due;
    std::optional<Outcome> proposed;
    std::size_t unread = 0;             // messages to the person that nobody on their side has opened
};

enum class Order { due, received };  // legal deadline first; newest received first
struct ListQuery {
    std::vector<std::string> offices;   // scope; empty gives nothing
    std::optional<Phase> phase;         // else every open one (order due), or every one (order received)
    std::string procedure;
    std::string assigned;               // agent id
    std::string words;                  // full text; then the order is newest received first
    Order order = Order::due;
    std::optional<Instant> due_before;
    std::size_t limit = 20;
    std::string after;
};
struct List {
    std::vector<Summary> rows;
    std::string next;
    std::int64_t total = 0;             // counted no further than 1,000 for full text
    bool more_than_total = false;
};

// The dossiers of a company, whoever filed them. The caller has shown that it may see them.
struct CompanyQuery {
    std::string ice;                          // normalised; empty gives nothing
    std::vector<std::string> procedures;      // only these; empty: all
    std::string procedure;                    // only this one
    std::optional<Phase> phase;
    bool open = false;                        // only those where something is still to be done
    std::string words;                        // full text
    std::size_t limit = 50;                   // at most 500
    std::string after;
};
struct CompanyDossier {
    Summary dossier;
    std::string filer, filer_id;              // who filed it: name, and person
};
struct CompanyDossiers {
    std::vector<CompanyDossier> rows;         // newest first
    std::string next;
};

// What the supervisory authority asks for (decree 2-22-141: the attestation is its own to give).
struct SilenceQuery {
    std::string supervisor;              // office of the supervisory authority; empty gives nothing
    std::string office;                  // of the member; empty: every office it supervises
    std::optional<Instant> from, until;  // the silence arose in [from, until)
    std::optional<bool> attested;        // none: both
    std::size_t limit = 50;              // at most 500
    std::string after;
};
struct SilentApproval {
    Summary dossier;
    Instant arose;                       // by law, whenever the program woke
    std::string basis;                   // the decree of the dated list
    std::string attestation;             // its number; empty: not attested yet
    std::string record;                  // id of the signed record of silence
    bool withdrawn = false;              // the record was withdrawn since
};
struct SilentApprovals {
    std::vector<SilentApproval> rows;    // oldest first: those wait longest for their attestation
    std::string next;
};

// One row of "who looked at my file".
struct LookSeen {
    Instant at;
    std::string who, office, purpose, what;  // what: dossier, attachment:…, list, export
};

struct DraftRow {
    std::string id, owner, procedure, revision, step;
    json::Object answers;
    std::vector<Piece> pieces;
    Instant updated;
    std::int64_t version = 0;
};

struct OutMessage {                      // of the outbox, for `post`
    std::string id, key, dossier, reference;
    json::Object args;
    Contact contact;
    Instant at;
};

struct ServicePorts {
    std::string member;
    store::Store* store = nullptr;
    std::shared_ptr<const jurisdiction::Pack> pack;
    Entropy* entropy = nullptr;          // none: the system's
    const Clock* clock = nullptr;        // what day it is, for forms; none: the system's. Law uses the store's instant
    const Work* work = nullptr;          // none: Examination
    EvidenceSource* evidence = nullptr;  // who holds what; none: every paper is asked of the person
    Acts* acts = nullptr;                // what acts do elsewhere in this store; none: nothing
    Checks* checks = nullptr;            // of what is asked, run in the transaction that made the file complete; none: no check
    const FieldKeys* fields = nullptr;   // none: nothing sensitive and no draft can be kept
    // The kill switch of a procedure's rule set; none: on. Called on a writer's thread.
    std::function<bool(std::string_view procedure)> automation_on = {};
};

class Service {
public:
    explicit Service(ServicePorts ports);

    template <class T>
    using Then = std::move_only_function<void(Result<T>)>;

    // --- writing -----------------------------------------------------------------------------
    void file(Filing filing, Actor actor, Then<FilingDone> then);
    Result<FilingDone> file(Filing filing, Actor actor);
    void run(Ask ask, Then<Done> then);
    Result<Done> run(Ask ask);
    // The same within a transaction of this member's store: what else that writes stands or falls with it. A failure before
    // anything is decided leaves the transaction as it was.
    Result<Done> run_within(store::Transaction& tx, const Ask& ask) const;
    // Each by itself; the results stand in the order of the asks. At most 500.
    void run_each(std::vector<Ask> asks, std::move_only_function<void(std::vector<Result<Done>>)> then);
    std::vector<Result<Done>> run_each(std::vector<Ask> asks);
    // Lodges an appeal: files the linked dossier and tells the attacked one, in one transaction.
    void appeal(std::string dossier, Filing filing, Actor actor, Then<FilingDone> then);
    Result<FilingDone> appeal(std::string dossier, Filing filing, Actor actor);

    // file() itself grants and notifies in its own transaction where the revision's rule holds for a complete file.
    // This grants later, by what stands in the dossier then, with its decision record, where the procedure allows it and the
    // rule holds; false: an agent has to look. Never refuses anything.
    Result<bool> grant_by_rule(std::string_view dossier, const catalogue::Revision& revision);

    // Fires what is due by the store's clock, at most `limit` dossiers; how many had something due.
    Result<std::size_t> fire_due(Instant now, std::size_t limit = 1'000);
    Result<std::optional<Instant>> next_wake() const;

    // --- asked once ---------------------------------------------------------------------------
    // The papers of this filing whose holder is asked instead of the person: what `filing.evidence` says of them, what
    // the identity proves, and what is still to be asked. A holder who may only be asked with consent is not among them.
    std::vector<Evidence> evidence_for(const Filing& filing) const;
    // Who would be asked for that type of evidence; nothing: the person is.
    std::optional<Holder> holder_of(const Evidence& asked) const;
    // Asks a holder now, for a draft; `then` gets what became of it, an answer or one more silence, and the document if one
    // came (its bytes are a blob, for the draft to name). Never fails.
    void ask_holder(Evidence evidence, const Party& subject, std::string_view procedure, std::string_view office,
                    std::string_view request, std::move_only_function<void(Evidence, std::optional<Piece>)> then);
    // Asks the holders whose time has come, for at most `limit` dossiers; their answers are written when they come. How
    // many were asked. The source must be still before the store goes.
    Result<std::size_t> ask_holders(Instant now, std::size_t limit = 200);
    // How often each holder answered this member's offices, and how often it did not.
    struct HolderRecord {
        std::string holder;
        std::int64_t answered = 0, silent = 0;
    };
    Result<std::vector<HolderRecord>> holders() const;

    // --- reading (scope: offices of the actor; people: see `mine`) -----------------------------
    Result<std::optional<Stored>> get(std::string_view id) const;
    Result<std::optional<Stored>> by_reference(std::string_view reference) const;
    // The reference of a dossier, also of one whose content was erased.
    Result<std::optional<std::string>> reference_of(std::string_view id) const;
    // By the reference and the code printed on the receipt; anything wrong reads as unknown. The caller limits tries.
    Result<Stored> follow(std::string_view reference, std::string_view code) const;
    // Opens the sensitive answers for the person concerned; the caller has shown that it is them. Agents come by look().
    void reveal(Stored& stored) const;
    // One look, journaled before the answer; out of scope reads as unknown. With a purpose it opens the sensitive answers.
    void look(std::string id, std::vector<std::string> offices, Actor actor, std::string what, Then<Stored> then);
    Result<Stored> look(std::string id, std::vector<std::string> offices, Actor actor, std::string what);
    // One list is one journal entry and a look at each dossier in it.
    void list(ListQuery query, Actor actor, Then<List> then);
    Result<List> list(ListQuery query, Actor actor);
    // Every row that matches, in pages, in bounded memory; one journal entry, written first.
    Result<std::size_t> each(ListQuery query, Actor actor, const std::function<Result<void>(const Summary&)>& visit);
    // The register of incoming files of an office: by order of arrival.
    Result<List> incoming(std::string_view office, Date from, Date until, std::size_t limit, std::string after, Actor actor);
    Result<std::vector<Summary>> mine(std::string_view person, std::size_t limit = 200) const;
    // Of a company: found by its ICE as the applicant's identifier.
    Result<CompanyDossiers> of_company(const CompanyQuery& query) const;
    Result<std::vector<LookSeen>> looks(std::string_view dossier, std::size_t limit = 200) const;
    // Opinions and visas that wait for a desk, the most urgent first; a list, so a look at each.
    Result<std::vector<Summary>> asked_of(std::string_view desk, const Actor& actor, std::size_t limit = 200);
    // Approvals that arose by silence under that supervisory authority; a list, so a look at each.
    Result<SilentApprovals> silent_approvals(SilenceQuery query, const Actor& actor);
    Result<std::vector<Event>> history(std::string_view dossier) const;
    // Kept counters of an office, by phase.
    Result<std::vector<std::pair<Phase, std::int64_t>>> counters(std::string_view office) const;

    // --- papers and drafts ---------------------------------------------------------------------
    Result<Piece> upload(std::string requirement, const std::string& name, std::string_view bytes);
    Result<std::string> bytes_of(const Piece& piece) const;
    Result<DraftRow> save_draft(DraftRow draft);  // version 0: new; "draft.stale" when another device was faster
    Result<std::optional<DraftRow>> draft(std::string_view owner, std::string_view id) const;
    Result<std::vector<DraftRow>> drafts(std::string_view owner) const;
    Result<void> drop_draft(std::string_view owner, std::string_view id);

    // --- outbox ----------------------------------------------------------------------------------
    Result<std::vector<OutMessage>> outbox(std::size_t limit = 100) const;
    Result<void> sent(std::span<const std::string> ids);

    // --- rights of the person ----------------------------------------------------------------------
    // Everything held about a person here: dossiers, history, looks, drafts.
    Result<json::Object> take_out(std::string_view person) const;
    // Erases answers, papers and journal contents of a closed dossier; the leaves stand.
    // Code::conflict "dossier.wrong-phase" while it is open.
    Result<void> erase(std::string_view dossier, const Actor& actor, std::string_view ground);

private:
    struct InFlight;
    std::shared_ptr<InFlight> in_flight_;
    std::shared_ptr<const ServicePorts> ports_;  // shared with commands that wait in the store's queue
};

// Whether an actor of these offices, or this person, may see it.
bool in_scope(const State& state, std::span<const std::string> offices) noexcept;
bool concerns(const State& state, std::string_view person) noexcept;

// The legal clock of a dossier, read at an instant, every date explained ("day 37 of 60; stopped 4 days").
jurisdiction::ClockReading explain(const State& state, const jurisdiction::Pack& pack, Instant now);

}  // namespace wasl::dossier
