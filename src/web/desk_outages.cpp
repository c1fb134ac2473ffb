// Outages as the utility's staff write them down: first who would be touched, then the record, the messages, and the return of
// the supply, whole or branch by branch.
#include "web/desk_panel.hpp"
#include "web/network.hpp"
#include "web/network_words.hpp"
#include "web/shell.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"
#include "lingua/formats.hpp"

#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

using network::said;

constexpr std::int64_t month_seconds = 31LL * 86'400;
constexpr std::size_t outages_shown = 100, switches_named = 12;
constexpr std::array<grid::OutageCause, grid::outage_causes> all_causes = {grid::OutageCause::equipment, grid::OutageCause::weather, grid::OutageCause::third_party,
                                                                          grid::OutageCause::overload, grid::OutageCause::planned, grid::OutageCause::unknown};
constexpr std::string_view restore_prefix = "restore-";

std::string list_text(const Visit& visit, const std::vector<std::string>& words) {
    return join(words, visit.language == lingua::Language::ar ? "، " : ", ");
}

std::string many(const Visit& visit, std::int64_t value) { return lingua::number(visit.language, value); }

// "2026-11-22T08:05", as a browser sends it; nothing for an empty field. Key "grid.outage-time".
Result<std::optional<Instant>> typed_moment(const Visit& visit, std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    const auto wrong = [&] { return fail(Code::unprocessable, "grid.outage-time", std::string(cut_at_character(text, 40))); };
    if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return wrong();
    const auto day = parse_date(text.substr(0, 10));
    const auto hour = to_integer(text.substr(11, 2)), minute = to_integer(text.substr(14, 2));
    if (!day || !hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) return wrong();
    return visit.site->pack->zone().instant_at(*day, static_cast<int>(*hour), static_cast<int>(*minute), 0);
}

std::string field_moment(const Visit& visit, Instant at) {
    const auto local = visit.site->local(at);
    return fmt::format("{}T{:02}:{:02}", local.date.iso(), local.hour, local.minute);
}

// Names separated by commas, as people type them in either script.
std::vector<std::string> typed_names(std::string_view text) {
    std::vector<std::string> out;
    const auto same = replace_all(std::string(text), "،", ",");
    for (const auto part : split(same, ',')) {
        if (const auto name = trim(part); !name.empty()) out.emplace_back(name);
    }
    return out;
}

Result<grid::OutageBegins> typed_outage(const Visit& visit, const http::Form& form) {
    grid::OutageBegins out;
    out.opened = typed_names(form.text("opened"));
    const auto cause = grid::outage_cause(form.text("cause"));
    if (!cause) return fail(Code::invalid, "grid.outage-cause", std::string(cut_at_character(form.text("cause"), 40)));
    out.cause = *cause;
    out.began = TRY(typed_moment(visit, form.text("began"))).value_or(visit.now());
    out.expected = TRY(typed_moment(visit, form.text("expected")));
    out.by = visit.actor.id;
    out.tell = form.has("tell");
    // The field has minutes: what began in this one began now at the latest.
    if (out.began > visit.now() && out.began <= visit.now().plus_seconds(60)) out.began = visit.now();
    return out;
}

std::vector<Option> cause_options(const Visit& visit) {
    std::vector<Option> out;
    for (const auto cause : all_causes) out.push_back({std::string(grid::to_string(cause)), cause_text(visit.language, cause), "", false});
    return out;
}

// Some switches by name, so that nobody has to guess how they are called.
std::string switches_hint(const Visit& visit, const grid::Network& net) {
    std::vector<std::string> names;
    for (const auto& branch : net.branches) {
        if (branch.kind == grid::BranchKind::switching && branch.in_service && !branch.name.empty() && names.size() < switches_named) names.push_back(branch.name);
    }
    return names.empty() ? said(visit, "begin.opened-hint") : said(visit, "begin.opened-names", {{"names", list_text(visit, names)}});
}

DeskForm begin_form(const Visit& visit, const grid::Network& net) {
    auto form = FormMaker(visit, "preview", "supply.begin.title", "supply.begin.look").routine().code("opened", "supply.begin.opened")
                    .select("cause", "supply.why", cause_options(visit)).line("began", "supply.begin.began", field_moment(visit, visit.now()), "datetime-local")
                    .line("expected", "supply.expected", "", "datetime-local").note("supply.begin.expected-hint")
                    .checks("tell", "supply.begin.tell", {{"yes", visit.say("supply.begin.tell-yes"), "", true}}).done();
    form.questions.front().field.hint = switches_hint(visit, net);
    return form;
}

