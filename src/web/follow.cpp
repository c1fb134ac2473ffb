// A request by its number and the code printed on the receipt: the phase, the dates and what is missing; no name,
// no answer, no paper.
#include "http/rate_limit.hpp"
#include "web/journey.hpp"
#include "web/request.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/info.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "pages/follow/page.hpp"

#include <memory>

namespace wasl::web {

namespace {

FollowView empty_view(const Visit& visit) {
    FollowView view;
    view.chrome = chrome_for(visit, visit.say("journey.follow.title"));
    view.action = link_to(visit, "/follow");
    view.sign_in = link_to(visit, "/sign-in");
    view.csrf = visit.csrf();
    view.reference = {.id = "reference", .label = visit.say("common.reference"), .hint = visit.say("follow.reference-hint"), .left_to_right = true, .longest = 200};
    view.code = {.id = "code", .label = visit.say("journey.follow.code"), .hint = visit.say("follow.code-hint"), .width = 20, .left_to_right = true, .longest = 40};
    return view;
}

Result<dossier::Stored> find(Visit& visit, std::string_view reference, std::string_view code, MemberSite*& member) {
    const auto parsed = parse_reference(trim(reference));
    if (!parsed || visit.site->members->info(parsed->member) == nullptr) return fail(Code::not_found, "dossier.unknown");
    member = TRY(visit.site->members->at(parsed->member));
    return member->dossiers->follow(parsed->text(), code);
}

void fill(FollowView& view, const Visit& visit, MemberSite& member, const dossier::State& state) {
    view.found = true;
    view.reference.value = state.file.reference;
    view.chrome.noindex = true;
    const auto revision = member.catalogue->find(state.file.procedure);
    view.title = revision && *revision != nullptr ? (*revision)->title.in(visit.tag()) : state.file.title;
    view.phase = say_phase(visit.language, state);
    const auto tag = phase_tag(visit.language, state.phase);
    view.tag = tag.text;
    view.colour = tag.colour;
    view.facts = {{.key = visit.say("request.filed-on"), .value = say_instant(visit, state.filed_at)},
                  {.key = visit.say("journey.sheet.authority"), .value = member.info->name.in(visit.tag())}};
    const auto reading = dossier::explain(state, *visit.site->pack, visit.now());
    if (dossier::is_open(state.phase) && reading.due) view.answer_due = visit.say("request.answer-due", {{"date", *reading.due}});
    for (const auto& phrase : reading.explanation) view.explanation.push_back(say_phrase(visit.language, phrase));
    if (!may_complete(state)) return;
    for (const auto& missing : dossier::still_missing(state)) view.missing.push_back(say_missing(visit, revision ? revision->get() : nullptr, missing));
    if (reading.answer_due) view.missing_by = visit.say("request.missing.by", {{"date", *reading.answer_due}});
}

Result<http::Response> take_follow(Visit& visit, const http::Form& form, http::RateLimit& tries) {
    // 40 bits against guessing: some tries a minute from one address are enough for people.
    if (!tries.allow(http::address_key(visit.request->peer()), visit.site->clock->monotonic_micros())) return fail(Code::too_many, "identity.too-many-tries");
    auto view = empty_view(visit);
    MemberSite* member = nullptr;
    const auto found = find(visit, form.text("reference"), form.text("code"), member);
    if (found) {
        fill(view, visit, *member, found->state);
        return render(visit, view, pages::follow_page);
    }
    if (found.error().code != Code::not_found) return std::unexpected(found.error());
    view.reference.value = form.text("reference");
    view.code.value = form.text("code");
    view.code.error = visit.say("follow.unknown");
    view.errors.push_back({view.code.error, Url::literal("#reference")});
    view.chrome.has_errors = true;
    return render(visit, view, pages::follow_page, 404);
}

}  // namespace

void add_follow_routes(http::Router& router, Site& site) {
    const auto tries = std::make_shared<http::RateLimit>(http::Rate{.burst = 20, .per_second = 0.2});
    get(router, site, "/follow", Door::open, [](Visit& visit) -> Result<http::Response> {
        auto view = empty_view(visit);
        view.reference.value = visit.request->query("reference").substr(0, 200);
        return render(visit, view, pages::follow_page);
    });
    post(router, site, "/follow", Door::open, [tries](Visit& visit, http::Form& form) { return take_follow(visit, form, *tries); });
}

}  // namespace wasl::web
