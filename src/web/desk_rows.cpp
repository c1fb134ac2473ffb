#include "web/desk_rows.hpp"

#include "web/acting.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include <array>

namespace wasl::web::desk {

std::size_t rows_a_page(const Visit& visit) {
    const auto asked = visit.request->query("rows");
    return asked == "500" ? 500 : asked == "100" ? 100 : 25;
}

dossier::ListQuery queue_query(const Visit& visit, const std::vector<std::string>& offices) {
    const auto& request = *visit.request;
    dossier::ListQuery query;
    query.offices = offices;
    query.phase = dossier::phase_from(request.query("phase"));
    query.procedure = request.query("procedure").substr(0, 64);
    if (!request.query("mine").empty()) query.assigned = visit.actor.id;
    if (const auto before = parse_date(request.query("before"))) {
        query.due_before = visit.site->pack->zone().start_of_day(before->plus_days(1)).plus_micros(1);
    }
    query.words = request.query("q").substr(0, 200);
    // A phase that is over has no deadline to sort by.
    if (query.phase && !dossier::is_open(*query.phase)) query.order = dossier::Order::received;
    query.limit = rows_a_page(visit);
    query.after = request.query("after");
    return query;
}

Url with_filters(const Visit& visit, Url url, std::string_view but) {
    for (const std::string_view name : std::array<std::string_view, 6>{"phase", "procedure", "mine", "before", "q", "rows"}) {
        const auto value = visit.request->query(name);
        if (name != but && !value.empty()) url = url.with(name, value);
    }
    return url;
}

QueueRow queue_row(const Visit& visit, const MemberSite& member, const dossier::Summary& summary) {
    QueueRow row;
    row.id = summary.id;
    // Everything here is of this member: the rest of the reference is enough in a list.
    const auto slash = summary.reference.find('/');
    row.reference = slash == std::string::npos ? summary.reference : summary.reference.substr(slash + 1);
    row.title = summary.title;  // in the language it was filed in; the list speaks the reader's
    if (const auto sheet = member.catalogue->find(summary.procedure); sheet && *sheet != nullptr) row.title = (*sheet)->title.in(visit.tag());
    row.applicant = summary.applicant;
    row.received = day(visit, summary.received);
    row.assigned = staff_name(visit, member, summary.assigned);
    row.mine = summary.assigned == visit.actor.id;
    row.phase = phase_word(visit, summary.phase);
    row.phase_colour = phase_colour(summary.phase);
    if (summary.due) row.due = last_day(visit, *summary.due);
    row.url = link_to(visit, base(visit) + "/dossier/" + summary.id);
    if (const auto stored = member.dossiers->get(summary.id); stored && *stored) {
        const auto& state = (*stored)->state;
        const auto words = clock_words(visit, state);
        row.clock = words.text;
        row.clock_colour = words.colour;
        row.applicant = party_name(visit.language, state.file.applicant);  // the list knows it in one script
        row.version = std::to_string((*stored)->version);
        if (state.proposal) {
            row.proposal = outcome_word(visit, state.proposal->proposed.outcome);
            row.reasons = state.proposal->proposed.reasons;
        }
    }
    return row;
}

dossier::Actor reader_of_list(const Visit& visit, const std::vector<std::string>& offices, std::string_view purpose_key) {
    return acting_agent(visit.actor, offices.front(), visit.say(purpose_key));
}

std::vector<Option> procedure_options(const Visit& visit, const MemberSite& member, std::string_view chosen) {
    std::vector<Option> out{{.value = {}, .label = visit.say("desk.queue.every-procedure"), .hint = {}, .chosen = chosen.empty()}};
    for (const auto& sheet : member.catalogue->list(0, 200, visit.tag())) {
        out.push_back({.value = sheet.id, .label = sheet.title, .hint = {}, .chosen = sheet.id == chosen});
    }
    return out;
}

}  // namespace wasl::web::desk
