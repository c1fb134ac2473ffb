// The lab of the practice country: who learns here, the exercises of their role with their results, the certificate.
#include "web/practice.hpp"

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "pages/practice/lab.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/practice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace practising {

Result<practice::Learner> learner_of(const Visit& visit) {
    const auto cookie = http::own_cookie(*visit.request, learner_cookie);
    if (!cookie) return fail(Code::unauthenticated, "practice.no-learner");
    return visit.site->practice->results().find(*cookie);
}

std::optional<std::string> refusal(const Visit& visit, const Error& error) {
    if (!error.key.starts_with("practice.") && error.key != "participation.control-characters") return std::nullopt;
    return lingua::say(visit.language, error);
}

std::string exercise_title(const Visit& visit, const practice::Exercise& exercise) { return exercise.title.in(visit.tag()); }

std::string mistake_words(const Visit& visit, const practice::Mistake& mistake) {
    const auto day = parse_date(mistake.detail);
    return visit.say(fmt::format("practice.mistake.{}", mistake.key), {{"detail", day ? say_day(visit, *day) : mistake.detail}});
}

std::int64_t minutes_of(const practice::Attempt& attempt) {
    if (!attempt.finished) return 0;
    return std::max<std::int64_t>(1, (attempt.finished->seconds() - attempt.started.seconds() + 59) / 60);
}

std::string level_words(const Visit& visit, const practice::Exercise& exercise) {
    return visit.say("practice.level", {{"level", exercise.level}, {"points", exercise.rule.points}});
}

}  // namespace practising