DeskForm restore_form(const Visit& visit, const grid::Outage& outage) {
    std::vector<Option> opened;
    for (const auto& name : outage.opened) opened.push_back({name, name, "", true});
    auto maker = FormMaker(visit, std::string(restore_prefix) + outage.id, "supply.restore.title", "supply.restore.button");
    maker.hint(said(visit, "restore.of", {{"branches", list_text(visit, outage.opened)}, {"since", moment(visit, outage.began)}}));
    if (!opened.empty()) maker.checks("closed", "supply.restore.closed", std::move(opened));
    return maker.line("at", "supply.restore.at", field_moment(visit, visit.now()), "datetime-local")
        .checks("tell", "supply.begin.tell", {{"yes", visit.say("supply.restore.tell-yes"), "", true}}).done();
}

Table open_table(const Visit& visit, const grid::Network& net, const std::vector<grid::Outage>& open) {
    auto out = table(visit, said(visit, "now"), {"supply.since", "supply.begin.opened", "supply.area", "supply.why", "supply.without", "supply.expected", "supply.told"});
    for (const auto& outage : open) {
        out.rows.push_back({cell(moment(visit, outage.began)), cell(list_text(visit, outage.opened), true), cell(network::feeders_called(visit, net, outage), true),
                            cell(cause_text(visit.language, outage.cause)),
                            cell(said(visit, "off-of", {{"off", outage.customers_off()}, {"all", outage.customers()}})),
                            cell(outage.expected ? moment(visit, *outage.expected) : said(visit, "expected-unknown")), cell(many(visit, outage.told))});
    }
    return out;
}

Table past_table(const Visit& visit, const grid::Network& net, const std::vector<grid::Outage>& past) {
    auto out = table(visit, said(visit, "month-past"), {"supply.since", "supply.until", "supply.area", "supply.why", "supply.interrupted", "supply.minutes"});
    for (const auto& outage : past) {
        if (!outage.ended) continue;
        grid::ReliabilitySums sums;
        for (const auto& lost : grid::supply_lost(outage)) sums.add(lost, visit.now());
        out.rows.push_back({cell(moment(visit, outage.began)), cell(moment(visit, *outage.ended)), cell(network::feeders_called(visit, net, outage), true),
                            cell(cause_text(visit.language, outage.cause)), cell(many(visit, outage.customers())), cell(many(visit, sums.customer_seconds / 60))});
    }
    return out;
}

Result<DeskPanelView> outages_view(const Visit& visit, MemberSite& member, const network::Solved& solved) {
    auto view = panel(visit, "supply.outages", "/network/outages");
    view.chrome.back = page(visit, "/network");
    if (const auto done = visit.request->query("done"); done == "begun" || done == "restored") view.notice = said(visit, fmt::format("done.{}", done));
    const auto reader = TRY(member.store->read());
    const auto open = TRY(grid::open_outages(*reader));
    const auto past = TRY(grid::outages_between(*reader, visit.now().plus_seconds(-month_seconds), visit.now().plus_seconds(1), outages_shown));
    if (open.empty()) view.hint = said(visit, "none-now");
    if (!open.empty()) view.tables.push_back(open_table(visit, solved.net(), open));
    auto over = past_table(visit, solved.net(), past);
    if (!over.rows.empty()) view.tables.push_back(std::move(over));
    for (const auto& outage : open) view.forms.push_back(restore_form(visit, outage));
    view.forms.push_back(begin_form(visit, solved.net()));
    return view;
}

struct Entered {
    MemberSite* member = nullptr;
    std::shared_ptr<const network::Solved> solved;
};
Result<Entered> enter_outages(const Visit& visit, network::Shelf& shelf) {
    Entered out;
    out.member = TRY(enter(visit, {identity::Role::agent}));
    out.solved = TRY(shelf.of(*out.member));
    if (out.solved == nullptr) return fail(Code::not_found, "grid.no-network");
    return out;
}

Result<http::Response> show_desk_outages(Visit& visit, network::Shelf& shelf) {
    const auto in = TRY(enter_outages(visit, shelf));
    return render(visit, TRY(outages_view(visit, *in.member, *in.solved)), pages::desk_panel);
}

