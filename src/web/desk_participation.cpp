// Consultations at the desk: publish one, moderate what is said, decide contests, answer. Nobody here learns who spoke.
#include "web/desk_panel.hpp"
#include "web/participation.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"
#include "participation/articles.hpp"

#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

using namespace taking_part;
using identity::Role;
using participation::Comment;
using participation::Consultation;
using participation::Names;
using participation::Stage;

constexpr std::size_t shown_comments = 200;
constexpr std::array languages_of_names = {std::pair{"ar", &Names::ar}, std::pair{"fr", &Names::fr}, std::pair{"en", &Names::en}, std::pair{"zgh", &Names::zgh}};

bool may_publish(const Visit& visit) { return visit.actor.has(Role::author) || visit.actor.has(Role::signatory); }

// One question a language, each labelled with its name.
void ask_in_languages(DeskForm& form, const Visit& visit, std::string_view name, std::string_view label_key, Shape shape, int longest) {
    for (const auto& [tag, unused] : languages_of_names) {
        auto field = question(visit, form.name, fmt::format("{}_{}", name, tag), label_key);
        const auto language = lingua::from_tag(tag);
        field.label = visit.say("participation.desk.in-language", {{"what", field.label}, {"language", lingua::own_name(*language)}});
        field.longest = longest;
        field.rows = name == "text" ? 12 : 4;
        if (name == "text") field.hint = visit.say("participation.desk.text-hint");
        form.questions.push_back({std::move(field), shape, {}});
    }
}

Names typed_names(const http::Form& form, std::string_view name) {
    Names out;
    for (const auto& [tag, field] : languages_of_names) out.*field = form.text(fmt::format("{}_{}", name, tag));
    return out;
}

DeskForm publish_form(const Visit& visit) {
    auto form = FormMaker(visit, "publish", "participation.desk.publish", "participation.desk.publish-button")
                    .hint(visit.say("participation.desk.publish-hint"))
                    .line("opens", "participation.desk.opens", visit.site->today().iso(), "date")
                    .line("closes", "participation.desk.closes", {}, "date")
                    .done();
    ask_in_languages(form, visit, "title", "participation.desk.title-label", Shape::line, static_cast<int>(participation::longest_title));
    ask_in_languages(form, visit, "why", "participation.why", Shape::text, static_cast<int>(participation::longest_why));
    ask_in_languages(form, visit, "text", "participation.text", Shape::text, 0);
    return form;
}

Result<Table> consultation_table(const Visit& visit, MemberSite& member) {
    auto out = table(visit, visit.say("participation.title"),
                     {"participation.desk.title-label", "participation.when", "common.status", "participation.voices", "participation.desk.contested"});
    const auto contested = TRY(member.forum->contested());
    for (const auto& one : TRY(member.forum->calendar())) {
        const auto tag = stage_tag(visit, one.stage(visit.now()));
        Cell title = cell(spoken(visit, one.title).text, true);
        title.link = page(visit, "/participation/" + one.id);
        Cell state = cell(tag.text);
        state.colour = tag.colour;
        const auto waiting = std::ranges::count(contested, one.id, &Comment::consultation);
        out.rows.push_back({std::move(title), cell(open_days(visit, one)), std::move(state), cell(count_words(visit, TRY(member.forum->counts(one)).all())),
                            {.text = lingua::number(visit.language, waiting), .number = true}});
    }
    return out;
}

Result<DeskPanelView> list_view(Visit& visit, MemberSite& member) {
    auto view = panel(visit, "participation.title", "/participation");
    if (const auto done = visit.request->query("done"); done == "published") view.notice = visit.say("participation.done.published");
    auto rows = TRY(consultation_table(visit, member));
    if (rows.rows.empty()) view.hint = visit.say("participation.desk.none");
    else view.tables.push_back(std::move(rows));
    if (may_publish(visit)) view.forms.push_back(publish_form(visit));
    return view;
}

Result<MemberSite*> enter_forum(const Visit& visit) { return enter(visit, {Role::author, Role::signatory, Role::agent}); }

Result<http::Response> show_list(Visit& visit) {
    auto* member = TRY(enter_forum(visit));
    return render(visit, TRY(list_view(visit, *member)), pages::desk_panel);
}

