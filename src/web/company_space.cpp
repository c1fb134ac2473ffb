// The companies a person acts for; of one of them all its dossiers, what is due next, and what was done.
#include "web/company_access.hpp"
#include "web/company_page.hpp"
#include "web/company_parts.hpp"
#include "web/journey.hpp"
#include "web/mandate_words.hpp"
#include "web/request_words.hpp"

#include "base/text.hpp"
#include "pages/company/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace wasl::web {

namespace {

using desk::cell;
using desk::Shape;
using dossier::CompanyDossier;
using dossier::Phase;
using identity::CompanyHeld;

constexpr std::size_t dossiers_shown = 50;
constexpr std::size_t due_shown = 5;
constexpr std::size_t history_shown = 200;

std::string company_path(std::string_view ice, std::string_view below) {
    return "/me/companies/" + std::string(ice) + (below.empty() ? "" : "/" + std::string(below));
}

// As it was entered, in the script of the reader.
std::string company_name(const Visit& visit, const CompanyHeld& held) {
    const auto known = company_register(*visit.site).find(held.ice);
    if (!known) return held.name;
    const auto& own = visit.language == lingua::Language::ar ? known->name_arabic : known->name_latin;
    return own.empty() ? held.name : own;
}

// Of an ICE whose check digits do not agree; else empty.
std::string company_doubt(const Visit& visit, std::string_view ice) {
    return visit.site->pack->identifiers().read("ice", ice).plausible() ? std::string() : visit.say("company.doubtful");
}

std::string scope_line(const Visit& visit, const identity::Mandate& mandate) {
    auto out = mandate_role(visit, mandate);
    if (mandate.until) out += " · " + visit.say("account.mandates.until", {{"date", *mandate.until}});
    return out;
}

Result<http::Response> show_companies(Visit& visit) {
    CompanyView view;
    view.chrome = chrome_for(visit, visit.say("company.title"));
    view.chrome.back = link_to(visit, "/me");
    view.heading = view.chrome.title;
    view.hint = visit.say("company.hint");
    auto list = desk::table(visit, visit.say("company.title"), {"company.name", "account.mandates.ice", "company.as"});
    list.caption_hidden = true;
    for (const auto& held : TRY(companies_for(*visit.site, visit.actor.id))) {
        auto name = cell(company_name(visit, held), true);
        name.link = link_to(visit, company_path(held.ice, ""));
        const auto doubt = company_doubt(visit, held.ice);
        list.rows.push_back({std::move(name), cell(doubt.empty() ? held.ice : held.ice + " · " + doubt, true), cell(scope_line(visit, held.mandates.front()), true)});
    }
    if (list.rows.empty()) {
        view.none = visit.say("company.none");
    } else {
        view.tables.push_back(std::move(list));
    }
    view.files.push_back({visit.say("account.mandates.title"), link_to(visit, "/me/mandates")});
    return company_page(visit, view);
}

// What was asked for by the filters; what a mandate does not cover stays out whatever is asked.
dossier::CompanyQuery query_of(const Visit& visit, const CompanyHeld& held) {
    dossier::CompanyQuery out;
    out.ice = held.ice;
    out.procedures = visible_procedures(held);
    out.procedure = visit.request->query("procedure");
    out.words = visit.request->query("q");
    const auto state = visit.request->query("state");
    out.open = state == "open";
    if (const auto phase = dossier::phase_from(state)) out.phase = phase;
    out.limit = dossiers_shown;
    return out;
}

struct FoundDossier {
    const MemberInfo* member = nullptr;
    CompanyDossier row;
};

struct FoundDossiers {
    std::vector<FoundDossier> rows;
    std::string next;    // of the one administration that was chosen
    bool older = false;  // somewhere there are more than were asked for
};

Result<FoundDossiers> find_dossiers(const Visit& visit, const CompanyHeld& held, dossier::CompanyQuery query) {
    FoundDossiers out;
    const auto chosen = visit.request->query("member");
    for (const auto& id : TRY(company_members(*visit.site, held.ice))) {
        if (!chosen.empty() && id != chosen) continue;
        query.after = chosen.empty() ? std::string() : std::string(visit.request->query("after"));
        auto* member = TRY(visit.site->members->at(id));
        auto page = TRY(member->dossiers->of_company(query));
        for (auto& row : page.rows) out.rows.push_back({member->info, std::move(row)});
        if (!chosen.empty()) out.next = page.next;
        out.older = out.older || !page.next.empty();
    }
    std::ranges::sort(out.rows, std::ranges::greater{}, [](const FoundDossier& each) { return std::pair(each.row.dossier.received, each.row.dossier.id); });
    if (out.rows.size() > dossiers_shown) {
        out.rows.resize(dossiers_shown);
        out.older = true;
    }
    return out;
}

Cell phase_cell(const Visit& visit, Phase phase) {
    const auto tag = phase_tag(visit.language, phase);
    auto out = cell(tag.text);
    out.colour = tag.colour;
    return out;
}

std::string due_day(const Visit& visit, const dossier::Summary& row) {
    if (!row.due || !dossier::is_open(row.phase)) return {};
    return say_day(visit, visit.site->local(row.due->plus_seconds(-1)).date);
}

Table dossier_table(const Visit& visit, std::string_view caption, std::span<const FoundDossier> rows) {
    auto out = desk::table(visit, visit.say(caption), {"company.dossier", "company.reference", "company.member", "company.state", "company.received",
                                                       "company.due", "company.filer"});
    for (const auto& [member, row] : rows) {
        auto title = cell(procedure_title(visit, row.dossier.procedure));
        title.link = link_to(visit, "/request/" + row.dossier.reference);
        out.rows.push_back({std::move(title), cell(row.dossier.reference, true), cell(member->name.in(visit.tag())), phase_cell(visit, row.dossier.phase),
                            cell(say_instant(visit, row.dossier.received)), cell(due_day(visit, row.dossier)), cell(row.filer, true)});
    }
    return out;
}

// The most urgent of what is open, over all administrations; those that wait for the company come with it.
Result<void> add_due(CompanyView& view, const Visit& visit, const CompanyHeld& held) {
    dossier::CompanyQuery query;
    query.ice = held.ice;
    query.procedures = visible_procedures(held);
    query.open = true;
    query.limit = 500;
    std::vector<FoundDossier> open;
    for (const auto& id : TRY(company_members(*visit.site, held.ice))) {
        auto* member = TRY(visit.site->members->at(id));
        for (auto& row : TRY(member->dossiers->of_company(query)).rows) {
            if (row.dossier.due) open.push_back({member->info, std::move(row)});
        }
    }
    const auto many = std::min(open.size(), due_shown);
    std::ranges::partial_sort(open, open.begin() + static_cast<std::ptrdiff_t>(many), {}, [](const FoundDossier& each) { return *each.row.dossier.due; });
    PanelGroup next{visit.say("company.next"), {}};
    for (const auto& [member, row] : std::span(open).first(many)) {
        const auto what = dossier::waits_for_person(row.dossier.phase) ? "company.next-you" : "company.next-office";
        SummaryRow line{.key = due_day(visit, row.dossier), .value = visit.say(what, {{"title", procedure_title(visit, row.dossier.procedure)}})};
        line.link = link_to(visit, "/request/" + row.dossier.reference);
        line.more.push_back(row.dossier.reference);
        next.rows.push_back(std::move(line));
    }
    if (!next.rows.empty()) view.groups.push_back(std::move(next));
    return {};
}

Result<void> add_filters(CompanyView& view, const Visit& visit, const CompanyHeld& held) {
    const auto field = [&](std::string_view name, std::string_view key) { return desk::question(visit, "filter", name, key); };
    const auto asked = [&](std::string_view name) { return visit.request->query(name); };
    std::vector<Option> members{{"", visit.say("company.any"), {}, asked("member").empty()}};
    for (const auto& id : TRY(company_members(*visit.site, held.ice))) {
        members.push_back({id, visit.site->members->info(id)->name.in(visit.tag()), {}, asked("member") == id});
    }
    std::vector<Option> states{{"", visit.say("company.any"), {}, false}, {"open", visit.say("company.open"), {}, false}};
    constexpr std::array phases{Phase::incomplete, Phase::completion, Phase::examination, Phase::granted, Phase::refused, Phase::withdrawn};
    for (const auto phase : phases) states.push_back({std::string(dossier::to_string(phase)), phase_tag(visit.language, phase).text, {}, false});
    for (auto& state : states) state.chosen = state.value == asked("state");
    auto words = field("q", "company.words");
    words.value = asked("q");
    words.longest = 100;
    view.filters = {{field("member", "company.member"), Shape::select, std::move(members)},
                    {field("state", "company.state"), Shape::select, std::move(states)},
                    {std::move(words), Shape::line, {}}};
    return {};
}

Result<http::Response> show_company(Visit& visit) {
    const auto held = TRY(company_at(visit));
    auto view = company_view(visit, held, "");
    TRY(add_due(view, visit, held));
    TRY(add_filters(view, visit, held));
    const auto query = query_of(visit, held);
    const auto found = TRY(find_dossiers(visit, held, query));
    if (found.rows.empty()) {
        view.none = visit.say("company.no-dossier");
    } else {
        view.tables.push_back(dossier_table(visit, "company.dossiers", found.rows));
    }
    const auto chosen = visit.request->query("member");
    if (found.older && chosen.empty()) view.after = visit.say("company.older");
    if (!found.next.empty()) {
        view.pages.next = view.filter.with("member", chosen).with("state", visit.request->query("state")).with("q", query.words).with("after", found.next);
    }
    return company_page(visit, view);
}

std::string entry_words(const Visit& visit, const identity::CompanyEntry& entry) {
    const auto key = "company.history." + replace_all(entry.kind, ".", "-");
    if (entry.kind == "mandate-used") return visit.say(fmt::format("account.mandates.use.{}", entry.what));
    return lingua::find_key(key) ? visit.say(key) : entry.kind;
}

Result<http::Response> show_history(Visit& visit) {
    const auto held = TRY(company_at(visit));
    auto view = company_view(visit, held, "history");
    auto list = desk::table(visit, visit.say("company.history.title"), {"company.when", "company.what", "company.who", "company.reference"});
    for (const auto& entry : TRY(visit.site->mandates->company_history(held.ice, history_shown))) {
        // A narrower mandate sees what was done within it.
        if (!entry.procedure.empty() && !held.sees(entry.procedure)) continue;
        auto reference = cell(entry.reference, true);
        if (!entry.reference.empty()) reference.link = link_to(visit, "/request/" + entry.reference);
        list.rows.push_back({cell(say_instant(visit, entry.at)), cell(entry_words(visit, entry)), cell(doer_name(visit, entry.by), true), std::move(reference)});
    }
    if (list.rows.empty()) {
        view.none = visit.say("company.history.none");
    } else {
        view.tables.push_back(std::move(list));
    }
    return company_page(visit, view);
}

}  // namespace

