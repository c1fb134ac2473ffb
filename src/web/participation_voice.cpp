// One article: what was said on it, and the reader's own voice. One's own comments, hidden ones with their reasons, and the one
// contest of these.
#include "web/participation.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "pages/participation/article.hpp"
#include "pages/participation/mine.hpp"
#include "pages/participation/small_form.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using namespace taking_part;
using participation::Comment;
using participation::Speaker;
using participation::Stage;

constexpr std::size_t comments_a_page = 50, consultations_of_mine = 100;

struct AskedArticle {
    Asked asked;
    const participation::Article* article = nullptr;
    [[nodiscard]] std::string path() const { return asked.path(fmt::format("/article/{}", article->number)); }
};

Result<AskedArticle> asked_article(const Visit& visit) {
    AskedArticle out{TRY(asked_consultation(visit)), nullptr};
    out.article = out.asked.consultation.article(to_integer(visit.parameter("number")).value_or(0));
    if (out.article == nullptr) return fail(Code::not_found, "participation.unknown-article", visit.parameter("number"));
    return out;
}

// The language in which it is typed is the page's.
Speaker speaker_of(const Visit& visit) {
    if (!visit.person) return {};
    auto out = Speaker::of(*visit.person);
    out.language = visit.tag();
    return out;
}

Result<CommentShown> comment_shown(const Visit& visit, const AskedArticle& on, const Comment& comment, const std::optional<Comment>& mine) {
    CommentShown out;
    out.id = comment.id;
    out.when = say_day(visit, visit.site->pack->zone().date_at(comment.written));
    const bool own = mine && mine->id == comment.id;
    if (own) out.note = visit.say("participation.comments.yours");
    if (comment.hidden()) {
        out.hidden = visit.say("participation.comments.hidden", {{"reason", reason_words(visit, comment.hiding->reason)}});
        return out;
    }
    out.text = {comment.text, comment.language};
    out.supports = visit.say("participation.supports", {{"count", comment.supports}});
    const auto speaker = speaker_of(visit);
    if (own || !speaker.verified() || on.asked.stage(visit) != Stage::open) return out;
    if (TRY(on.asked.member->forum->supports(comment.id, speaker))) {
        out.note = visit.say("participation.comments.supported");
    } else {
        out.support = link_to(visit, on.asked.path("/support/" + comment.id));
    }
    return out;
}

// What this reader may do here now: speak, change, or what stands against it.
void offer_voice(ArticleView& view, const Visit& visit, const AskedArticle& on, const std::optional<Comment>& mine) {
    const auto stage = on.asked.stage(visit);
    const auto speaker = speaker_of(visit);
    if (stage != Stage::open) {
        view.closed = visit.say(stage == Stage::planned ? "participation.speak.not-yet" : "participation.speak.over");
    } else if (visit.actor.is_staff()) {
        view.closed = visit.say("participation.speak.staff");
    } else if (!visit.person) {
        view.closed = visit.say("participation.speak.sign-in");
        view.way = {visit.say("common.sign-in"), link_to(visit, "/sign-in").with("back", visit.link(on.path()))};
    } else if (!speaker.verified()) {
        view.closed = visit.say("participation.speak.not-verified");
    } else if (mine && mine->hiding) {
        view.closed = visit.say(mine->hidden() ? "participation.speak.hidden" : "participation.speak.restored");
        view.way = {visit.say("participation.mine.title"), link_to(visit, "/me/participation")};
    } else {
        view.action = link_to(visit, on.path());
        view.words = {.id = "text", .label = visit.say(mine ? "participation.speak.change" : "participation.speak.label"), .hint = visit.say("participation.speak.hint"),
                      .value = mine ? mine->text : "", .rows = 6, .longest = static_cast<int>(participation::longest_comment)};
        view.seen = std::to_string(mine ? mine->revision : 0);
        view.button = visit.say(mine ? "participation.speak.change-button" : "participation.speak.button");
    }
}

