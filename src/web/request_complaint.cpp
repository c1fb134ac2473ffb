// A complaint, as its person sees it: by when it is acknowledged and closed, opened again, and how satisfied they are.
#include "web/acting.hpp"
#include "web/participation.hpp"
#include "web/request.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "jurisdiction/clock.hpp"
#include "participation/text.hpp"
#include "pages/participation/small_form.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using dossier::State;

constexpr int longest_reasons = 4'000, longest_remark = 1'000, best_score = 5;

bool is_answered(const State& state) { return state.phase == dossier::Phase::upheld || state.phase == dossier::Phase::dismissed; }
std::size_t times_reopened(const State& state) { return state.complaint ? state.complaint->reopenings.size() : 0; }
bool is_rated(const State& state) { return state.complaint && state.complaint->satisfaction.size() > times_reopened(state); }

const std::optional<jurisdiction::ComplaintRules>& rules_of(const Visit& visit, const State& state) {
    const auto& pack = *visit.site->pack;
    return pack.law_on(pack.zone().date_at(state.filed_at)).complaint;
}

// The last day of a term that begins at `from`.
Date last_day_of(const Visit& visit, Instant from, const jurisdiction::Delay& delay) {
    const auto& calendar = visit.site->pack->calendar();
    return calendar.date_at(jurisdiction::term_after(calendar, from, delay).over.plus_micros(-1));
}

bool may_reopen(const Visit& visit, const State& state) {
    const auto& rules = rules_of(visit, state);
    if (!is_complaint(state) || !is_answered(state) || !rules || !state.notified) return false;
    if (times_reopened(state) >= static_cast<std::size_t>(rules->reopenings)) return false;
    return visit.now() < jurisdiction::term_after(visit.site->pack->calendar(), state.notified->at, rules->reopen).over;
}

SmallFormView form_of(const Visit& visit, const OwnDossier& own, const std::string& what) {
    SmallFormView view;
    view.title = visit.say(fmt::format("participation.{}.title", what));
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, own.path());
    view.action = link_to(visit, own.path("/" + what));
    view.csrf = visit.csrf();
    view.caption = own.state().file.reference;
    view.text = visit.say(fmt::format("participation.{}.text", what));
    view.words = {.id = "text", .label = visit.say(fmt::format("participation.{}.label", what)), .rows = 5};
    view.button = visit.say(fmt::format("participation.{}.button", what));
    return view;
}

SmallFormView reopen_form(const Visit& visit, const OwnDossier& own) {
    auto view = form_of(visit, own, "reopen");
    view.words.longest = longest_reasons;
    return view;
}

SmallFormView satisfaction_form(const Visit& visit, const OwnDossier& own, std::string_view chosen = {}) {
    auto view = form_of(visit, own, "satisfaction");
    view.words.longest = longest_remark;
    view.choice = {.id = "score", .label = visit.say("participation.satisfaction.score")};
    for (int score = best_score; score >= 1; --score) {
        const auto value = std::to_string(score);
        view.options.push_back({value, visit.say(fmt::format("participation.satisfaction.score-{}", value)), "", value == chosen});
    }
    return view;
}

Result<http::Response> refused(const Visit& visit, SmallFormView view, const Error& error, std::string_view typed) {
    if (error.code != Code::conflict && error.code != Code::unprocessable && error.code != Code::invalid) return std::unexpected(error);
    const auto why = lingua::say(visit.language, error);
    const bool score = error.key == "dossier.score";
    view.chrome.has_errors = true;
    view.errors.push_back({why, Url::literal(score ? "#score" : "#text")});
    view.words.value = typed;
    (score ? view.choice : view.words).error = why;
    return render(visit, view, pages::participation_small_form, http_status(error.code));
}

Result<OwnDossier> own_complaint(Visit& visit) {
    auto own = TRY(own_dossier(visit));
    if (!is_complaint(own.state())) return fail(Code::not_found, "http.not-found");
    return own;
}

