// Reading: one dossier, lists, exports, and the looks that reading leaves behind.
#include "base/log.hpp"
#include "base/text.hpp"
#include "dossier/codec.hpp"
#include "dossier/impl/listing.hpp"
#include "dossier/impl/looking.hpp"
#include "dossier/impl/rows.hpp"
#include "dossier/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <tuple>

namespace wasl::dossier {

namespace {

constexpr std::size_t export_page = 500;
constexpr std::string_view looks_chain = "looks";  // lists and exports of the member, one after the other

Result<std::optional<Stored>> stored(const std::optional<store::Document>& document) {
    if (!document) return std::nullopt;
    return Stored{.state = TRY(rows::state_of(*document)), .version = document->version, .unreadable = {}};
}

json::Object look_content(const Actor& actor, std::string_view what, Instant at) {
    return json::Object{{"at", at.iso()},       {"by", actor.id},           {"name", actor.name},
                        {"office", actor.office}, {"purpose", actor.purpose}, {"what", what}};
}

}  // namespace

Result<void> keep_look(store::Transaction& tx, const Actor& actor, std::string_view what, const json::Value& about,
                       const std::vector<std::string>& dossiers, bool with_entry) {
    auto content = look_content(actor, what, tx.now());
    if (with_entry) {
        json::Array ids;
        for (const auto& id : dossiers) ids.emplace_back(id);
        json::Object entry = content;
        entry.set("about", about);
        entry.set("dossiers", std::move(ids));
        TRY(tx.append({.chain = std::string(looks_chain), .kind = fmt::format("look.{}", what), .content = json::write(entry)}));
    }
    if (dossiers.empty()) return {};
    std::string tokens;
    for (const auto& id : dossiers) {
        tokens += rows::look_token(id);
        tokens += ' ';
    }
    const auto number = TRY(tx.bump("looks", 1));
    TRY(tx.put(rows::looks, fmt::format("{:012}", number), store::Transaction::must_not_exist, json::write(content), {}, tokens));
    return {};
}

namespace {

json::Value about(const ListQuery& query) {
    json::Array offices;
    for (const auto& office : query.offices) offices.emplace_back(office);
    return json::Object{{"offices", std::move(offices)},
                        {"phase", query.phase ? std::string(to_string(*query.phase)) : ""},
                        {"procedure", query.procedure},
                        {"assigned", query.assigned},
                        {"words", query.words}};
}

std::vector<std::string> ids_of(const std::vector<Summary>& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows) ids.push_back(row.id);
    return ids;
}

template <class T, class Start>
Result<T> wait_for(const Start& start) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    start([promise](Result<T> result) { promise->set_value(std::move(result)); });
    return future.get();
}

LookSeen look_seen(const json::Value& body) {
    LookSeen seen;
    if (const auto at = parse_instant(body["at"].text_or(""))) seen.at = *at;
    seen.who = body["name"].text_or("");
    seen.office = body["office"].text_or("");
    seen.purpose = body["purpose"].text_or("");
    seen.what = body["what"].text_or("");
    return seen;
}

}  // namespace

Result<std::optional<Stored>> Service::get(std::string_view id) const {
    const auto reader = TRY(ports_->store->read());
    return stored(TRY(reader->get(rows::dossiers, id)));
}

Result<std::optional<Stored>> Service::by_reference(std::string_view reference) const {
    const auto reader = TRY(ports_->store->read());
    return stored(TRY(reader->get_by(rows::dossiers, "reference", {reference})));
}

Result<std::optional<std::string>> Service::reference_of(std::string_view id) const {
    const auto reader = TRY(ports_->store->read());
    const auto document = TRY(reader->get(rows::dossiers, id));
    if (!document) return std::nullopt;
    const auto body = TRY(json::parse(document->body));
    const auto& where = body["erased"].is_null() ? body["dossier"]["file"]["reference"] : body["reference"];
    return std::string(where.text_or(""));
}

Result<Stored> Service::follow(std::string_view reference, std::string_view code) const {
    const auto found = by_reference(trim(reference));
    const std::string typed = to_lower_ascii(replace_all(replace_all(std::string(trim(code)), " ", ""), "-", ""));
    if (!found || !*found || (*found)->state.file.follow_code.empty() ||
        !equals_in_constant_time((*found)->state.file.follow_code, typed)) {
        return fail(Code::not_found, "dossier.unknown", "reference or code");
    }
    return **found;
}