Result<ArticleView> article_view(Visit& visit, const AskedArticle& on) {
    ArticleView view;
    const auto& forum = *on.asked.member->forum;
    view.heading = article_name(visit, on.article->number);
    const auto title = spoken(visit, on.asked.consultation.title);
    view.caption = title.text;
    view.chrome = chrome_for(visit, fmt::format("{} · {}", view.heading, title.text));
    view.chrome.back = link_to(visit, on.asked.path());
    view.csrf = visit.csrf();
    view.title = spoken(visit, on.article->title);
    view.text = spoken(visit, on.article->text);
    view.answer = spoken(visit, on.article->answer);
    const auto mine = TRY(forum.mine(on.asked.consultation.id, on.article->number, speaker_of(visit)));
    offer_voice(view, visit, on, mine);
    const std::string after(visit.request->query("after"));
    const auto page = TRY(forum.comments(on.asked.consultation.id, on.article->number, comments_a_page, after));
    for (const auto& comment : page.comments) view.comments.push_back(TRY(comment_shown(visit, on, comment, mine)));
    const auto here = link_to(visit, on.path());
    if (!page.next.empty()) view.pages.next = here.with("after", page.next);
    if (!after.empty()) view.pages.previous = here;
    const auto done = visit.request->query("done");
    if (done == "said" || done == "supported") view.done = visit.say(fmt::format("participation.done.{}", done));
    return view;
}

Result<http::Response> show_article(Visit& visit) {
    const auto on = TRY(asked_article(visit));
    auto view = TRY(article_view(visit, on));
    if (const auto kept = kept_form(visit); kept && !view.action.empty()) view.words.value = kept->text("text");
    return render(visit, view, pages::participation_article);
}

// The article again, with what was typed and why it was not taken.
Result<http::Response> refused_words(Visit& visit, const AskedArticle& on, const Error& error, std::string_view typed) {
    const auto why = refusal(visit, error);
    if (!why) return std::unexpected(error);
    auto view = TRY(article_view(visit, on));
    view.chrome.has_errors = true;
    view.errors.push_back({*why, view.action.empty() ? Url::literal("#speak") : Url::literal("#text")});
    if (!typed.empty() && !view.action.empty()) {
        view.words.value = typed;
        view.words.error = *why;
    }
    return render(visit, view, pages::participation_article, http_status(error.code));
}

Result<http::Response> take_words(Visit& visit, http::Form& form) {
    const auto on = TRY(asked_article(visit));
    const auto seen = to_integer(form.text("seen")).value_or(0);
    const auto said = on.asked.member->forum->say(on.asked.consultation.id, on.article->number, form.text("text"), seen, speaker_of(visit));
    if (!said) return refused_words(visit, on, said.error(), form.text("text"));
    return redirect(visit, on.path() + "?done=said#comments");
}

Result<http::Response> take_support(Visit& visit, http::Form&) {
    AskedArticle on{TRY(asked_consultation(visit)), nullptr};
    const auto comment = TRY(on.asked.member->forum->comment_of(visit.parameter("comment")));
    if (comment.consultation != on.asked.consultation.id) return fail(Code::not_found, "participation.unknown-comment");
    on.article = on.asked.consultation.article(comment.article);
    const auto done = on.asked.member->forum->support(comment.id, speaker_of(visit));
    if (!done) return refused_words(visit, on, done.error(), {});
    return redirect(visit, on.path() + "?done=supported#c-" + comment.id);
}

// --- one's own ---------------------------------------------------------------------------------------

MineItem item_of(const Visit& visit, const Asked& asked, const Comment& comment) {
    MineItem out;
    out.consultation = spoken(visit, asked.consultation.title);
    out.article = article_name(visit, comment.article);
    const auto page = asked.path(fmt::format("/article/{}", comment.article));
    out.url = link_to(visit, page);
    out.text = comment.text;
    out.tag = visit.say("participation.mine.shown");
    out.colour = "green";
    if (asked.stage(visit) == Stage::open && !comment.hiding) out.change = {visit.say("participation.speak.change-button"), link_to(visit, page).with_fragment("speak")};
    if (!comment.hiding) return out;
    const auto& hiding = *comment.hiding;
    if (comment.hidden()) {
        out.tag = visit.say("participation.mine.hidden");
        out.colour = "red";
    }
    const auto row = [&](std::string_view key, const std::string& value) { out.facts.push_back({.key = visit.say(key), .value = value, .typed_by_person = true}); };
    row("participation.mine.reason", reason_words(visit, hiding.reason));
    row("participation.mine.words", hiding.words);
    if (hiding.contest) row("participation.mine.contest", hiding.contest->text);
    if (hiding.decision) {
        row("participation.mine.decision", visit.say(hiding.decision->restored ? "participation.mine.restored" : "participation.mine.upheld"));
        row("participation.mine.decision-words", hiding.decision->words);
    } else if (hiding.contest) {
        row("participation.mine.decision", visit.say("participation.mine.waits"));
    } else {
        out.change = {visit.say("participation.contest.title"), link_to(visit, asked.path("/contest/" + comment.id))};
    }
    return out;
}

