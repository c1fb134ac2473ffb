// Writing: filings, commands, bulk, appeals, what is due.
#include "dossier/service.hpp"

#include "base/ids.hpp"
#include "dossier/impl/asking.hpp"
#include "dossier/impl/automatic.hpp"
#include "dossier/impl/writing.hpp"
#include "dossier/papers.hpp"
#include "dossier/rule_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

namespace wasl::dossier {

namespace {

constexpr std::size_t bulk_limit = 500;
constexpr std::size_t follow_code_length = 8;

const Work& default_work() {
    static const Examination examination;
    return examination;
}

Entropy& default_entropy() {
    static SystemEntropy entropy;
    return entropy;
}

const Clock& default_clock() {
    static const SystemClock clock;
    return clock;
}

// Waits for a call that answers through a callback. Not from a writer's thread.
template <class T, class Start>
Result<T> wait_for(const Start& start) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    start([promise](Result<T> result) { promise->set_value(std::move(result)); });
    return future.get();
}

// A filing, checked and normalised, as the core takes it.
Result<Filed> prepare(Filing& filing, const Actor& actor, const ServicePorts& ports) {
    if (filing.revision == nullptr || filing.office.empty()) return fail(Code::invalid, "dossier.malformed", "no revision or office");
    const auto& revision = *filing.revision;
    if (filing.level < revision.minimum_level) {
        return fail(Code::forbidden, "dossier.level", fmt::format("{} of {}", filing.level, revision.minimum_level));
    }
    TRY(within_limit(filing.pieces));
    filing.evidence = evidence_of_filing(filing, ports);
    auto ready = readiness(filing, *ports.pack, ports.pack->calendar().date_at(ports.clock->now()));
    std::string wrong;
    for (const auto& finding : ready.checked.findings) {
        // What is absent goes on the receipt; what is wrong is mended before filing.
        if (!finding.warning && finding.key != "form.required") wrong += fmt::format("{}: {}\n", finding.field, finding.key);
    }
    if (!wrong.empty()) return fail(Code::unprocessable, "dossier.answers", wrong);
    Filed filed;
    const auto today = ports.pack->calendar().date_at(ports.clock->now()).iso();
    filed.tables = record_at_filing(revision, {.answers = &ready.checked.answers, .facts = &filing.facts, .today = today, .form = &revision.form});
    filed.member = ports.member;
    filed.procedure = revision.id;
    filed.revision = revision.hash.hex();
    filed.title = revision.title.in(filing.contact.language);
    filed.kind = revision.kind;
    filed.office = filing.office;
    filed.applicant = filing.applicant;
    filed.representative = filing.representative;
    filed.contact = filing.contact;
    filed.channel = filing.channel;
    filed.terms = std::move(ready.terms);
    filed.answers = std::move(ready.checked.answers);
    filed.pieces = filing.pieces;
    filed.receipt.missing = std::move(ready.missing);
    filed.link = filing.link;
    filed.follow_code = random_id(*ports.entropy).substr(0, follow_code_length);  // 40 bits, against guessing with limited tries
    for (const auto& requirement : revision.requirements) filed.listed.push_back(requirement.code);
    for (const auto& page : revision.form.pages) {
        for (const auto& field : page.fields) {
            filed.listed.push_back(field.id);
            if (field.sensitive) filed.sensitive.push_back(field.id);
        }
    }
    const std::string key = !filing.once.empty() ? filing.once : filing.draft.empty() ? "" : "draft:" + filing.draft;
    if (!key.empty()) filed.once = actor.id + ":" + key;
    filed.once_print = filing.once_print;
    filed.obligations = filing.obligations;
    return filed;
}

FilingDone done_from(const State& state, bool repeated) {
    return {.dossier = state.id,
            .reference = state.file.reference,
            .seal_key = receipt_seal_key(state.id),
            .follow_code = state.file.follow_code,
            .received = state.filed_at,
            .receipt = state.file.receipt,
            .repeated = repeated,
            .once_print = state.file.once_print};
}

// The draft is consumed in the transaction that files it; its papers keep their names there.
Result<void> consume_draft(store::Transaction& tx, std::string_view id, const Actor& actor) {
    if (id.empty()) return {};
    const auto document = TRY(tx.get(rows::drafts, id));
    if (!document) return {};
    const auto body = TRY(json::parse(document->body));
    const auto owner = body["owner"].text_or("");
    if (owner != actor.id && owner != actor.acting_for) return fail(Code::not_found, "draft.unknown", std::string(id));
    if (const auto* pieces = body["pieces"].array()) {
        for (const auto& piece : *pieces) TRY(release_paper(tx, piece["digest"].text_or("")));
    }
    return tx.erase(rows::drafts, id);
}

Result<FilingDone> file_in(store::Transaction& tx, const ServicePorts& ports, Filed filed, std::vector<Evidence> evidence, const std::optional<DecisionRecord>& rule,
                           std::string_view desk, std::string_view draft, const Actor& actor) {
    if (!filed.once.empty()) {
        if (const auto first = TRY(tx.get_by(rows::dossiers, "once", {filed.once}))) {
            return done_from(TRY(rows::state_of(*first)), true);
        }
    }
    Loaded dossier;
    Writing writing(ports, tx);
    TRY(writing.file(dossier, std::move(filed), std::move(evidence), desk, actor));
    if (rule) TRY(writing.grant_at_filing(dossier, *rule));
    TRY(consume_draft(tx, draft, actor));
    return done_from(dossier.state, false);
}

Result<Done> run_in(store::Transaction& tx, const ServicePorts& ports, const Ask& ask) {
    Writing writing(ports, tx);
    auto dossier = TRY(writing.load(ask.dossier));
    if (ask.expected != store::Transaction::any_version && ask.expected != dossier.version) {
        return fail(Code::conflict, "dossier.stale", fmt::format("seen {}, stands at {}", ask.expected, dossier.version));
    }
    if (const auto* piece = std::get_if<AddPiece>(&ask.command)) {
        auto pieces = dossier.state.file.pieces;
        pieces.push_back(piece->piece);
        TRY(within_limit(pieces));
    }
    if (std::holds_alternative<Propose>(ask.command)) {
        const Work& work = ports.work != nullptr ? *ports.work : default_work();
        TRY(work.may_propose(dossier.state));
    }
    TRY(writing.run(dossier, ask.command, ask.actor, ask.rights));
    if (const auto* again = std::get_if<CheckAgain>(&ask.command)) {
        if (!TRY(writing.check(dossier, again->wish, ask.actor))) return fail(Code::conflict, "dossier.nothing-to-check", dossier.state.file.procedure);
    }
    return Done{dossier.state.id, dossier.state.file.reference, dossier.version, dossier.state.phase};
}

// Submits `body` with a place for its result and hands that to `then` after the commit.
template <class T, class F>
void submit(store::Store& store, F body, Service::Then<T> then, store::Priority priority = store::Priority::ordinary) {
    auto result = std::make_shared<std::optional<T>>();
    store.submit(
        [result, body = std::move(body)](store::Transaction& tx) mutable -> Result<void> {
            *result = TRY(body(tx));
            return {};
        },
        [result, then = std::move(then)](Result<void> done) mutable {
            if (done) {
                then(std::move(**result));
            } else {
                then(std::unexpected(std::move(done).error()));
            }
        },
        priority);
}

}  // namespace