Result<CompanyHeld> company_at(const Visit& visit) { return company_for(*visit.site, visit.actor.id, visit.parameter("ice")); }

Link company_link(const Visit& visit, std::string_view key, std::string_view ice, std::string_view below) {
    return {visit.say(key), link_to(visit, company_path(ice, below))};
}

CompanyView company_view(const Visit& visit, const CompanyHeld& held, std::string_view below) {
    constexpr std::pair<std::string_view, std::string_view> ways[] = {{"company.dossiers", ""}, {"company.batches.title", "batches"},
                                                                     {"company.people.title", "people"}, {"company.history.title", "history"}};
    CompanyView view;
    const auto name = company_name(visit, held);
    view.chrome = chrome_for(visit, name);
    view.chrome.back = link_to(visit, "/me/companies");
    view.caption = visit.say("company.ice", {{"ice", held.ice}});
    view.heading = name;
    // On each of its pages, and so before powers are given for it.
    view.warning = company_doubt(visit, held.ice);
    view.here = link_to(visit, company_path(held.ice, below));
    view.filter = view.here;
    view.csrf = visit.csrf();
    for (const auto& [key, path] : ways) {
        view.ways.push_back(company_link(visit, key, held.ice, path));
        view.ways.back().current = path == below;
    }
    const auto done = visit.request->query("done");
    const auto key = "company.done." + std::string(done);
    if (!done.empty() && lingua::find_key(key)) view.notice = visit.say(key);
    return view;
}

void company_refusal(const Visit& visit, CompanyView& view, const http::Form& typed, const Error& error, std::string_view field) {
    const auto said = lingua::say(visit.language, error);
    view.chrome.has_errors = true;
    const bool upload = typed.text("do") == "upload";
    view.errors.push_back({said, Url::literal("#do-" + percent_encode(typed.text("do")))});
    if (upload) view.file.error = said;
    desk::restore_typed(view.forms, typed, said, field);
    desk::restore_typed(view.more, typed, said, field);
}

http::Response company_page(const Visit& visit, const CompanyView& view, int status) { return render(visit, view, pages::company_page, status); }

void add_company_space_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/me/companies", Door::person, show_companies);
    get_slow(router, site, "/me/companies/{ice}", Door::person, show_company);
    get_slow(router, site, "/me/companies/{ice}/history", Door::person, show_history);
}

void add_company_routes(http::Router& router, Site& site) {
    const auto runner = std::make_shared<BatchRunner>(site);
    add_company_space_routes(router, site);
    add_company_people_routes(router, site);
    add_company_batch_routes(router, site, runner);
    add_batch_api_routes(router, site, runner);
}

}  // namespace wasl::web
