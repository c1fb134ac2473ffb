#include "web/sheet_text.hpp"

#include "web/obligations.hpp"

#include "base/decimal.hpp"
#include "lingua/formats.hpp"
#include "web/mandate_words.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using catalogue::Accepted;
using catalogue::Revision;

jurisdiction::Delay delay_of(const catalogue::DelayCase& row) {
    return {.n = row.n, .unit = row.unit == catalogue::DelayUnit::month ? jurisdiction::Unit::month : jurisdiction::Unit::day, .working = row.working};
}

const jurisdiction::Delay& maximum_of(const Revision& revision, const jurisdiction::Law& law) {
    using jurisdiction::DelayClass;
    const auto which = revision.kind == catalogue::Kind::complaint ? DelayClass::complaint
                       : revision.has_regime("investment")        ? DelayClass::investment
                                                                  : DelayClass::ordinary;
    return law.maximum(which).value;
}

void fill_delay(SheetView& view, const Visit& visit, const Revision& revision, const jurisdiction::Law& law) {
    for (const auto& row : revision.delay.cases) {
        const auto& when = row.when.in(visit.tag());
        const auto length = say_delay(visit.language, delay_of(row));
        view.delay.push_back(when.empty() ? length : labelled(visit.language, when, length));
    }
    if (revision.delay.needs_human || revision.delay.cases.empty()) {
        view.delay.push_back(visit.say("sheet.delay.maximum", {{"delay", say_delay(visit.language, maximum_of(revision, law))}}));
    }
    if (!revision.delay.published.empty()) view.delay.push_back(visit.say("sheet.published", {{"text", revision.delay.published}}));
}

void fill_fee(SheetView& view, const Visit& visit, const Revision& revision, const jurisdiction::Law& law) {
    switch (revision.fee.kind) {
        case catalogue::FeeKind::free: view.fee.push_back(visit.say("common.free")); break;
        case catalogue::FeeKind::amount:
            for (const auto& item : revision.fee.items) {
                const auto& label = item.label.in(visit.tag());
                const auto amount = say_money(visit, catalogue::amount_of(item, &law));
                view.fee.push_back(label.empty() ? amount : labelled(visit.language, label, amount));
            }
            if (!revision.fee.decision.empty()) view.fee.push_back(visit.say("sheet.fee.tables"));
            break;
        case catalogue::FeeKind::rule:
            if (!revision.fee.rule.empty()) view.fee.push_back(revision.fee.rule.in(visit.tag()));
            view.fee.push_back(visit.say("sheet.fee.agent"));
            break;
        case catalogue::FeeKind::needs_human: view.fee.push_back(visit.say("sheet.fee.agent")); break;
    }
    if (revision.fee.kind != catalogue::FeeKind::free) {
        view.fee.push_back(visit.say(revision.fee.unpaid_is_incomplete ? "pay.rule.incomplete" : "pay.rule.complete"));
    }
    if (!revision.fee.published.empty()) view.fee.push_back(visit.say("sheet.published", {{"text", revision.fee.published}}));
}

void fill_papers(SheetView& view, const Visit& visit, const Revision& revision) {
    for (const auto& requirement : revision.requirements) {
        SheetPaper paper;
        paper.title = requirement.title.in(visit.tag());
        paper.hint = requirement.hint.in(visit.tag());
        for (const auto& each : requirement.one_of) paper.one_of.push_back(each.title.in(visit.tag()));
        paper.ways = accepted_ways(visit, requirement);
        if (!requirement.condition.empty() || !requirement.mandatory) paper.condition = visit.say("sheet.by-situation");
        view.papers.push_back(std::move(paper));
    }
}

// Worst of the texts of the sheet in this language: what is missing is shown in another, what nobody has read over
// is only a help.
enum class Wording { reviewed, unreviewed, absent };

Wording wording_of(const Revision& revision, std::string_view tag) {
    auto worst = Wording::reviewed;
    const auto look = [&](const form::Text& text) {
        if (text.empty()) return;
        const auto& best = text.best(tag);
        const auto state = best.language != tag                              ? Wording::absent
                           : best.state == form::TextState::unreviewed ? Wording::unreviewed
                                                                       : Wording::reviewed;
        worst = std::max(worst, state);
    };
    for (const auto* text : {&revision.title, &revision.description, &revision.audience, &revision.before_you_start, &revision.authority}) look(*text);
    for (const auto& requirement : revision.requirements) {
        look(requirement.title);
        look(requirement.hint);
    }
    return worst;
}

