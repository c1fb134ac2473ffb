#include "dossier/terms.hpp"

namespace wasl::dossier {

namespace {

using catalogue::Revision;
using jurisdiction::Law;

Delay delay_from(const catalogue::DelayCase& matched) {
    return {.n = matched.n,
            .unit = matched.unit == catalogue::DelayUnit::month ? Unit::month : Unit::day,
            .working = matched.working};
}

// Decree 2-22-385: acts needed for investment projects have their own maximum.
jurisdiction::DelayClass class_of(const Revision& revision) {
    if (revision.kind == catalogue::Kind::complaint) return jurisdiction::DelayClass::complaint;
    return revision.has_regime("investment") ? jurisdiction::DelayClass::investment : jurisdiction::DelayClass::ordinary;
}

// Clearly longer, a month counting thirty days. Whether the law's days are working days is not settled, so the
// numbers alone are compared.
bool is_longer(const Delay& delay, const Delay& maximum) {
    const auto days = [](const Delay& of) { return of.unit == Unit::month ? of.n * 30 : of.n; };
    return days(delay) > days(maximum);
}

void set_delay(Terms& terms, const Revision& revision, const form::Facts& facts, const Law& law, std::string_view language) {
    const auto maximum = law.maximum(class_of(revision)).value;
    const auto* matched = catalogue::delay_for(revision, facts);
    if (matched != nullptr) {
        terms.delay = delay_from(*matched);
        terms.delay_case = matched->when.in(language);
        // A sheet published elsewhere may promise less than the law asks: the law's maximum counts.
        if (!is_longer(terms.delay, maximum)) return;
    }
    terms.delay = maximum;
    terms.delay_is_maximum = true;
}

// Decrees 2-22-387, 2-22-141 and 2-22-386: an act counts only while it stands on the dated list.
void set_lists(Terms& terms, const Revision& revision, const Law& law) {
    if (revision.silence == catalogue::Silence::approval && revision.kind == catalogue::Kind::authorisation) {
        if (const auto* act = law.silence(revision.silence_act)) {
            terms.silence = SilenceEffect::approval;
            terms.silence_basis = act->source.cite();
        }
    }
    if (revision.extension && revision.kind == catalogue::Kind::authorisation) {
        if (const auto* act = law.extension(revision.extension->act)) {
            terms.extension = {.ground = act->ground, .longest = act->longest, .basis = act->source.cite()};
        }
    }
}

void set_output(Terms& terms, const Revision& revision) {
    if (!revision.outputs.empty()) {
        const auto& output = revision.outputs.front();
        terms.output = output.code;
        if (output.validity) {
            (output.validity->unit == catalogue::DelayUnit::month ? terms.output_months : terms.output_days) = output.validity->n;
        }
    }
    if (revision.record) {
        const auto& rule = *revision.record;
        terms.record = {.name = rule.name, .type = rule.type, .closes = rule.closes, .key = rule.key, .subject = rule.subject,
                        .valid_from = rule.valid_from, .fields = {}};
        if (rule.validity) (rule.validity->unit == catalogue::DelayUnit::month ? terms.record.months : terms.record.days) = rule.validity->n;
        for (const auto& field : rule.fields) terms.record.fields.push_back({field.name, field.from});
    }
    if (revision.registration) {
        terms.series = revision.registration->series;
        terms.pattern = revision.registration->pattern;
    }
}

// Stamp duties are those of the day of filing.
void set_fee(Terms& terms, const Revision& revision, const form::Facts& facts, const Law& law, std::string_view language) {
    const auto fee = catalogue::fee_for(revision, facts, &law);
    if (!fee) {
        terms.fee = "needs-human";
        return;
    }
    if (*fee == "0.00") return;
    terms.fee = *fee;
    terms.unpaid_is_incomplete = revision.fee.unpaid_is_incomplete;
    for (const auto& part : catalogue::fee_parts(revision, facts, &law).value_or(std::vector<catalogue::FeePart>())) {
        const auto* duty = law.stamp_duty(part.stamp);
        const bool unnamed = part.label.empty() && duty != nullptr;
        terms.fee_lines.push_back({part.amount, part.stamp, unnamed ? duty->name.in(language) : part.label.in(language)});
    }
}

}  // namespace

Terms terms_of(const Revision& revision, const form::Facts& facts, const jurisdiction::Pack& pack, Date day,
               const Offices& offices, std::string_view language) {
    const Law& law = pack.law_on(day);
    Terms terms;
    set_delay(terms, revision, facts, law, language);
    set_lists(terms, revision, law);
    set_output(terms, revision);
    for (const auto& desk : revision.desks) {
        terms.desks.push_back({.desk = desk.desk,
                               .visa = desk.role == catalogue::DeskRole::visa,
                               .mandatory = desk.mandatory,
                               .days = desk.days});
    }
    if (revision.automatic_grant) {
        const auto& grant = *revision.automatic_grant;
        terms.automatic = {.allowed = !grant.third_party_touched,
                           .declaration_enough = grant.basis == catalogue::GrantBasis::declaration_enough,
                           .inputs = grant.inputs,
                           .article = grant.article};
    }
    terms.provisional_receipt = revision.provisional_receipt;
    terms.appeal_office = offices.appeal;
    terms.supervisory_office = offices.supervisory;
    set_fee(terms, revision, facts, law, language);
    return terms;
}

}  // namespace wasl::dossier
