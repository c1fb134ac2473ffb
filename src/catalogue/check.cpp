// What the law and good sense ask of a revision. Messages say what is wrong and what to do.
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "catalogue/forbidden.hpp"
#include "catalogue/impl/longest.hpp"
#include "catalogue/impl/obligations.hpp"
#include "catalogue/impl/once_only.hpp"
#include "catalogue/impl/portal_sheet.hpp"
#include "catalogue/impl/source.hpp"
#include "jurisdiction/law.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue::impl {
namespace {

bool is_code(std::string_view text, std::size_t most, char between) {
    return !text.empty() && text.size() <= most && text[0] >= 'a' && text[0] <= 'z' &&
           std::all_of(text.begin(), text.end(), [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == between; });
}

bool is_choice_code(std::string_view text) {
    return !text.empty() && text.size() <= 40 &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

class Check {
public:
    Check(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report)
        : r_(revision), places_(places), law_(law), report_(report), imported_(!revision.imported_from.empty()) {}

    void run() {
        names();
        papers();
        delay();
        fee();
        silence_and_extension();
        kind();
        grant();
        form();
        documents();
    }

private:
    [[nodiscard]] Place at(std::string_view key) const {
        const auto found = places_.find(key);
        if (found != places_.end()) {
            return found->second;
        }
        if (const std::size_t dot = key.rfind('.'); dot != std::string_view::npos) {
            return at(key.substr(0, dot));  // a part that is not there: the whole it belongs to
        }
        const auto id = places_.find(std::string_view("id"));
        return id == places_.end() ? Place{r_.id, 0} : Place{id->second.file, 0};
    }
    void say(std::string_view place, std::string key, std::string message) { report_.add(at(place), std::move(key), std::move(message)); }

    void names() {
        if (!is_code(r_.id, 64, '-')) {
            say("id", "check.id", "The id must begin with a letter and hold only a–z, 0–9 and '-', at most 64.");
        }
        for (const auto& channel : r_.channels) {
            if (channel != "online" && channel != "counter" && channel != "post") {
                say("channels", "check.word", fmt::format("\"{}\" is no channel; write online, counter or post.", channel));
            }
        }
        if (!r_.filers.person && !r_.filers.parent_for_child && !r_.filers.company) {
            say("kind", "check.filers", "Nobody may file: allow a person, a parent for a child, or a company in [filers].");
        }
        if (r_.law.empty() && !imported_) {
            say("kind", "check.law", "No legal text is named: only acts that rest on a published text may be asked for (law 55-19, art. 5-6). Add [[law]].");
        }
    }

    // Law 55-19 art. 7.
    void forbidden(std::string_view place, const Text& text, std::string_view what) {
        for (const auto& wording : text.all()) {
            const auto found = forbidden_formality(wording.text, law_);
            if (!found || (imported_ && says_plain_is_enough(wording.text))) {
                continue;
            }
            const std::string_view advice = *found == "second-copy" ? "Ask for one copy."
                                            : *found == "certified-copy" ? "Ask for a plain copy; in doubt the original may be shown."
                                                                         : "Ask for a plain signature.";
            say(place, "check." + *found, fmt::format("{} ({}) asks for what law 55-19 art. 7 forbids ({}): \"{}\". {}", what, wording.language,
                                                      *found, wording.text, advice));
        }
    }

    [[nodiscard]] static bool is_known(const std::string& name, const std::vector<std::string>& known) {
        return std::find(known.begin(), known.end(), name) != known.end() ||
               std::find(fact_names().begin(), fact_names().end(), name) != fact_names().end();
    }

    // A decision may stand where everything it reads is known.
    bool decision_known(std::string_view place, const std::string& name, std::string_view what, const std::vector<std::string>& known) {
        if (!r_.rules().file_of(name)) {
            return false;
        }
        for (const auto& input : r_.rules().inputs_of(name)) {
            if (!is_known(input, known) && r_.form.field(input)) {
                say(place, "check.unknown-name", fmt::format("The condition of {} names the decision \"{}\", which reads \"{}\": that question comes later.", what, name, input));
            }
        }
        return true;
    }

    void condition(std::string_view place, const Condition& one, std::string_view what, const std::vector<std::string>& known) {
        for (const auto& name : one.names()) {
            if (!is_known(name, known) && !decision_known(place, name, what, known)) {
                say(place, "check.unknown-name", fmt::format("The condition of {} (\"{}\") speaks of \"{}\", which is no question of the form, no decision of its tables and no known fact ({}).",
                                                             what, one.source(), name, fmt::join(fact_names(), ", ")));
            }
        }
    }

    [[nodiscard]] std::vector<std::string> all_fields() const {
        std::vector<std::string> out;
        for (const auto& page : r_.form.pages) {
            for (const auto& field : page.fields) {
                out.push_back(field.id);
            }
        }
        return out;
    }

    void papers() {
        std::vector<std::string> seen;
        for (const auto& paper : r_.requirements) {
            const std::string place = "paper." + paper.code;
            if (!is_code(paper.code, 60, '-')) {
                say(place, "check.code", fmt::format("The code of the paper \"{}\" must begin with a letter and hold only a–z, 0–9 and '-', at most 60.", paper.code));
            }
            if (std::find(seen.begin(), seen.end(), paper.code) != seen.end()) {
                say(place, "check.duplicate", fmt::format("The paper \"{}\" is listed twice.", paper.code));
            }
            seen.push_back(paper.code);
            if (paper.accepted.empty()) {
                say(place, "check.accepted", fmt::format("Say how the paper \"{}\" can be given: accepted = [\"upload\", \"show_original\", \"declaration\"].", paper.code));
            }
            forbidden(place, paper.title, "The paper");
            forbidden(place, paper.hint, "The hint of the paper");
            for (const auto& alternative : paper.one_of) {
                forbidden(place, alternative.title, "The paper");
            }
            condition(place, paper.condition, "the paper \"" + paper.code + "\"", all_fields());
        }
        if (imported_) {
            return;  // what the portal tells around the papers is not asked here; the import reports it
        }
        for (const Text* text : {&r_.description, &r_.before_you_start, &r_.audience}) {
            forbidden("id", *text, "The text of the procedure");
        }
        for (const auto& obligation : r_.obligations) {
            condition("obligation." + obligation.code, obligation.condition, "the obligation \"" + obligation.code + "\"", all_fields());
        }
    }

    [[nodiscard]] jurisdiction::DelayClass delay_class() const {
        const bool listed = law_ && std::find(law_->investment_acts.begin(), law_->investment_acts.end(), r_.id) != law_->investment_acts.end();
        if (r_.has_regime("investment") || listed) {
            return jurisdiction::DelayClass::investment;
        }
        return r_.kind == Kind::complaint ? jurisdiction::DelayClass::complaint : jurisdiction::DelayClass::ordinary;
    }

    void delay() {
        if (r_.delay.cases.empty() && !r_.delay.needs_human) {
            say("delay.0", "check.delay", "No delay is stated: add [[delay.case]] with n and unit.");
        }
        for (std::size_t i = 0; i < r_.delay.cases.size(); ++i) {
            const DelayCase& one = r_.delay.cases[i];
            const std::string place = fmt::format("delay.{}", i);
            condition(place, one.condition, "the delay", all_fields());
            if (one.condition.empty() && i + 1 < r_.delay.cases.size()) {
                say(place, "check.delay-order", "This case has no condition, so the cases after it can never count. Put it last.");
            }
            if (!law_) {
                continue;
            }
            const jurisdiction::Delay delay{one.n, one.unit == DelayUnit::month ? jurisdiction::Unit::month : jurisdiction::Unit::day, one.working};
            const auto& most = law_->maximum(delay_class());
            if (may_exceed(delay, most.value)) {
                report_.add(at(place), "check.delay-over-maximum", fmt::format("The delay of {} {}{} is over the maximum of {} days ({}).", one.n,
                                                                   one.working ? "working " : "", one.unit == DelayUnit::month ? "months" : "days",
                                                                   most.value.comparable_days(), most.source.cite()), !imported_);
            }
        }
    }

    void fee() {
        if (r_.fee.kind == FeeKind::amount && r_.fee.items.empty() && r_.fee.decision.empty()) {
            say("fee.0", "check.fee", "The fee is an amount, but no [[fee.item]] and no decision says which.");
        }
        if (r_.fee.kind != FeeKind::amount && !r_.fee.decision.empty()) {
            say("fee", "check.fee", "A decision gives an amount: write kind = \"amount\".");
        }
        if (r_.fee.kind != FeeKind::amount && !r_.fee.items.empty()) {
            say("fee.0", "check.fee", "[[fee.item]] stands beside a fee that is no amount: write kind = \"amount\".");
        }
        for (std::size_t i = 0; i < r_.fee.items.size(); ++i) {
            const FeeItem& item = r_.fee.items[i];
            const auto value = Decimal::parse(item.amount);
            const std::size_t dot = item.amount.find('.');
            if (!item.stamp.empty()) {
                stamp(fmt::format("fee.{}", i), item);
            } else if (!value || value->is_negative() || dot == std::string::npos || item.amount.size() - dot != 3) {
                say(fmt::format("fee.{}", i), "check.fee", fmt::format("The amount \"{}\" must be written in dirhams with two decimals: \"25.00\".", item.amount));
            }
            condition(fmt::format("fee.{}", i), item.condition, "the fee", all_fields());
        }
        unpaid();
    }

    // A stamp duty is the law's: dated there, never copied into a procedure.
    void stamp(const std::string& place, const FeeItem& item) {
        if (!item.amount.empty()) {
            say(place, "check.fee", fmt::format("The amount of the stamp duty \"{}\" is the law's: leave out amount.", item.stamp));
        }
        if (law_ != nullptr && law_->stamp_duty(item.stamp) == nullptr) {
            say(place, "check.stamp", fmt::format("\"{}\" is no stamp duty of the law: see money.toml of the jurisdiction.", item.stamp));
        }
    }

    // Whether unpaid means incomplete is the procedure's choice, where it can be known what is to be paid and where no
    // receipt that the law orders would have to wait for it.
    void unpaid() {
        if (!r_.fee.unpaid_is_incomplete) return;
        if (r_.fee.kind != FeeKind::amount) {
            say("fee", "check.unpaid", "unpaid = \"incomplete\" needs a fee that is known when the request is filed: kind = \"amount\".");
        }
        if (r_.kind == Kind::declaration || r_.kind == Kind::complaint) {
            say("fee", "check.unpaid", fmt::format("A {} has its receipt whether or not a fee is paid: take out unpaid = \"incomplete\".", to_string(r_.kind)));
        }
        if (r_.requirement("fee") != nullptr) say("fee", "check.unpaid", "A paper has the code \"fee\", which names the fee itself among what is missing: give it another.");
    }

    // The listed act is this procedure by its id ("establishment-class-1", "establishment-class-1-bakery"), or by
    // the act it names for silence.
    [[nodiscard]] bool is_this_act(std::string_view act) const {
        return r_.id == act || (r_.id.starts_with(act) && r_.id.substr(act.size()).starts_with('-')) || r_.silence_act == act;
    }

    // Law 55-19 art. 17 and 19; decrees 2-22-386, 2-22-387 and 2-22-141.
    void silence_and_extension() {
        if (r_.silence == Silence::approval) {
            if (r_.kind != Kind::authorisation) {
                say("silence", "check.silence", fmt::format("Silence cannot be approval for a {}: only an authorisation can arise by silence.", to_string(r_.kind)));
            }
            if (law_ && !law_->silence(r_.silence_act)) {
                say("silence", "check.silence", fmt::format("The act \"{}\" is not on the list of acts where silence is approval (law 55-19 art. 19). Write silence = \"none\", or name the listed act in silence_act.", r_.silence_act));
            }
        } else if (!r_.silence_act.empty()) {
            say("silence", "check.silence", "silence_act is given, but silence is not \"approval\".");
        }
        if (!r_.extension || !law_) {
            return;
        }
        const auto* act = law_->extension(r_.extension->act);
        const std::string_view ground = r_.extension->ground == ExtensionGround::public_inquiry ? "public-inquiry" : "technical-expertise";
        if (!act) {
            say("extension", "check.extension", fmt::format("The act \"{}\" is not on the list of acts whose delay may be extended (law 55-19 art. 17). Remove [extension].", r_.extension->act));
        } else if (!is_this_act(act->act)) {
            say("extension", "check.extension", fmt::format("The list allows the extension for \"{}\", and this procedure is another act. Remove [extension], or give the procedure the id of the listed act.", act->act));
        } else if (act->ground != ground) {
            say("extension", "check.extension", fmt::format("The list allows the extension of \"{}\" on the ground \"{}\" only.", r_.extension->act, act->ground));
        }
    }

    void kind() {
        if ((r_.kind == Kind::registration) != r_.registration.has_value()) {
            say("kind", "check.registration", r_.registration ? "[registration] belongs only to kind = \"registration\"." : "A registration writes a number: add [registration] with series and pattern.");
        }
        if (r_.registration && r_.registration->pattern.find("{number") == std::string::npos) {
            say("registration", "check.registration", "The pattern of the number must hold {number} or {number:6}.");
        }
        if (r_.kind == Kind::extract && r_.outputs.empty()) {
            say("kind", "check.output", "An extract produces a document: add document.CODE.toml.");
        }
        if (r_.provisional_receipt && r_.kind != Kind::declaration) {
            say("kind", "check.provisional-receipt", "Only a declaration has a provisional receipt.");
        }
        if (r_.kind == Kind::declaration && r_.automatic_grant) {
            say("automatic_grant", "check.grant", "A declaration is not granted, so it has no automatic grant.");
        }
    }

    // DESIGN section 8: automation may grant where nobody else is touched, never do anything adverse.
    void grant() {
        if (!r_.automatic_grant) {
            return;
        }
        const AutomaticGrant& grant = *r_.automatic_grant;
        if (grant.third_party_touched) {
            say("automatic_grant", "check.grant", "An automatic grant is impossible where a third party is touched. Remove [automatic_grant].");
        }
        if (grant.condition.empty()) {
            say("automatic_grant", "check.grant", "Say in \"condition\" when the grant may be automatic.");
        }
        condition("automatic_grant", grant.condition, "the automatic grant", all_fields());
        if (grant.inputs.empty()) {
            say("automatic_grant", "check.grant", "List in \"inputs\" the papers and questions on which the grant rests.");
        }
        std::vector<std::string> rests_on = grant.condition.names();
        for (const auto& name : grant.condition.names()) {
            const auto inputs = r_.rules().inputs_of(name);
            rests_on.insert(rests_on.end(), inputs.begin(), inputs.end());
        }
        for (const auto& name : rests_on) {
            const bool question = r_.form.field(name) != nullptr;
            if (question && std::find(grant.inputs.begin(), grant.inputs.end(), name) == grant.inputs.end()) {
                say("automatic_grant", "check.grant", fmt::format("The condition rests on \"{}\", which is not among the inputs.", name));
            }
        }
        for (const auto& input : grant.inputs) {
            const Requirement* paper = r_.requirement(input);
            if (!paper && !r_.form.field(input)) {
                say("automatic_grant", "check.grant", fmt::format("The input \"{}\" is neither a paper nor a question.", input));
            } else if (grant.basis == GrantBasis::verified_sources && (!paper || paper->once_only_source.empty())) {
                say("automatic_grant", "check.grant", fmt::format("The input \"{}\" does not come from a verified source (a paper with once_only_source): no automatic grant can rest on it.", input));
            }
        }
        if (grant.basis == GrantBasis::declaration_enough && grant.article.empty()) {
            say("automatic_grant", "check.grant", "Name in \"article\" the text that says a declaration is enough.");
        }
    }

    void form() {
        std::vector<std::string> before, pages;
        for (const auto& page : r_.form.pages) {
            const std::string place = "page." + page.id;
            if (!is_code(page.id, 40, '-') || std::find(pages.begin(), pages.end(), page.id) != pages.end()) {
                say(place, "check.code", fmt::format("The page id \"{}\" is malformed or used twice.", page.id));
            }
            pages.push_back(page.id);
            condition(place, page.visible, "the page \"" + page.id + "\" (only earlier questions count)", before);
            for (const auto& field : page.fields) {
                one_field(field, before);
                before.push_back(field.id);
            }
        }
    }

    void one_field(const form::Field& field, const std::vector<std::string>& before) {
        const std::string place = "field." + field.id;
        if (!is_code(field.id, 40, '_')) {
            say(place, "check.code", fmt::format("The id of the question \"{}\" must begin with a letter and hold only a–z, 0–9 and '_', at most 40.", field.id));
        }
        if (std::find(before.begin(), before.end(), field.id) != before.end()) {
            say(place, "check.duplicate", fmt::format("The question \"{}\" stands twice in the form.", field.id));
        }
        if (std::find(fact_names().begin(), fact_names().end(), field.id) != fact_names().end()) {
            say(place, "check.code", fmt::format("\"{}\" is the name of a fact; give the question another id.", field.id));
        }
        condition(place, field.visible, "the question \"" + field.id + "\" (only earlier questions count)", before);
        condition(place, field.required_when, "the question \"" + field.id + "\" (only earlier questions count)", before);
        forbidden(place, field.label, "The question");
        forbidden(place, field.hint, "The hint of the question");
        choices(place, field);
        bounds(place, field);
        example(place, field);
    }

    void choices(const std::string& place, const form::Field& field) {
        const bool chooses = field.type == form::FieldType::choice || field.type == form::FieldType::multi_choice;
        if (chooses == field.choices.empty()) {
            say(place, "check.choices", chooses ? fmt::format("The question \"{}\" offers no choices.", field.id)
                                                : fmt::format("The question \"{}\" lists choices, but its type is {}.", field.id, form::to_string(field.type)));
        }
        for (std::size_t i = 0; i < field.choices.size(); ++i) {
            const std::string& code = field.choices[i].code;
            if (!is_choice_code(code)) {
                say(place, "check.code", fmt::format("The choice \"{}\" may hold only a–z, 0–9, '-' and '_'.", code));
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (field.choices[j].code == code) {
                    say(place, "check.duplicate", fmt::format("The choice \"{}\" stands twice.", code));
                }
            }
        }
    }

    void bounds(const std::string& place, const form::Field& field) {
        const bool date = field.type == form::FieldType::date;
        for (const std::string* bound : {&field.minimum, &field.maximum}) {
            const bool good = bound->empty() || (date ? *bound == "today" || parse_date(*bound).has_value() : Decimal::parse(*bound).has_value());
            if (!good) {
                say(place, "check.bound", fmt::format("\"{}\" is no {}.", *bound, date ? "date (YYYY-MM-DD or today)" : "number"));
            }
        }
        const auto least = Decimal::parse(field.minimum), most = Decimal::parse(field.maximum);
        const bool crossed = field.min_length && field.max_length && *field.min_length > *field.max_length;
        if ((!date && least && most && *least > *most) || crossed) {
            say(place, "check.bound", fmt::format("The bounds of \"{}\" leave no answer.", field.id));
        }
        if (field.partial && !date) {
            say(place, "check.bound", "Only a date can be partial.");
        }
        if (field.whole && field.type != form::FieldType::number) {
            say(place, "check.bound", "Only a number can be whole.");
        }
    }

    void example(const std::string& place, const form::Field& field) {
        const bool composite = field.type == form::FieldType::person_name || field.type == form::FieldType::identity_document ||
                               field.type == form::FieldType::attachment;
        if (field.example.empty() || composite) {
            return;
        }
        form::Field alone = field;
        alone.visible = {};
        alone.required_when = {};
        const form::Form one{{form::Page{"example", {}, {}, {}, {alone}}}};
        const auto checked = form::check(one, json::Object{{field.id, field.example}}, {nullptr, {2026, 1, 1}, {}});
        if (!checked.clean()) {
            say(place, "check.example", fmt::format("The example \"{}\" would not be accepted as an answer ({}).", field.example, checked.findings[0].key));
        }
    }

    void documents() {
        static const std::vector<std::string_view> roots = {"answers", "applicant", "child", "dossier", "decision", "register", "authority"};
        for (const auto& output : r_.outputs) {
            if (output.paragraphs.empty()) {
                say("document." + output.code, "check.document", "The document has no paragraphs.");
            }
            for (const auto& paragraph : output.paragraphs) {
                for (const auto& wording : paragraph.all()) {
                    holes(output.code, wording.text, roots);
                }
            }
        }
    }

    void holes(const std::string& code, std::string_view text, const std::vector<std::string_view>& roots) {
        std::size_t open = 0;
        while ((open = text.find('{', open)) != std::string_view::npos) {
            const std::size_t close = text.find('}', open);
            if (close == std::string_view::npos) {
                say("document." + code, "check.hole", "A \"{\" of the document is never closed.");
                return;
            }
            for (const auto path : split(text.substr(open + 1, close - open - 1), '|')) {
                const auto parts = split(path, '.');
                const form::Field* field = parts.size() >= 2 && parts[0] == "answers" ? r_.form.field(parts[1]) : nullptr;
                if (field != nullptr && field->sensitive) {
                    say("document." + code, "check.sensitive", fmt::format("The document prints the sensitive answer \"{}\", which is kept encrypted; the document is not. Leave it out.", parts[1]));
                }
                const bool known = parts.size() >= 2 && std::find(roots.begin(), roots.end(), parts[0]) != roots.end();
                if (known && (parts[0] != "answers" || r_.form.field(parts[1]))) {
                    continue;
                }
                say("document." + code, "check.hole", fmt::format("The hole {} names nothing: write {{answers.QUESTION}}, or {{x.y}} with x one of {}.",
                                                                  text.substr(open, close - open + 1), fmt::join(roots, ", ")));
            }
            open = close;
        }
    }

    const Revision& r_;
    const Places& places_;
    const jurisdiction::Law* law_;
    Report& report_;
    bool imported_;
};

}  // namespace

const std::vector<std::string>& fact_names() {
    static const std::vector<std::string> names = {"channel", "level", "applicant", "age", "day"};
    return names;
}

void check_revision(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report) {
    Check(revision, places, law, report).run();
    check_once_only(revision, places, law, report);
    check_obligations(revision, places, report);
}

}  // namespace wasl::catalogue::impl
