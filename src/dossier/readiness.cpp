// What a filing would be: normalised answers, what is missing, and the terms of the law for it.
#include "base/decimal.hpp"
#include "dossier/service.hpp"
#include "lingua/formats.hpp"
#include "lingua/messages.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

// A paper that is only shown (at the counter, on the spot) is not handed in, so it cannot be missing.
bool handed_in(const catalogue::Requirement& requirement) {
    return std::ranges::any_of(requirement.accepted, [](catalogue::Accepted way) { return way != catalogue::Accepted::show_original; });
}

void missing_papers(Readiness& out, const Filing& filing, const form::Facts& facts) {
    for (const std::size_t index : catalogue::papers_for(*filing.revision, facts)) {
        const auto& requirement = filing.revision->requirements[index];
        const bool given = std::ranges::any_of(filing.pieces, [&](const Piece& p) { return p.requirement == requirement.code; });
        const bool its_holders = std::ranges::any_of(filing.evidence, [&](const Evidence& e) { return e.requirement == requirement.code && is_its_holders(e); });
        if (its_holders) continue;  // law 55-19: never counted as the person's
        if (given || !requirement.mandatory || !handed_in(requirement)) continue;
        out.missing.push_back({requirement.code, false, requirement.title.in(filing.contact.language)});
    }
}

void missing_answers(Readiness& out, const Filing& filing) {
    for (const auto& finding : out.checked.findings) {
        if (finding.key != "form.required") continue;
        const std::string id = finding.field.substr(0, finding.field.find('.'));
        const bool listed = std::ranges::any_of(out.missing, [&](const Missing& m) { return m.answer && m.code == id; });
        if (listed) continue;
        const auto* field = filing.revision->form.field(id);
        out.missing.push_back({id, true, field != nullptr ? field->label.in(filing.contact.language) : id});
    }
}

}  // namespace

Readiness readiness(const Filing& filing, const jurisdiction::Pack& pack, Date today) {
    Readiness out;
    out.checked = form::check(filing.revision->form, filing.answers, {.pack = &pack, .today = today, .facts = filing.facts});
    const form::Facts facts{.answers = &out.checked.answers, .facts = &filing.facts, .today = today.iso(), .form = &filing.revision->form};
    missing_papers(out, filing, facts);
    missing_answers(out, filing);
    out.terms = terms_of(*filing.revision, facts, pack, today, filing.offices, filing.contact.language);
    if (out.terms.unpaid_is_incomplete && out.terms.fee != "needs-human" && !out.terms.fee.empty()) {
        const auto language = lingua::from_tag(filing.contact.language).value_or(lingua::Language::ar);
        const auto amount = Decimal::parse(out.terms.fee).value_or(Decimal());
        out.missing.push_back({std::string(unpaid_fee), false, lingua::say(language, "pay.missing-fee", {{"amount", lingua::money(language, amount)}})});
    }
    // An appeal has a clock of its own (law 55-19 arts 20–21).
    if (filing.link && filing.link->relation == "appeal") {
        out.terms.delay = pack.law_on(today).appeal.value.answer;
        out.terms.delay_is_maximum = false;
    }
    return out;
}

}  // namespace wasl::dossier
