#include "dossier/impl/writing.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "dossier/apply.hpp"
#include "dossier/codec.hpp"
#include "dossier/papers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

Result<void> within_limit(const std::vector<Piece>& pieces) {
    std::uint64_t total = 0;
    for (const auto& piece : pieces) total += piece.bytes;
    if (total > dossier_limit) return fail(Code::too_large, "upload.dossier-full", fmt::format("{} bytes", total));
    return {};
}

Result<Digest> digest_of(std::string_view hex) {
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != 32) return fail(Code::invalid, "dossier.malformed", "digest of a paper");
    return digest_from_bytes(*bytes);
}

Result<void> name_paper(store::Transaction& tx, std::string_view digest) {
    if (digest.empty()) return {};
    const auto parsed = TRY(digest_of(digest));
    return tx.name_blob(parsed);
}

Result<void> release_paper(store::Transaction& tx, std::string_view digest) {
    if (digest.empty()) return {};
    const auto parsed = TRY(digest_of(digest));
    return tx.release_blob(parsed);
}

Result<Loaded> Writing::load(std::string_view id) {
    const auto document = TRY(tx_.get(rows::dossiers, id));
    if (!document) return fail(Code::not_found, "dossier.unknown", std::string(id));
    return Loaded{TRY(rows::state_of(*document)), document->version};
}

// member/desk/series/number: the year is the series, numbers run per desk and series.
Result<std::string> Writing::next_reference(std::string_view desk) {
    const auto year = ports_.pack->calendar().date_at(tx_.now()).year;
    const auto number = TRY(tx_.bump(fmt::format("ref/{}/{}", desk, year), 1));
    return Reference{ports_.member, std::string(desk), std::to_string(year), static_cast<std::uint64_t>(number)}.text();
}

// The next number of a register, only for a command that may write one.
Result<std::string> Writing::next_number(const State& state, const Command& command) {
    if (!state.exists() || state.kind() != Kind::registration) return std::string();
    const bool grants = std::holds_alternative<GrantAutomatically>(command) ||
                        (std::holds_alternative<Sign>(command) && state.proposal && state.proposal->proposed.outcome == Outcome::granted);
    if (!grants) return std::string();
    const auto& terms = state.file.terms;
    const auto year = ports_.pack->calendar().date_at(tx_.now()).year;
    const bool yearly = terms.pattern.find("{year}") != std::string::npos;
    const auto counter = yearly ? fmt::format("reg/{}/{}", terms.series, year) : fmt::format("reg/{}", terms.series);
    const auto number = TRY(tx_.bump(counter, 1));
    return catalogue::registration_number({terms.series, terms.pattern}, year, static_cast<std::uint64_t>(number));
}

Result<std::vector<Event>> Writing::run(Loaded& dossier, const Command& command, const Actor& actor,
                                        const std::vector<SigningRight>& rights) {
    Context context{.now = tx_.now(), .actor = actor, .pack = ports_.pack.get(), .rights = rights,
                    .fresh_id = random_id(*ports_.entropy), .reference = {}, .number = TRY(next_number(dossier.state, command))};
    context.automation_on = !ports_.automation_on || ports_.automation_on(dossier.state.file.procedure);
    auto events = TRY(decide(dossier.state, command, context));
    if (events.empty()) return events;
    for (auto& event : events) TRY(seal(dossier.state, event));
    const State before = dossier.state;
    for (const auto& event : events) TRY(apply(dossier.state, event));
    TRY(keep(dossier, before, events));
    TRY(check_after(dossier, events));
    return events;
}

Result<void> Writing::file(Loaded& dossier, Filed filed, std::vector<Evidence> evidence, std::string_view desk, const Actor& actor) {
    dossier.state.id = random_id(*ports_.entropy);
    TRY(seal_answers(filed.answers, filed.sensitive, ports_.fields, {filed.member, dossier.state.id}, *ports_.entropy));
    Context context{.now = tx_.now(), .actor = actor, .pack = ports_.pack.get(), .rights = {}, .fresh_id = {},
                    .reference = TRY(next_reference(desk)), .number = {}};
    const auto events = TRY(decide(dossier.state, File{std::move(filed), std::move(evidence)}, context));
    for (const auto& event : events) TRY(apply(dossier.state, event));
    TRY(keep(dossier, State{}, events));
    return check_after(dossier, events);
}

// What is asked is checked when it can first be examined, and again whenever it became something else.
Result<void> Writing::check_after(Loaded& dossier, const std::vector<Event>& events) {
    const bool changed = std::ranges::any_of(events, [](const Event& event) {
        return event.type() == EventType::filed || event.type() == EventType::completed || event.type() == EventType::answers_amended;
    });
    if (changed) TRY(check(dossier, {}, Actor::system()));
    return {};
}