// Who may ask, and for whom this visitor may.
void fill_filers(SheetView& view, const Visit& visit, const Revision& revision) {
    const auto& filers = revision.filers;
    if (filers.person) view.filers.push_back(visit.say("sheet.filer.person"));
    if (filers.parent_for_child) view.filers.push_back(visit.say("sheet.filer.parent"));
    if (filers.mandate) view.filers.push_back(visit.say("sheet.filer.mandate"));
    if (filers.company) view.filers.push_back(visit.say("sheet.filer.company"));
    if (filers.mandate) view.grant = link_to(visit, "/me/mandates/grant").with("procedure", revision.id);
    if (!visit.actor.is_person()) return;
    const auto mandates = visit.site->mandates->of_actor(visit.actor.id);
    if (!mandates) return;
    for (const auto& mandate : *mandates) {
        if (mandate.stands_on(visit.site->today()) && mandate.covers(revision.id)) view.acting.push_back(acting_sentence(visit, mandate));
    }
}

void fill_language(SheetView& view, const Visit& visit, const Revision& revision) {
    const auto& wording = revision.title.best(visit.tag());
    const auto written = lingua::from_tag(wording.language);
    if (written && *written != visit.language) {
        view.language = wording.language;
        view.direction = lingua::dir(*written);
        view.note = visit.say("sheet.only-in", {{"language", lingua::own_name(*written)}});
    } else if (wording.state == form::TextState::unreviewed && revision.imported_from.empty()) {
        view.note = visit.say("sheet.unreviewed");
    }
    // The pack requires Arabic and French; of the others the reader is told how far they may be trusted.
    if (visit.language == lingua::Language::ar || visit.language == lingua::Language::fr) return;
    switch (wording_of(revision, visit.tag())) {
        case Wording::reviewed: view.reviewed = visit.say("sheet.texts.reviewed"); break;
        case Wording::unreviewed: view.reviewed = visit.say("sheet.texts.unreviewed"); break;
        case Wording::absent: view.reviewed = visit.say("sheet.texts.absent"); break;
    }
}

}  // namespace

std::string accepted_ways(const Visit& visit, const catalogue::Requirement& requirement) {
    std::string out;
    for (const auto way : requirement.accepted) {
        const auto key = way == Accepted::upload ? "sheet.accept.upload" : way == Accepted::show_original ? "sheet.accept.show" : "sheet.accept.declaration";
        out += (out.empty() ? "" : " · ") + visit.say(key);
    }
    return out;
}

std::string say_money(const Visit& visit, std::string_view amount) {
    const auto value = Decimal::parse(amount);
    return value ? lingua::money(visit.language, *value) : std::string(amount);
}

void fill_sheet(SheetView& view, const Visit& visit, const Revision& revision) {
    const auto tag = visit.tag();
    const auto& law = visit.site->pack->law_on(visit.site->today());
    view.title = revision.title.in(tag);
    view.kind = visit.say(fmt::format("sheet.kind.{}", catalogue::to_string(revision.kind)));
    view.description = revision.description.in(tag);
    view.audience = revision.audience.in(tag);
    view.before = revision.before_you_start.in(tag);
    view.authority = revision.authority.in(tag);
    if (!revision.imported_from.empty()) view.imported = visit.say("sheet.imported");
    fill_language(view, visit, revision);
    fill_filers(view, visit, revision);
    fill_papers(view, visit, revision);
    fill_delay(view, visit, revision, law);
    fill_fee(view, visit, revision, law);
    const auto* act = revision.silence == catalogue::Silence::approval ? law.silence(revision.silence_act) : nullptr;
    view.silence = act == nullptr ? visit.say("sheet.silence.none") : visit.say("sheet.silence.approval", {{"basis", act->source.cite()}});
    const auto& before = revision.appeal.authority.in(tag);
    view.appeal = visit.say("sheet.appeal.text", {{"delay", say_delay(visit.language, law.appeal.value.lodge)},
                                                  {"authority", before.empty() ? view.authority : before}});
    view.level = visit.say(fmt::format("sheet.level.{}", revision.minimum_level));
    for (const auto index : catalogue::obligations_for(revision, {.answers = nullptr, .facts = nullptr, .today = visit.site->today().iso(), .form = nullptr})) {
        const auto& one = revision.obligations[index];
        view.obligations.push_back({one.text.in(tag), say_source(visit, one)});
    }
    for (const auto& output : revision.outputs) view.outputs.push_back(output.title.in(tag));
    for (const auto& resource : revision.law) {
        const auto& title = resource.title.in(tag);
        view.law.push_back(resource.article.empty() ? title : visit.say("sheet.law.article", {{"title", title}, {"article", resource.article}}));
    }
}

}  // namespace wasl::web
