// One try of an exercise: what is asked, where to do it, hints, the check, and what came of it.
#include "web/practice.hpp"

#include "base/text.hpp"
#include "pages/practice/try.hpp"
#include "practice/day_question.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/practice.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using namespace practising;
using practice::Attempt;
using practice::Check;
using practice::Exercise;
using practice::Learner;

struct Asked {
    Learner learner;
    Attempt attempt;
    const Exercise* exercise = nullptr;
    [[nodiscard]] std::string path(std::string_view part = {}) const { return fmt::format("/practice/try/{}{}", attempt.id, part); }
    [[nodiscard]] const practice::Variant& variant() const {
        return exercise->variants[static_cast<std::size_t>(attempt.variant) % exercise->variants.size()];
    }
};

Result<Asked> asked_try(const Visit& visit) {
    Asked out;
    out.learner = TRY(learner_of(visit));
    out.attempt = TRY(visit.site->practice->results().attempt(out.learner, visit.parameter("id")));
    out.exercise = TRY(practice::exercise_of(*visit.site->practice, out.attempt.exercise));
    return out;
}

// Where the learner, as who they act, does the work.
std::string workplace(const Asked& on) {
    const auto* first = on.attempt.tasks.empty() ? nullptr : &on.attempt.tasks.front();
    switch (on.exercise->check) {
        case Check::filed: return "/p/commune-ain-wasl/birth-extract";
        case Check::completed: return first == nullptr ? "/me" : "/request/" + first->reference;
        case Check::completion_asked:
        case Check::silence:
        case Check::refused: return first == nullptr ? "/desk" : fmt::format("/desk/{}/dossier/{}", on.learner.member, first->dossier);
        case Check::delegation_ended:
        case Check::batch_signed: return fmt::format("/desk/{}/signature", on.learner.member);
        case Check::last_day:
        case Check::forged: break;
    }
    return {};
}

void show_tasks(PracticeTryView& view, const Visit& visit, const Asked& on) {
    const bool desk = on.exercise->check != Check::completed;
    for (const auto& task : on.attempt.tasks) {
        if (task.part == "paper") continue;
        const auto path = desk ? fmt::format("/desk/{}/dossier/{}", on.learner.member, task.dossier) : "/request/" + task.reference;
        view.tasks.push_back({.key = visit.say("common.reference"), .value = task.reference, .link = link_to(visit, path)});
    }
}

void ask_day(PracticeTryView& view, const Visit& visit, const Asked& on) {
    const auto question = practice::day_question_from(on.attempt.question);
    view.question = visit.say(question.working ? "practice.day.working" : "practice.day.calendar",
                              {{"from", question.from}, {"days", question.days}});
    view.answer = {.id = "answer", .label = visit.say("practice.day.answer"), .hint = visit.say("practice.day.hint"), .type = "date", .width = 10,
                   .left_to_right = true};
    if (!on.attempt.finished) return;
    const auto& calendar = visit.site->pack->calendar();
    for (const auto& day : practice::explain(calendar, question, visit.tag())) {
        const auto date = say_day(visit, day.day);
        view.explanation.push_back(day.holiday.empty() ? visit.say("practice.day.weekend", {{"date", date}})
                                                       : visit.say("practice.day.holiday", {{"date", date}, {"holiday", day.holiday}}));
    }
    view.explanation.push_back(visit.say("practice.day.last", {{"date", say_day(visit, practice::last_day_of(calendar, question))}}));
}

void ask_forged(PracticeTryView& view, const Visit& visit, const Asked& on) {
    const auto* texts = on.attempt.question.find("texts");
    view.answer = {.id = "answer", .label = visit.say("practice.forged.answer")};
    view.verify = link_to(visit, "/verify");
    if (texts == nullptr || texts->array() == nullptr) return;
    const auto& list = *texts->array();
    for (std::size_t i = 0; i < on.attempt.tasks.size(); ++i) {
        auto title = visit.say("practice.paper", {{"number", i + 1}});
        view.choices.push_back({.value = std::to_string(i + 1), .label = title});
        const auto file = list.empty() ? link_to(visit, on.path(fmt::format("/paper/{}.pdf", i + 1))) : Url();
        view.texts.push_back({std::move(title), i < list.size() ? std::string(list[i].text_or("")) : std::string(), file});
    }
    if (on.attempt.finished) {
        view.explanation.push_back(visit.say(list.empty() ? "practice.forged.was-file" : "practice.forged.was", {{"number", on.attempt.question.find("forged")->integer_or(0)}}));
    }
}

void show_result(PracticeTryView& view, const Visit& visit, const Asked& on) {
    const auto& attempt = on.attempt;
    const auto minutes = minutes_of(attempt);
    view.verdict = visit.say(attempt.passed ? "practice.state.passed" : "practice.state.failed");
    view.colour = attempt.passed ? "green" : "red";
    view.result = attempt.passed ? visit.say("practice.passed", {{"points", attempt.points}, {"of", on.exercise->rule.points}, {"minutes", minutes}})
                                 : visit.say("practice.failed");
    for (const auto& mistake : attempt.mistakes) {
        view.mistakes.push_back(mistake_words(visit, mistake));
    }
    view.again = link_to(visit, "/practice/start/" + on.exercise->id);
}