Result<bool> Writing::check(Loaded& dossier, const json::Object& wish, const Actor& actor) {
    if (ports_.checks == nullptr || dossier.state.phase != Phase::examination) return false;
    auto found = TRY(ports_.checks->check(tx_, dossier.state, wish));
    if (!found) return false;
    TRY(run(dossier, NoteCheck{std::move(*found)}, actor, {}));
    return true;
}

// Answers that come later are sealed like those of the filing.
Result<void> Writing::seal(const State& state, Event& event) {
    auto* amended = std::get_if<AnswersAmended>(&event.body);
    if (amended == nullptr) return {};
    return seal_answers(amended->answers, state.file.sensitive, ports_.fields, {state.file.member, state.id}, *ports_.entropy);
}

Result<void> Writing::keep(Loaded& dossier, const State& before, const std::vector<Event>& events) {
    const State& after = dossier.state;
    TRY(journal(after, events));
    if (ports_.acts != nullptr) TRY(ports_.acts->done(tx_, after, events));
    if (after.events == before.events) return {};  // looks change nothing but the journal
    TRY(keep_papers(events));
    const rows::Fields fields(after, *ports_.pack);
    dossier.version = TRY(tx_.put(rows::dossiers, after.id, dossier.version, encode(after), fields.view(), rows::search_text(after)));
    TRY(count(before, after));
    TRY(count_holders(events));
    TRY(keep_tasks(after, events));
    TRY(tell(after, events));
    return pass_on_appeal(after, events);
}

Result<void> Writing::journal(const State& state, const std::vector<Event>& events) {
    for (const auto& event : events) {
        store::JournalEntry entry{.chain = state.id, .kind = rows::journal_kind(event.type()), .content = encode(event)};
        if (const auto wish = TRY(seal_wish(state, event, *ports_.pack))) {
            entry.seal_key = wish->key;
            entry.seal_claims = trust::write_seal_request(wish->request);
        }
        TRY(tx_.append(std::move(entry)));
    }
    return {};
}

// Counters are kept, never counted.
Result<void> Writing::count(const State& before, const State& after) {
    if (before.exists() && before.phase == after.phase) return {};
    if (before.exists()) TRY(tx_.bump(rows::counter_name(before.file.office, before.phase), -1));
    TRY(tx_.bump(rows::counter_name(after.file.office, after.phase), 1));
    return {};
}

// Public: who answers the offices, and who does not (service.hpp, holders()).
Result<void> Writing::count_holders(const std::vector<Event>& events) {
    for (const auto& event : events) {
        if (const auto* fetched = std::get_if<EvidenceFetched>(&event.body)) {
            const auto& evidence = fetched->evidence;
            const bool asked = evidence.status == EvidenceStatus::held || evidence.status == EvidenceStatus::not_held;
            if (asked && evidence.how != EvidenceHow::identity) TRY(tx_.bump(rows::holder_counter(evidence.holder, "answered"), 1));
        } else if (const auto* silent = std::get_if<EvidenceUnanswered>(&event.body)) {
            if (silent->evidence.tries > 0) TRY(tx_.bump(rows::holder_counter(silent->evidence.holder, "silent"), 1));
        }
    }
    return {};
}

Result<void> Writing::keep_papers(const std::vector<Event>& events) {
    for (const auto& event : events) {
        if (const auto* filed = std::get_if<Filed>(&event.body)) {
            for (const auto& piece : filed->pieces) TRY(name_paper(tx_, piece.digest));
        } else if (const auto* added = std::get_if<PieceAdded>(&event.body)) {
            TRY(name_paper(tx_, added->piece.digest));
        } else if (const auto* fetched = std::get_if<EvidenceFetched>(&event.body)) {
            if (fetched->piece) TRY(name_paper(tx_, fetched->piece->digest));
        } else if (const auto* rendered = std::get_if<Rendered>(&event.body)) {
            TRY(name_paper(tx_, rendered->digest));
        }
    }
    return {};
}