Service::Service(ServicePorts ports) {
    if (ports.entropy == nullptr) ports.entropy = &default_entropy();
    if (ports.clock == nullptr) ports.clock = &default_clock();
    in_flight_ = std::make_shared<InFlight>();
    ports_ = std::make_shared<const ServicePorts>(std::move(ports));
}

void Service::file(Filing filing, Actor actor, Then<FilingDone> then) {
    auto filed = prepare(filing, actor, *ports_);
    if (!filed) {
        then(std::unexpected(std::move(filed).error()));
        return;
    }
    auto rule = rule_for(filing, filed->answers, *ports_);
    submit<FilingDone>(
        *ports_->store,
        [ports = ports_, filed = std::move(*filed), rule = std::move(rule), desk = std::move(filing.desk),
         draft = std::move(filing.draft), evidence = std::move(filing.evidence), actor = std::move(actor)](store::Transaction& tx) mutable {
            return file_in(tx, *ports, std::move(filed), std::move(evidence), rule, desk, draft, actor);
        },
        std::move(then));
}

Result<FilingDone> Service::file(Filing filing, Actor actor) {
    return wait_for<FilingDone>([&](Then<FilingDone> then) { file(std::move(filing), std::move(actor), std::move(then)); });
}

void run_for(const std::shared_ptr<const ServicePorts>& ports, Ask ask, Service::Then<Done> then) {
    const bool look = std::holds_alternative<Look>(ask.command);
    submit<Done>(
        *ports->store, [ports, ask = std::move(ask)](store::Transaction& tx) { return run_in(tx, *ports, ask); },
        std::move(then), look ? store::Priority::looks : store::Priority::ordinary);
}

void Service::run(Ask ask, Then<Done> then) { run_for(ports_, std::move(ask), std::move(then)); }

Result<Done> Service::run(Ask ask) {
    return wait_for<Done>([&](Then<Done> then) { run(std::move(ask), std::move(then)); });
}

Result<Done> Service::run_within(store::Transaction& tx, const Ask& ask) const { return run_in(tx, *ports_, ask); }

void Service::run_each(std::vector<Ask> asks, std::move_only_function<void(std::vector<Result<Done>>)> then) {
    struct Batch {
        std::vector<Result<Done>> results;
        std::atomic<std::size_t> left;
        std::move_only_function<void(std::vector<Result<Done>>)> then;
    };
    const Result<Done> too_many = fail(Code::too_large, "dossier.bulk-limit", std::to_string(bulk_limit));
    auto batch = std::make_shared<Batch>();
    batch->results.assign(asks.size(), too_many);
    batch->left = asks.size();
    batch->then = std::move(then);
    if (asks.empty() || asks.size() > bulk_limit) {
        batch->then(std::move(batch->results));
        return;
    }
    for (std::size_t i = 0; i < asks.size(); ++i) {
        run(std::move(asks[i]), [batch, i](Result<Done> done) {
            batch->results[i] = std::move(done);
            if (--batch->left == 0) batch->then(std::move(batch->results));
        });
    }
}