Result<http::Response> show_reopen(Visit& visit) {
    const auto own = TRY(own_complaint(visit));
    if (!may_reopen(visit, own.state())) return redirect(visit, own.path());
    auto view = reopen_form(visit, own);
    if (const auto kept = kept_form(visit)) view.words.value = kept->text("text");
    return render(visit, view, pages::participation_small_form);
}

Result<http::Response> take_reopen(Visit& visit, http::Form& form) {
    const auto own = TRY(own_complaint(visit));
    const auto done = [&]() -> Result<void> {
        const auto words = TRY(participation::clean_text(form.text("text"), longest_reasons));
        return run_on(visit, own, dossier::ReopenComplaint{words});
    }();
    if (!done) return refused(visit, reopen_form(visit, own), done.error(), form.text("text"));
    TRY(note_use(visit, own, "reopen"));
    return redirect(visit, own.path("?done=reopened"));
}

Result<http::Response> show_satisfaction(Visit& visit) {
    const auto own = TRY(own_complaint(visit));
    if (!is_answered(own.state()) || is_rated(own.state())) return redirect(visit, own.path());
    return render(visit, satisfaction_form(visit, own), pages::participation_small_form);
}

Result<http::Response> take_satisfaction(Visit& visit, http::Form& form) {
    const auto own = TRY(own_complaint(visit));
    const auto done = [&]() -> Result<void> {
        const auto words = TRY(participation::clean_optional_text(form.text("text"), longest_remark));
        return run_on(visit, own, dossier::GiveSatisfaction{to_integer(form.text("score")).value_or(0), words});
    }();
    if (!done) return refused(visit, satisfaction_form(visit, own, form.text("score")), done.error(), form.text("text"));
    TRY(note_use(visit, own, "satisfaction"));
    return redirect(visit, own.path("?done=rated"));
}

}  // namespace

ComplaintTold complaint_told(const Visit& visit, const OwnDossier& own) {
    ComplaintTold out;
    const auto& state = own.state();
    const auto& rules = rules_of(visit, state);
    if (!is_complaint(state) || !rules) return out;
    const auto row = [&](std::string_view key, std::string value) { out.facts.push_back({.key = visit.say(key), .value = std::move(value), .typed_by_person = true}); };
    if (state.complaint && state.complaint->acknowledged) {
        row("participation.complaint.acknowledged", say_instant(visit, *state.complaint->acknowledged));
        row("participation.complaint.words", state.complaint->words);
    } else if (dossier::is_open(state.phase)) {
        row("participation.complaint.acknowledge-by", say_day(visit, last_day_of(visit, state.filed_at, rules->acknowledge)));
    }
    if (times_reopened(state) == 0 && dossier::is_open(state.phase)) row("participation.complaint.close-by", say_day(visit, last_day_of(visit, state.filed_at, rules->close)));
    if (times_reopened(state) > 0) row("participation.complaint.reopened", state.complaint->reopenings.back().reasons);
    if (is_rated(state)) row("participation.satisfaction.title", visit.say(fmt::format("participation.satisfaction.score-{}", state.complaint->satisfaction.back().score)));
    if (is_answered(state) && !is_rated(state)) out.actions.push_back({visit.say("participation.satisfaction.title"), link_to(visit, own.path("/satisfaction"))});
    if (may_reopen(visit, state)) {
        out.actions.push_back({visit.say("participation.reopen.title"), link_to(visit, own.path("/reopen"))});
        row("participation.complaint.reopen-by", say_day(visit, last_day_of(visit, state.notified->at, rules->reopen)));
    }
    return out;
}

void add_complaint_routes(http::Router& router, Site& site) {
    const std::string base = "/request/{member}/{desk}/{series}/{number}";
    get_slow(router, site, base + "/reopen", Door::person, show_reopen);
    post(router, site, base + "/reopen", Door::person, take_reopen);
    get_slow(router, site, base + "/satisfaction", Door::person, show_satisfaction);
    post(router, site, base + "/satisfaction", Door::person, take_satisfaction);
}

}  // namespace wasl::web