Result<http::Response> take_publish(Visit& visit, http::Form& form) {
    auto* member = TRY(enter_forum(visit));
    if (!may_publish(visit)) return fail(Code::forbidden, "dossier.role-required");
    const auto& zone = visit.site->pack->zone();
    participation::Proposal wish{.title = typed_names(form, "title"), .why = typed_names(form, "why"), .text = typed_names(form, "text"), .opens = {}, .closes = {}};
    const auto opens = parse_date(form.text("opens")), closes = parse_date(form.text("closes"));
    const auto done = [&]() -> Result<Consultation> {
        if (!opens || !closes) return fail(Code::unprocessable, "participation.dates");
        if (*opens < visit.site->today()) return fail(Code::unprocessable, "participation.opens-past");
        wish.opens = zone.start_of_day(*opens);
        wish.closes = zone.start_of_day(closes->plus_days(1));  // the last day is a whole one
        return member->forum->publish(wish, visit.actor.id);
    }();
    if (done) return redirect(visit, base(visit) + "/participation?done=published");
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    auto view = TRY(list_view(visit, *member));
    const auto& key = done.error().key;
    const bool last_day = key == "participation.dates" || key == "participation.too-far";
    show_refusal(visit, view, form, done.error(), last_day ? "closes" : key == "participation.opens-past" ? "opens" : "");
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

// --- one consultation ---------------------------------------------------------------------------------

std::vector<Option> reason_options(const Visit& visit) {
    std::vector<Option> out;
    for (const auto reason : participation::hiding_reasons) out.push_back({std::string(reason), reason_words(visit, reason), "", false});
    return out;
}

void moderate(DeskPanelView& view, const Visit& visit, const Comment& comment) {
    const auto first_words = comment.text.substr(0, comment.text.find('\n'));
    const auto title = visit.say("participation.desk.on-article", {{"article", article_name(visit, comment.article)}});
    if (!comment.hiding) {
        auto form = FormMaker(visit, "hide-" + comment.id, "participation.desk.hide", "participation.desk.hide-button").style("warning")
                        .hint(comment.text).select("reason", "participation.mine.reason", reason_options(visit)).text("words", "participation.desk.hide-words").done();
        form.title = fmt::format("{} · {}", title, first_words);
        form.questions.back().field.longest = static_cast<int>(participation::longest_words);
        view.forms.push_back(std::move(form));
        return;
    }
    if (!comment.hiding->contest || comment.hiding->decision) return;
    if (comment.hiding->by == visit.actor.id) {  // who hid it does not judge it
        SummaryRow waits{.key = title, .value = visit.say("participation.desk.another-decides")};
        waits.more.push_back(comment.hiding->contest->text);
        view.groups.push_back({visit.say("participation.desk.decide"), {std::move(waits)}});
        return;
    }
    auto form = FormMaker(visit, "decide-" + comment.id, "participation.desk.decide", "participation.desk.decide-button").routine()
                    .hint(visit.say("participation.desk.decide-hint", {{"text", comment.text}, {"reason", reason_words(visit, comment.hiding->reason)},
                                                                        {"words", comment.hiding->words}, {"contest", comment.hiding->contest->text}}))
                    .radios("decision", "participation.mine.decision",
                            {{"restore", visit.say("participation.desk.restore"), "", false}, {"keep", visit.say("participation.desk.keep"), "", false}})
                    .text("words", "participation.desk.decide-words").done();
    form.title = fmt::format("{} · {}", visit.say("participation.desk.decide"), title);
    form.questions.back().field.longest = static_cast<int>(participation::longest_words);
    view.forms.insert(view.forms.begin(), std::move(form));
}

DeskForm answer_form(const Visit& visit, const Consultation& one) {
    auto form = FormMaker(visit, "answer", "participation.answer.title", "participation.desk.answer-button").routine().hint(visit.say("participation.desk.answer-hint")).done();
    const auto ask = [&](const std::string& name, const std::string& about) {
        const auto first = form.questions.size();
        ask_in_languages(form, visit, name, "participation.desk.answer-label", Shape::text, static_cast<int>(participation::longest_answer));
        for (auto i = first; i < form.questions.size(); ++i) form.questions[i].field.label = fmt::format("{} · {}", about, form.questions[i].field.label);
    };
    ask("whole", visit.say("participation.desk.whole"));
    for (const auto& article : one.articles) ask(fmt::format("a{}", article.number), article_name(visit, article.number));
    return form;
}

Table comment_table(const Visit& visit, const std::vector<Comment>& comments) {
    auto out = table(visit, visit.say("participation.comments.title"),
                     {"participation.desk.article", "participation.desk.day", "participation.desk.words", "participation.desk.supports", "common.status"});
    for (const auto& comment : comments) {
        Cell state = cell(comment.hidden() ? reason_words(visit, comment.hiding->reason) : visit.say("participation.mine.shown"));
        state.colour = comment.hidden() ? "red" : "green";
        out.rows.push_back({{.text = lingua::number(visit.language, comment.article), .number = true}, cell(day(visit, comment.written)), cell(comment.text, true),
                            {.text = lingua::number(visit.language, comment.supports), .number = true}, std::move(state)});
    }
    return out;
}

Result<DeskPanelView> consultation_view(Visit& visit, MemberSite& member) {
    const auto one = TRY(member.forum->find(visit.parameter("id")));
    const auto stage = one.stage(visit.now());
    auto view = panel(visit, "participation.title", "/participation/" + one.id);
    view.heading = spoken(visit, one.title).text;
    view.chrome.back = page(visit, "/participation");
    const auto done = visit.request->query("done");
    if (done == "hidden" || done == "decided" || done == "answered") view.notice = visit.say(fmt::format("participation.done.{}", done));
    view.hint = fmt::format("{} · {} · {}", stage_tag(visit, stage).text, open_days(visit, one), count_words(visit, TRY(member.forum->counts(one)).all()));
    std::vector<Comment> comments;
    for (const auto& article : one.articles) {
        auto some = TRY(member.forum->comments(one.id, article.number, shown_comments, {}));
        std::ranges::move(some.comments, std::back_inserter(comments));
    }
    if (stage == Stage::closed && may_publish(visit)) view.forms.push_back(answer_form(visit, one));
    for (const auto& comment : comments) moderate(view, visit, comment);
    if (!comments.empty()) view.tables.push_back(comment_table(visit, comments));
    else view.hint += " · " + visit.say("participation.comments.none");
    return view;
}

Result<http::Response> show_consultation(Visit& visit) {
    auto* member = TRY(enter_forum(visit));
    return render(visit, TRY(consultation_view(visit, *member)), pages::desk_panel);
}

participation::Answers typed_answers(const Consultation& one, const http::Form& form) {
    participation::Answers out;
    out.whole = typed_names(form, "whole");
    for (const auto& article : one.articles) out.articles[article.number] = typed_names(form, fmt::format("a{}", article.number));
    return out;
}

// What the posted form asks for; the word of what was done.
Result<std::string> carry_out(Visit& visit, MemberSite& member, const Consultation& one, const http::Form& form) {
    const auto what = form.text("do");
    auto& forum = *member.forum;
    const auto of = [&](std::string_view verb) -> Result<std::string> {
        const auto comment = TRY(forum.comment_of(what.substr(verb.size())));
        if (comment.consultation != one.id) return fail(Code::not_found, "participation.unknown-comment");
        return comment.id;
    };
    if (what == "answer") {
        if (!may_publish(visit)) return fail(Code::forbidden, "dossier.role-required");
        TRY(forum.answer(one.id, typed_answers(one, form), visit.actor.id));
        return "answered";
    }
    if (what.starts_with("hide-")) {
        const auto id = TRY(of("hide-"));
        const auto hidden = TRY(forum.hide(id, form.text("reason"), form.text("words"), visit.actor.id));
        tell_author(visit, TRY(forum.author_of(hidden)), "message.comment-hidden");
        return "hidden";
    }
    if (what.starts_with("decide-")) {
        const auto choice = form.text("decision");
        if (choice != "restore" && choice != "keep") return fail(Code::unprocessable, "participation.decision-missing");
        const auto id = TRY(of("decide-"));
        const auto decided = TRY(forum.decide_contest(id, choice == "restore", form.text("words"), visit.actor.id));
        tell_author(visit, TRY(forum.author_of(decided)), "message.contest-decided");
        return "decided";
    }
    return fail(Code::not_found, "http.not-found");
}

Result<http::Response> take_consultation(Visit& visit, http::Form& form) {
    auto* member = TRY(enter_forum(visit));
    const auto one = TRY(member->forum->find(visit.parameter("id")));
    const auto done = carry_out(visit, *member, one, form);
    if (done) return redirect(visit, fmt::format("{}/participation/{}?done={}", base(visit), one.id, *done));
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    auto view = TRY(consultation_view(visit, *member));
    show_refusal(visit, view, form, done.error());
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

// --- suggestions --------------------------------------------------------------------------------------

constexpr std::size_t suggestions_a_page = 30;

Result<DeskPanelView> suggestions_view(Visit& visit, MemberSite& member) {
    auto view = panel(visit, "participation.desk.suggestions", "/suggestions");
    if (visit.request->query("done") == "handled") view.notice = visit.say("participation.done.handled");
    const auto counts = TRY(member.forum->suggestion_counts());
    view.hint = visit.say("participation.desk.suggestion-counts", {{"received", counts.received}, {"handled", counts.handled}, {"answered", counts.answered}});
    const auto waiting = TRY(member.forum->suggestions(false, suggestions_a_page, std::string(visit.request->query("after"))));
    for (const auto& one : waiting.suggestions) {
        auto form = FormMaker(visit, "handle-" + one.id, "participation.desk.handle", "participation.desk.handle-button").hint(one.text)
                        .text("answer", "participation.desk.suggestion-answer").note("participation.desk.suggestion-answer-hint").done();
        form.title = fmt::format("{} · {} · {}", day(visit, one.at), one.page, one.text.substr(0, one.text.find('\n')));
        form.questions.back().field.longest = static_cast<int>(participation::longest_answer);
        view.forms.push_back(std::move(form));
    }
    if (waiting.suggestions.empty()) view.hint += " " + visit.say("participation.desk.no-suggestions");
    if (!waiting.next.empty()) view.pages.next = view.here.with("after", waiting.next);
    const auto handled = TRY(member.forum->suggestions(true, suggestions_a_page, {}));
    if (handled.suggestions.empty()) return view;
    auto rows = table(visit, visit.say("participation.desk.handled"), {"participation.desk.day", "participation.desk.page", "participation.desk.words", "participation.suggestion.answer"});
    for (const auto& one : handled.suggestions) {
        rows.rows.push_back({cell(day(visit, *one.handled)), cell(one.page, true), cell(one.text, true), cell(one.answer.empty() ? visit.say("common.none") : one.answer, true)});
    }
    view.tables.push_back(std::move(rows));
    return view;
}

Result<MemberSite*> enter_suggestions(const Visit& visit) { return enter(visit, {Role::author, Role::signatory, Role::agent, Role::counter}); }

Result<http::Response> show_suggestions(Visit& visit) {
    auto* member = TRY(enter_suggestions(visit));
    return render(visit, TRY(suggestions_view(visit, *member)), pages::desk_panel);
}

Result<http::Response> take_suggestion(Visit& visit, http::Form& form) {
    auto* member = TRY(enter_suggestions(visit));
    constexpr std::string_view verb = "handle-";
    const auto what = form.text("do");
    if (!what.starts_with(verb)) return fail(Code::not_found, "http.not-found");
    const auto done = member->forum->handle(what.substr(verb.size()), form.text("answer"), visit.actor.id);
    if (done) {
        if (!done->answer.empty()) tell_author(visit, TRY(member->forum->author_of(*done)), "message.suggestion-answered");
        return redirect(visit, base(visit) + "/suggestions?done=handled");
    }
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    auto view = TRY(suggestions_view(visit, *member));
    show_refusal(visit, view, form, done.error());
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

}  // namespace

void add_participation(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/participation", Door::staff, show_list);
    post(router, site, "/desk/{member}/participation", Door::staff, take_publish);
    get_slow(router, site, "/desk/{member}/participation/{id}", Door::staff, show_consultation);
    post(router, site, "/desk/{member}/participation/{id}", Door::staff, take_consultation);
    get_slow(router, site, "/desk/{member}/suggestions", Door::staff, show_suggestions);
    post(router, site, "/desk/{member}/suggestions", Door::staff, take_suggestion);
}

}  // namespace wasl::web::desk
