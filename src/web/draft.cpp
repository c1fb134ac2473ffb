// Beginning a request and answering its pages, one at a time, saved at every step.
#include "web/acting.hpp"
#include "web/draft_pages.hpp"
#include "web/draft_questions.hpp"
#include "web/draft_work.hpp"
#include "web/journey.hpp"
#include "web/mandate_words.hpp"
#include "web/paper_question.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "pages/draft/page.hpp"

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

constexpr std::string_view fragment_header = "X-Wasl-Fragment";

// What a page shows: the answers, or what was typed and what is wrong with it.
struct Shown {
    const Pairs* typed = nullptr;
    std::vector<form::Finding> findings;
    std::string notice;
    int status = 200;
    bool to_check = false;
    std::vector<std::pair<std::string, std::string>> refused;  // question and sentence: files that were not taken
};

std::string shown_ids(const std::vector<Question>& questions) {
    std::string out;
    for (const auto& question : questions) {
        if (question.kind != Question::Kind::files) out += (out.empty() ? "" : " ") + question.field.id;
    }
    return out;
}

// Whether some condition of the form reads this answer, so that a change may show another question here.
bool is_read(const form::Page& page, const std::string& id) {
    return std::ranges::any_of(page.fields, [&](const form::Field& field) {
        const auto& names = field.visible.names();
        return std::ranges::find(names, id) != names.end();
    });
}

void add_errors(FormPageView& view, const Visit& visit, const std::vector<form::Finding>& findings) {
    for (const auto& finding : findings) {
        if (finding.warning) continue;
        const auto id = finding.field.substr(0, finding.field.find('.'));
        const auto question = std::ranges::find_if(view.questions, [&](const Question& each) { return each.field.id == id || each.field.id == "file-" + id; });
        if (question == view.questions.end() || !question->field.error.empty()) continue;
        question->field.error = say_finding(visit.language, finding);
        view.errors.push_back({labelled(visit.language, question->field.label, question->field.error), Url::literal("#" + first_input(*question))});
        if (finding.key == "form.required") view.may_skip = true;
    }
    view.chrome.has_errors = !view.errors.empty();
}

http::Response form_page(DraftWork& work, std::size_t index, const json::Object& answers, const Shown& shown) {
    auto& visit = *work.visit;
    const auto& page = work.revision->form.pages[index];
    const auto setting = work.setting();
    FormPageView view;
    view.title = page.title.in(visit.tag());
    view.hint = page.hint.in(visit.tag());
    view.chrome = chrome_for(visit, view.title);
    view.action = work.url(page.id);
    view.csrf = visit.csrf();
    view.notice = shown.notice;
    view.to_check = shown.to_check || visit.request->query("then") == "check";
    const auto pages = form::visible_pages(work.revision->form, answers, setting);
    const auto place = static_cast<std::size_t>(std::ranges::find(pages, index) - pages.begin());
    view.caption = work.title() + " · " + visit.say("common.page-of", {{"page", place + 1}, {"pages", std::max(pages.size(), place + 1)}});
    view.chrome.back = place == 0 || place >= pages.size() ? link_to(visit, "/me/requests") : work.url(work.revision->form.pages[pages[place - 1]].id);
    static const json::Value nothing;
    for (const auto& field : page.fields) {
        if (!form::is_visible(work.revision->form, field, answers, setting)) continue;
        const auto* value = answers.find(field.id);
        view.questions.push_back(question_of(visit, field, value == nullptr ? nothing : *value, shown.typed, is_read(page, field.id)));
        if (field.type != form::FieldType::attachment) continue;
        view.questions.back().files = files_of(visit, work.draft.pieces, field.id);
        view.uploads = true;
    }
    view.shown = shown_ids(view.questions);
    if (const auto mandate = work.mandate(); mandate && *mandate) view.acting = acting_sentence(visit, **mandate);
    for (const auto& [id, words] : shown.refused) {
        const auto question = std::ranges::find(view.questions, "file-" + id, [](const Question& each) { return each.field.id; });
        if (question == view.questions.end()) continue;
        question->field.error = words;
        view.errors.push_back({labelled(visit.language, question->field.label, words), Url::literal("#" + question->field.id)});
    }
    add_errors(view, visit, shown.findings);
    return render(visit, view, pages::draft_page, shown.status);
}

Result<std::size_t> page_index(const DraftWork& work) {
    const auto& pages = work.revision->form.pages;
    const auto found = std::ranges::find(pages, work.visit->parameter("page"), &form::Page::id);
    if (found == pages.end()) return fail(Code::not_found, "http.not-found");
    return static_cast<std::size_t>(found - pages.begin());
}

Result<http::Response> show_page(Visit& visit) {
    auto work = TRY(draft_at(visit));
    const auto index = TRY(page_index(work));
    auto answers = form::check(work.revision->form, work.answers(), work.setting()).answers;
    if (const auto kept = kept_form(visit)) {
        const auto typed = pairs_of(*kept);
        for (auto& [id, value] : form::answers_from_pairs(work.revision->form, typed)) answers.set(id, value);
        return form_page(work, index, answers, {.typed = &typed, .findings = {}, .notice = visit.say("draft.kept"), .to_check = kept->text("then") == "check", .refused = {}});
    }
    return form_page(work, index, answers, {});
}