void Service::reveal(Stored& stored) const {
    auto& state = stored.state;
    const SealPlace place{state.file.member, state.id};
    stored.unreadable = open_answers(state.file.answers, state.file.sensitive, ports_->fields, place);
    const auto record = [&](std::optional<DecisionRecord>& of) {
        if (of) open_answers(of->inputs, state.file.sensitive, ports_->fields, place);
    };
    if (state.decision) record(state.decision->record);
    if (state.proposal) record(state.proposal->proposed.record);
    for (const auto& answer : stored.unreadable) {
        log::warning("dossier.answer-unreadable", {{"dossier", state.id}, {"field", answer.field}, {"code", answer.key}});
    }
}

void Service::look(std::string id, std::vector<std::string> offices, Actor actor, std::string what, Then<Stored> then) {
    auto found = get(id);
    if (!found || !*found || !in_scope((*found)->state, offices)) {
        then(found ? Result<Stored>(fail(Code::not_found, "dossier.unknown", id)) : std::unexpected(found.error()));
        return;
    }
    auto seen = std::make_shared<Stored>(std::move(**found));
    // The office under which this file may be seen is the one the look is written under.
    const auto allowed = offices_of(seen->state);
    if (std::ranges::find(allowed, actor.office) == allowed.end()) {
        const auto office = std::ranges::find_if(offices, [&](const std::string& o) { return std::ranges::find(allowed, o) != allowed.end(); });
        if (office != offices.end()) actor.office = *office;
    }
    const bool opens = !trim(actor.purpose).empty();
    run({.dossier = std::move(id), .command = Look{std::move(what)}, .actor = std::move(actor), .rights = {}},
        [seen, opens, service = *this, then = std::move(then)](Result<Done> done) mutable {
            if (done) {
                if (opens) service.reveal(*seen);
                then(std::move(*seen));
            } else {
                then(std::unexpected(std::move(done).error()));
            }
        });
}

Result<Stored> Service::look(std::string id, std::vector<std::string> offices, Actor actor, std::string what) {
    return wait_for<Stored>([&](Then<Stored> then) {
        look(std::move(id), std::move(offices), std::move(actor), std::move(what), std::move(then));
    });
}

void Service::list(ListQuery query, Actor actor, Then<List> then) {
    auto found = [&]() -> Result<List> {
        const auto reader = TRY(ports_->store->read());
        return read_list(*reader, query);
    }();
    if (!found || found->rows.empty()) {
        then(std::move(found));
        return;
    }
    auto list = std::make_shared<List>(std::move(*found));
    ports_->store->submit(
        [list, query = std::move(query), actor = std::move(actor)](store::Transaction& tx) {
            return keep_look(tx, actor, "list", about(query), ids_of(list->rows), true);
        },
        [list, then = std::move(then)](Result<void> done) mutable {
            if (done) {
                then(std::move(*list));
            } else {
                then(std::unexpected(std::move(done).error()));
            }
        },
        store::Priority::looks);
}

Result<List> Service::list(ListQuery query, Actor actor) {
    return wait_for<List>([&](Then<List> then) { list(std::move(query), std::move(actor), std::move(then)); });
}

Result<List> Service::incoming(std::string_view office, Date from, Date until, std::size_t limit, std::string after, Actor actor) {
    const auto& zone = ports_->pack->zone();
    List out;
    {
        const auto reader = TRY(ports_->store->read());
        const store::Query query{.collection = std::string(rows::dossiers),
                                 .index = "received",
                                 .equal = {std::string(office)},
                                 .from = store::Value(zone.start_of_day(from).micros),
                                 .to = store::Value(zone.start_of_day(until.plus_days(1)).micros),
                                 .limit = std::clamp<std::size_t>(limit, 1, export_page),
                                 .after = std::move(after)};
        const auto page = TRY(reader->find(query));
        out.next = page.next;
        for (const auto& document : page.documents) {
            if (const auto state = rows::readable(document)) out.rows.push_back(rows::summary_of(*state));
        }
    }
    if (out.rows.empty()) return out;
    const auto ids = ids_of(out.rows);
    const json::Value what = json::Object{{"office", office}, {"from", from.iso()}, {"until", until.iso()}};
    TRY(ports_->store->run([&](store::Transaction& tx) { return keep_look(tx, actor, "register", what, ids, true); }, store::Priority::looks));
    return out;
}

