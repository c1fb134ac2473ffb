// A trainer's class: its code for the learners, its key for the trainer alone, and all of their results.
#include "web/practice.hpp"

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "pages/practice/class.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/practice.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using namespace practising;

PracticeClassView class_view(const Visit& visit) {
    PracticeClassView view;
    view.chrome = chrome_for(visit, visit.say("practice.class.title"));
    view.chrome.back = link_to(visit, "/practice");
    view.csrf = visit.csrf();
    view.action = link_to(visit, "/practice/class");
    view.key = {.id = "key", .label = visit.say("practice.class.key"), .hint = visit.say("practice.class.key-hint"), .left_to_right = true, .longest = 60};
    return view;
}

// A row for each exercise that a learner began.
Result<void> show_results(PracticeClassView& view, const Visit& visit, const std::string& code) {
    const auto& lab = *visit.site->practice;
    view.open = true;
    view.code = code;
    view.results.caption = visit.say("practice.class.results");
    for (const auto key : {"common.name", "practice.role.title", "practice.class.exercise", "common.status", "practice.class.points",
                           "practice.class.minutes", "practice.class.failures", "practice.class.mistakes"}) {
        view.results.head.push_back({.text = visit.say(key)});
    }
    for (const auto& learner : TRY(lab.results().in_class(code))) {
        const auto attempts = TRY(lab.results().attempts(learner.id));
        for (const auto& exercise : lab.exercises()) {
            if (!exercise.is_for(learner.role)) continue;
            const auto standing = practice::standing_of(attempts, exercise.id);
            std::vector<std::string> mistakes;
            for (const auto& attempt : attempts) {
                if (attempt.exercise != exercise.id) continue;
                for (const auto& mistake : attempt.mistakes) {
                    mistakes.push_back(mistake_words(visit, mistake));
                }
            }
            const bool passed = standing.best != nullptr;
            const auto state = passed ? "passed" : standing.open != nullptr ? "open" : standing.failures > 0 ? "failed" : "new";
            view.results.rows.push_back({{.text = learner.name, .typed_by_person = true},
                                         {.text = visit.say(fmt::format("practice.role.{}", practice::to_string(learner.role)))},
                                         {.text = exercise_title(visit, exercise)},
                                         {.text = visit.say(fmt::format("practice.state.{}", state)), .colour = passed ? "green" : "grey"},
                                         {.text = std::to_string(passed ? standing.best->points : 0), .number = true},
                                         {.text = passed ? std::to_string(minutes_of(*standing.best)) : "", .number = true},
                                         {.text = std::to_string(standing.failures), .number = true},
                                         {.text = join(mistakes, " ")}});
        }
    }
    return {};
}

Result<http::Response> show_class(Visit& visit) {
    auto view = class_view(visit);
    if (const auto cookie = http::own_cookie(*visit.request, class_cookie)) {
        if (const auto code = visit.site->practice->results().class_of_key(*cookie)) TRY(show_results(view, visit, *code));
    }
    return render(visit, view, pages::practice_class);
}

Result<http::Response> open_class(Visit& visit, http::Form& form) {
    auto view = class_view(visit);
    std::string key(trim(form.text("key")));
    if (form.has("new")) {
        const auto made = TRY(visit.site->practice->new_class());
        key = made.key;
        view.new_key = made.key;
        TRY(show_results(view, visit, made.code));
    } else {
        const auto code = visit.site->practice->results().class_of_key(key);
        if (!code) {
            const auto why = refusal(visit, code.error());
            if (!why) return std::unexpected(code.error());
            view.chrome.has_errors = true;
            view.key.error = *why;
            view.errors.push_back({*why, Url::literal("#key")});
            return render(visit, view, pages::practice_class, http_status(code.error().code));
        }
        TRY(show_results(view, visit, *code));
    }
    auto response = render(visit, view, pages::practice_class);
    http::set_cookie(response, *visit.request, {std::string(class_cookie), key, 30LL * 86'400});
    return response;
}

}  // namespace

void add_practice_class_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/practice/class", Door::open, show_class);
    post(router, site, "/practice/class", Door::open, open_class);
}

}  // namespace wasl::web