std::vector<Result<Done>> Service::run_each(std::vector<Ask> asks) {
    auto promise = std::make_shared<std::promise<std::vector<Result<Done>>>>();
    auto future = promise->get_future();
    run_each(std::move(asks), [promise](std::vector<Result<Done>> results) { promise->set_value(std::move(results)); });
    return future.get();
}

void Service::appeal(std::string dossier, Filing filing, Actor actor, Then<FilingDone> then) {
    auto attacked = get(dossier);
    if (!attacked || !*attacked) {
        then(attacked ? Result<FilingDone>(fail(Code::not_found, "dossier.unknown", dossier)) : std::unexpected(attacked.error()));
        return;
    }
    const State& state = (*attacked)->state;
    filing.link = Link{state.id, state.file.reference, "appeal", authors_of(state)};
    if (filing.office.empty()) filing.office = state.file.terms.appeal_office;
    auto filed = prepare(filing, actor, *ports_);
    if (filed && filed->kind != Kind::complaint) filed = fail(Code::invalid, "dossier.not-for-kind", "an appeal is a complaint");
    if (!filed) {
        then(std::unexpected(std::move(filed).error()));
        return;
    }
    auto body = [ports = ports_, filed = std::move(*filed), desk = std::move(filing.desk), draft = std::move(filing.draft),
                       actor = std::move(actor), dossier = std::move(dossier)](store::Transaction& tx) mutable -> Result<FilingDone> {
        Writing writing(*ports, tx);
        auto loaded = TRY(writing.load(dossier));
        filed.link->authors = authors_of(loaded.state);  // as they stand in this transaction
        const auto office = filed.office;
        auto done = TRY(file_in(tx, *ports, std::move(filed), {}, std::nullopt, desk, draft, actor));
        if (done.repeated) return done;
        TRY(writing.run(loaded, RecordAppeal{done.dossier, done.reference, office}, actor, {}));
        return done;
    };
    submit<FilingDone>(*ports_->store, std::move(body), std::move(then));
}

Result<FilingDone> Service::appeal(std::string dossier, Filing filing, Actor actor) {
    return wait_for<FilingDone>(
        [&](Then<FilingDone> then) { appeal(std::move(dossier), std::move(filing), std::move(actor), std::move(then)); });
}

Result<std::size_t> Service::fire_due(Instant now, std::size_t limit) {
    std::vector<std::string> due;
    {
        const auto reader = TRY(ports_->store->read());
        store::Query query{.collection = std::string(rows::dossiers), .index = "wake", .to = store::Value(now.micros + 1), .limit = limit};
        do {  // a spoiled row is passed over, and takes nobody's place
            auto page = TRY(reader->find(query));
            for (auto& document : page.documents) {
                if (due.size() < limit && rows::readable(document)) due.push_back(std::move(document.key));
            }
            query.after = std::move(page.next);
        } while (due.size() < limit && !query.after.empty());
    }
    std::vector<std::future<Result<bool>>> waiting;
    for (auto& id : due) {
        auto promise = std::make_shared<std::promise<Result<bool>>>();
        waiting.push_back(promise->get_future());
        submit<bool>(
            *ports_->store,
            [ports = ports_, id = std::move(id)](store::Transaction& tx) -> Result<bool> {
                Writing writing(*ports, tx);
                auto dossier = TRY(writing.load(id));
                return !TRY(writing.run(dossier, Wake{}, Actor::system(), {})).empty();
            },
            [promise](Result<bool> fired) { promise->set_value(std::move(fired)); }, store::Priority::due);
    }
    std::size_t fired = 0;
    std::optional<Error> failed;  // one that fails does not hold up the others
    for (auto& future : waiting) {
        const auto result = future.get();
        if (!result) failed = result.error();
        if (result && *result) ++fired;
    }
    if (failed && fired == 0) return std::unexpected(std::move(*failed));
    return fired;
}

Result<std::optional<Instant>> Service::next_wake() const {
    const auto reader = TRY(ports_->store->read());
    store::Query query{.collection = std::string(rows::dossiers), .index = "wake", .limit = 1};
    std::optional<Instant> next;
    do {
        const auto page = TRY(reader->find(query));
        for (const auto& document : page.documents) {
            if (const auto state = rows::readable(document)) next = next_due(*state, *ports_->pack);
        }
        query.after = page.next;
    } while (!next && !query.after.empty());
    const auto asking = TRY(reader->find({.collection = std::string(rows::dossiers), .index = "asking", .limit = 1}));
    if (asking.documents.empty()) return next;
    const auto state = rows::readable(asking.documents.front());
    const auto ask = state ? next_asking(*state) : std::nullopt;
    return ask && (!next || *ask < *next) ? ask : next;
}

}  // namespace wasl::dossier
