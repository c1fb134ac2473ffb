// A revision: one published state of a procedure, immutable and known by the hash of its content.
// A dossier stays on the revision under which it was filed.
//
// Nothing here reads a clock or a disk. Numbers that the law fixes (maximum delay, appeal times,
// length of an extension) are not here: they come from the dated pack at the moment of use.
#pragma once

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "form/form.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::jurisdiction {
struct Law;
}

namespace wasl::catalogue {

using form::Condition;
using form::Facts;
using form::Text;
using form::TextState;

// The kind fixes which events can exist in a dossier (DESIGN: "the kind of an act").
enum class Kind { authorisation, declaration, extract, registration, benefit, contract, complaint, call };
std::string_view to_string(Kind kind) noexcept;
std::optional<Kind> kind_from(std::string_view name) noexcept;

// Life and business events that bring people here (CPSV-AP: cv:Event): how sheets are grouped for whoever does not
// know the name of the act. Written in procedure.toml as `life_events = ["birth"]`; imported sheets have none.
enum class LifeEvent { birth, marriage, death, housing, building, work, company, association, study, health, vehicle, justice };
inline constexpr std::size_t life_event_count = 12;
std::string_view to_string(LifeEvent event) noexcept;
std::optional<LifeEvent> life_event_from(std::string_view name) noexcept;

enum class DelayUnit { day, month };

// One case of the delay. Cases are tried in order; the first whose condition holds counts.
struct DelayCase {
    int n = 0;  // 0 is "at once"
    DelayUnit unit = DelayUnit::day;
    bool working = false;  // working days
    Condition condition;   // empty: always
    Text when;             // the case in words, as published; may be empty
    bool operator==(const DelayCase&) const = default;
};

struct DelayRule {
    std::vector<DelayCase> cases;
    bool needs_human = false;  // the published text could not be read safely: the pack's maximum counts, the page says so
    std::string published;     // the text as published, for imported sheets
    bool operator==(const DelayRule&) const = default;
};

enum class FeeKind { free, amount, rule, needs_human };

// An item that is due when its condition holds; the fee is the sum of the items due.
struct FeeItem {
    std::string amount;  // MAD, two decimals: "25.00"; empty when a stamp duty says it
    std::string stamp;   // code of a stamp duty: its amount is the law's of the day; may be empty
    Text label;
    Condition condition;
    bool operator==(const FeeItem&) const = default;
};

struct FeeRule {
    FeeKind kind = FeeKind::free;
    std::vector<FeeItem> items;  // kind amount
    std::string decision;        // kind amount: a decision that gives more of it, see amount_of(); may be empty
    Text rule;                   // kind rule: in words; an agent says the amount
    bool unpaid_is_incomplete = false;  // the procedure's choice: the delay starts once it is paid; filing is never refused
    std::string published;
    bool operator==(const FeeRule&) const = default;
};

// A part of the fee as it came out for one request.
struct FeePart {
    std::string amount;  // MAD, two decimals
    std::string stamp;   // code of the stamp duty that it is; may be empty
    Text label;          // may be empty
};

// Ways in which a paper can be given.
enum class Accepted { upload, show_original, declaration };
std::string_view to_string(Accepted way) noexcept;

// One of several papers that serve ("ONE of title, lease, bill").
struct Alternative {
    std::string code;
    Text title;
    bool operator==(const Alternative&) const = default;
};

// A paper asked for. Law 55-19 art. 7: one copy, never legalised, never certified.
struct Requirement {
    std::string code;  // [a-z][a-z0-9-]{0,59}; the key of the paper in the dossier
    Text title;
    Text hint;
    bool mandatory = true;        // when its condition holds; a missing paper never blocks filing
    Condition condition;          // empty: always asked
    std::vector<Alternative> one_of;
    std::vector<Accepted> accepted;  // never empty
    int max_files = 1;               // pages of one copy may come as several files; copies are always one
    std::string evidence_type;       // document type of the shared registry ("cnie", "birth-extract"); may be empty
    std::string once_only_source;    // administration that holds it; may be empty
    bool operator==(const Requirement&) const = default;
};

struct Duration {
    int n = 0;
    DelayUnit unit = DelayUnit::day;
    bool operator==(const Duration&) const = default;
};

// How the holder of a fact is asked, in the order of what it discloses; the identity already proven discloses nothing new.
enum class EvidenceHow { identity, yes_no, data, document };
std::string_view to_string(EvidenceHow how) noexcept;  // "identity", "yes-no", "data", "document"
std::optional<EvidenceHow> evidence_how_from(std::string_view name) noexcept;

// An answer of the form that comes from the holder: question and name of the fact.
struct EvidenceAnswer {
    std::string field, fact;
    bool operator==(const EvidenceAnswer&) const = default;
};

// A paper that is not asked of the person: its holder is asked instead (law 55-19: nothing that another administration
// holds). The paper stands in `requirements`, for whoever wants to hand it in and for the day the holder does not know.
struct EvidenceRule {
    std::string requirement;  // code of the paper
    std::string type;         // evidence type of the shared registry
    EvidenceHow how = EvidenceHow::yes_no;
    bool consent = false;     // the law asks that the person agrees first
    std::string legal_basis;
    std::vector<EvidenceAnswer> answers;  // only of `data` and `document`
    std::vector<EvidenceAnswer> where;    // only what has this question's answer as this fact is asked for
    std::string holder = {};              // the question whose answer names the holder, where there are several; or empty
    bool operator==(const EvidenceRule&) const = default;
};

// A fact of a register and where the act has it: "answers.QUESTION", "answers.QUESTION.PART", "applicant.name_ar",
// "decision.NAME" (a detail of the decision), "number" (of a registration), "reference".
struct RecordField {
    std::string name, from;
    bool operator==(const RecordField&) const = default;
};

// What the decision of this procedure writes into which register: no other hand writes there.
struct RecordRule {
    std::string name;        // of the register: "land-titles"
    std::string type;        // evidence that its records give
    bool closes = false;     // the act ends the record instead
    std::string key;         // text with {holes} of the paths above
    std::string subject;     // "applicant", or an identity document among the answers: "answers.owner"
    std::string valid_from;  // a date among the answers; empty: the day of the act
    std::optional<Duration> validity;  // none: until another act
    std::vector<RecordField> fields;
    bool operator==(const RecordRule&) const = default;
};

// Who may act.
struct Filers {
    bool person = true;
    bool parent_for_child = false;
    bool mandate = true;
    bool company = false;
    bool operator==(const Filers&) const = default;
};

enum class Silence { none, approval };

enum class ExtensionGround { expertise, public_inquiry };

// One extension, only for an act on the pack's dated list `act`; its length is the pack's.
struct Extension {
    ExtensionGround ground = ExtensionGround::expertise;
    std::string act;
    bool operator==(const Extension&) const = default;
};

// Automation may grant, never refuse: no third party touched, and every granting input from a
// verified source or a declaration that the procedure says is enough.
enum class GrantBasis { verified_sources, declaration_enough };
struct AutomaticGrant {
    GrantBasis basis = GrantBasis::verified_sources;
    bool third_party_touched = false;        // must be false; written down so that the author says it
    Condition condition;                     // grants only when it holds
    std::vector<std::string> inputs;         // field ids and paper codes the condition rests on
    std::string article;                     // legal ground of the rule
    bool operator==(const AutomaticGrant&) const = default;
};

// A document produced. Paragraphs are texts with holes {answers.child_name.given_ar}, {applicant.name_ar},
// {dossier.reference}, {decision.date}, {register.number}: see fill().
struct Output {
    std::string code;
    Text title;
    std::vector<Text> paragraphs;
    std::optional<Duration> validity;  // none: without end
    bool operator==(const Output&) const = default;
};

// What a table proposes to the agent; nobody is bound by it, and a machine never refuses.
struct ProposalRule {
    std::string decision;  // gives {outcome, reason} or a list of them, see proposal_for()
    std::string amount;    // a decision, see amount_of(); may be empty
    bool operator==(const ProposalRule&) const = default;
};

// Words for what a table answers: a reason with its article, a part of an amount, the title of a decision.
struct RuleWord {
    std::string code;
    Text text;
    Text article;  // of a reason
    bool operator==(const RuleWord&) const = default;
};

// A registration writes a number of this series: pattern "AE-{year}-{number:6}".
struct Registration {
    std::string series;
    std::string pattern;
    bool operator==(const Registration&) const = default;
};

enum class DeskRole { visa, opinion };
struct DeskStep {
    std::string desk;  // office code
    DeskRole role = DeskRole::opinion;
    Text title;
    int days = 0;  // its own delay, calendar days; does not stop the clock
    bool mandatory = true;
    bool operator==(const DeskStep&) const = default;
};

struct Appeal {
    Text authority;  // before whom; times are the pack's
    Text route;
    bool operator==(const Appeal&) const = default;
};

struct LegalResource {
    Text title;
    std::string article;
    bool operator==(const LegalResource&) const = default;
};

// What a person or a company takes on by the act: told before it is filed, and confirmed.
struct Obligation {
    std::string code;            // [a-z][a-z0-9-]{0,59}
    Text text;
    Text source;                 // the legal text, one of the procedure's own
    std::string article;         // of it; may be empty
    bool confirmed = false;      // source and article were compared with the published text
    Date from;                   // first day on which it is told
    std::optional<Date> until;   // last day; none: open
    Condition condition;         // on the answers; empty: always
    [[nodiscard]] bool stands_on(Date day) const noexcept { return from <= day && (!until || day <= *until); }
    bool operator==(const Obligation&) const = default;
};

struct Revision {
    std::string id;  // procedure id: [a-z][a-z0-9-]{1,63}
    Digest hash;     // SHA-256 of canonical(*this): the identity of the revision
    Kind kind = Kind::authorisation;
    std::vector<LifeEvent> life_events;
    std::vector<std::string> regime;  // flags: "investment", "urban-planning", "consular" …
    Text title;
    Text description;
    Text audience;         // who it is for, in words
    Text before_you_start; // obligations shown before filing
    Text authority;        // competent authority
    std::string authority_code;         // member or office type that decides: "commune", "caidat" …
    Text supervisory_authority;         // attests silence
    std::vector<LegalResource> law;
    std::vector<Obligation> obligations;
    std::vector<Requirement> requirements;
    form::Form form;
    DelayRule delay;
    FeeRule fee;
    Silence silence = Silence::none;
    std::string silence_act;  // entry of the pack's dated list when silence is approval
    std::optional<Extension> extension;
    int minimum_level = 1;  // 1 self-declared, 2 code-verified, 3 counter-verified
    Filers filers;
    std::optional<AutomaticGrant> automatic_grant;
    std::optional<ProposalRule> proposal;
    std::vector<RuleWord> reasons, parts, decisions, columns;  // words of the tables in form.rules, by code
    std::vector<RuleWord> annotations;  // what rows note, by the column_code() of it; as it stands in the table is French
    bool provisional_receipt = false;  // declaration: a provisional receipt at filing, the final one by the delay
    std::vector<Output> outputs;
    std::optional<Registration> registration;
    std::vector<DeskStep> desks;
    std::string signatory = "signatory";  // role or office that signs
    Appeal appeal;
    std::vector<EvidenceRule> evidence; // papers whose holder is asked
    std::optional<RecordRule> record;   // what the decision writes into a register
    std::vector<std::string> channels;  // online, counter, post
    std::string imported_from;          // "idarati" for imported sheets, else empty
    std::vector<std::string> notes;     // findings of the import, kept for the author

