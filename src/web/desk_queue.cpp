// The queue: by legal deadline, with kept counters, filters, search and the clock of each row.
#include "web/desk_rows.hpp"
#include "web/shell.hpp"

#include "pages/desk/queue.hpp"

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

using dossier::Phase;

constexpr std::array queue_phases{Phase::incomplete, Phase::completion, Phase::examination, Phase::visa, Phase::signature,
                                  Phase::notification, Phase::approved_by_silence, Phase::granted, Phase::refused};

Result<std::vector<PhaseCount>> phase_counts(const Visit& visit, const MemberSite& member, const std::vector<std::string>& offices,
                                             const std::optional<Phase>& current) {
    std::array<std::int64_t, dossier::phase_count> sums{};
    for (const auto& office : offices) {
        for (const auto& [phase, count] : TRY(member.dossiers->counters(office))) sums[static_cast<std::size_t>(phase)] += count;
    }
    std::int64_t open = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) open += dossier::is_open(static_cast<Phase>(i)) ? sums[i] : 0;
    std::vector<PhaseCount> out;
    const auto all = with_filters(visit, page(visit, "/queue"), "phase");
    out.push_back({visit.say("desk.queue.open"), open, all, !current});
    for (const auto phase : queue_phases) {
        const auto name = dossier::to_string(phase);
        out.push_back({phase_word(visit, phase), sums[static_cast<std::size_t>(phase)], all.with("phase", name), current == phase});
    }
    return out;
}

std::vector<DeskQuestion> queue_filters(const Visit& visit, const MemberSite& member, const dossier::ListQuery& query) {
    std::vector<DeskQuestion> out;
    auto words = question(visit, "filter", "q", "common.search");
    words.value = query.words;
    words.type = "search";
    words.longest = 200;
    out.push_back({words, Shape::line, {}});
    out.push_back({question(visit, "filter", "procedure", "desk.queue.procedure"), Shape::select, procedure_options(visit, member, query.procedure)});
    std::vector<Option> who{{"", visit.say("desk.queue.everybody"), "", query.assigned.empty()},
                            {"1", visit.say("desk.queue.mine"), "", !query.assigned.empty()}};
    out.push_back({question(visit, "filter", "mine", "desk.queue.assigned"), Shape::select, std::move(who)});
    auto before = question(visit, "filter", "before", "desk.queue.due-until");
    before.type = "date";
    before.left_to_right = true;
    before.value = visit.request->query("before");
    out.push_back({before, Shape::line, {}});
    std::vector<Option> sizes;
    for (const std::string_view size : {"25", "100", "500"}) {
        sizes.push_back({std::string(size), std::string(size), "", size == std::to_string(rows_a_page(visit))});
    }
    out.push_back({question(visit, "filter", "rows", "desk.queue.rows"), Shape::select, std::move(sizes)});
    return out;
}

std::string total_words(const Visit& visit, const dossier::List& list) {
    if (list.more_than_total) return visit.say("common.more-than-results", {{"count", 1'000}});
    return visit.say("common.results", {{"count", list.total}});
}

// Opinions and visas that wait for one of my desks.
Result<std::vector<QueueRow>> asked_rows(const Visit& visit, const MemberSite& member, const std::vector<std::string>& offices) {
    std::vector<QueueRow> out;
    if (!visit.actor.has(identity::Role::visa) && !visit.actor.has(identity::Role::agent)) return out;
    for (const auto& office : offices) {
        const auto actor = reader_of_list(visit, {office}, "desk.purpose.asked");
        for (const auto& summary : TRY(member.dossiers->asked_of(office, actor, 50))) {
            const bool twice = std::ranges::any_of(out, [&](const auto& row) { return row.id == summary.id; });
            if (!twice) out.push_back(queue_row(visit, member, summary));
        }
    }
    return out;
}

std::vector<Option> bulk_options(const Visit& visit) {
    using identity::Role;
    std::vector<Option> out;
    const auto add = [&](std::string_view action) {
        out.push_back({std::string(action), visit.say("desk.bulk." + std::string(action)), "", false});
    };
    if (visit.actor.has(Role::agent)) {
        add("assign");
        add("grant");
        add("refuse");
    }
    if (visit.actor.has(Role::signatory)) add("sign");
    if (visit.actor.has(Role::agent) || visit.actor.has(Role::counter) || visit.actor.has(Role::signatory)) add("notify");
    return out;
}

void queue_notice(const Visit& visit, QueueView& view) {
    const auto done = visit.request->query("done");
    if (!done.empty() && lingua::find_key("desk.done." + std::string(done))) {
        view.notice = visit.say("desk.done." + std::string(done)) + " " + lingua::isolated(visit.request->query("ref").substr(0, 100));
    }
}

Result<http::Response> show_queue(Visit& visit) {
    auto* member = TRY(enter(visit));
    const auto offices = TRY(offices_of_agent(visit));
    const auto query = queue_query(visit, offices);
    const auto list = TRY(member->dossiers->list(query, reader_of_list(visit, offices, "desk.purpose.queue")));
    QueueView view;
    view.chrome = chrome(visit, "nav.queue");
    view.heading = view.chrome.title;
    view.here = page(visit, "/queue");
    view.bulk = page(visit, "/bulk");
    view.csv = with_filters(visit, page(visit, "/export.csv"));
    view.xlsx = with_filters(visit, page(visit, "/export.xlsx"));
    view.script = script();
    view.csrf = visit.csrf();
    view.phases = TRY(phase_counts(visit, *member, offices, query.phase));
    view.filters = queue_filters(visit, *member, query);
    if (query.phase) view.kept.emplace_back("phase", dossier::to_string(*query.phase));
    view.filtered = query.phase || !query.procedure.empty() || !query.assigned.empty() || query.due_before || !query.words.empty();
    if (query.after.empty()) view.total = total_words(visit, list);
    for (const auto& summary : list.rows) view.rows.push_back(queue_row(visit, *member, summary));
    if (!view.filtered && query.after.empty()) view.asked = TRY(asked_rows(visit, *member, offices));
    view.bulk_actions = bulk_options(visit);
    const auto filtered = with_filters(visit, view.here);
    if (!list.next.empty()) view.pages.next = filtered.with("after", list.next);
    if (!query.after.empty()) view.pages.previous = filtered;
    queue_notice(visit, view);
    return render(visit, view, pages::desk_queue);
}

}  // namespace

void add_queue(http::Router& router, Site& site) { get_slow(router, site, "/desk/{member}/queue", Door::staff, show_queue); }

}  // namespace wasl::web::desk