// What waits for another desk, so that the desk finds it without a scan.
Result<void> Writing::keep_tasks(const State& state, const std::vector<Event>& events) {
    const auto key = [&](std::string_view what, std::string_view desk) { return fmt::format("{}/{}/{}", state.id, what, desk); };
    const auto open = [&](std::string_view what, std::string_view desk, Instant due) -> Result<void> {
        TRY(tx_.put(rows::tasks, key(what, desk), store::Transaction::any_version, state.id, {{"desk", desk}, {"due", due.micros}}));
        return {};
    };
    bool gone = !is_open(state.phase) || state.phase == Phase::notification;
    for (const auto& event : events) {
        if (const auto* asked = std::get_if<OpinionRequested>(&event.body)) TRY(open("opinion", asked->desk, asked->due));
        if (const auto* asked = std::get_if<VisaRequested>(&event.body)) TRY(open("visa", asked->desk, asked->due));
        if (const auto* given = std::get_if<OpinionGiven>(&event.body)) TRY(tx_.erase(rows::tasks, key("opinion", given->desk)));
        if (const auto* given = std::get_if<VisaGiven>(&event.body)) TRY(tx_.erase(rows::tasks, key("visa", given->desk)));
        gone = gone || event.type() == EventType::visa_refused || event.type() == EventType::returned;
    }
    if (!gone) return {};
    for (const auto& visa : state.visas) TRY(tx_.erase(rows::tasks, key("visa", visa.desk)));
    if (is_open(state.phase) && state.phase != Phase::notification) return {};
    for (const auto& opinion : state.opinions) TRY(tx_.erase(rows::tasks, key("opinion", opinion.desk)));
    return {};
}

namespace {

// Events the person hears of, with what the message says. Addresses stay in identity.
std::optional<json::Object> news(const State& state, const Event& event, const jurisdiction::Pack& pack) {
    const auto day = [&](Instant end) { return json::Value(last_day_before(end, pack).iso()); };
    json::Object args{{"reference", state.file.reference}, {"title", state.file.title}};
    switch (event.type()) {
        case EventType::filed: {
            const auto& receipt = std::get<Filed>(event.body).receipt;
            args.set("complete", receipt.complete());
            if (receipt.answer_due) args.set("answer_by", day(*receipt.answer_due));
            if (receipt.complete_by) args.set("complete_by", day(*receipt.complete_by));
            return args;
        }
        case EventType::completed: args.set("answer_by", day(std::get<Completed>(event.body).due)); return args;
        case EventType::completion_requested: args.set("complete_by", day(std::get<CompletionRequested>(event.body).complete_by)); return args;
        case EventType::clock_extended: args.set("answer_by", day(std::get<ClockExtended>(event.body).due)); return args;
        case EventType::lapse_noticed:
            if (const auto from = std::get<LapseNoticed>(event.body).lapses_from) args.set("complete_by", day(*from));
            return args;
        case EventType::message_sent:
            return std::get<MessageSent>(event.body).to_person ? std::optional(std::move(args)) : std::nullopt;
        case EventType::reminded:
            if (state.completion) args.set("complete_by", day(state.completion->complete_by));
            return args;
        case EventType::lapsed:
        case EventType::signed_by_authority:
        case EventType::granted_automatically:
        case EventType::silence_approved:
        case EventType::silence_attested:
        case EventType::transferred:
        case EventType::complaint_acknowledged:
        case EventType::decision_corrected:
        case EventType::document_replaced:
        case EventType::document_withdrawn:
        case EventType::appeal_decided:
        case EventType::final_receipt_issued:
        case EventType::free_to_operate: return args;
        default: return std::nullopt;
    }
}

}  // namespace

Result<void> Writing::tell(const State& state, const std::vector<Event>& events) {
    const auto& contact = state.file.contact;
    if (contact.channel.empty() || contact.channel == "account") return {};
    for (const auto& event : events) {
        auto args = news(state, event, *ports_.pack);
        if (!args) continue;
        const auto number = TRY(tx_.bump("outbox", 1));
        const json::Object body{{"key", fmt::format("message.{}", to_string(event.type()))},
                                {"dossier", state.id},
                                {"reference", state.file.reference},
                                {"args", std::move(*args)},
                                {"channel", contact.channel},
                                {"address", contact.address},
                                {"language", contact.language},
                                {"at", event.at.iso()}};
        TRY(tx_.put(rows::outbox, fmt::format("{:012}", number), store::Transaction::must_not_exist, json::write(body)));
    }
    return {};
}

// An appeal takes effect when notified; the attacked dossier hears of it in the same transaction,
// when it lives here (another member hears through the exchange).
Result<void> Writing::pass_on_appeal(const State& state, const std::vector<Event>& events) {
    const auto& link = state.file.link;
    const bool notified = std::ranges::any_of(events, [](const Event& e) { return e.type() == EventType::notified; });
    if (!notified || !link || link->relation != "appeal" || !state.decision) return {};
    if (!TRY(tx_.get(rows::dossiers, link->dossier))) return {};
    auto attacked = TRY(load(link->dossier));
    const auto& by = state.decision->by;
    const Actor author{.id = by.id, .name = by.name, .roles = {Role::signatory}, .office = by.office};
    TRY(run(attacked, RecordAppealDecision{state.id, state.decision->outcome, state.decision->reasons}, author, {}));
    return {};
}

}  // namespace wasl::dossier
