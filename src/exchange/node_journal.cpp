#include "exchange/node_journal.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "trust/segment_keeper.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace wasl::exchange {

namespace {

constexpr std::size_t rows_at_once = 2'000;
constexpr std::size_t waiting_most = 20'000;
constexpr std::chrono::milliseconds answers_wait{10};   // then they go with the next request's, or by themselves
constexpr std::size_t many_answers = 256;               // waiting no longer than until there are so many
constexpr std::chrono::milliseconds gathering_time{2};  // a ninth of what a call takes where many come at once
constexpr std::size_t many_requests = 4;                // in one batch: more are likely to come
constexpr std::size_t enough_requests = 16;
// A thread that has other work may wait for a disk that is quick, and once in a while find out that it is not: of the
// time that notes take, in the mean of some eight of them.
constexpr std::chrono::microseconds quick_note{4'000};
constexpr std::chrono::seconds notes_pause{1};

// A chain holds a day's entries with one other side.
std::string chain_of(std::string_view partner, Instant now) {
    return now.iso().substr(0, 10).append(" ").append(partner);
}

Result<void> put_index(store::Transaction& to, std::string_view key, const IndexEntry& entry, std::string_view body) {
    TRY(to.put(exchanges_collection, key, store::Transaction::any_version, body,
               {{"id", entry.id}, {"message", entry.message}, {"partner", entry.partner}, {"at", entry.at}}));
    return {};
}

// The rows' registry is kept with them once a version, so that the evidence stands by itself. A new authority counts from one
// again: its copies are kept beside those that stand under the same numbers.
class RegistryKeeping {
public:
    RegistryKeeping(store::Transaction& to, const KeptRegistry& kept) : to_(to), kept_(kept) {}
    // How the rows name the copy.
    Result<std::string> mark(const RegistryView& registry) {
        if (last_ != registry.snapshot) {
            auto known = kept_.mark_of(registry);
            mark_ = known ? std::move(*known) : TRY(keep(registry));
            last_ = registry.snapshot;
        }
        return mark_;
    }

private:
    Result<std::string> keep(const RegistryView& registry) {
        if (!registry.signed_text) { return std::string(); }
        const std::uint64_t version = registry.snapshot->version;
        const auto standing = TRY(to_.get(registry_collection, registry_document_key(version)));
        std::string out;
        if (standing) {
            auto label = TRY(snapshot_label(*registry.signed_text));
            const auto theirs = snapshot_label(standing->body);
            if (theirs && theirs->mark == label.mark) { return out; }
            out = std::move(label.mark);
            if (TRY(to_.get(registry_collection, registry_document_key(version, out)))) { return out; }
        }
        TRY(to_.put(registry_collection, registry_document_key(version, out), store::Transaction::must_not_exist, *registry.signed_text));
        return out;
    }

    store::Transaction& to_;
    const KeptRegistry& kept_;
    std::shared_ptr<const Snapshot> last_;
    std::string mark_;
};

std::optional<std::int64_t> signed_number(std::string_view base, std::string_view name) { return to_integer(signed_parameter(base, name)); }

}  // namespace

std::optional<std::string> KeptRegistry::mark_of(const RegistryView& registry) const {
    const std::lock_guard lock(guard_);
    return registry_ && registry_ == registry.snapshot ? std::optional(mark_) : std::nullopt;
}

void KeptRegistry::set(const RegistryView& registry, std::string mark) {
    const std::lock_guard lock(guard_);
    registry_ = registry.snapshot;
    mark_ = std::move(mark);
}

void MemberJournal::give_back(const Batch& batch, const Error& why) {
    if (batch->empty()) { return; }
    // A row that the store will never take must not stand in the way of all that come after it.
    const bool may_pass = why.code == Code::insufficient_storage || why.code == Code::unavailable;
    std::size_t lost = batch->size();
    if (may_pass) {
        const std::lock_guard lock(guard_);
        const std::size_t room = waiting_most - std::min(waiting_most, waiting_.size());
        lost = batch->size() - std::min(room, batch->size());
        if (waiting_.empty()) { waiting_since_ = std::chrono::steady_clock::now(); }
        std::move(batch->begin(), batch->end() - static_cast<std::ptrdiff_t>(lost), std::back_inserter(waiting_));
    }
    if (lost != 0) { lost_(lost); }
    if (may_pass) { wake_(answers_wait); }
}

Result<void> MemberJournal::write(store::Transaction& to, const std::vector<Waiting>& batch, const KeptRegistry& kept) {
    RegistryKeeping registries(to, kept);
    for (const Waiting& one : batch) {
        const std::string mark = TRY(registries.mark(one.registry));
        const std::uint64_t seq = TRY(to.append({.chain = chain_of(one.index.partner, to.now()), .kind = std::string(response_kind), .content = with_registry_mark(one.content, mark)}));
        const std::uint64_t request = one.request_row->seq;
        if (request == store::NotedRow::none) { return fail(Code::unavailable, "store.not-noted", "the request's row has no place yet"); }
        const std::string key = std::to_string(request);
        TRY(put_index(to, key, one.index, one.index.body(request, seq, one.status, one.fault)));
        if (one.status == outcome_unknown) { TRY(to.put(open_collection, key, store::Transaction::any_version, key, {{"at", one.index.at}})); }
    }
    return {};
}

// Null: it is to go with a group.
RowPlace MemberJournal::note(const RequestRow& row, const RegistryView& registry) {
    const auto begun = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(guard_);
        if (writing_ != 0 || !asking_.empty() || gathering_ || begun < notes_again_) { return nullptr; }
    }
    const auto mark = kept_->mark_of(registry);
    if (!mark) { return nullptr; }
    std::string content = with_registry_mark(content_of(row, registry.snapshot->version), *mark);
    auto noted = store::note(*store_, {.chain = chain_of(partner_of(row.facts), row.facts.at), .kind = std::string(request_kind), .content = std::move(content)});
    const auto ended = std::chrono::steady_clock::now();
    bool first = false;
    {
        const std::lock_guard lock(guard_);
        note_time_ = (7 * note_time_ + (ended - begun)) / 8;
        if (!noted || note_time_ > quick_note) {
            notes_again_ = ended + notes_pause;
            note_time_ = {};
        }
        first = noted && !noted_;
        noted_ = noted_ || noted;
    }
    if (first) { wake_(answers_wait); }
    return noted ? std::move(*noted) : nullptr;
}

