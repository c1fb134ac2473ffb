// What the law asks of papers that somebody else already holds, and of what an act writes into a register.
#include "base/text.hpp"
#include "catalogue/impl/once_only.hpp"
#include "jurisdiction/law.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue::impl {

namespace {

class OnceOnly {
public:
    OnceOnly(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report)
        : r_(revision), places_(places), law_(law), report_(report) {}

    void run() {
        for (const auto& rule : r_.evidence) one_rule(rule);
        if (law_ != nullptr && r_.imported_from.empty()) to_abolish();
        if (r_.record) record(*r_.record);
    }

private:
    void say(const std::string& place, std::string key, std::string message) {
        auto found = places_.find(place);
        if (found == places_.end()) found = places_.find("id");
        report_.add(found == places_.end() ? Place{r_.id, 0} : found->second, std::move(key), std::move(message));
    }

    void one_rule(const EvidenceRule& rule) {
        const auto place = "evidence." + rule.requirement;
        const auto* paper = r_.requirement(rule.requirement);
        if (paper == nullptr) {
            return say(place, "check.evidence", fmt::format("[[evidence]] names the paper \"{}\", which is not listed in [[paper]].", rule.requirement));
        }
        if (&rule != r_.evidence_for(rule.requirement)) {
            say(place, "check.evidence", fmt::format("The paper \"{}\" has two [[evidence]]: its holder is asked once.", rule.requirement));
        }
        const bool fills = rule.how == EvidenceHow::data || rule.how == EvidenceHow::document;
        if (!fills && !rule.answers.empty()) {
            say(place, "check.evidence", "A yes or no gives no answers: write how = \"data\", or leave out answers.");
        }
        if (rule.how == EvidenceHow::data && rule.answers.empty()) {
            say(place, "check.evidence-too-much", fmt::format("Data of \"{}\" is asked for and no question takes it: a yes or no is enough, write how = \"yes-no\".", rule.type));
        }
        questions(place, "answers", rule.answers);
        questions(place, "where", rule.where);
        holder(place, rule);
        if (law_ != nullptr && rule.how == EvidenceHow::identity && !law_->proves_identity(rule.type)) {
            say(place, "check.evidence", fmt::format("\"{}\" is no proof of identity (evidence.toml): ask its holder.", rule.type));
        }
    }

    // Which of several holders is meant, an answer says; none is guessed.
    void holder(const std::string& place, const EvidenceRule& rule) {
        if (rule.holder.empty()) {
            const bool several = law_ != nullptr && rule.how != EvidenceHow::identity && law_->held_locally(rule.type);
            if (several) {
                say(place, "check.evidence-holder",
                    fmt::format("Every commune holds its own \"{}\": say which question names it, holder = \"QUESTION\".", rule.type));
            }
            return;
        }
        const auto* field = r_.form.field(rule.holder);
        using form::FieldType;
        const bool names = field != nullptr && !field->sensitive &&
                           (field->type == FieldType::commune || field->type == FieldType::choice || field->type == FieldType::text);
        if (!names) {
            say(place, "check.evidence-holder", fmt::format("holder names \"{}\", which is no question for a commune, a choice or a text.", rule.holder));
        }
    }

    void questions(const std::string& place, std::string_view table, const std::vector<EvidenceAnswer>& pairs) {
        for (const auto& one : pairs) {
            const auto* field = r_.form.field(one.field);
            if (field == nullptr || one.fact.empty()) {
                say(place, "check.evidence", fmt::format("{} names \"{}\", which is no question, or gives it no fact.", table, one.field));
            } else if (field->sensitive) {
                say(place, "check.evidence", fmt::format("The question \"{}\" is sensitive: its answer is kept sealed and is not fetched.", one.field));
            }
        }
    }

    [[nodiscard]] bool abolished_by_rule(const Requirement& paper) const {
        const auto* rule = r_.evidence_for(paper.code);
        return rule != nullptr && rule->how == EvidenceHow::identity;
    }

    // Both are asked of the same people: the other one always, or under the same condition.
    static bool always_beside(const Requirement& paper, const Requirement& other) {
        return other.mandatory && (other.condition.empty() || other.condition.source() == paper.condition.source());
    }