// The entry stands before the first row leaves; the rows that bind it to each dossier are written
// page by page, each before its page leaves.
Result<std::size_t> Service::each(ListQuery query, Actor actor, const std::function<Result<void>(const Summary&)>& visit) {
    TRY(ports_->store->run([&](store::Transaction& tx) { return keep_look(tx, actor, "export", about(query), {}, true); },
                           store::Priority::looks));
    query.limit = export_page;
    std::size_t visited = 0;
    for (bool first = true; first || !query.after.empty(); first = false) {
        List page;
        {
            const auto reader = TRY(ports_->store->read());  // short views: a long one would keep the log from shrinking
            page = TRY(read_list(*reader, query));
        }
        if (!page.rows.empty()) {
            const auto ids = ids_of(page.rows);
            TRY(ports_->store->run([&](store::Transaction& tx) { return keep_look(tx, actor, "export", {}, ids, false); },
                                   store::Priority::looks));
        }
        for (const auto& row : page.rows) TRY(visit(row));
        visited += page.rows.size();
        query.after = std::move(page.next);
    }
    return visited;
}

Result<std::vector<Summary>> Service::mine(std::string_view person, std::size_t limit) const {
    const auto reader = TRY(ports_->store->read());
    std::vector<Summary> out;
    for (const auto* index : {"applicant", "filer"}) {
        const store::Query query{.collection = std::string(rows::dossiers), .index = index, .equal = {std::string(person)},
                                 .descending = true, .limit = std::clamp<std::size_t>(limit, 1, 1'000)};
        for (const auto& document : TRY(reader->find(query)).documents) {
            const auto state = rows::readable(document);
            const bool known = std::ranges::any_of(out, [&](const Summary& s) { return s.id == document.key; });
            if (state && !known) out.push_back(rows::summary_of(*state));
        }
    }
    std::ranges::sort(out, [](const Summary& a, const Summary& b) { return std::tie(a.received, a.id) > std::tie(b.received, b.id); });
    if (out.size() > limit) out.resize(limit);
    return out;
}

Result<std::vector<LookSeen>> Service::looks(std::string_view dossier, std::size_t limit) const {
    const auto reader = TRY(ports_->store->read());
    std::vector<LookSeen> out;
    for (const auto& row : TRY(reader->chain(dossier))) {
        if (row.kind != "dossier.looked-at" || row.erased) continue;
        const auto event = decode_event(row.content);
        if (!event || event->type() != EventType::looked_at) {
            if (!event) rows::log_unreadable("journal", std::to_string(row.seq), event.error());
            continue;
        }
        const auto& look = std::get<LookedAt>(event->body);
        out.push_back({event->at, event->by.name, event->by.office, look.purpose, look.what});
    }
    const store::Search search{.collection = std::string(rows::looks), .words = {}, .filters = {rows::look_token(dossier)}, .limit = limit};
    for (const auto& document : TRY(reader->search(search)).documents) {
        const auto body = json::parse(document.body);
        if (body) {
            out.push_back(look_seen(*body));
        } else {
            rows::log_unreadable(rows::looks, document.key, body.error());
        }
    }
    std::ranges::sort(out, std::ranges::greater{}, &LookSeen::at);
    if (out.size() > limit) out.resize(limit);
    return out;
}

Result<std::vector<Summary>> Service::asked_of(std::string_view desk, const Actor& actor, std::size_t limit) {
    std::vector<Summary> out;
    {
        const auto reader = TRY(ports_->store->read());
        const store::Query query{.collection = std::string(rows::tasks), .index = "desk", .equal = {std::string(desk)},
                                 .limit = std::clamp<std::size_t>(limit, 1, 1'000)};
        for (const auto& task : TRY(reader->find(query)).documents) {
            const auto document = TRY(reader->get(rows::dossiers, task.body));
            if (!document) continue;
            if (const auto state = rows::readable(*document)) out.push_back(rows::summary_of(*state));
        }
    }
    if (out.empty()) return out;
    const auto ids = ids_of(out);
    const json::Value what = json::Object{{"desk", desk}};
    TRY(ports_->store->run([&](store::Transaction& tx) { return keep_look(tx, actor, "list", what, ids, true); }, store::Priority::looks));
    return out;
}

Result<std::vector<Event>> Service::history(std::string_view dossier) const {
    const auto reader = TRY(ports_->store->read());
    std::vector<Event> out;
    for (const auto& row : TRY(reader->chain(dossier))) {
        if (row.erased || row.kind == "dossier.erased") continue;
        out.push_back(TRY(decode_event(row.content)));
    }
    return out;
}

Result<std::vector<std::pair<Phase, std::int64_t>>> Service::counters(std::string_view office) const {
    const auto reader = TRY(ports_->store->read());
    const auto prefix = rows::counter_prefix(office);
    std::vector<std::pair<Phase, std::int64_t>> out;
    for (const auto& counter : TRY(reader->counters(prefix))) {
        const auto phase = phase_from(std::string_view(counter.name).substr(prefix.size()));
        if (phase) out.emplace_back(*phase, counter.value);
    }
    return out;
}

}  // namespace wasl::dossier
