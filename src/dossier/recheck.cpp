#include "dossier/recheck.hpp"

#include "base/text.hpp"
#include "dossier/apply.hpp"
#include "dossier/codec.hpp"
#include "dossier/impl/rows.hpp"
#include "dossier/rule_record.hpp"
#include "store/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace wasl::dossier {

namespace {

constexpr std::size_t page = 500;

// All entries of a chain, however long.
Result<std::vector<store::JournalRow>> whole_chain(store::Reader& reader, const std::string& chain) {
    std::vector<store::JournalRow> out;
    for (;;) {
        auto rows = TRY(reader.chain(chain, out.size(), 10'000));
        if (rows.empty()) return out;
        for (auto& row : rows) out.push_back(std::move(row));
    }
}

store::Value owned(store::Scalar value) {
    if (const auto* number = value.integer()) return *number;
    if (const auto* text = value.text()) return *text;
    return {};
}

// Entries lose their content only when the whole dossier is erased, which an entry of its own says at
// the end, and the row then is a tombstone: an entry emptied alone hides a change of the row.
Result<void> check_erased(const store::Document& document, const store::JournalRow& last, std::uint64_t entry) {
    const auto state = rows::state_of(document);
    const bool tombstone = !state && state.error().key == "dossier.erased";
    if (last.kind == "dossier.erased" && !last.erased && tombstone) return {};
    return fail(Code::internal, "recheck.erased-in-part", fmt::format("entry {}: dossier {}", entry, last.chain));
}

// What this event keeps of decision tables; null when nothing.
const DecisionRecord* record_in(const Event& event) {
    if (const auto* filed = std::get_if<Filed>(&event.body)) return filed->tables ? &*filed->tables : nullptr;
    if (const auto* proposed = std::get_if<Proposed>(&event.body)) return proposed->record ? &*proposed->record : nullptr;
    const auto* granted = std::get_if<GrantedAutomatically>(&event.body);
    return granted != nullptr ? &granted->record : nullptr;
}

}  // namespace

Result<void> Recheck::check_rules(const State& state, const Event& event, std::uint64_t entry) {
    const auto* record = record_in(event);
    if (!revisions_ || record == nullptr || record->trace.find("runs") == nullptr) return {};
    const auto revision = revisions_(state.file.revision);
    const auto same = revision && *revision != nullptr ? replay(*record, **revision, pack_.calendar().date_at(event.at))
                                                       : Result<void>(fail(Code::internal, "recheck.rule-differs", "its revision is not there"));
    if (same) return {};
    return fail(Code::internal, "recheck.rule-differs", fmt::format("{} (entry {}): {}", state.file.reference, entry, same.error().detail));
}

Result<void> Recheck::visit(const store::JournalRow& row) {
    if (!row.kind.starts_with("dossier.")) return {};
    const auto head = TRY(reader_.chain_head(row.chain));
    if (!head || head->seq != row.seq) return {};  // more is to come
    return replay_chain(row);
}

Result<void> Recheck::replay_chain(const store::JournalRow& last) {
    ++dossiers_;
    const auto document = TRY(reader_.get(rows::dossiers, last.chain));
    if (!document) return fail(Code::internal, "recheck.row-missing", fmt::format("entry {}: dossier {} has no row", last.seq, last.chain));
    State state;
    state.id = last.chain;
    for (const auto& entry : TRY(whole_chain(reader_, last.chain))) {
        if (entry.erased) return check_erased(*document, last, entry.seq);  // only the leaf can be checked, and trust does
        const auto event = decode_event(entry.content);
        if (!event) {
            return fail(Code::internal, "recheck.entry-unreadable", fmt::format("entry {}: {}", entry.seq, event.error().detail));
        }
        if (entry.kind != rows::journal_kind(event->type())) {
            return fail(Code::internal, "recheck.entry-impossible", fmt::format("entry {}: kind {}", entry.seq, entry.kind));
        }
        if (const auto applied = apply(state, *event); !applied) {
            return fail(Code::internal, "recheck.entry-impossible", fmt::format("entry {}: {}", entry.seq, applied.error().detail));
        }
        TRY(check_rules(state, *event, entry.seq));
    }
    if (document->body != encode(state)) {
        return fail(Code::internal, "recheck.row-differs",
                    fmt::format("{} (entry {}): its row is not what its journal says", state.file.reference, last.seq));
    }
    return check_index(state, last);
}

Result<void> Recheck::check_index(const State& state, const store::JournalRow& last) {
    const auto stored = TRY(store::index_values(reader_, rows::dossiers, state.id));
    const rows::Fields expected(state, pack_);
    std::size_t same = 0;
    for (const auto& field : expected.view()) {
        const auto found = std::ranges::find(stored, field.name, &std::pair<std::string, store::Value>::first);
        if (found == stored.end() || found->second != owned(field.value)) {
            return fail(Code::internal, "recheck.index-differs",
                        fmt::format("{} (entry {}): {}", state.file.reference, last.seq, field.name));
        }
        ++same;
    }
    if (same == stored.size()) return {};
    return fail(Code::internal, "recheck.index-differs",
                fmt::format("{} (entry {}): a value too many", state.file.reference, last.seq));
}

Result<void> Recheck::check_papers(const std::string& reference, std::string_view digest) {
    if (digest.empty()) return {};
    ++papers_;
    const auto bytes = from_hex(digest);
    if (!bytes || bytes->size() != 32 || !reader_.blob(digest_from_bytes(*bytes))) {
        return fail(Code::internal, "recheck.paper-differs", fmt::format("{}: {}", reference, digest));
    }
    return {};
}

Result<void> Recheck::finish() {
    store::Query query{.collection = std::string(rows::dossiers), .limit = page};
    std::map<std::string, std::int64_t> counted;
    for (bool first = true; first || !query.after.empty(); first = false) {
        auto found = TRY(reader_.find(query));
        for (const auto& document : found.documents) {
            if (!TRY(reader_.chain_head(document.key))) {
                return fail(Code::internal, "recheck.rows-without-journal", document.key);
            }
            const auto state = rows::state_of(document);
            if (!state && state.error().key == "dossier.erased") continue;
            if (!state) return fail(Code::internal, "recheck.row-differs", fmt::format("{}: {}", document.key, state.error().detail));
            ++counted[rows::counter_name(state->file.office, state->phase)];
            for (const auto& piece : state->file.pieces) TRY(check_papers(state->file.reference, piece.digest));
            for (const auto& rendering : state->renderings) TRY(check_papers(state->file.reference, rendering.digest));
        }
        query.after = std::move(found.next);
    }
    for (const auto& counter : TRY(reader_.counters("n/"))) {
        if (counter.value != counted[counter.name]) {
            return fail(Code::internal, "recheck.counter-differs", fmt::format("{}: kept {}, counted {}", counter.name, counter.value, counted[counter.name]));
        }
    }
    return {};
}

}  // namespace wasl::dossier