namespace {

using namespace practising;
using practice::Learner;

PracticeLabView empty_lab(const Visit& visit) {
    PracticeLabView view;
    view.chrome = chrome_for(visit, visit.say("practice.title"));
    view.csrf = visit.csrf();
    view.classes = link_to(visit, "/practice/class");
    return view;
}

void ask_who(PracticeLabView& view, const Visit& visit, std::string_view name, std::string_view role, std::string_view code) {
    view.enrol = link_to(visit, "/practice/learner");
    view.name = {.id = "name", .label = visit.say("practice.name"), .hint = visit.say("practice.name-hint"), .value = std::string(name), .longest = 80};
    view.role = {.id = "role", .label = visit.say("practice.role.title")};
    view.class_code = {.id = "class", .label = visit.say("practice.class-code"), .hint = visit.say("practice.class-code-hint"),
                       .value = std::string(code), .width = 10, .left_to_right = true, .longest = 20};
    for (const auto each : practice::roles) {
        const auto word = practice::to_string(each);
        view.roles.push_back({.value = std::string(word), .label = visit.say(fmt::format("practice.role.{}", word)),
                              .hint = visit.say(fmt::format("practice.role-hint.{}", word)), .chosen = word == role});
    }
}

ExerciseCard card_of(const Visit& visit, const practice::Exercise& exercise, const std::vector<practice::Attempt>& attempts) {
    const auto standing = practice::standing_of(attempts, exercise.id);
    ExerciseCard card{.id = exercise.id, .title = exercise_title(visit, exercise), .level = level_words(visit, exercise)};
    const auto failed = static_cast<std::int64_t>(standing.failures);
    if (standing.best != nullptr) {
        card.tag = visit.say("practice.state.passed");
        card.colour = "green";
        card.result = visit.say("practice.card-passed", {{"points", standing.best->points}, {"of", exercise.rule.points}, {"failed", failed}});
    } else if (standing.open != nullptr) {
        card.tag = visit.say("practice.state.open");
        card.colour = "blue";
    } else {
        card.tag = visit.say(failed == 0 ? "practice.state.new" : "practice.state.failed");
        card.colour = failed == 0 ? "grey" : "yellow";
        if (failed > 0) card.result = visit.say("practice.card-failed", {{"failed", failed}});
    }
    if (standing.open != nullptr) {
        card.open = link_to(visit, "/practice/try/" + standing.open->id);
        card.button = visit.say("practice.go-on");
    } else {
        card.start = link_to(visit, "/practice/start/" + exercise.id);
        card.button = visit.say(failed == 0 && standing.best == nullptr ? "practice.start" : "practice.again");
    }
    return card;
}

Result<void> show_learner(PracticeLabView& view, const Visit& visit, const Learner& learner) {
    const auto& lab = *visit.site->practice;
    const auto attempts = TRY(lab.results().attempts(learner.id));
    view.about.push_back({.key = visit.say("practice.name"), .value = learner.name, .typed_by_person = true});
    view.about.push_back({.key = visit.say("practice.role.title"), .value = visit.say(fmt::format("practice.role.{}", practice::to_string(learner.role)))});
    if (!learner.class_code.empty()) view.about.push_back({.key = visit.say("practice.class-code"), .value = learner.class_code, .copyable = true});
    for (const auto& exercise : lab.exercises()) {
        if (exercise.is_for(learner.role)) view.exercises.push_back(card_of(visit, exercise, attempts));
    }
    view.leave = link_to(visit, "/practice/leave");
    if (!learner.certificate.empty()) {
        view.certificate = link_to(visit, "/practice/certificate.pdf");
        view.certificate_text = visit.say("practice.certificate-issued", {{"reference", learner.certificate_reference}});
    } else if (practice::track_done(lab.exercises(), learner.role, attempts)) {
        view.certify = link_to(visit, "/practice/certificate");
        view.certificate_text = visit.say("practice.certificate-ready");
    } else {
        view.certificate_text = visit.say("practice.certificate-not-yet");
    }
    return {};
}

Result<http::Response> show_lab(Visit& visit) {
    auto view = empty_lab(visit);
    if (const auto learner = learner_of(visit)) {
        TRY(show_learner(view, visit, *learner));
    } else {
        ask_who(view, visit, "", "", "");
    }
    return render(visit, view, pages::practice_lab);
}

Result<http::Response> enrol(Visit& visit, http::Form& form) {
    Learner wanted;
    wanted.name = trim(form.text("name"));
    wanted.class_code = trim(form.text("class"));
    wanted.language = visit.tag();
    const auto role = practice::role_from(form.text("role"));
    if (role) wanted.role = *role;
    const auto token = role ? visit.site->practice->enrol(wanted) : Result<std::string>(fail(Code::unprocessable, "practice.role"));
    if (!token) {
        const auto why = refusal(visit, token.error());
        if (!why) return std::unexpected(token.error());
        auto view = empty_lab(visit);
        ask_who(view, visit, wanted.name, form.text("role"), wanted.class_code);
        view.chrome.has_errors = true;
        const auto& key = token.error().key;
        const bool of_name = key == "practice.name" || key == "participation.control-characters";
        auto& field = of_name ? view.name : key == "practice.role" ? view.role : view.class_code;
        field.error = *why;
        view.errors.push_back({*why, Url::literal("#" + field.id)});
        return render(visit, view, pages::practice_lab, http_status(token.error().code));
    }
    auto response = redirect(visit, "/practice");
    http::set_cookie(response, *visit.request, {std::string(learner_cookie), *token, 30LL * 86'400});
    return response;
}

Result<http::Response> leave(Visit& visit, http::Form&) {
    auto response = redirect(visit, "/practice");
    http::set_cookie(response, *visit.request, {std::string(learner_cookie), "", 0});
    return response;
}

Result<http::Response> certify(Visit& visit, http::Form&) {
    const auto learner = TRY(learner_of(visit));
    TRY(visit.site->practice->certify(learner));
    return redirect(visit, "/practice#certificate");
}

Result<http::Response> give_certificate(Visit& visit) {
    const auto learner = TRY(learner_of(visit));
    auto pdf = TRY(visit.site->practice->certificate_pdf(learner));
    return http::Response::download(std::move(pdf), "application/pdf", "certificate.pdf");
}

}  // namespace

void add_practice_routes(http::Router& router, Site& site) {
    if (site.practice == nullptr) return;
    get_slow(router, site, "/practice", Door::open, show_lab);
    post(router, site, "/practice/learner", Door::open, enrol);
    post(router, site, "/practice/leave", Door::open, leave);
    post(router, site, "/practice/certificate", Door::open, certify);
    get_slow(router, site, "/practice/certificate.pdf", Door::open, give_certificate);
    add_practice_try_routes(router, site);
    add_practice_class_routes(router, site);
}

}  // namespace wasl::web