// The page that asks before it is done: who would be touched, and the same questions again behind one button.
Result<http::Response> preview_page(const Visit& visit, const Entered& in, const http::Form& form, const grid::OutageBegins& wish, const grid::Outage& outage) {
    auto view = panel(visit, "supply.begin.confirm-title", "/network/outages");
    view.chrome.back = page(visit, "/network/outages");
    PanelGroup group{said(visit, "begin.touched"), {}};
    const auto add = [&](std::string_view key, std::string value) {
        SummaryRow row;
        row.key = said(visit, key);
        row.value = std::move(value);
        row.typed_by_person = true;
        group.rows.push_back(std::move(row));
    };
    add("begin.opened", list_text(visit, outage.opened));
    add("customers", many(visit, outage.customers()));
    add("area", network::feeders_called(visit, in.solved->net(), outage));
    add("buses", many(visit, static_cast<std::int64_t>(outage.buses.size())));
    add("why", cause_text(visit.language, outage.cause));
    add("since", moment(visit, outage.began));
    add("expected", outage.expected ? moment(visit, *outage.expected) : said(visit, "expected-unknown"));
    add("begin.messages", wish.tell ? many(visit, outage.told) : said(visit, "begin.nobody-told"));
    view.groups.push_back(std::move(group));
    auto maker = FormMaker(visit, "begin", "supply.begin.confirm-title", "supply.begin.confirm").style("warning").routine();
    for (const std::string_view name : {"opened", "cause", "began", "expected", "tell"}) {
        if (const auto typed = form.text(name); !typed.empty()) maker.hidden(std::string(name), std::string(typed));
    }
    view.forms.push_back(maker.done());
    return render(visit, view, pages::desk_panel);
}

Result<void> begin_now(const Visit& visit, const Entered& in, const grid::OutageBegins& wish) {
    return in.member->store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(grid::begin_outage(tx, *visit.site->entropy, in.solved->kept->metered, wish));
        return {};
    });
}

Result<void> restore_now(const Visit& visit, const Entered& in, const http::Form& form, std::string_view id) {
    grid::OutageRestored wish;
    wish.id = id;
    for (const auto name : form.all("closed")) wish.closed.emplace_back(name);
    wish.at = TRY(typed_moment(visit, form.text("at"))).value_or(visit.now());
    wish.by = visit.actor.id;
    wish.tell = form.has("tell");
    // The field has minutes, the beginning has seconds: the same minute is no earlier.
    const auto reader = TRY(in.member->store->read());
    const auto outage = TRY(grid::outage_of(*reader, id));
    if (!outage) return fail(Code::not_found, "grid.no-outage", std::string(id));
    if (!outage->opened.empty() && wish.closed.empty()) return fail(Code::unprocessable, "grid.not-opened", "none is closed");
    if (wish.at < outage->began && wish.at.plus_seconds(60) > outage->began) wish.at = outage->began;
    return in.member->store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(grid::restore_supply(tx, *visit.site->entropy, in.solved->kept->metered, wish));
        return {};
    });
}

Result<http::Response> refused_outage(const Visit& visit, const Entered& in, const http::Form& form, const Error& error) {
    if (!can_be_mended(error) && error.key != "grid.no-branch") return std::unexpected(error);
    auto view = TRY(outages_view(visit, *in.member, *in.solved));
    view.notice.clear();
    const bool moment_wrong = error.key == "grid.outage-time";
    const bool restoring = form.text("do").starts_with(restore_prefix);
    auto typed = form;
    for (auto& field : typed.fields) {
        if (field.name == "do" && field.value == "begin") field.value = "preview";
    }
    const auto* begun = moment_wrong ? "began" : error.key == "grid.outage-cause" ? "cause" : "opened";
    show_refusal(visit, view, typed, error, restoring ? (moment_wrong ? "at" : "closed") : begun);
    return render(visit, view, pages::desk_panel, http_status(error.code));
}

Result<http::Response> act_on_outages(Visit& visit, http::Form& form, network::Shelf& shelf) {
    const auto in = TRY(enter_outages(visit, shelf));
    const auto action = form.text("do");
    if (action.starts_with(restore_prefix)) {
        const auto done = restore_now(visit, in, form, action.substr(restore_prefix.size()));
        if (!done) return refused_outage(visit, in, form, done.error());
        return redirect(visit, base(visit) + "/network/outages?done=restored");
    }
    if (action != "preview" && action != "begin") return fail(Code::not_found, "http.not-found", std::string(action));
    const auto wish = typed_outage(visit, form);
    if (!wish) return refused_outage(visit, in, form, wish.error());
    if (action == "preview") {
        const auto reader = TRY(in.member->store->read());
        const auto outage = grid::preview_outage(*reader, in.solved->kept->metered, *wish, visit.now());
        if (!outage) return refused_outage(visit, in, form, outage.error());
        return preview_page(visit, in, form, *wish, *outage);
    }
    const auto done = begin_now(visit, in, *wish);
    if (!done) return refused_outage(visit, in, form, done.error());
    return redirect(visit, base(visit) + "/network/outages?done=begun");
}

}  // namespace

void add_outages(http::Router& router, Site& site) {
    const auto shelf = std::make_shared<network::Shelf>();
    get_slow(router, site, "/desk/{member}/network/outages", Door::staff, [shelf](Visit& visit) { return show_desk_outages(visit, *shelf); });
    post(router, site, "/desk/{member}/network/outages", Door::staff, [shelf](Visit& visit, http::Form& form) { return act_on_outages(visit, form, *shelf); });
}

}  // namespace wasl::web::desk