// The draft's answers with those of this page in place of the ones before. Files are no answer that is typed.
json::Object merged(const DraftWork& work, const form::Page& page, const Pairs& typed) {
    auto out = work.answers();
    const auto given = form::answers_from_pairs(work.revision->form, typed);
    for (const auto& field : page.fields) {
        if (field.type == form::FieldType::attachment) continue;
        out.erase(field.id);
        if (const auto* value = given.find(field.id)) out.set(field.id, *value);
    }
    return out;
}

bool was_shown(const http::Form& form, const std::string& id) {
    const auto shown = split(form.text("shown"), ' ');
    return std::ranges::find(shown, id) != shown.end();
}

// Questions of this page that these answers have brought up: they were not on the page that was sent.
bool brings_more(const form::Form& whole, const form::Page& page, const json::Object& answers, const form::Setting& setting, const http::Form& form) {
    return std::ranges::any_of(page.fields, [&](const form::Field& field) {
        return field.type != form::FieldType::attachment && form::is_visible(whole, field, answers, setting) && !was_shown(form, field.id);
    });
}

// Files of this page: those that were sent now, what is wrong with them, the one to be removed.
struct Files {
    std::vector<dossier::Piece> sent;
    std::vector<std::pair<std::string, std::string>> refused;
    std::string removed;
};

Files files_sent(const DraftWork& work, const form::Page& page, const http::Form& form) {
    Files out;
    out.removed = form.text("remove");
    std::uint64_t sum = 0;
    for (const auto& piece : work.draft.pieces) sum += piece.bytes;
    for (const auto& field : page.fields) {
        if (field.type != form::FieldType::attachment) continue;
        auto uploaded = take_files(*work.member, form, field.id, sum);
        std::ranges::move(uploaded.pieces, std::back_inserter(out.sent));
        for (const auto& error : uploaded.errors) out.refused.emplace_back(field.id, lingua::say(work.visit->language, error));
    }
    return out;
}

// Good answers are kept even when others are wrong: nothing typed is lost, on no device. Another tab that was
// faster changed other questions.
Result<void> keep(DraftWork& work, const json::Object& answers, std::string_view step, const Files& files) {
    return work.save_with([&](dossier::DraftRow& draft) {
        auto next = answers;
        for (const auto name : {draft_mandate, draft_kind, draft_ways, draft_evidence}) {
            if (const auto* chosen = draft.answers.find(name)) next.set(std::string(name), *chosen);
        }
        draft.answers = std::move(next);
        draft.step = step;
        if (!files.removed.empty()) remove_piece(draft, files.removed);
        std::ranges::copy(files.sent, std::back_inserter(draft.pieces));
    });
}

// What this page says of its answers once its files are there too.
form::Checked checked_page(const DraftWork& work, std::size_t index, const Pairs& typed) {
    return form::check_page(work.revision->form, index, merged(work, work.revision->form.pages[index], typed), work.setting());
}

Result<http::Response> take_page(Visit& visit, http::Form& form) {
    auto work = TRY(draft_at(visit));
    const auto index = TRY(page_index(work));
    const auto& page = work.revision->form.pages[index];
    const auto typed = pairs_of(form);
    const bool script = visit.request->has_header(fragment_header);
    const auto files = files_sent(work, page, form);
    TRY(keep(work, checked_page(work, index, typed).answers, page.id, files));
    const auto checked = checked_page(work, index, typed);
    Shown shown{.typed = &typed, .findings = {}, .notice = {}, .to_check = form.text("then") == "check", .refused = files.refused};
    if (!files.refused.empty()) shown.status = 422;
    if (script) return form_page(work, index, checked.answers, shown);
    const bool stays_here = !files.removed.empty() || form.has("stay") || !files.refused.empty();
    const bool more = brings_more(work.revision->form, page, checked.answers, work.setting(), form);
    if (more || stays_here) {
        if (more) shown.notice = visit.say("draft.more");
        std::ranges::copy_if(checked.findings, std::back_inserter(shown.findings), [&](const form::Finding& finding) {
            return finding.key != "form.required" && was_shown(form, finding.field.substr(0, finding.field.find('.')));
        });
        return form_page(work, index, checked.answers, shown);
    }
    const bool skip = form.has("skip");
    const bool stays = std::ranges::any_of(checked.findings, [&](const form::Finding& finding) {
        return !finding.warning && !(skip && finding.key == "form.required");
    });
    if (!stays) return redirect(visit, work.path(shown.to_check ? "check" : work.after(index)));
    shown.findings = checked.findings;
    shown.status = 422;
    return form_page(work, index, checked.answers, shown);
}

}  // namespace

void add_draft_routes(http::Router& router, Site& site) {
    add_apply_routes(router, site);
    add_papers_routes(router, site);
    add_check_routes(router, site);
    add_fetched_routes(router, site);
    get_slow(router, site, "/draft/{member}/{id}/{page}", Door::person, show_page);
    post(router, site, "/draft/{member}/{id}/{page}", Door::person, take_page, {.body_limit = http::upload_body_limit});
}

}  // namespace wasl::web