    // Law 55-19: nothing that is already proven may be asked for.
    void to_abolish() {
        for (const auto& paper : r_.requirements) {
            if (paper.evidence_type.empty()) continue;
            if (r_.minimum_level >= 3 && law_->proves_identity(paper.evidence_type) && !abolished_by_rule(paper)) {
                say("paper." + paper.code, "check.abolish",
                    fmt::format("The paper \"{}\" is proven already by the identity of whoever files (minimum_level = 3). Remove it.", paper.code));
            }
            for (const auto& other : r_.requirements) {
                if (&other == &paper || other.evidence_type.empty() || !always_beside(paper, other)) continue;
                if (!law_->proves(other.evidence_type, paper.evidence_type)) continue;
                say("paper." + paper.code, "check.abolish",
                    fmt::format("The paper \"{}\" is proven already by \"{}\", which is asked for too. Remove it.", paper.code, other.code));
            }
        }
    }

    // Whether the path names something that the act knows.
    [[nodiscard]] bool known_path(std::string_view path) const {
        const auto parts = split(path, '.');
        if (path == "number") return r_.registration.has_value();
        if (path == "reference" || path == "applicant") return true;
        if (parts.size() < 2) return false;
        if (parts[0] == "applicant") {
            return parts[1] == "name_ar" || parts[1] == "name" || parts[1] == "identifier" || parts[1] == "identifier_kind";
        }
        if (parts[0] == "decision") return r_.kind != Kind::declaration;
        const auto* field = parts[0] == "answers" ? r_.form.field(parts[1]) : nullptr;
        return field != nullptr && !field->sensitive;
    }

    void key_of(const RecordRule& rule) {
        std::size_t open = 0, holes = 0;
        const std::string_view text = rule.key;
        while ((open = text.find('{', open)) != std::string_view::npos) {
            const std::size_t close = text.find('}', open);
            const auto path = text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
            ++holes;
            const auto parts = split(path, '.');
            const auto* field = parts.size() > 1 && parts[0] == "answers" ? r_.form.field(parts[1]) : nullptr;
            if (close == std::string_view::npos || !known_path(path)) {
                return say("register", "check.register", fmt::format("The key \"{}\" speaks of \"{}\", which is no answer of this act.", rule.key, path));
            }
            if (field != nullptr && !field->required) {
                say("register", "check.register", fmt::format("The key rests on the question \"{}\": make it required.", field->id));
            }
            open = close;
        }
        if (holes == 0) say("register", "check.register", "The key is the same for every act: put an answer or {number} into it.");
    }

    void record(const RecordRule& rule) {
        if (r_.kind == Kind::complaint || r_.kind == Kind::call) {
            say("register", "check.register", fmt::format("A {} writes into no register.", to_string(r_.kind)));
        }
        key_of(rule);
        if (rule.subject != "applicant") {
            const auto parts = split(rule.subject, '.');
            const auto* field = parts.size() == 2 && parts[0] == "answers" ? r_.form.field(parts[1]) : nullptr;
            if (field == nullptr || field->type != form::FieldType::identity_document || !field->required) {
                say("register", "check.register", "subject is \"applicant\", or \"answers.QUESTION\" of a required identity document.");
            }
        }
        if (!rule.valid_from.empty()) {
            const auto* field = r_.form.field(rule.valid_from);
            if (field == nullptr || field->type != form::FieldType::date || field->partial) {
                say("register", "check.register", fmt::format("valid_from names \"{}\", which is no question for a whole date.", rule.valid_from));
            }
        }
        for (std::size_t i = 0; i < rule.fields.size(); ++i) {
            const auto& field = rule.fields[i];
            if (!known_path(field.from)) {
                say("register", "check.register", fmt::format("The field \"{}\" comes from \"{}\", which this act does not know (or which is sensitive).", field.name, field.from));
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (rule.fields[j].name == field.name) say("register", "check.duplicate", fmt::format("The field \"{}\" stands twice in [register].", field.name));
            }
        }
    }

    const Revision& r_;
    const Places& places_;
    const jurisdiction::Law* law_;
    Report& report_;
};

}  // namespace

void check_once_only(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report) {
    OnceOnly(revision, places, law, report).run();
}

}  // namespace wasl::catalogue::impl