void MemberJournal::request(const RequestRow& row, const RegistryView& registry, bool alone, std::move_only_function<void(Result<RowPlace>)> done) {
    if (alone) {
        if (auto place = note(row, registry)) { return done(std::move(place)); }
    }
    Asking asked{partner_of(row.facts), content_of(row, registry.snapshot->version), registry, std::move(done)};
    bool now = false;
    {
        const std::lock_guard lock(guard_);
        asking_.push_back(std::move(asked));
        now = writing_ == 0 && (!gathering_ || asking_.size() >= enough_requests);
    }
    if (now) { submit(Answers::old); }
}

// Answers first, each kind in a command of its own: what can not be written of the one does not harm the other.
void MemberJournal::submit(Answers which) {
    auto requests = std::make_shared<std::vector<Asking>>();
    auto answers = std::make_shared<std::vector<Waiting>>();
    bool left = false, noted = false;
    {
        const std::lock_guard lock(guard_);
        requests->swap(asking_);
        const bool old = which == Answers::all || noted_ || waiting_.size() >= many_answers || std::chrono::steady_clock::now() >= waiting_since_ + answers_wait;
        if (old) { answers->swap(waiting_); }
        left = !waiting_.empty();
        gathering_ = false;
        if (!requests->empty()) { ++writing_; }
        noted = std::exchange(noted_, false) && answers->empty() && requests->empty();
    }
    if (noted) {
        store_->submit([](store::Transaction&) -> Result<void> { return {}; }, [](const Result<void>&) {});
    }
    if (!answers->empty()) {
        store_->submit([kept = kept_, answers](store::Transaction& to) { return write(to, *answers, *kept); },
                       [self = shared_from_this(), answers](const Result<void>& result) {
                           if (!result) { self->give_back(answers, result.error()); }
                       });
    }
    if (!requests->empty()) { submit_requests(requests); }
    if (left) { wake_(answers_wait); }
}

void MemberJournal::submit_requests(const Requests& batch) {
    store_->submit(
        [kept = kept_, batch](store::Transaction& to) -> Result<void> {
            RegistryKeeping registries(to, *kept);
            for (Asking& one : *batch) {
                one.mark = TRY(registries.mark(one.registry));
                std::string content = with_registry_mark(std::move(one.content), one.mark);
                one.row->seq = TRY(to.append({.chain = chain_of(one.partner, to.now()), .kind = std::string(request_kind), .content = std::move(content)}));
            }
            return {};
        },
        [self = shared_from_this(), batch](const Result<void>& result) { self->written(*batch, result); });
}

void MemberJournal::written(std::vector<Asking>& batch, const Result<void>& result) {
    if (result) { kept_->set(batch.back().registry, batch.back().mark); }
    bool now = false, later = false;
    {
        const std::lock_guard lock(guard_);
        --writing_;
        later = writing_ == 0 && batch.size() >= many_requests && asking_.size() < enough_requests;
        now = writing_ == 0 && !later && !asking_.empty();
        gathering_ = later;
    }
    if (now) { submit(Answers::old); }
    if (later) { wake_(gathering_time); }
    for (Asking& one : batch) { one.done(result ? Result<RowPlace>(std::move(one.row)) : std::unexpected(result.error())); }
}