    [[nodiscard]] const Requirement* requirement(std::string_view code) const noexcept;
    [[nodiscard]] const EvidenceRule* evidence_for(std::string_view requirement) const noexcept;
    [[nodiscard]] bool has_regime(std::string_view flag) const noexcept;
    [[nodiscard]] const form::Rules& rules() const noexcept { return form.rules; }
};

// "birth-extract@1f2e3d4c5b6a": id and the first 12 hex digits of the hash, for URLs and logs.
std::string revision_name(const Revision& revision);

// The delay case that counts for these facts; null when a human must say, or no case holds: then the
// pack's maximum counts.
const DelayCase* delay_for(const Revision& revision, const Facts& facts);
// Papers asked for with these answers, in order (index into requirements).
std::vector<std::size_t> papers_for(const Revision& revision, const Facts& facts);
// Obligations of that day (facts.today), in order (index into obligations): those whose condition holds, or all of them
// when there are no answers yet.
std::vector<std::size_t> obligations_for(const Revision& revision, const Facts& facts);
// Sum of the items due, MAD with two decimals; "0.00" when free; nothing when an agent must say. Stamp duties are those
// of `law`, that of the day: without it an item that is one is unknown.
std::optional<std::string> fee_for(const Revision& revision, const Facts& facts, const jurisdiction::Law* law = nullptr);
// The items due, one by one; nothing as for fee_for().
std::optional<std::vector<FeePart>> fee_parts(const Revision& revision, const Facts& facts, const jurisdiction::Law* law = nullptr);
// The amount of one item: its own, or the stamp duty's; empty when the law is absent or has no such duty.
std::string amount_of(const FeeItem& item, const jurisdiction::Law* law);
// Text with its {holes} replaced by values of `data`: dotted paths, "{a.b|c.d}" takes the first that is there;
// a hole without a value becomes "……".
std::string fill(std::string_view text, const json::Object& data);
// The number a registration writes: "{year}" and "{number:6}" of the pattern.
std::string registration_number(const Registration& registration, std::int64_t year, std::uint64_t number);

// Canonical JSON (fixed member order, compact) without the hash; and back, computing the hash.
std::string canonical(const Revision& revision);
// Key "revision.malformed".
Result<std::shared_ptr<const Revision>> revision_from_json(std::string_view canonical_json);

}  // namespace wasl::catalogue