PracticeTryView try_view(const Visit& visit, const Asked& on) {
    PracticeTryView view;
    const auto& rule = on.exercise->rule;
    view.title = exercise_title(visit, *on.exercise);
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, "/practice");
    view.csrf = visit.csrf();
    view.caption = level_words(visit, *on.exercise);
    view.goal = on.variant().goal.in(visit.tag());
    view.rule = visit.say("practice.rule", {{"points", rule.points}, {"failure", rule.per_failure}, {"hint", rule.per_hint},
                                            {"minutes", rule.minutes}, {"late", rule.late}, {"least", rule.least}});
    show_tasks(view, visit, on);
    if (on.exercise->check == Check::last_day) ask_day(view, visit, on);
    if (on.exercise->check == Check::forged) ask_forged(view, visit, on);
    for (int i = 0; i < on.attempt.hints && i < static_cast<int>(on.exercise->hints.size()); ++i) {
        view.hints.push_back(on.exercise->hints[static_cast<std::size_t>(i)].in(visit.tag()));
    }
    if (on.attempt.finished) {
        show_result(view, visit, on);
        return view;
    }
    if (!workplace(on).empty()) {
        view.enter = link_to(visit, on.path("/enter"));
        view.enter_text = visit.say(fmt::format("practice.enter-as.{}", practice::to_string(on.learner.role)));
    }
    if (on.attempt.hints < static_cast<int>(on.exercise->hints.size())) view.hint = link_to(visit, on.path("/hint"));
    view.finish = link_to(visit, on.path("/check"));
    return view;
}

Result<http::Response> show_try(Visit& visit) { return render(visit, try_view(visit, TRY(asked_try(visit))), pages::practice_try); }

Result<http::Response> start(Visit& visit, http::Form&) {
    const auto learner = TRY(learner_of(visit));
    const auto attempt = TRY(visit.site->practice->start(learner, visit.parameter("exercise")));
    return redirect(visit, "/practice/try/" + attempt.id);
}

// The learner becomes the person or the agent they act as; a session of anybody else ends.
Result<http::Response> enter(Visit& visit, http::Form&) {
    const auto on = TRY(asked_try(visit));
    if (on.learner.persona.empty() || workplace(on).empty()) return fail(Code::not_found, "http.not-found");
    const auto kind = on.learner.member.empty() ? identity::ActorKind::person : identity::ActorKind::staff;
    const std::string device(visit.request->header("User-Agent"));
    auto& sessions = *visit.site->sessions;
    const auto token = visit.session == nullptr ? TRY(sessions.begin(kind, on.learner.persona, on.learner.member, device))
                                                : TRY(sessions.replace(*visit.session, kind, on.learner.persona, on.learner.member, device));
    auto response = redirect(visit, workplace(on));
    begin_session(response, visit, token);
    return response;
}

// One of the files to be judged.
Result<http::Response> take_paper(Visit& visit) {
    const auto on = TRY(asked_try(visit));
    const auto file = visit.parameter("file");
    const auto number = file.ends_with(".pdf") ? to_integer(std::string_view(file).substr(0, file.size() - 4)) : std::nullopt;
    auto pdf = TRY(visit.site->practice->file(on.learner, on.attempt.id, number.value_or(0)));
    return http::Response::download(std::move(pdf), "application/pdf", fmt::format("document-{}.pdf", *number));
}

Result<http::Response> take_hint(Visit& visit, http::Form&) {
    const auto on = TRY(asked_try(visit));
    TRY(visit.site->practice->hint(on.learner, on.attempt.id));
    return redirect(visit, on.path());
}

Result<http::Response> check(Visit& visit, http::Form& form) {
    const auto on = TRY(asked_try(visit));
    const auto done = visit.site->practice->finish(on.learner, on.attempt.id, form.text("answer"));
    if (done) return redirect(visit, on.path());
    const auto why = refusal(visit, done.error());
    if (!why || on.attempt.finished) return std::unexpected(done.error());
    auto view = try_view(visit, on);
    view.chrome.has_errors = true;
    view.errors.push_back({*why, view.answer.id.empty() ? Url() : Url::literal("#answer")});
    if (!view.answer.id.empty()) view.answer.error = *why;
    return render(visit, view, pages::practice_try, http_status(done.error().code));
}

}  // namespace

void add_practice_try_routes(http::Router& router, Site& site) {
    post(router, site, "/practice/start/{exercise}", Door::open, start);
    get_slow(router, site, "/practice/try/{id}", Door::open, show_try);
    get_slow(router, site, "/practice/try/{id}/paper/{file}", Door::open, take_paper);
    post(router, site, "/practice/try/{id}/enter", Door::open, enter);
    post(router, site, "/practice/try/{id}/hint", Door::open, take_hint);
    post(router, site, "/practice/try/{id}/check", Door::open, check);
}

}  // namespace wasl::web