// Asked of each article by the voice that the person would have there: nothing says whose a comment is but the person's own key.
Result<http::Response> show_mine(Visit& visit) {
    MineView view;
    view.title = visit.say("participation.mine.title");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, "/consultations");
    view.intro = visit.say("participation.mine.intro");
    view.empty = visit.say("participation.mine.none");
    if (visit.request->query("done") == "contested") view.done = visit.say("participation.done.contested");
    const auto speaker = speaker_of(visit);
    for (const auto* info : shown_members(visit)) {
        auto* member = TRY(visit.site->members->at(info->id));
        for (auto& consultation : TRY(member->forum->calendar(consultations_of_mine))) {
            const Asked asked{member, std::move(consultation)};
            for (const auto& article : asked.consultation.articles) {
                const auto mine = TRY(member->forum->mine(asked.consultation.id, article.number, speaker));
                if (mine) view.items.push_back(item_of(visit, asked, *mine));
            }
        }
    }
    return render(visit, view, pages::participation_mine);
}

Result<SmallFormView> contest_view(const Visit& visit, const Asked& asked, const Comment& comment) {
    if (comment.consultation != asked.consultation.id || !comment.hiding) return fail(Code::not_found, "participation.unknown-comment");
    const auto mine = TRY(asked.member->forum->mine(asked.consultation.id, comment.article, speaker_of(visit)));
    // Anyone else's reads like none.
    if (!mine || mine->id != comment.id) return fail(Code::not_found, "participation.unknown-comment");
    SmallFormView view;
    view.title = visit.say("participation.contest.title");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, "/me/participation");
    view.action = link_to(visit, asked.path("/contest/" + comment.id));
    view.csrf = visit.csrf();
    view.caption = spoken(visit, asked.consultation.title).text;
    view.text = visit.say("participation.contest.text");
    view.words = {.id = "text", .label = visit.say("participation.contest.label"), .rows = 5, .longest = static_cast<int>(participation::longest_words)};
    view.button = visit.say("participation.contest.button");
    return view;
}

Result<http::Response> show_contest(Visit& visit) {
    const auto asked = TRY(asked_consultation(visit));
    const auto comment = TRY(asked.member->forum->comment_of(visit.parameter("comment")));
    auto view = TRY(contest_view(visit, asked, comment));
    if (const auto kept = kept_form(visit)) view.words.value = kept->text("text");
    return render(visit, view, pages::participation_small_form);
}

Result<http::Response> take_contest(Visit& visit, http::Form& form) {
    const auto asked = TRY(asked_consultation(visit));
    const auto comment = TRY(asked.member->forum->comment_of(visit.parameter("comment")));
    auto view = TRY(contest_view(visit, asked, comment));
    const auto done = asked.member->forum->contest(visit.parameter("comment"), form.text("text"), speaker_of(visit));
    if (done) return redirect(visit, "/me/participation?done=contested");
    const auto why = refusal(visit, done.error());
    if (!why) return std::unexpected(done.error());
    view.chrome.has_errors = true;
    view.errors.push_back({*why, Url::literal("#text")});
    view.words.value = form.text("text");
    view.words.error = *why;
    return render(visit, view, pages::participation_small_form, http_status(done.error().code));
}

}  // namespace

void add_voice_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/consultations/{member}/{id}/article/{number}", Door::open, show_article);
    post(router, site, "/consultations/{member}/{id}/article/{number}", Door::person, take_words);
    post(router, site, "/consultations/{member}/{id}/support/{comment}", Door::person, take_support);
    get_slow(router, site, "/consultations/{member}/{id}/contest/{comment}", Door::person, show_contest);
    post(router, site, "/consultations/{member}/{id}/contest/{comment}", Door::person, take_contest);
    get_slow(router, site, "/me/participation", Door::person, show_mine);
}

}  // namespace wasl::web
