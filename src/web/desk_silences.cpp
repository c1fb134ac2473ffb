// Approvals that arose by silence, for the supervisory authority that attests them (decree 2-22-141): what waits for
// its attestation, by office and by day, and the same as a file to take away.
#include "web/desk_rows.hpp"
#include "web/export_file.hpp"
#include "web/shell.hpp"

#include "pages/desk/silences.hpp"

#include <algorithm>
#include <memory>

namespace wasl::web::desk {

namespace {

// What waits is what the authority comes for; the rest on demand.
std::optional<bool> attested_filter(std::string_view word) {
    if (word == "all") return std::nullopt;
    return word == "yes";
}

std::string chosen_authority(const Visit& visit) {
    std::string asked(visit.request->query("authority"));
    const auto& mine = visit.actor.offices;
    if (std::ranges::find(mine, asked) != mine.end()) return asked;
    return mine.empty() ? std::string() : mine.front();
}

dossier::SilenceQuery asked_silences(const Visit& visit) {
    const auto& request = *visit.request;
    const auto& zone = visit.site->pack->zone();
    dossier::SilenceQuery query;
    query.supervisor = chosen_authority(visit);
    query.office = request.query("office").substr(0, 40);
    if (const auto day = parse_date(request.query("from"))) query.from = zone.start_of_day(*day);
    if (const auto day = parse_date(request.query("until"))) query.until = zone.start_of_day(day->plus_days(1));
    query.attested = attested_filter(request.query("attested"));
    query.limit = rows_a_page(visit);
    query.after = request.query("after");
    return query;
}

// One line of the list and of the export: the same eight facts in the same order.
constexpr std::string_view heads[] = {"common.reference", "desk.queue.procedure", "desk.queue.applicant", "desk.fact.office",
                                      "desk.silences.arose", "desk.silences.basis", "desk.fact.attestation", "desk.silences.record"};

std::string record_words(const Visit& visit, const dossier::SilentApproval& row) {
    if (row.record.empty()) return visit.say("common.none");
    return visit.say(row.withdrawn ? "desk.silences.record-withdrawn" : "desk.silences.record-signed");
}

std::vector<std::string> line_of(const Visit& visit, const MemberSite& member, const dossier::SilentApproval& row) {
    // A file keeps the title in the language it was filed in; the list speaks the reader's.
    const auto sheet = member.catalogue->find(row.dossier.procedure);
    const auto title = sheet && *sheet != nullptr ? (*sheet)->title.in(visit.tag()) : row.dossier.title;
    return {row.dossier.reference, title, row.dossier.applicant, office_name(visit, member, row.dossier.office),
            moment(visit, row.arose), row.basis, row.attestation, record_words(visit, row)};
}

std::vector<DeskQuestion> silence_filters(const Visit& visit, const MemberSite& member, const dossier::SilenceQuery& query) {
    std::vector<DeskQuestion> out;
    if (visit.actor.offices.size() > 1) {
        std::vector<Option> mine;
        for (const auto& code : visit.actor.offices) mine.push_back({code, office_name(visit, member, code), "", code == query.supervisor});
        out.push_back({question(visit, "filter", "authority", "desk.silences.authority"), Shape::select, std::move(mine)});
    }
    std::vector<Option> offices{{"", visit.say("desk.silences.every-office"), "", query.office.empty()}};
    for (const auto& office : member.info->offices) {
        if (office.code != query.supervisor) offices.push_back({office.code, office.name.in(visit.tag()), "", office.code == query.office});
    }
    out.push_back({question(visit, "filter", "office", "desk.fact.office"), Shape::select, std::move(offices)});
    const auto asked = visit.request->query("attested", "no");
    std::vector<Option> states;
    for (const std::string_view value : {"no", "yes", "all"}) {
        states.push_back({std::string(value), visit.say("desk.silences.attested." + std::string(value)), "", value == asked});
    }
    out.push_back({question(visit, "filter", "attested", "desk.fact.attestation"), Shape::select, std::move(states)});
    for (const auto& [name, label] : {std::pair{"from", "desk.register.from"}, std::pair{"until", "desk.register.until"}}) {
        auto field = question(visit, "filter", name, label);
        field.type = "date";
        field.left_to_right = true;
        field.value = visit.request->query(name);
        out.push_back({std::move(field), Shape::line, {}});
    }
    return out;
}

Url with_silence_filters(const Visit& visit, Url url) {
    for (const std::string_view name : {"authority", "office", "attested", "from", "until", "rows"}) {
        if (const auto value = visit.request->query(name); !value.empty()) url = url.with(name, value);
    }
    return url;
}

std::vector<Cell> cells_of(const Visit& visit, const MemberSite& member, const dossier::SilentApproval& row) {
    auto texts = line_of(visit, member, row);
    std::vector<Cell> out(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        out[i].text = std::move(texts[i]);
        out[i].typed_by_person = true;
    }
    out[0].text = out[0].text.substr(out[0].text.find('/') + 1);
    out[0].link = page(visit, "/dossier/" + row.dossier.id);
    out[6].colour = row.attestation.empty() ? "yellow" : "green";
    if (row.attestation.empty()) out[6].text = visit.say("desk.silences.to-attest");
    if (row.withdrawn) out[7].colour = "red";
    return out;
}

Result<http::Response> show_silences(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::supervisor}));
    const auto query = asked_silences(visit);
    const auto actor = reader_of_list(visit, {query.supervisor}, "desk.purpose.silences");
    const auto list = TRY(member->dossiers->silent_approvals(query, actor));
    RegisterView view;
    view.chrome = chrome(visit, "nav.silences");
    view.heading = view.chrome.title;
    view.here = page(visit, "/silences");
    view.csv = with_silence_filters(visit, page(visit, "/silences.csv"));
    view.xlsx = with_silence_filters(visit, page(visit, "/silences.xlsx"));
    view.range = office_name(visit, *member, query.supervisor);
    view.filters = silence_filters(visit, *member, query);
    view.table.caption = view.heading;
    view.table.caption_hidden = true;
    view.table.dense = true;
    for (const auto key : heads) view.table.head.push_back({.text = visit.say(key)});
    for (const auto& row : list.rows) view.table.rows.push_back(cells_of(visit, *member, row));
    const auto here = with_silence_filters(visit, view.here);
    if (!list.next.empty()) view.pages.next = here.with("after", list.next);
    if (!query.after.empty()) view.pages.previous = here;
    return render(visit, view, pages::desk_silences);
}