void MemberJournal::response(const ResponseRow& row, const RegistryView& registry) {
    Waiting written{content_of(row, registry.snapshot->version), index_entry(row.facts), row.request_row, row.known_status(), row.fault, registry};
    bool first = false;
    {
        const std::lock_guard lock(guard_);
        first = waiting_.empty();
        if (first) { waiting_since_ = std::chrono::steady_clock::now(); }
        if (waiting_.size() < waiting_most) {
            waiting_.push_back(std::move(written));
        } else {
            lost_(1);
        }
    }
    if (first) { wake_(answers_wait); }
}

void MemberJournal::flush() { submit(Answers::old); }

Result<void> MemberJournal::settle() {
    submit(Answers::all);
    return store_->settle();
}

void MemberJournal::refusal(RefusalRow row, std::move_only_function<void(Result<void>)> done) {
    store_->submit(
        [row = std::move(row)](store::Transaction& to) mutable -> Result<void> {
            const bool known = !row.facts.partner().member_code.empty();
            const IndexEntry index = index_entry(row.facts);
            const std::uint64_t seq = TRY(to.append({.chain = chain_of(known ? index.partner : "unknown", to.now()), .kind = std::string(refusal_kind), .content = content_of(row)}));
            return put_index(to, std::to_string(seq), index, index.body(std::nullopt, seq, outcome_unknown, row.fault));
        },
        [done = std::move(done)](Result<void> result) mutable { done(std::move(result)); });
}

// ---- at start ----

struct MemberJournal::Found {
    std::uint64_t seq = 0;
    ExchangeFacts facts;
};

Result<std::vector<MemberJournal::Found>> MemberJournal::read_back(store::Reader& reader, Instant now, std::int64_t longest_seconds,
                                                                   const SeenNonce& nonce) const {
    std::vector<Found> open;
    std::unordered_set<std::string> answered;  // side and id; also of those said to be unknown already
    std::uint64_t end = TRY(reader.journal_size());
    std::optional<Instant> newest;
    trust::JournalHistory history(reader);
    for (bool more = true; more && end > 0;) {
        const std::uint64_t first = end > rows_at_once ? end - rows_at_once : 0;
        const auto rows = TRY(history.rows(first, static_cast<std::size_t>(end - first)));
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            if (!newest) { newest = row->at; }
            const bool may_be_open = row->at.plus_seconds(longest_seconds) >= *newest;
            // A signature may be from a clock ahead of ours, and counts until its end and the skew.
            const bool may_be_replayed = row->at.plus_seconds(signature_lifetime_seconds + 2 * signature_skew_seconds) >= now;
            more = may_be_open || may_be_replayed;
            if (!more) { break; }
            if (row->erased || (row->kind != request_kind && row->kind != response_kind && row->kind != unknown_kind)) { continue; }
            const auto content = json::parse(row->content);
            if (!content) { continue; }
            const std::string id((*content)["id"].text_or(""));
            const bool received = (*content)["side"].text_or("") == "provider";
            const std::string mark = (received ? "p" : "c") + id;  // one member may be on both sides
            if (row->kind != request_kind) {
                answered.insert(mark);
                continue;
            }
            if (received && may_be_replayed) {
                const std::string base = signed_base(*content);
                const auto until = signed_number(base, "expires");
                nonce(signed_parameter(base, "keyid"), signed_parameter(base, "nonce"), Instant{until.value_or(0) * 1'000'000}.plus_seconds(signature_skew_seconds));
            }
            if (!may_be_open || answered.contains(mark)) { continue; }
            auto facts = facts_of(*content);
            if (!facts || facts->client.member_code.empty() || facts->service.service_code.empty()) { continue; }
            open.push_back({row->seq, std::move(*facts)});
        }
        end = first;
    }
    std::ranges::reverse(open);
    return open;
}

Result<void> MemberJournal::recover(Instant now, std::int64_t longest_seconds, const SeenNonce& nonce) {
    std::vector<Found> open;
    TRY(store_->settle());  // what an earlier process noted is in the journal
    {
        const auto reader = TRY(store_->read());
        open = TRY(read_back(*reader, now, longest_seconds, nonce));
    }
    if (open.empty()) { return {}; }
    log::warning("exchange.outcomes-unknown", {{"member", member_.text()}, {"exchanges", static_cast<std::int64_t>(open.size())}});
    return store_->run([&open](store::Transaction& to) -> Result<void> {
        for (const Found& one : open) {
            const std::string key = std::to_string(one.seq);
            const IndexEntry index = index_entry(one.facts);
            TRY(to.append({.chain = chain_of(index.partner, to.now()), .kind = std::string(unknown_kind), .content = content_of_unknown(one.facts)}));
            TRY(to.put(open_collection, key, store::Transaction::any_version, key, {{"at", one.facts.at.micros}}));
            TRY(put_index(to, key, index, index.body(one.seq, std::nullopt, outcome_unknown, "")));
        }
        return {};
    });
}

}  // namespace wasl::exchange