// The export, page by page; the pages are read while the file is sent, each a journaled list.
class SilenceWalk {
public:
    SilenceWalk(Visit& visit, MemberSite& member)
        : site_(visit.site), member_(&member), language_(visit.language), agent_(visit.actor), query_(asked_silences(visit)),
          actor_(reader_of_list(visit, {query_.supervisor}, "desk.purpose.silences-export")) {
        query_.limit = 500;
        query_.after.clear();
        for (const auto key : heads) head_.push_back(visit.say(key));
    }

    [[nodiscard]] const std::vector<std::string>& head() const { return head_; }

    Result<ExportList::Rows> next() {
        ExportList::Rows out;
        if (over_) return out;
        const auto list = TRY(member_->dossiers->silent_approvals(query_, actor_));
        Visit words;  // the visit itself is over: what remains of it is its language
        words.site = site_;
        words.language = language_;
        words.actor = agent_;
        for (const auto& row : list.rows) out.push_back(line_of(words, *member_, row));
        query_.after = list.next;
        over_ = list.next.empty();
        return out;
    }

private:
    Site* site_;
    MemberSite* member_;
    lingua::Language language_;
    identity::Actor agent_;
    dossier::SilenceQuery query_;
    dossier::Actor actor_;
    std::vector<std::string> head_;
    bool over_ = false;
};

Result<ExportList> silence_list(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::supervisor}));
    auto walk = std::make_shared<SilenceWalk>(visit, *member);
    return ExportList{"wasl-silences", walk->head(), [walk] { return walk->next(); }};
}

Result<http::Response> silences_csv(Visit& visit) { return csv_file(TRY(silence_list(visit))); }

Result<http::Response> silences_xlsx(Visit& visit) { return xlsx_file(TRY(silence_list(visit)), visit.language); }

}  // namespace

void add_silences(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/silences", Door::staff, show_silences);
    get_slow(router, site, "/desk/{member}/silences.csv", Door::staff, silences_csv);
    get_slow(router, site, "/desk/{member}/silences.xlsx", Door::staff, silences_xlsx);
}

}  // namespace wasl::web::desk
